//! What the command line says of itself: `--help`, the man page, and what is wrong with a flag.

words! {
    flag_about(): "A terminal client for a KPL chat room", "KPL 聊天室的终端客户端";
    flag_bare(): "Without a command it opens the screen. When its output is no terminal it prints the room as `tail --follow` does, and when its input is piped it says each line of it as `send` does.", "不带命令时打开聊天界面。输出不是终端时，像 `tail --follow` 那样打印房间内容；输入来自管道时，像 `send` 那样逐行发送。";
    flag_usage(): "Usage: ", "用法：";
    flag_options(): "Options", "选项";
    flag_command(): "COMMAND", "命令";
    heading_commands(): "Commands:", "命令：";
    heading_values(): "Values:", "参数：";
    heading_options(): "Options:", "选项：";
    heading_entries(): "The settings file may hold, in TOML:", "配置文件（TOML）里可以写：";
    flag_env(variable: &str): " [environment: {variable}]", " [环境变量：{variable}]";
    flag_default(value: &str): " [default: {value}]", " [默认：{value}]";

    flag_name(): "Your name; the configured one or the login name when absent", "你的名字；不给时用配置文件里的，或登录名";
    flag_url(): "The server's address, by default that of this machine, port 3000", "服务器地址；默认是本机的 3000 端口";
    flag_room(): "The room, by default KPL", "房间；默认是 KPL";
    flag_password_file(): "A file with the server's password or an invite; KPL_PASSWORD holds it without a file, and it is asked for where neither is given", "存放服务器密码或邀请码的文件；也可用环境变量 KPL_PASSWORD；都没有时会询问";
    flag_config(): "The settings file, by default kpl-chat/config.toml in the XDG config folder", "配置文件；默认是 XDG 配置目录下的 kpl-chat/config.toml";
    flag_lang(): "The language of the interface, zh or en; that of the locale when absent", "界面语言：zh 或 en；不给时随系统语言";
    flag_theme(): "The colours: dark, light, contrast, 16 (the terminal's own), or the file's", "配色：dark、light、contrast、16（终端自己的颜色），或配置文件里的";
    flag_notify(): "How you are told that somebody names you while you look elsewhere: bell, desktop, both or off; the bell when absent", "你没在看时有人提到你，怎样提醒：bell 响铃、desktop 桌面通知、both 两者、off 关闭；默认响铃";
    flag_typing(): "Whether the others see that you write", "是否让别人看到你正在输入";
    flag_plain(): "Chat line by line, without the screen", "逐行聊天，不打开界面";
    flag_log(): "Log to the end of this file what the connection does; never what is said", "把连接的情况记到这个文件末尾；不记任何聊天内容";
    flag_help(): "Print this help", "显示本帮助";
    flag_version(): "Print the version", "显示版本";

    flag_send(): "Say one line, or each line of the standard input; ends with 0 when all of it was kept", "发送一行，或逐行发送标准输入；全部保存后以 0 退出";
    flag_send_text(): "What to say", "要说的话";
    flag_tail(): "Print the room's last lines", "打印房间里最近的消息";
    flag_tail_lines(): "How many", "打印多少条";
    flag_tail_follow(): "Go on with what is said from now on", "继续打印之后的新消息";
    flag_tail_json(): "Print each line as a JSON object", "每条消息打印为一个 JSON 对象";
    flag_doctor(): "Look at everything that a chat needs, and say what is wrong; ends with 0 if one can chat, with 3 if not", "检查聊天所需的一切并指出问题；可以聊天时以 0 退出，否则以 3 退出";
    flag_key(): "Take the key that proves your names to another device, or bring it from there", "把证明名字的密钥带到另一台设备，或从那里带来";
    flag_key_export(): "Print the key: whoever has it can speak in your names", "打印密钥：谁拿到它，谁就能用你的名字说话";
    flag_key_import(): "Put a key in the place of the one that is here, which is kept beside it", "换上另一把密钥；原来的会留在旁边";
    flag_key_import_file(): "The file that holds it; the standard input when absent", "存放密钥的文件；不给时读标准输入";
    flag_key_fingerprint(): "Print what tells the key from another, without telling the key", "打印密钥的指纹，不泄露密钥本身";
    key_exported(): "whoever has this can speak in your names; bring it to the other device with `kpl-chat key import`, and show it to nobody", "谁拿到它，谁就能用你的名字说话；请在另一台设备上用 `kpl-chat key import` 导入，不要给别人看";
    key_prompt(): "key", "密钥";
    key_is_none(): "that is no key: a key is 64 hexadecimal digits, as `kpl-chat key export` prints them; nothing was changed", "这不是密钥：密钥是 `kpl-chat key export` 打印的 64 位十六进制数字；什么都没有改动";
    key_imported(fingerprint: &str, path: &str): "the key {fingerprint} is now in {path}", "密钥 {fingerprint} 已放到 {path}";
    key_kept_beside(path: &str): "the one that was there is kept in {path}", "原来的密钥留在 {path}";
    cannot_read(path: &str): "cannot read {path}", "无法读取 {path}";
    flag_completions(): "Print what completes this command line in a shell", "打印 shell 的补全脚本";
    flag_completions_shell(): "The shell", "哪种 shell";
    flag_man(): "Print the man page", "打印 man 手册页";
    flag_help_command(): "Print this help, or that of a command", "显示帮助，或某个命令的帮助";
    flag_help_of(): "The command", "哪个命令";

    flag_unknown(flag: &str): "there is no flag {flag}", "没有 {flag} 这个选项";
    flag_unknown_command(word: &str): "there is no command {word}", "没有 {word} 这个命令";
    flag_wrong_value(flag: &str, value: &str): "{flag} does not take {value:?}", "{flag} 不接受 {value:?}";
    flag_no_value(flag: &str): "{flag} lacks its value", "{flag} 后面缺少内容";
    flag_missing(flag: &str): "{flag} is missing", "缺少 {flag}";
    flag_twice(flag: &str): "{flag} does not go with what stands beside it", "{flag} 不能和旁边的选项同时使用，也不能重复";
    flag_takes_none(flag: &str): "{flag} takes no value", "{flag} 后面不带内容";
    flag_not_text(): "an argument is not UTF-8", "有参数不是 UTF-8 文本";
    flag_not_understood(): "the arguments are not understood", "无法理解这些参数";
    flag_suggested(flag: &str): "; there is {flag}", "；你是不是想用 {flag}";
    flag_see_help(): "; kpl-chat --help lists everything", "；用 kpl-chat --help 查看全部用法";

    lang_unknown(name: &str): "lang is zh or en, not {name:?}", "语言只有 zh 和 en，没有 {name:?}";
    name_unusable(name: &str, why: &str): "{name:?} cannot be your name: {why}", "{name:?} 不能作为名字：{why}";
    login_unusable(login: &str, why: &str): "your login name {login:?} cannot be your name here ({why}); give one with --name", "登录名 {login:?} 不能作为这里的名字（{why}）；请用 --name 指定名字";
    nameless(): "nobody says who you are; give a name with --name", "不知道你是谁；请用 --name 指定名字";
    room_unusable(room: &str, why: &str): "no room is called {room:?}: {why}", "没有叫 {room:?} 的房间：{why}";
    theme_unusable(name: &str, known: &str): "there is no theme {name:?}; there are {known}", "没有 {name:?} 这个主题；可用的有 {known}";
    links_unknown(name: &str): "links is auto, on or off, not {name:?}", "links 只能是 auto、on 或 off，不能是 {name:?}";
    people_unknown(given: &str): "people is auto, on or off, not {given:?}", "people 只能是 auto、on 或 off，不能是 {given:?}";
    typing_unknown(given: &str): "typing is on or off, not {given:?}", "typing 只能是 on 或 off，不能是 {given:?}";
    password_unreadable(path: &str, why: &str): "cannot read the password in {path}: {why}", "无法读取 {path} 里的密码：{why}";
    password_unusable(place: &str): "the password in {place} is empty or too long", "{place} 里的密码是空的或太长";
    nothing_to_say(): "there is nothing to say: the text is empty", "没有内容可发送";
    not_sent(text: &str, why: &str): "not sent: {text:?}: {why}", "未发送：{text:?}：{why}";
    kept_lines(count: usize): "{count} line is kept for the next start" if count == 1, else "{count} lines are kept for the next start", "{count} 条已留到下次启动";
    no_history_here(): "this server keeps no history; --follow prints what comes", "这个服务器没有历史记录；用 --follow 打印新消息";

    // The man page.
    man_name(): "NAME", "名称";
    man_synopsis(): "SYNOPSIS", "用法";
    man_description(): "DESCRIPTION", "说明";
    man_options(): "OPTIONS", "选项";
    man_commands(): "COMMANDS", "命令";
    man_files(): "FILES", "文件";
    man_exit(): "EXIT STATUS", "退出码";
    man_file_settings(): "The settings", "配置";
    man_entries(): "SETTINGS FILE", "配置文件";
    man_file_key(): "The key that proves your names; keep a copy, and show it to nobody", "证明你名字的密钥；请备份，不要给任何人看";
    man_file_outbox(): "Lines that are not yet delivered", "尚未送达的内容";
    man_file_greeted(): "Servers that have ever greeted you; none of them is taken for a plain one", "曾经问候过你的服务器，不会被当作普通服务器";
    man_file_ignored(): "Whom you ignore, at each server", "你在每个服务器上隐藏的人";
    man_exit_done(): "All that was asked for is done", "一切完成";
    man_exit_failed(): "Something on this machine failed", "本机出错";
    man_exit_usage(): "The command line or the settings are not understood", "命令行或配置有误";
    man_exit_unreachable(): "No server, or none that can do it now; of `doctor`: one cannot chat", "没有服务器，或服务器暂时无法处理；对 `doctor`：还不能聊天";
    man_exit_refused(): "The server refused it", "被服务器拒绝";
    man_see(): "F1 in the program lists its keys and commands", "在程序里按 F1 查看按键和命令";
}
