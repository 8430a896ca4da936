//! Selecting: keys walk from message to message, and do something with the one that they are on.

use std::ops::RangeInclusive;

use crate::model::{
    effect::Effect,
    hand::{
        choosing::Choice,
        copied::{MAX_BYTES, Said},
        details,
        keymap::Action,
        letters::{self, Selecting as Letter},
        mode::Mode,
    },
    key::{Key, KeyCode},
    page::{follow, reading, seen},
    room::timeline::Place,
    state::{Hint, State},
    text::{clean, links::links},
};

/// How many links one chooses from: there are so many digits.
const MAX_LINKS: usize = 9;

/// What is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The message that one is on.
    at: Place,
    /// Where the stretch of several begins or ends, if there is one.
    from: Option<Place>,
}

impl Selection {
    /// The places that are selected, from the first to the last; `None` if nothing is there.
    pub fn places(&self, state: &State) -> Option<RangeInclusive<Place>> {
        let at = settled(state, self.at)?;
        let from = self.from.and_then(|from| settled(state, from)).unwrap_or(at);
        Some(at.min(from)..=at.max(from))
    }
}

/// Begins to select, at the newest message in the window, or else at the one nearest above it: the
/// program's own words may fill a small window.
pub(in crate::model) fn begin(state: &mut State) -> Vec<Effect> {
    let spots = seen::now(state);
    let newest = spots.iter().rev().find(|spot| seen::can_be_selected(state, spot.place));
    if let Some(newest) = newest {
        select(state, newest.place);
        return vec![];
    }
    let Some(above) = spots.first().and_then(|spot| neighbour(state, spot.place, Way::Up)) else {
        state.hint = Some(Hint::NothingSaid);
        return vec![];
    };
    select(state, above);
    follow::show(state, above).into_iter().collect()
}

/// Selects a message.
pub(in crate::model) fn select(state: &mut State, place: Place) {
    follow::hold(state);
    state.mode = Mode::Selecting(Selection { at: place, from: None });
}

/// Goes back to the draft.
pub(in crate::model) fn leave(state: &mut State) {
    if matches!(state.mode, Mode::Selecting(_) | Mode::Choosing(_)) {
        state.mode = Mode::Writing;
        follow::let_go(state);
    }
}

/// Does what a key means to the selection. What it means nothing to goes on to the draft.
pub(in crate::model) fn takes(
    state: &mut State,
    action: Option<Action>,
    key: Key,
) -> Option<Vec<Effect>> {
    let Mode::Selecting(selection) = state.mode.clone() else { return None };
    let Some(at) = settled(state, selection.at) else {
        leave(state);
        return None;
    };
    let walked = match (action, letters::does(letters::SELECTING, key)) {
        (Some(Action::Up | Action::Select), _) | (_, Some(Letter::Up)) => {
            neighbour(state, at, Way::Up)
        }
        (Some(Action::Down), _) | (_, Some(Letter::Down)) => neighbour(state, at, Way::Down),
        (None, None) if key.code == KeyCode::Down => neighbour(state, at, Way::Down),
        (Some(Action::PageUp), _) => return Some(leaf(state, &selection, at, Way::Up)),
        (Some(Action::PageDown), _) => return Some(leaf(state, &selection, at, Way::Down)),
        (Some(Action::LineStart), _) | (_, Some(Letter::First)) => end(state, Way::Up),
        (Some(Action::LineEnd | Action::Now), _) | (_, Some(Letter::Last)) => end(state, Way::Down),
        (_, Some(Letter::Several)) => {
            let from = if selection.from.is_some() { None } else { Some(at) };
            state.mode = Mode::Selecting(Selection { at, from });
            return Some(vec![]);
        }
        (_, Some(Letter::Copy)) => return Some(copy(state, &selection)),
        (_, Some(Letter::Open)) => return Some(open(state, selection)),
        (_, Some(Letter::Details)) => {
            details::show(state, selection, at);
            return Some(vec![]);
        }
        (Some(Action::Redraw | Action::Suspend | Action::Mouse | Action::Help), _) => return None,
        (Some(Action::Cancel | Action::Send | Action::ClearOrQuit | Action::DeleteOrQuit), _)
        | (_, Some(Letter::Back)) => {
            leave(state);
            return Some(vec![]);
        }
        _ => {
            leave(state);
            return None;
        }
    };
    Some(walked.map_or_else(Vec::new, |place| go(state, &selection, place)))
}

/// Which way one goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

fn go(state: &mut State, selection: &Selection, place: Place) -> Vec<Effect> {
    state.mode = Mode::Selecting(Selection { at: place, from: selection.from });
    follow::show(state, place).into_iter().collect()
}

/// Moves the window, and goes to what is outermost in it.
fn leaf(state: &mut State, selection: &Selection, at: Place, way: Way) -> Vec<Effect> {
    let pages = if way == Way::Up { 1 } else { -1 };
    let mut effects: Vec<Effect> = reading::scroll_pages(state, pages).into_iter().collect();
    follow::hold(state);
    let spots = seen::now(state);
    let mut places = spots.iter().map(|spot| spot.place);
    let place = match way {
        Way::Up => places.find(|&place| seen::can_be_selected(state, place)),
        Way::Down => places.rfind(|&place| seen::can_be_selected(state, place)),
    };
    // The outermost may be further in than where one was, where the window did not move.
    let place = place.map(|place| if way == Way::Up { place.min(at) } else { place.max(at) });
    effects.extend(place.map(|place| go(state, selection, place)).unwrap_or_default());
    effects.dedup();
    effects
}

/// The next message that way, if there is one.
fn neighbour(state: &State, place: Place, way: Way) -> Option<Place> {
    let timeline = state.timeline();
    let mut next = Some(place);
    loop {
        next = match way {
            Way::Up => timeline.before(next),
            Way::Down => timeline.after(next),
        };
        if seen::can_be_selected(state, next?) {
            return next;
        }
    }
}

/// The outermost message that way.
fn end(state: &State, way: Way) -> Option<Place> {
    let timeline = state.timeline();
    let (outermost, back) = match way {
        Way::Up => (timeline.after(None)?, Way::Down),
        Way::Down => (timeline.before(None)?, Way::Up),
    };
    if seen::can_be_selected(state, outermost) {
        return Some(outermost);
    }
    neighbour(state, outermost, back)
}

/// The message that is selected, or what took its place if it is gone: a line that waited and now
/// has a number, or one that was dropped.
fn settled(state: &State, place: Place) -> Option<Place> {
    if seen::can_be_selected(state, place) {
        return Some(place);
    }
    neighbour(state, place, Way::Up).or_else(|| neighbour(state, place, Way::Down))
}

/// Copies what was said: the text alone of one message, of several with who said each.
fn copy(state: &mut State, selection: &Selection) -> Vec<Effect> {
    let several = selection.from.is_some();
    let Some(text) = text(state, selection, several) else {
        state.hint = Some(Hint::TooMuchToCopy);
        return vec![];
    };
    leave(state);
    state.hint = Some(Hint::Copied);
    vec![Effect::Copy(text)]
}

/// What was said, without what steers a terminal; `None` if it is too much.
fn text(state: &State, selection: &Selection, named: bool) -> Option<String> {
    let places = selection.places(state)?;
    let mut text = String::new();
    let mut next = Some(*places.start());
    while let Some(place) = next.filter(|place| places.contains(place)) {
        if let Some(said) = Said::at(state, place) {
            if place != *places.start() {
                text.push('\n');
            }
            text.push_str(&if named { said.with_name() } else { clean::draft(&said.text) });
        }
        if text.len() > MAX_BYTES {
            return None;
        }
        next = neighbour(state, place, Way::Down);
    }
    Some(text)
}

/// Opens the link in what is selected, or asks which.
fn open(state: &mut State, selection: Selection) -> Vec<Effect> {
    let text = text(state, &selection, false).unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for link in links(&text).into_iter().map(|range| &text[range]) {
        if found.len() < MAX_LINKS && !found.iter().any(|known| known == link) {
            found.push(link.into());
        }
    }
    match &found[..] {
        [] => state.hint = Some(Hint::NoLink),
        [only] => {
            let effect = Effect::Open(only.clone());
            leave(state);
            return vec![effect];
        }
        _ => state.mode = Mode::Choosing(Choice::of(state.language, found, selection)),
    }
    vec![]
}
