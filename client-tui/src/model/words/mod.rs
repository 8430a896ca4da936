//! Every word on the screen, in the two languages that the interface speaks.

/// Words in both languages, each as a method of [`Language`]:
///
/// ```text
/// name(what: Type, ...): "English {what}", "中文 {what}";
/// name(count: usize): "{count} line" if count == 1, else "{count} lines", "{count} 条";
/// ```
///
/// Each table comes with a test that holds both languages against each other.
macro_rules! words {
    ($($name:ident($($what:ident: $of:ty),*):
        $en:literal $(if $count:ident == 1, else $many:literal)?, $zh:literal;)*) => {
        impl $crate::model::words::Language {
            $(
                #[doc = concat!("`", $en, "`")]
                pub fn $name(self, $($what: $of),*) -> String {
                    match self {
                        $(Self::En if $count != 1 => format!($many),)?
                        Self::En => format!($en),
                        Self::Zh => format!($zh),
                    }
                }
            )*
        }

        #[cfg(test)]
        #[test]
        fn every_word_of_the_table_is_in_both_languages() {
            $($crate::model::words::tests::assert_both(
                stringify!($name), &[$en $(, $many)?], $zh,
            );)*
        }
    };
}

pub mod address;
mod begin;
mod calls;
pub mod clock;
mod doctor;
pub mod fault;
pub mod files;
mod flags;
mod forms;
mod keys;
mod lines;
mod link;
mod orders;
mod server;
mod settings;
pub mod trouble;
pub mod trust;
mod waiting;

use kpl_shared::refusal::Code;

use crate::model::words::clock::{Clock, Day};

/// The language of the interface. What people say is theirs and is never translated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// 中文.
    Zh,
}

/// Words of a table, before it is known in which language.
pub type Words = fn(Language) -> String;

impl Language {
    /// The language of a locale such as `zh_CN.UTF-8`; English where it is neither.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") { Self::Zh } else { Self::En }
    }

    /// The language of a name such as `zh`, `en` or `zh-CN`; none where it is neither.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        match name.split(['_', '-', '.', '@']).next() {
            Some("zh" | "中文") => Some(Self::Zh),
            Some("en" | "english") => Some(Self::En),
            _ => None,
        }
    }

    /// A moment that was not long ago: the time, with the day unless it is today.
    pub fn moment(self, clock: &Clock, at: i64) -> String {
        let time = clock.time(at);
        match clock.day(at) {
            Some(day) if clock.day(clock.now) != Some(day) => {
                format!("{:02}-{:02} {time}", day.month, day.day)
            }
            _ => time,
        }
    }

    /// A day, as it stands between the lines of two days.
    pub fn day(self, day: Day) -> String {
        let weekday = match self {
            Self::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
            Self::Zh => ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
        }[day.weekday.min(6)];
        format!("{:04}-{:02}-{:02} {weekday}", day.year, day.month, day.day)
    }

    /// Why the server did not let us in, or refused a line: worded from the code where it has one,
    /// otherwise in the server's own words.
    pub fn refusal(self, code: Code, message: &str) -> String {
        // The server's sentence may say more, but it is in English.
        let theirs = self == Self::En && !message.is_empty();
        match code {
            Code::NameTaken => self.name_taken(),
            Code::PasswordRequired => self.password_required(),
            Code::InviteOver => self.invite_over(),
            Code::KeyRequired => self.key_required(),
            Code::NotOperator => self.not_operator(),
            Code::NotFound => self.not_found(),
            Code::Protected => self.is_protected(),
            Code::Kicked => self.kicked(),
            Code::TooManyConnections => self.too_many_connections(),
            Code::Unavailable => self.unavailable(),
            Code::TooFast => self.too_fast(),
            Code::TextEmpty => self.text_empty(),
            Code::TextTooLong
            | Code::TextInvalid
            | Code::NameInvalid
            | Code::RoomInvalid
            | Code::KeyInvalid
            | Code::Version
            | Code::BadRequest
            | Code::Banned
            | Code::Muted
            | Code::FileTooLarge
            | Code::QuotaExceeded
                if theirs =>
            {
                message.to_owned()
            }
            Code::Banned => self.banned(),
            Code::Muted => self.muted(),
            Code::FileTooLarge => self.file_too_large(),
            Code::QuotaExceeded => self.quota_exceeded(),
            Code::FileUnknown => self.file_unknown(),
            Code::TextTooLong => self.text_too_long(),
            Code::TextInvalid => self.text_invalid(),
            Code::NameInvalid => self.name_not_valid(),
            Code::RoomInvalid => self.room_not_valid(),
            Code::KeyInvalid => self.key_not_valid(),
            Code::Version => self.version_unknown(),
            Code::BadRequest => self.request_not_understood(),
            // One of a later version: nobody but the server has words for that.
            Code::Unknown if message.is_empty() => self.refused_without_reason(),
            Code::Unknown => self.server_says(message),
        }
    }

    /// What a person can do about not being let in.
    pub fn remedy(self, code: Code) -> String {
        match code {
            Code::NameTaken | Code::NameInvalid => self.try_another_name(),
            Code::RoomInvalid
            | Code::KeyInvalid
            | Code::PasswordRequired
            | Code::InviteOver
            | Code::Version => self.start_otherwise(),
            _ => self.try_again(),
        }
    }
}

words! {
    // The status line.
    dialling(): "connecting", "正在连接";
    live(ms: u32): "live {ms}ms", "在线 {ms}ms";
    live_unmeasured(): "live", "在线";
    text_only(): "text only", "仅文本";
    reconnecting(seconds: u64): "reconnecting in {seconds} s", "{seconds} 秒后重连";
    offline(): "offline", "离线";
    turned_away(): "not let in", "未获准进入";
    queued_count(count: usize): "{count} queued", "{count} 条待发";
    online(count: usize): "{count} online", "{count} 人在线";
    offline_short(seconds: u64): "offline {seconds}s", "离线 {seconds}秒";
    queued_short(count: usize): "{count}q", "待发{count}";
    online_short(count: usize): "{count}p", "{count}人";

    // Around the lines.
    below(count: u64): "{count} below", "下方 {count} 条";
    below_new(count: u64, new: u64): "{count} below, {new} new", "下方 {count} 条，{new} 条新";
    unread(count: u64, since: &str): "{count} new since {since}", "{since} 以来 {count} 条新消息";
    new_since(count: u64, since: &str): "{count} new since {since}", "{since} 以来 {count} 条新消息";
    new_since_named(count: u64, since: &str, named: usize): "{count} new since {since}, {named} names you" if named == 1, else "{count} new since {since}, {named} name you", "{since} 以来 {count} 条新消息，{named} 条提到你";
    new_since_at_least(count: u64, since: &str, named: usize): "{count} new since {since}, {named} or more name you", "{since} 以来 {count} 条新消息，至少 {named} 条提到你";
    nothing_unread(): "nothing is unread", "没有未读消息";
    jump_prompt(): "go to", "跳到";
    jump_to(): "19:30, yesterday, 11-22 or #123; Enter alone: now; Esc back", "19:30、昨天、11-22 或 #123，直接按 Enter 回到最新，Esc 返回";
    jump_short(): "19:30, 11-22, #123", "19:30、昨天、#123";
    no_such_time(): "write it as 19:30, yesterday, 11-22 or #123", "请写成 19:30、昨天、11-22 或 #123";
    no_such_time_short(): "no: 19:30, #123", "写成 19:30、#123";
    stale(said: &str): "{said}: you write to now", "{said}：你在回复最新";
    search_prompt(): "search", "搜索";
    search_asking(): "Enter searches, Esc back; \"quotes\" keep words together", "Enter 搜索，Esc 返回；用 \"引号\" 搜索整句";
    search_asking_short(): "Enter searches, Esc back", "Enter 搜索，Esc 返回";
    search_walking_short(at: usize, count: usize): "{at} of {count}  n/N  Enter  Esc", "第 {at}/{count} 条  n/N  Enter  Esc";
    search_under_way(): "searching", "正在搜索";
    search_nothing(): "nothing found", "没有找到";
    search_none(): "no answer: this server has no search", "没有应答：这个服务器不支持搜索";
    search_no_link(): "not connected", "未连接";
    search_failed(why: &str): "{why}; Esc back", "{why}；Esc 返回";
    search_failed_now(why: &str): "{why}; Enter tries again", "{why}；按 Enter 重试";
    search_not_so(): "that cannot be searched for", "无法搜索这样的内容";
    search_listing(at: usize, count: usize): "{at} of {count}  n/N walk  Enter goes there  Esc back", "第 {at}/{count} 条  n/N 上下  Enter 跳转  Esc 返回";
    search_listing_more(at: usize, count: usize): "{at} of {count}, more above  n/N walk  Enter goes there  Esc back", "第 {at}/{count} 条，上面还有  n/N 上下  Enter 跳转  Esc 返回";
    search_reading(at: usize, count: usize): "{at} of {count}  n/N next  Enter stays  Esc the hits", "第 {at}/{count} 条  n/N 上下  Enter 留在这里  Esc 回到结果";
    one_writes(name: &str): "{name} is typing", "{name} 正在输入";
    two_write(name: &str, other: &str): "{name} and {other} are typing", "{name} 和 {other} 正在输入";
    many_write(count: usize): "{count} are typing", "{count} 人正在输入";
    selecting_short(): "y copy  o open  i info  Esc back", "y 复制 o 打开 i 详情 Esc 返回";
    choosing(): "1-9 opens, Esc goes back", "1-9 打开，Esc 返回";
    choose_link(): "Which link?", "打开哪个链接？";
    copied(): "copied", "已复制";
    copied_of(name: &str): "copied what {name} said", "已复制 {name} 说的话";
    too_much_to_copy(): "too much to copy at once", "内容过多，无法一次复制";
    no_link(): "there is no link in it", "其中没有链接";
    no_such_message(): "there are not so many messages here", "这里没有这么多消息";
    no_such_link(): "there are not so many links here", "这里没有这么多链接";
    nothing_said(): "there is no message here", "这里没有消息";
    not_opened(link: &str): "no browser opens here; the link is {link}", "此处没有浏览器可用；链接是 {link}";
    mouse_free(): "mouse let go", "鼠标已放开";
    seeking(): "find", "查找";
    seeking_nothing(): "not found", "未找到";
    paste_asks(lines: usize): "paste {lines} lines? Enter yes, Esc no", "粘贴 {lines} 行？Enter 粘贴，Esc 放弃";
    too_small(): "too small", "窗口太小";
    sent(): "sent", "已发出";
    queued(place: usize): "queued {place}", "待发 {place}";
    delivered(): "ok", "ok";
    refused(why: &str): "refused: {why}", "被拒绝：{why}";

    // What the client says in the timeline.
    welcome_plain(): "a plain server: text only, without history or receipts", "普通服务器：仅文本，没有历史记录和回执";
    entered(room: &str, name: &str): "you are in #{room} as {name}; /help lists the commands", "你已进入 #{room}，名字是 {name}；/help 列出命令";
    linked_already(): "you are connected", "已经连接";
    nick_refused(name: &str, why: &str, kept: &str): "you cannot be {name}: {why}; you go on as {kept}", "无法改名为 {name}：{why}；你仍是 {kept}";
    new_history(): "the server began a new history; earlier lines are gone", "服务器的记录已重新开始，之前的内容不再可用";
    search_plain(): "a plain server keeps nothing to search", "普通服务器不保存记录，无法搜索";
    line_missing(seq: u64): "the server no longer has the line {seq}", "服务器上已没有第 {seq} 条";
    lines_missing(first: u64, last: u64): "the server no longer has the lines {first} to {last}", "服务器上已没有第 {first} 至 {last} 条";
    renamed(name: &str): "you are {name} here", "你在这里的名字是 {name}";
    guest(name: &str): "you are here as a guest, {name}", "你以访客身份加入：{name}";
    joined(name: &str): "{name} came", "{name} 来了";
    left(name: &str): "{name} left", "{name} 离开了";
    not_kept(why: &str): "the outbox on disk failed ({why}): lines that wait would not survive this program", "磁盘上的待发箱出错（{why}）：未送达的内容在程序退出后会丢失";
    outbox_damaged(path: &str): "a file of lines that waited was damaged; what could be read is sent, and all of it is kept in {path}", "有一个待发文件已损坏；能读出的内容会发送，原文件保存在 {path}";
    outbox_unusable(path: &str, why: &str): "lines that wait in {path} cannot be sent: {why}", "无法发送 {path} 中的待发内容：{why}";
    outbox_waiting(name: &str, count: usize): "{count} waiting for a start as {name}", "有 {count} 条待发，以 {name} 的名字启动时会发送";
    request_refused(what: &str, why: &str): "{what} was refused: {why}", "{what} 被拒绝：{why}";
    editor_missing(name: &str): "there is no editor {name}; set VISUAL or EDITOR", "找不到编辑器 {name}；请设置 VISUAL 或 EDITOR";
    editor_failed(why: &str): "the editor failed ({why}); the draft is as it was", "编辑器出错（{why}）；草稿保持不变";
    history_failed(why: &str): "what you say cannot be kept for recall: {why}", "说过的话无法保存以备取回：{why}";
    draft_cut(): "the paste was too long and was cut", "粘贴内容过长，已截断";
    kept_for_next(count: usize): "{count} queued, kept for the next start at this address", "{count} 条待发，已留到下次启动（同一地址）";

    people(count: usize): "{count} here", "{count} 人在此";
    and_more(count: usize): "and {count} more", "还有 {count} 人";
    oneself(): "you", "你";
    here_since(when: &str): "since {when}", "{when} 起";
    writes(): "typing", "正在输入";
    a_guest(): "guest", "访客";
    whois_nobody(name: &str): "nobody called {name} is here or has spoken lately", "没有叫 {name} 的人在此，近来也无人以此名发言";
    whois_who(): "who", "身份";
    whois_guest(): "a guest, whose name nobody has proved", "访客，名字未经验证";
    whois_owner(): "the owner of this name, by a key", "此名字的主人，持有密钥";
    whois_identity(): "identity", "标识";
    whois_here(): "here", "在场";
    whois_said(): "last line", "最近发言";
    whois_silent(): "none that was loaded", "已载入的记录中没有";
    not_here(): "not here", "不在";

    // Commands.
    unknown_command(word: &str): "there is no command {word}; /help lists them, and // sends a slash", "没有命令 {word}；/help 列出全部命令，// 可发送斜杠";
    usage(form: &str): "write it so: {form}", "用法：{form}";
    name_invalid(why: &str): "that name will not do: {why}", "这个名字不可用：{why}";
    names(count: usize, list: &str): "{count} here: {list}", "{count} 人在此：{list}";
    names_unknown(): "who is here is not known now", "暂时不知道谁在这里";
    help_help(): "lists commands and keys", "列出命令和按键";
    help_names(): "says who is here", "谁在这里";
    help_whois(): "says who somebody is, and when they last spoke", "查看某人的身份和最近发言的时间";
    help_me(): "tells what you do: /me waves", "描述动作：/me 挥手";
    help_nick(): "takes another name", "换一个名字";
    help_theme(): "draws in other colours, or lists them", "换一套配色；不带名字则列出全部";
    themes(one: &str, all: &str): "the theme is {one}; there are {all}", "当前配色是 {one}；可选 {all}";
    no_theme(name: &str): "there is no theme {name}; ", "没有配色 {name}；";
    themes_off(): "nothing is drawn in colour here", "这里不使用颜色";
    help_search(): "finds lines with these words", "查找含有这些词的内容";
    help_copy(): "copies the newest message, or the Nth from the newest", "复制最新的一条消息，或倒数第几条";
    help_open(): "opens the newest link, or the Nth from the newest", "打开最新的链接，或倒数第几个";
    help_clear(): "clears the screen; scrolling up loads it again", "清屏；向上翻可重新载入";
    help_reconnect(): "tries to connect now", "立即重连";
    help_lang(): "speaks English or Chinese until it ends", "切换界面语言，直到退出";
    help_quit(): "leaves; what waits is kept for the next start", "退出；待发内容留到下次启动";
    help_slash(): "at the start of a line sends one slash", "在行首可发送一个斜杠";

    details(): "This message", "这条消息";
    details_who(): "who", "谁";
    details_guest(name: &str): "{name} (a guest, whose name nobody has proved)", "{name}（访客，名字未经验证）";
    details_when(): "when", "时间";
    details_number(): "number", "编号";
    details_unnumbered(): "none yet", "尚无";
    details_identity(): "identity", "身份";
    details_id(): "id", "标识";
    help_commands(): "Commands", "命令";
    help_keys(): "Keys", "按键";
    help_selecting(): "While selecting messages", "选择消息时";
    help_hits(): "Among the hits of a search", "浏览搜索结果时";
    help_vi(): "In normal, of vi", "vi 的普通模式";

    // Keys.
    key_send(): "sends the draft, or does what it asks for", "发送，或执行命令";
    key_new_line(): "begins a new line", "换行";
    key_left(): "one character to the left", "左移一个字";
    key_right(): "one character to the right", "右移一个字";
    key_word_left(): "one word to the left", "左移一个词";
    key_word_right(): "one word to the right", "右移一个词";
    key_up(): "one row up; above the first, what you said before", "上移一行；在首行则取回之前说过的话";
    key_down(): "one row down; below the last, what you said after", "下移一行；在末行则取回之后说过的话";
    key_seek(): "looks for something that you said", "查找自己说过的话";
    key_line_start(): "to the beginning of the line", "移到行首";
    key_line_end(): "to the end of the line; there already, to the newest line", "移到行尾；已在行尾则回到最新";
    key_delete_back(): "deletes the character before the caret", "删除光标前的字";
    key_delete_forward(): "deletes the character after the caret", "删除光标后的字";
    key_delete_or_quit(): "deletes the character after the caret; with no draft, leaves", "删除光标后的字；没有草稿时退出";
    key_kill_to_space(): "cuts back to the last white space", "向前剪切到空白处";
    key_kill_word_back(): "cuts the word before the caret", "剪切光标前的词";
    key_kill_word_forward(): "cuts the word after the caret", "剪切光标后的词";
    key_kill_to_start(): "cuts to the beginning of the line", "剪切到行首";
    key_kill_to_end(): "cuts to the end of the line", "剪切到行尾";
    key_yank(): "puts in what was cut", "粘贴剪切的内容";
    key_yank_older(): "after that: puts in what was cut earlier instead", "随后按：换成更早剪切的内容";
    key_edit(): "opens the draft in your editor ($VISUAL, $EDITOR)", "用编辑器（$VISUAL、$EDITOR）编辑草稿";
    key_transpose(): "swaps the characters around the caret", "交换光标前后的字";
    key_undo(): "takes the last change back", "撤销";
    key_redo(): "makes it again", "重做";
    key_complete(): "completes a name, a command or an :emoji:", "补全名字、命令或 :emoji:，名字可用拼音";
    key_complete_back(): "the same, backwards through what it may become", "同上，反向选择";
    key_page_up(): "reads further up", "向上翻页";
    key_page_down(): "reads further down", "向下翻页";
    key_unread(): "to the first line that is not read", "到第一条未读";
    key_jump(): "to a time, a day or a number", "跳到某个时间、日期或编号";
    key_now(): "to the newest line", "回到最新";
    key_select(): "walks among the messages, to copy one or open a link in it", "选择消息，以便复制或打开其中的链接";
    key_search(): "searches all that was said in the room", "搜索房间里说过的一切";
    key_mouse(): "lets go of the mouse to select text, or takes it", "放开鼠标以便选取文字，或收回鼠标";
    key_people(): "shows who is here, or folds the list away", "显示或收起成员列表";
    key_redraw(): "draws the screen anew", "重绘屏幕";
    key_suspend(): "gives the terminal to the shell; fg comes back", "回到 shell；用 fg 返回";
    key_cancel(): "goes back", "返回";
    key_clear_or_quit(): "clears the draft; twice with no draft, leaves", "清空草稿；没有草稿时按两次退出";
    key_help(): "shows this", "显示本帮助";

    // Why there is no link.
    no_server(at: &str): "no server answers at {at}; is it running, and is that the address?", "{at} 没有服务器应答；服务器开着吗？地址对吗？";
    unknown_host(at: &str): "the host of {at} is not known; check the address", "找不到 {at} 的主机；请检查地址";
    no_answer(at: &str, seconds: u64): "{at} does not answer within {seconds} s", "{at} 在 {seconds} 秒内没有应答";
    web_server(at: &str, status: &str): "{at} is a web server, but no Socket.IO server (HTTP {status}); check the address", "{at} 是网页服务器，不是 Socket.IO 服务器（HTTP {status}）；请检查地址";
    stranger(at: &str): "{at} answers, but is no Socket.IO server; check the address", "{at} 有应答，但不是 Socket.IO 服务器；请检查地址";
    not_ready(at: &str, status: &str): "{at} is not ready (HTTP {status}); try again later", "{at} 尚未就绪（HTTP {status}）；请稍后再试";
    closed_door(at: &str): "{at} opens a connection but lets nobody in", "{at} 接受连接，但不让任何人进入";
    ungreeted(at: &str, file: &str): "{at} lets us in but says no hello, as it once did; if another server stands there now, remove {file} and start again", "{at} 让我们进入，却没有像以前那样问候；如果那里已换成别的服务器，请删除 {file} 后重新启动";
    reset(at: &str): "{at} breaks the connection off; if it speaks TLS, write https://", "{at} 中断了连接；如果它使用 TLS，请写 https://";
    unreachable(at: &str, cause: &str): "{at} cannot be reached: {cause}", "无法连接 {at}：{cause}";
    link_broke(): "the connection broke", "连接断开";
    hung_up(): "the server closed the connection", "服务器关闭了连接";
    silent(): "the server answers no more", "服务器不再应答";
    stuck(): "the server takes nothing any more", "服务器不再接收";
    gave_up(): "the connection failed on this machine", "连接在本机出错";
    failed_here(cause: &str): "something failed on this machine: {cause}", "本机出错：{cause}";

    tried_for(seconds: u64): " (tried for {seconds} s)", "（已尝试 {seconds} 秒）";
    and_kept(count: usize): "; what waits ({count}) is kept for the next start", "；待发的 {count} 条已留到下次启动";

    // Refusals, by their code.
    name_taken(): "the name belongs to another key", "这个名字属于另一把密钥";
    password_required(): "the server wants a password or an invite", "服务器需要密码或邀请";
    password_prompt(): "password", "密码";
    password_asks(): "The server wants its password: Enter tries it, Esc not now", "服务器需要密码：Enter 进入，Esc 暂不";
    password_again(): "That was not the password: Enter tries another, Esc not now", "密码不对：Enter 再试，Esc 暂不";
    password_wrong(): "that was not the password", "密码不对";
    password_by_flag(): "; give it with --password-file FILE or in the variable KPL_PASSWORD", "；请用 --password-file 文件 或环境变量 KPL_PASSWORD 给出";
    key_required(): "the server takes no guests: a name and a key are needed", "服务器不接待访客：需要名字和密钥";
    banned(): "you may not enter", "你被禁止进入";
    too_many_connections(): "too many connections from this address", "来自此地址的连接过多";
    unavailable(): "the server cannot do it now", "服务器暂时无法处理";
    too_fast(): "too fast", "发送太快";
    text_empty(): "the line is empty", "内容为空";
    text_too_long(): "the line is too long", "内容过长";
    text_invalid(): "the line holds a character that is not allowed", "内容含有不允许的字符";
    try_another_name(): "/nick NAME takes another name", "用 /nick 名字 换一个名字";
    another_name_by_flag(): "; take another name with --name", "；请用 --name 换一个名字";
    another_room_by_flag(): "; choose another room with --room", "；请用 --room 换一个房间";
    start_otherwise(): "Quit and start with other settings", "请退出并更改设置后重新启动";
    try_again(): "/reconnect tries again", "输入 /reconnect 重试";
}

impl Language {
    /// What a person can do on the command line about not being let in, after the reason.
    pub fn remedy_by_flag(self, code: Code) -> String {
        match code {
            Code::NameTaken | Code::NameInvalid => self.another_name_by_flag(),
            Code::PasswordRequired | Code::InviteOver => self.password_by_flag(),
            Code::RoomInvalid => self.another_room_by_flag(),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
