//! A client says a line.

use std::{io::Cursor, sync::Arc};

use bytes::Bytes;
use kpl_shared::{
    file::FileName,
    message::Kind,
    names::RoomName,
    protocol::event,
    refusal::{Code, Refusal},
    talk::Talk,
    text::Text,
};
use serde_json::Value;
use tokio::sync::mpsc::error::TrySendError;

use super::{
    Context,
    request::{Request, placeholder},
};
use crate::{
    clock::now,
    house::{self, Turn},
    policy::picture::{self, Looks},
    room::{
        sequencer::{Item, Line},
        session::Session,
    },
    store::{Attached, Draft, Picture},
};

/// When a line may be tried again that found the queue full.
const RETRY_MS: u64 = 200;

/// Checks a line and queues it, before it returns: so a client's lines keep the order in which
/// they arrived.
pub(super) fn talk(context: &Context, session: &Arc<Session>, request: Request) {
    let Request { mut args, bytes, reply } = request;
    let enclosed = Enclosed::of(&mut args, &bytes);
    let bytes = enclosed.as_ref().map_or(0, |enclosed| enclosed.bytes.len());
    let (draft, turn) = match draft(context, session, &args, enclosed) {
        Ok(both) => both,
        Err((refusal, cid)) => return reply.refused(event::TALK, cid, refusal),
    };
    let bytes = u32::try_from(draft.text.len() + bytes).unwrap_or(u32::MAX);
    let Ok(place) = context.waiting_bytes.clone().try_acquire_many_owned(bytes) else {
        context.house.give_back(turn.as_ref());
        return reply.refused(event::TALK, draft.cid, busy());
    };
    let line = Line { session: session.clone(), reply, draft, turn, place };
    if let Err(TrySendError::Full(item) | TrySendError::Closed(item)) =
        context.queue.try_send(Item::Say(Box::new(line)))
        && let Item::Say(line) = item
    {
        context.house.give_back(line.turn.as_ref());
        line.reply.refused(event::TALK, line.draft.cid, busy());
    }
}

/// Bytes that are said in the place of a text: a small file.
struct Enclosed {
    bytes: Bytes,
    looks: Option<Looks>,
}

impl Enclosed {
    /// The bytes that the first argument stands for, if it does. Then it becomes the file's name.
    fn of(args: &mut [Value], bytes: &[Bytes]) -> Option<Self> {
        let (first, rest) = args.split_first_mut()?;
        let bytes = bytes.get(placeholder(first)?)?.clone();
        let looks = picture::looks(&mut Cursor::new(&bytes));
        let mut options = rest.first_mut().and_then(Value::as_object_mut);
        let name = options.as_mut().and_then(|options| options.remove("name"));
        if let Some(options) = options {
            // It is one of kind `file` by itself.
            options.retain(|option, _| !matches!(option.as_str(), "kind" | "file"));
        }
        let given = name.filter(|name| !name.is_null());
        *first = given.unwrap_or_else(|| picture::nameless(looks).into());
        Some(Self { bytes, looks })
    }
}

/// The line as it will be kept, or why not and which line that is about.
fn draft(
    context: &Context,
    session: &Session,
    args: &[Value],
    enclosed: Option<Enclosed>,
) -> Result<(Draft, Option<Turn>), (Refusal, Option<String>)> {
    let Talk { text, cid, room, kind, file } = Talk::parse(args)?;
    let refuse = |refusal| (refusal, cid.clone());
    let elsewhere = |room: &String| RoomName::parse(room).ok().as_ref() != Some(&session.room.name);
    if let Some(room) = room.filter(elsewhere) {
        let message = format!("you are in {}, not in {room:.32}", session.room.name);
        return Err(refuse(Refusal::new(Code::RoomInvalid, message)));
    }
    let kind = if enclosed.is_some() { Kind::File } else { kind };
    let text = match kind {
        Kind::File => FileName::parse(&text).map_err(refuse)?.into_string(),
        _ => Text::parse(text, context.limits.text_bytes).map_err(refuse)?.into_string(),
    };
    let size = enclosed.as_ref().map_or(0, |enclosed| enclosed.bytes.len() as u64);
    context.takes_file(size, enclosed.is_some()).map_err(refuse)?;
    context.take_line(&session.uid).map_err(|retry_ms| {
        let message = "you speak faster than this server allows";
        refuse(Refusal::for_now(Code::TooFast, message, retry_ms))
    })?;
    // Last, as it takes the author's turn.
    let turn = may_speak(context, session).map_err(refuse)?;
    let by = || context.bringer(session.key.map(|_| &*session.uid), session.address);
    let here = enclosed.map(|Enclosed { bytes, looks }| Attached::Here {
        content: bytes,
        picture: looks.map(Picture::from),
        by: by(),
    });
    let draft = Draft {
        room: session.room.name.clone(),
        at: now(),
        from: session.name.clone(),
        uid: session.uid.clone(),
        guest: session.guest,
        cid,
        kind,
        text,
        file: here.or(file.map(Attached::Held)),
    };
    Ok((draft, turn))
}

/// Whether nobody has forbidden it, and it is the author's turn in a slow room.
fn may_speak(context: &Context, session: &Session) -> Result<Option<Turn>, Refusal> {
    let keeper = &context.house;
    if !keeper.is_calm()
        && let Some(mute) = keeper.mute(&session.marks(&session.claims(), keeper), now())
    {
        return Err(house::muted(&mute.told));
    }
    if keeper.is_operator(session.key.as_ref()) {
        return Ok(None);
    }
    context.take_turn(session).map_err(|retry_ms| {
        Refusal::for_now(Code::TooFast, "the room is slow: wait for your turn", retry_ms)
    })
}

fn busy() -> Refusal {
    let message = "the server is busy or stopping; nothing was kept";
    Refusal::for_now(Code::Unavailable, message, RETRY_MS)
}
