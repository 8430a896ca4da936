//! The log: the room's lines, each once, in the room's order, without a hole.
//!
//! This is where "nothing lost, nothing doubled" is decided, for the screen, for `tail` and for
//! the crowds of the tests alike. A line below `next` is dropped, at `next` it is shown, above it
//! is held and what lies between is asked for. It reads no clock: whoever owns it says when the
//! link broke ([`Log::lost`]) or an answer is overdue ([`Log::overdue`]).
//!
//! The server need not be honest. Every packet leads to at most one request, a request is made
//! again only when the one before it moved us on or something new came, and what is held for later
//! is bounded; so no server can make this loop, overflow or grow by what it never shows.

use std::collections::BTreeMap;

use kpl_shared::{
    message::Message,
    names::RoomName,
    protocol::{Hello, MAX_PAGE, Messages, Sync},
};

use crate::model::room::shelf::{Line, Shelf};

/// The highest sequence number that is believed: JSON's safe integers. One above it is noise.
pub const MAX_SEQ: u64 = (1 << 53) - 1;
/// How many lines are held above a hole. More are dropped: the answer brings them again.
pub const MAX_HELD: usize = 1_000;
/// How many lines stay in memory whatever happens; the oldest go first.
pub const MAX_LINES: usize = 1_000_000;
/// How many bytes of lines stay in memory whatever happens.
pub const MAX_BYTES: usize = 256 << 20;

/// The lines of one room in one history.
#[derive(Debug, Clone, Default)]
pub struct Log {
    history: Option<History>,
    /// Dense and in order: the first has the lowest number, the last has `next - 1`.
    lines: Shelf,
    /// The number that is shown next; 1 at least once there is a history.
    next: u64,
    /// Lines above a hole, all above `next`.
    held: BTreeMap<u64, Message>,
    /// The highest number that the server is known to have given.
    known: u64,
    /// What is under way for the lines from `next` on.
    forward: Option<Asked>,
    /// The request under way for the lines before the first.
    backward: Option<u64>,
    /// Whether the server has nothing before the first line.
    begun: bool,
    /// The id of the last request.
    requests: u64,
}

/// What the numbers belong to.
#[derive(Debug, Clone)]
struct History {
    room: RoomName,
    epoch: String,
    page: u16,
}

/// A request under way for what comes after the number `after`.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// Its id; `None` for the replay, which the handshake asks for.
    req: Option<u64>,
    after: u64,
}

/// What a greeting means for the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Greeting {
    /// Whether everything held before was dropped, as the history is another one.
    pub anew: bool,
    /// What to ask the server for.
    pub ask: Option<Sync>,
}

/// What came of a packet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many lines are new at the end; [`Log::latest`] gives them.
    pub fresh: usize,
    /// How many lines were put before the first.
    pub older: usize,
    /// The first and the last number of a hole that the server says it cannot fill. What stood
    /// before it was dropped.
    pub skipped: Option<(u64, u64)>,
    /// What to ask the server for.
    pub ask: Option<Sync>,
}

impl Log {
    /// A log of nothing, which takes up whatever history greets it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins or resumes, as the server's first word has it.
    ///
    /// In the same history everything is kept, and the replay that the handshake asked for is
    /// awaited. Otherwise (another epoch, another room, or fewer lines than are held) everything
    /// is dropped, what comes from now on is shown as it comes, and the last page is asked for.
    pub fn greet(&mut self, hello: &Hello) -> Greeting {
        let head = hello.head.min(MAX_SEQ);
        let same = self.history.as_ref().is_some_and(|history| {
            history.epoch == hello.epoch && history.room == hello.room && head + 1 >= self.next
        });
        if !same {
            // The numbers of requests go on: an answer to an old one must not fit a new one.
            *self = Self { next: head + 1, requests: self.requests, ..Self::default() };
        }
        self.history = Some(History {
            room: hello.room.clone(),
            epoch: hello.epoch.clone(),
            page: hello.limits.page.clamp(1, MAX_PAGE),
        });
        self.lost();
        self.known = head;
        if head >= self.next {
            self.forward = Some(Asked { req: None, after: self.next - 1 });
        }
        let ask = if self.lines.is_empty() { self.older() } else { None };
        Greeting { anew: !same, ask }
    }

    /// Takes in a packet: live, replayed, or an answer.
    ///
    /// Packets of another room or history are ignored; only a greeting changes the history.
    pub fn take(&mut self, told: Messages) -> Taken {
        if !self.is_ours(&told) {
            return Taken::default();
        }
        if told.req.is_some() && told.req == self.backward {
            return Taken { older: self.prepend(told), ..Taken::default() };
        }
        let length = self.lines.len();
        let next = self.next;
        let last = told.messages.last().map_or(0, |line| line.seq);
        let (req, more) = (told.req, told.more);
        for line in told.messages {
            self.place(line);
        }
        let answered = self.forward.take_if(|asked| asked.req == req);
        if more && (answered.is_some() || req.is_none()) && last < MAX_SEQ && last > 0 {
            self.known = self.known.max(last + 1);
        }
        let moved = answered.is_none_or(|asked| asked.req.is_none() || self.next > asked.after + 1);
        let mut skipped = None;
        if !moved && !more {
            // The server says that nothing follows. What is held above a hole would never be shown.
            self.known = self.highest();
            skipped = self.skip();
        }
        let ask = if moved { self.ask_on() } else { None };
        let since = skipped.map_or(next, |(_, last)| last + 1);
        let fresh = usize::try_from(self.next - since).unwrap_or(length);
        self.keep_within(MAX_LINES, MAX_BYTES);
        Taken { fresh, skipped, ask, ..Taken::default() }
    }

    /// Hears how far the room has come, and asks for what is missing.
    pub fn beacon(&mut self, head: u64) -> Option<Sync> {
        self.history.as_ref()?;
        self.known = self.known.max(head.min(MAX_SEQ));
        // The replay comes right after the greeting; with a beacon here first, it was lost.
        self.forward.take_if(|asked| asked.req.is_none());
        self.ask_on()
    }

    /// Asks for the page before the first line: one at a time, and none before the beginning.
    pub fn older(&mut self) -> Option<Sync> {
        let before = self.first();
        let done = self.begun
            || before <= 1
            || self.lines.len() >= MAX_LINES
            || self.lines.bytes() >= MAX_BYTES;
        if done || self.backward.is_some() {
            return None;
        }
        let ask = self.ask(None, Some(before))?;
        self.backward = ask.req;
        Some(ask)
    }

    /// The link broke: what was asked for will not be answered.
    pub fn lost(&mut self) {
        self.forward = None;
        self.backward = None;
    }

    /// An answer is overdue although the link holds: asks again.
    pub fn overdue(&mut self) -> Option<Sync> {
        let backward = self.backward.is_some();
        self.lost();
        self.ask_on().or_else(|| if backward { self.older() } else { None })
    }

    /// The id of the last request, if an answer is awaited: by this one sees how long.
    pub fn awaits(&self) -> Option<u64> {
        (self.forward.is_some() || self.backward.is_some()).then_some(self.requests)
    }

    /// Drops the oldest lines until at most `lines` are left; scrolling up loads them again.
    pub fn keep(&mut self, lines: usize) {
        self.keep_within(lines, MAX_BYTES);
    }

    /// Drops the oldest lines until at most so many lines of at most so many bytes are left; the
    /// last one stays however long it is.
    pub fn keep_within(&mut self, lines: usize, bytes: usize) {
        let mut dropped = false;
        while self.lines.len() > lines || (self.lines.bytes() > bytes && self.lines.len() > 1) {
            dropped |= self.lines.pop_front();
        }
        if dropped {
            self.lines.shrink();
            self.begun = false;
            self.backward = None;
        }
    }

    /// The history and the last number held without a hole before it, for the next handshake.
    pub fn resume(&self) -> Option<(&str, u64)> {
        let history = self.history.as_ref()?;
        Some((&history.epoch, self.next - 1))
    }

    /// Whether a packet belongs to this room and this history.
    pub fn is_ours(&self, told: &Messages) -> bool {
        self.history
            .as_ref()
            .is_some_and(|history| history.epoch == told.epoch && history.room == told.room)
    }

    /// How many bytes the lines take, about.
    pub fn bytes(&self) -> usize {
        self.lines.bytes()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All lines in order.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = Line<'_>> + ExactSizeIterator {
        self.lines.from(0)
    }

    /// The last `count` lines in order, or all if there are fewer.
    pub fn latest(&self, count: usize) -> impl DoubleEndedIterator<Item = Line<'_>> {
        self.lines.from(self.lines.len().saturating_sub(count))
    }

    /// The line at a place counted from the first one here.
    pub fn get(&self, index: usize) -> Option<Line<'_>> {
        self.lines.get(index)
    }

    /// The place of the line with that number.
    pub fn index_of(&self, seq: u64) -> Option<usize> {
        let index = usize::try_from(seq.checked_sub(self.first())?).ok()?;
        (index < self.lines.len()).then_some(index)
    }

    /// The number of the first line here, or of the one that comes next.
    pub fn first(&self) -> u64 {
        self.lines.first().unwrap_or(self.next)
    }

    /// The number of the line that comes next; 0 before any greeting.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Whether the first line here is the first that the server has.
    pub fn is_whole(&self) -> bool {
        self.begun || (self.history.is_some() && self.first() <= 1)
    }

    /// Gives a line its place at the end, or above a hole.
    fn place(&mut self, line: Message) {
        let seq = line.seq;
        if seq < self.next || seq > MAX_SEQ {
            return;
        }
        self.known = self.known.max(seq);
        if seq > self.next {
            self.hold(line);
            return;
        }
        self.append(line);
        while let Some(line) = self.held.remove(&self.next) {
            self.append(line);
        }
    }

    fn append(&mut self, line: Message) {
        self.next = line.seq + 1;
        self.lines.push_back(line);
    }

    /// Goes on after a hole. Lines stand without one between them, so those before it go.
    fn skip(&mut self) -> Option<(u64, u64)> {
        let (&seq, _) = self.held.first_key_value()?;
        let hole = (self.next, seq - 1);
        self.lines.clear();
        self.next = seq;
        while let Some(line) = self.held.remove(&self.next) {
            self.append(line);
        }
        Some(hole)
    }

    /// Keeps the lowest of what lies above a hole, as those are wanted first.
    fn hold(&mut self, line: Message) {
        self.held.entry(line.seq).or_insert(line);
        if self.held.len() > MAX_HELD {
            self.held.pop_last();
        }
    }

    /// Puts a page before the first line, as far as it joins it without a hole.
    fn prepend(&mut self, told: Messages) -> usize {
        self.backward = None;
        let length = self.lines.len();
        for line in told.messages.into_iter().rev() {
            if line.seq > 0 && line.seq.checked_add(1) == Some(self.first()) {
                self.lines.push_front(line);
            }
        }
        let older = self.lines.len() - length;
        // A page that brings nothing is the end as well, whatever it says: it would be asked for
        // again and again.
        self.begun = !told.more || older == 0;
        older
    }

    /// Asks for what follows the last line shown, if something is missing and not under way.
    fn ask_on(&mut self) -> Option<Sync> {
        if self.known < self.next || self.forward.is_some() {
            return None;
        }
        let after = self.next - 1;
        let ask = self.ask(Some(after), None)?;
        self.forward = Some(Asked { req: ask.req, after });
        Some(ask)
    }

    fn ask(&mut self, after: Option<u64>, before: Option<u64>) -> Option<Sync> {
        let history = self.history.as_ref()?;
        self.requests += 1;
        Some(Sync {
            room: Some(history.room.clone()),
            after,
            before,
            limit: Some(history.page),
            req: Some(self.requests),
        })
    }

    /// The highest number that is here, shown or held.
    fn highest(&self) -> u64 {
        self.held.last_key_value().map_or(self.next.saturating_sub(1), |(&seq, _)| seq)
    }
}

mod elsewhere;
#[cfg(test)]
mod tests;
