//! The screen as people see it, and as hostile servers cannot make it.

mod asking;
mod chinese;
mod complaints;
mod dice;
mod files;
mod layouts;
mod links;
mod looks;
mod notices;
mod pictures;
mod popup;
mod random;
mod rebound;
mod roster;
mod screens;
mod searching;
mod selecting;
mod sheets;
mod status;
mod unread;

use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::{Buffer, CellDiffOption},
    style::Color,
};

use super::view;
use crate::model::{state::State, text::clean};

/// The screen as text: rows without the spaces at their ends, and where the caret is.
struct Screen {
    text: String,
    caret: (u16, u16),
    /// There are hyperlinks on it.
    linked: bool,
}

/// The symbols of all cells, row by row.
fn cells(state: &State, columns: u16, rows: u16) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(state, frame)).unwrap();
    let cells = terminal.backend().buffer().content.iter();
    cells.map(|cell| cell.symbol().to_owned()).collect()
}

fn draw(state: &State, columns: u16, rows: u16) -> Screen {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(state, frame)).unwrap();
    let caret = terminal.get_cursor_position().unwrap();
    let buffer = terminal.backend().buffer();
    assert!(state.look.is_coloured() || !is_coloured(buffer), "there is a colour");
    let text = text_of(buffer);
    let linked = buffer.content.iter().any(|cell| cell.symbol().starts_with('\x1b'));
    Screen { text, caret: (caret.x, caret.y), linked }
}

/// What stands in a buffer: rows without the spaces at their ends.
pub(super) fn text_of(buffer: &Buffer) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let mut lines = Vec::new();
    for row in 0..rows {
        let mut line = String::new();
        let mut column = 0;
        while column < columns {
            let cell = &buffer[(column, row)];
            let symbol = unlinked(cell.symbol());
            line.push_str(&symbol);
            // A wide character covers the cell that follows it, and a link those of its letters.
            let width = u16::try_from(clean::width(&symbol)).unwrap().max(1);
            if let CellDiffOption::ForcedWidth(forced) = cell.diff_option {
                assert_eq!(forced.get(), width, "{symbol:?} is another part of a row");
            }
            column += width;
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// Whether anything has a colour that is not the terminal's own.
fn is_coloured(buffer: &Buffer) -> bool {
    buffer.content.iter().any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset)
}

/// What is seen of a cell in which a hyperlink may stand, which has to be a whole one.
fn unlinked(symbol: &str) -> String {
    let whole = symbol.strip_prefix("\x1b]8;id=").and_then(|rest| {
        let (id, rest) = rest.split_once(';')?;
        let (target, rest) = rest.split_once("\x1b\\")?;
        let text = rest.strip_suffix("\x1b]8;;\x1b\\")?;
        let sound = id.chars().all(|digit| digit.is_ascii_hexdigit())
            && target.starts_with("http")
            && target.chars().all(|letter| letter.is_ascii_graphic());
        sound.then(|| text.to_owned())
    });
    whole.unwrap_or_else(|| symbol.to_owned())
}
