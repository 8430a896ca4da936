//! Recall: what one said before, to say it again or better.

use std::collections::VecDeque;

/// How many drafts are remembered.
const MAX_REMEMBERED: usize = 100;

/// What was said, and where in it one is.
#[derive(Debug, Clone, Default)]
pub(super) struct Recall {
    /// Oldest first.
    said: VecDeque<String>,
    /// Which of them stands in the composer, and the draft that it took the place of.
    at: Option<(usize, String)>,
}

impl Recall {
    /// Remembers a draft that was sent or cleared, and is back at now.
    pub(super) fn remember(&mut self, draft: &str) {
        self.at = None;
        if draft.trim().is_empty() || self.said.back().is_some_and(|last| last == draft) {
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
        let at = from.checked_sub(1)?;
        let said = self.said.get(at)?.clone();
        match &mut self.at {
            Some((place, _)) => *place = at,
            None => self.at = Some((at, draft.into())),
        }
        Some(said)
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
}
