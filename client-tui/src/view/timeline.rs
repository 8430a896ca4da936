//! The timeline: the rows in the window, from the top.

use ratatui::buffer::Buffer;

use super::{ink, paint};
use crate::model::{
    page::{geometry::Geometry, rows::Row},
    state::State,
};

/// Draws the rows.
pub fn draw(state: &State, rows: &[Row], geometry: &Geometry, buffer: &mut Buffer) {
    for (row, y) in rows.iter().zip(geometry.timeline..geometry.rule) {
        for piece in row {
            let column = u16::try_from(piece.column).unwrap_or(u16::MAX);
            paint::text(buffer, column, y, &piece.text, ink::style(state, piece.ink));
        }
    }
}
