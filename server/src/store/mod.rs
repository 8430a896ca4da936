//! What is kept: the lines of all rooms in their order, and who owns which name.
//!
//! [`Store`] is the handle that the rest of the server holds. Behind it `database` does the work
//! on threads of its own, so that no fsync stops the server's: one writes, and brings the `index`
//! of words up to date when nothing else waits (`spare`); one reads; one searches. Files lie in the
//! `cabinet` beside the database, which has a table of them (`files`).

mod cabinet;
mod database;
mod files;
mod house;
mod index;
mod invite;
mod lines;
mod lock;
mod schema;
pub mod search;
mod spare;
#[cfg(test)]
mod tests;
mod worker;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use kpl_shared::{
    file::Hash,
    message::{Kind, Message},
    names::{Name, RoomName},
    search::Query,
};

pub use self::{
    cabinet::Cabinet,
    files::{Attached, Bringer, Brought, Content, Picture, Unkept},
    house::{Change, Entry, Household, Imposed},
    invite::Issued,
};
use self::{database::Database, lock::Lock, search::Hits, worker::Worker};
use crate::settings::StoreSetting;

/// The store. Clones share one.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Worker,
    reader: Worker,
    searcher: Worker,
    cabinet: Arc<Cabinet>,
    epoch: Arc<str>,
    failures: Arc<AtomicU64>,
}

/// A line that is not yet kept: all of a [`Message`] but its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The room it is said in.
    pub room: RoomName,
    /// When the server took it, in milliseconds since 1970, UTC.
    pub at: i64,
    /// The author's name.
    pub from: Name,
    /// The author's identity.
    pub uid: Arc<str>,
    /// Whether the author is a guest.
    pub guest: bool,
    /// The author's own id for the line.
    pub cid: Option<String>,
    /// What sort of line it is.
    pub kind: Kind,
    /// What is said; of a file, what it is called.
    pub text: String,
    /// The file that it is about, of a line of kind `file`.
    pub file: Option<Attached>,
}

/// What became of a draft: the line as it is kept, and whether it was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The line. One that was said before is as it was said then.
    pub message: Message,
    /// Whether the same author had said the same line (by its `cid`) before.
    pub again: bool,
}

/// Which lines of a room are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// The first lines after this number.
    After(u64),
    /// The last lines before this number.
    Before(u64),
}

/// Lines next to one another, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The lines.
    pub messages: Vec<Message>,
    /// Whether there are more in the direction that was asked for.
    pub more: bool,
}

/// How much text a page holds at most, unless a single line is longer. Whoever asks for pages and
/// takes none of them must not fill the memory.
const PAGE_BYTES: usize = 32 * 1024;

impl Page {
    /// The first of these lines that make a page, of `left` that there are.
    pub fn of(mut messages: Vec<Message>, left: usize) -> Self {
        let sums = messages.iter().scan(0, |sum, line| {
            *sum += line.text.len();
            Some(*sum)
        });
        let fitting = sums.take_while(|&sum| sum <= PAGE_BYTES).count().max(1);
        messages.truncate(fitting);
        Self { more: left > messages.len(), messages }
    }
}

/// Whose a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nobody's.
    Nobody,
    /// The one who asks, since then, in milliseconds since 1970, UTC.
    You {
        /// Since when.
        since: i64,
    },
    /// Somebody else's.
    Another,
}

/// What proves an owner to the store: a hash of the key, never the key.
pub type KeyHash = blake3::Hash;

/// Why something could not be kept or read. The server goes on; the next try may succeed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// Another store lies where this one was. Bring the first back, or start the server anew.
    #[error("the store was replaced by another")]
    Replaced,
    /// A fault of the program. Nothing of it was kept.
    #[error("a panic in the store")]
    Panicked,
    /// The store has ended.
    #[error("the store has ended")]
    Ended,
}

/// Why a store cannot be opened, as a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or its folder cannot be used.
    #[error("cannot use the store {}: {cause}; give another with --store sqlite:PATH", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// Another server has it.
    #[error("the store {} is in use by another kpl-server; stop that one or give another store with --store sqlite:PATH", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It was made by a later version.
    #[error("the store {} was made by a newer kpl-server (schema {found}, this one knows {known}); use that version", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// It is somebody else's database.
    #[error("{} is another program's database; give another file with --store sqlite:PATH", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The database said no.
    #[error("cannot open the store {}: {cause}; give another with --store sqlite:PATH", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: rusqlite::Error,
    },
    /// No random numbers, no threads: the machine is ill.
    #[error("cannot start the store: {0}")]
    System(std::io::Error),
}

impl Store {
    /// Opens the store, makes it if it is not there, and brings an older one up to date.
    pub fn open(setting: &StoreSetting) -> Result<Self, OpenError> {
        match setting {
            StoreSetting::Memory => {
                let cabinet = Cabinet::for_now();
                let database = Database::in_memory()?;
                let epoch = database.epoch().into();
                let worker = Worker::start_writing("kpl-store", database, None)?;
                Ok(Self {
                    reader: worker.clone(),
                    searcher: worker.clone(),
                    writer: worker,
                    cabinet: cabinet.into(),
                    epoch,
                    failures: Arc::default(),
                })
            }
            StoreSetting::Sqlite(path) => {
                let lock = Lock::take(path)?;
                let mut writing = Database::open(path)?;
                let cabinet = Cabinet::beside(path);
                if let Err(error) = writing.clear(&cabinet) {
                    tracing::warn!(%error, "what is left of files that came in halfway stays");
                }
                if writing.is_read_only() {
                    tracing::warn!(store = %path.display(), "the store cannot be written; lines are refused until it can");
                }
                let epoch = writing.epoch().into();
                let reader = Worker::start("kpl-history", Database::open(path)?, path.clone())?;
                let searcher = Worker::start("kpl-search", Database::open(path)?, path.clone())?;
                let file = Some((path.clone(), lock));
                let writer = Worker::start_writing("kpl-store", writing, file)?;
                let cabinet = cabinet.into();
                Ok(Self { writer, reader, searcher, cabinet, epoch, failures: Arc::default() })
            }
        }
    }

    /// The name of this history. A store that is made anew has another.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Numbers and keeps lines, all or none but those about files that are not there, and answers
    /// each in its place. When this returns they are on disk.
    pub async fn append(
        &self,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Result<Kept, Unkept>>, StoreError> {
        let cabinet = self.cabinet.clone();
        let kept = self.writer.run(move |database| database.append(&cabinet, drafts)).await;
        if kept.is_err() {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        kept
    }

    /// How often lines could not be kept. When it grows, what a probe said before is out of date.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Where files lie.
    pub fn cabinet(&self) -> &Cabinet {
        &self.cabinet
    }

    /// Gives a file its place. When this returns it is on disk.
    pub async fn keep(&self, brought: Brought) -> Result<Result<(), Unkept>, StoreError> {
        let cabinet = self.cabinet.clone();
        self.writer.run(move |database| database.keep(&cabinet, brought)).await
    }

    /// What is known of a file, if it has been said.
    pub async fn said(&self, hash: Hash) -> Result<Option<Content>, StoreError> {
        self.reader.run(move |database| database.said(hash)).await
    }

    /// Throws away the files that were brought before that time, in milliseconds since 1970, UTC,
    /// and have not been said. How many those were.
    pub async fn sweep(&self, before: i64) -> Result<usize, StoreError> {
        let cabinet = self.cabinet.clone();
        self.writer.run(move |database| database.sweep(&cabinet, before)).await
    }

    /// Since when a key has owned a name, in milliseconds since 1970, UTC, if it owns one.
    pub async fn owner_since(&self, key: KeyHash) -> Result<Option<i64>, StoreError> {
        self.reader.run(move |database| database.owner_since(&key)).await
    }

    /// Claims a name for a key, unless it is claimed. When this returns the claim is on disk.
    pub async fn claim(&self, name: Name, key: KeyHash, now: i64) -> Result<Owner, StoreError> {
        self.writer.run(move |database| database.claim(&name, &key, now)).await
    }

    /// Whose a name, or one that looks like it, is.
    pub async fn owner(&self, name: Name, key: Option<KeyHash>) -> Result<Owner, StoreError> {
        self.reader.run(move |database| database.owner(&name, key.as_ref())).await
    }

    /// The key that owns a name; not one that only looks like it.
    pub async fn key_of(&self, name: Name) -> Result<Option<KeyHash>, StoreError> {
        self.reader.run(move |database| database.key_of(&name)).await
    }

    /// Applies what an order changes, and writes it into the audit log. When this returns it is on
    /// disk. The number of a new sanction or invite.
    pub async fn carry(&self, change: Change, entry: Entry) -> Result<i64, StoreError> {
        self.writer.run(move |database| database.carry(&change, &entry)).await
    }

    /// All that is kept of the house.
    pub async fn household(&self) -> Result<Household, StoreError> {
        self.reader.run(Database::household).await
    }

    /// The newest entries of the audit log, at most so many, oldest of them first.
    pub async fn audit(&self, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.reader.run(move |database| database.audit(limit)).await
    }

    /// At most `limit` lines of a room.
    pub async fn page(&self, room: RoomName, span: Span, limit: u16) -> Result<Page, StoreError> {
        self.reader.run(move |database| database.page(&room, span, limit)).await
    }

    /// The newest lines of a room before a number that match, at most `limit`.
    pub async fn search(
        &self,
        room: RoomName,
        query: Query,
        before: u64,
        limit: u16,
    ) -> Result<Hits, StoreError> {
        let limit = limit.into();
        self.searcher.run(move |database| database.search(&room, &query, before, limit)).await
    }

    /// The number of a room's last line, 0 if nothing has been said in it.
    pub async fn head(&self, room: RoomName) -> Result<u64, StoreError> {
        self.reader.run(move |database| database.head(&room)).await
    }

    /// Throws away what is to go with the program: the files of a store that has no file.
    pub fn close(&self) {
        self.cabinet.close();
    }

    /// Brings everything into the one file, so that whoever copies it has it all. Nothing is lost
    /// without this: the next start would do it.
    pub async fn fold(&self) -> Result<(), StoreError> {
        self.writer.run(Database::fold).await
    }

    /// Writes and takes back as much as the longest line needs, to see whether one could be kept.
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.writer.run(Database::probe).await
    }
}
