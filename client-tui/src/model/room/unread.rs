//! Unread: where one stopped reading, and what came since.
//!
//! One reads while one is at the end; one stops by scrolling up, by turning to another window, or
//! by ending the program. The mark
//! stays where it is until it has been seen and one stops again, so that looking for it does not
//! move it.

use serde::{Deserialize, Serialize};

use crate::model::{
    effect::Effect,
    page::reading,
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
    let count = until.checked_sub(mark.seq).filter(|&count| count > 0)?;
    Some((mark.seq + 1, count, mark.at))
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
        let until = Some(head);
        state.unread.mark = Some(Mark { seq: kept.seq, at: kept.at, until, seen: false });
        state.unread.untold = true;
    }
}

/// The first lines of a history are here: says what came since the last run.
pub(in crate::model) fn told(state: &mut State) {
    // A server may send an empty packet before the first page.
    if state.log.is_empty() || !std::mem::take(&mut state.unread.untold) {
        return;
    }
    let Some((seq, count, at)) = first(state) else { return };
    let new = state.log.lines().rev().take_while(|line| line.seq >= seq);
    let others = new.filter(|line| !state.is_own(line.uid) && !state.hides(&Item::Line(*line)));
    let named = others.filter(|line| !mention::names(line.text, state.name()).is_empty()).count();
    let words = state.language;
    let since = words.moment(state.clock, at);
    state.notify(match named {
        0 => words.new_since(count, &since),
        // Those before the first page are not here to be looked into.
        named if state.log.first() > seq => words.new_since_at_least(count, &since, named),
        named => words.new_since_named(count, &since, named),
    });
}

/// Notes that one stopped reading, or reads on, by what has just happened.
pub(in crate::model) fn watch(state: &mut State, read: bool, next: u64) {
    let end = state.log.next().saturating_sub(1);
    match (read, reads(state)) {
        // Whoever goes to the mark does not move it.
        (true, false) if std::mem::take(&mut state.unread.sought) => {}
        (true, false) => {
            let in_window = |mark: Mark| {
                let top = reading::newest(state);
                mark.seen || top.is_none_or(|top| top.seq <= mark.seq + 1)
            };
            let seq = next.saturating_sub(1);
            match state.unread.mark {
                Some(mark)
                    if mark.until.is_some_and(|until| until > mark.seq) && !in_window(mark) =>
                {
                    state.unread.mark = Some(Mark { until: None, ..mark });
                }
                _ => {
                    let at = state.clock.now;
                    state.unread.mark = Some(Mark { seq, at, until: None, seen: false });
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

/// Whether the first line that is not read stands here: those before it that are not shown do not
/// count. It looks back over few.
pub(in crate::model) fn begins_at(state: &State, place: Place) -> bool {
    let Some((seq, ..)) = first(state).filter(|_| place.local == 0) else { return false };
    let Some(hidden) = place.seq.checked_sub(seq).filter(|&hidden| hidden < 16) else {
        return false;
    };
    let timeline = state.timeline();
    (place.seq - hidden..place.seq)
        .all(|seq| timeline.item(Place { seq, local: 0 }).is_none_or(|item| state.hides(&item)))
}
