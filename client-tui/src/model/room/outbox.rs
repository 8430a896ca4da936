//! The picture of the outbox: the lines that wait, and the one that is on its way.
//!
//! The outbox itself is on disk and belongs to the shell; this is what the screen knows of it, and
//! the rule by which lines leave: in their order, one at a time, again after every break, until
//! each has come back numbered.

use std::collections::VecDeque;

use crate::model::effect::Outgoing;

/// How long to wait where a refusal names no time, in milliseconds.
const DEFAULT_WAIT: u64 = 2_000;
/// The longest that a server may make us wait before we ask again, in milliseconds.
const MAX_WAIT: u64 = 60_000;

/// The lines not yet confirmed, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    lines: VecDeque<Waiting>,
    /// Since when the first line is on its way, in milliseconds since 1970, UTC.
    flying: Option<i64>,
    /// Until when nothing is sent, as the server asked.
    hold_until: Option<i64>,
    /// The number of the last line, which is its place in the timeline.
    count: u64,
}

/// A line that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The line.
    pub line: Outgoing,
    /// When it was said, in milliseconds since 1970, UTC.
    pub at: i64,
    /// Its number among the lines of this program.
    pub number: u64,
}

impl Outbox {
    /// Puts a line at the end.
    pub fn push(&mut self, line: Outgoing, at: i64) {
        self.count += 1;
        self.lines.push_back(Waiting { line, at, number: self.count });
    }

    /// The line to send now, if it is any line's turn; it then counts as on its way.
    pub fn depart(&mut self, now: i64) -> Option<Outgoing> {
        if self.flying.is_some() || self.hold_until.is_some_and(|until| now < until) {
            return None;
        }
        let line = self.lines.front()?.line.clone();
        self.flying = Some(now);
        self.hold_until = None;
        Some(line)
    }

    /// The line arrived, or will never: takes it out.
    pub fn remove(&mut self, cid: &str) -> Option<Waiting> {
        let place = self.lines.iter().position(|waiting| waiting.line.cid == cid)?;
        if place == 0 {
            self.flying = None;
        }
        self.lines.remove(place)
    }

    /// Takes out the lines whose ids begin so, as those of one run do, and returns the ids.
    pub fn remove_all(&mut self, prefix: &str) -> Vec<String> {
        let first = self.lines.front().map(|first| first.number);
        let lines = std::mem::take(&mut self.lines).into_iter();
        let (removed, rest): (VecDeque<_>, VecDeque<_>) =
            lines.partition(|waiting| waiting.line.cid.starts_with(prefix));
        self.lines = rest;
        if self.lines.front().map(|first| first.number) != first {
            self.flying = None;
        }
        removed.into_iter().map(|waiting| waiting.line.cid).collect()
    }

    /// The server asks for patience with a line: it stays, and goes again later.
    pub fn postpone(&mut self, cid: &str, now: i64, wait: Option<u64>) {
        if self.lines.front().is_some_and(|first| first.line.cid == cid) {
            let wait = wait.unwrap_or(DEFAULT_WAIT).min(MAX_WAIT);
            self.flying = None;
            self.hold_until = Some(now.saturating_add_unsigned(wait));
        }
    }

    /// The link broke: whatever was on its way goes again.
    pub fn ground(&mut self) {
        self.flying = None;
        self.hold_until = None;
    }

    /// Whether a line waits under this id.
    pub fn holds(&self, cid: &str) -> bool {
        self.lines.iter().any(|waiting| waiting.line.cid == cid)
    }

    /// The lines that wait, in their order.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Waiting> + ExactSizeIterator {
        self.lines.iter()
    }

    /// The number of the first line after a number, or of the first of all.
    pub fn number_after(&self, number: Option<u64>) -> Option<u64> {
        let place = number.map_or(0, |n| self.lines.partition_point(|line| line.number <= n));
        self.lines.get(place).map(|waiting| waiting.number)
    }

    /// The number of the last line before a number, or of the last of all.
    pub fn number_before(&self, number: Option<u64>) -> Option<u64> {
        let end = self.lines.len();
        let place = number.map_or(end, |n| self.lines.partition_point(|line| line.number < n));
        self.lines.get(place.checked_sub(1)?).map(|waiting| waiting.number)
    }

    /// The clock began: what was said before that, in an earlier run, counts as said now.
    pub fn stamp(&mut self, now: i64) {
        for waiting in self.lines.iter_mut().filter(|waiting| waiting.at == 0) {
            waiting.at = now;
        }
    }

    /// The line of that number, with its place in the queue, and whether it is on its way.
    pub fn find(&self, number: u64) -> Option<(&Waiting, usize, bool)> {
        let place = self.lines.binary_search_by_key(&number, |waiting| waiting.number).ok()?;
        Some((&self.lines[place], place, place == 0 && self.flying.is_some()))
    }

    /// Since when the first line is on its way, if it is.
    pub fn flying_since(&self) -> Option<i64> {
        self.flying
    }

    /// How many lines wait.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether no line waits.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Until when nothing is sent, if the server asked for patience.
    pub fn held_until(&self) -> Option<i64> {
        self.hold_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kpl_shared::message::Kind;

    fn line(cid: &str) -> Outgoing {
        Outgoing { cid: cid.into(), kind: Kind::Text, text: "x".into(), file: None }
    }

    fn outbox() -> Outbox {
        let mut outbox = Outbox::default();
        outbox.push(line("a"), 0);
        outbox.push(line("b"), 0);
        outbox
    }

    #[test]
    fn one_line_is_on_its_way_at_a_time() {
        let mut outbox = outbox();

        assert_eq!(outbox.depart(0), Some(line("a")));
        assert_eq!(outbox.depart(0), None);
        outbox.remove("a");
        assert_eq!(outbox.depart(0), Some(line("b")));
        outbox.ground();
        assert_eq!(outbox.depart(0), Some(line("b")));
    }

    #[test]
    fn a_line_that_must_wait_goes_again_when_its_time_has_come() {
        let mut outbox = outbox();
        outbox.depart(0);

        outbox.postpone("a", 1_000, Some(500));

        assert_eq!(outbox.depart(1_499), None);
        assert_eq!(outbox.depart(1_500), Some(line("a")));
    }

    #[test]
    fn the_lines_of_one_run_are_taken_out_and_no_other() {
        let mut outbox = Outbox::default();
        for cid in ["1-a", "2-a", "1-b", "2-b"] {
            outbox.push(line(cid), 0);
        }
        outbox.depart(0);

        assert_eq!(outbox.remove_all("2-"), ["2-a", "2-b"]);
        assert_eq!(outbox.depart(0), None, "the first is still on its way");
        assert_eq!(outbox.remove_all("1-"), ["1-a", "1-b"]);
        outbox.push(line("3"), 0);

        assert_eq!(outbox.depart(0), Some(line("3")));
    }

    #[test]
    fn no_server_can_make_a_line_wait_for_ever() {
        let mut outbox = outbox();
        outbox.postpone("a", i64::MAX, Some(u64::MAX));
        assert_eq!(outbox.held_until(), Some(i64::MAX));
        outbox.postpone("a", 0, Some(u64::MAX));
        assert_eq!(outbox.held_until(), Some(60_000));
    }
}
