//! The ignored: those whose lines one does not want to see.

use std::collections::BTreeSet;

use kpl_shared::names::{Name, Skeleton};
use serde::{Deserialize, Serialize};

/// How many people one can ignore.
pub const MAX_IGNORED: usize = 500;
/// How many spellings of their names are remembered.
const MAX_SPELLINGS: usize = 5_000;

/// Somebody who is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// The name under which they were ignored.
    pub name: String,
    /// Their identity. Where it is not known, or is another one at each connection as a guest's,
    /// they are known by their name and by those that look like it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
}

/// A change of who is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Somebody is ignored from now on.
    Add(Ignored),
    /// Nobody of this name is any more.
    Remove(String),
}

impl Change {
    /// Applies it; whether it changed anything.
    pub fn apply(&self, people: &mut Vec<Ignored>) -> bool {
        let before = people.len();
        match self {
            Self::Add(ignored) if people.contains(ignored) || before >= MAX_IGNORED => {}
            Self::Add(ignored) => people.push(ignored.clone()),
            Self::Remove(name) => people.retain(|ignored| !alike(&ignored.name, name)),
        }
        people.len() != before
    }
}

/// All who are ignored.
#[derive(Debug, Clone, Default)]
pub struct Ignoring {
    people: Vec<Ignored>,
    /// The names that were met and are hidden, as they are spelled. To compare skeletons at every
    /// draw would cost too much.
    spellings: BTreeSet<String>,
    changes: u64,
}

impl Ignoring {
    /// Ignores these.
    pub fn new(mut people: Vec<Ignored>) -> Self {
        people.truncate(MAX_IGNORED);
        Self { people, ..Self::default() }
    }

    /// Those who are ignored, in the order in which they were.
    pub fn people(&self) -> &[Ignored] {
        &self.people
    }

    /// Changes who is ignored; false if that changes nothing. The names that are here have to be
    /// met again then.
    pub fn change(&mut self, change: &Change) -> bool {
        let changed = change.apply(&mut self.people);
        if changed {
            self.spellings.clear();
            self.changes += 1;
        }
        changed
    }

    /// How often it was changed who is ignored. Whoever counts what is shown counts anew then.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// A name was met: it is compared once, here.
    pub fn meet(&mut self, name: &str) {
        let mut nameless = self.people.iter().filter(|ignored| ignored.uid.is_none()).peekable();
        if nameless.peek().is_none() || self.spellings.contains(name) {
            return;
        }
        if nameless.any(|ignored| alike(&ignored.name, name))
            && self.spellings.len() < MAX_SPELLINGS
        {
            self.spellings.insert(name.into());
        }
    }

    /// Whether what somebody says is hidden.
    pub fn hides(&self, uid: Option<&str>, name: &str) -> bool {
        if self.people.is_empty() {
            return false;
        }
        let known = |ignored: &Ignored| ignored.uid.is_some() && ignored.uid.as_deref() == uid;
        self.people.iter().any(known) || self.spellings.contains(name)
    }
}

/// Whether one name can be taken for the other.
pub fn alike(one: &str, other: &str) -> bool {
    one == other
        || skeleton(one).zip(skeleton(other)).is_some_and(|(one, other)| one.resembles(&other))
}

fn skeleton(name: &str) -> Option<Skeleton> {
    Name::parse(name).ok().map(|name| name.skeleton())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(name: &str, uid: Option<&str>) -> Ignored {
        Ignored { name: name.into(), uid: uid.map(str::to_owned) }
    }

    #[test]
    fn an_identity_is_hidden_under_every_name_and_its_name_is_nobody_elses_fault() {
        let mut ignoring = Ignoring::new(vec![ignored("Alice", Some("u1"))]);
        ignoring.meet("Alice");

        assert!(ignoring.hides(Some("u1"), "Bob"));
        assert!(!ignoring.hides(Some("u2"), "Alice"));
        assert!(!ignoring.hides(None, "Alice"));
    }

    #[test]
    fn without_an_identity_the_name_and_its_look_alikes_are_hidden() {
        let mut ignoring = Ignoring::new(vec![ignored("Alice", None)]);
        for name in ["Alice", "AIice", "ALICE", "Bob"] {
            ignoring.meet(name);
        }

        assert!(ignoring.hides(Some("u1"), "AIice") && ignoring.hides(None, "ALICE"));
        assert!(!ignoring.hides(None, "Bob"));
        let unignored = Change::Remove("alice".into());
        assert!(ignoring.change(&unignored) && !ignoring.change(&unignored));
        assert!(!ignoring.hides(None, "Alice"));
    }
}
