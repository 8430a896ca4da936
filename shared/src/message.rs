//! A line as it is kept and told.

use serde::{Deserialize, Serialize};

use crate::file::File;

/// One numbered line of a room. The same form is stored, sent live and sent as history.
///
/// What a client reads here comes from a server it need not trust: `from` and `text` are cleaned
/// before they are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The line's place in its room: dense from 1, the same for everyone.
    pub seq: u64,
    /// When the server took it, in milliseconds since 1970, UTC, by the server's clock.
    pub at: i64,
    /// The name of whoever said it, stamped by the server.
    pub from: String,
    /// The identity behind the name, stamped by the server: one a key, or one a guest's connection.
    pub uid: String,
    /// Whether `from` is a guest, whose name nobody has proved to own.
    #[serde(default, skip_serializing_if = "is_false")]
    pub guest: bool,
    /// The author's own id for the line, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cid: Option<String>,
    /// What sort of line it is.
    #[serde(default, skip_serializing_if = "Kind::is_text")]
    pub kind: Kind,
    /// What was said, exactly; of a file, what it is called.
    pub text: String,
    /// The file that it is about, of a line of kind `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<File>>,
}

/// What sort of line a message is. Clients skip the kinds that they do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Words. The kind when none is named.
    #[default]
    Text,
    /// What someone does, told in the third person (`/me waves`).
    Action,
    /// A file, which [`Message::file`] tells of.
    File,
    /// A kind of a later version of the protocol.
    #[serde(other)]
    Unknown,
}

impl Kind {
    /// Whether this is the kind that goes without saying.
    pub fn is_text(&self) -> bool {
        *self == Self::Text
    }

    /// The kind's name on the wire and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Action => "action",
            Self::File => "file",
            Self::Unknown => "unknown",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Self {
        match name {
            "text" => Self::Text,
            "action" => Self::Action,
            "file" => Self::File,
            _ => Self::Unknown,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field by reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_carries_no_empty_fields() {
        let line = Message {
            seq: 1,
            at: 2,
            from: "瑶".into(),
            uid: "u".into(),
            guest: false,
            cid: None,
            kind: Kind::Text,
            text: "来".into(),
            file: None,
        };

        let wire = serde_json::to_string(&line).unwrap();

        assert_eq!(wire, r#"{"seq":1,"at":2,"from":"瑶","uid":"u","text":"来"}"#);
        assert_eq!(serde_json::from_str::<Message>(&wire).unwrap(), line);
    }

    #[test]
    fn a_kind_of_a_later_version_is_read_as_unknown() {
        let wire = r#"{"seq":1,"at":2,"from":"a","uid":"u","kind":"react","text":"","target":9}"#;

        let line: Message = serde_json::from_str(wire).unwrap();

        assert_eq!(line.kind, Kind::Unknown);
    }
}
