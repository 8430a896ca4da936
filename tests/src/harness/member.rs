//! A v1 client through the real client's connection code, without a screen: for crowds.
//!
//! It behaves as the terminal client does towards its outbox: one line is on its way at a time, it
//! is sent again on every new link, and it counts as acknowledged when it comes back numbered.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use kpl_chat::{
    io::{
        address::Address,
        connection::{Connection, ConnectionSettings},
        trust::Trust,
    },
    model::{effect::Outgoing, event::Link},
};
use kpl_shared::{
    handshake::Key,
    message::{Kind, Message},
    names::{Name, RoomName},
    protocol::{Refused, Sync},
};
use tokio::{sync::mpsc, task::AbortHandle, time::sleep};

use super::{
    raw::key_of,
    timeline::Timeline,
    wait::{PATIENCE, lock, runtime},
};

/// How long an answer to a request may take before it is asked again.
const OVERDUE: Duration = Duration::from_secs(3);

/// A member of a crowd. Dropping it ends its connection.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    shared: Arc<Shared>,
    lines: mpsc::UnboundedSender<String>,
    task: AbortHandle,
}

/// What a member knows.
#[derive(Debug, Default)]
pub struct Known {
    /// What it holds of the room.
    pub timeline: Timeline,
    /// The lines of its own that came back, with their numbers.
    pub acknowledged: Vec<(String, u64)>,
    /// The lines that it still has to get through, the first of them on its way.
    pub outbox: VecDeque<Outgoing>,
    /// What was refused.
    pub refused: Vec<Refused>,
    /// Whether there is a link.
    pub live: bool,
    /// When the server greeted us, each time.
    pub greeted: Vec<Instant>,
    /// Why links were lost, in order.
    pub losses: Vec<String>,
}

#[derive(Debug, Default)]
struct Shared {
    known: Mutex<Known>,
    news: Condvar,
}

impl Member {
    /// Begins to connect to a port of loopback under a name, with a key of its own, and with
    /// heartbeats so far apart; three without an answer are the end of a link.
    pub fn join(port: u16, name: &str, heartbeat: Duration) -> Result<Self> {
        let address = Address::parse(&format!("http://127.0.0.1:{port}"))?;
        Self::trusting(Trust::default(), address, name, heartbeat)
    }

    /// The same at any address, of a server that is trusted so.
    pub fn trusting(
        trust: Trust,
        address: Address,
        name: &str,
        heartbeat: Duration,
    ) -> Result<Self> {
        let key = Key::parse(&key_of(name));
        let room = RoomName::default();
        let settings = ConnectionSettings {
            trust,
            heartbeat,
            ..ConnectionSettings::new(address, Some(Name::parse(name)?), key, room)
        };
        let shared = Arc::new(Shared::default());
        let (lines, said) = mpsc::unbounded_channel();
        let task = runtime().spawn(live(settings, name.to_owned(), said, shared.clone()));
        Ok(Self { name: name.into(), shared, lines, task: task.abort_handle() })
    }

    /// Says a line, now or as soon as there is a link.
    pub fn say(&self, text: &str) -> Result<()> {
        self.lines.send(text.into()).ok().context("the member has left")
    }

    /// Looks at what it knows.
    pub fn look<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&lock(&self.shared.known))
    }

    /// The lines that it holds.
    pub fn lines(&self) -> Vec<Message> {
        self.look(|known| known.timeline.lines())
    }

    /// Waits until what it knows is as the condition wants it.
    pub fn wait(&self, what: &str, condition: impl FnMut(&Known) -> bool) -> Result<()> {
        self.wait_within(PATIENCE, what, condition)
    }

    /// Waits, but not longer than `deadline`.
    pub fn wait_within(
        &self,
        deadline: Duration,
        what: &str,
        mut condition: impl FnMut(&Known) -> bool,
    ) -> Result<()> {
        let end = Instant::now() + deadline;
        let mut known = lock(&self.shared.known);
        while !condition(&known) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!(
                    "{} waited {deadline:?} for this: {what}; {} acknowledged, {} to go, next {}, \
                     {} greetings, losses {:?}, refused {:?}",
                    self.name,
                    known.acknowledged.len(),
                    known.outbox.len(),
                    known.timeline.log.next(),
                    known.greeted.len(),
                    known.losses.iter().rev().take(3).collect::<Vec<_>>(),
                    known.refused.last(),
                );
            }
            let woken = self.shared.news.wait_timeout(known, left);
            known = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What an event asks of the loop.
#[derive(Default)]
struct Todo {
    sync: Option<Sync>,
    send: Option<Outgoing>,
    /// Send the first line again after this time.
    again: Option<Duration>,
}

async fn live(
    settings: ConnectionSettings,
    name: String,
    mut said: mpsc::UnboundedReceiver<String>,
    shared: Arc<Shared>,
) {
    let (connection, mut links) = Connection::start(settings);
    let mut count = 0_u64;
    let mut again = None;
    let mut awaited = None;
    loop {
        let todo = tokio::select! {
            link = links.recv() => match link {
                Some(link) => lock(&shared.known).take(link),
                None => return,
            },
            text = said.recv() => match text {
                Some(text) => {
                    count += 1;
                    let cid = format!("{name}-{count}");
                    lock(&shared.known).keep(Outgoing { cid, kind: Kind::Text, text, file: None })
                }
                None => return,
            },
            () = sleep(again.unwrap_or_default()), if again.is_some() => {
                Todo { send: lock(&shared.known).outbox.front().cloned(), ..Todo::default() }
            }
            () = sleep(OVERDUE), if awaited.is_some() => {
                let mut known = lock(&shared.known);
                // Nothing at all came for so long, so the answer is lost.
                let sync = known.timeline.log.overdue();
                Todo { sync, ..Todo::default() }
            }
        };
        shared.news.notify_all();
        if let Some(sync) = todo.sync {
            connection.sync(sync).await;
        }
        if let Some(line) = todo.send {
            connection.send(line).await;
        }
        again = todo.again;
        let resume = {
            let known = lock(&shared.known);
            awaited = known.timeline.log.awaits();
            known.timeline.log.resume().map(|(epoch, after)| (epoch.to_owned(), after))
        };
        if let Some((epoch, after)) = resume {
            connection.remember(epoch, after).await;
        }
    }
}

impl Known {
    /// Takes up a new line; alone and with a link, it leaves at once.
    fn keep(&mut self, line: Outgoing) -> Todo {
        self.outbox.push_back(line.clone());
        let alone = self.outbox.len() == 1 && self.live;
        Todo { send: alone.then_some(line), ..Todo::default() }
    }

    fn take(&mut self, link: Link) -> Todo {
        match link {
            Link::Greeted(hello) => {
                self.live = true;
                self.greeted.push(Instant::now());
                let sync = self.timeline.greet(hello);
                Todo { sync, send: self.outbox.front().cloned(), ..Todo::default() }
            }
            Link::Told(told) => {
                let sends = self.acknowledge(&told.messages);
                let sync = self.timeline.take(told);
                let send = if sends { self.outbox.front().cloned() } else { None };
                Todo { sync, send, ..Todo::default() }
            }
            Link::Beaconed(heads) => Todo { sync: self.timeline.beacon(&heads), ..Todo::default() },
            Link::Refused(refused) => {
                let retry = Duration::from_millis(refused.retry_ms.unwrap_or(100));
                self.refused.push(refused);
                Todo { again: Some(retry), ..Todo::default() }
            }
            Link::Lost { why, .. } => self.lose(format!("{why:?}")),
            Link::Distrusted(why) => self.lose(format!("not trusted: {why:?}")),
            Link::TurnedAway(refusal) => self.lose(format!("turned away: {refusal}")),
            _ => Todo::default(),
        }
    }

    fn lose(&mut self, why: String) -> Todo {
        self.live = false;
        self.losses.push(why);
        self.timeline.log.lost();
        Todo::default()
    }

    /// Takes lines of ours off the outbox that came back, and says whether there were any.
    fn acknowledge(&mut self, lines: &[Message]) -> bool {
        let Some(hello) = &self.timeline.hello else { return false };
        let mut any = false;
        for line in lines.iter().filter(|line| line.uid == hello.you.uid) {
            let first =
                self.outbox.front().is_some_and(|first| Some(&first.cid) == line.cid.as_ref());
            if first {
                self.outbox.pop_front();
                self.acknowledged.push((line.text.clone(), line.seq));
                any = true;
            }
        }
        any
    }
}
