//! What `kpl-chat doctor` finds, and what to do about it.

words! {
    doc_ok(): "ok", "正常";
    doc_warning(): "warning", "注意";
    doc_wrong(): "wrong", "有误";
    doc_all_well(): "You can chat", "可以聊天";
    doc_not_well(): "You cannot chat yet: mend what is wrong above", "还不能聊天：请先解决上面有误的项目";

    // What is looked at.
    doc_language(): "language", "语言";
    doc_folders(): "folders", "目录";
    doc_key(): "key", "密钥";
    doc_name(): "name", "名字";
    doc_terminal(): "terminal", "终端";
    doc_width(): "width", "字宽";
    doc_colours(): "colours", "颜色";
    doc_clipboard(): "clipboard", "剪贴板";
    doc_tmux(): "tmux", "tmux 复用";
    doc_host(): "host", "主机";
    doc_tcp(): "connection", "连接";
    doc_tls(): "TLS", "TLS 加密";
    doc_web(): "web answer", "网页应答";
    doc_clock(): "clock", "时钟";
    doc_room(): "room", "房间";
    doc_round_trip(): "round trip", "往返";

    // This machine.
    doc_speaks(locale: &str): "English; letters as {locale}", "中文；编码 {locale}";
    doc_no_locale(): "no locale", "未设置语言环境";
    doc_not_utf8(locale: &str): "the locale {locale} is none of UTF-8, so Chinese may come out as rubbish; set LANG to one such as C.UTF-8 or zh_CN.UTF-8", "语言环境 {locale} 不是 UTF-8，中文可能显示为乱码；请把 LANG 设为 C.UTF-8 或 zh_CN.UTF-8";
    doc_writable(folder: &str): "{folder} can be written", "{folder} 可写";
    doc_not_writable(folder: &str, why: &str): "{folder} cannot be written ({why}); make it yours, or set XDG_STATE_HOME to a folder that is", "{folder} 不可写（{why}）；请修改权限，或把 XDG_STATE_HOME 设为可写的目录";
    doc_homeless(): "there is no home folder; set HOME", "没有主目录；请设置 HOME";
    doc_fingerprint(path: &str, fingerprint: &str): "{path}, fingerprint {fingerprint}", "{path}，指纹 {fingerprint}";
    doc_no_key(path: &str): "none yet; the first start makes {path}", "还没有；首次启动时会创建 {path}";

    // The terminal.
    doc_no_terminal(): "this is no terminal; run it in the one that you chat in to have its width and colours looked at", "这里不是终端；请在聊天用的终端里运行，以检查字宽和颜色";
    doc_size(term: &str, columns: u16, rows: u16): "{term}, {columns} columns, {rows} rows", "{term}，{columns} 列 {rows} 行";
    doc_small(term: &str, columns: u16, rows: u16): "{term}, {columns} columns, {rows} rows: too small; make it at least 20 by 5", "{term}，{columns} 列 {rows} 行：太小；至少需要 20 列 5 行";
    doc_dumb(term: &str): "{term} cannot move its cursor, so the chat is line by line; set TERM to what your terminal is", "{term} 不能移动光标，只能逐行聊天；请按实际终端设置 TERM";
    doc_widths_right(): "Chinese, emoji and lines are as wide as they should be", "汉字、表情和线条的宽度都正确";
    doc_widths_wrong(which: &str): "drawn in another width than Unicode says: {which}; text may be out of line; a font or a setting for ambiguous width may help", "以下字符的宽度与 Unicode 不符：{which}；排版可能错位；请检查字体或“模糊宽度”设置";
    doc_no_position(): "the terminal does not tell where its cursor is, so widths cannot be measured", "终端不报告光标位置，无法测量字宽";
    doc_colours_off(): "none, as NO_COLOR wants it", "已按 NO_COLOR 关闭";
    doc_colours_true(): "16 million", "1600 万色";
    doc_colours_256(): "256", "256 色";
    doc_colours_16(): "16, as far as TERM says", "按 TERM 判断为 16 色";
    doc_clipboard_tool(tool: &str): "{tool}, and OSC 52 where the terminal knows it", "{tool}，以及终端支持的 OSC 52";
    doc_clipboard_osc(): "OSC 52 only, if the terminal knows it; wl-copy, xclip or xsel would do it otherwise", "仅 OSC 52（需终端支持）；也可安装 wl-copy、xclip 或 xsel";
    doc_tmux_passes(how: &str): "hands to the terminal what is copied (set-clipboard is {how})", "会把复制的内容交给终端（set-clipboard 为 {how}）";
    doc_tmux_keeps(): "keeps what is copied to itself (set-clipboard is off); run: tmux set -g set-clipboard on", "复制的内容只留在 tmux 里（set-clipboard 为 off）；请运行：tmux set -g set-clipboard on";
    doc_tmux_silent(): "does not tell what it does with what is copied; run: tmux set -g set-clipboard on", "没有说明会怎样处理复制的内容；请运行：tmux set -g set-clipboard on";

    // The server.
    doc_resolved(host: &str, address: &str): "{host} is {address}", "{host} 是 {address}";
    doc_unresolved(host: &str, why: &str): "nobody knows {host} ({why}); check the address and the network", "找不到 {host}（{why}）；请检查地址和网络";
    doc_connected(ms: u128): "made in {ms} ms", "用时 {ms} 毫秒";
    doc_unconnected(at: &str, why: &str): "nobody answers at {at} ({why}); is the server running, and is that its address and port?", "{at} 无人应答（{why}）；服务器开着吗？地址和端口对吗？";
    doc_encrypted(): "the certificate is trusted", "证书可信";
    doc_no_tls(): "none: others on the way can read along; that is no matter on this machine or behind a tunnel", "未加密：途中可能被窃听；在本机或隧道内无妨";
    doc_health(status: u16): "answers, HTTP {status}", "有应答，HTTP {status}";
    doc_unready(status: u16): "HTTP {status}: the server cannot keep lines now; whoever runs it finds the reason in its log", "HTTP {status}：服务器现在无法保存内容；管理员可在日志中查看原因";
    doc_no_web(): "none that is HTTP; check the address", "不是 HTTP 应答；请检查地址";
    doc_in_time(seconds: i64): "within {seconds} s of the server's", "与服务器相差不到 {seconds} 秒";
    doc_ahead(seconds: i64): "{seconds} s ahead of the server's, so times will look odd; set this machine's clock", "比服务器快 {seconds} 秒，时间会显得不对；请校准本机时钟";
    doc_behind(seconds: i64): "{seconds} s behind the server's, so times will look odd; set this machine's clock", "比服务器慢 {seconds} 秒，时间会显得不对；请校准本机时钟";
    doc_no_date(): "the server does not say what time it is", "服务器没有报告时间";
    doc_entered(room: &str, name: &str): "you can enter {room} as {name}", "可以用 {name} 进入 {room}";
    doc_entered_guest(room: &str): "you can enter {room} as a guest", "可以用访客身份进入 {room}";
    doc_plain_server(): "a plain Socket.IO server: text only, without history or receipts", "普通 Socket.IO 服务器：仅文本，没有历史记录和回执";
    doc_no_hello(): "the server does not greet; try again, or check the address", "服务器没有问候；请重试，或检查地址";
    doc_turned_away(why: &str, remedy: &str): "the server did not let us in: {why}{remedy}", "服务器拒绝进入：{why}{remedy}";
    doc_took(ms: u32): "{ms} ms", "{ms} 毫秒";
    doc_slow(ms: u32): "{ms} ms: slow; what you say will take as long to be confirmed", "{ms} 毫秒：较慢；发送的内容要这么久才能确认";
}
