//! The roster: who is here, at the right of the timeline.

use ratatui::buffer::Buffer;

use super::{ink, paint};
use crate::model::{
    page::{geometry::Geometry, roster},
    state::State,
};

/// Draws the list, if it has a place in the window.
pub fn draw(state: &State, geometry: &Geometry, buffer: &mut Buffer) {
    let Some(left) = geometry.roster else { return };
    let rows = roster::rows(state, usize::from(geometry.timeline_rows));
    for (row, y) in rows.iter().zip(geometry.timeline..geometry.rule) {
        for piece in row {
            let column = u16::try_from(piece.column).unwrap_or(u16::MAX);
            let style = ink::style(state, piece.ink);
            paint::text(buffer, left.saturating_add(column), y, &piece.text, style);
        }
    }
}
