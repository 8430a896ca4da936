//! Why a text is no address of a server, worded for the reader.

use crate::model::words::Language;

/// An address as one is written.
pub const EXAMPLE: &str = "http://127.0.0.1:3000";

/// What is wrong with an address, and how one looks that is right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence(Language::En))]
pub struct AddressError {
    /// The text.
    pub address: String,
    /// What is wrong with it.
    pub fault: AddressFault,
}

/// What may be wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// Nothing can be called so.
    Form,
    /// The port is none.
    Port,
    /// It is no address of the web.
    Scheme,
    /// It names no host.
    NoHost,
    /// It holds what belongs elsewhere.
    Secret,
    /// What stands behind the `#` is no invite.
    Invite,
}

impl AddressError {
    /// The sentence in the reader's language.
    pub fn sentence(&self, words: Language) -> String {
        let why = match self.fault {
            AddressFault::NoHost => words.address_no_host(),
            AddressFault::Port => words.address_port(),
            AddressFault::Form => words.address_form(),
            AddressFault::Scheme => words.address_scheme(),
            AddressFault::Secret => words.address_secret(),
            AddressFault::Invite => words.address_invite(),
        };
        words.address_wrong(&self.address, &why, EXAMPLE)
    }
}

words! {
    address_wrong(address: &str, why: &str, like: &str): "{address:?} is no address of a server: {why}; write one like {like}", "{address:?} 不是服务器地址：{why}；例如 {like}";
    address_no_host(): "it names no host", "没有主机名";
    address_port(): "that is no port", "端口不对";
    address_form(): "nothing can be called so", "格式不对";
    address_scheme(): "it begins with neither http:// nor https://", "应以 http:// 或 https:// 开头";
    address_secret(): "it holds a user's name or a password, which belong elsewhere", "不应包含用户名或密码";
    address_invite(): "what stands behind its # is no whole invite", "# 后面不是完整的邀请";
}
