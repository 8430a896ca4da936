//! The composer: the prompt, the rows of the draft, and where the caret stands.

use ratatui::buffer::Buffer;

use super::{ink, paint};
use crate::model::{
    hand::{mode::Mode, seek::Seek},
    page::{
        geometry::{self, Geometry},
        rows::Ink,
    },
    state::State,
    text::clean,
};

/// Draws the draft, or what one looks for in its place; returns the column and the row of the
/// caret.
pub fn draw(state: &State, geometry: &Geometry, buffer: &mut Buffer) -> (u16, u16) {
    if let Mode::Seeking(seek) = &state.mode {
        return draw_seek(state, seek, geometry, buffer);
    }
    let style = ink::style(state, Ink::Said);
    let prompt = geometry::prompt(state, geometry.window);
    paint::text(buffer, 0, geometry.composer, &prompt, style);
    if let Mode::Unlocking(secret) = &state.mode {
        // How long it is may be seen, as far as there is room.
        let marks = "*".repeat(secret.len().min(geometry.draft_columns()));
        let caret = paint::text(buffer, geometry.prompt, geometry.composer, &marks, style);
        return (caret, geometry.composer);
    }
    let rows = state.line().rows(geometry.draft_columns());
    let (row, column) = state.line().caret_in(&rows);
    let height = usize::from(geometry.composer_rows);
    // A draft of more rows is seen around its caret.
    let first = (row + 1).saturating_sub(height);
    for (range, y) in rows.into_iter().skip(first).zip(geometry.composer..).take(height) {
        paint::text(buffer, geometry.prompt, y, &state.line().text()[range], style);
    }
    // White space may hang over the edge, and the caret stays at it.
    let column = column.min(geometry.draft_columns());
    let x = geometry.prompt + u16::try_from(column).unwrap_or(0);
    (x, geometry.composer + u16::try_from(row - first).unwrap_or(0))
}

/// What one looks for stands at the prompt, and what was found below it, or behind it where there
/// is but one row.
fn draw_seek(state: &State, seek: &Seek, geometry: &Geometry, buffer: &mut Buffer) -> (u16, u16) {
    let (words, row) = (state.language, geometry.composer);
    let (label, ink) =
        if seek.lost { (words.seeking_nothing(), Ink::Wrong) } else { (words.seeking(), Ink::Dim) };
    let column = paint::text(buffer, 0, row, &format!("{label}: "), ink::style(state, ink));
    let width = usize::from(geometry.window);
    // Its end is where one types.
    let sought = clean::ending(&seek.words, width.saturating_sub(usize::from(column) + 2));
    let caret = paint::text(buffer, column, row, sought, ink::style(state, Ink::Said));
    if let Some((_, found)) = &seek.found {
        let (column, row) =
            if geometry.composer_rows > 1 { (0, row + 1) } else { (caret + 2, row) };
        let room = width.saturating_sub(usize::from(column));
        let found = clean::shortened(&clean::sentence(found), room);
        paint::text(buffer, column, row, &found, ink::style(state, Ink::Said));
    }
    (caret.min(geometry.window - 1), row)
}
