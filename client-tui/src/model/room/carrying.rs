//! Carrying: the files that are brought or saved, one after the other.
//!
//! The shell carries the first of them and tells how far it is; what waits behind it, what is tried
//! again and when, and what is said of it is decided here.

use std::collections::VecDeque;

use kpl_shared::file::File;

use crate::model::words::files::FileTrouble;

/// How often a file is tried that something stands in the way of which may pass.
const MAX_TRIES: u32 = 6;
/// How long to wait before the second time, in milliseconds; twice as long before each after it.
const FIRST_WAIT: u64 = 1_000;
/// The longest that a server may make us wait, in milliseconds.
const MAX_WAIT: u64 = 60_000;

/// What is to be done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Bring it to the server, to be said then.
    Bring {
        /// Where it is, as a person writes it.
        path: String,
        /// How many bytes the server takes, which is known once one is connected.
        most: u64,
    },
    /// Save what somebody said.
    Save {
        /// The file.
        file: Box<File>,
        /// The folder, as a person writes it; empty for that of downloads.
        folder: String,
    },
}

impl Errand {
    /// What the file is called.
    pub fn name(&self) -> &str {
        match self {
            // What has no name of its own, such as `.`, is called as it was written.
            Self::Bring { path, .. } => match kpl_shared::file::base(path) {
                "" => path,
                name => name,
            },
            Self::Save { file, .. } => &file.name,
        }
    }
}

/// What the shell tells of a file that it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// So much of it has moved.
    Moved {
        /// In bytes.
        done: u64,
        /// Of how many.
        of: u64,
    },
    /// The server has it.
    Brought(Box<File>),
    /// It was saved there.
    Saved(String),
    /// Nothing came of it.
    Failed(FileTrouble),
}

/// A file that is carried, or waits for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// What is to be done.
    pub errand: Errand,
    /// How many bytes have moved.
    pub done: u64,
    /// How many it has, as far as is known.
    pub of: u64,
    number: u64,
    /// What stood in the way the last time.
    pub trouble: Option<FileTrouble>,
    tries: u32,
    is_under_way: bool,
    /// When it is tried again, in milliseconds since 1970, UTC.
    until: Option<i64>,
}

impl Carried {
    /// How much of it has moved, of a hundred.
    pub fn percent(&self) -> u64 {
        let percent = u128::from(self.done) * 100 / u128::from(self.of.max(1));
        u64::try_from(percent).unwrap_or(100).min(100)
    }

    /// Whether it moves, rather than waits for a link or for its next try.
    pub fn is_under_way(&self) -> bool {
        self.is_under_way
    }
}

/// The files, the one that is carried first.
#[derive(Debug, Clone, Default)]
pub struct Carrying {
    queue: VecDeque<Carried>,
    count: u64,
    /// How many came to nothing.
    pub failed: usize,
}

impl Carrying {
    /// Puts a file at the end.
    pub fn push(&mut self, errand: Errand) {
        self.count += 1;
        let number = self.count;
        let carried = Carried {
            errand,
            done: 0,
            of: 0,
            number,
            trouble: None,
            tries: 0,
            is_under_way: false,
            until: None,
        };
        self.queue.push_back(carried);
    }

    /// The first, which is carried or waits.
    pub fn first(&self) -> Option<&Carried> {
        self.queue.front()
    }

    /// All of them in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Carried> {
        self.queue.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Until when the first waits for its next try.
    pub fn until(&self) -> Option<i64> {
        self.queue.front().and_then(|first| first.until)
    }

    /// The next moment at which the seconds until then are others.
    pub fn changes_at(&self, now: i64) -> Option<i64> {
        let until = self.until().filter(|&until| until > now)?;
        let left = until.saturating_sub(now);
        // The last moment of the second that is shown.
        Some(until.saturating_sub((left - 1) / 1_000 * 1_000))
    }

    /// The first, if it is its turn; it then counts as under way. To bring one takes a link to a
    /// server of which it is known how much it takes.
    pub fn depart(&mut self, now: i64, takes: Option<u64>) -> Option<(u64, Errand)> {
        let first = self.queue.front_mut()?;
        if first.is_under_way || first.until.is_some_and(|until| now < until) {
            return None;
        }
        if let Errand::Bring { most, .. } = &mut first.errand {
            *most = takes?;
        }
        (first.is_under_way, first.until, first.done) = (true, None, 0);
        Some((first.number, first.errand.clone()))
    }

    /// So much of one has moved.
    pub fn moved(&mut self, number: u64, done: u64, of: u64) {
        if let Some(first) = self.carried(number) {
            (first.done, first.of) = (done, of);
        }
    }

    /// One has come to its end: takes it out.
    pub fn done(&mut self, number: u64) -> Option<Carried> {
        self.carried(number)?;
        self.queue.pop_front()
    }

    /// Something stands in the way of one. It is tried again where that may help; otherwise it is
    /// taken out.
    pub fn hindered(&mut self, number: u64, why: &FileTrouble, now: i64) -> Option<Carried> {
        let first = self.carried(number)?;
        first.tries += 1;
        if why.may_pass() && first.tries < MAX_TRIES {
            let wait = why.retry_ms().unwrap_or_default().max(FIRST_WAIT << (first.tries - 1));
            first.until = Some(now.saturating_add_unsigned(wait.min(MAX_WAIT)));
            (first.is_under_way, first.trouble) = (false, Some(why.clone()));
            return None;
        }
        self.failed += 1;
        self.queue.pop_front()
    }

    /// Takes all of them out.
    pub fn clear(&mut self) -> Vec<Carried> {
        self.queue.drain(..).collect()
    }

    fn carried(&mut self, number: u64) -> Option<&mut Carried> {
        self.queue.front_mut().filter(|first| first.number == number && first.is_under_way)
    }
}

#[cfg(test)]
mod tests {
    use kpl_shared::refusal::{Code, Refusal};

    use super::*;

    fn bring(path: &str) -> Errand {
        Errand::Bring { path: path.into(), most: 9 }
    }

    #[test]
    fn one_file_is_carried_at_a_time_and_none_is_brought_without_a_link() {
        let mut carrying = Carrying::default();
        carrying.push(bring("/x/a"));
        carrying.push(bring("b"));

        assert_eq!(carrying.depart(0, None), None);
        assert_eq!(carrying.depart(0, Some(9)), Some((1, bring("/x/a"))));
        assert_eq!(carrying.depart(0, Some(9)), None);
        carrying.moved(1, 5, 10);
        assert_eq!(carrying.first().map(Carried::percent), Some(50));
        assert_eq!(carrying.done(2), None, "it is not its turn");
        assert_eq!(carrying.done(1).map(|done| done.errand.name().to_owned()), Some("a".into()));
        assert_eq!(carrying.depart(0, Some(9)), Some((2, bring("b"))));
    }

    #[test]
    fn what_may_pass_is_tried_again_later_and_later_and_not_for_ever() {
        let mut carrying = Carrying::default();
        carrying.push(bring("a"));
        let mut now = 0;
        let mut waits = Vec::new();

        while let Some((number, _)) = carrying.depart(now, Some(9)) {
            if carrying.hindered(number, &FileTrouble::Broke, now).is_some() {
                break;
            }
            let until = carrying.until().unwrap();
            assert_eq!(carrying.depart(until - 1, Some(9)), None);
            waits.push(until - now);
            now = until;
        }

        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000]);
        assert!(carrying.is_empty() && carrying.failed == 1);
    }

    #[test]
    fn a_server_says_when_to_come_back_but_not_never() {
        let mut carrying = Carrying::default();
        carrying.push(bring("a"));
        let slowly = |ms| FileTrouble::Refused(Refusal::for_now(Code::TooFast, "", ms));

        for (wait, until) in [(7_000, 7_000), (u64::MAX, 60_000)] {
            let (number, _) = carrying.depart(i64::MAX, Some(9)).unwrap();
            assert_eq!(carrying.hindered(number, &slowly(wait), 0), None);
            assert_eq!(carrying.until(), Some(until));
        }
    }

    #[test]
    fn what_waiting_does_not_help_is_not_tried_again() {
        let mut carrying = Carrying::default();
        carrying.push(bring("a"));
        let (number, _) = carrying.depart(0, Some(9)).unwrap();

        let failed = carrying.hindered(number, &FileTrouble::NotThere, 0);

        assert!(failed.is_some() && carrying.is_empty());
    }
}
