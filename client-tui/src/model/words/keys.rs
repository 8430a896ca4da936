//! What the help bar, the rule and the empty room say of keys. A `key` is how it is bound; where
//! something is asked, Enter and Esc answer however they are bound.

use crate::model::words::Language;

impl Language {
    /// What stands between the parts of a list.
    pub fn comma(self) -> &'static str {
        match self {
            Self::En => ", ",
            Self::Zh => "，",
        }
    }

    /// Names and the like, one beside the other.
    pub fn enumeration<T: AsRef<str>>(self, parts: &[T]) -> String {
        let between = match self {
            Self::En => ", ",
            Self::Zh => "、",
        };
        parts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(between)
    }

    /// What stands between a remark and what one can do about it.
    pub fn semicolon(self) -> &'static str {
        match self {
            Self::En => "; ",
            Self::Zh => "；",
        }
    }
}

words! {
    // The help bar.
    bar_send(key: &str): "{key} send", "{key} 发送";
    bar_new_line(key: &str): "{key} new line", "{key} 换行";
    bar_complete(key: &str): "{key} complete", "{key} 补全";
    bar_select(key: &str): "{key} select", "{key} 选择";
    bar_scroll(keys: &str): "{keys} scroll", "{keys} 翻页";
    bar_quit(key: &str): "{key} quit", "{key} 退出";
    bar_help(key: &str): "{key} help", "{key} 帮助";

    // The rule.
    vi_normal(): "NORMAL: i writes", "NORMAL：i 输入";
    vi_sends(key: &str): "{key} sends", "{key} 发送";
    seeking_older(key: &str): "{key} older", "{key} 更早";
    seeking_takes(): "Enter takes", "Enter 取用";
    esc_back(): "Esc back", "Esc 返回";
    walking_next(key: &str): "{key} next", "{key} 下一个";
    walking_keeps(): "Enter keep", "Enter 选定";
    walking_undoes(): "Esc undo", "Esc 撤回";
    leafing_closes(): "Esc closes", "Esc 关闭";
    leafing_leafs(keys: &str): "{keys} leaf", "{keys} 翻页";
    search_searches(): "Enter searches", "Enter 搜索";
    search_to_hits(key: &str): "{key} the hits", "{key} 看结果";
    selecting_walks(keys: &str): "{keys} walk", "{keys} 选择";
    selecting(): "y copy  o open  i who and when  v several  Esc back", "y 复制  o 打开链接  i 详情  v 多选  Esc 返回";
    paste_dropped(): "dropped", "已放弃";
    paste_had(key: &str): "{key} puts it in after all", "按 {key} 仍可粘贴";
    again_quits(key: &str): "press {key} again to quit", "再按一次 {key} 退出";
    jumping(): "loading earlier lines", "正在载入更早的消息";
    jumping_stays(key: &str): "{key} stays here", "{key} 取消";

    // The letters while one selects messages, and among the hits of a search.
    letter_up(): "one message up", "上一条";
    letter_down(): "one message down", "下一条";
    letter_first(): "to the first message that is here", "到已载入的第一条";
    letter_last(): "to the last message", "到最后一条";
    letter_several(): "begins to select several, or ends it", "开始多选，或结束多选";
    letter_copy(): "copies", "复制";
    letter_open(): "opens the link", "打开链接";
    letter_details(): "shows who said it, when, and its number", "显示是谁、何时说的，以及编号";
    letter_back(): "back to the draft", "回到草稿";
    letter_older(): "to the hit before, further back", "到更早的结果";
    letter_newer(): "to the hit after", "到更新的结果";
    letter_again(): "searches for something else", "重新搜索";

    // The letters of vi.
    vi_characters(): "one character to the left or right", "左移或右移一个字";
    vi_words(): "to the next word, back to the beginning of one, to the end of one", "到下一个词、词首、词尾";
    vi_line(): "to the beginning or the end of the line", "移到行首或行尾";
    vi_rows(): "one row down or up", "下移或上移一行";
    vi_deletes(): "deletes the character under the caret, or before it", "删除光标处或光标前的字";
    vi_cuts(): "cuts to where the next letter goes, twice the whole line; c writes after that", "剪切到下一个字母所去之处，按两次则剪切整行；c 随后输入";
    vi_cuts_to_end(): "cuts to the end of the line; C writes after that", "剪切到行尾；C 随后输入";
    vi_undoes(): "takes the last change back", "撤销";
    vi_puts(): "puts in what was cut, behind the caret or before it", "在光标后或光标前粘贴剪切的内容";
    vi_writes(): "writes: here, behind, at the beginning or the end of the line, on a new line", "输入：在光标前、光标后、行首、行尾，或另起一行";
    vi_seeks(): "looks for something that you said", "查找自己说过的话";
    vi_counts(): "how often, before one of these", "放在上述字母之前：重复几次";

    // A room in which nobody has said anything.
    room_is_empty(): "nobody has said anything here yet: write something", "这里还没有人说话：输入内容";
    room_sends(key: &str): "{key} sends it", "{key} 发送";
    room_invites(url: &str): "others join with: kpl-chat --url {url}", "其他人可用 kpl-chat --url {url} 加入";
    room_helps(key: &str): "{key} shows keys and commands", "按 {key} 查看按键和命令";
}
