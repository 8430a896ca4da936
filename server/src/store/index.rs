//! The index of words, by which lines are found: made behind the lines, a little at a time, by the
//! thread that writes, while nothing waits to be written.
//!
//! `rooms.indexed` is a room's watermark: lines up to it are in the index. It moves in the
//! transaction that puts them there, so a crash leaves both or neither, and lines beyond it are
//! found by looking at them. A store of before there was an index is one whose rooms all stand at
//! 0. The index only leads to lines: whether one matches is asked of the line.

use std::collections::BTreeMap;

use kpl_shared::search::terms;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// How many lines are put into the index at once, and about how many bytes of text.
const BATCH: usize = 128;
const BATCH_BYTES: usize = 64 * 1024;
/// How many pages of the index are then put in order: several times what a batch writes, so that
/// this keeps up.
const MERGE_PAGES: i64 = 32;
/// How many rooms are looked at at once for lines of before this program.
const SWEEP: i64 = 256;
/// How many bits of a row's number in the index are the line's; the rest is the room's.
const SEQ_BITS: u32 = 32;
/// Lines beyond this number are not indexed, nor are those of rooms beyond it.
pub(super) const MOST: i64 = i32::MAX as i64;

/// Which rooms have lines that are not in the index.
#[derive(Debug)]
pub(super) struct Backlog {
    /// How many lines were written to each since it was last up to date.
    rooms: BTreeMap<i64, usize>,
    /// The room that was worked on last.
    last: i64,
    /// Up to which room all were looked at once; `None` after the last.
    swept: Option<i64>,
}

impl Backlog {
    /// Nothing is known of any room.
    pub(super) fn unknown() -> Self {
        Self { rooms: BTreeMap::new(), last: 0, swept: Some(0) }
    }

    /// Lines were written to a room.
    pub(super) fn note(&mut self, room: i64, lines: usize) {
        *self.rooms.entry(room).or_default() += lines;
    }

    /// How many lines are known to wait.
    pub(super) fn lines(&self) -> usize {
        self.rooms.values().sum()
    }

    /// Whether nothing is left to be done.
    pub(super) fn is_empty(&self) -> bool {
        self.rooms.is_empty() && self.swept.is_none()
    }

    /// The next room that waits, so that none is kept waiting by another.
    fn next(&self) -> Option<i64> {
        let next = self.rooms.range(self.last + 1..).next().or_else(|| self.rooms.iter().next());
        next.map(|(&room, _)| room)
    }
}

/// Puts a batch of lines into the index, or looks for rooms that lack some.
///
/// It does not wait for the disk: what a loss of power takes back is done again.
pub(super) fn advance(connection: &mut Connection, backlog: &mut Backlog) -> rusqlite::Result<()> {
    let Some(room) = backlog.next() else { return sweep(connection, backlog) };
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let done = connection.transaction().and_then(|change| {
        let done = put_in(&change, room)?;
        change.commit().map(|()| done)
    });
    connection.pragma_update(None, "synchronous", "FULL")?;
    let (lines, whole) = done?;
    backlog.last = room;
    match backlog.rooms.get_mut(&room) {
        Some(left) if !whole => *left = left.saturating_sub(lines),
        _ => _ = backlog.rooms.remove(&room),
    }
    Ok(())
}

/// A line's row in the index.
pub(super) fn row(room: i64, seq: i64) -> i64 {
    room << SEQ_BITS | seq
}

/// The number of the line that a row in the index is of.
pub(super) fn seq_of(row: i64) -> i64 {
    row & ((1 << SEQ_BITS) - 1)
}

/// How many lines were put in, and whether the room is up to date.
fn put_in(change: &Transaction<'_>, room: i64) -> rusqlite::Result<(usize, bool)> {
    if room > MOST {
        return Ok((0, true));
    }
    let mut watermark: i64 = change
        .prepare_cached("SELECT indexed FROM rooms WHERE id = ?1")?
        .query_row([room], |row| row.get(0))?;
    let mut lines = change.prepare_cached(
        "SELECT seq, text FROM messages WHERE room = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq",
    )?;
    let mut put = change.prepare_cached("INSERT INTO words (rowid, terms) VALUES (?1, ?2)")?;
    let mut lines = lines.query(params![room, watermark, MOST])?;
    let (mut count, mut bytes) = (0, 0);
    let whole = loop {
        let Some(line) = lines.next()? else { break true };
        if count == BATCH || bytes > BATCH_BYTES {
            break false;
        }
        watermark = line.get(0)?;
        let text = line.get_ref(1)?.as_str()?;
        put.execute(params![row(room, watermark), terms::of_text(text)])?;
        count += 1;
        bytes += text.len();
    };
    change
        .prepare_cached("UPDATE rooms SET indexed = ?2 WHERE id = ?1")?
        .execute([room, watermark])?;
    change
        .prepare_cached("INSERT INTO words (words, rank) VALUES ('merge', ?1)")?
        .execute([MERGE_PAGES])?;
    Ok((count, whole))
}

/// Looks at some rooms that have not been looked at.
fn sweep(connection: &Connection, backlog: &mut Backlog) -> rusqlite::Result<()> {
    let Some(swept) = backlog.swept else { return Ok(()) };
    let last: Option<i64> = connection
        .query_row(
            "SELECT max(id) FROM (SELECT id FROM rooms WHERE id > ?1 ORDER BY id LIMIT ?2)",
            [swept, SWEEP],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    if let Some(last) = last {
        let mut behind = connection.prepare_cached(
            "SELECT id FROM rooms AS room WHERE id > ?1 AND id <= ?2
             AND indexed < (SELECT max(seq) FROM messages WHERE room = room.id)",
        )?;
        for room in behind.query_map([swept, last], |row| row.get(0))? {
            backlog.note(room?, 0);
        }
    }
    backlog.swept = last;
    Ok(())
}
