//! The one task that everything passes through which needs an order: who comes, who goes, and
//! every line, which it numbers and keeps, then tells, then acknowledges.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use kpl_shared::{
    handshake::VERSION,
    message::Message,
    protocol::{
        Heads, Hello, Limits, MAX_HEARD_BYTES, MAX_NAMED_PRESENCE, MAX_PAGE, Member, Members,
        Messages, Presence, You, event,
    },
    refusal::{Code, Refusal},
};
use socketioxide::{SocketIo, extract::SocketRef};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, oneshot},
    time::{Instant, MissedTickBehavior},
};

use super::{
    Room, Rooms,
    presence::{Change, News},
    session::Session,
};
use crate::{
    clock::now,
    fanout::{self, Reply},
    house::{self, House, Turn},
    store::{Draft, Kept, Owner, Page, Span, Store},
};

/// How many things may wait. Past that, lines are refused for the moment.
pub const QUEUE: usize = 8192;
/// How many bytes of text may wait: at least one line, however long lines may be.
pub const QUEUE_BYTES: usize = 16 << 20;
/// How many things are taken from the queue for one commit.
const BATCH: usize = 256;
/// How long after a line the beacon tells the room's number, in seconds.
const BEACON_SECONDS: u64 = 5;
/// When a line may be tried again that the store could not keep.
const RETRY_MS: u64 = 1000;

/// What needs an order.
#[derive(Debug)]
pub enum Item {
    /// A client is let in. It is told so behind this, and its socket comes once that has been said:
    /// so whoever hears that it is in, and says a line to it, comes after it. None comes if the
    /// connection is lost at that moment.
    Enter(oneshot::Receiver<SocketRef>, Arc<Session>),
    /// A client's connection has ended.
    Leave(Arc<Session>),
    /// Somebody is an operator from now on, or no longer.
    Appointed(Arc<Session>, bool),
    /// A client asks who is here.
    Who(Reply, Arc<Session>),
    /// A client says something.
    Say(Box<Line>),
    /// The server stops: after this nothing more is kept. Answered when all is told.
    Stop(oneshot::Sender<()>),
}

/// A line that waits for its number.
#[derive(Debug)]
pub struct Line {
    /// Who says it.
    pub session: Arc<Session>,
    /// The way back.
    pub reply: Reply,
    /// What is said.
    pub draft: Draft,
    /// The turn that was taken for it in a slow room.
    pub turn: Option<Turn>,
    /// Its place among the bytes that may wait, until it is told.
    pub place: OwnedSemaphorePermit,
}

/// What the sequencer works with.
#[derive(Debug)]
pub struct Sequencer {
    /// The sockets.
    pub io: SocketIo,
    /// The store.
    pub store: Store,
    /// The rooms.
    pub rooms: Arc<Rooms>,
    /// Who keeps order, and who is kept out.
    pub house: Arc<House>,
    /// What `hello` says is allowed.
    pub limits: Limits,
}

impl Sequencer {
    /// Works until the queue ends or the server stops.
    pub async fn run(self, mut queue: mpsc::Receiver<Item>) {
        let start = Instant::now();
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                taken = queue.recv_many(&mut batch, BATCH) => {
                    if taken == 0 {
                        return;
                    }
                    if let Some(stopped) = self.work(&mut batch).await {
                        queue.close();
                        while queue.recv_many(&mut batch, BATCH).await > 0 {
                            self.work(&mut batch).await;
                        }
                        let _nobody_waits = stopped.send(());
                        return;
                    }
                }
                now = second.tick() => self.tick(now.duration_since(start).as_secs()).await,
            }
        }
    }

    /// Comings and goings count first, then the batch's lines are one commit: whoever has come
    /// hears them live, and what was said before is in its replay.
    async fn work(&self, batch: &mut Vec<Item>) -> Option<oneshot::Sender<()>> {
        let mut lines = Vec::with_capacity(batch.len());
        let mut stop = None;
        for item in batch.drain(..) {
            match item {
                Item::Enter(connected, session) => {
                    if let Ok(socket) = connected.await {
                        self.enter(&socket, session).await;
                    }
                }
                Item::Leave(session) => self.leave(&session),
                Item::Appointed(session, op) => {
                    session.room.live().presence.appoint(&self.member(&session), op);
                }
                Item::Who(reply, session) => who(reply, &session),
                Item::Say(line) => lines.push(*line),
                Item::Stop(stopped) => stop = Some(stopped),
            }
        }
        if !lines.is_empty() {
            self.keep_and_tell(lines).await;
        }
        stop
    }

    async fn enter(&self, socket: &SocketRef, session: Arc<Session>) {
        if !socket.connected() {
            return;
        }
        if self.is_claimed(&session).await {
            fanout::send_off(socket, &session.name);
            return;
        }
        if session.is_uninvited(&self.house) {
            fanout::turn_out(socket, house::invite_is_taken_back());
            return;
        }
        // Banned while it was on its way in. From here on it is found by whoever bans it.
        let claims = session.claims();
        if let Some(ban) = self.house.ban(&session.marks(&claims, &self.house), now()) {
            fanout::turn_out(socket, house::refusal(&ban.told));
            return;
        }
        let room = &session.room;
        if session.v1 {
            self.greet(socket, &session).await;
        }
        session.present.store(true, Ordering::Release);
        let _already = session.inside.set(());
        room.live().presence.enter(&self.member(&session), socket.clone());
        room.audience.admit(socket, session.v1);
    }

    fn member(&self, session: &Session) -> Member {
        Member {
            name: session.name.as_str().into(),
            uid: session.uid.as_ref().into(),
            guest: session.guest,
            since: session.since,
            op: self.house.is_operator(session.key.as_ref()),
        }
    }

    /// Whether a name was claimed, or given free and claimed anew, while whoever has it was on the
    /// way in. From here on they are found by whoever claims it or gives it free.
    async fn is_claimed(&self, session: &Session) -> bool {
        let may_be = if session.guest {
            !session.name.is_of_guests()
        } else {
            session.releases != self.house.releases()
        };
        may_be && {
            let key = session.key.filter(|_| !session.guest);
            match self.store.owner(session.name.clone(), key).await {
                Ok(Owner::Another) => true,
                Ok(Owner::Nobody) => !session.guest,
                Ok(Owner::You { .. }) | Err(_) => false,
            }
        }
    }

    /// `hello`, then the first page after what the client holds.
    async fn greet(&self, socket: &SocketRef, session: &Session) {
        let room = &session.room;
        let hello = Hello {
            v: VERSION,
            server: concat!("kpl-server ", env!("CARGO_PKG_VERSION")).into(),
            epoch: self.store.epoch().into(),
            you: You {
                name: session.name.as_str().into(),
                uid: session.uid.as_ref().into(),
                guest: session.guest,
                op: self.house.is_operator(session.key.as_ref()),
            },
            room: room.name.clone(),
            head: room.head(),
            topic: None,
            limits: self.limits.clone(),
        };
        fanout::send(socket, event::HELLO, &hello);
        let Some(after) = session.after.filter(|&after| after < hello.head) else { return };
        let Page { messages, more } = match room.recent_after(after, MAX_PAGE.into()) {
            Some(page) => page,
            None => match self.store.page(room.name.clone(), Span::After(after), MAX_PAGE).await {
                Ok(page) => page,
                Err(error) => {
                    // The client sees from `hello` that it is behind, and asks.
                    tracing::error!(%error, "a replay could not be read");
                    return;
                }
            },
        };
        let (room, epoch, head) = (room.name.clone(), hello.epoch, hello.head);
        let page = Messages { room, epoch, head, messages, more, req: None };
        fanout::send(socket, event::MESSAGES, &page);
    }

    fn leave(&self, session: &Session) {
        if session.present.swap(false, Ordering::AcqRel) {
            session.room.live().presence.leave(&self.member(session));
        }
    }

    async fn keep_and_tell(&self, lines: Vec<Line>) {
        let mut drafts = Vec::with_capacity(lines.len());
        let mut authors = Vec::with_capacity(lines.len());
        let mut places = Vec::with_capacity(lines.len());
        let mut turns = Vec::with_capacity(lines.len());
        for Line { session, reply, draft, turn, place } in lines {
            authors.push((session, reply, draft.cid.clone()));
            turns.push(turn);
            drafts.push(draft);
            places.push(place);
        }
        match self.store.append(drafts).await {
            Ok(answers) => {
                let mut kept = Vec::with_capacity(answers.len());
                let mut its = Vec::with_capacity(answers.len());
                for ((answer, author), turn) in answers.into_iter().zip(authors).zip(turns) {
                    match answer {
                        Ok(line) => {
                            kept.push(line);
                            its.push(author);
                        }
                        Err(unkept) => {
                            self.house.give_back(turn.as_ref());
                            let (_, reply, cid) = author;
                            reply.refused(event::TALK, cid, unkept.into());
                        }
                    }
                }
                self.tell(kept, its).await;
            }
            Err(error) => {
                tracing::error!(%error, lines = authors.len(), "lines could not be kept");
                for ((_, reply, cid), turn) in authors.into_iter().zip(turns) {
                    self.house.give_back(turn.as_ref());
                    let message = "the server cannot store lines now; nothing was kept";
                    let refusal = Refusal::for_now(Code::Unavailable, message, RETRY_MS);
                    reply.refused(event::TALK, cid, refusal);
                }
            }
        }
        drop(places);
    }

    /// Tells what was kept, room by room in the order of numbers, then acknowledges it.
    async fn tell(&self, kept: Vec<Kept>, authors: Vec<(Arc<Session>, Reply, Option<String>)>) {
        let mut fresh: Vec<(Arc<Room>, Vec<Message>)> = Vec::new();
        for (Kept { message, again }, (session, reply, _)) in kept.iter().zip(&authors) {
            if *again {
                continue;
            }
            let room = &session.room;
            match fresh.iter_mut().find(|(other, _)| Arc::ptr_eq(other, room)) {
                Some((_, lines)) => lines.push(message.clone()),
                None => fresh.push((room.clone(), vec![message.clone()])),
            }
            let content = self.bytes(message).await;
            room.audience.relay(reply.socket(), &room.name, message, content).await;
        }
        for (room, lines) in fresh {
            room.advance(&lines);
            let epoch = self.store.epoch();
            room.audience.tell(&self.io, &room.name, epoch, room.head(), lines).await;
        }
        for (Kept { message, again }, (session, reply, _)) in kept.into_iter().zip(authors) {
            if again && session.v1 && !reply.is_awaited() {
                // It came numbered once already; whoever asks again has missed it.
                let room = session.room.name.clone();
                let (epoch, head) = (self.store.epoch().into(), session.room.head());
                let messages = vec![message];
                let page = Messages { room, epoch, head, messages, more: false, req: None };
                fanout::send(reply.socket(), event::MESSAGES, &page);
            } else {
                reply.kept(&message, again);
            }
        }
    }

    /// The file that a line is about, if it is so small that plain clients hear it.
    async fn bytes(&self, line: &Message) -> Option<Bytes> {
        let file = line.file.as_deref().filter(|file| file.size <= MAX_HEARD_BYTES)?;
        match tokio::fs::read(self.store.cabinet().path(file.hash)).await {
            Ok(content) => Some(content.into()),
            Err(error) => {
                tracing::error!(%error, "a file that was kept cannot be read");
                None
            }
        }
    }

    async fn tick(&self, now: u64) {
        for room in self.rooms.open_now() {
            let head = room.head();
            let (beacon, news) = {
                let mut live = room.live();
                let (told, at) = live.beacon;
                let beacon = head != told && now >= at + BEACON_SECONDS;
                if beacon {
                    live.beacon = (head, now);
                }
                (beacon, live.presence.news())
            };
            if beacon {
                let rooms = BTreeMap::from([(room.name.clone(), head)]);
                room.audience.beacon(&self.io, &Heads { rooms }).await;
            }
            if let Some(news) = news {
                self.tell_presence(&room, news).await;
            }
        }
    }

    async fn tell_presence(&self, room: &Room, news: News<SocketRef>) {
        let audience = &room.audience;
        let presence = |member| Presence {
            room: room.name.clone(),
            member,
            total: room.live().presence.total(),
        };
        match news {
            News::Count => audience.tell_count(&self.io, &presence(None)).await,
            News::All => audience.tell_members(&self.io, &members(room)).await,
            News::Changes(changes) => {
                for change in changes {
                    match change {
                        Change::Came(member, newcomer) => {
                            audience.tell_joined(&newcomer, &presence(Some(member))).await;
                        }
                        Change::Left(member) => {
                            audience.tell_left(&self.io, &presence(Some(member))).await;
                        }
                    }
                }
            }
        }
    }
}

fn who(reply: Reply, session: &Session) {
    reply.answered(event::MEMBERS, &members(&session.room));
}

fn members(room: &Room) -> Members {
    let live = room.live();
    let (members, total) = (live.presence.list(MAX_NAMED_PRESENCE), live.presence.total());
    Members { room: room.name.clone(), members, total }
}
