//! The composer: the prompt, the rows of the draft, and where the caret stands.

use ratatui::buffer::Buffer;

use super::{ink, paint};
use crate::model::{
    page::{
        geometry::{self, Geometry},
        rows::Ink,
    },
    state::State,
};

/// Draws the draft; returns the column and the row of the caret.
pub fn draw(state: &State, geometry: &Geometry, buffer: &mut Buffer) -> (u16, u16) {
    let style = ink::style(state, Ink::Said);
    let prompt = geometry::prompt(state, geometry.columns);
    paint::text(buffer, 0, geometry.composer, &prompt, style);
    let rows = state.composer.rows(geometry.draft_columns());
    let (row, column) = state.composer.caret_in(&rows);
    let height = usize::from(geometry.composer_rows);
    // A draft of more rows is seen around its caret.
    let first = (row + 1).saturating_sub(height);
    for (range, y) in rows.into_iter().skip(first).zip(geometry.composer..).take(height) {
        paint::text(buffer, geometry.prompt, y, &state.composer.text()[range], style);
    }
    // White space may hang over the edge, and the caret stays at it.
    let column = column.min(geometry.draft_columns());
    let x = geometry.prompt + u16::try_from(column).unwrap_or(0);
    (x, geometry.composer + u16::try_from(row - first).unwrap_or(0))
}
