//! Motions: where a word of vi leads from the caret, to go there or to cut up to there.

use unicode_segmentation::UnicodeSegmentation;

use super::{Composer, ring::Side};

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// One character to the left, in the line.
    Left,
    /// One character to the right, in the line.
    Right,
    /// To the beginning of the next word.
    NextWord,
    /// To the beginning of this word, or of the one before.
    WordStart,
    /// To the last character of this word, or of the next.
    WordEnd,
    /// To the beginning of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
}

impl Composer {
    /// Goes so many times.
    pub fn go(&mut self, motion: Motion, count: usize) {
        let to = self.reached(motion, count);
        self.place(to);
    }

    /// Cuts what one would go over, with the last character if it is the end of a word.
    pub fn cut(&mut self, motion: Motion, count: usize) {
        let (from, to) = (self.caret, self.reached(motion, count));
        if to < from {
            return self.kill(to..from, Side::Before);
        }
        self.place(to);
        let to = if motion == Motion::WordEnd { self.after() } else { to };
        self.place(from);
        self.kill(from..to, Side::After);
    }

    /// Cuts the whole line, and the line end before or after it unless `kept`.
    pub fn cut_line(&mut self, kept: bool) {
        let (mut start, mut end) = (self.line_start(), self.line_end());
        if !kept && end < self.text.len() {
            end += 1;
        } else if !kept && start > 0 {
            start -= 1;
        }
        self.kill(start..end, Side::After);
    }

    /// Stands on the last character of the line rather than behind it.
    pub fn stay_on_text(&mut self) {
        if self.caret == self.line_end() && self.caret > self.line_start() {
            let goal = self.goal;
            self.left();
            self.goal = goal;
        }
    }

    fn reached(&self, motion: Motion, count: usize) -> usize {
        let mut at = self.caret;
        for _ in 0..count {
            let next = self.next(motion, at);
            if next == at {
                break;
            }
            at = next;
        }
        at
    }

    fn next(&self, motion: Motion, at: usize) -> usize {
        let text = &self.text;
        let words = || text.split_word_bound_indices().filter(|(_, word)| !word.trim().is_empty());
        match motion {
            Motion::Left => {
                let line = &text[self.line_start().min(at)..at];
                at - line.graphemes(true).next_back().map_or(0, str::len)
            }
            Motion::Right => {
                let line = &text[at..self.line_end().max(at)];
                at + line.graphemes(true).next().map_or(0, str::len)
            }
            Motion::NextWord => {
                words().map(|(start, _)| start).find(|&start| start > at).unwrap_or(text.len())
            }
            Motion::WordStart => {
                let before = words().map(|(start, _)| start).take_while(|&start| start < at);
                before.last().unwrap_or(0)
            }
            Motion::WordEnd => {
                let last = |(start, word): (usize, &str)| {
                    start + word.grapheme_indices(true).next_back().map_or(0, |(last, _)| last)
                };
                words().map(last).find(|&last| last > at).unwrap_or(at)
            }
            Motion::LineStart => self.line_start(),
            Motion::LineEnd => self.line_end(),
        }
    }
}
