//! Who spoke last: the latest line of each person, as lines come. The log need not be searched for
//! it, and it is still known when the lines themselves are no longer in memory.

use std::collections::HashMap;

use kpl_shared::message::Kind;

use crate::model::room::shelf::Line;

/// How many people are remembered; those who have been silent longest are forgotten first.
const MAX_SPEAKERS: usize = 512;

/// The latest line of each person. One key may speak under several names: each is a person.
#[derive(Debug, Clone, Default)]
pub struct Spoken {
    /// By identity, the latest line under each of its names; mostly there is one.
    turns: HashMap<String, Vec<Turn>>,
    /// How many people there are.
    people: usize,
}

/// The latest line of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The line's number.
    pub seq: u64,
    /// When, in milliseconds since 1970, UTC.
    pub at: i64,
    /// The name that it was said under.
    pub name: String,
    /// Whether by a guest.
    pub guest: bool,
}

impl Spoken {
    /// Somebody said a line, now or earlier.
    pub fn hear(&mut self, line: Line<'_>) {
        let Line { seq, at, .. } = line;
        if line.kind == Kind::Unknown {
            return;
        }
        let known = self.turns.get_mut(line.uid);
        if let Some(turn) = known.and_then(|turns| turns.iter_mut().find(|t| t.name == line.from)) {
            if turn.seq < seq {
                (turn.seq, turn.at, turn.guest) = (seq, at, line.guest);
            }
            return;
        }
        let turn = Turn { seq, at, name: line.from.to_owned(), guest: line.guest };
        self.turns.entry(line.uid.to_owned()).or_default().push(turn);
        self.people += 1;
        if self.people > 2 * MAX_SPEAKERS {
            self.forget();
        }
    }

    /// The latest line of somebody.
    pub fn turn(&self, uid: &str, name: &str) -> Option<&Turn> {
        self.turns.get(uid)?.iter().find(|turn| turn.name == name)
    }

    /// The number of somebody's latest line.
    pub fn seq(&self, uid: &str, name: &str) -> Option<u64> {
        self.turn(uid, name).map(|turn| turn.seq)
    }

    /// Everybody with their identity, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Turn)> {
        self.turns.iter().flat_map(|(uid, turns)| turns.iter().map(|turn| (uid.as_str(), turn)))
    }

    /// The history is another one.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets half of the people, so that it is seldom done.
    fn forget(&mut self) {
        let mut seqs: Vec<u64> = self.iter().map(|(_, turn)| turn.seq).collect();
        let (_, &mut oldest, _) = seqs.select_nth_unstable(self.people - MAX_SPEAKERS);
        for turns in self.turns.values_mut() {
            turns.retain(|turn| turn.seq >= oldest);
        }
        self.turns.retain(|_, turns| !turns.is_empty());
        self.people = self.turns.values().map(Vec::len).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::script::line;

    #[test]
    fn the_latest_line_counts_in_whatever_order_lines_come() {
        let mut spoken = Spoken::default();

        for seq in [5, 9, 3] {
            spoken.hear((&line(seq, "瑶", "hi")).into());
        }

        assert_eq!(spoken.seq("uid of 瑶", "瑶"), Some(9));
    }

    #[test]
    fn a_crowd_is_remembered_as_far_as_it_spoke_last() {
        let mut spoken = Spoken::default();

        for seq in 1..=100_000 {
            spoken.hear((&line(seq, &format!("p{seq}"), "hi")).into());
        }

        assert!(spoken.iter().count() <= 2 * MAX_SPEAKERS);
        assert_eq!(spoken.seq("uid of p100000", "p100000"), Some(100_000));
        assert_eq!(spoken.seq("uid of p1", "p1"), None);
    }
}
