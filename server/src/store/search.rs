//! Searching a room's lines, from the newest backwards.
//!
//! Lines beyond the room's watermark are looked at one by one; the others are found by the index,
//! span by span, so that a search that finds nothing for long can end, and say how far it came.

use std::time::{Duration, Instant};

use kpl_shared::{message::Message, names::RoomName, search::Query};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{PAGE_BYTES, index, lines};

const LINES: &str = "
    SELECT seq, at, author, uid, guest, cid, kind, text, file FROM messages
    WHERE room = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq DESC";
const LINE: &str = "
    SELECT seq, at, author, uid, guest, cid, kind, text, file FROM messages
    WHERE room = ?1 AND seq = ?2";
const ROWS: &str = "
    SELECT rowid FROM words WHERE words MATCH ?1 AND rowid > ?2 AND rowid <= ?3
    ORDER BY rowid DESC";

/// How many lines the first span has; each further one has twice as many.
const SPAN: i64 = 1 << 16;
/// How long one search may look. It is not held to it within a span.
const PATIENCE: Duration = Duration::from_millis(200);

/// The newest lines of a room that match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The lines, newest first.
    pub messages: Vec<Message>,
    /// The number before which to search on, if not all was looked at.
    pub next: Option<u64>,
}

/// Searches the lines of a room before a number.
pub(super) fn search(
    connection: &mut Connection,
    room: &RoomName,
    query: &Query,
    before: u64,
    limit: usize,
) -> rusqlite::Result<Hits> {
    // One moment of the store: the watermark and the lines belong together.
    let moment = connection.transaction()?;
    let place: Option<(i64, i64)> = moment
        .prepare_cached("SELECT id, indexed FROM rooms WHERE name = ?1")?
        .query_row([room.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((room, indexed)) = place else { return Ok(Hits::default()) };
    let last = i64::try_from(before).unwrap_or(i64::MAX).saturating_sub(1);
    let mut looking = Looking {
        moment: &moment,
        room,
        query,
        limit,
        bytes: 0,
        until: Instant::now() + PATIENCE,
        hits: Hits::default(),
    };
    looking.look(last, indexed)?;
    Ok(looking.hits)
}

struct Looking<'a> {
    moment: &'a Transaction<'a>,
    room: i64,
    query: &'a Query,
    limit: usize,
    bytes: usize,
    until: Instant,
    hits: Hits,
}

/// Whether to look further.
type Further = bool;

impl Looking<'_> {
    /// Looks at the lines up to `last`, of which those up to `indexed` are in the index.
    fn look(&mut self, last: i64, indexed: i64) -> rusqlite::Result<()> {
        let expression = expression(&self.query.terms());
        let indexed = if expression.is_empty() { 0 } else { indexed.min(last) };
        if !self.look_at_each(indexed, last)? {
            return Ok(());
        }
        let (mut last, mut span) = (indexed, SPAN);
        while last > 0 {
            let before = (last - span).max(0);
            if !self.look_up(&expression, before, last)? {
                return Ok(());
            }
            (last, span) = (before, span.saturating_mul(2));
        }
        Ok(())
    }

    /// Looks at the lines after `before` up to `last`, by themselves.
    fn look_at_each(&mut self, before: i64, last: i64) -> rusqlite::Result<Further> {
        let mut lines = self.moment.prepare_cached(LINES)?;
        let mut lines = lines.query(params![self.room, before, last])?;
        while let Some(line) = lines.next()? {
            if !self.take(lines::read(line)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Looks the lines after `before` up to `last` up in the index.
    fn look_up(&mut self, expression: &str, before: i64, last: i64) -> rusqlite::Result<Further> {
        let mut rows = self.moment.prepare_cached(ROWS)?;
        let (from, to) = (index::row(self.room, before), index::row(self.room, last));
        let mut rows = rows.query(params![expression, from, to])?;
        let mut line = self.moment.prepare_cached(LINE)?;
        while let Some(row) = rows.next()? {
            let seq = index::seq_of(row.get(0)?);
            let found = line.query_row(params![self.room, seq], lines::read).optional()?;
            if let Some(found) = found
                && !self.take(found)
            {
                return Ok(false);
            }
        }
        if Instant::now() >= self.until && before > 0 {
            self.hits.next = Some(before.cast_unsigned() + 1);
            return Ok(false);
        }
        Ok(true)
    }

    /// Takes a line that matches, if there is room for one more.
    fn take(&mut self, line: Message) -> Further {
        let Hits { messages, next } = &mut self.hits;
        if self.query.matches(&line.text) {
            self.bytes += line.text.len();
            let full = messages.len() == self.limit || self.bytes > PAGE_BYTES;
            if full && let Some(last) = messages.last() {
                *next = Some(last.seq);
                return false;
            }
            messages.push(line);
        } else if Instant::now() >= self.until && line.seq > 1 {
            *next = Some(line.seq);
            return false;
        }
        true
    }
}

/// What the index is asked. The terms hold no quotes, see [`kpl_shared::search::terms`]; within
/// quotes nothing else is more than itself.
fn expression(terms: &[String]) -> String {
    terms.iter().map(|term| format!("\"{term}\"")).collect::<Vec<_>>().join(" AND ")
}

#[cfg(test)]
mod tests;
