//! What every way of chatting begins with: a key, a name, an outbox, a link.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use jiff::{Timestamp, tz::TimeZone};
use kpl_shared::{
    handshake::Password,
    names::{Name, RoomName},
};
use tokio::{
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

use crate::{
    exit::{self, Exit},
    io::{
        address::Address,
        bookmarks::Bookmarks,
        connection::{self, Connection, ConnectionSettings},
        files::FileServer,
        folders,
        greeted::Greeted,
        ignored::IgnoredFile,
        keys::{self, Secret},
        outbox::{Found, Outbox, Owner},
        random,
    },
    model::{
        event::Link,
        words::{
            Language,
            clock::{Clock, Zone},
            fault::Fault,
        },
    },
    settings::Settings,
};

/// So many findings are told; whoever has more has trouble enough to look into the folder.
const MAX_FINDINGS: usize = 5;

/// Begins to connect, under a name or as a guest.
pub fn connect(
    settings: &Settings,
    name: Option<Name>,
) -> anyhow::Result<(Connection, mpsc::Receiver<Link>)> {
    connect_beating(settings, name, connection::HEARTBEAT)
}

/// The same, with heartbeats so far apart.
pub fn connect_beating(
    settings: &Settings,
    name: Option<Name>,
    heartbeat: Duration,
) -> anyhow::Result<(Connection, mpsc::Receiver<Link>)> {
    let settings = ConnectionSettings { heartbeat, ..link(settings, name)? };
    Ok(Connection::start(settings))
}

/// Where one brings files under a name, and fetches them.
pub fn file_server(settings: &Settings, name: Option<Name>) -> anyhow::Result<FileServer> {
    Ok(FileServer::of(&link(settings, name)?))
}

fn link(settings: &Settings, name: Option<Name>) -> anyhow::Result<ConnectionSettings> {
    let key = match &name {
        Some(_) => Some(keys::at(&folders::state()?, &settings.address.origin())?),
        None => None,
    };
    let (address, room): (Address, RoomName) = (settings.address.clone(), settings.room.clone());
    let (trust, password) = (settings.trust.clone(), password(settings));
    // Without a state folder it is known as long as this program runs.
    let greeted = folders::state().ok().map(|state| Greeted::of(&state, address.origin()));
    let settings = ConnectionSettings::new(address, name, key, room);
    Ok(ConnectionSettings { trust, password, greeted, ..settings })
}

/// What lets one in: the invite that one came by, or the server's password.
fn password(settings: &Settings) -> Option<Password> {
    let invite = settings.address.invite().and_then(|code| Password::parse(&code.to_hex()).ok());
    invite.or_else(|| settings.password.clone())
}

/// What tells one's key from another; none where there is no key yet.
pub fn fingerprint() -> Option<String> {
    // Whatever is wrong with the key is said where it is needed.
    let secret = folders::state().ok().and_then(|state| Secret::read(&state).ok().flatten());
    secret.map(|secret| secret.fingerprint())
}

/// What a person should know before they say anything: that others on the way can read it.
pub fn warning(settings: &Settings) -> Option<String> {
    let at = settings.address.to_string();
    settings.address.is_readable().then(|| settings.language.readable(&at))
}

/// Says it beside whatever the program prints.
pub fn warn_if_readable(settings: &Settings) {
    if let Some(warning) = warning(settings) {
        exit::say(&warning);
    }
}

/// Opens the outbox of a name, with what an earlier program left in it.
pub fn outbox(settings: &Settings, name: &Name) -> anyhow::Result<Outbox> {
    Outbox::open(&folders::state()?, owner(settings, name))
        .map_err(|error| Fault::NoOutbox { why: error.to_string() }.into())
}

/// The outbox of a name where it cannot be opened, which is no reason not to chat.
pub fn unopened_outbox(settings: &Settings, name: &Name) -> anyhow::Result<Outbox> {
    Ok(Outbox::unopened(&folders::state_path()?, owner(settings, name)))
}

fn owner(settings: &Settings, name: &Name) -> Owner {
    let (origin, room) = (settings.address.origin(), settings.room.clone());
    Owner { origin, room, name: name.clone() }
}

/// What was found in the outbox that a person should know of.
pub fn findings(outbox: &Outbox, words: Language) -> impl Iterator<Item = String> {
    outbox.found().iter().take(MAX_FINDINGS).map(move |found| match found {
        Found::Damaged(path) => words.outbox_damaged(&path.display().to_string()),
        Found::Unusable(path, why) => words.outbox_unusable(&path.display().to_string(), why),
        Found::Waiting(name, count) => words.outbox_waiting(name.as_str(), *count),
    })
}

/// Where those who are ignored at this server are kept.
pub fn ignored(settings: &Settings) -> Option<IgnoredFile> {
    // Without a state folder the outbox fails too, and says so.
    let state = folders::state().ok()?;
    Some(IgnoredFile::of(&state, settings.address.origin()))
}

/// Where one stopped reading the room. Without it nothing is known to be unread, which is no reason
/// not to chat.
pub fn bookmarks(settings: &Settings) -> Option<Bookmarks> {
    let folder = folders::state().ok()?;
    Bookmarks::of(&folder, &settings.address.origin(), &settings.room).ok()
}

/// What the ids of this program's lines begin with: no other program's ever do.
pub fn cid_prefix() -> anyhow::Result<String> {
    let salt: [u8; 12] =
        random::bytes().map_err(|error| Fault::NoChance { why: error.to_string() })?;
    Ok(salt.iter().fold(String::new(), |prefix, byte| prefix + &format!("{byte:02x}")))
}

/// The runtime of the program: one thread, the one that draws.
pub fn runtime() -> Result<Runtime, Fault> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|error| Fault::NoStart { why: error.to_string() })
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
    pub fn listen() -> Result<Self, Fault> {
        let listen = |kind| signal(kind).map_err(|error| Fault::NoStart { why: error.to_string() });
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

/// The time, and the zone that this machine is in.
pub fn clock() -> Clock {
    Clock { now: now(), zone: Zone::new(TimeZone::system()) }
}

/// What [`now`] said last, and when.
static LATEST: Mutex<Option<(Instant, i64)>> = Mutex::new(None);

/// Milliseconds since 1970, UTC. It never runs backwards: whatever waits for a moment would wait on
/// and on.
pub fn now() -> i64 {
    let wall = Timestamp::now();
    let mut latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
    let now = onwards(*latest, Instant::now(), wall.as_millisecond());
    *latest = Some((Instant::now(), now));
    now
}

/// What the wall clock says, or what it would say had nobody set it back since it was read last.
fn onwards(latest: Option<(Instant, i64)>, now: Instant, wall: i64) -> i64 {
    let Some((read, said)) = latest else { return wall };
    let passed = i64::try_from(now.duration_since(read).as_millis()).unwrap_or(0);
    wall.max(said.saturating_add(passed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn time_goes_on_when_the_clock_is_set_back_and_leaps_when_it_is_set_forward() {
        let read = Instant::now();
        let later = read + Duration::from_millis(500);

        assert_eq!(onwards(None, read, 10_000), 10_000);
        assert_eq!(onwards(Some((read, 10_000)), later, 10_500), 10_500);
        assert_eq!(onwards(Some((read, 10_000)), later, 2_000), 10_500);
        assert_eq!(onwards(Some((read, 10_000)), later, 90_000), 90_000);
    }
}
