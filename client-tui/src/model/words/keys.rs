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

    // A room in which nobody has said anything.
    room_is_empty(): "nobody has said anything here yet: write something", "这里还没有人说话：输入内容";
    room_sends(key: &str): "{key} sends it", "{key} 发送";
    room_invites(url: &str): "others join with: kpl-chat --url {url}", "其他人可用 kpl-chat --url {url} 加入";
    room_helps(key: &str): "{key} shows keys and commands", "按 {key} 查看按键和命令";
}
