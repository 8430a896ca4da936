//! Many clients, the lines that some of them say, and whether everyone heard them.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::{task::JoinHandle, time};

use crate::{
    client::{Client, Entrance, Tally},
    target::{self, Target},
};

/// How many clients enter at the same time.
const AT_ONCE: usize = 64;
/// How long nothing may come before what is missing counts as lost.
const QUIET: Duration = Duration::from_secs(5);

/// How fast lines are said.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Load {
    /// As fast as they are acknowledged, with so many unacknowledged for each sender.
    Saturated(usize),
    /// So many lines a second, from all senders together.
    Paced(f64),
}

/// What was used and heard during a measurement.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) span: Duration,
    pub(crate) cpu: Duration,
    pub(crate) own_cpu: Duration,
    pub(crate) deliveries: u64,
    pub(crate) lines: u64,
    /// The times to an acknowledgement, sorted.
    pub(crate) ack_times: Vec<Duration>,
    /// How long lines that say when they were said were on their way, sorted.
    pub(crate) ways: Vec<Duration>,
    /// In KiB, at the end.
    pub(crate) rss: u64,
}

/// What has become of all the lines that were said.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Acknowledged lines that a client has not heard, summed over the clients.
    pub(crate) lost: u64,
    pub(crate) holes: u64,
    pub(crate) refused: u64,
    pub(crate) malformed: u64,
    /// Lines that were neither acknowledged nor refused.
    pub(crate) unanswered: u64,
    /// Clients whose connection ended.
    pub(crate) gone: usize,
}

impl Outcome {
    /// Whether everything arrived, as it must at version 1.
    pub(crate) fn is_whole(&self) -> bool {
        self.lost + self.malformed + self.unanswered + self.refused == 0 && self.gone == 0
    }
}

/// The clients of one measurement.
#[derive(Debug)]
pub(crate) struct Crowd {
    pub(crate) clients: Vec<Rc<Client>>,
    pub(crate) tally: Rc<Tally>,
    rooms: Vec<Option<String>>,
    stop: Rc<Cell<bool>>,
    talkers: Vec<JoinHandle<std::io::Result<()>>>,
}

impl Crowd {
    /// Lets the clients in.
    pub(crate) async fn gather(
        server: SocketAddr,
        entrances: Vec<Entrance>,
    ) -> anyhow::Result<Self> {
        let rooms = entrances.iter().map(|entrance| entrance.room.clone()).collect();
        let tally = Rc::new(Tally::default());
        let clients = stream::iter(entrances)
            .map(|entrance| Client::enter(server, entrance, Rc::clone(&tally)))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let (stop, talkers) = (Rc::default(), Vec::new());
        Ok(Self { clients, tally, rooms, stop, talkers })
    }

    /// Lets the first `senders` of the clients talk, until [`Crowd::settle`].
    pub(crate) fn talk(&mut self, senders: usize, load: Load, bytes: usize) {
        let senders = senders.clamp(1, self.clients.len());
        let text: String = "says a line of this length and ".chars().cycle().take(bytes).collect();
        let text: Rc<str> = text.into();
        for (place, client) in self.clients.iter().take(senders).cloned().enumerate() {
            let (text, stop) = (Rc::clone(&text), Rc::clone(&self.stop));
            let talker = match load {
                Load::Saturated(window) => {
                    tokio::task::spawn_local(saturate(client, window, text, stop))
                }
                Load::Paced(rate) => {
                    let every = Duration::from_secs_f64(as_f64(senders) / rate);
                    let delay = every.mul_f64(as_f64(place) / as_f64(senders));
                    tokio::task::spawn_local(pace(client, delay, every, text, stop))
                }
            };
            self.talkers.push(talker);
        }
    }

    /// Measures for a while.
    pub(crate) async fn measure(
        &self,
        target: &Target,
        span: Duration,
    ) -> anyhow::Result<Measured> {
        self.tally.ack_times.borrow_mut().clear();
        self.tally.ways.borrow_mut().clear();
        let (deliveries, lines) = (self.tally.deliveries.get(), self.tally.acked.get());
        let (start, cpu, own_cpu) = (Instant::now(), target.cpu()?, target::own_cpu()?);
        time::sleep(span).await;
        Ok(Measured {
            span: start.elapsed(),
            cpu: target.cpu()?.saturating_sub(cpu),
            own_cpu: target::own_cpu()?.saturating_sub(own_cpu),
            deliveries: self.tally.deliveries.get() - deliveries,
            lines: self.tally.acked.get() - lines,
            ack_times: sorted(&self.tally.ack_times),
            ways: sorted(&self.tally.ways),
            rss: target.rss()?,
        })
    }

    /// Ends the talk, waits for what is on its way, and adds up.
    pub(crate) async fn settle(&mut self) -> anyhow::Result<Outcome> {
        self.stop.set(true);
        for talker in self.talkers.drain(..) {
            let ended = time::timeout(QUIET, talker).await;
            let ended = ended.context("a sender waits for an acknowledgement that never comes")?;
            ended?.context("a sender lost its connection")?;
        }
        let (mut heard, mut since) = (0, Instant::now());
        loop {
            let outcome = self.outcome();
            if outcome.lost == 0 || since.elapsed() > QUIET {
                return Ok(outcome);
            }
            time::sleep(Duration::from_millis(100)).await;
            let now = self.tally.deliveries.get();
            if now != heard {
                (heard, since) = (now, Instant::now());
            } else if since.elapsed() > Duration::from_secs(1) {
                self.ask_for_the_rest().await;
            }
        }
    }

    async fn ask_for_the_rest(&self) {
        for client in self.clients.iter().filter(|client| client.is_v1() && client.is_in()) {
            client.ask_for_the_rest();
            // Whoever is gone is counted as gone.
            client.flush().await.ok();
        }
    }

    fn outcome(&self) -> Outcome {
        let mut said: HashMap<&Option<String>, u64> = HashMap::new();
        for (client, room) in self.clients.iter().zip(&self.rooms) {
            *said.entry(room).or_default() += client.acked.get();
        }
        let mut outcome = Outcome::default();
        for (client, room) in self.clients.iter().zip(&self.rooms) {
            // A plain client never hears itself; a v1 client hears everyone.
            let own = if client.is_v1() { 0 } else { client.acked.get() };
            outcome.lost += (said[room] - own).saturating_sub(client.lines());
            outcome.holes += client.reception.borrow().holes;
            outcome.malformed += client.reception.borrow().malformed;
            outcome.refused += client.refused.get();
            outcome.unanswered += client.unanswered() as u64;
            outcome.gone += usize::from(!client.is_in());
        }
        outcome
    }
}

async fn saturate(
    client: Rc<Client>,
    window: usize,
    text: Rc<str>,
    stop: Rc<Cell<bool>>,
) -> std::io::Result<()> {
    while client.is_in() && !(stop.get() && client.unanswered() == 0) {
        while !stop.get() && client.unanswered() < window {
            client.say(&text);
        }
        client.flush().await?;
        client.answered().await;
    }
    Ok(())
}

async fn pace(
    client: Rc<Client>,
    delay: Duration,
    every: Duration,
    text: Rc<str>,
    stop: Rc<Cell<bool>>,
) -> std::io::Result<()> {
    let mut ticks = time::interval_at(time::Instant::now() + delay, every);
    while client.is_in() && !stop.get() {
        ticks.tick().await;
        client.say(&text);
        client.flush().await?;
    }
    while client.is_in() && client.unanswered() > 0 {
        client.answered().await;
    }
    Ok(())
}

fn sorted(times: &RefCell<Vec<Duration>>) -> Vec<Duration> {
    let mut times = times.take();
    times.sort_unstable();
    times
}

/// Of sorted times, the one that so many of a hundred are not above.
pub(crate) fn percentile(times: &[Duration], share: usize) -> Duration {
    times.get(times.len() * share / 100).copied().unwrap_or_default()
}

/// Fails if nobody heard anything: a figure of nothing is no figure.
pub(crate) fn require_deliveries(measured: &Measured) -> anyhow::Result<()> {
    ensure!(measured.deliveries > 0, "no line was delivered");
    Ok(())
}

/// A count, for reckoning with.
pub(crate) fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
