//! The timeline: the numbered lines, what the client itself has to say between them, and at the
//! end the own lines that wait. Everything in it has a [`Place`], and places are in order.

use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
};

use kpl_shared::{file::File, message::Kind};

use crate::model::room::{
    log::Log,
    outbox::{Outbox, Waiting},
    shelf::Line,
};

/// How many entries of our own are kept; the oldest go first.
const MAX_LOCALS: usize = 10_000;
/// How many bytes of text they may have.
const MAX_LOCAL_BYTES: usize = 16 << 20;

/// A place in the timeline. It stays what it is while lines come before and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number of the line that stands here, or that stands before the local entry here;
    /// [`u64::MAX`] for lines that wait.
    pub seq: u64,
    /// The number of the local entry after that line, from 1; 0 for the line itself.
    pub local: u64,
}

/// A row of the timeline, to which whoever has scrolled up is tied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The item.
    pub place: Place,
    /// Its row, from 0; below 0 are the day and the name above it. Whether they are there can change
    /// when older lines come, so they are not counted in.
    pub row: isize,
    /// How many lines others had said when one scrolled away from the end.
    pub since: u64,
}

/// Where one wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The line with this number.
    Number(u64),
    /// The first line of this moment or after it, in milliseconds since 1970, UTC.
    Moment(i64),
    /// The newest line.
    Now,
}

/// What stands at a place.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// A numbered line.
    Line(Line<'a>),
    /// An entry without a number.
    Local(&'a Local),
    /// An own line that waits, its place in the queue, and whether it is on its way.
    Waiting(&'a Waiting, usize, bool),
}

/// An entry that has no number, because no server gave it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// When, in milliseconds since 1970, UTC.
    pub at: i64,
    /// What it is.
    pub what: What,
}

/// What an entry without a number is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The client's own words.
    Notice(String),
    /// A line that a plain server relayed, or that it took from us.
    Said {
        /// Who said it, if the server knows.
        from: Option<String>,
        /// Whether that is a guest.
        guest: bool,
        /// Whether it is ours.
        own: bool,
        /// What sort of line it is.
        kind: Kind,
        /// What was said.
        text: String,
        /// The file that it is about.
        file: Option<Box<File>>,
    },
    /// An own line that was refused.
    Refused {
        /// What sort of line it is.
        kind: Kind,
        /// What was said.
        text: String,
        /// The file that it is about.
        file: Option<Box<File>>,
        /// Why it was refused.
        why: String,
    },
}

impl What {
    fn bytes(&self) -> usize {
        let (text, file) = match self {
            Self::Notice(text) => (text, None),
            Self::Said { text, file, .. } | Self::Refused { text, file, .. } => {
                (text, file.as_ref())
            }
        };
        text.len() + file.map_or(0, |file| size_of::<File>() + file.name.len() + file.media.len())
    }
}

/// The entries without numbers.
#[derive(Debug, Clone, Default)]
pub struct Locals {
    entries: BTreeMap<Place, Local>,
    count: u64,
    bytes: usize,
}

impl Locals {
    /// Puts an entry after the line `seq`.
    pub fn push(&mut self, seq: u64, local: Local) {
        self.count += 1;
        self.bytes += local.what.bytes();
        self.entries.insert(Place { seq, local: self.count }, local);
        while self.entries.len() > MAX_LOCALS || self.bytes > MAX_LOCAL_BYTES {
            let Some((_, oldest)) = self.entries.pop_first() else { break };
            self.bytes -= oldest.what.bytes();
        }
    }

    /// The history is another one: all entries stand after its line `seq` from now on.
    pub fn rebase(&mut self, seq: u64) {
        let entries = std::mem::take(&mut self.entries);
        self.entries = entries
            .into_iter()
            .map(|(place, local)| (Place { seq, local: place.local }, local))
            .collect();
    }

    /// Drops the entries that stood before the line `seq`.
    pub fn drop_before(&mut self, seq: u64) {
        self.entries = self.entries.split_off(&Place { seq, local: 0 });
        self.weigh();
    }

    /// Drops the lines that came without numbers.
    pub fn drop_said(&mut self) {
        self.entries.retain(|_, local| !matches!(local.what, What::Said { .. }));
        self.weigh();
    }

    /// Drops all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.weigh();
    }

    /// All entries in order.
    pub fn iter(&self) -> impl Iterator<Item = &Local> {
        self.entries.values()
    }

    fn weigh(&mut self) {
        self.bytes = self.iter().map(|local| local.what.bytes()).sum();
    }
}

/// The three sources of the timeline as one sequence.
#[derive(Debug, Clone, Copy)]
pub struct Timeline<'a> {
    /// The numbered lines.
    pub log: &'a Log,
    /// The entries without numbers.
    pub locals: &'a Locals,
    /// The lines that wait.
    pub outbox: &'a Outbox,
}

impl<'a> Timeline<'a> {
    /// What stands at a place, if anything does.
    pub fn item(&self, place: Place) -> Option<Item<'a>> {
        match place {
            Place { seq: u64::MAX, local } => {
                let (waiting, queued, flying) = self.outbox.find(local)?;
                Some(Item::Waiting(waiting, queued, flying))
            }
            Place { seq, local: 0 } => Some(Item::Line(self.log.get(self.log.index_of(seq)?)?)),
            place => self.locals.entries.get(&place).map(Item::Local),
        }
    }

    /// The first place after another, or the first of all.
    pub fn after(&self, place: Option<Place>) -> Option<Place> {
        let line = match place {
            None => self.log.first(),
            Some(place) => place.seq.saturating_add(1).max(self.log.first()),
        };
        let line = (self.log.index_of(line).is_some()).then_some(Place { seq: line, local: 0 });
        let from = place.map_or(Unbounded, Excluded);
        let local = self.locals.entries.range((from, Unbounded)).next().map(|(&place, _)| place);
        // Whatever waits stands after everything else.
        let number = place.filter(|place| place.seq == u64::MAX).map(|place| place.local);
        let waiting = self.outbox.number_after(number).map(waiting_place);
        [line, local, waiting].into_iter().flatten().min()
    }

    /// The last place before another, or the last of all.
    pub fn before(&self, place: Option<Place>) -> Option<Place> {
        let end = self.log.next();
        let line = match place {
            None => end.checked_sub(1),
            // A local entry stands after its line, and a line after the one before it.
            Some(Place { seq, local: 0 }) => seq.min(end).checked_sub(1),
            Some(Place { seq, .. }) => Some(seq.min(end.saturating_sub(1))),
        };
        let line = line
            .filter(|&line| self.log.index_of(line).is_some())
            .map(|seq| Place { seq, local: 0 });
        let to = place.map_or(Unbounded, Excluded);
        let local = self.locals.entries.range((Unbounded, to)).next_back().map(|(&place, _)| place);
        let waiting = match place {
            None => self.outbox.number_before(None),
            Some(Place { seq: u64::MAX, local }) => self.outbox.number_before(Some(local)),
            Some(_) => None,
        };
        let waiting = waiting.map(waiting_place);
        [line, local, waiting].into_iter().flatten().max()
    }

    /// How many lines stand after a place: what people said, not the client's own words.
    pub fn lines_after(&self, place: Place) -> u64 {
        let lines = self.log.next().saturating_sub(place.seq.saturating_add(1));
        let locals = self.locals.entries.range((Excluded(place), Unbounded));
        let said = locals.filter(|(_, local)| matches!(local.what, What::Said { .. })).count();
        lines + said as u64
    }
}

impl<'a> Item<'a> {
    /// The file that it is about.
    pub fn file(&self) -> Option<&'a File> {
        let (kind, file) = match self {
            Item::Line(line) => (line.kind, line.file),
            Item::Waiting(waiting, ..) => (waiting.line.kind, waiting.line.file.as_deref()),
            Item::Local(local) => match &local.what {
                What::Notice(_) => return None,
                What::Said { kind, file, .. } | What::Refused { kind, file, .. } => {
                    (*kind, file.as_deref())
                }
            },
        };
        file.filter(|_| kind == Kind::File)
    }

    /// The file that it is about, once whoever is told of it can fetch it.
    pub fn said_file(&self) -> Option<&'a File> {
        let is_said = match self {
            Item::Line(_) => true,
            Item::Waiting(..) => false,
            Item::Local(local) => matches!(local.what, What::Said { .. }),
        };
        self.file().filter(|_| is_said)
    }

    /// When it happened, in milliseconds since 1970, UTC.
    pub fn at(&self) -> i64 {
        match self {
            Item::Line(line) => line.at,
            Item::Local(local) => local.at,
            Item::Waiting(waiting, ..) => waiting.at,
        }
    }

    /// Whether it is ours, as a numbered line is by this rule.
    pub fn is_own(&self, is_ours: impl Fn(Line<'_>) -> bool) -> bool {
        match self {
            Item::Line(line) => is_ours(*line),
            Item::Waiting(..) => true,
            Item::Local(local) => {
                matches!(local.what, What::Refused { .. } | What::Said { own: true, .. })
            }
        }
    }

    /// Whether it is of a kind that this version does not show.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Item::Line(line) if line.kind == Kind::Unknown)
    }
}

fn waiting_place(number: u64) -> Place {
    Place { seq: u64::MAX, local: number }
}
