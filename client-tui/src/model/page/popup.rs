//! The popup of completion: where it stands above the composer, and what of it is seen.

use crate::model::{
    hand::complete::{self, Popup},
    page::geometry::Geometry,
    state::State,
    text::clean,
};

/// How many candidates are seen at once.
const MAX_ROWS: u16 = 8;
/// With fewer rows for the timeline there is no popup.
const MIN_TIMELINE: u16 = 5;
/// How wide it is at least, so that it does not change with each letter.
const MIN_WIDTH: usize = 16;
/// How many columns a candidate may have; what is to be said of it stands behind.
const MAX_SHOWN: usize = 30;

/// Where the popup stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its first column.
    pub column: u16,
    /// Its first row.
    pub row: u16,
    /// How many columns it has.
    pub width: u16,
    /// How many rows.
    pub rows: u16,
    /// The candidate in its first row.
    pub first: usize,
    /// The column in it, counted from its own first, where what is said of a candidate begins.
    pub about: u16,
}

/// Whether the popup is there to be seen.
pub(in crate::model) fn is_seen(state: &State) -> bool {
    Geometry::now(state).is_some_and(|geometry| place(state, &geometry).is_some())
}

/// Where the popup stands, if there is one and the window has room for it.
pub fn place(state: &State, geometry: &Geometry) -> Option<Place> {
    let popup = complete::popup(state)?;
    if geometry.timeline_rows < MIN_TIMELINE {
        return None;
    }
    let most = MAX_ROWS.min(geometry.timeline_rows / 2);
    let rows = u16::try_from(popup.candidates.len()).unwrap_or(most).min(most);
    let chosen = popup.chosen.unwrap_or(0);
    let first = (chosen + 1).saturating_sub(usize::from(rows));
    let (shown, width) = widths(popup);
    let width = u16::try_from(width).unwrap_or(u16::MAX).min(geometry.window);
    let column = begins(state, geometry, popup).min(geometry.window - width);
    let about = u16::try_from(shown + 5).unwrap_or(u16::MAX);
    Some(Place { column, row: geometry.rule - rows, width, rows, first, about })
}

/// How wide the candidates are, and all of it with its margins.
fn widths(popup: &Popup) -> (usize, usize) {
    let shown = popup.candidates.iter().map(|to| clean::drawn_width(&to.shown));
    let shown = shown.max().unwrap_or(0).min(MAX_SHOWN);
    let about = popup.candidates.iter().map(|to| clean::drawn_width(&to.about)).max().unwrap_or(0);
    let about = if about > 0 { about + 2 } else { 0 };
    (shown, (shown + about + 5).max(MIN_WIDTH))
}

/// The column that lets the candidates stand above the word that they are for.
fn begins(state: &State, geometry: &Geometry, popup: &Popup) -> u16 {
    let rows = state.composer.rows(geometry.draft_columns());
    let (_, column) = state.composer.place_in(&rows, popup.start);
    let column = usize::from(geometry.prompt) + column;
    u16::try_from(column.saturating_sub(3)).unwrap_or(u16::MAX)
}
