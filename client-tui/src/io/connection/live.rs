//! One link, from the server's first word until it breaks.

use std::{collections::VecDeque, time::Duration};

use kpl_shared::{
    message::Kind,
    protocol::{Heartbeat, TalkOptions, Who, event},
    refusal::Refusal,
};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at, sleep, sleep_until};

use super::{
    Command, Interrupt, Supervisor,
    socket::{self, Socket},
    wire::Heard,
};
use crate::model::{effect::Outgoing, event::Link, words::trouble::Trouble};

/// How long a server has for its `hello` before it is taken for a plain one.
const HELLO_TIMEOUT: Duration = Duration::from_secs(2);
/// So many heartbeats without any sign of life are the end.
const MISSED_BEATS: u32 = 3;
/// How long a plain server has for the last line before we say goodbye.
const LINGER: Duration = Duration::from_millis(500);
/// How often to look whether the library still reads.
const PROBE: Duration = Duration::from_secs(1);

/// How a link ended, or did not begin.
#[derive(Debug, PartialEq)]
pub(super) enum Ended {
    /// It may come back by itself.
    Lost(Trouble),
    /// Only a person can change something.
    TurnedAway(Refusal),
}

/// What sort of server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    /// It has not said anything yet.
    Unknown,
    /// It said hello.
    V1,
    /// It never did.
    Plain,
}

/// What is known of the link that lives.
struct State {
    server: Server,
    /// What waits for the reader. While anything does, nothing more is heard: that is how a
    /// reader that is slow makes the server wait, and not our memory grow.
    untold: VecDeque<Link>,
    /// The heartbeat on its way, and when it left.
    beat: Option<(u64, Instant)>,
    beats: u64,
    missed: u32,
    /// When the last line left for a plain server.
    passed: Option<Instant>,
}

impl Supervisor {
    /// Lives a link. It takes and gives at the same time: waiting for the reader never keeps a
    /// command from leaving.
    pub(super) async fn live(&mut self, mut socket: Socket) -> Result<Ended, Interrupt> {
        let mut state = State::new();
        let verdict = self.live_on(&mut socket, &mut state).await;
        if verdict.is_err() {
            // We leave of our own will, and the others should see it.
            self.journal.leaves();
            state.linger().await;
            socket.hang_up().await;
        }
        verdict
    }

    async fn live_on(
        &mut self,
        socket: &mut Socket,
        state: &mut State,
    ) -> Result<Ended, Interrupt> {
        let links = self.links.clone();
        let mut hello = std::pin::pin!(sleep(HELLO_TIMEOUT));
        let mut heartbeat = interval(self.settings.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut probe = interval_at(Instant::now() + PROBE, PROBE);
        probe.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let step = tokio::select! {
                permit = links.reserve(), if !state.untold.is_empty() => {
                    let permit = permit.map_err(|_| Interrupt::Unwanted)?;
                    if let Some(link) = state.untold.pop_front() {
                        self.journal.brings(&link);
                        permit.send(link);
                    }
                    Ok(())
                }
                heard = socket.hear(), if state.untold.is_empty() => state.hear(heard),
                command = self.commands.recv() => self.obey(command, socket, state).await?,
                () = &mut hello, if state.server == Server::Unknown => {
                    state.is_plain();
                    Ok(())
                }
                _ = heartbeat.tick(), if state.server == Server::V1 => state.beat(socket).await,
                _ = probe.tick() => {
                    if socket.is_read() { Ok(()) } else { Err(socket::gave_up()) }
                }
            };
            if let Err(why) = step {
                // What came before the end is still told, in order.
                while let Some(link) = state.untold.pop_front() {
                    self.tell(link).await?;
                }
                return Ok(Ended::Lost(why));
            }
        }
    }

    /// Carries out a command. The inner error is the end of the link.
    async fn obey(
        &mut self,
        command: Option<Command>,
        socket: &Socket,
        state: &mut State,
    ) -> Result<Result<(), Trouble>, Interrupt> {
        let v1 = state.server == Server::V1;
        if let Some(command) = command.as_ref().filter(|_| state.server != Server::Unknown) {
            self.journal.asks(command);
        }
        Ok(match command {
            None => return Err(Interrupt::Unwanted),
            Some(Command::Rename(name)) => {
                self.settings.name = Some(name);
                return Err(Interrupt::Renamed);
            }
            Some(Command::Remember(epoch, after)) => {
                self.settings.resume = Some((epoch, after));
                Ok(())
            }
            Some(Command::Send(line)) => match state.server {
                Server::V1 => {
                    let options = TalkOptions { cid: Some(line.cid), kind: line.kind };
                    socket.emit(event::TALK, vec![line.text.into(), value(&options)]).await
                }
                Server::Plain => {
                    let text = self.plain_text(&line);
                    // Should it be a v1 server that is slow, the line is kept once all the same.
                    let options = TalkOptions { cid: Some(line.cid.clone()), kind: Kind::Text };
                    let arguments = vec![text.into(), value(&options)];
                    let sent = socket.emit(event::TALK, arguments).await;
                    if sent.is_ok() {
                        state.passed = Some(Instant::now());
                        state.untold.push_back(Link::Passed { cid: line.cid });
                    }
                    sent
                }
                // Nothing can have been sent on this link yet: the line is of the last one.
                Server::Unknown => Ok(()),
            },
            Some(Command::Sync(page)) if v1 => socket.emit(event::SYNC, vec![value(&page)]).await,
            Some(Command::Search(search)) if v1 => {
                socket.emit(event::SEARCH, vec![value(&search)]).await
            }
            Some(Command::Typing) if v1 => socket.emit(event::TYPING, vec![json!({})]).await,
            Some(Command::Who) if v1 => socket.emit(event::WHO, vec![value(&Who::default())]).await,
            Some(
                Command::Sync(_)
                | Command::Search(_)
                | Command::Typing
                | Command::Who
                | Command::Reconnect,
            ) => Ok(()),
        })
    }

    /// A plain server knows no kinds: an action becomes the words that it would be shown as.
    fn plain_text(&self, line: &Outgoing) -> String {
        match (&self.settings.name, line.kind) {
            (Some(name), Kind::Action) => format!("* {name} {}", line.text),
            _ => line.text.clone(),
        }
    }
}

impl State {
    fn new() -> Self {
        Self {
            server: Server::Unknown,
            untold: VecDeque::new(),
            beat: None,
            beats: 0,
            missed: 0,
            passed: None,
        }
    }

    /// Waits until a plain server has taken the last lines in. Node's reads what has arrived at
    /// once, and forgets the lines in it when a farewell comes with them.
    async fn linger(&self) {
        if let Some(passed) = self.passed {
            sleep_until(passed + LINGER).await;
        }
    }

    fn hear(&mut self, heard: Heard) -> Result<(), Trouble> {
        self.missed = 0; // Whatever comes is a sign of life.
        match heard {
            Heard::Ended(why) => return Err(why),
            Heard::Refused(message) => {
                return Err(Trouble::Refused(Refusal::from_connect_error(&message)));
            }
            Heard::Entered => {}
            Heard::Beat(n) => {
                if let Some((_, sent)) = self.beat.take_if(|(beat, _)| *beat == n) {
                    let round_trip = sent.elapsed().as_micros().div_ceil(1000);
                    let millis = u32::try_from(round_trip).unwrap_or(u32::MAX);
                    self.untold.push_back(Link::Measured(millis));
                }
            }
            Heard::Brought(link) => match (&link, self.server) {
                // One that was taken for a plain server may only have been slow.
                (Link::Greeted(_), Server::Unknown | Server::Plain) => {
                    self.server = Server::V1;
                    self.untold.push_back(link);
                }
                // A v1 server says hello once, and talks to us in `messages`.
                (Link::Greeted(_) | Link::Relayed(..), Server::V1) => {}
                (Link::Relayed(..), Server::Unknown) => {
                    self.is_plain();
                    self.untold.push_back(link);
                }
                (Link::Relayed(..), Server::Plain) | (_, Server::V1) => self.untold.push_back(link),
                (_, Server::Unknown | Server::Plain) => {}
            },
        }
        Ok(())
    }

    fn is_plain(&mut self) {
        self.server = Server::Plain;
        self.untold.push_back(Link::FoundPlain);
    }

    async fn beat(&mut self, socket: &Socket) -> Result<(), Trouble> {
        // While we make the server wait, its answer waits too: that is no silence of its own.
        if self.untold.is_empty() {
            if self.missed >= MISSED_BEATS {
                return Err(Trouble::Silent);
            }
            self.missed += 1;
        }
        self.beats += 1;
        self.beat = Some((self.beats, Instant::now()));
        socket.emit(event::HEARTBEAT, vec![value(&Heartbeat { n: self.beats })]).await
    }
}

fn value<T: Serialize>(body: &T) -> Value {
    // The bodies are made of strings and numbers, which JSON cannot fail to hold.
    serde_json::to_value(body).unwrap_or_default()
}

#[cfg(test)]
mod tests;
