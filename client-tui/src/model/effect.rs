//! What the world should do: everything that the state asks of the loop, in the imperative.

use std::sync::Arc;

use kpl_shared::{
    file::File,
    handshake::Password,
    message::Kind,
    order::Order,
    protocol::{Search, Sync},
};

use crate::model::{
    hand::complete::folder::Glimpse,
    room::{carrying::Errand, ignored::Change, pictures::Sight, unread::Bookmark},
};

/// One thing to do. The loop performs effects in the order in which they are returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Put the line into the outbox on disk, before anything is sent.
    Keep(Outgoing),
    /// Keep what was sent or obeyed for recall in later runs.
    Record(String),
    /// Send the line that stands first in the outbox. Only ever one is on its way.
    Send(Outgoing),
    /// Take the line out of the outbox: it came back numbered, or was refused and given back.
    Forget {
        /// The line's own id.
        cid: String,
    },
    /// Ask for a page of history.
    Sync(Sync),
    /// Search the room's lines.
    Search(Search),
    /// Say that one writes.
    Typing,
    /// Ask who is here.
    Who,
    /// Have this done.
    Order(Order),
    /// Remember how far we have come, for the next handshake.
    Remember {
        /// The history.
        epoch: String,
        /// The last number held without a hole before it.
        after: u64,
    },
    /// Remember where one stopped reading, for the next start.
    Bookmark(Bookmark),
    /// Try to connect now rather than when the wait is over.
    Reconnect,
    /// Leave and come back under another name.
    Rename(String),
    /// Try to enter with this password.
    Unlock(Password),
    /// Open the person's editor on this draft.
    Edit(String),
    /// Redraw everything from nothing.
    Redraw,
    /// Take the mouse, or let go of it so that the terminal selects text by itself.
    Mouse(bool),
    /// Put a text into the clipboard. It has nothing in it that steers a terminal.
    Copy(String),
    /// Open a web address in the person's browser.
    Open(String),
    /// Ring the bell of the terminal.
    Ring,
    /// Tell the person something outside of the window.
    Tell {
        /// Who said something, and where.
        title: String,
        /// What was said.
        text: String,
    },
    /// Give the window this title.
    Title(String),
    /// Keep for the next start that somebody is ignored, or is no longer.
    KeepIgnored(Change),
    /// Stop this program until the shell brings it back (^Z).
    Suspend,
    /// Carry a file, and tell of it under this number.
    Carry(u64, Errand),
    /// Carry no further what is carried.
    StopCarrying,
    /// Look what there is whose path begins so, to complete it.
    Look(Glimpse),
    /// Fetch a picture and draw it.
    Show(Arc<Sight>),
    /// Tell the terminal of a picture.
    Draw(Arc<str>),
    /// Leave. What becomes of the lines that wait is said once the terminal is whole again.
    Quit,
}

/// A line on its way out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Outgoing {
    /// Our own id for it, by which it is kept once however often it is sent.
    pub cid: String,
    /// What sort of line it is.
    #[serde(default, skip_serializing_if = "Kind::is_text")]
    pub kind: Kind,
    /// What is said; of a file, what it is called.
    pub text: String,
    /// The file that it is about, which the server holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<File>>,
}
