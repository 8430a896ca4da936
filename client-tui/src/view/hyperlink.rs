//! Hyperlinks: the cells of a link become one that the terminal can open (OSC 8).
//!
//! This is the only place where an escape gets onto the screen. What is in it is a target that
//! [`links::target`] has let through, and an id that makes the rows of a wrapped link one link.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    num::NonZeroU16,
    ops::Range,
    sync::Arc,
};

use ratatui::buffer::{Buffer, Cell, CellDiffOption};

use crate::model::text::{clean, links};

/// A link's part in one row, as it was painted.
#[derive(Debug)]
pub struct Part {
    row: u16,
    column: u16,
    cells: Vec<Cell>,
    url: Arc<str>,
}

impl Part {
    /// What has been painted in these columns of a row is part of a link.
    pub fn painted(buffer: &Buffer, row: u16, columns: Range<u16>, url: &Arc<str>) -> Self {
        let column = columns.start;
        let cells = columns.map(|column| buffer[(column, row)].clone()).collect();
        Self { row, column, cells, url: url.clone() }
    }

    /// How many columns the letter that begins in a cell takes, and so how many cells: the first has
    /// the letter and its style, those that it covers are blank and have none.
    fn letter(&self, at: usize) -> usize {
        clean::width(self.cells[at].symbol()).clamp(1, self.cells.len() - at)
    }

    /// How many of its cells, from one on, still show what was painted, in one style.
    fn seen(&self, buffer: &Buffer, from: usize) -> usize {
        let now = |at: usize| &buffer[(self.column + u16::try_from(at).unwrap_or(0), self.row)];
        let style = now(from).style();
        let mut end = from;
        while end < self.cells.len() && now(end).style() == style {
            let next = end + self.letter(end);
            if (end..next).any(|at| now(at).symbol() != self.cells[at].symbol()) {
                break;
            }
            end = next;
        }
        end - from
    }

    /// The text in some of its cells.
    fn text(&self, cells: Range<usize>) -> String {
        let mut text = String::new();
        let mut at = cells.start;
        while at < cells.end {
            text.push_str(self.cells[at].symbol());
            at += self.letter(at);
        }
        text
    }
}

/// Makes hyperlinks of what is still seen of the parts, once everything is painted.
///
/// A stretch becomes one cell of its width, so that the screen's diff sends it whole or not at all.
/// The cells under it keep their letters, with which whatever comes there next is compared.
pub fn link(buffer: &mut Buffer, parts: &[Part]) {
    for part in parts {
        let Some(target) = links::target(&part.url) else { continue };
        let mut hasher = DefaultHasher::new();
        target.hash(&mut hasher);
        let id = hasher.finish();
        let mut at = 0;
        while at < part.cells.len() {
            let length = part.seen(buffer, at);
            if let Some(width) = u16::try_from(length).ok().and_then(NonZeroU16::new) {
                let text = part.text(at..at + length);
                let linked = format!("\x1b]8;id={id:x};{target}\x1b\\{text}\x1b]8;;\x1b\\");
                let first = part.column + u16::try_from(at).unwrap_or(0);
                buffer[(first, part.row)]
                    .set_symbol(&linked)
                    .set_diff_option(CellDiffOption::ForcedWidth(width));
            }
            at += length.max(part.letter(at));
        }
    }
}
