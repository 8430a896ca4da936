//! The table of lines.

use std::collections::HashMap;

use kpl_shared::{
    file::File,
    message::{Kind, Message},
    names::RoomName,
};
use rusqlite::{OptionalExtension, Row, Transaction, params, types::Type};

use super::{Cabinet, Draft, Kept, Unkept, files};

/// What a room is called in the tables, and its last number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    id: i64,
    head: u64,
}

/// Numbers a line and keeps it, unless its author has said it before. The room's id with it.
pub(super) fn append(
    change: &Transaction<'_>,
    rooms: &mut HashMap<RoomName, Place>,
    cabinet: &Cabinet,
    mut draft: Draft,
) -> rusqlite::Result<(i64, Result<Kept, Unkept>)> {
    const SAY: &str = "
        INSERT INTO messages (room, seq, at, author, uid, guest, cid, kind, text, file)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (room, uid, cid) WHERE cid IS NOT NULL DO NOTHING";
    const SAID: &str = "
        SELECT seq, at, author, uid, guest, cid, kind, text, file FROM messages
        WHERE room = ?1 AND uid = ?2 AND cid = ?3";
    if !rooms.contains_key(&draft.room) {
        let place = find(change, &draft.room)?;
        rooms.insert(draft.room.clone(), place);
    }
    let place = rooms.get_mut(&draft.room).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let seq = place.head + 1;
    // A line that is there already says nothing of the file that comes with it again.
    if draft.file.is_some() && draft.cid.is_some() {
        let said = params![place.id, &*draft.uid, draft.cid];
        if let Some(message) = change.prepare_cached(SAID)?.query_row(said, read).optional()? {
            return Ok((place.id, Ok(Kept { message, again: true })));
        }
    }
    let file = match draft.file.take() {
        None => None,
        Some(attached) => match files::say(change, cabinet, attached, &draft.text)? {
            Ok(file) => Some(file),
            Err(unkept) => return Ok((place.id, Err(unkept))),
        },
    };
    let told = change.prepare_cached(SAY)?.execute(params![
        place.id,
        seq.cast_signed(),
        draft.at,
        draft.from.as_str(),
        &*draft.uid,
        draft.guest,
        draft.cid,
        draft.kind.as_str(),
        draft.text,
        file.as_ref().and_then(|file| serde_json::to_string(file).ok()),
    ])?;
    if told == 0 {
        let said = params![place.id, &*draft.uid, draft.cid];
        let message = change.prepare_cached(SAID)?.query_row(said, read)?;
        return Ok((place.id, Ok(Kept { message, again: true })));
    }
    place.head = seq;
    let room = place.id;
    let Draft { at, from, uid, guest, cid, kind, text, .. } = draft;
    let (from, uid) = (from.into(), uid.as_ref().into());
    let message = Message { seq, at, from, uid, guest, cid, kind, text, file };
    Ok((room, Ok(Kept { message, again: false })))
}

fn find(change: &Transaction<'_>, room: &RoomName) -> rusqlite::Result<Place> {
    change.execute("INSERT OR IGNORE INTO rooms (name) VALUES (?1)", [room.as_str()])?;
    change.query_row(
        "SELECT id, coalesce((SELECT max(seq) FROM messages WHERE room = id), 0)
         FROM rooms WHERE name = ?1",
        [room.as_str()],
        |row| Ok(Place { id: row.get(0)?, head: row.get::<_, i64>(1)?.cast_unsigned() }),
    )
}

/// The line that a row is: number, time, author, identity, guest, id, kind, text, file.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        seq: row.get::<_, i64>(0)?.cast_unsigned(),
        at: row.get(1)?,
        from: row.get(2)?,
        uid: row.get(3)?,
        guest: row.get(4)?,
        cid: row.get(5)?,
        kind: Kind::parse(&row.get::<_, String>(6)?),
        text: row.get(7)?,
        file: row.get::<_, Option<String>>(8)?.map(|file| read_file(&file)).transpose()?,
    })
}

fn read_file(json: &str) -> rusqlite::Result<Box<File>> {
    serde_json::from_str(json)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(8, Type::Text, error.into()))
}
