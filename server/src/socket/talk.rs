//! A client says a line.

use std::sync::Arc;

use kpl_shared::{
    names::RoomName,
    protocol::event,
    refusal::{Code, Refusal},
    talk::Talk,
    text::Text,
};
use tokio::sync::mpsc::error::TrySendError;

use super::{Context, request::Request};
use crate::{
    clock::now,
    house,
    room::{
        sequencer::{Item, Line},
        session::Session,
    },
    store::Draft,
};

/// When a line may be tried again that found the queue full.
const RETRY_MS: u64 = 200;

/// Checks a line and queues it, before it returns: so a client's lines keep the order in which
/// they arrived.
pub(super) fn talk(context: &Context, session: &Arc<Session>, request: Request) {
    let Request { args, reply } = request;
    let draft = match draft(context, session, &args) {
        Ok(draft) => draft,
        Err((refusal, cid)) => return reply.refused(event::TALK, cid, refusal),
    };
    let bytes = u32::try_from(draft.text.len()).unwrap_or(u32::MAX);
    let Ok(place) = context.waiting_bytes.clone().try_acquire_many_owned(bytes) else {
        return reply.refused(event::TALK, draft.cid, busy());
    };
    let line = Line { session: session.clone(), reply, draft, place };
    if let Err(TrySendError::Full(item) | TrySendError::Closed(item)) =
        context.queue.try_send(Item::Say(Box::new(line)))
        && let Item::Say(line) = item
    {
        line.reply.refused(event::TALK, line.draft.cid, busy());
    }
}

/// The line as it will be kept, or why not and which line that is about.
fn draft(
    context: &Context,
    session: &Session,
    args: &[serde_json::Value],
) -> Result<Draft, (Refusal, Option<String>)> {
    let Talk { text, cid, room, kind, file: _ } = Talk::parse(args)?;
    let refuse = |refusal| (refusal, cid.clone());
    let elsewhere = |room: &String| RoomName::parse(room).ok().as_ref() != Some(&session.room.name);
    if let Some(room) = room.filter(elsewhere) {
        let message = format!("you are in {}, not in {room:.32}", session.room.name);
        return Err(refuse(Refusal::new(Code::RoomInvalid, message)));
    }
    let text = Text::parse(text, context.limits.text_bytes).map_err(refuse)?.into_string();
    context.take_line(&session.uid).map_err(|retry_ms| {
        let message = "you speak faster than this server allows";
        refuse(Refusal::for_now(Code::TooFast, message, retry_ms))
    })?;
    // Last, as it takes the author's turn.
    may_speak(context, session).map_err(refuse)?;
    Ok(Draft {
        room: session.room.name.clone(),
        at: now(),
        from: session.name.clone(),
        uid: session.uid.clone(),
        guest: session.guest,
        cid,
        kind,
        text,
    })
}

/// Whether nobody has forbidden it, and it is the author's turn in a slow room.
fn may_speak(context: &Context, session: &Session) -> Result<(), Refusal> {
    let keeper = &context.house;
    let at = now();
    if !keeper.is_calm()
        && let Some(mute) = keeper.mute(&session.marks(&session.claims(), keeper), at)
    {
        let left = mute.told.until.map(|until| until.saturating_sub(at));
        let message = match left {
            Some(left) => format!("you may not speak for another {}", house::lasting(left)),
            None => "you may not speak".into(),
        };
        return Err(Refusal::new(Code::Muted, message));
    }
    if keeper.is_operator(session.key.as_ref()) {
        return Ok(());
    }
    context.take_turn(session).map_err(|retry_ms| {
        Refusal::for_now(Code::TooFast, "the room is slow: wait for your turn", retry_ms)
    })
}

fn busy() -> Refusal {
    let message = "the server is busy or stopping; nothing was kept";
    Refusal::for_now(Code::Unavailable, message, RETRY_MS)
}
