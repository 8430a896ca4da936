//! Lines in their order, found by their id.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::Owner;
use crate::model::effect::Outgoing;

/// Lines in the order in which they came, each id once, each with whose it is.
#[derive(Debug, Default)]
pub(super) struct Queue {
    lines: BTreeMap<u64, (Arc<Owner>, Outgoing)>,
    places: HashMap<String, u64>,
    next: u64,
}

impl Queue {
    /// Adds a line at the end, unless its id is there already. Returns its place.
    pub(super) fn push(&mut self, owner: Arc<Owner>, line: Outgoing) -> Option<u64> {
        if self.has(&line.cid) {
            return None;
        }
        let place = self.next;
        self.places.insert(line.cid.clone(), place);
        self.lines.insert(place, (owner, line));
        self.next += 1;
        Some(place)
    }

    /// Takes a line out, wherever it stands. Returns its place, too.
    pub(super) fn take(&mut self, cid: &str) -> Option<(u64, Outgoing)> {
        let place = self.places.remove(cid)?;
        self.lines.remove(&place).map(|(_, line)| (place, line))
    }

    /// Makes all lines somebody's. Returns whether one was another's.
    pub(super) fn give_all(&mut self, to: &Arc<Owner>) -> bool {
        let mut given = false;
        for (owner, _) in self.lines.values_mut().filter(|(owner, _)| owner != to) {
            (*owner, given) = (to.clone(), true);
        }
        given
    }

    pub(super) fn has(&self, cid: &str) -> bool {
        self.places.contains_key(cid)
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The lines from a place on.
    pub(super) fn from(&self, place: u64) -> impl Iterator<Item = (u64, &Arc<Owner>, &Outgoing)> {
        self.lines.range(place..).map(|(place, (owner, line))| (*place, owner, line))
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<Owner>, &Outgoing)> {
        self.lines.values().map(|(owner, line)| (owner, line))
    }

    pub(super) fn into_lines(self) -> Vec<(Arc<Owner>, Outgoing)> {
        self.lines.into_values().collect()
    }
}
