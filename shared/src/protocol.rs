//! The events of version 1 and their bodies. Event names are spelled only here.

use serde::{Deserialize, Serialize};

pub use crate::notice::Notice;
use crate::{
    file::{File, Hash},
    message::{Kind, Message},
    names::RoomName,
    refusal::{Code, Refusal},
    whole,
};

/// The names of the events.
pub mod event {
    /// No event of ours: what a refusal names when it is about being here at all.
    pub const CONNECT: &str = "connect";
    /// A line is said (client to server) or heard (server to plain client).
    pub const TALK: &str = "talk";
    /// A v1 client is known as one, before it is anybody's turn: [`super::Welcome`].
    pub const WELCOME: &str = "welcome";
    /// What makes a v1 client one of the room: [`super::Hello`].
    pub const HELLO: &str = "hello";
    /// Numbered lines, live or asked for: [`super::Messages`].
    pub const MESSAGES: &str = "messages";
    /// A page of history is asked for: [`super::Sync`].
    pub const SYNC: &str = "sync";
    /// How far each room has come: [`super::Heads`].
    pub const HEAD: &str = "head";
    /// Who is here, asked: [`super::Who`].
    pub const WHO: &str = "who";
    /// Who is here, answered: [`super::Members`].
    pub const MEMBERS: &str = "members";
    /// Someone came: [`super::Presence`].
    pub const JOINED: &str = "joined";
    /// Someone went: [`super::Presence`].
    pub const LEFT: &str = "left";
    /// Lines are searched for: [`super::Search`].
    pub const SEARCH: &str = "search";
    /// The lines that were found: [`super::Found`].
    pub const FOUND: &str = "found";
    /// Someone writes: [`super::Typing`], said and passed on.
    pub const TYPING: &str = "typing";
    /// Are you there: [`super::Heartbeat`], answered with the same.
    pub const HEARTBEAT: &str = "heartbeat";
    /// A request was not carried out: [`super::Refused`].
    pub const REFUSED: &str = "refused";
    /// The server has something to say: [`super::Notice`].
    pub const NOTICE: &str = "notice";
    /// An operator orders something: [`crate::order::Order`].
    pub const ORDER: &str = "order";
    /// It is done: [`crate::order::Ordered`].
    pub const ORDERED: &str = "ordered";
}

/// How many lines a page holds at most.
pub const MAX_PAGE: u16 = 200;
/// Above how many people a room's comings and goings are told as a count only.
pub const MAX_NAMED_PRESENCE: usize = 200;
/// How many hits an answer to a search holds at most.
pub const MAX_HITS: u16 = 50;
/// How large a file is at most that a plain client hears as its bytes.
pub const MAX_HEARD_BYTES: u64 = 65_536;
/// How long a client's own id for a line may be, in bytes.
pub const MAX_CID_BYTES: usize = 64;

/// The options of a `talk`, as a client sends them: the event's second argument.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkOptions {
    /// The client's own id for the line, by which a line sent twice is kept once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cid: Option<String>,
    /// What sort of line it is.
    #[serde(default, skip_serializing_if = "Kind::is_text")]
    pub kind: Kind,
    /// The file that it is about, which the server holds; the text is what it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Hash>,
}

/// What a plain client hears beside the text: the second argument of its `talk`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The line's number in its room.
    pub seq: u64,
    /// The room.
    pub room: RoomName,
    /// Who said it.
    pub from: String,
    /// When, in milliseconds since 1970, UTC.
    pub at: i64,
    /// Whether whoever said it is a guest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
    /// What sort of line it is.
    #[serde(default, skip_serializing_if = "Kind::is_text")]
    pub kind: Kind,
    /// The file that it is about, of a line of kind `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<File>>,
}

/// The answer to whoever asked for an acknowledgement of a `talk`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Ack {
    /// The line is on disk.
    Kept {
        /// Always true.
        ok: bool,
        /// The line's number.
        seq: u64,
        /// When the server took it, in milliseconds since 1970, UTC.
        at: i64,
        /// The client's own id for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        cid: Option<String>,
        /// Whether it was there already: the same line sent again.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        dup: bool,
    },
    /// The line was refused; nothing of it was kept.
    Refused {
        /// Always false.
        ok: bool,
        /// Why, for programs.
        code: Code,
        /// Why, for people.
        message: String,
        /// After how many milliseconds it may pass.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_ms: Option<u64>,
    },
}

impl From<&Refusal> for Ack {
    fn from(refusal: &Refusal) -> Self {
        Self::Refused {
            ok: false,
            code: refusal.code,
            message: refusal.message.clone(),
            retry_ms: refusal.retry_ms,
        }
    }
}

/// Said to a v1 client as soon as it is connected. [`Hello`] has its place in the order of the room
/// and may be late behind a slow disk; whoever has been welcomed knows that it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The version spoken from here on.
    pub v: u64,
}

/// What makes a v1 client one of the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version spoken from here on.
    pub v: u64,
    /// The server's program and version, for people.
    pub server: String,
    /// Names this history; another epoch is another history.
    pub epoch: String,
    /// Who the client is here.
    pub you: You,
    /// The room it is in.
    pub room: RoomName,
    /// The room's last sequence number, 0 when nothing has been said.
    pub head: u64,
    /// What the room is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// What the server allows.
    pub limits: Limits,
}

/// Who a client is, as the server sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct You {
    /// The name under which its lines are stamped.
    pub name: String,
    /// The identity under which its lines are stamped.
    pub uid: String,
    /// Whether it is a guest.
    pub guest: bool,
    /// Whether it is an operator.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub op: bool,
}

/// What a server allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of UTF-8 in a line.
    pub text_bytes: usize,
    /// Lines in a page.
    pub page: u16,
    /// Bytes of a file; 0 where files are not taken.
    #[serde(default)]
    pub file_bytes: u64,
}

/// Numbered lines of one room, in their order and without a hole between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    /// The room.
    pub room: RoomName,
    /// The history that the numbers belong to.
    pub epoch: String,
    /// The room's last sequence number when this was sent.
    pub head: u64,
    /// The lines.
    pub messages: Vec<Message>,
    /// Whether there is more in the direction that was asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// The id of the `sync` that this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub req: Option<u64>,
}

/// Asks for a page: the lines right after a number, or those right before one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sync {
    /// The room; the handshake's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomName>,
    /// The page holds the lines after this number, oldest first.
    #[serde(deserialize_with = "whole::optional")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// The page holds the last lines before this number, oldest first.
    #[serde(deserialize_with = "whole::optional")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// How many lines at most; [`MAX_PAGE`] when absent.
    #[serde(deserialize_with = "whole::limit")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
    /// The client's own id for the request.
    #[serde(deserialize_with = "whole::optional")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub req: Option<u64>,
}

/// Searches the room's lines, from the newest hit backwards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// The room; the handshake's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomName>,
    /// What is searched for, as a person types it: see [`crate::search::Query`].
    pub query: String,
    /// Only lines before this number are looked at; all when absent.
    #[serde(deserialize_with = "whole::optional")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// How many hits at most; [`MAX_HITS`] when absent.
    #[serde(deserialize_with = "whole::limit")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
    /// The client's own id for the request.
    #[serde(deserialize_with = "whole::optional")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub req: Option<u64>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The room.
    pub room: RoomName,
    /// The history that the numbers belong to.
    pub epoch: String,
    /// What was searched for, as it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The lines, newest first.
    pub hits: Vec<Message>,
    /// Whether older lines have not been looked at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// With `more`: the number before which to search on. It is the last hit's, unless looking
    /// took too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// The id of the `search` that this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub req: Option<u64>,
}

/// Someone writes. A client says it with nothing in it; the server says who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// The room.
    pub room: RoomName,
    /// The identity.
    pub uid: String,
    /// The name.
    pub name: String,
}

/// How far each room has come, so that a client sees a hole at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    /// The last sequence number of each room.
    pub rooms: std::collections::BTreeMap<RoomName, u64>,
}

/// Asks who is here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The room; the handshake's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomName>,
}

/// Who is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// The room.
    pub room: RoomName,
    /// The people, longest here first; at most [`MAX_NAMED_PRESENCE`] of them.
    pub members: Vec<Member>,
    /// How many people there are.
    pub total: usize,
}

/// One person in a room, at however many screens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The name.
    pub name: String,
    /// The identity.
    pub uid: String,
    /// Whether the name is a guest's.
    pub guest: bool,
    /// Since when, in milliseconds since 1970, UTC.
    pub since: i64,
    /// Whether it is an operator.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub op: bool,
}

/// Someone came or went. In a room of over [`MAX_NAMED_PRESENCE`] people nobody is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The room.
    pub room: RoomName,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<Member>,
    /// How many people there are now.
    pub total: usize,
}

/// Are you there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Comes back as it went.
    #[serde(deserialize_with = "whole::required")]
    pub n: u64,
}

/// A request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The event that asked.
    pub event: String,
    /// The client's own id for the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cid: Option<String>,
    /// Why, for programs.
    pub code: Code,
    /// Why, for people.
    pub message: String,
    /// After how many milliseconds it may pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u64>,
}

impl Refused {
    /// The refusal of `event`, about the line `cid` if it is about one.
    pub fn new(event: &str, cid: Option<String>, refusal: Refusal) -> Self {
        let Refusal { code, message, retry_ms } = refusal;
        Self { event: event.into(), cid, code, message, retry_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_sent_is_what_is_read(
            text in any::<String>(), from in ".{1,9}", seq in 1u64.., at in any::<i64>(),
            cid in prop::option::of(".{1,9}"), more: bool, req in prop::option::of(any::<u64>()),
        ) {
            let line = Message {
                seq, at, from, uid: "u".into(), guest: more, cid, kind: Kind::Action, text,
                file: None,
            };
            let sent = Messages {
                room: RoomName::default(), epoch: "e".into(), head: seq, messages: vec![line],
                more, req,
            };
            let wire = serde_json::to_string(&sent).unwrap();
            prop_assert_eq!(serde_json::from_str::<Messages>(&wire).unwrap(), sent);
        }
    }
}
