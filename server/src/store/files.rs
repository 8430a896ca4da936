//! The table of files: whose each is, and whether it has been said.

use std::collections::HashSet;

use bytes::Bytes;
use kpl_shared::{
    file::{self, File, Hash},
    refusal::{Code, Refusal},
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use tempfile::TempPath;

use super::cabinet::Cabinet;

/// When a file may be tried again that the disk did not take.
const RETRY_MS: u64 = 1000;

/// A file that has come in whole.
#[derive(Debug)]
pub struct Brought {
    /// Where it lies meanwhile, on disk.
    pub at: TempPath,
    /// The hash of its content.
    pub hash: Hash,
    /// How many bytes it has.
    pub size: u64,
    /// What its content is, if it is a picture.
    pub picture: Option<Picture>,
    /// Whose it is.
    pub by: Bringer,
}

/// Who brings a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bringer {
    /// Whom it counts against: one a key, or one an address of guests.
    pub owner: String,
    /// How many bytes are kept of one.
    pub quota: u64,
    /// When it was brought, in milliseconds since 1970, UTC.
    pub now: i64,
}

/// A picture of a form that everybody can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Its media type.
    pub media: &'static str,
    /// How wide it is, in pixels.
    pub width: u32,
    /// How high it is, in pixels.
    pub height: u32,
}

impl From<(&'static str, u32, u32)> for Picture {
    fn from((media, width, height): (&'static str, u32, u32)) -> Self {
        Self { media, width, height }
    }
}

/// The file that a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attached {
    /// One that was brought before.
    Held(Hash),
    /// One that comes with the line.
    Here {
        /// Its content.
        content: Bytes,
        /// What the content is, if it is a picture.
        picture: Option<Picture>,
        /// Whose it is.
        by: Bringer,
    },
}

/// Why a file, or the line about it, was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unkept {
    /// There is no such file, or not any more.
    Unknown,
    /// Whoever brings it has brought as much as is kept of one.
    OverQuota,
    /// The disk did not take it.
    Disk,
}

impl From<Unkept> for Refusal {
    fn from(unkept: Unkept) -> Self {
        match unkept {
            Unkept::Unknown => {
                let message = "the server has no such file, or not any more; bring it again";
                Self::new(Code::FileUnknown, message)
            }
            Unkept::OverQuota => {
                let message = "you have brought as many bytes as this server keeps of one; ask \
                               whoever runs it for a higher --file-quota";
                Self::new(Code::QuotaExceeded, message)
            }
            Unkept::Disk => {
                let message = "the server cannot store files now; nothing was kept";
                Self::for_now(Code::Unavailable, message, RETRY_MS)
            }
        }
    }
}

/// What is known of a file's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// How many bytes it has.
    pub size: u64,
    /// The media type, if it is a picture.
    pub picture: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
}

impl Content {
    /// The same content, called so.
    fn named(self, hash: Hash, name: &str) -> File {
        let Self { size, picture, width, height } = self;
        let guessed = || mime_guess::from_path(name).first_raw().unwrap_or(file::BYTES).into();
        let media = picture.unwrap_or_else(guessed);
        File { hash, name: name.into(), size, media, width, height }
    }
}

/// Gives a file its place. One that is there already stays, and is not swept for a while.
pub(super) fn keep(
    connection: &mut Connection,
    cabinet: &Cabinet,
    brought: Brought,
) -> rusqlite::Result<Result<(), Unkept>> {
    let change = connection.transaction()?;
    let kept = place(&change, cabinet, brought)?;
    if kept.is_ok() {
        change.commit()?;
    }
    Ok(kept)
}

fn place(
    change: &Transaction<'_>,
    cabinet: &Cabinet,
    brought: Brought,
) -> rusqlite::Result<Result<(), Unkept>> {
    let Brought { at, hash, size, picture, by } = brought;
    let touched = change.execute(
        "UPDATE files SET at = max(at, ?2) WHERE hash = ?1",
        params![hash.as_bytes(), by.now],
    )?;
    if touched > 0 && cabinet.holds(hash) {
        return Ok(Ok(()));
    }
    if touched == 0 {
        let held: i64 = change.query_row(
            "SELECT coalesce(sum(size), 0) FROM files WHERE owner = ?1",
            [&by.owner],
            |row| row.get(0),
        )?;
        if held.cast_unsigned().saturating_add(size) > by.quota {
            return Ok(Err(Unkept::OverQuota));
        }
    }
    if let Err(error) = cabinet.keep(at, hash) {
        tracing::error!(%error, "a file could not be kept");
        return Ok(Err(Unkept::Disk));
    }
    change.execute(
        "INSERT INTO files (hash, size, picture, width, height, owner, at, said)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) ON CONFLICT DO NOTHING",
        params![
            hash.as_bytes(),
            i64::try_from(size).unwrap_or(i64::MAX),
            picture.map(|picture| picture.media),
            picture.map(|picture| picture.width),
            picture.map(|picture| picture.height),
            by.owner,
            by.now,
        ],
    )?;
    Ok(Ok(()))
}

/// The file that a line is about, which from now on has been said.
pub(super) fn say(
    change: &Transaction<'_>,
    cabinet: &Cabinet,
    attached: Attached,
    name: &str,
) -> rusqlite::Result<Result<Box<File>, Unkept>> {
    let hash = match attached {
        Attached::Held(hash) => hash,
        Attached::Here { content, picture, by } => {
            let hash = Hash::from_bytes(blake3::hash(&content).into());
            let Ok(at) = cabinet.write(&content) else { return Ok(Err(Unkept::Disk)) };
            let brought = Brought { at, hash, size: content.len() as u64, picture, by };
            if let Err(unkept) = place(change, cabinet, brought)? {
                return Ok(Err(unkept));
            }
            hash
        }
    };
    let content = change
        .prepare_cached(
            "UPDATE files SET said = 1 WHERE hash = ?1 RETURNING size, picture, width, height",
        )?
        .query_row([hash.as_bytes()], content)
        .optional()?;
    Ok(content.map(|content| content.named(hash, name).into()).ok_or(Unkept::Unknown))
}

/// What is known of a file, if it has been said.
pub(super) fn said(connection: &Connection, hash: Hash) -> rusqlite::Result<Option<Content>> {
    connection
        .prepare_cached(
            "SELECT size, picture, width, height FROM files WHERE hash = ?1 AND said = 1",
        )?
        .query_row([hash.as_bytes()], content)
        .optional()
}

/// Throws away what was brought before that time and has not been said. How many files that were.
pub(super) fn sweep(
    connection: &mut Connection,
    cabinet: &Cabinet,
    before: i64,
) -> rusqlite::Result<usize> {
    let change = connection.transaction()?;
    let swept: Vec<Hash> = change
        .prepare_cached("DELETE FROM files WHERE said = 0 AND at < ?1 RETURNING hash")?
        .query_map([before], hash)?
        .collect::<Result<_, _>>()?;
    change.commit()?;
    for hash in &swept {
        cabinet.remove(*hash);
    }
    Ok(swept.len())
}

/// All files that there are.
pub(super) fn known(connection: &Connection) -> rusqlite::Result<HashSet<Hash>> {
    connection.prepare("SELECT hash FROM files")?.query_map([], hash)?.collect()
}

fn hash(row: &Row<'_>) -> rusqlite::Result<Hash> {
    row.get(0).map(Hash::from_bytes)
}

fn content(row: &Row<'_>) -> rusqlite::Result<Content> {
    Ok(Content {
        size: row.get::<_, i64>(0)?.cast_unsigned(),
        picture: row.get(1)?,
        width: row.get(2)?,
        height: row.get(3)?,
    })
}

#[cfg(test)]
mod tests;
