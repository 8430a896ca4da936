//! One connection to the database, and the questions asked of it.

use std::{
    collections::HashMap,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use kpl_shared::{
    file::Hash,
    names::{Name, RoomName},
    search::Query,
};
use rusqlite::{Connection, OpenFlags, Row, params};

use super::{
    Brought, Cabinet, Change, Content, Draft, Entry, Household, Kept, KeyHash, OpenError, Owner,
    PAGE_BYTES, Page, Span, Unkept, files, house,
    index::{self, Backlog},
    lines, schema,
    search::{self, Hits},
};

/// How much a probe writes: as much as the longest line with all that goes with it.
const PROBE_BYTES: i64 = 8192;
/// Above this the log that has been copied into the database is cut back.
const WAL_BYTES: i64 = 64 << 20;

/// An open database of today's schema.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    epoch: String,
    /// The file, and its inode when it was opened.
    file: Option<(PathBuf, u64)>,
    /// What each room is called in the tables, and its last number. Only the writing connection
    /// uses it, and it is let go when a transaction fails.
    rooms: HashMap<RoomName, lines::Place>,
    /// What is to be indexed. Only the writing connection does that.
    backlog: Backlog,
}

impl Database {
    /// Opens the file, which must be there, if need be empty, and brings it up to date.
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = |cause| OpenError::Database { path: path.into(), cause };
        let inode = inode(path).map_err(|cause| OpenError::Io { path: path.into(), cause })?;
        let connection = Connection::open_with_flags(path, flags).map_err(database)?;
        let mut database = Self::prepare(connection, path)?;
        database.file = Some((path.into(), inode));
        Ok(database)
    }

    /// A database that is gone with its connection.
    pub(super) fn in_memory() -> Result<Self, OpenError> {
        let path = Path::new(":memory:");
        let connection = Connection::open_in_memory()
            .map_err(|cause| OpenError::Database { path: path.into(), cause })?;
        Self::prepare(connection, path)
    }

    fn prepare(mut connection: Connection, path: &Path) -> Result<Self, OpenError> {
        let database = |cause| OpenError::Database { path: path.into(), cause };
        configure(&connection).map_err(database)?;
        let path = path.into();
        match schema::prepare(&mut connection) {
            Ok(schema::Found::Ours(epoch)) => Ok(Self {
                connection,
                epoch,
                file: None,
                rooms: HashMap::new(),
                backlog: Backlog::unknown(),
            }),
            Ok(schema::Found::TooNew { found, known }) => {
                Err(OpenError::TooNew { path, found, known })
            }
            Ok(schema::Found::Foreign) => Err(OpenError::Foreign { path }),
            Err(cause) => Err(OpenError::Database { path, cause }),
        }
    }

    /// What is written into a file that was moved or removed is lost with this process.
    fn still_there(&self) -> rusqlite::Result<()> {
        match &self.file {
            Some((path, opened)) if inode(path).ok() != Some(*opened) => {
                Err(rusqlite::Error::InvalidPath(path.clone()))
            }
            _ => Ok(()),
        }
    }

    /// What tells the file from any other, if there is one.
    pub(super) fn inode(&self) -> Option<u64> {
        self.file.as_ref().map(|(_, inode)| *inode)
    }

    /// The name of the history.
    pub(super) fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Whether nothing can be written, as the file or its disk is read-only.
    pub(super) fn is_read_only(&self) -> bool {
        self.connection.is_readonly("main").unwrap_or(false)
    }

    /// Numbers and keeps lines in one transaction.
    pub(super) fn append(
        &mut self,
        cabinet: &Cabinet,
        drafts: Vec<Draft>,
    ) -> rusqlite::Result<Vec<Result<Kept, Unkept>>> {
        let kept = self.try_append(cabinet, drafts);
        if kept.is_err() {
            self.forget();
        }
        kept
    }

    /// Forgets the numbers given in a transaction, which went back with it.
    pub(super) fn forget(&mut self) {
        self.rooms.clear();
    }

    /// What a fault of this program would be: a line has its number, and is not yet kept.
    #[cfg(test)]
    pub(super) fn panic_halfway(
        &mut self,
        cabinet: &Cabinet,
        draft: Draft,
    ) -> rusqlite::Result<()> {
        let Self { connection, rooms, .. } = self;
        let change = connection.transaction()?;
        let (_, kept) = lines::append(&change, rooms, cabinet, draft)?;
        panic!("line {:?} is not kept yet", kept.map(|kept| kept.message.seq));
    }

    fn try_append(
        &mut self,
        cabinet: &Cabinet,
        drafts: Vec<Draft>,
    ) -> rusqlite::Result<Vec<Result<Kept, Unkept>>> {
        self.still_there()?;
        let Self { connection, rooms, backlog, .. } = self;
        let change = connection.transaction()?;
        let mut fresh: HashMap<i64, usize> = HashMap::new();
        let mut kept = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let (room, line) = lines::append(&change, rooms, cabinet, draft)?;
            if line.as_ref().is_ok_and(|line| !line.again) {
                *fresh.entry(room).or_default() += 1;
            }
            kept.push(line);
        }
        change.commit()?;
        for (room, lines) in fresh {
            backlog.note(room, lines);
        }
        Ok(kept)
    }

    /// Gives a file its place.
    pub(super) fn keep(
        &mut self,
        cabinet: &Cabinet,
        brought: Brought,
    ) -> rusqlite::Result<Result<(), Unkept>> {
        self.still_there()?;
        files::keep(&mut self.connection, cabinet, brought)
    }

    /// What is known of a file, if it has been said.
    pub(super) fn said(&mut self, hash: Hash) -> rusqlite::Result<Option<Content>> {
        files::said(&self.connection, hash)
    }

    /// Throws away old files that have not been said.
    pub(super) fn sweep(&mut self, cabinet: &Cabinet, before: i64) -> rusqlite::Result<usize> {
        self.still_there()?;
        files::sweep(&mut self.connection, cabinet, before)
    }

    /// Throws away what the table of files does not know, as nothing is coming in.
    pub(super) fn clear(&mut self, cabinet: &Cabinet) -> anyhow::Result<()> {
        cabinet.clear(&files::known(&self.connection)?)?;
        Ok(())
    }

    /// Claims a name unless it, or one that looks like it, is claimed.
    pub(super) fn claim(
        &mut self,
        name: &Name,
        key: &KeyHash,
        now: i64,
    ) -> rusqlite::Result<Owner> {
        let change = self.connection.transaction()?;
        let owner = owner(&change, name, Some(key))?;
        if owner != Owner::Another {
            for claim in name.skeleton().claims() {
                change.execute(
                    "INSERT INTO names (skeleton, name, key_hash, since) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO NOTHING",
                    params![claim, name.as_str(), key.as_bytes(), now],
                )?;
            }
            change.commit()?;
            return Ok(match owner {
                Owner::You { since } => Owner::You { since },
                _ => Owner::You { since: now },
            });
        }
        Ok(owner)
    }

    /// Whose a name, or one that looks like it, is.
    pub(super) fn owner(&mut self, name: &Name, key: Option<&KeyHash>) -> rusqlite::Result<Owner> {
        owner(&self.connection, name, key)
    }

    /// Since when a key has owned a name, if it owns one.
    pub(super) fn owner_since(&mut self, key: &KeyHash) -> rusqlite::Result<Option<i64>> {
        self.connection
            .prepare_cached("SELECT min(since) FROM names WHERE key_hash = ?1")?
            .query_row([key.as_bytes()], |row| row.get(0))
    }

    /// The key that owns a name; not one that only looks like it.
    pub(super) fn key_of(&mut self, name: &Name) -> rusqlite::Result<Option<KeyHash>> {
        house::key_of(&self.connection, name)
    }

    /// Applies what an order changes, and writes it into the audit log.
    pub(super) fn carry(&mut self, change: &Change, entry: &Entry) -> rusqlite::Result<i64> {
        self.still_there()?;
        house::carry(&mut self.connection, change, entry)
    }

    /// All that is kept of the house.
    pub(super) fn household(&mut self) -> rusqlite::Result<Household> {
        house::household(&self.connection)
    }

    /// The newest entries of the audit log.
    pub(super) fn audit(&mut self, limit: u32) -> rusqlite::Result<Vec<Entry>> {
        house::audit(&self.connection, limit)
    }

    /// At most `limit` lines of a room, oldest first.
    pub(super) fn page(
        &mut self,
        room: &RoomName,
        span: Span,
        limit: u16,
    ) -> rusqlite::Result<Page> {
        const AFTER: &str = "
            SELECT seq, at, author, uid, guest, cid, kind, text, file FROM messages
            WHERE room = (SELECT id FROM rooms WHERE name = ?1) AND seq > ?2
            ORDER BY seq LIMIT ?3";
        const BEFORE: &str = "
            SELECT seq, at, author, uid, guest, cid, kind, text, file FROM messages
            WHERE room = (SELECT id FROM rooms WHERE name = ?1) AND seq < ?2
            ORDER BY seq DESC LIMIT ?3";
        let (question, bound) = match span {
            Span::After(seq) => (AFTER, seq),
            Span::Before(seq) => (BEFORE, seq),
        };
        let bound = i64::try_from(bound).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(question)?;
        // One more than asked for, to know whether there are more.
        let limit = usize::from(limit);
        let bounds = params![room.as_str(), bound, i64::try_from(limit + 1).unwrap_or(i64::MAX)];
        let (mut messages, mut bytes) = (Vec::new(), 0);
        for message in statement.query_map(bounds, lines::read)? {
            let message = message?;
            bytes += message.text.len();
            messages.push(message);
            // One more than fits says as much; long lines beyond it are not read.
            if bytes > PAGE_BYTES && messages.len() > 1 {
                break;
            }
        }
        let left = messages.len();
        messages.truncate(limit);
        let mut page = Page::of(messages, left);
        if let Span::Before(_) = span {
            page.messages.reverse();
        }
        Ok(page)
    }

    /// The number of a room's last line.
    pub(super) fn head(&mut self, room: &RoomName) -> rusqlite::Result<u64> {
        let question = "SELECT coalesce(max(seq), 0) FROM messages
             WHERE room = (SELECT id FROM rooms WHERE name = ?1)";
        self.connection
            .prepare_cached(question)?
            .query_row([room.as_str()], |row| row.get::<_, i64>(0))
            .map(i64::cast_unsigned)
    }

    /// The newest lines of a room before a number that match.
    pub(super) fn search(
        &mut self,
        room: &RoomName,
        query: &Query,
        before: u64,
        limit: usize,
    ) -> rusqlite::Result<Hits> {
        search::search(&mut self.connection, room, query, before, limit)
    }

    /// How many lines are known to wait for the index; `None` if it lacks nothing.
    pub(super) fn unindexed(&self) -> Option<usize> {
        (!self.backlog.is_empty()).then(|| self.backlog.lines())
    }

    /// Brings the index a little further.
    pub(super) fn index(&mut self) -> rusqlite::Result<()> {
        self.still_there()?;
        index::advance(&mut self.connection, &mut self.backlog)
    }

    /// Copies the log beside the file into it, and empties it.
    pub(super) fn fold(&mut self) -> rusqlite::Result<()> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    /// Writes and takes back as much as the longest line needs.
    pub(super) fn probe(&mut self) -> rusqlite::Result<()> {
        self.still_there()?;
        let change = self.connection.transaction()?;
        change.execute(
            "INSERT OR REPLACE INTO probe (id, filler) VALUES (1, randomblob(?1))",
            [PROBE_BYTES],
        )?;
        change.commit()
    }
}

/// Of a name's two claims one may be another's: then the name is.
fn owner(connection: &Connection, name: &Name, key: Option<&KeyHash>) -> rusqlite::Result<Owner> {
    let mut verdict = Owner::Nobody;
    let mut claims = connection
        .prepare_cached("SELECT key_hash, since FROM names WHERE skeleton IN (?1, ?2)")?;
    let claim = |row: &Row<'_>| Ok((row.get::<_, [u8; 32]>(0)?, row.get(1)?));
    for claimed in claims.query_map(name.skeleton().claims(), claim)? {
        let (claimed, since) = claimed?;
        // Hashes are compared in constant time.
        if key != Some(&KeyHash::from_bytes(claimed)) {
            return Ok(Owner::Another);
        }
        verdict = Owner::You { since };
    }
    Ok(verdict)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    // Somebody may look into the file with the sqlite3 program meanwhile.
    connection.busy_timeout(Duration::from_secs(2))?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // FULL: a commit is on the disk, not only with the system, when it returns.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update_and_check(None, "journal_size_limit", WAL_BYTES, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(16);
    Ok(())
}

fn inode(path: &Path) -> std::io::Result<u64> {
    std::fs::metadata(path).map(|file| file.ino())
}
