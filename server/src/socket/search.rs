//! A client searches the room's lines.

use std::sync::Arc;

use kpl_shared::{
    protocol::{Found, MAX_HITS, Search, event},
    refusal::{Code, Refusal},
    search::Query,
};
use tokio::sync::Semaphore;

use super::{
    Context,
    ask::{ask, of_its_room},
    request::Request,
};
use crate::{fanout::Reply, room::session::Session};

/// Searches on a thread of the store's own, and sends what was found, newest first.
pub(super) fn search(
    context: &Arc<Context>,
    session: &Arc<Session>,
    waiting: &Arc<Semaphore>,
    mut request: Request,
) {
    let parsed = parse(&mut request, session);
    let reply = request.reply;
    let (asked, query) = match parsed {
        Ok(parsed) => parsed,
        Err(refusal) => return reply.refused(event::SEARCH, None, refusal),
    };
    let (here, its) = (context.clone(), session.clone());
    ask(context, session, waiting, (event::SEARCH, reply), async move |reply| {
        answer(&here, &its, asked, query, reply).await;
    });
}

fn parse(request: &mut Request, session: &Session) -> Result<(Search, Query), Refusal> {
    const FORM: &str = "search takes {query, before, limit, req}, a text and whole numbers from 0";
    let asked: Search = request.body(FORM)?;
    of_its_room(asked.room.as_ref(), session)?;
    let query = Query::parse(&asked.query)?;
    Ok((asked, query))
}

async fn answer(context: &Context, session: &Session, asked: Search, query: Query, reply: Reply) {
    let limit = asked.limit.unwrap_or(MAX_HITS).clamp(1, MAX_HITS);
    let before = asked.before.unwrap_or(u64::MAX);
    let room = &session.room.name;
    match context.store.search(room.clone(), query, before, limit).await {
        Ok(hits) => {
            let found = Found {
                room: room.clone(),
                epoch: context.store.epoch().into(),
                query: Some(asked.query),
                hits: hits.messages,
                more: hits.next.is_some(),
                next: hits.next,
                req: asked.req,
            };
            reply.answered(event::FOUND, &found);
        }
        Err(error) => {
            tracing::error!(%error, "the history could not be searched");
            let message = "the server cannot search its history now";
            let refusal = Refusal::for_now(Code::Unavailable, message, 1000);
            reply.refused(event::SEARCH, None, refusal);
        }
    }
}
