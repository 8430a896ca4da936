//! Which lines a v1 client has heard, and what is missing.

use std::collections::BTreeMap;

/// The lines of one room as one client heard them: only their numbers, so that it is cheap.
#[derive(Debug, Default)]
pub(crate) struct Reception {
    /// The first number not yet heard in order; 0 before the server's first word.
    next: u64,
    /// What came above a hole: first number to last.
    held: BTreeMap<u64, u64>,
    /// How many lines came in order.
    pub(crate) lines: u64,
    /// How many holes there were; each was asked for.
    pub(crate) holes: u64,
    /// How many lines came that had come before.
    pub(crate) doubled: u64,
    /// How many packets were not what the protocol promises.
    pub(crate) malformed: u64,
}

impl Reception {
    /// The server says how far the room is; what is heard from here on counts.
    pub(crate) fn start_after(&mut self, head: u64) {
        if self.next == 0 {
            self.next = head + 1;
        }
    }

    /// The last number heard without a hole before it.
    pub(crate) fn last(&self) -> u64 {
        self.next.saturating_sub(1)
    }

    /// Takes in a packet of lines. Says how many are now in order, and whether a hole has opened
    /// that must be asked for.
    pub(crate) fn hear(&mut self, packet: &[u8]) -> (u64, bool) {
        let Some(Span { first, last, count }) = span(packet) else { return (0, false) };
        if count != (last + 1).saturating_sub(first) {
            self.malformed += 1;
            return (0, false);
        }
        if first > self.next {
            let opened = self.held.is_empty();
            self.held.insert(first, last);
            self.holes += u64::from(opened);
            return (0, opened);
        }
        let before = self.next;
        self.doubled += (last + 1).min(before).saturating_sub(first);
        self.next = self.next.max(last + 1);
        while let Some(entry) = self.held.first_entry().filter(|held| *held.key() <= self.next) {
            self.next = self.next.max(entry.remove() + 1);
        }
        let fresh = self.next - before;
        self.lines += fresh;
        (fresh, !self.held.is_empty())
    }
}

/// The numbers in a packet.
#[derive(Debug, PartialEq, Eq)]
struct Span {
    first: u64,
    last: u64,
    count: u64,
}

/// Reads the numbers of a packet's lines, none if it holds no line.
///
/// A quotation mark inside a text is escaped, so `{"seq":` stands only where a line begins.
fn span(packet: &[u8]) -> Option<Span> {
    const MARK: &[u8] = br#"{"seq":"#;
    let mut found: Option<Span> = None;
    let mut rest = packet;
    while let Some(at) = rest.iter().position(|&byte| byte == b'{') {
        rest = &rest[at..];
        if let Some(line) = rest.strip_prefix(MARK) {
            let seq = number(line);
            let Span { first, count, .. } = found.unwrap_or(Span { first: seq, last: 0, count: 0 });
            found = Some(Span { first, last: seq, count: count + 1 });
        }
        rest = &rest[1..];
    }
    found
}

/// The number that `digits` begin with.
pub(crate) fn number(digits: &[u8]) -> u64 {
    digits
        .iter()
        .take_while(|digit| digit.is_ascii_digit())
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(seqs: impl IntoIterator<Item = u64>) -> Vec<u8> {
        let line = |seq| format!(r#"{{"seq":{seq},"at":1,"from":"a","text":"{{\"seq\":7}}"}}"#);
        let lines: Vec<String> = seqs.into_iter().map(line).collect();
        let lines = lines.join(",");
        format!(r#"42["messages",{{"room":"KPL","head":9,"messages":[{lines}]}}]"#).into_bytes()
    }

    #[test]
    fn lines_in_order_are_counted_once() {
        let mut reception = Reception::default();
        reception.start_after(0);

        assert_eq!(reception.hear(&packet(1..=3)), (3, false));
        assert_eq!(reception.hear(&packet(2..=4)), (1, false));
        assert_eq!(reception.hear(&packet([])), (0, false));

        assert_eq!((reception.lines, reception.holes, reception.malformed), (4, 0, 0));
        assert_eq!(reception.doubled, 2);
    }

    #[test]
    fn a_hole_is_asked_for_and_what_came_above_it_is_kept() {
        let mut reception = Reception::default();
        reception.start_after(10);

        assert_eq!(reception.hear(&packet(14..=15)), (0, true));
        assert_eq!(reception.hear(&packet(16..=16)), (0, false));
        assert_eq!(reception.hear(&packet(11..=12)), (2, true));
        assert_eq!(reception.hear(&packet(13..=13)), (4, false));

        assert_eq!((reception.last(), reception.lines, reception.holes), (16, 6, 1));
    }

    #[test]
    fn a_packet_with_a_hole_inside_is_malformed() {
        let mut reception = Reception::default();
        reception.start_after(0);

        assert_eq!(reception.hear(&packet([1, 3])), (0, false));

        assert_eq!(reception.malformed, 1);
    }
}
