//! A log that begins elsewhere in the same history, and grows only where it is asked to.

use kpl_shared::protocol::Sync;

use super::Log;

impl Log {
    /// A log of the same history that holds nothing yet and goes on from `seq`. `requests` is a
    /// number that no request of this history has reached.
    #[must_use]
    pub fn elsewhere(&self, seq: u64, requests: u64) -> Self {
        let history = self.history.clone();
        Self { history, next: seq, requests, ..Self::default() }
    }

    /// Asks for the page after the last line, of those up to `head`.
    pub fn newer(&mut self, head: u64) -> Option<Sync> {
        let page = self.history.as_ref().map_or(1, |history| u64::from(history.page));
        self.known = head.min(self.next.saturating_add(page - 1)).min(super::MAX_SEQ);
        self.ask_on()
    }

    /// Whether an answer is to the request for the lines before the first.
    pub fn asked_before(&self, req: Option<u64>) -> bool {
        req.is_some() && req == self.backward
    }
}
