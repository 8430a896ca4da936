//! What is said of the link in the timeline: that it is lost or back, and what the server says of
//! itself.

use kpl_shared::protocol::Notice;

use crate::model::{text::clean, words::Language};

words! {
    link_lost(why: &str): "not connected, trying again: {why}", "未连接，正在重试：{why}";
    server_stops(): "the server stops; nothing is lost, and what you write waits", "服务器正在停止；不会丢失消息，你写的会先保留";
    link_back(): "connected", "已连接";
    not_let_in(why: &str, remedy: &str): "the server did not let us in: {why}. {remedy}", "服务器拒绝进入：{why}。{remedy}";
}

impl Language {
    /// What the server says of itself: worded from the code where it has one, otherwise in the
    /// server's own words.
    pub fn noticed(self, notice: &Notice, until: Option<&str>) -> String {
        let ordered = self.ordered(notice, until);
        match notice.code.as_str() {
            "restart" => self.server_stops(),
            _ => ordered.unwrap_or_else(|| clean::sentence(&notice.text)),
        }
    }
}
