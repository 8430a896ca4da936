//! A file that a line is about: what is told of it, how it may be named, and where it is fetched.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::{
    hex,
    refusal::{Code, Refusal},
    text::steers_a_screen,
};

/// Where files are brought (`POST /files?name=NAME`) and fetched (`GET /files/HASH/NAME`).
pub const FILES: &str = "/files";
/// How long a file's name may be, in bytes: as long as file systems take.
pub const MAX_NAME_BYTES: usize = 255;
/// The type of what is nothing more than bytes.
pub const BYTES: &str = "application/octet-stream";

/// What a line of kind `file` tells of its file.
///
/// What a client reads here comes from a server it need not trust: a name is cleaned before it is
/// drawn, and made a base name before anything is saved under it; of the rest nothing is believed
/// that matters, as what is fetched is compared with its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// What tells its content from any other.
    pub hash: Hash,
    /// What it is called.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Its media type. That of a picture follows from its content, any other from its name.
    #[serde(rename = "type")]
    pub media: String,
    /// How wide it is, in pixels, if it is a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// How high it is, in pixels, if it is a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

impl File {
    /// Whether it is a picture of a form that everybody can show.
    pub fn is_picture(&self) -> bool {
        self.width.is_some() && self.height.is_some()
    }

    /// Where it is fetched, below the server's address.
    pub fn path(&self) -> String {
        path(self.hash, &self.name)
    }
}

/// Where a file of this content is fetched under this name, below the server's address.
pub fn path(hash: Hash, name: &str) -> String {
    format!("{FILES}/{hash}/{}", encoded(name))
}

/// A name as it stands in an address.
pub fn encoded(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            // Writing into a string does not fail.
            let _written = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The BLAKE3 hash of a file's content, which is its name in the store and on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    /// 64 hexadecimal digits.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::written(&self.0))
    }
}

/// What was given is no hash of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a file's hash is 64 hex digits")]
pub struct NotAHash;

impl FromStr for Hash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        hex::read(text.chars()).map(Self).ok_or(NotAHash)
    }
}

impl TryFrom<String> for Hash {
    type Error = NotAHash;

    fn try_from(text: String) -> Result<Self, NotAHash> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

/// What a file may be called, checked once: a base name in which nothing steers a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// Takes what stands after the last slash or backslash of `name`: browsers and people name
    /// whole paths.
    pub fn parse(name: &str) -> Result<Self, Refusal> {
        let base = base(name);
        let wrong = |message| Err(Refusal::new(Code::TextInvalid, message));
        if base.is_empty() {
            return Err(Refusal::new(Code::TextEmpty, "the file has no name"));
        }
        if base.len() > MAX_NAME_BYTES {
            let message =
                format!("the file's name has {} bytes; {MAX_NAME_BYTES} are allowed", base.len());
            return Err(Refusal::new(Code::TextTooLong, message));
        }
        if base.chars().any(|letter| letter.is_control() || steers_a_screen(letter)) {
            return wrong("the file's name holds a character that is not allowed".to_owned());
        }
        Ok(Self(base.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The last part of a path of whatever system, without what names no file of its own; empty if
/// there is none.
pub fn base(path: &str) -> &str {
    let base = path.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if matches!(base, "." | "..") { "" } else { base }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn verdict(name: &str) -> Result<String, Code> {
        FileName::parse(name).map(FileName::into_string).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_name_is_what_stands_after_the_last_slash() {
        for (name, base) in [
            ("截图 1.png", "截图 1.png"),
            ("/etc/passwd", "passwd"),
            (r"C:\fakepath\a.png", "a.png"),
            ("../../a", "a"),
            (" a ", "a"),
            (".bashrc", ".bashrc"),
        ] {
            assert_eq!(verdict(name).as_deref(), Ok(base));
        }
    }

    #[test]
    fn what_names_no_file_or_steers_a_screen_is_refused() {
        for name in ["", "/", "a/..", ".", "  ", "a/"] {
            assert_eq!(verdict(name), Err(Code::TextEmpty), "{name:?}");
        }
        for name in ["a\x1b[2J.png", "a\nb", "a\tb", "a\u{202e}gnp.exe", "a\0"] {
            assert_eq!(verdict(name), Err(Code::TextInvalid), "{name:?}");
        }
        assert_eq!(verdict(&"a".repeat(MAX_NAME_BYTES + 1)), Err(Code::TextTooLong));
    }

    #[test]
    fn a_path_holds_the_name_whatever_is_in_it() {
        let hash: Hash = "ab".repeat(32).parse().unwrap();

        let path = path(hash, "截 1%?#.png");

        assert_eq!(path, format!("/files/{hash}/%E6%88%AA%201%25%3F%23.png"));
    }

    #[test]
    fn a_file_is_told_as_it_is_read() {
        let file = File {
            hash: "0f".repeat(32).parse().unwrap(),
            name: "a.png".into(),
            size: 3,
            media: "image/png".into(),
            width: Some(2),
            height: Some(1),
        };

        let wire = serde_json::to_string(&file).unwrap();

        let hash = "0f".repeat(32);
        let told = r#""name":"a.png","size":3,"type":"image/png","width":2,"height":1"#;
        assert_eq!(wire, format!(r#"{{"hash":"{hash}",{told}}}"#));
        assert_eq!(serde_json::from_str::<File>(&wire).unwrap(), file);
        assert!(serde_json::from_str::<File>(&wire.replace("0f0f", "0f")).is_err());
    }

    proptest! {
        #[test]
        fn a_name_never_leaves_its_folder(name in ".{0,40}") {
            if let Ok(name) = FileName::parse(&name) {
                let path = std::path::Path::new(name.as_str());
                prop_assert_eq!(path.file_name().and_then(|base| base.to_str()), Some(name.as_str()));
                prop_assert_eq!(path.components().count(), 1);
            }
        }
    }
}
