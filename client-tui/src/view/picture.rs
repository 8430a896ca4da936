//! Pictures: the rows of the timeline that one has become its pixels.
//!
//! They are put there last, as hyperlinks are: whatever has been drawn over a row since it was
//! painted stays, and the picture around it is drawn in blocks. A picture of which all is seen is
//! drawn by the best that the terminal can. Nothing of what somebody sent gets to the screen here but
//! pixels.

use std::{num::NonZeroU16, sync::Arc};

use ratatui::{
    buffer::{Buffer, CellDiffOption},
    style::{Color, Style},
};

use super::{ink, paint};
use crate::model::{
    look::colour::Colour,
    page::rows::Ink,
    room::pictures::{Drawn, Held, Means, Pixel, Sight, Slice},
    state::State,
};

/// The upper half of a cell.
const HALF: &str = "▀";
/// What kitty puts a piece of a picture in the place of.
const PLACEHOLDER: char = '\u{10EEEE}';
/// By which marks on it the row is known, and the column, from 0: the first of kitty's list.
const MARKS: [char; 12] = [
    '\u{305}', '\u{30D}', '\u{30E}', '\u{310}', '\u{312}', '\u{33D}', '\u{33E}', '\u{33F}',
    '\u{346}', '\u{34A}', '\u{34B}', '\u{34C}',
];

/// A row of a picture, where it has been painted.
#[derive(Debug)]
pub struct Part {
    row: u16,
    column: u16,
    slice: Slice,
}

impl Part {
    /// A row of a picture belongs here. What is drawn over it later is known by not being this.
    pub fn painted(buffer: &mut Buffer, row: u16, column: u16, slice: &Slice) -> Self {
        let part = Self { row, column, slice: slice.clone() };
        for column in part.columns(buffer) {
            buffer[(column, row)].set_char(PLACEHOLDER);
        }
        part
    }

    fn columns(&self, buffer: &Buffer) -> std::ops::Range<u16> {
        let end = self.column.saturating_add(self.slice.sight.columns);
        self.column..end.min(buffer.area.right())
    }

    /// Which of its cells are still its own.
    fn own(&self, buffer: &Buffer) -> Vec<u16> {
        let is_own = |column: &u16| buffer[(*column, self.row)].symbol().starts_with(PLACEHOLDER);
        self.columns(buffer).filter(is_own).collect()
    }

    fn is_whole(&self, buffer: &Buffer) -> bool {
        self.own(buffer).len() == usize::from(self.slice.sight.columns)
    }
}

/// Shows the pictures as far as they are at hand. Says which are in the window.
pub fn show(state: &State, buffer: &mut Buffer, parts: &[Part]) -> Vec<Arc<Sight>> {
    let mut sights = Vec::new();
    for parts in parts.chunk_by(|one, next| follows(&one.slice, &next.slice)) {
        let Some(first) = parts.first() else { continue };
        let sight = &first.slice.sight;
        match state.pictures.held(sight) {
            Some(Held::Here(drawn)) => picture(state, buffer, (sight, drawn), parts),
            held => {
                for part in parts {
                    blank(buffer, part);
                }
                let words = state.language;
                let said = if held == Some(&Held::Failed) {
                    words.picture_failed()
                } else {
                    words.picture_comes()
                };
                let middle = &parts[parts.len() / 2];
                paint::text(buffer, middle.column, middle.row, &said, ink::style(state, Ink::Dim));
            }
        }
        sights.push(sight.clone());
    }
    sights
}

/// Whether a row is the next one of the same picture.
fn follows(one: &Slice, next: &Slice) -> bool {
    Arc::ptr_eq(&one.sight, &next.sight) && next.row == one.row + 1
}

fn picture(state: &State, buffer: &mut Buffer, (sight, drawn): (&Sight, &Drawn), parts: &[Part]) {
    let is_whole =
        parts.len() == usize::from(sight.rows) && parts.iter().all(|part| part.is_whole(buffer));
    match (sight.means, &drawn.sequence) {
        (Means::Kitty, _) if parts.iter().all(|part| part.is_whole(buffer)) => {
            for part in parts {
                placeholders(buffer, part, drawn.id);
            }
        }
        (Means::Sixel | Means::Iterm2, Some(sequence)) if is_whole => {
            for part in parts {
                leave(buffer, part);
            }
            let (Some(first), Some(width)) = (parts.first(), NonZeroU16::new(sight.columns)) else {
                return;
            };
            buffer[(first.column, first.row)]
                .set_symbol(sequence)
                .set_diff_option(CellDiffOption::ForcedWidth(width));
        }
        _ => {
            for part in parts {
                blocks(state, buffer, part, drawn);
            }
        }
    }
}

/// Half a cell in one colour, half in another.
fn blocks(state: &State, buffer: &mut Buffer, part: &Part, drawn: &Drawn) {
    let (row, wide) = (usize::from(part.slice.row), usize::from(part.slice.sight.columns));
    for column in part.own(buffer) {
        let at = row * wide + usize::from(column - part.column);
        let Some(&[upper, lower]) = drawn.blocks.get(at) else { continue };
        let style = Style::reset().fg(colour(state, upper)).bg(colour(state, lower));
        buffer[(column, part.row)].set_symbol(HALF).set_style(style);
    }
}

fn colour(state: &State, [red, green, blue]: Pixel) -> Color {
    match state.look.depth.of(Colour::Rgb(red, green, blue)) {
        Some(Colour::Rgb(red, green, blue)) => Color::Rgb(red, green, blue),
        Some(Colour::Index(index)) => Color::Indexed(index),
        None => Color::Reset,
    }
}

/// A row of what kitty puts the picture in the place of; its colour says which picture.
fn placeholders(buffer: &mut Buffer, part: &Part, id: u32) {
    let Some(mark) = MARKS.get(usize::from(part.slice.row)) else { return blank(buffer, part) };
    let mut symbol = format!("{PLACEHOLDER}{mark}{}", MARKS[0]);
    symbol.extend((1..part.slice.sight.columns).map(|_| PLACEHOLDER));
    leave(buffer, part);
    let [_, red, green, blue] = id.to_be_bytes();
    let cell = &mut buffer[(part.column, part.row)];
    cell.set_symbol(&symbol).set_style(Style::reset().fg(Color::Rgb(red, green, blue)));
    if let Some(width) = NonZeroU16::new(part.slice.sight.columns) {
        cell.set_diff_option(CellDiffOption::ForcedWidth(width));
    }
}

/// Leaves the cells of a row to what is drawn over them.
fn leave(buffer: &mut Buffer, part: &Part) {
    for column in part.columns(buffer) {
        buffer[(column, part.row)].reset();
        buffer[(column, part.row)].set_diff_option(CellDiffOption::Skip);
    }
}

fn blank(buffer: &mut Buffer, part: &Part) {
    for column in part.own(buffer) {
        buffer[(column, part.row)].set_symbol(" ");
    }
}
