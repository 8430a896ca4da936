//! What every way of chatting begins with: a key, a name, an outbox, a link.

use anyhow::Context;
use jiff::{Timestamp, tz::TimeZone};
use kpl_shared::names::{Name, RoomName};
use tokio::{
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

use crate::{
    exit::Exit,
    io::{
        address::Address,
        connection::{Connection, ConnectionSettings},
        folders,
        keys::Secret,
        outbox::{Outbox, Owner},
        random,
    },
    model::event::Link,
    settings::Settings,
};

/// Begins to connect, under a name or as a guest.
pub fn connect(
    settings: &Settings,
    name: Option<Name>,
) -> anyhow::Result<(Connection, mpsc::Receiver<Link>)> {
    let key = match &name {
        Some(_) => Some(Secret::load(&folders::state()?)?.for_origin(&settings.address.origin())),
        None => None,
    };
    let (address, room): (Address, RoomName) = (settings.address.clone(), settings.room.clone());
    Ok(Connection::start(ConnectionSettings::new(address, name, key, room)))
}

/// Opens the outbox of a name, with what an earlier program left in it.
pub fn outbox(settings: &Settings, name: &Name) -> anyhow::Result<Outbox> {
    let origin = settings.address.origin();
    let owner = Owner { origin, room: settings.room.clone(), name: name.clone() };
    Outbox::open(&folders::state()?, owner).context("cannot keep lines on disk")
}

/// What the ids of this program's lines begin with: no other program's ever do.
pub fn cid_prefix() -> anyhow::Result<String> {
    let salt: [u8; 12] = random::bytes().context("no random numbers")?;
    Ok(salt.iter().fold(String::new(), |prefix, byte| prefix + &format!("{byte:02x}")))
}

/// The runtime of the program: one thread, the one that draws.
pub fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")
}

/// The signals that end the program.
#[derive(Debug)]
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Begins to listen. From here on the signals no longer end the program by themselves.
    pub fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen to signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Waits for one of them, and says how the program ends by it.
    pub async fn next(&mut self) -> Exit {
        let kind = tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hang_up.recv() => SignalKind::hangup(),
        };
        Exit::Signal(u8::try_from(kind.as_raw_value()).unwrap_or(u8::MAX))
    }
}

/// Milliseconds since 1970, UTC, and the reader's zone in seconds east of Greenwich.
pub fn now() -> (i64, i32) {
    let now = Timestamp::now();
    (now.as_millisecond(), TimeZone::system().to_offset(now).seconds())
}
