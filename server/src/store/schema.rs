//! The tables, and how an older store becomes one of today.

use rusqlite::{Connection, OptionalExtension, Transaction};

/// Marks a file as ours: "KPL1".
const APPLICATION_ID: i64 = 0x4B50_4C31;

/// The steps from an empty file to today. A step that has been released never changes.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE messages (
        room INTEGER NOT NULL REFERENCES rooms (id),
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        author TEXT NOT NULL,
        uid TEXT NOT NULL,
        guest INTEGER NOT NULL,
        cid TEXT,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (room, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX said_once ON messages (room, uid, cid) WHERE cid IS NOT NULL;
    CREATE TABLE names (
        skeleton TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        key_hash BLOB NOT NULL,
        since INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE probe (id INTEGER PRIMARY KEY, filler BLOB NOT NULL) STRICT;
",
    "
    ALTER TABLE rooms ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
    CREATE VIRTUAL TABLE words
        USING fts5 (terms, content = '', detail = none, columnsize = 0, tokenize = 'ascii');
    INSERT INTO words (words, rank) VALUES ('automerge', 0), ('crisismerge', 1999);
",
    "
    CREATE TABLE operators (
        key_hash BLOB PRIMARY KEY,
        since INTEGER NOT NULL,
        by TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sanctions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        mute INTEGER NOT NULL,
        name TEXT NOT NULL,
        heard TEXT NOT NULL,
        seen TEXT NOT NULL,
        key_hash BLOB,
        sites TEXT NOT NULL,
        by TEXT NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER,
        reason TEXT NOT NULL
    ) STRICT;
    CREATE TABLE slow (room TEXT PRIMARY KEY, seconds INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        by TEXT NOT NULL,
        verb TEXT NOT NULL,
        name TEXT,
        what TEXT NOT NULL,
        outcome TEXT NOT NULL
    ) STRICT;
",
    "
    CREATE TABLE invites (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        code_hash BLOB NOT NULL UNIQUE,
        by TEXT NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER NOT NULL,
        uses INTEGER NOT NULL,
        used INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE invited (
        key_hash BLOB PRIMARY KEY,
        invite INTEGER NOT NULL REFERENCES invites (id)
    ) STRICT, WITHOUT ROWID;
",
    "
    ALTER TABLE messages ADD COLUMN file TEXT;
    CREATE TABLE files (
        hash BLOB PRIMARY KEY,
        size INTEGER NOT NULL,
        picture TEXT,
        width INTEGER,
        height INTEGER,
        owner TEXT NOT NULL,
        at INTEGER NOT NULL,
        said INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX brought ON files (owner, size);
    CREATE INDEX unsaid ON files (at) WHERE said = 0;
",
];

/// What a file turned out to be.
pub(super) enum Found {
    /// A store of ours, of today's schema; its epoch.
    Ours(String),
    /// A store of a later version.
    TooNew { found: i64, known: i64 },
    /// Somebody else's database.
    Foreign,
}

/// Brings an empty or older store up to today.
pub(super) fn prepare(connection: &mut Connection) -> rusqlite::Result<Found> {
    let pragma = |connection: &Connection, name| {
        connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0))
    };
    let version = pragma(connection, "user_version")?;
    let application = pragma(connection, "application_id")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (tables > 0 || version > 0) {
        return Ok(Found::Foreign);
    }
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if done > MIGRATIONS.len() {
        return Ok(Found::TooNew { found: version, known });
    }
    if done < MIGRATIONS.len() {
        let change = connection.transaction()?;
        for step in &MIGRATIONS[done..] {
            change.execute_batch(step)?;
        }
        change.pragma_update(None, "application_id", APPLICATION_ID)?;
        change.pragma_update(None, "user_version", known)?;
        name_the_history(&change)?;
        change.commit()?;
    }
    let epoch = connection
        .query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| row.get(0))
        .optional()?;
    Ok(epoch.map_or(Found::Foreign, Found::Ours))
}

fn name_the_history(change: &Transaction<'_>) -> rusqlite::Result<()> {
    let epoch = random_hex()?;
    change.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?1)", [epoch])?;
    Ok(())
}

/// 64 random bits in hexadecimal: enough that no two histories of a room are taken for one.
fn random_hex() -> rusqlite::Result<String> {
    let bits = getrandom::u64()
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    Ok(format!("{bits:016x}"))
}
