//! Pointing: what a click of the mouse does.

use crate::model::{
    hand::{mode::Mode, selecting},
    page::seen::{self, Hit},
    state::{Hint, State},
    text::clean,
};

/// A click on a name puts it into the draft, one on a message selects it, and one where one writes
/// goes back there. One that only brings the window into focus does nothing.
pub(in crate::model) fn clicked(state: &mut State, column: u16, row: u16) {
    let wakes = state.attention.takes_click(state.clock.now);
    if wakes || !matches!(state.mode, Mode::Writing | Mode::Selecting(_)) {
        return;
    }
    match seen::hit(state, column, row) {
        Some(Hit::Name(name)) => {
            selecting::leave(state);
            if !state.composer.insert(&format!("@{} ", clean::name(&name, 64))) {
                state.hint = Some(Hint::DraftCut);
            }
        }
        Some(Hit::Said(place)) => selecting::select(state, place),
        Some(Hit::Draft) => selecting::leave(state),
        None => {}
    }
}
