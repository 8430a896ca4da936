//! The link to one server, kept alive for as long as somebody wants it.
//!
//! A [`Connection`] supervises attempts, one after the other: it dials, lives the link until
//! anything at all goes wrong with it, waits a little, and dials again. What the link brings comes
//! as [`Link`] events, in order; the order of events is the contract:
//!
//! `Dialled`, then `Greeted` or `FoundPlain` (and `Greeted` after that, where the server was only
//! slow), then whatever is said, then `Lost`; or `Dialled`,
//! then `Lost`; or `Dialled`, then `TurnedAway` or `Distrusted`, after which nothing more is tried
//! until [`Connection::reconnect_now`] or [`Connection::rename`]. What has come is told before the
//! next `Dialled`, and before the end, however a link ends.
//!
//! A server that has ever greeted us, on this link or years ago, is never taken for a plain one.
//!
//! - `socket`: one Socket.IO connection; the only file that knows the library, and its rules
//! - `guard`: whether the server is the one that is meant
//! - `wire`: what comes, read into the words of the protocol
//! - `live`: one link, from the server's first word until it breaks
//! - `journal`: what the log says of it
//! - `backoff`: how long to wait between attempts

mod backoff;
pub(super) mod guard;
mod journal;
mod live;
mod socket;
pub mod wire;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use kpl_shared::{
    handshake::{Handshake, Key, Password},
    names::{Name, RoomName},
    order::Order,
    protocol::{Search, Sync},
    refusal::{Code, Refusal},
};
use serde_json::Value;
use tokio::{sync::mpsc, task::JoinHandle};

use self::{
    guard::Guard,
    journal::Journal,
    live::Ended,
    socket::{Failure, Socket},
};
use super::{address::Address, greeted::Greeted, trust::Trust};
use crate::model::{effect::Outgoing, event::Link, words::trouble::Trouble};

/// How many events wait for their reader before the link, and so the server, has to wait.
const LINKS_CAPACITY: usize = 64;
/// How many commands wait for the link.
const COMMANDS_CAPACITY: usize = 64;
/// A link that lived as long as this was a good one: the next outage begins anew.
const GOOD_LINK: Duration = Duration::from_secs(2);
/// How often a heartbeat is sent unless settings say otherwise.
pub const HEARTBEAT: Duration = Duration::from_secs(3);

/// What a link needs to know.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// Where to connect. The key has been derived already, so this may be a proxy's address.
    pub address: Address,
    /// Whom to believe that the server there is the one that is meant.
    pub trust: Trust,
    /// The name to ask for; a guest's is given without one.
    pub name: Option<Name>,
    /// What proves the name to this server.
    pub key: Option<Key>,
    /// What lets one in where the server asks for it.
    pub password: Option<Password>,
    /// The room to be in.
    pub room: RoomName,
    /// The history and the last number held of it without a hole, from an earlier link.
    pub resume: Option<(String, u64)>,
    /// How often a heartbeat is sent to a v1 server; three that go unanswered are a dead link.
    pub heartbeat: Duration,
    /// What is kept of whether this server has ever greeted us; none where nothing can be kept.
    pub greeted: Option<Greeted>,
}

impl ConnectionSettings {
    /// The settings of someone who comes for the first time.
    pub fn new(address: Address, name: Option<Name>, key: Option<Key>, room: RoomName) -> Self {
        let (trust, password, greeted) = (Trust::default(), None, None);
        let (resume, heartbeat) = (None, HEARTBEAT);
        Self { address, trust, name, key, password, room, resume, heartbeat, greeted }
    }

    fn auth(&self) -> Value {
        let (epoch, after) = self.resume.clone().unzip();
        let handshake = Handshake {
            v1: true,
            name: self.name.clone(),
            key: self.key.clone(),
            password: self.password.clone(),
            room: self.room.clone(),
            epoch,
            after,
        };
        // A handshake is made of strings and numbers, which JSON cannot fail to hold.
        serde_json::to_value(handshake).unwrap_or_default()
    }
}

/// The supervisor of one link. It ends when this is dropped or closed.
#[derive(Debug)]
pub struct Connection {
    commands: mpsc::Sender<Command>,
    supervisor: JoinHandle<()>,
}

impl Connection {
    /// Begins to connect, within the runtime of the caller. What the link brings must be read
    /// from the receiver: a reader that stops makes the server wait.
    pub fn start(settings: ConnectionSettings) -> (Self, mpsc::Receiver<Link>) {
        let (commands, commanded) = mpsc::channel(COMMANDS_CAPACITY);
        let (links, brought) = mpsc::channel(LINKS_CAPACITY);
        let guard = Guard::new(settings.address.clone(), settings.trust.clone());
        let (journal, greeted, passed) = (Journal::new(), false, None);
        let supervisor =
            Supervisor { settings, guard, commands: commanded, links, journal, greeted, passed };
        let supervisor = tokio::spawn(supervisor.run());
        (Self { commands, supervisor }, brought)
    }

    /// Sends a line. Without a link it is forgotten: the model sends it again on the next one.
    pub async fn send(&self, line: Outgoing) {
        self.command(Command::Send(line)).await;
    }

    /// Asks for a page of history. A plain server has none.
    pub async fn sync(&self, page: Sync) {
        self.command(Command::Sync(page)).await;
    }

    /// Searches the room's lines. A plain server has no search.
    pub async fn search(&self, search: Search) {
        self.command(Command::Search(search)).await;
    }

    /// Says that one writes.
    pub async fn typing(&self) {
        self.command(Command::Typing).await;
    }

    /// Asks who is here.
    pub async fn who(&self) {
        self.command(Command::Who).await;
    }

    /// Has an order carried out.
    pub async fn order(&self, order: Order) {
        self.command(Command::Order(order)).await;
    }

    /// Remembers how far one has come, for the next handshake.
    pub async fn remember(&self, epoch: String, after: u64) {
        self.command(Command::Remember(epoch, after)).await;
    }

    /// Ends the wait for the next attempt, if there is one.
    pub async fn reconnect_now(&self) {
        self.command(Command::Reconnect).await;
    }

    /// Leaves, and comes back under another name.
    pub async fn rename(&self, name: Name) {
        self.command(Command::Rename(name)).await;
    }

    /// Tries to enter with this password, now and from now on.
    pub async fn unlock(&self, password: Password) {
        self.command(Command::Unlock(password)).await;
    }

    /// Says goodbye and ends. Returns what the link has brought that nobody has read yet: it may
    /// say that a line has arrived, which must not be sent once more by the next start.
    pub async fn close(self, mut links: mpsc::Receiver<Link>) -> Vec<Link> {
        drop(self.commands);
        let mut rest = Vec::new();
        while let Some(link) = links.recv().await {
            rest.push(link);
        }
        // It ends within the time of a farewell; how it ended is nobody's business any more.
        let _ended = self.supervisor.await;
        rest
    }

    async fn command(&self, command: Command) {
        // A supervisor that has ended has no use for commands.
        let _unheard = self.commands.send(command).await;
    }
}

/// What the supervisor is told to do.
#[derive(Debug)]
enum Command {
    Send(Outgoing),
    Sync(Sync),
    Search(Search),
    Typing,
    Who,
    Order(Order),
    Remember(String, u64),
    Reconnect,
    Rename(Name),
    Unlock(Password),
}

/// Why something was left before it was done.
#[derive(Debug, PartialEq)]
enum Interrupt {
    /// Nobody wants the link any more.
    Unwanted,
    /// The name changed: whatever was being done, it was under the wrong one.
    Renamed,
    /// Somebody wants to connect now.
    Now,
}

struct Supervisor {
    settings: ConnectionSettings,
    guard: Guard,
    commands: mpsc::Receiver<Command>,
    links: mpsc::Sender<Link>,
    journal: Journal,
    /// Whether the server has greeted us while this program runs.
    greeted: bool,
    /// The last line that a plain server took. Whoever sends it again has not heard of that, and
    /// such a server would keep it twice.
    passed: Option<String>,
}

impl Supervisor {
    async fn run(mut self) {
        let mut outage = Instant::now();
        loop {
            let next = match self.attempt(&mut outage).await {
                Ok(Ended::Lost(why)) => self.pause(why, outage).await,
                Ok(Ended::TurnedAway(refusal)) => {
                    self.stand_outside(Link::TurnedAway(refusal)).await
                }
                Ok(Ended::Distrusted(why)) => self.stand_outside(Link::Distrusted(why)).await,
                Err(interrupt) => Err(interrupt),
            };
            if next == Err(Interrupt::Unwanted) {
                return;
            }
        }
    }

    /// One link, from dialling to its end. `outage` is moved to the end of a good one.
    async fn attempt(&mut self, outage: &mut Instant) -> Result<Ended, Interrupt> {
        self.journal.dials(&self.settings);
        self.tell(Link::Dialled).await?;
        let socket = match self.dial().await? {
            Ok(socket) => socket,
            Err(Failure::Failed(why)) => return Ok(failed(why)),
            Err(Failure::Refused(message)) => return Ok(refused(&message)),
        };
        let begun = Instant::now();
        let ended = self.live(socket).await;
        if begun.elapsed() >= GOOD_LINK {
            *outage = Instant::now();
        }
        ended
    }

    async fn dial(&mut self) -> Result<Result<Socket, Failure>, Interrupt> {
        let (address, auth) = (self.settings.address.clone(), self.settings.auth());
        let mut guard = self.guard.clone(); // Commands are heard while it looks.
        let connector = self.meanwhile(guard.connector()).await?;
        let dialled = match connector {
            Ok(connector) => self.meanwhile(Socket::dial(&address, connector, auth)).await?,
            Err(why) => Err(Failure::Failed(why)),
        };
        let dialled = match dialled {
            Err(Failure::Failed(why)) => {
                Err(Failure::Failed(self.meanwhile(guard.look_closer(why)).await?))
            }
            dialled => dialled,
        };
        self.guard = guard;
        Ok(dialled)
    }

    async fn pause(&mut self, why: Trouble, outage: Instant) -> Result<(), Interrupt> {
        let pause = backoff::pause(outage.elapsed(), backoff::jitter());
        let retry_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        let next = async {
            self.tell(Link::Lost { why, retry_ms }).await?;
            self.meanwhile(tokio::time::sleep(pause)).await
        };
        woken(next.await)
    }

    async fn stand_outside(&mut self, why: Link) -> Result<(), Interrupt> {
        let next = async {
            self.tell(why).await?;
            self.meanwhile(std::future::pending()).await
        };
        woken(next.await)
    }

    /// Tells the reader, who may be busy.
    async fn tell(&mut self, link: Link) -> Result<(), Interrupt> {
        self.journal.brings(&link);
        let links = self.links.clone();
        // A reader that has gone wants no link.
        self.meanwhile(links.send(link)).await?.map_err(|_| Interrupt::Unwanted)
    }

    /// Waits for `what`, and obeys the commands that come before it. Those that need a link are
    /// passed over.
    async fn meanwhile<T>(&mut self, what: impl Future<Output = T>) -> Result<T, Interrupt> {
        let mut what = std::pin::pin!(what);
        loop {
            tokio::select! {
                biased;
                done = &mut what => return Ok(done),
                command = self.commands.recv() => self.note(command)?,
            }
        }
    }

    /// Tells all of it, in order, whatever is commanded meanwhile, and then says whether something
    /// was that matters.
    async fn tell_all(&mut self, untold: VecDeque<Link>) -> Result<(), Interrupt> {
        let links = self.links.clone();
        let mut commanded = Ok(());
        for link in untold {
            let mut permit = std::pin::pin!(links.reserve());
            let permit = loop {
                tokio::select! {
                    permit = &mut permit => break permit,
                    command = self.commands.recv(), if commanded != Err(Interrupt::Unwanted) => {
                        commanded = self.note(command).and(commanded);
                    }
                }
            };
            // A reader that has gone wants no link.
            let permit = permit.map_err(|_| Interrupt::Unwanted)?;
            self.journal.brings(&link);
            permit.send(link);
        }
        commanded
    }

    /// Obeys a command for which there need not be a link. The others are passed over.
    fn note(&mut self, command: Option<Command>) -> Result<(), Interrupt> {
        match command {
            None => return Err(Interrupt::Unwanted),
            Some(Command::Reconnect) => return Err(Interrupt::Now),
            Some(Command::Rename(name)) => {
                self.settings.name = Some(name);
                return Err(Interrupt::Renamed);
            }
            Some(Command::Unlock(password)) => {
                self.settings.password = Some(password);
                return Err(Interrupt::Now);
            }
            Some(Command::Remember(epoch, after)) => self.settings.resume = Some((epoch, after)),
            Some(
                Command::Send(_)
                | Command::Sync(_)
                | Command::Search(_)
                | Command::Typing
                | Command::Who
                | Command::Order(_),
            ) => {}
        }
        Ok(())
    }

    /// Whether this server has ever greeted us. Another program may have been greeted meanwhile.
    fn greets(&self) -> bool {
        self.greeted || self.settings.greeted.as_ref().is_some_and(Greeted::is_noted)
    }

    /// From now on it is known that this server greets.
    fn know_that_it_greets(&mut self) {
        if !std::mem::replace(&mut self.greeted, true)
            && let Some(greeted) = self.settings.greeted.as_ref().filter(|it| !it.is_noted())
        {
            // Where nothing can be kept it is known as long as this program runs.
            let _kept = greeted.note();
        }
    }
}

/// A wait that was cut short is over, unless nobody wants what comes after it.
fn woken(waited: Result<(), Interrupt>) -> Result<(), Interrupt> {
    waited.or_else(|interrupt| match interrupt {
        Interrupt::Unwanted => Err(interrupt),
        Interrupt::Renamed | Interrupt::Now => Ok(()),
    })
}

/// A certificate that is not the right one will not be by waiting, and a person should see it.
fn failed(why: Trouble) -> Ended {
    if why.is_distrust() { Ended::Distrusted(why) } else { Ended::Lost(why) }
}

/// Whether to come back by oneself after a refusal. A server that is full or not ready may take us
/// the next time; whatever else it has against us stays until a person changes something.
fn refused(message: &str) -> Ended {
    let refusal = Refusal::from_connect_error(message);
    match refusal.code {
        Code::Unavailable | Code::TooManyConnections => Ended::Lost(Trouble::Refused(refusal)),
        _ => Ended::TurnedAway(refusal),
    }
}

#[cfg(test)]
mod tests;
