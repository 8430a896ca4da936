//! Following: the window goes where the selection goes, and stays where it is meanwhile.

use crate::model::{
    effect::Effect,
    page::{geometry::Geometry, reading, rows::laid, seen},
    room::timeline::Place,
    state::State,
};

/// Ties the window to where it is: what comes no longer moves it.
pub fn hold(state: &mut State) {
    let Some(geometry) = Geometry::now(state).filter(|_| state.reading.is_none()) else { return };
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    let top = reading::window(state, width, height).top;
    state.reading = top.map(|(place, row)| reading::anchor(state, place, row));
}

/// Lets the window go again, if it is at the end.
pub fn let_go(state: &mut State) {
    let Some(geometry) = Geometry::now(state) else { return };
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    if reading::window(state, width, height).at_end {
        state.reading = None;
    }
}

/// Moves the window so that all of an item is in it, no further than is needed; asks for older
/// lines near the first.
pub fn show(state: &mut State, place: Place) -> Option<Effect> {
    hold(state);
    let geometry = Geometry::now(state)?;
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    let laid = laid(state, place, width);
    let spots = seen::now(state);
    let rows = laid.rows.len();
    let in_window = spots.iter().filter(|spot| spot.place == place && spot.row >= 0).count();
    if in_window < rows.min(height) {
        let above = spots.first().is_none_or(|first| place <= first.place);
        let (top, row) = if above || rows >= height {
            let first = isize::try_from(laid.len() - rows).unwrap_or(0);
            (place, if rows < height { -first } else { 0 })
        } else {
            let last = isize::try_from(rows).unwrap_or(1) - 1;
            let up = isize::try_from(height).unwrap_or(1) - 1;
            reading::up(state, width, place, last, up)
        };
        state.reading = Some(reading::anchor(state, top, row));
    }
    reading::ask_ahead(state, place, height)
}
