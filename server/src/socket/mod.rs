//! What clients send: one verb a file. Nothing else reads a client's words.
//!
//! The handlers are registered in the namespace's connect middleware, as the answer to a
//! connection goes out before any connect handler runs and a first event would be lost. They are
//! not async, as an async one is spawned as a task of its own and two lines of one client could
//! swap: each does its work before it returns, and what must wait is spawned by name.
//!
//! - `enter`: a client connects, and is somebody in a room from then on
//! - `door`: whether it may enter at all
//! - `talk`: it says a line
//! - `typing`: it says that it writes one
//! - `order`: an operator orders something
//! - `ask`: it asks something; `sync`: for a page of history; `search`: for lines with some words
//! - `request`: how the arguments of any event are read

mod ask;
pub(crate) mod door;
pub(crate) mod enter;
mod order;
mod request;
mod search;
mod sync;
mod talk;
mod typing;

use std::{
    future::ready,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use kpl_shared::{
    protocol::{Limits, event},
    refusal::{Code, Refusal},
};
use socketioxide::{SocketIo, extract::SocketRef, handler::ConnectHandler};
use tokio::{
    sync::{Semaphore, mpsc},
    time::Instant,
};

use self::request::{Auth, Request};
use crate::{
    clock::now,
    house::{House, Turn},
    policy::{
        address::Site,
        rate::{Buckets, Rate},
    },
    room::{Rooms, sequencer::Item, session::Session},
    settings::entering::Entering,
    steward::Steward,
    store::{Bringer, Store},
};

/// What the handlers work with.
#[derive(Debug)]
pub struct Context {
    /// The sockets.
    pub io: SocketIo,
    /// Who may enter.
    pub entering: Entering,
    /// How often an address may guess the password.
    pub guesses: Mutex<Buckets>,
    /// Where everything goes that needs an order.
    pub queue: mpsc::Sender<Item>,
    /// How many bytes of text may still wait there.
    pub waiting_bytes: Arc<Semaphore>,
    /// The store, for what needs no order: history and names.
    pub store: Store,
    /// Whose turn it is to read back.
    pub history: Semaphore,
    /// The rooms.
    pub rooms: Arc<Rooms>,
    /// Who keeps order, and who is kept out.
    pub house: Arc<House>,
    /// Carries out orders.
    pub steward: Arc<Steward>,
    /// What is allowed.
    pub limits: Limits,
    /// How many bytes of files are kept of one owner.
    pub file_quota: u64,
    /// Who may speak how fast.
    pub lines: Mutex<Buckets>,
    /// Who may bring files how fast.
    pub uploads: Mutex<Buckets>,
    /// Who may ask how fast.
    pub answers: Mutex<Buckets>,
    /// Who may search how fast.
    pub searches: Mutex<Buckets>,
    /// Who may say how often that it writes.
    pub notices: Mutex<Buckets>,
    /// How often a room hears that someone writes.
    pub heard_notices: Mutex<Buckets>,
    /// When the server started: the rate's clock, which does not jump.
    pub start: Instant,
}

/// How many pages of those who read back stand at the store at once. The others wait their turn
/// here, so that whoever enters does not wait behind all of them. Two, that the store need not wait.
pub const PAGES_AT_ONCE: usize = 2;

/// How often an address may guess the password.
pub const GUESSES: Rate = door::RATE;
/// How fast an owner may bring files: many at once, as one drags in a folder of them.
pub const UPLOADS: Rate = Rate::of(20, 2);
/// How often an owner may say that it writes.
pub const NOTICES: Rate = typing::RATE;
/// How often a room hears that someone writes.
pub const HEARD_NOTICES: Rate = typing::ROOM_RATE;

impl Context {
    /// Takes one of the lines that an owner may say.
    fn take_line(&self, owner: &str) -> Result<(), u64> {
        self.take(&self.lines, owner)
    }

    /// Takes one of the files that an owner may bring.
    pub(crate) fn take_upload(&self, owner: &str) -> Result<(), u64> {
        self.take(&self.uploads, owner)
    }

    /// Whether a file of so many bytes is taken, or one that is only spoken of.
    pub(crate) fn takes_file(&self, bytes: u64, is_brought: bool) -> Result<(), Refusal> {
        let most = self.limits.file_bytes;
        if !is_brought || (most > 0 && bytes <= most) {
            return Ok(());
        }
        let message = match most {
            0 => "this server takes no files".into(),
            most => format!("the file has more than {most} bytes, and more are not allowed"),
        };
        Err(Refusal::new(Code::FileTooLarge, message))
    }

    /// Whom a file counts against: the identity of a key, and the address of a guest.
    pub(crate) fn bringer(&self, uid: Option<&str>, address: IpAddr) -> Bringer {
        let of_guest = || format!("guests from {}", Site::of(address));
        let owner = uid.map_or_else(of_guest, str::to_owned);
        Bringer { owner, quota: self.file_quota, now: now() }
    }

    /// Takes one of the answers to such a question that an owner may have.
    fn take_answer(&self, question: &str, owner: &str) -> Result<(), u64> {
        let buckets = if question == event::SEARCH { &self.searches } else { &self.answers };
        self.take(buckets, owner)
    }

    /// Takes one of the notices that an owner may give, and of those that its room may hear.
    fn take_notice(&self, owner: &str, room: &str) -> Result<(), u64> {
        self.take(&self.notices, owner).and_then(|()| self.take(&self.heard_notices, room))
    }

    /// Takes one of the guesses at the password that an address has.
    fn take_guess(&self, address: IpAddr) -> Result<(), u64> {
        self.take(&self.guesses, &Site::of(address).to_string())
    }

    /// Takes the turn that an owner has in a slow room. Guests, who have another identity at each
    /// connection, have one an address where that tells them apart.
    fn take_turn(&self, session: &Session) -> Result<Option<Turn>, u64> {
        let site = self.house.site(session.address).filter(|_| session.guest);
        let owner = site.map_or_else(|| session.uid.clone(), |site| site.to_string().into());
        let now = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.house.take_turn(&session.room.name, &owner, now)
    }

    fn take(&self, buckets: &Mutex<Buckets>, owner: &str) -> Result<(), u64> {
        let now = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        buckets.lock().unwrap_or_else(PoisonError::into_inner).take(owner, now)
    }
}

/// Lets clients in from now on.
pub fn open(context: Arc<Context>) {
    let io = context.io.clone();
    let admit = async move |socket: SocketRef, Auth(auth): Auth| {
        let session = Arc::new(enter::admit(&context, &socket, &auth?).await?);
        enter::announce(&context, &socket, &session).await?;
        listen(&socket, &session, &context);
        Ok::<(), Refusal>(())
    };
    let connected = |socket: SocketRef| {
        enter::welcome(&socket);
        enter::connected(socket);
        ready(())
    };
    io.ns("/", connected.with(admit));
}

/// Answers a question of a client, in its time.
type Answer = fn(&Arc<Context>, &Arc<Session>, &Arc<Semaphore>, Request);

fn listen(socket: &SocketRef, session: &Arc<Session>, context: &Arc<Context>) {
    socket.extensions.insert(session.clone());

    let (here, its) = (context.clone(), session.clone());
    socket.on(event::TALK, move |request: Request| {
        talk::talk(&here, &its, request);
        ready(())
    });

    socket.on_fallback(move |request: Request| {
        ask::unknown(request);
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
    socket.on(event::TYPING, move |request: Request| {
        typing::typing(&here, &its, request);
        ready(())
    });
    let waiting = Arc::new(Semaphore::new(ask::AT_ONCE));
    for (event, answer) in [
        (event::SYNC, sync::sync as Answer),
        (event::SEARCH, search::search),
        (event::WHO, ask::who),
        (event::HEARTBEAT, ask::heartbeat),
        (event::ORDER, order::order),
    ] {
        let (here, its, waiting) = (context.clone(), session.clone(), waiting.clone());
        socket.on(event, move |request: Request| {
            answer(&here, &its, &waiting, request);
            ready(())
        });
    }
}
