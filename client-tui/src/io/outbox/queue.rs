//! Lines in their order, found by their id.

use std::collections::{BTreeMap, HashMap};

use crate::model::effect::Outgoing;

/// Lines in the order in which they came, each id once.
#[derive(Debug, Default)]
pub(super) struct Queue {
    lines: BTreeMap<u64, Outgoing>,
    places: HashMap<String, u64>,
    next: u64,
}

impl Queue {
    /// Adds a line at the end, unless its id is there already.
    pub(super) fn push(&mut self, line: Outgoing) {
        if self.has(&line.cid) {
            return;
        }
        self.places.insert(line.cid.clone(), self.next);
        self.lines.insert(self.next, line);
        self.next += 1;
    }

    /// Takes a line out, wherever it stands.
    pub(super) fn take(&mut self, cid: &str) -> Option<Outgoing> {
        let place = self.places.remove(cid)?;
        self.lines.remove(&place)
    }

    pub(super) fn has(&self, cid: &str) -> bool {
        self.places.contains_key(cid)
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Outgoing> {
        self.lines.values()
    }

    pub(super) fn into_lines(self) -> Vec<Outgoing> {
        self.lines.into_values().collect()
    }
}
