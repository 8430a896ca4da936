//! What happens to the client: everything that can change its state, in the past tense.

use std::sync::Arc;

use kpl_shared::{
    order::Ordered,
    protocol::{Found, Heads, Heard, Hello, Members, Messages, Notice, Presence, Refused, Typing},
    refusal::Refusal,
};

use crate::model::{
    hand::complete::folder::Seen,
    key::Key,
    room::carrying::News,
    room::pictures::{Drawn, Sight},
    words::{clock::Zone, trouble::Trouble},
};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A key was pressed, or a character came from an input method.
    Pressed(Key),
    /// Characters were typed in a row: the same as a key for each of them.
    Typed(String),
    /// Text was pasted, all at once.
    Pasted(String),
    /// The wheel turned: lines upward, negative for downward.
    Scrolled(i16),
    /// A button of the mouse was pressed, at a column and a row from 0.
    Clicked(u16, u16),
    /// The window came into focus, or went out of it.
    Focused(bool),
    /// The window has this size now, in columns and rows.
    Resized(u16, u16),
    /// Time passed. It comes once before the first draw and then as often as a clock on the screen
    /// needs it.
    Ticked {
        /// Milliseconds since 1970, UTC.
        now: i64,
        /// The reader's zone, which changes when the machine is told of another.
        zone: Zone,
    },
    /// The terminal's cursor stands in this column and row, counted from 0, after one of
    /// [`crate::model::look::glyphs::PROBES`] was drawn.
    Reached(u16, u16),
    /// The link to the server changed or brought something.
    Link(Link),
    /// There is no browser to open this address in.
    NotOpened(String),
    /// The editor left this draft, or none.
    Edited(Result<String, EditorTrouble>),
    /// What one says could not be kept on disk for recall.
    HistoryFailed(String),
    /// Who is ignored could not be kept.
    IgnoredNotKept(String),
    /// The outbox on disk could not take or give a line.
    OutboxFailed(String),
    /// The shell tells of a file that it carries, by its number.
    Carried(u64, News),
    /// The shell has looked what there is.
    Looked(Seen),
    /// These pictures are in the window.
    InSight(Vec<Arc<Sight>>),
    /// A picture is drawn, or cannot be.
    Drawn(Arc<Sight>, Option<Drawn>),
    /// The shell found something that the person should know, in the person's language.
    Noted(String),
}

/// Why an editor left no draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorTrouble {
    /// There is no such program.
    Missing(String),
    /// It ended otherwise than well, or the system said no.
    Failed(String),
}

/// What the link to the server brings, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// An attempt to connect began.
    Dialled,
    /// The server knows us: a v1 server, ready for lines.
    Greeted(Hello),
    /// The server never said hello: a plain Socket.IO server, which only relays text.
    FoundPlain,
    /// Numbered lines came: live, replayed or asked for.
    Told(Messages),
    /// A plain server relayed a line; the second argument is there if the server sends it.
    Relayed(String, Option<Heard>),
    /// The beacon: how far each room has come.
    Beaconed(Heads),
    /// Lines were found.
    Found(Found),
    /// Somebody writes.
    Writes(Typing),
    /// Who is here.
    Listed(Members),
    /// Someone came.
    Joined(Presence),
    /// Someone went.
    Left(Presence),
    /// A request was refused; for a line, its `cid` is named.
    Refused(Refused),
    /// The server said something about itself.
    Noticed(Notice),
    /// What one ordered is done.
    Ordered(Ordered),
    /// A heartbeat came back after so many milliseconds.
    Measured(u32),
    /// A plain server took a line of ours, as far as can be known: it left through the socket.
    Passed {
        /// The line's own id.
        cid: String,
    },
    /// The link broke, or an attempt failed; another attempt follows in `retry_ms`.
    Lost {
        /// Why, for a person.
        why: Trouble,
        /// Milliseconds until the next attempt.
        retry_ms: u64,
    },
    /// The server refused us entry. Nothing more is tried until the person says so.
    TurnedAway(Refusal),
    /// It may be another server than the one that is meant. Nothing was said to it, and nothing
    /// more is tried until the person says so.
    Distrusted(Trouble),
}
