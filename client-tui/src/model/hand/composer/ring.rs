//! The ring of what was cut: the last cut first, and older ones behind it.

use std::collections::VecDeque;

/// How many cuts are kept.
const MAX_CUTS: usize = 32;

/// What was cut.
#[derive(Debug, Clone, Default)]
pub(super) struct Ring {
    /// The one that is put in next stands first.
    cuts: VecDeque<String>,
}

/// On which side of the caret something was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

impl Ring {
    /// Keeps a cut. One that goes on where the last one ended is joined to it.
    pub(super) fn keep(&mut self, cut: &str, side: Side, goes_on: bool) {
        match self.cuts.front_mut().filter(|_| goes_on) {
            Some(last) if side == Side::Before => last.insert_str(0, cut),
            Some(last) => last.push_str(cut),
            None => {
                self.cuts.push_front(cut.into());
                self.cuts.truncate(MAX_CUTS);
            }
        }
    }

    /// The cut that is put in next.
    pub(super) fn last(&self) -> Option<&str> {
        self.cuts.front().map(String::as_str)
    }

    /// Lets the next older one be put in next, and the oldest be followed by the newest.
    pub(super) fn rotate(&mut self) {
        if let Some(last) = self.cuts.pop_front() {
            self.cuts.push_back(last);
        }
    }
}
