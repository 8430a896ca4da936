//! What is said of files, and why one could be neither brought nor fetched.

use kpl_shared::refusal::{Code, Refusal};

use crate::model::words::{Language, trouble::Trouble};

/// Why a file could be neither brought nor fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileTrouble {
    /// There is no way to the server.
    Link(Trouble),
    /// The server refused it.
    Refused(Refusal),
    /// It takes no files.
    NotThere,
    /// It, or what stands before it, is not ready.
    NotReady {
        /// What it answered.
        status: String,
    },
    /// It answers what no server of files does.
    Odd {
        /// What it answered.
        status: String,
    },
    /// The connection broke in the middle.
    Broke,
    /// Nothing moved any more.
    Silent {
        /// For how long.
        seconds: u64,
    },
    /// The server has the file no longer.
    Gone,
    /// What came is not the file that the line is about.
    Other,
    /// It is larger than is taken.
    TooLarge {
        /// How many bytes it has.
        size: u64,
        /// How many are taken.
        most: u64,
    },
    /// There is no such file on this machine.
    Absent {
        /// Its path.
        path: String,
    },
    /// What is there is a folder, a pipe or a device.
    NoFile {
        /// Its path.
        path: String,
    },
    /// It cannot be read.
    NotReadable {
        /// Its path.
        path: String,
        /// What the system says.
        why: String,
    },
    /// It changed while it was read.
    Changed {
        /// Its path.
        path: String,
    },
    /// There is no such folder to save it in.
    NoFolder {
        /// Its path.
        path: String,
    },
    /// It cannot be written.
    NotWritten {
        /// The folder.
        path: String,
        /// What the system says.
        why: String,
    },
}

impl FileTrouble {
    /// Whether it may pass by itself, so that it is worth another try.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Link(why) => !why.is_distrust(),
            Self::NotReady { .. } | Self::Broke | Self::Silent { .. } => true,
            Self::Refused(refusal) => {
                let busy = [Code::TooFast, Code::Unavailable, Code::TooManyConnections];
                refusal.retry_ms.is_some() || busy.contains(&refusal.code)
            }
            _ => false,
        }
    }

    /// After how many milliseconds the server wants to be asked again, if it says.
    pub fn retry_ms(&self) -> Option<u64> {
        match self {
            Self::Refused(refusal) => refusal.retry_ms,
            _ => None,
        }
    }

    /// One sentence, that says what to do where something can be done.
    pub fn sentence(&self, language: Language) -> String {
        match self {
            Self::Link(why) => why.sentence(language),
            Self::Refused(refusal) => language.refusal(refusal.code, &refusal.message),
            Self::NotThere => language.no_files_here(),
            Self::NotReady { status } => language.files_not_ready(status),
            Self::Odd { status } => language.files_odd(status),
            Self::Broke => language.file_broke(),
            Self::Silent { seconds } => language.file_silent(*seconds),
            Self::Gone => language.file_gone(),
            Self::Other => language.file_other(),
            Self::TooLarge { size, most } => language.file_too_big(&bytes(*size), &bytes(*most)),
            Self::Absent { path } => language.file_not_there(path),
            Self::NoFile { path } => language.no_file(path),
            Self::NotReadable { path, why } => language.file_not_readable(path, why),
            Self::Changed { path } => language.file_changed(path),
            Self::NoFolder { path } => language.file_no_folder(path),
            Self::NotWritten { path, why } => language.file_not_written(path, why),
        }
    }
}

/// So many bytes, as one reads them: `1.2 MB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if count < 1024 {
        return format!("{count} B");
    }
    // In tenths of the unit, rounded as it is shown.
    let (mut tenths, mut unit) = (u128::from(count) * 10, 0);
    loop {
        tenths = (tenths + 512) / 1024;
        if tenths < 10_240 || unit == UNITS.len() - 1 {
            break;
        }
        unit += 1;
    }
    let (whole, rest) = (tenths / 10, tenths % 10);
    match rest {
        0 => format!("{whole} {}", UNITS[unit]),
        _ if whole >= 10 => format!("{} {}", (tenths + 5) / 10, UNITS[unit]),
        _ => format!("{whole}.{rest} {}", UNITS[unit]),
    }
}

words! {
    a_file(): "file", "文件";
    a_picture(): "picture", "图片";

    picture_comes(): "the picture is on its way", "图片加载中";
    picture_failed(): "the picture cannot be shown", "图片无法显示";

    details_file(): "file", "文件";
    details_type(): "type", "类型";
    details_size(): "size", "大小";
    details_address(): "address", "地址";

    // Commands.
    help_upload(): "shows a file of yours to the room; Tab completes its path, /cancel stops", "把你的文件发到房间；Tab 补全路径，/cancel 停止";
    help_pictures(): "shows pictures, or none", "显示或不显示图片";
    pictures_on(): "pictures are shown", "现在显示图片";
    pictures_off(): "pictures are not shown", "现在不显示图片";
    pictures_impossible(): "this terminal shows no pictures; --pictures blocks tries all the same", "这个终端不能显示图片；可用 --pictures blocks 强制显示";
    help_save(): "saves the newest file, or the Nth from the newest", "保存最新的文件，或倒数第几个";
    help_cancel(): "stops what is being uploaded and saved", "停止上传和保存";
    upload_later(): "not connected; it is uploaded once you are, and /cancel leaves it", "未连接；连接后会上传，/cancel 放弃";
    upload_too_many(): "too many files wait already", "等待的文件已经太多";
    no_such_file(): "there are not so many files here", "这里没有这么多文件";
    nothing_carried(): "nothing is being uploaded or saved", "没有正在上传或保存的文件";
    carrying_left(names: &str): "stopped: {names}", "已停止：{names}";
    saved(name: &str, path: &str): "{name} is saved as {path}", "{name} 已保存为 {path}";
    not_brought(name: &str, why: &str): "{name} was not uploaded: {why}", "{name} 未能上传：{why}";
    not_saved(name: &str, why: &str): "{name} was not saved: {why}", "{name} 未能保存：{why}";
    unfinished(names: &str): "not finished: {names}", "未完成：{names}";

    // How far it is.
    bringing(percent: u64): "upload {percent}%", "上传 {percent}%";
    saving(percent: u64): "saving {percent}%", "保存 {percent}%";
    carried_later(name: &str): "{name} waits for the connection", "{name} 等待连接";
    carried_again(name: &str, why: &str, seconds: u64): "{name}: {why}; again in {seconds} s", "{name}：{why}；{seconds} 秒后重试";
    carried_more(count: usize): ", {count} more", "，还有 {count} 个";

    // Refusals, by their code.
    file_too_large(): "the file is larger than this server takes", "文件超过服务器允许的大小";
    quota_exceeded(): "you have brought as many files as this server keeps of one", "你上传的文件已达服务器的上限";
    file_unknown(): "the server has the file no longer; /upload it again", "服务器上已没有这个文件；请重新 /upload";

    // Why there is no file.
    no_files_here(): "this server takes no files", "这个服务器不接收文件";
    files_not_ready(status: &str): "the server is not ready for files (HTTP {status}); try again later", "服务器暂时无法处理文件（HTTP {status}）；请稍后再试";
    files_odd(status: &str): "what answers there knows no files (HTTP {status})", "那里的服务不支持文件（HTTP {status}）";
    file_broke(): "the connection broke in the middle", "传输中途断开";
    file_silent(seconds: u64): "nothing has moved for {seconds} s", "{seconds} 秒没有进展";
    file_gone(): "the server has this file no longer", "服务器上已没有这个文件";
    file_other(): "what came is not the file that was said; nothing of it is kept", "收到的内容与所说的文件不符，已丢弃";
    file_too_big(size: &str, most: &str): "it has {size}, and at most {most} are taken", "文件有 {size}，最多接受 {most}";
    file_not_there(path: &str): "there is no file {path}", "没有文件 {path}";
    no_file(path: &str): "{path} is not a file", "{path} 不是文件";
    file_not_readable(path: &str, why: &str): "{path} cannot be read: {why}", "无法读取 {path}：{why}";
    file_changed(path: &str): "{path} changed while it was read; /upload it again once it is whole", "{path} 在读取时发生了变化；写完后请重新 /upload";
    file_no_folder(path: &str): "there is no folder {path}", "没有文件夹 {path}";
    file_not_written(path: &str, why: &str): "nothing can be saved in {path}: {why}", "无法保存到 {path}：{why}";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_unit_that_one_reads() {
        for (count, told) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KB"),
            (1228, "1.2 KB"),
            (48_213, "47 KB"),
            (1_258_291, "1.2 MB"),
            (1_048_575, "1 MB"),
            (10_485_760, "10 MB"),
            (u64::MAX, "16777216 TB"),
        ] {
            assert_eq!(bytes(count), told);
        }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let refused = |code| FileTrouble::Refused(Refusal::new(code, ""));
        assert!(FileTrouble::Broke.may_pass() && FileTrouble::Link(Trouble::Broke).may_pass());
        assert!(refused(Code::TooFast).may_pass() && !refused(Code::Muted).may_pass());
        assert!(!FileTrouble::Gone.may_pass() && !FileTrouble::NotThere.may_pass());
    }
}
