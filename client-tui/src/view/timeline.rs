//! The timeline: the rows in the window, from the top.

use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::{hyperlink, ink, paint};
use crate::model::{
    page::{
        geometry::{Geometry, WIDE},
        rows::{Ink, Row, TIME},
    },
    state::State,
};

/// Draws the rows; returns the links in them.
pub fn draw(
    state: &State,
    rows: &[Row],
    geometry: &Geometry,
    buffer: &mut Buffer,
) -> Vec<hyperlink::Part> {
    let mut links = Vec::new();
    for (row, y) in rows.iter().zip(geometry.timeline..geometry.rule) {
        for piece in row {
            let column = u16::try_from(piece.column).unwrap_or(u16::MAX);
            let end = paint::text(buffer, column, y, &piece.text, ink::style(state, piece.ink));
            if let Some(url) = &piece.link {
                links.push(hyperlink::Part::painted(buffer, y, column..end, url));
            }
        }
    }
    links
}

/// Marks the selected rows: they are drawn in reverse, with a sign at their left.
pub fn mark(state: &State, selected: &[usize], geometry: &Geometry, buffer: &mut Buffer) {
    // Beside the time, or where there is no such column, before the text that stands indented.
    let sign = if geometry.columns >= WIDE { u16::try_from(TIME).unwrap_or(0) } else { 0 };
    for row in selected.iter().filter_map(|&row| u16::try_from(row).ok()) {
        let y = geometry.timeline + row;
        if y >= geometry.rule {
            break;
        }
        if buffer[(sign, y)].symbol() == " " {
            paint::text(buffer, sign, y, ">", ink::style(state, Ink::Key));
        }
        buffer.set_style(Rect::new(0, y, geometry.columns, 1), Modifier::REVERSED);
    }
}
