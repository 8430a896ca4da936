//! A client asks something: a page, who is here, whether anyone is there.
//!
//! Answers need no place in the order of lines, but they come after `hello`, and no client may ask
//! faster than its answers can be given and taken: a few wait at once, and each owner has so many a
//! second. One that asks for its pages one after the other, as it should, is merely slowed.

use std::{sync::Arc, time::Duration};

use kpl_shared::{
    names::RoomName,
    protocol::{Heartbeat, event},
    refusal::{Code, Refusal},
};
use tokio::{sync::Semaphore, time::timeout};

use super::{Context, request::Request};
use crate::{
    fanout::Reply,
    room::{sequencer::Item, session::Session},
};

/// How many answers one client may wait for.
pub(super) const AT_ONCE: usize = 4;
/// When a client may ask again that waits for too many answers.
const RETRY_MS: u64 = 200;
/// How long a client that asks before it is in waits for that. Without it, it has gone.
const ENTERING: Duration = Duration::from_secs(10);

/// Answers in its time, in a task of its own. `waiting` has a place for each answer that the client
/// may wait for.
pub(super) fn ask<F: Future<Output = ()> + Send>(
    context: &Arc<Context>,
    session: &Arc<Session>,
    waiting: &Arc<Semaphore>,
    (request, reply): (&'static str, Reply),
    answer: impl FnOnce(Reply) -> F + Send + 'static,
) {
    let Ok(place) = waiting.clone().try_acquire_owned() else {
        let message = format!("at most {AT_ONCE} answers at once");
        let refusal = Refusal::for_now(Code::TooFast, message, RETRY_MS);
        return reply.refused(request, None, refusal);
    };
    let (context, session) = (context.clone(), session.clone());
    tokio::spawn(async move {
        if timeout(ENTERING, session.inside.wait()).await.is_ok() {
            while let Err(wait_ms) = context.take_answer(request, &session.uid) {
                tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            }
            answer(reply).await;
        }
        drop(place);
    });
}

/// Whether a question is about the room that the client is in, as one that names no room is.
pub(super) fn of_its_room(room: Option<&RoomName>, session: &Session) -> Result<(), Refusal> {
    if room.is_some_and(|room| *room != session.room.name) {
        let message = format!("you are in {}", session.room.name);
        return Err(Refusal::new(Code::RoomInvalid, message));
    }
    Ok(())
}

/// It asks who is here.
pub(super) fn who(
    context: &Arc<Context>,
    session: &Arc<Session>,
    waiting: &Arc<Semaphore>,
    request: Request,
) {
    let (queue, its) = (context.queue.clone(), session.clone());
    ask(context, session, waiting, (event::WHO, request.reply), async move |reply| {
        // The queue ends with the server, and with it every connection.
        let _ended = queue.send(Item::Who(reply, its)).await;
    });
}

/// It asks for what nobody here knows, or what only v1 clients may ask. Whoever waits for an answer
/// is told; other programs' events are nobody's business.
pub(super) fn unknown(Request { reply, .. }: Request) {
    if reply.is_awaited() {
        let message = "this server knows no such event, or only at version 1";
        reply.refused("", None, Refusal::new(Code::BadRequest, message));
    }
}

/// It asks whether anyone is there.
pub(super) fn heartbeat(
    context: &Arc<Context>,
    session: &Arc<Session>,
    waiting: &Arc<Semaphore>,
    mut request: Request,
) {
    let beat = request.body("heartbeat takes {n}, a whole number from 0");
    let reply = request.reply;
    let beat: Heartbeat = match beat {
        Ok(beat) => beat,
        Err(refusal) => return reply.refused(event::HEARTBEAT, None, refusal),
    };
    if session.inside.get().is_some() {
        return reply.answered(event::HEARTBEAT, &beat);
    }
    ask(context, session, waiting, (event::HEARTBEAT, reply), async move |reply| {
        reply.answered(event::HEARTBEAT, &beat);
    });
}
