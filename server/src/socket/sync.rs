//! A client asks for a page of history.

use std::sync::Arc;

use kpl_shared::{
    protocol::{MAX_PAGE, Messages, Sync, event},
    refusal::{Code, Refusal},
};
use tokio::sync::Semaphore;

use super::{
    Context,
    ask::{ask, of_its_room},
    request::Request,
};
use crate::{fanout::Reply, room::session::Session, store::Span};

/// Reads the page on the store's own thread and sends it. Its numbers tell the client where the
/// lines belong.
pub(super) fn sync(
    context: &Arc<Context>,
    session: &Arc<Session>,
    waiting: &Arc<Semaphore>,
    mut request: Request,
) {
    let parsed = parse(&mut request, session);
    let reply = request.reply;
    let (asked, span) = match parsed {
        Ok(parsed) => parsed,
        Err(refusal) => return reply.refused(event::SYNC, None, refusal),
    };
    let (here, its) = (context.clone(), session.clone());
    ask(context, session, waiting, (event::SYNC, reply), async move |reply| {
        answer(&here, &its, asked, span, reply).await;
    });
}

fn parse(request: &mut Request, session: &Session) -> Result<(Sync, Span), Refusal> {
    const FORM: &str =
        "sync takes {after, limit, req} or {before, limit, req}, whole numbers from 0";
    let asked: Sync = request.body(FORM)?;
    let span = match (asked.after, asked.before) {
        (Some(after), None) => Span::After(after),
        (None, Some(before)) => Span::Before(before),
        _ => return Err(Refusal::new(Code::BadRequest, FORM)),
    };
    of_its_room(asked.room.as_ref(), session)?;
    Ok((asked, span))
}

async fn answer(context: &Context, session: &Session, asked: Sync, span: Span, reply: Reply) {
    let limit = asked.limit.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
    let room = &session.room;
    let page = {
        // Only a semaphore that was closed gives none, and nobody closes this one.
        let _turn = context.history.acquire().await;
        context.store.page(room.name.clone(), span, limit).await
    };
    match page {
        Ok(page) => {
            let page = Messages {
                room: room.name.clone(),
                epoch: context.store.epoch().into(),
                head: room.head(),
                messages: page.messages,
                more: page.more,
                req: asked.req,
            };
            reply.answered(event::MESSAGES, &page);
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be read");
            let message = "the server cannot read its history now";
            let refusal = Refusal::for_now(Code::Unavailable, message, 1000);
            reply.refused(event::SYNC, None, refusal);
        }
    }
}
