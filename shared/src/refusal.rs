//! Why something was not done: a code for programs, a sentence for people, a time to wait.

use serde::{Deserialize, Serialize};

/// Why a request or a connection was refused. It travels to whoever asked; what is nobody's
/// business but the operator's is logged instead and answered as [`Code::Unavailable`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// What programs decide by.
    pub code: Code,
    /// A sentence for a person, in English; clients word it from the code where they can.
    pub message: String,
    /// After how many milliseconds the same request may pass, where waiting helps.
    pub retry_ms: Option<u64>,
}

impl Refusal {
    /// A refusal that waiting does not help.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_ms: None }
    }

    /// A refusal that may pass after `retry_ms` milliseconds.
    pub fn for_now(code: Code, message: impl Into<String>, retry_ms: u64) -> Self {
        Self { code, message: message.into(), retry_ms: Some(retry_ms) }
    }

    /// Reads the message of a Socket.IO `connect_error`: `CODE: sentence`.
    ///
    /// A message without a code is somebody else's server talking; it is kept whole.
    pub fn from_connect_error(message: &str) -> Self {
        if let Some((code, sentence)) = message.split_once(": ") {
            let code = Code::parse(code);
            if code != Code::Unknown {
                return Self::new(code, sentence);
            }
        }
        Self::new(Code::Unknown, message)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The reasons, as programs read them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
            /// A code of a later version, or none at all.
            #[serde(other, rename = "unknown")]
            Unknown,
        }

        impl Code {
            /// Every code that this version knows.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as it stands on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Unknown => "unknown",
                }
            }

            /// The code of that spelling.
            pub fn parse(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    _ => Self::Unknown,
                }
            }
        }
    };
}

codes! {
    /// The name belongs to another key.
    NameTaken = "name_taken",
    /// The name breaks the rule for names.
    NameInvalid = "name_invalid",
    /// The room's name breaks the rule for names of rooms.
    RoomInvalid = "room_invalid",
    /// The key is not 64 hex digits.
    KeyInvalid = "key_invalid",
    /// The server wants a password or an invite, and got none or a wrong one.
    PasswordRequired = "password_required",
    /// The invite has let in all that it may, or its time is over.
    InviteOver = "invite_over",
    /// The server takes no guests: a name and a key are needed.
    KeyRequired = "key_required",
    /// Whoever asks may not enter.
    Banned = "banned",
    /// This address has too many connections.
    TooManyConnections = "too_many_connections",
    /// The client speaks a version that the server does not.
    Version = "version",
    /// The server cannot do it now; nothing was lost or half done.
    Unavailable = "unavailable",
    /// Too many lines in too short a time.
    TooFast = "too_fast",
    /// The line has no text, or nothing but white space.
    TextEmpty = "text_empty",
    /// The line is longer than the server takes.
    TextTooLong = "text_too_long",
    /// The line holds a character that could harm a screen.
    TextInvalid = "text_invalid",
    /// The file is larger than the server takes.
    FileTooLarge = "file_too_large",
    /// Whoever brings the file has brought as much as the server keeps of one.
    QuotaExceeded = "quota_exceeded",
    /// The server has no such file, or no longer.
    FileUnknown = "file_unknown",
    /// Whoever asks is no operator.
    NotOperator = "not_operator",
    /// Nobody of that name is here, or nothing of the sort is known of them.
    NotFound = "not_found",
    /// It may not be done to an operator.
    Protected = "protected",
    /// An operator has closed the connection.
    Kicked = "kicked",
    /// Whoever asks may read but not speak.
    Muted = "muted",
    /// The request is not of the form that the protocol gives it.
    BadRequest = "bad_request",
}

impl std::fmt::Display for Code {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_from_its_spelling() {
        for &code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), code);
            let wire = serde_json::to_value(code).unwrap();
            assert_eq!(wire, code.as_str());
            assert_eq!(serde_json::from_value::<Code>(wire).unwrap(), code);
        }
    }

    #[test]
    fn a_connect_error_gives_its_code_and_its_sentence() {
        let refusal = Refusal::from_connect_error("name_taken: 李白 belongs to another key");

        assert_eq!(refusal, Refusal::new(Code::NameTaken, "李白 belongs to another key"));
    }

    #[test]
    fn a_strange_servers_connect_error_is_kept_whole() {
        let refusal = Refusal::from_connect_error("oops: not today");

        assert_eq!(refusal, Refusal::new(Code::Unknown, "oops: not today"));
    }
}
