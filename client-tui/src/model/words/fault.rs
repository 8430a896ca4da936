//! What failed on this machine, worded for the reader.

use crate::model::words::Language;

/// What failed. `why` is what the system says of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence(Language::En))]
pub enum Fault {
    /// There is no home folder.
    NoHome,
    /// A folder can be neither found nor made.
    NoFolder {
        /// The folder.
        path: String,
        /// What the system says.
        why: String,
    },
    /// The lines that wait cannot be kept.
    NoOutbox {
        /// What the system says.
        why: String,
    },
    /// There are no random numbers.
    NoChance {
        /// What the system says.
        why: String,
    },
    /// The program cannot begin its work.
    NoStart {
        /// What the system says.
        why: String,
    },
    /// The keyboard cannot be read.
    NoKeyboard {
        /// What the system says.
        why: String,
    },
    /// There is no log where one is wanted.
    NoLog {
        /// The file.
        path: String,
        /// What the system says.
        why: String,
    },
    /// A log is wanted where the screen is.
    LogOnScreen {
        /// What is no file.
        path: String,
    },
    /// A part of the program panicked.
    Panicked,
    /// What keeps the link alive has ended.
    LinkGaveUp,
    /// Nobody but the system has words for it.
    System {
        /// What it says.
        why: String,
    },
}

impl Fault {
    /// One sentence, that says what to do where something can be done.
    pub fn sentence(&self, words: Language) -> String {
        match self {
            Self::NoHome => words.fault_no_home(),
            Self::NoFolder { path, why } => words.fault_no_folder(path, why),
            Self::NoOutbox { why } => words.fault_no_outbox(why),
            Self::NoChance { why } => words.fault_no_chance(why),
            Self::NoStart { why } => words.fault_no_start(why),
            Self::NoKeyboard { why } => words.fault_no_keyboard(why),
            Self::NoLog { path, why } => words.fault_no_log(path, why),
            Self::LogOnScreen { path } => words.fault_log_on_screen(path),
            Self::Panicked => words.fault_panicked(),
            Self::System { why } => why.clone(),
            Self::LinkGaveUp => words.fault_link_gave_up(),
        }
    }
}

words! {
    fault_no_home(): "there is no home folder: set HOME, or XDG_STATE_HOME and XDG_CONFIG_HOME", "没有主目录：请设置 HOME，或 XDG_STATE_HOME 和 XDG_CONFIG_HOME";
    fault_no_folder(path: &str, why: &str): "cannot make the folder {path}: {why}", "无法创建目录 {path}：{why}";
    fault_no_outbox(why: &str): "cannot keep lines on disk: {why}", "内容无法存到磁盘：{why}";
    fault_no_chance(why: &str): "there are no random numbers: {why}", "无法取得随机数：{why}";
    fault_no_start(why: &str): "cannot start: {why}", "无法启动：{why}";
    fault_no_keyboard(why: &str): "cannot read the keyboard: {why}", "无法读取键盘：{why}";
    fault_no_log(path: &str, why: &str): "cannot log to {path}: {why}", "无法把日志写到 {path}：{why}";
    fault_log_on_screen(path: &str): "{path} is a terminal; a log goes to a file", "{path} 是终端；日志应写到文件";
    fault_panicked(): "the program failed; what is said above this line helps to mend it", "程序出错；上面的说明有助于修复";
    fault_link_gave_up(): "the part that keeps the connection has failed", "负责连接的部分出错了";

    key_exposed(path: &str): "{path} can be read by others; chmod 600 {path}", "其他人可以读取 {path}；请执行 chmod 600 {path}";
    key_damaged(path: &str): "{path} holds no key; put a copy of yours back, or remove it to begin with a new one, which owns none of your names", "{path} 里没有密钥；请恢复备份，或删除它换用新密钥（原来的名字将不再属于你）";
    key_unusable(path: &str, why: &str): "the key {path} can be neither read nor made ({why})", "密钥 {path} 无法读取或创建（{why}）";

    line_too_long(): "the line is too long", "这一行过长";
    line_not_text(): "the line is not UTF-8", "这一行不是 UTF-8 文本";
}
