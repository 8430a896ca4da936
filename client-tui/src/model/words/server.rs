//! What a server refuses, worded for the reader from its codes: its sentences are in English.

use kpl_shared::protocol::event;

use crate::model::words::Language;

impl Language {
    /// What was asked for, by the event that asked.
    pub fn request(self, event: &str) -> String {
        match event {
            event::TALK => self.asked_to_say(),
            event::WHO => self.asked_who(),
            event::TYPING => self.asked_typing(),
            event::ORDER => self.asked_order(),
            other => other.to_owned(),
        }
    }
}

words! {
    server_says(text: &str): "the server says: {text}", "服务器说：{text}";
    turned_out(why: &str): "the server sends us out: {why}", "服务器请我们离开：{why}";
    asked_to_say(): "what you said", "你说的话";
    asked_who(): "the list of people", "成员列表";
    asked_typing(): "telling that you write", "正在输入的提示";

    name_not_valid(): "the name breaks the rule for names", "名字不符合规则";
    room_not_valid(): "the room's name breaks the rule for names", "房间名不符合规则";
    key_not_valid(): "the key is none that this server knows", "服务器不认可这把密钥";
    version_unknown(): "the server speaks another version of the protocol", "服务器使用的协议版本不同";
    request_not_understood(): "the server does not understand the request", "服务器无法理解这个请求";
    refused_without_reason(): "the server gives no reason", "服务器没有说明原因";
}
