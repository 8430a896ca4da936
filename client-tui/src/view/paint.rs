//! Paint: text onto the screen, one grapheme a place. Nothing else writes text there, so nothing
//! gets there that [`clean::shown`] would not let through.

use std::borrow::Cow;

use ratatui::{buffer::Buffer, style::Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::model::{look::glyphs::Glyphs, text::clean};

/// Blanks some columns of a row, and what a wide character that they cut in two leaves beside them:
/// a terminal would draw the half over what comes here, or not at all.
pub fn clear(buffer: &mut Buffer, column: u16, row: u16, columns: u16) {
    let area = buffer.area;
    if row >= area.bottom() || column >= area.right() {
        return;
    }
    let right = column.saturating_add(columns).min(area.right());
    let mut at = area.left();
    while at < right {
        let width = u16::try_from(clean::width(buffer[(at, row)].symbol())).unwrap_or(1).max(1);
        let end = at.saturating_add(width).min(area.right());
        if end > column {
            for cell in at..end {
                let paper = buffer[(cell, row)].bg;
                buffer[(cell, row)].reset();
                buffer[(cell, row)].set_bg(paper);
            }
        }
        at = end;
    }
}

/// Writes a text of one line from a column on, as far as the row goes; returns the column after it.
pub fn text(buffer: &mut Buffer, column: u16, row: u16, text: &str, style: Style) -> u16 {
    let (right, bottom) = (buffer.area.right(), buffer.area.bottom());
    let mut column = column;
    if row >= bottom {
        return column;
    }
    for grapheme in text.graphemes(true) {
        let shown = clean::shown(grapheme);
        // A tab is several graphemes when it is drawn; everything else is one.
        for symbol in shown.split_inclusive(' ') {
            let width = u16::try_from(clean::width(symbol)).unwrap_or(u16::MAX);
            if width == 0 {
                continue;
            }
            let end = column.saturating_add(width);
            if end > right {
                return column;
            }
            buffer[(column, row)].set_symbol(symbol).set_style(style);
            for under in column + 1..end {
                buffer[(under, row)].reset();
            }
            column = end;
        }
    }
    column
}

/// Puts what the terminal draws in another width than everybody reckons with into a form of which
/// the width is known, in the same place.
pub fn settle(glyphs: Glyphs, buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width);
    for at in 0..buffer.content.len() {
        let cell = &buffer.content[at];
        let Cow::Owned(drawn) = glyphs.drawn(cell.symbol()) else { continue };
        let (was, is) = (clean::width(cell.symbol()), clean::width(&drawn));
        let style = cell.style();
        // It takes the place that was kept for it, and not what lies beyond the row's end.
        let place = at + is..(at + was).min(at - at % width + width);
        buffer.content[at].set_symbol(&drawn);
        for under in &mut buffer.content[place] {
            under.reset();
            under.set_style(style);
        }
    }
}
