//! The past of a draft: what it was before each change, to undo changes and to redo them.

use std::mem;

/// How many changes can be undone.
const MAX_CHANGES: usize = 200;
/// How much of the past is kept, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// A draft and its caret, as they were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) text: String,
    pub(super) caret: usize,
}

/// What the draft was, and what it was before changes were undone.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    undo: Vec<Moment>,
    redo: Vec<Moment>,
}

impl Past {
    /// A change follows upon this moment.
    pub(super) fn note(&mut self, text: &str, caret: usize) {
        self.redo.clear();
        self.undo.push(Moment { text: text.into(), caret });
        let mut bytes = 0;
        let kept = self.undo.iter().rev().take(MAX_CHANGES).take_while(|moment| {
            bytes += moment.text.len();
            bytes <= MAX_BYTES
        });
        let kept = kept.count();
        self.undo.drain(..self.undo.len() - kept);
    }

    /// The moment before the last change; `now` can be come back to.
    pub(super) fn undo(&mut self, now: Moment) -> Option<Moment> {
        let moment = self.undo.pop()?;
        self.redo.push(now);
        Some(moment)
    }

    /// The moment before the last undoing.
    pub(super) fn redo(&mut self, now: Moment) -> Option<Moment> {
        let moment = self.redo.pop()?;
        self.undo.push(now);
        Some(moment)
    }

    /// Nothing can be undone any more.
    pub(super) fn forget(&mut self) {
        _ = mem::take(self);
    }
}
