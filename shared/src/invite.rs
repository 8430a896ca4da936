//! Invites: what lets somebody in who does not know the server's password, once or a few times.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hex;

/// How many an invite may let in.
pub const MAX_USES: u64 = 1_000;
/// How long an invite holds unless told otherwise, in seconds: a week.
pub const SECONDS: u64 = 7 * 24 * 3600;
/// How long an invite may hold, in seconds: a year.
pub const MAX_SECONDS: u64 = 366 * 24 * 3600;

/// What stands in a link before the code: behind the `#`, which programs send to no server.
const MARK: &str = "invite=";

/// How many bytes a code has: nobody hits one by trying.
const BYTES: usize = 16;

/// The code of an invite. It is shown to nobody but those who made it: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code([u8; BYTES]);

impl Code {
    /// The code of these bytes, which are to come from chance.
    pub fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads 32 hex digits, of either case.
    pub fn parse(text: &str) -> Option<Self> {
        hex::read(text.chars()).map(Self)
    }

    /// The code itself, for hashing.
    pub fn secret(&self) -> &[u8] {
        &self.0
    }

    /// The code as it is given to somebody.
    pub fn to_hex(&self) -> String {
        hex::written(&self.0)
    }

    /// The link that is the invite, to a server at this address.
    pub fn link(&self, address: &str) -> String {
        format!("{}/#{MARK}{}", address.trim_end_matches('/'), self.to_hex())
    }

    /// Reads the code from what stands behind the `#` of a link.
    pub fn of_fragment(fragment: &str) -> Option<Self> {
        Self::parse(fragment.strip_prefix(MARK)?)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Code(hidden)")
    }
}

impl TryFrom<String> for Code {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("the code of an invite is 32 hex digits")
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.to_hex()
    }
}

/// What is told of an invite. `{"id": 3, "by": "李白", "at": 1764115200000, "until": 1764720000000,
/// "uses": 1, "used": 0}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Its number, by which it is taken back.
    pub id: u64,
    /// Who made it.
    pub by: String,
    /// When, in milliseconds since 1970, UTC.
    pub at: i64,
    /// Until when it lets somebody in.
    pub until: i64,
    /// How many it lets in.
    pub uses: u64,
    /// How many it has let in.
    pub used: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_the_code_where_no_server_is_sent_it() {
        let code = Code::from_bytes(*b"0123456789abcdef");

        let link = code.link("https://kpl.example/");

        assert_eq!(link, "https://kpl.example/#invite=30313233343536373839616263646566");
        let (_, fragment) = link.split_once('#').unwrap();
        assert_eq!(Code::of_fragment(fragment), Some(code.clone()));
        assert_eq!(Code::parse(&code.to_hex().to_uppercase()), Some(code));
    }

    #[test]
    fn what_is_no_code_is_none_and_no_code_is_shown() {
        for wrong in ["", "30313233", &"0".repeat(31), &"0".repeat(33), &"g".repeat(32), "芝麻开门"]
        {
            assert_eq!(Code::parse(wrong), None, "{wrong}");
            assert_eq!(Code::of_fragment(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{:?}", Code::from_bytes([7; BYTES])), "Code(hidden)");
    }
}
