//! What clients send: one verb a file. Nothing else reads a client's words.
//!
//! The handlers are registered in the namespace's connect middleware, as the answer to a
//! connection goes out before any connect handler runs and a first event would be lost. They are
//! not async, as an async one is spawned as a task of its own and two lines of one client could
//! swap: each does its work before it returns, and what must wait is spawned by name.
//!
//! - `enter`: a client connects, and is somebody in a room from then on
//! - `talk`: it says a line
//! - `sync`: it asks for a page of history
//! - `request`: how the arguments of any event are read

mod enter;
mod request;
mod sync;
mod talk;

use std::{
    future::ready,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use kpl_shared::{
    protocol::{Heartbeat, Limits, event},
    refusal::{Code, Refusal},
};
use serde_json::Value;
use socketioxide::{
    SocketIo,
    extract::{Data, SocketRef, TryData},
    handler::ConnectHandler,
};
use tokio::{
    sync::{Semaphore, mpsc},
    time::Instant,
};

use self::request::Request;
use crate::{
    fanout,
    policy::rate::Buckets,
    room::{Rooms, sequencer::Item, session::Session},
    store::Store,
};

/// What the handlers work with.
#[derive(Debug)]
pub struct Context {
    /// The sockets.
    pub io: SocketIo,
    /// Where everything goes that needs an order.
    pub queue: mpsc::Sender<Item>,
    /// The store, for what needs no order: history and names.
    pub store: Store,
    /// The rooms.
    pub rooms: Arc<Rooms>,
    /// What is allowed.
    pub limits: Limits,
    /// Who may speak how fast.
    pub buckets: Mutex<Buckets>,
    /// When the server started: the rate's clock, which does not jump.
    pub start: Instant,
}

impl Context {
    /// Takes one of an owner's tokens.
    fn take_token(&self, owner: &str) -> Result<(), u64> {
        let now = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(owner, now)
    }
}

/// Lets clients in from now on.
pub fn open(context: Arc<Context>) {
    let io = context.io.clone();
    let at_the_door = context.clone();
    let admit = async move |socket: SocketRef, TryData::<Value>(auth)| {
        let session = enter::admit(&at_the_door, &socket, &auth.unwrap_or(Value::Null)).await?;
        listen(&socket, Arc::new(session), at_the_door.clone());
        Ok::<(), Refusal>(())
    };
    let connected = async move |socket: SocketRef| enter::announce_later(&context, socket).await;
    io.ns("/", connected.with(admit));
}

fn listen(socket: &SocketRef, session: Arc<Session>, context: Arc<Context>) {
    socket.extensions.insert(session.clone());

    let (here, its) = (context.clone(), session.clone());
    socket.on(event::TALK, move |request: Request| {
        talk::talk(&here, &its, request);
        ready(())
    });

    let leaving = context.queue.clone();
    let its = session.clone();
    socket.on_disconnect(async move || {
        // The queue ends with the server; then there is nobody left to leave.
        let _ended = leaving.send(Item::Leave(its)).await;
    });

    if !session.v1 {
        return;
    }
    let (here, its) = (context.clone(), session.clone());
    let pages = Arc::new(Semaphore::new(sync::AT_ONCE));
    socket.on(event::SYNC, move |request: Request| {
        sync::sync(&here, &its, &pages, request);
        ready(())
    });

    socket.on(event::WHO, move |socket: SocketRef| {
        let item = Item::Who(socket.clone(), session.clone());
        if context.queue.try_send(item).is_err() {
            let refusal = Refusal::for_now(Code::Unavailable, "the server is busy", 1000);
            fanout::Reply::new(socket, None).refused(event::WHO, None, refusal);
        }
        ready(())
    });

    socket.on(event::HEARTBEAT, |socket: SocketRef, Data::<Heartbeat>(heartbeat)| {
        fanout::send(&socket, event::HEARTBEAT, &heartbeat);
        ready(())
    });
}

/// Milliseconds since 1970, UTC, by the machine's clock.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
