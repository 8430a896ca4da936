//! The composer: the draft of several lines, and the caret in it.
//!
//! The caret moves and deletes by grapheme, and so never stands inside an emoji or between a letter
//! and its marks. How the draft is broken into rows is asked of [`crate::model::text::wrap`], with
//! the width that the screen gives it.

mod cut;
pub mod motion;
mod past;
pub mod recall;
mod ring;
mod words;

use std::{mem, ops::Range};

use unicode_segmentation::UnicodeSegmentation;

use self::{
    past::{Moment, Past},
    recall::{From, Recall},
    ring::Ring,
};
use crate::model::text::{clean, wrap::wrap};

/// How long a draft may be, in bytes. No server takes a line of this size.
pub const MAX_DRAFT_BYTES: usize = 64 * 1024;
/// How many characters, typed or deleted in a row, are undone at once.
const MAX_STREAK: usize = 20;

/// A draft and the caret in it.
#[derive(Debug, Clone, Default)]
pub struct Composer {
    text: String,
    /// A place between two graphemes, in bytes.
    caret: usize,
    /// The column that moving up and down keeps to.
    goal: Option<usize>,
    /// What was done just before, if what is done now may go on with it.
    streak: Streak,
    ring: Ring,
    past: Past,
    recall: Recall,
}

/// What was done just before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Streak {
    /// Something that nothing goes on with.
    #[default]
    Other,
    /// So many characters were typed.
    Typing(usize),
    /// So many characters were deleted.
    Erasing(usize),
    /// Something was cut.
    Killing,
    /// What was cut was put in here.
    Yanking(Range<usize>),
}

impl Composer {
    /// The draft.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is no draft.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Puts text in at the caret; whether all of it had room. What steers a screen is left out.
    pub fn insert(&mut self, text: &str) -> bool {
        self.put_in(text, |_, _| (Streak::Other, false))
    }

    /// The same, letter by letter: what is typed in a row is undone at once.
    pub fn type_in(&mut self, text: &str) -> bool {
        self.put_in(text, |streak, text| {
            let count = text.chars().count();
            match streak {
                Streak::Typing(before)
                    if before + count <= MAX_STREAK && !text.starts_with(char::is_whitespace) =>
                {
                    (Streak::Typing(before + count), true)
                }
                _ => (Streak::Typing(count), false),
            }
        })
    }

    /// Where the caret stands, in bytes.
    pub fn caret(&self) -> usize {
        self.caret
    }

    /// Puts text in the place of a part of the draft, and the caret behind it; whether it had room.
    /// It is undone together with the change before it if it `goes_on` with that.
    pub fn put(&mut self, range: Range<usize>, text: &str, goes_on: bool) -> bool {
        if self.text.len() - range.len() + text.len() > MAX_DRAFT_BYTES {
            return false;
        }
        self.edit(range, text, Streak::Other, goes_on);
        true
    }

    /// Takes the draft away, as it is sent, and remembers it for recall.
    pub fn take(&mut self) -> String {
        let text = mem::take(&mut self.text);
        self.recall.remember(&text);
        self.past.forget();
        self.place(0);
        text
    }

    /// Clears the draft. It can be recalled, and the clearing undone.
    pub fn clear(&mut self) {
        self.recall.remember(&self.text);
        self.edit(0..self.text.len(), "", Streak::Other, false);
    }

    /// Puts a draft in the place of the one that is there.
    pub fn replace(&mut self, text: &str) {
        let text = clean::bounded(text, MAX_DRAFT_BYTES);
        self.edit(0..self.text.len(), text, Streak::Other, false);
    }

    /// Deletes the grapheme before the caret.
    pub fn erase_back(&mut self) {
        self.erase(self.before()..self.caret);
    }

    /// Deletes the grapheme after the caret.
    pub fn erase_forward(&mut self) {
        self.erase(self.caret..self.after());
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        let now = Moment { text: self.text.clone(), caret: self.caret };
        if let Some(before) = self.past.undo(now) {
            self.return_to(before);
        }
    }

    /// Makes the change again that was taken back last.
    pub fn redo(&mut self) {
        let now = Moment { text: self.text.clone(), caret: self.caret };
        if let Some(after) = self.past.redo(now) {
            self.return_to(after);
        }
    }

    /// Moves one grapheme to the left.
    pub fn left(&mut self) {
        self.place(self.before());
    }

    /// Moves one grapheme to the right.
    pub fn right(&mut self) {
        self.place(self.after());
    }

    /// Moves to the beginning of the word before the caret.
    pub fn word_left(&mut self) {
        self.place(words::start_before(&self.text, self.caret));
    }

    /// Moves to the end of the word after the caret.
    pub fn word_right(&mut self) {
        self.place(words::end_after(&self.text, self.caret));
    }

    /// Moves to the beginning of the line.
    pub fn home(&mut self) {
        self.place(self.line_start());
    }

    /// Moves to the end of the line; whether the caret was elsewhere.
    pub fn end(&mut self) -> bool {
        let (from, to) = (self.caret, self.line_end());
        self.place(to);
        from != to
    }

    /// Moves a row up; on the first row, brings back what was said before.
    pub fn up(&mut self, width: usize) {
        if !self.move_row(width, |row| row.checked_sub(1))
            && let Some(said) = self.recall.earlier(&self.text)
        {
            self.replace(&said);
        }
    }

    /// Moves a row down; on the last row, goes forward again through what was said before.
    pub fn down(&mut self, width: usize) {
        if !self.move_row(width, |row| row.checked_add(1))
            && let Some(said) = self.recall.later()
        {
            self.replace(&said);
        }
    }

    /// Remembers what was said in earlier runs, oldest first.
    pub fn remember(&mut self, said: impl IntoIterator<Item = String>) {
        said.into_iter().for_each(|said| self.recall.remember(&said));
    }

    /// Something said before that holds these words, and its place.
    pub fn find_said(&self, words: &str, from: From) -> Option<(usize, &str)> {
        self.recall.find(words, from)
    }

    /// Brings back what was said at this place; going down from it comes to the draft again.
    pub fn recall_said(&mut self, at: usize) {
        if let Some(said) = self.recall.go_to(at, &self.text) {
            self.replace(&said);
        }
    }

    /// The draft broken into rows of at most `width` columns.
    pub fn rows(&self, width: usize) -> Vec<Range<usize>> {
        wrap(&self.text, width)
    }

    /// The row and the column of the caret among these rows.
    pub fn caret_in(&self, rows: &[Range<usize>]) -> (usize, usize) {
        self.place_in(rows, self.caret)
    }

    /// The row and the column of a place, given in bytes, among these rows.
    pub fn place_in(&self, rows: &[Range<usize>], at: usize) -> (usize, usize) {
        let row = rows.partition_point(|row| row.start <= at).saturating_sub(1);
        let start = rows.get(row).map_or(0, |row| row.start);
        (row, clean::drawn_width(&self.text[start..at.max(start)]))
    }

    /// Moves to the row that `to` names, near the column that the movement began in.
    fn move_row(&mut self, width: usize, to: fn(usize) -> Option<usize>) -> bool {
        let rows = self.rows(width);
        let (row, column) = self.caret_in(&rows);
        let Some(range) = to(row).and_then(|row| rows.get(row)) else { return false };
        let goal = self.goal.unwrap_or(column);
        let mut used = 0;
        let mut caret = range.start;
        for (at, grapheme) in self.text[range.clone()].grapheme_indices(true) {
            used += clean::width(&clean::shown(grapheme));
            let end = range.start + at + grapheme.len();
            // The end of a row that was wrapped is the beginning of the next one.
            if used > goal || rows.iter().any(|row| row.start == end) {
                break;
            }
            caret = end;
        }
        self.place(caret);
        self.goal = Some(goal);
        true
    }

    fn put_in(&mut self, text: &str, streak: fn(&Streak, &str) -> (Streak, bool)) -> bool {
        let clean = clean::draft(text);
        let fitting = self.fitting(&clean, 0).to_owned();
        if !fitting.is_empty() {
            let (streak, goes_on) = streak(&self.streak, &fitting);
            self.edit(self.caret..self.caret, &fitting, streak, goes_on);
        }
        fitting.len() == clean.len()
    }

    fn erase(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let (streak, goes_on) = match self.streak {
            Streak::Erasing(count) if count < MAX_STREAK => (Streak::Erasing(count + 1), true),
            _ => (Streak::Erasing(1), false),
        };
        self.edit(range, "", streak, goes_on);
    }

    /// As much of a text as has room in the place of so many bytes.
    fn fitting<'a>(&self, text: &'a str, instead: usize) -> &'a str {
        clean::bounded(text, (MAX_DRAFT_BYTES + instead).saturating_sub(self.text.len()))
    }

    /// Every change goes through here: it is undone together with what it goes on with.
    fn edit(&mut self, range: Range<usize>, with: &str, streak: Streak, goes_on: bool) {
        if !goes_on {
            self.past.note(&self.text, self.caret);
        }
        let end = range.start + with.len();
        self.text.replace_range(range, with);
        self.place(end);
        self.streak = streak;
    }

    fn return_to(&mut self, moment: Moment) {
        self.text = moment.text;
        self.place(moment.caret);
    }

    /// Puts the caret at a place, or after the grapheme that the place lies in: a character that
    /// was put in may have joined what stands around it.
    fn place(&mut self, at: usize) {
        self.goal = None;
        self.streak = Streak::Other;
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        self.caret = self.text[line..]
            .grapheme_indices(true)
            .map(|(start, _)| line + start)
            .find(|&start| start >= at)
            .unwrap_or(self.text.len());
    }

    fn before(&self) -> usize {
        let last = self.text[..self.caret].graphemes(true).next_back();
        self.caret - last.map_or(0, str::len)
    }

    fn after(&self) -> usize {
        let first = self.text[self.caret..].graphemes(true).next();
        self.caret + first.map_or(0, str::len)
    }

    fn line_start(&self) -> usize {
        self.text[..self.caret].rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.caret..].find('\n').map_or(self.text.len(), |newline| self.caret + newline)
    }
}

#[cfg(test)]
mod tests;
