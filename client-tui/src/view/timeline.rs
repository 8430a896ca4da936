//! The timeline: the rows in the window, from the top.

use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::{hyperlink, ink, paint, picture};
use crate::model::{
    page::{
        geometry::{Geometry, WIDE},
        legend,
        rows::{Ink, Row, TIME},
    },
    state::State,
    text::{clean, wrap::wrap},
};

/// Draws the rows; returns the links in them, and the rows of pictures.
pub fn draw(
    state: &State,
    rows: &[Row],
    geometry: &Geometry,
    buffer: &mut Buffer,
) -> (Vec<hyperlink::Part>, Vec<picture::Part>) {
    let (mut links, mut slices) = (Vec::new(), Vec::new());
    for (row, y) in rows.iter().zip(geometry.timeline..geometry.rule) {
        for piece in row {
            let column = u16::try_from(piece.column).unwrap_or(u16::MAX);
            let end = paint::text(buffer, column, y, &piece.text, ink::style(state, piece.ink));
            if let Some(slice) = &piece.picture {
                slices.push(picture::Part::painted(buffer, y, column, slice));
            }
            if let Some(url) = &piece.link {
                links.push(hyperlink::Part::painted(buffer, y, column..end, url));
            }
        }
    }
    (links, slices)
}

/// Marks the selected rows: they are drawn in reverse, with a sign at their left.
pub fn mark(state: &State, selected: &[usize], geometry: &Geometry, buffer: &mut Buffer) {
    for y in point_at(state, selected, geometry, buffer) {
        buffer.set_style(Rect::new(0, y, geometry.columns, 1), Modifier::REVERSED);
    }
}

/// Puts a sign at the left of some rows of the timeline; says which rows of the window they are.
pub fn point_at(
    state: &State,
    rows: &[usize],
    geometry: &Geometry,
    buffer: &mut Buffer,
) -> Vec<u16> {
    // Beside the time, or where there is no such column, before the text that stands indented.
    let sign = if geometry.columns >= WIDE { u16::try_from(TIME).unwrap_or(0) } else { 0 };
    let rows =
        rows.iter().filter_map(|&row| geometry.timeline.checked_add(u16::try_from(row).ok()?));
    let rows: Vec<u16> = rows.take_while(|&y| y < geometry.rule).collect();
    for &y in &rows {
        if buffer[(sign, y)].symbol() == " " {
            paint::text(buffer, sign, y, ">", ink::style(state, Ink::Key));
        }
    }
    rows
}

/// Says below the rows that are there what a room is for in which nobody has said anything yet.
pub fn explain(state: &State, rows: usize, geometry: &Geometry, buffer: &mut Buffer) {
    let width = usize::from(geometry.columns).saturating_sub(2).max(1);
    let mut row = geometry.timeline.saturating_add(u16::try_from(rows).unwrap_or(u16::MAX));
    let url = clean::sentence(&state.url);
    for said in legend::empty_room(state, &url) {
        for part in wrap(&said, width) {
            if row >= geometry.rule {
                return;
            }
            paint::text(buffer, 1, row, &said[part], ink::style(state, Ink::Dim));
            row += 1;
        }
    }
}
