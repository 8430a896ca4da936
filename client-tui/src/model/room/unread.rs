//! Unread: where one stopped reading, and what came since.
//!
//! One reads while one is at the end; one stops by scrolling up, by turning to another window, or
//! by ending the program. The mark stays where it is until it has been seen and one stops again, so
//! that looking for it does not move it. Whoever speaks, from whichever screen, has read so far.
//!
//! What counts as unread is what others said and what is shown. To find that out each line is looked
//! at once, when it comes; lines that are not here are taken to count until they are.

use serde::{Deserialize, Serialize};

use crate::model::{
    effect::Effect,
    hand::keymap::Action,
    page::{legend, reading},
    room::timeline::{Item, Place},
    state::{Standing, State},
    text::mention,
};

/// How often it is kept where one stopped reading, in milliseconds.
const KEPT_EVERY: i64 = 60_000;

/// Where one stopped reading, as it outlives the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// The history that the number belongs to.
    pub epoch: String,
    /// The last line that was read.
    pub seq: u64,
    /// When one stopped, in milliseconds since 1970, UTC.
    pub at: i64,
}

/// What is known of what one has not read.
#[derive(Debug, Clone, Default)]
pub struct Unread {
    /// What the last run left, and then what was kept last.
    kept: Option<Bookmark>,
    /// When something was kept last.
    kept_at: i64,
    /// Whether a server has said which history it has.
    met: bool,
    mark: Option<Mark>,
    /// One goes to the mark.
    sought: bool,
    /// What came since the last run is not told yet.
    untold: bool,
}

/// Where one stopped reading.
#[derive(Debug, Clone, Copy)]
struct Mark {
    /// The last line that was read.
    seq: u64,
    at: i64,
    /// The last line that came before one read on; none while one does not.
    until: Option<u64>,
    /// Whether the first line after it has been in the window.
    seen: bool,
    looked: Looked,
}

/// Which lines after a mark were looked at, and what was found.
#[derive(Debug, Clone, Copy)]
struct Looked {
    /// The first of them.
    from: u64,
    /// The one after the last.
    to: u64,
    /// How many of them do not count.
    passed: u64,
    /// The first that counts.
    first: Option<u64>,
    /// Whom one ignored meanwhile, as [`Ignoring::changes`] tells.
    changes: u64,
}

/// What a line is to whoever counts what is not read.
enum Sort {
    /// It counts.
    Unread,
    /// It is not shown, or one said it here, where that says nothing of what lies further up.
    Passed,
    /// One said it on another screen, at this moment.
    Spoken(i64),
}

impl Mark {
    /// One stopped reading after the line `seq`.
    fn new(seq: u64, at: i64, until: Option<u64>, state: &State) -> Self {
        Self { seq, at, until, seen: false, looked: Looked::none(state) }
    }

    /// One spoke in the line `seq`.
    fn spoken(&mut self, seq: u64, at: i64) {
        (self.seq, self.at, self.seen) = (seq, at, false);
    }
}

impl Looked {
    /// No line was looked at yet. They are looked at from the end on.
    fn none(state: &State) -> Self {
        let (end, changes) = (state.log.next(), state.ignoring.changes());
        Self { from: end, to: end, passed: 0, first: None, changes }
    }
}

impl Unread {
    /// What an earlier run left.
    pub fn new(kept: Option<Bookmark>) -> Self {
        Self { kept, ..Self::default() }
    }
}

/// The first line that is not read, how many there are, and since when.
pub fn first(state: &State) -> Option<(u64, u64, i64)> {
    let mark = state.unread.mark?;
    let until = mark.until.unwrap_or(state.log.next().saturating_sub(1));
    let count = until.checked_sub(mark.seq)?.checked_sub(mark.looked.passed);
    let count = count.filter(|&count| count > 0)?;
    let first = mark.looked.first.filter(|_| mark.looked.from <= mark.seq + 1);
    Some((first.unwrap_or(mark.seq + 1), count, mark.at))
}

/// Looks at the lines after the mark that have come since it was done last.
fn look(state: &mut State) {
    let Some(mut mark) = state.unread.mark else { return };
    if mark.looked.changes != state.ignoring.changes() {
        mark.looked = Looked::none(state);
    }
    let next = state.log.next();
    let end = mark.until.map_or(next, |until| until.saturating_add(1).min(next));
    let looked = &mut mark.looked;
    if looked.from == looked.to {
        (looked.from, looked.to) = (looked.from.min(end), looked.to.min(end));
    }
    // What the server could not give nobody has to read. There may be no end of it.
    let missing = state.log.first().min(end).saturating_sub(mark.looked.to);
    mark.looked.passed += missing;
    mark.looked.to += missing;
    while mark.looked.to < end {
        let seq = mark.looked.to;
        mark.looked.to += 1;
        match sort(state, seq) {
            Sort::Unread => _ = mark.looked.first.get_or_insert(seq),
            Sort::Passed => mark.looked.passed += 1,
            Sort::Spoken(at) => {
                mark.spoken(seq, at);
                mark.looked = Looked { from: seq + 1, passed: 0, first: None, ..mark.looked };
            }
        }
    }
    // The lines before them come later.
    while mark.looked.from > state.log.first().max(mark.seq + 1) {
        let seq = mark.looked.from - 1;
        match sort(state, seq) {
            Sort::Unread => mark.looked.first = Some(seq),
            Sort::Passed => mark.looked.passed += 1,
            Sort::Spoken(at) => {
                mark.spoken(seq, at);
                break;
            }
        }
        mark.looked.from = seq;
    }
    state.unread.mark = Some(mark);
}

fn sort(state: &State, seq: u64) -> Sort {
    let Some(line) = state.log.index_of(seq).and_then(|index| state.log.get(index)) else {
        return Sort::Passed;
    };
    match state.is_me(line.uid, line.from) {
        _ if state.sent_in_this_run(line) => Sort::Passed,
        true => Sort::Spoken(line.at),
        false if state.hides(&Item::Line(line)) => Sort::Passed,
        false => Sort::Unread,
    }
}

/// Whether one reads what comes as it comes.
pub(in crate::model) fn reads(state: &State) -> bool {
    state.reading.is_none() && !state.attention.is_away()
}

/// A server said which history it has.
pub(in crate::model) fn greeted(state: &mut State, anew: bool) {
    let head = state.log.next().saturating_sub(1);
    let kept = state.unread.kept.take().filter(|_| !std::mem::replace(&mut state.unread.met, true));
    state.unread.kept_at = state.clock.now;
    if anew {
        state.unread.mark = None;
    }
    if let (Some(kept), Some((epoch, _))) = (kept, state.log.resume())
        && kept.epoch == epoch
        && kept.seq < head
    {
        state.unread.mark = Some(Mark::new(kept.seq, kept.at, Some(head), state));
        state.unread.untold = true;
    }
}

/// Lines are here: looks at them, and with the first of a history says what came since the last run.
pub(in crate::model) fn told(state: &mut State) {
    look(state);
    // A server may send an empty packet before the first page.
    if state.log.is_empty() || !std::mem::take(&mut state.unread.untold) {
        return;
    }
    let Some((seq, count, at)) = first(state) else { return };
    let new = state.log.lines().rev().take_while(|line| line.seq >= seq);
    let others = new.filter(|line| !state.is_mine(*line) && !state.hides(&Item::Line(*line)));
    let named = others.filter(|line| !mention::names(line.text, state.name()).is_empty()).count();
    let words = state.language;
    let since = words.moment(&state.clock, at);
    let said = match named {
        0 => words.new_since(count, &since),
        // Those before the first page are not here to be looked into.
        named if state.log.first() > seq => words.new_since_at_least(count, &since, named),
        named => words.new_since_named(count, &since, named),
    };
    state.notify(legend::with_key(state, said, Action::Unread));
}

/// Notes that one stopped reading, or reads on, by what has just happened.
pub(in crate::model) fn watch(state: &mut State, read: bool, next: u64) {
    let end = state.log.next().saturating_sub(1);
    let in_window = |state: &State, mark: Mark| {
        let top = reading::newest(state);
        mark.seen || top.is_none_or(|top| top.seq <= mark.seq + 1)
    };
    match (read, reads(state)) {
        // Whoever goes to the mark does not move it.
        (true, false) if std::mem::take(&mut state.unread.sought) => {}
        (true, false) => {
            let seq = next.saturating_sub(1);
            match state.unread.mark {
                Some(mark) if first(state).is_some() && !in_window(state, mark) => {
                    state.unread.mark = Some(Mark { until: None, ..mark });
                }
                _ => {
                    state.unread.mark = Some(Mark::new(seq, state.clock.now, None, state));
                }
            }
        }
        (false, true) => {
            if let Some(mark) = &mut state.unread.mark {
                mark.until = Some(end);
            }
        }
        _ => {}
    }
    if let (Some(mark), Some(anchor)) = (&mut state.unread.mark, state.reading) {
        mark.seen |= anchor.place.seq <= mark.seq + 1;
    }
    look(state);
    let speaks = || {
        let fresh = usize::try_from(state.log.next().saturating_sub(next)).unwrap_or(usize::MAX);
        state.log.latest(fresh).any(|line| state.is_mine(line))
    };
    // Here what one answers to need not be all that one has not read.
    let ends = |mark: &Mark| mark.until.is_some() && speaks() && in_window(state, *mark);
    if state.unread.mark.as_ref().is_some_and(ends) {
        state.unread.mark = None;
    }
}

/// The first line that is not read, to go there: that does not count as stopping to read.
pub(in crate::model) fn seek(state: &mut State) -> Option<u64> {
    let (seq, ..) = first(state)?;
    state.unread.sought = reads(state);
    Some(seq)
}

/// Remembers where one stopped reading, now and then, as the program may be killed.
pub(in crate::model) fn remember(state: &mut State) -> Option<Effect> {
    let bookmark = bookmark(state).filter(|_| matches!(state.link, Standing::Live(_)))?;
    let known = |kept: &Bookmark| (&kept.epoch, kept.seq) == (&bookmark.epoch, bookmark.seq);
    let soon = state.clock.now.saturating_sub(state.unread.kept_at) < KEPT_EVERY;
    if soon || state.unread.kept.as_ref().is_some_and(known) {
        return None;
    }
    state.unread.kept_at = state.clock.now;
    state.unread.kept = Some(bookmark.clone());
    Some(Effect::Bookmark(bookmark))
}

/// Where one would stop reading now.
pub fn bookmark(state: &State) -> Option<Bookmark> {
    let (epoch, last) = state.log.resume()?;
    let (seq, at) = match state.unread.mark.filter(|_| !reads(state)) {
        Some(mark) => (mark.seq, mark.at),
        None => (last, state.clock.now),
    };
    Some(Bookmark { epoch: epoch.into(), seq, at })
}

/// Whether the first line that is not read stands here.
pub(in crate::model) fn begins_at(state: &State, place: Place) -> bool {
    let here = |mark: Mark| mark.looked.first == Some(place.seq);
    place.local == 0
        && state.unread.mark.is_some_and(here)
        && first(state).is_some_and(|(seq, ..)| seq == place.seq)
}
