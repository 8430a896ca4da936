//! An operator orders something.

use std::sync::Arc;

use kpl_shared::{
    order::Order,
    protocol::event,
    refusal::{Code, Refusal},
};
use tokio::sync::Semaphore;

use super::{Context, ask::ask, request::Request};
use crate::{room::session::Session, steward::By};

/// Has it carried out, in its time, if whoever orders it is an operator.
pub(super) fn order(
    context: &Arc<Context>,
    session: &Arc<Session>,
    waiting: &Arc<Semaphore>,
    mut request: Request,
) {
    let order = request.body("order takes {verb} and what that is about: see docs/protocol.md");
    let reply = request.reply;
    let order: Order = match order {
        Ok(order) => order,
        Err(refusal) => return reply.refused(event::ORDER, None, refusal),
    };
    let (here, its) = (context.clone(), session.clone());
    ask(context, session, waiting, (event::ORDER, reply), async move |reply| {
        // Asked again for each order: it may have been taken away.
        if !here.house.is_operator(its.key.as_ref()) {
            let message = "only operators may do that";
            return reply.refused(event::ORDER, None, Refusal::new(Code::NotOperator, message));
        }
        let by = By { name: its.name.to_string(), key: its.key, room: its.room.name.clone() };
        match here.steward.carry_out(&order, &by).await {
            Ok(ordered) => reply.answered(event::ORDERED, &ordered),
            Err(refusal) => reply.refused(event::ORDER, None, refusal),
        }
    });
}
