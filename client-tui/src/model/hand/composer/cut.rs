//! Cutting out of a draft, and putting in what was cut.

use std::ops::Range;

use super::{Composer, Streak, ring::Side, words};

impl Composer {
    /// Cuts from the caret to the end of the line, or the line end itself when nothing is before it.
    pub fn kill_to_end(&mut self) {
        let end = self.line_end();
        let end = if end > self.caret { end } else { self.after() };
        self.kill(self.caret..end, Side::After);
    }

    /// Cuts from the beginning of the line to the caret.
    pub fn kill_to_start(&mut self) {
        let start = self.line_start();
        let start = if start < self.caret { start } else { self.before() };
        self.kill(start..self.caret, Side::Before);
    }

    /// Cuts back to the last white space before a word.
    pub fn kill_to_space(&mut self) {
        self.kill(words::after_space_before(&self.text, self.caret)..self.caret, Side::Before);
    }

    /// Cuts to the beginning of the word before the caret.
    pub fn kill_word_back(&mut self) {
        self.kill(words::start_before(&self.text, self.caret)..self.caret, Side::Before);
    }

    /// Cuts to the end of the word after the caret.
    pub fn kill_word_forward(&mut self) {
        self.kill(self.caret..words::end_after(&self.text, self.caret), Side::After);
    }

    /// Puts in what was cut last.
    pub fn yank(&mut self) {
        let at = self.caret;
        self.put_back(at..at);
    }

    /// Puts what was cut before that in the place of what was just put in.
    pub fn yank_older(&mut self) {
        if let Streak::Yanking(range) = self.streak.clone() {
            self.ring.rotate();
            self.put_back(range);
        }
    }

    /// Keeps a text as if it had been cut.
    pub fn keep_cut(&mut self, text: &str) {
        self.ring.keep(text, Side::Before, false);
        self.streak = Streak::Other;
    }

    /// Swaps the characters on both sides of the caret, or the last two at the end of a line, and
    /// goes on behind them.
    pub fn transpose(&mut self) {
        let from = self.caret;
        if from == self.line_end() {
            self.left();
        }
        let (start, middle, end) = (self.before(), self.caret, self.after());
        if start < self.line_start() || start == middle || middle == end {
            return self.place(from);
        }
        let swapped = format!("{}{}", &self.text[middle..end], &self.text[start..middle]);
        self.edit(start..end, &swapped, Streak::Other, false);
    }

    pub(super) fn kill(&mut self, range: Range<usize>, side: Side) {
        if range.is_empty() {
            return;
        }
        let goes_on = self.streak == Streak::Killing;
        self.ring.keep(&self.text[range.clone()], side, goes_on);
        self.edit(range, "", Streak::Killing, false);
    }

    fn put_back(&mut self, range: Range<usize>) {
        let Some(cut) = self.ring.last() else { return };
        let cut = self.fitting(cut, range.len()).to_owned();
        let put = range.start..range.start + cut.len();
        self.edit(range, &cut, Streak::Yanking(put), false);
    }
}
