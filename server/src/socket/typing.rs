//! A client says that it writes a line.

use std::sync::Arc;

use kpl_shared::{
    protocol::{MAX_NAMED_PRESENCE, Typing, event},
    refusal::{Code, Refusal},
};

use super::{Context, request::Request};
use crate::{policy::rate::Rate, room::session::Session};

/// How many notices an owner may give at once, and then a second.
pub(super) const RATE: Rate = Rate::of(2, 1);
/// How many of them a room hears at once, and then a second: of more nobody reads the names.
pub(super) const ROOM_RATE: Rate = Rate::of(20, 10);

/// Passes it on, or lets it drop: it is of no use later, so nothing of it waits anywhere. Only
/// whoever asks for an acknowledgement hears that it was dropped.
pub(super) fn typing(context: &Arc<Context>, session: &Arc<Session>, request: Request) {
    let reply = request.reply;
    let room = &session.room;
    let crowded = room.live().presence.total() > MAX_NAMED_PRESENCE;
    let passed = if crowded || session.inside.get().is_none() {
        Err(Refusal::new(Code::Unavailable, "nobody is told that you write"))
    } else {
        let taken = context.take_notice(&session.uid, room.name.as_str());
        taken.map_err(|retry_ms| Refusal::for_now(Code::TooFast, "that was said before", retry_ms))
    };
    if let Err(refusal) = passed {
        if reply.is_awaited() {
            reply.refused(event::TYPING, None, refusal);
        }
        return;
    }
    let typing = Typing {
        room: room.name.clone(),
        uid: session.uid.as_ref().into(),
        name: session.name.as_str().into(),
    };
    let session = session.clone();
    tokio::spawn(async move {
        session.room.audience.tell_typing(reply.socket(), &typing).await;
        if reply.is_awaited() {
            reply.answered(event::TYPING, &typing);
        }
    });
}
