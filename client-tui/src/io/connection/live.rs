//! One link, from the server's first word until it breaks.

use std::{collections::VecDeque, time::Duration};

use kpl_shared::{
    message::Kind,
    protocol::{Heartbeat, TalkOptions, Who, event},
    refusal::{Code, Refusal},
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

/// How long a server has for its first word before it is taken for a plain one.
const HELLO_TIMEOUT: Duration = Duration::from_secs(2);
/// Whoever wakes so late was stopped meanwhile, as by ^Z, and has not waited: a word of the server
/// may be there and not yet be read.
const STANDSTILL: Duration = Duration::from_millis(250);
/// How long one that is known to greet has for that. It may have to wait for its disk; but nothing
/// else tells whether the link still is one, so that another is tried then.
const GREETING_PATIENCE: Duration = Duration::from_secs(6);
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
    /// It may be another server than the one that is meant: only a person can tell.
    Distrusted(Trouble),
}

/// What sort of server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    /// It has not said anything yet.
    Unknown,
    /// It is one that says hello, and has not yet.
    Awaited,
    /// It said hello.
    V1,
    /// It never did.
    Plain,
}

/// What is known of the link that lives.
struct State {
    server: Server,
    /// It said that it will greet us.
    welcomed: bool,
    /// What waits for the reader. While anything does, nothing more is heard: that is how a
    /// reader that is slow makes the server wait, and not our memory grow.
    untold: VecDeque<Link>,
    /// The heartbeat on its way, and when it left.
    beat: Option<(u64, Instant)>,
    beats: u64,
    missed: u32,
    /// When the last line left for a plain server.
    passed: Option<Instant>,
    /// Why an operator ends the link, if one does. It is not made again by itself.
    turned_out: Option<Refusal>,
}

impl Supervisor {
    /// Lives a link. It takes and gives at the same time: waiting for the reader never keeps a
    /// command from leaving.
    pub(super) async fn live(&mut self, mut socket: Socket) -> Result<Ended, Interrupt> {
        let mut state = State::new(self.greets());
        let verdict = self.live_on(&mut socket, &mut state).await;
        // What came before the end is still told: a line that has arrived must not go again.
        let verdict = self.tell_all(std::mem::take(&mut state.untold)).await.and(verdict);
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
        let mut greeting = std::pin::pin!(sleep(GREETING_PATIENCE));
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
                heard = socket.hear(), if state.untold.is_empty() => {
                    if heard == Heard::Welcomed {
                        self.journal.welcomed();
                    }
                    let step = state.hear(heard);
                    if matches!(state.server, Server::Awaited | Server::V1) {
                        self.know_that_it_greets();
                    }
                    step
                }
                command = self.commands.recv() => self.obey(command, socket, state).await?,
                () = &mut hello, if state.server == Server::Unknown => {
                    if hello.deadline().elapsed() < STANDSTILL {
                        state.is_plain();
                    } else {
                        hello.as_mut().reset(Instant::now() + HELLO_TIMEOUT);
                    }
                    Ok(())
                }
                () = &mut greeting, if state.server == Server::Awaited => {
                    Err(self.ungreeted(state.welcomed))
                }
                _ = heartbeat.tick(), if state.server == Server::V1 => state.beat(socket).await,
                _ = probe.tick() => {
                    if socket.is_read() { Ok(()) } else { Err(socket::gave_up()) }
                }
            };
            if let Err(why) = step {
                return Ok(state.turned_out.take().map_or(Ended::Lost(why), Ended::TurnedAway));
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
        let is_known = matches!(state.server, Server::V1 | Server::Plain);
        if let Some(command) = command.as_ref().filter(|_| is_known) {
            self.journal.asks(command);
        }
        Ok(match command {
            None => return Err(Interrupt::Unwanted),
            Some(Command::Rename(name)) => {
                self.settings.name = Some(name);
                return Err(Interrupt::Renamed);
            }
            // We are in. It is for the next time.
            Some(Command::Unlock(password)) => {
                self.settings.password = Some(password);
                Ok(())
            }
            Some(Command::Remember(epoch, after)) => {
                self.settings.resume = Some((epoch, after));
                Ok(())
            }
            Some(Command::Send(line)) => match state.server {
                Server::V1 => {
                    let file = line.file.map(|file| file.hash);
                    let options = TalkOptions { cid: Some(line.cid), kind: line.kind, file };
                    socket.emit(event::TALK, vec![line.text.into(), value(&options)]).await
                }
                Server::Plain => self.pass(line, socket, state).await,
                // The line is of the last link, or of before it was known that a greeting comes.
                // It goes when that has come.
                Server::Unknown | Server::Awaited => Ok(()),
            },
            Some(Command::Sync(page)) if v1 => socket.emit(event::SYNC, vec![value(&page)]).await,
            Some(Command::Search(search)) if v1 => {
                socket.emit(event::SEARCH, vec![value(&search)]).await
            }
            Some(Command::Typing) if v1 => socket.emit(event::TYPING, vec![json!({})]).await,
            Some(Command::Who) if v1 => socket.emit(event::WHO, vec![value(&Who::default())]).await,
            Some(Command::Order(order)) if v1 => {
                socket.emit(event::ORDER, vec![value(&order)]).await
            }
            Some(
                Command::Sync(_)
                | Command::Search(_)
                | Command::Typing
                | Command::Who
                | Command::Order(_)
                | Command::Reconnect,
            ) => Ok(()),
        })
    }

    /// Gives a line to a plain server, once: it knows no ids, and says nothing of having it.
    async fn pass(
        &mut self,
        line: Outgoing,
        socket: &Socket,
        state: &mut State,
    ) -> Result<(), Trouble> {
        if self.passed.as_ref() != Some(&line.cid) {
            let text = self.plain_text(&line);
            // Should it be a v1 server that is slow, the line is kept once all the same.
            let (cid, file) = (Some(line.cid.clone()), line.file.map(|file| file.hash));
            let options = TalkOptions { cid, file, ..TalkOptions::default() };
            socket.emit(event::TALK, vec![text.into(), value(&options)]).await?;
            state.passed = Some(Instant::now());
            self.passed = Some(line.cid.clone());
        }
        state.untold.push_back(Link::Passed { cid: line.cid });
        Ok(())
    }

    /// Why the link is given up of a server that should have greeted us. If not even its word that
    /// it will has come, another server may stand there now, and a person has to say so.
    fn ungreeted(&self, welcomed: bool) -> Trouble {
        let at = self.settings.address.to_string();
        match self.settings.greeted.as_ref().filter(|greeted| greeted.is_noted()) {
            Some(greeted) if !welcomed => {
                Trouble::Ungreeted { at, file: greeted.path().display().to_string() }
            }
            _ => Trouble::ClosedDoor { at },
        }
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
    /// At the beginning of a link to a server of which it is known that it greets, or is not.
    fn new(greets: bool) -> Self {
        Self {
            server: if greets { Server::Awaited } else { Server::Unknown },
            welcomed: false,
            untold: VecDeque::new(),
            beat: None,
            beats: 0,
            missed: 0,
            passed: None,
            turned_out: None,
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
            Heard::Welcomed => {
                self.welcomed = true;
                if self.server != Server::V1 {
                    self.server = Server::Awaited;
                }
            }
            Heard::Beat(n) => {
                if let Some((_, sent)) = self.beat.take_if(|(beat, _)| *beat == n) {
                    let round_trip = sent.elapsed().as_micros().div_ceil(1000);
                    let millis = u32::try_from(round_trip).unwrap_or(u32::MAX);
                    self.untold.push_back(Link::Measured(millis));
                }
            }
            Heard::Brought(link) => match (&link, self.server) {
                // One that was taken for a plain server may only have been slow.
                (Link::Greeted(_), Server::Unknown | Server::Awaited | Server::Plain) => {
                    self.server = Server::V1;
                    self.untold.push_back(link);
                }
                // A v1 server says hello once, and talks to us in `messages`.
                (Link::Greeted(_) | Link::Relayed(..), Server::V1) => {}
                (Link::Relayed(..), Server::Unknown) => {
                    self.is_plain();
                    self.untold.push_back(link);
                }
                (Link::Refused(refused), Server::V1 | Server::Awaited)
                    if refused.event == event::CONNECT
                        && matches!(refused.code, Code::Kicked | Code::Banned) =>
                {
                    self.turned_out = Some(Refusal::new(refused.code, refused.message.clone()));
                }
                (Link::Relayed(..), Server::Plain) | (_, Server::V1) => self.untold.push_back(link),
                (_, Server::Unknown | Server::Awaited | Server::Plain) => {}
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
