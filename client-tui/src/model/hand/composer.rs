//! The composer: the draft of several lines, and the caret in it.
//!
//! The caret moves and deletes by grapheme, and so never stands inside an emoji or between a letter
//! and its marks. How the draft is broken into rows is asked of [`crate::model::text::wrap`], with
//! the width that the screen gives it.

mod recall;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use self::recall::Recall;
use crate::model::text::{clean, wrap::wrap};

/// How long a draft may be, in bytes. No server takes a line of this size.
pub const MAX_DRAFT_BYTES: usize = 64 * 1024;

/// A draft and the caret in it.
#[derive(Debug, Clone, Default)]
pub struct Composer {
    text: String,
    /// A place between two graphemes, in bytes.
    caret: usize,
    /// The column that moving up and down keeps to.
    goal: Option<usize>,
    /// What was cut last.
    killed: String,
    recall: Recall,
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
        let clean = clean::draft(text);
        let room = MAX_DRAFT_BYTES - self.text.len().min(MAX_DRAFT_BYTES);
        let fitting = clean::bounded(&clean, room);
        self.text.insert_str(self.caret, fitting);
        self.place(self.caret + fitting.len());
        fitting.len() == clean.len()
    }

    /// Takes the draft away, as it is sent, and remembers it for recall.
    pub fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        self.recall.remember(&text);
        self.place(0);
        text
    }

    /// Puts a draft in the place of the one that is there.
    pub fn replace(&mut self, text: &str) {
        self.text = clean::bounded(text, MAX_DRAFT_BYTES).into();
        self.place(self.text.len());
    }

    /// Deletes the grapheme before the caret.
    pub fn erase_back(&mut self) {
        self.remove(self.before()..self.caret);
    }

    /// Deletes the grapheme after the caret.
    pub fn erase_forward(&mut self) {
        self.remove(self.caret..self.after());
    }

    /// Cuts from the caret to the end of the line, or the line end itself when nothing is before it.
    pub fn kill_to_end(&mut self) {
        let end = self.line_end();
        self.kill(self.caret..if end > self.caret { end } else { self.after() });
    }

    /// Cuts from the beginning of the line to the caret.
    pub fn kill_to_start(&mut self) {
        let start = self.line_start();
        self.kill(if start < self.caret { start } else { self.before() }..self.caret);
    }

    /// Cuts back to the last white space before a word.
    pub fn kill_word(&mut self) {
        let before = &self.text[..self.caret];
        let word = before
            .trim_end()
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        self.kill(word..self.caret);
    }

    /// Puts in what was cut last.
    pub fn yank(&mut self) {
        let killed = std::mem::take(&mut self.killed);
        self.insert(&killed);
        self.killed = killed;
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
        let before = self.text[..self.caret].trim_end_matches(|c: char| !c.is_alphanumeric());
        self.place(before.trim_end_matches(char::is_alphanumeric).len());
    }

    /// Moves to the end of the word after the caret.
    pub fn word_right(&mut self) {
        let after = self.text[self.caret..].trim_start_matches(|c: char| !c.is_alphanumeric());
        self.place(self.text.len() - after.trim_start_matches(char::is_alphanumeric).len());
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

    /// The draft broken into rows of at most `width` columns.
    pub fn rows(&self, width: usize) -> Vec<Range<usize>> {
        wrap(&self.text, width)
    }

    /// The row and the column of the caret among these rows.
    pub fn caret_in(&self, rows: &[Range<usize>]) -> (usize, usize) {
        let row = rows.partition_point(|row| row.start <= self.caret).saturating_sub(1);
        let start = rows.get(row).map_or(0, |row| row.start);
        (row, clean::drawn_width(&self.text[start..self.caret.max(start)]))
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

    fn kill(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.killed = self.text[range.clone()].into();
            self.remove(range);
        }
    }

    fn remove(&mut self, range: Range<usize>) {
        let start = range.start;
        self.text.replace_range(range, "");
        self.place(start);
    }

    /// Puts the caret at a place, or after the grapheme that the place lies in: a character that
    /// was put in may have joined what stands around it.
    fn place(&mut self, at: usize) {
        self.goal = None;
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
