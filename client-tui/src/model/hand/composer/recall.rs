//! Recall: what one said before, in this run and earlier ones, to say it again or better.

use std::collections::VecDeque;

/// How many drafts are remembered.
pub const MAX_REMEMBERED: usize = 1_000;

/// What was said, and where in it one is.
#[derive(Debug, Clone, Default)]
pub(super) struct Recall {
    /// Oldest first.
    said: VecDeque<String>,
    /// Which of them stands in the composer, and the draft that it took the place of.
    at: Option<(usize, String)>,
}

/// Where one looks from, in what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The newest.
    Now,
    /// This one, and then what is older.
    Here(usize),
    /// What is older than this one.
    Before(usize),
    /// What is newer than this one.
    After(usize),
}

impl Recall {
    /// Remembers a draft that was sent or cleared, and is back at now. One that begins with a space
    /// is not meant to be remembered.
    pub(super) fn remember(&mut self, draft: &str) {
        self.at = None;
        let blank = draft.trim().is_empty() || draft.starts_with(' ');
        if blank || self.said.back().is_some_and(|last| last == draft) {
            return;
        }
        self.said.push_back(draft.into());
        if self.said.len() > MAX_REMEMBERED {
            self.said.pop_front();
        }
    }

    /// The one before; `draft` is what stands in the composer and is kept when one sets out.
    pub(super) fn earlier(&mut self, draft: &str) -> Option<String> {
        let from = self.at.as_ref().map_or(self.said.len(), |(at, _)| *at);
        self.go_to(from.checked_sub(1)?, draft)
    }

    /// The one after, and at last the draft that one set out from.
    pub(super) fn later(&mut self) -> Option<String> {
        let (at, draft) = self.at.take()?;
        match self.said.get(at + 1) {
            Some(said) => {
                self.at = Some((at + 1, draft));
                Some(said.clone())
            }
            None => Some(draft),
        }
    }

    /// The one at this place, as if one had come to it step by step.
    pub(super) fn go_to(&mut self, at: usize, draft: &str) -> Option<String> {
        let said = self.said.get(at)?.clone();
        match &mut self.at {
            Some((place, _)) => *place = at,
            None => self.at = Some((at, draft.into())),
        }
        Some(said)
    }

    /// The next one that holds these words in whatever case, and its place.
    pub(super) fn find(&self, words: &str, from: From) -> Option<(usize, &str)> {
        let words = words.to_lowercase();
        // The same said twice is found once.
        let here = match from {
            From::Before(at) | From::After(at) => self.said.get(at),
            From::Now | From::Here(_) => None,
        };
        let holds = |&at: &usize| {
            let said = &self.said[at];
            Some(said) != here && said.to_lowercase().contains(&words)
        };
        let last = self.said.len();
        let found = match from {
            From::Now => (0..last).rev().find(holds),
            From::Here(at) => (0..last.min(at + 1)).rev().find(holds),
            From::Before(at) => (0..last.min(at)).rev().find(holds),
            From::After(at) => (at + 1..last).find(holds),
        };
        found.map(|at| (at, self.said[at].as_str()))
    }
}
