//! Folders: what there is on the disk for a path to go on with. Looking is the shell's; here is what
//! it saw last, so that most keys need no other look.

use super::word::{Sort, Word};

/// What is to be looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glimpse {
    /// The folder, as a person writes it; empty for the one that the program was started in.
    pub folder: String,
    /// What the names begin with that are wanted.
    pub beginning: String,
}

/// What there was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// What was looked for.
    pub of: Glimpse,
    /// What was seen, in the order in which it is offered.
    pub entries: Vec<Entry>,
    /// Whether that is all of it.
    pub all: bool,
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is called.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// What was seen last, and what is looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Looking {
    seen: Option<Seen>,
    /// What is to be looked for, until the shell has been told.
    wanted: Option<Glimpse>,
    /// What the shell looks for.
    asked: Option<Glimpse>,
    /// Which way one wanted to walk among what was not seen yet.
    pub(super) walk: Option<isize>,
}

impl Looking {
    /// What may stand in the place of a word, as far as it has been seen; `None` until it has.
    pub(super) fn entries(&self, word: &Word) -> Option<impl Iterator<Item = &Entry>> {
        let Sort::Path { folders_only, .. } = word.sort else { return None };
        let seen = self.seen.as_ref().filter(|seen| seen.tells(&word.folder, &word.query))?;
        let begins = |entry: &&Entry| begins(&entry.name, &word.query);
        Some(seen.entries.iter().filter(begins).filter(move |one| !folders_only || one.is_folder))
    }

    /// Has a word looked for, unless that was seen or is looked for already.
    pub(super) fn want(&mut self, word: &Word) {
        let glimpse = Glimpse { folder: word.folder.clone(), beginning: word.query.clone() };
        self.walk = None;
        if self.asked.as_ref() != Some(&glimpse) {
            self.wanted = Some(glimpse);
        }
    }

    /// What the shell is to look for now.
    pub(super) fn ask(&mut self) -> Option<Glimpse> {
        let glimpse = self.wanted.take()?;
        self.asked = Some(glimpse.clone());
        Some(glimpse)
    }

    /// The shell has looked; whether that was asked last.
    pub(super) fn take(&mut self, seen: Seen) -> bool {
        if self.asked.as_ref() != Some(&seen.of) {
            return false;
        }
        self.asked = None;
        self.seen = Some(seen);
        true
    }

    /// Nobody types a path any more, and the next one is to be seen as it is then.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Seen {
    /// Whether it says what there is in a folder that begins so.
    fn tells(&self, folder: &str, beginning: &str) -> bool {
        let of = &self.of;
        // Nothing that begins with a dot is seen unless one types it.
        let hidden = beginning.starts_with('.') == of.beginning.starts_with('.');
        let narrower = self.all && hidden && begins(beginning, &of.beginning);
        of.folder == folder && (of.beginning == beginning || narrower)
    }
}

/// Whether a name begins so, in whatever case.
pub fn begins(name: &str, beginning: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    beginning.chars().flat_map(char::to_lowercase).all(|letter| letters.next() == Some(letter))
}
