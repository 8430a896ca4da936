//! The three questions of the first start, and what an empty room says.

use kpl_shared::names::{MAX_BYTES, MAX_GRAPHEMES, NameError};

use crate::model::words::Language;

impl Language {
    /// What is wrong with a name, as a sentence that says what to do.
    pub fn name_error(self, error: &NameError) -> String {
        match error {
            NameError::Empty => self.name_empty(),
            NameError::TooLong => self.name_too_long(MAX_GRAPHEMES, MAX_BYTES),
            NameError::Forbidden(letter) => self.name_forbidden(*letter),
            NameError::TooManyMarks => self.name_marks(),
            NameError::Marked => self.name_marked(),
            NameError::MixedScripts => self.name_mixed(),
        }
    }
}

words! {
    name_empty(): "a name needs at least one letter or number", "名字至少要有一个文字或数字";
    name_too_long(letters: usize, bytes: usize): "a name has at most {letters} letters and {bytes} bytes", "名字最多 {letters} 个字、{bytes} 字节";
    name_forbidden(letter: char): "a name is made of letters, numbers and -_. only; it holds {letter:?}", "名字只能用文字、数字和 -_. ，不能有 {letter:?}";
    name_marked(): "letters of Chinese, Japanese or Korean have no marks in a name", "中日韩文字上不能加符号";
    name_marks(): "a name has at most two marks on one letter", "一个字母上最多两个附加符号";
    name_mixed(): "a name is written in one script (Chinese may stand with Latin letters)", "名字只能用一种文字（中文可以和拉丁字母同用）";

    begin_title(): "Welcome to KPL chat", "欢迎使用 KPL 聊天室";
    begin_about(): "Some questions before the first start; the answers are kept in the settings file.", "首次启动前有几个问题，答案会保存到配置文件。";
    begin_keys(): "Enter next  Esc leaves, nothing kept  Up/Down to and fro", "Enter 下一步  Esc 离开且不保存  上/下键切换";
    begin_keys_last(): "Enter saves and starts  Esc leaves, nothing kept  Up goes back", "Enter 保存并开始  Esc 离开且不保存  上键返回";
    begin_name(): "Your name", "你的名字";
    begin_server(): "The server", "服务器";
    begin_language(): "Language", "语言";
    begin_name_good(): "this will do; the first use claims it for you on that server", "可以使用；首次使用后这个名字在该服务器上就属于你";
    begin_checking(): "looking for the server", "正在查找服务器";
    begin_reachable(): "a chat server answers there", "有聊天服务器应答";
    begin_change(): "Left and Right change it", "用左右方向键切换";
    begin_unreachable(why: &str): "{why} (one can go on all the same, and it may come later)", "{why}（也可以先继续，稍后再连接）";
    begin_not_saved(why: &str): "the answers cannot be saved ({why}); Enter starts without", "无法保存答案（{why}）；按 Enter 直接开始";
}
