//! Paint: text onto the screen, one grapheme a place. Nothing else writes text there, so nothing
//! gets there that [`clean::shown`] would not let through.

use ratatui::{buffer::Buffer, style::Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::model::text::clean;

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
