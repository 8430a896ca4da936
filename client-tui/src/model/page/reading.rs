//! Reading: which rows of the timeline are in the window, and moving among them.
//!
//! Whoever has scrolled up is tied to the row at the top of the window, by its place and not by
//! its distance from either end. So nothing that comes, before or after, moves what is read.

use crate::model::{
    effect::Effect,
    page::{
        geometry::Geometry,
        rows::{Laid, Row, laid, named},
    },
    room::timeline::{Anchor, Place, What},
    state::{Standing, State},
};

/// How near the first line one must come, in windows, for the page before it to be asked for.
const AHEAD: usize = 3;

/// The rows in a window.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// From the top; fewer than the window has if there are no more.
    pub rows: Vec<Row>,
    /// The first row.
    pub top: Option<(Place, isize)>,
    /// The last item of which something is seen.
    pub last: Option<Place>,
    /// Whether the end is in the window.
    pub at_end: bool,
}

/// What is in a window of that size.
pub fn window(state: &State, width: usize, height: usize) -> Window {
    let mut window = state
        .reading
        .map(|anchor| from_anchor(state, anchor, width, height))
        .filter(|window| !window.at_end || window.rows.len() >= height)
        .unwrap_or_else(|| from_end(state, width, height));
    // Whoever reads the first row sees whose it is, although the group began further up.
    if let (Some((place, 0)), Some(first)) = (window.top, window.rows.first_mut())
        && let Some(row) = named(state, place, width)
    {
        *first = row;
    }
    window
}

/// Whether one is in a room in which nobody has ever said anything, oneself neither.
pub fn is_silent(state: &State) -> bool {
    matches!(state.link, Standing::Live(_))
        && state.log.resume().is_some_and(|(_, after)| after == 0)
        && state.outbox.is_empty()
        && state.locals.iter().all(|local| matches!(local.what, What::Notice(_)))
}

/// The place to which whoever reads there is tied.
pub fn anchor(state: &State, place: Place, row: isize) -> Anchor {
    let since = state.reading.map_or(state.attention.others, |anchor| anchor.since);
    Anchor { place, row, since }
}

/// Moves that many rows up, or down if it is negative, and asks for older lines near the first.
pub fn scroll(state: &mut State, rows: isize) -> Option<Effect> {
    let geometry = Geometry::now(state)?;
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    let top = top(state, width, height).map(|(place, row)| {
        if rows > 0 {
            up(state, width, place, row, rows)
        } else {
            down(state, width, place, row, -rows)
        }
    });
    if let Some((place, row)) = top {
        let anchor = anchor(state, place, row);
        let at_end = !is_far_from_end(state, place, height)
            && from_anchor(state, anchor, width, height).at_end;
        state.reading = (!at_end || state.is_far_back()).then_some(anchor);
    }
    if rows <= 0 && state.past.is_none() {
        return None;
    }
    ask_ahead(state, top.map_or(Place { seq: 0, local: 0 }, |(place, _)| place), height)
}

/// The first row of the window.
fn top(state: &State, width: usize, height: usize) -> Option<(Place, isize)> {
    match state.reading {
        Some(anchor) if is_far_from_end(state, anchor.place, height) => {
            let (place, row) = settle(state, anchor, width);
            place.map(|place| (place, row))
        }
        _ => window(state, width, height).top,
    }
}

/// Whether so much stands after a place that a window which begins there is full and does not reach
/// the end. What is seen has a row at least, so nothing need be laid out for that.
fn is_far_from_end(state: &State, place: Place, height: usize) -> bool {
    let timeline = state.timeline();
    let mut after = timeline.after(Some(place));
    let mut seen = 0;
    while let Some(place) = after.filter(|_| seen <= height) {
        let is_seen = timeline.item(place).is_some_and(|item| !state.hides(&item));
        seen += usize::from(is_seen);
        after = timeline.after(Some(place));
    }
    seen > height
}

/// Asks for the page before the first line, if the place is near it.
pub(super) fn ask_ahead(state: &mut State, place: Place, height: usize) -> Option<Effect> {
    let ahead = place.seq.saturating_sub(state.log.first());
    let rows = (AHEAD * height) as u64;
    if let Some(past) = &mut state.past {
        let (first, next) = (past.log().first(), past.log().next());
        let older = (place.seq.saturating_sub(first) < rows).then(|| past.older()).flatten();
        let newer = || past.newer(state.log.next().saturating_sub(1));
        let near = next.saturating_sub(place.seq) < rows;
        return older.or_else(|| near.then(newer).flatten()).map(Effect::Sync);
    }
    let near = ahead < rows || state.log.is_empty();
    if !near || !matches!(state.link, Standing::Live(_)) {
        return None;
    }
    state.log.older().map(Effect::Sync)
}

/// Moves a window up, less one row so that one sees where one was; down if `pages` is negative.
pub fn scroll_pages(state: &mut State, pages: isize) -> Option<Effect> {
    let height = Geometry::now(state)?.timeline_rows;
    scroll(state, pages * isize::try_from(height).unwrap_or(1).saturating_sub(1).max(1))
}

/// What stands at the top of the window at the end.
pub(in crate::model) fn newest(state: &State) -> Option<Place> {
    let geometry = Geometry::now(state)?;
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    from_end(state, width, height).top.map(|(place, _)| place)
}

/// The window that begins at an anchor.
fn from_anchor(state: &State, anchor: Anchor, width: usize, height: usize) -> Window {
    let timeline = state.timeline();
    let (start, row) = settle(state, anchor, width);
    let mut window = Window { top: start.map(|place| (place, row)), ..Window::default() };
    let mut next = start;
    while let Some(place) = next {
        let laid = laid(state, place, width);
        let skip = if Some(place) == start { skipped(&laid, row) } else { 0 };
        let seen = laid.len().saturating_sub(skip);
        if seen > 0 {
            if window.rows.len() >= height {
                return window;
            }
            window.last = Some(place);
        }
        let room = height - window.rows.len();
        window.rows.extend(laid.above.into_iter().chain(laid.rows).skip(skip).take(room));
        if seen > room {
            return window;
        }
        next = timeline.after(Some(place));
    }
    window.at_end = true;
    window
}

/// The window that ends at the end.
fn from_end(state: &State, width: usize, height: usize) -> Window {
    let timeline = state.timeline();
    let mut window = Window { at_end: true, ..Window::default() };
    let mut blocks = Vec::new();
    let mut room = height;
    let mut before = timeline.before(None);
    while let Some(place) = before.filter(|_| room > 0) {
        let laid = laid(state, place, width);
        if !laid.is_empty() {
            let cut = laid.len().saturating_sub(room);
            window.top = Some((place, laid.first() + isize::try_from(cut).unwrap_or(0)));
            window.last = window.last.or(Some(place));
            room -= laid.len() - cut;
            blocks.push((cut, laid));
        }
        before = timeline.before(Some(place));
    }
    let rows = blocks.into_iter().rev();
    window.rows =
        rows.flat_map(|(cut, laid)| laid.above.into_iter().chain(laid.rows).skip(cut)).collect();
    window
}

/// The anchor's place, or what took it over if the item is gone: a line that waited and now has a
/// number, or one that was dropped.
fn settle(state: &State, anchor: Anchor, width: usize) -> (Option<Place>, isize) {
    let timeline = state.timeline();
    if timeline.item(anchor.place).is_none() {
        return (timeline.after(Some(anchor.place)), 0);
    }
    if anchor.row >= 0 {
        return (Some(anchor.place), anchor.row);
    }
    // What stood above it may have gone, as older lines of the same day or the same person came:
    // then rows before it are seen, so that the item itself stays where it was.
    let first = laid(state, anchor.place, width).first();
    let gone = (first - anchor.row).max(0);
    let (place, row) = up(state, width, anchor.place, anchor.row.max(first), gone);
    (Some(place), row)
}

/// How many rows of an item lie above the row.
fn skipped(laid: &Laid, row: isize) -> usize {
    usize::try_from(row - laid.first()).unwrap_or(0).min(laid.len().saturating_sub(1))
}

pub(super) fn up(
    state: &State,
    width: usize,
    place: Place,
    row: isize,
    rows: isize,
) -> (Place, isize) {
    let timeline = state.timeline();
    let (mut place, mut row, mut left) = (place, row, rows);
    loop {
        let first = laid(state, place, width).first();
        if row - left >= first {
            return (place, row - left);
        }
        left -= (row - first).max(0);
        let Some(before) = timeline.before(Some(place)) else { return (place, first) };
        place = before;
        row = isize::try_from(laid(state, place, width).rows.len()).unwrap_or(0);
    }
}

fn down(state: &State, width: usize, place: Place, row: isize, rows: isize) -> (Place, isize) {
    let timeline = state.timeline();
    let (mut place, mut row, mut left) = (place, row, rows);
    loop {
        let count = isize::try_from(laid(state, place, width).rows.len()).unwrap_or(0);
        if row + left < count {
            return (place, row + left);
        }
        left -= (count - row).max(0);
        let Some(after) = timeline.after(Some(place)) else { return (place, (count - 1).max(0)) };
        place = after;
        row = laid(state, place, width).first();
    }
}
