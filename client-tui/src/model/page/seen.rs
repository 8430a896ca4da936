//! What is seen: which item stands in which row of the window, which of them are selected, and which
//! of them is the hit that one reads around.

use crate::model::{
    hand::{finding, mode::Mode},
    page::{
        geometry::Geometry,
        reading::{self, Window},
        roster,
        rows::{Ink, laid},
    },
    room::timeline::{Item, Place, What},
    state::State,
};

/// What stands in one row of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The item.
    pub place: Place,
    /// Its row, from 0; below 0 are the day and the name above it.
    pub row: isize,
}

/// What stands in each row of the window, from the top.
pub fn spots(state: &State, window: &Window, width: usize) -> Vec<Spot> {
    let timeline = state.timeline();
    let mut spots = Vec::with_capacity(window.rows.len());
    let mut next = window.top;
    while let Some((place, from)) = next.filter(|_| spots.len() < window.rows.len()) {
        let laid = laid(state, place, width);
        let rows = isize::try_from(laid.rows.len()).unwrap_or(0);
        spots.extend((from.clamp(laid.first(), rows)..rows).map(|row| Spot { place, row }));
        next = timeline.after(Some(place)).map(|place| (place, isize::MIN));
    }
    spots.truncate(window.rows.len());
    spots
}

/// What stands in each row of the window as it is.
pub fn now(state: &State) -> Vec<Spot> {
    let Some(geometry) = Geometry::now(state) else { return vec![] };
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    spots(state, &reading::window(state, width, height), width)
}

/// Which rows of the window are selected, counted from its top.
pub fn selected(state: &State, window: &Window, width: usize) -> Vec<usize> {
    let Mode::Selecting(selection) = &state.mode else { return vec![] };
    let Some(places) = selection.places(state) else { return vec![] };
    let spots = spots(state, window, width).into_iter().enumerate();
    let selected = spots.filter(|(_, spot)| spot.row >= 0 && places.contains(&spot.place));
    selected.map(|(row, _)| row).collect()
}

/// Which rows of the window are of the hit that one reads around, counted from its top.
pub fn found(state: &State, window: &Window, width: usize) -> Vec<usize> {
    let Some(seq) = finding::reads_around(state) else { return vec![] };
    let spots = spots(state, window, width).into_iter().enumerate();
    let hit = spots.filter(|(_, spot)| spot.row >= 0 && spot.place == Place { seq, local: 0 });
    hit.map(|(row, _)| row).collect()
}

/// What a click in the window is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hit {
    /// A name, as it is known.
    Name(String),
    /// Something that was said.
    Said(Place),
    /// Where one writes.
    Draft,
}

/// What stands at a column and a row of the window, both from 0.
pub fn hit(state: &State, column: u16, row: u16) -> Option<Hit> {
    let geometry = Geometry::now(state)?;
    if row >= geometry.composer && row < geometry.composer + geometry.composer_rows {
        return Some(Hit::Draft);
    }
    let row = usize::from(row.checked_sub(geometry.timeline)?);
    if geometry.roster.is_some_and(|left| column >= left) {
        let height = usize::from(geometry.timeline_rows);
        return roster::in_row(state, height, row).map(|member| Hit::Name(member.name.clone()));
    }
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    let window = reading::window(state, width, height);
    let spot = *spots(state, &window, width).get(row)?;
    if !can_be_selected(state, spot.place) {
        return None;
    }
    let on_name = window.rows.get(row).into_iter().flatten().any(|piece| {
        let columns =
            piece.column..piece.column + crate::model::text::clean::drawn_width(&piece.text);
        matches!(piece.ink, Ink::Name(_)) && columns.contains(&usize::from(column))
    });
    let name = said_by(state, spot.place).filter(|_| on_name).map(Hit::Name);
    name.or_else(|| (spot.row >= 0).then_some(Hit::Said(spot.place)))
}

/// Whether something stands there that somebody said, and that is shown.
pub fn can_be_selected(state: &State, place: Place) -> bool {
    match state.timeline().item(place) {
        Some(Item::Local(local)) if matches!(local.what, What::Notice(_)) => false,
        Some(item) => !state.hides(&item),
        None => false,
    }
}

/// Whose name stands beside what was said, if it is somebody else's and stands there.
fn said_by(state: &State, place: Place) -> Option<String> {
    match state.timeline().item(place)? {
        Item::Line(line) => Some(line.from.to_owned()),
        Item::Local(local) => match &local.what {
            What::Said { from, own: false, .. } => from.clone(),
            _ => None,
        },
        Item::Waiting(..) => None,
    }
}
