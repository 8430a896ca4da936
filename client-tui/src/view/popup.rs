//! The popup of completion. Faint while it only offers; what one has chosen stands out by its sign
//! as well as by its looks.

use ratatui::{buffer::Buffer, style::Modifier};

use super::{ink, paint};
use crate::model::{
    hand::complete,
    page::{geometry::Geometry, popup, rows::Ink},
    state::State,
    text::clean,
};

/// Draws the popup, if there is one.
pub fn draw(state: &State, geometry: &Geometry, buffer: &mut Buffer) {
    let (Some(place), Some(popup)) = (popup::place(state, geometry), complete::popup(state)) else {
        return;
    };
    let offered = popup.chosen.is_none();
    let columns = usize::from(place.width);
    let seen = popup.candidates.iter().enumerate().skip(place.first);
    for ((number, candidate), row) in seen.zip(place.row..place.row + place.rows) {
        paint::clear(buffer, place.column, row, place.width);
        let chosen = popup.chosen == Some(number);
        let style = ink::style(state, if offered { Ink::Dim } else { Ink::Said });
        let style = if chosen { style.add_modifier(Modifier::REVERSED) } else { style };
        let sign = if chosen { "|> " } else { "|  " };
        let shown = clean::shortened(&candidate.shown, usize::from(place.about) - 5);
        let text = format!("{sign}{shown}");
        let fill = columns.saturating_sub(clean::drawn_width(&text) + 1);
        paint::text(buffer, place.column, row, &format!("{text}{}|", " ".repeat(fill)), style);
        let room = columns.saturating_sub(usize::from(place.about) + 2);
        let about = clean::shortened(&candidate.about, room);
        let style = if chosen { style } else { ink::style(state, Ink::Dim) };
        paint::text(buffer, place.column + place.about, row, &about, style);
    }
}
