//! `kpl-chat tail`: prints the room, each line once, in order, without a hole.

use std::{
    io::{self, BufWriter, Write},
    time::Duration,
};

use kpl_shared::{
    message::Kind,
    names::RoomName,
    protocol::{Heard, Hello, Messages, Sync},
};
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use crate::{
    exit::{self, Exit},
    io::connection::Connection,
    model::{
        event::Link,
        room::log::{Log, Taken},
        text::filed,
        words::{Language, fault::Fault, trouble::Trouble},
    },
    patience::Patience,
    print,
    settings::Settings,
    start::{self, Signals},
    unlock::{Asked, Unlocking},
};

/// After how long an answer is overdue.
const OVERDUE: Duration = Duration::from_secs(5);

/// Prints the last `lines` lines, and then goes on if it is to follow.
pub async fn run(
    settings: &Settings,
    lines: u32,
    follow: bool,
    json: bool,
) -> anyhow::Result<Exit> {
    let out = BufWriter::new(io::stdout().lock());
    let reading = Reading {
        log: Log::new(),
        room: None,
        lines: lines.into(),
        goal: None,
        follow,
        json,
        language: settings.language,
        out,
    };
    match read(settings, reading).await {
        // Whoever read our output has what it wanted.
        Err(error) if exit::is_closed_pipe(&error) => Ok(Exit::Done),
        exit => exit,
    }
}

async fn read(settings: &Settings, mut reading: Reading<impl Write>) -> anyhow::Result<Exit> {
    let follow = reading.follow;
    let mut signals = Signals::listen()?;
    start::warn_if_readable(settings);
    // Reading needs no name; who has none that will do reads as a guest.
    let (connection, mut links) = start::connect(settings, settings.name().ok().cloned())?;
    let mut patience = Patience::start(settings.language);
    let mut overdue = Instant::now() + OVERDUE;
    let mut awaited = None;
    let mut unlocking = Unlocking::default();
    let exit = loop {
        tokio::select! {
            exit = signals.next() => break exit,
            link = links.recv() => {
                let Some(link) = link else { return Err(Fault::LinkGaveUp.into()) };
                match &link {
                    Link::FoundPlain if !follow => {
                        exit::say(&settings.language.no_history_here());
                        break Exit::Done;
                    }
                    Link::Greeted(_) | Link::FoundPlain => patience.linked(),
                    // Once it has begun to follow it goes on, however long the server is away.
                    Link::Lost { why, .. } if !(follow && reading.goal.is_some()) => {
                        patience.lost(why.clone());
                    }
                    Link::Distrusted(why) => {
                        exit::distrusted(settings.language, why, 0);
                        break Exit::Unreachable;
                    }
                    Link::TurnedAway(refusal) => {
                        match unlocking.ask(&connection, refusal, &mut signals, settings.language).await {
                            Asked::Tried(_) => patience = Patience::start(settings.language),
                            Asked::Ended(exit) => break exit,
                            Asked::Nobody => {
                                exit::turned_away(settings.language, refusal);
                                break Exit::Refused;
                            }
                        }
                    }
                    _ => {}
                }
                let next = reading.log.next();
                if let Some(ask) = reading.hear(link)? {
                    connection.sync(ask).await;
                }
                if reading.log.next() > next || (follow && reading.goal.is_some()) {
                    patience.worked();
                }
                remember(&connection, &reading.log).await;
                if reading.is_done() && !follow {
                    break Exit::Done;
                }
            }
            () = sleep_until(overdue), if awaited.is_some() => {
                if let Some(ask) = reading.log.overdue() {
                    connection.sync(ask).await;
                }
                awaited = None;
                if !follow {
                    patience.hindered(Trouble::Silent);
                }
            }
            () = patience.ends() => {
                patience.complain(0);
                break Exit::Unreachable;
            }
        }
        let awaits = reading.log.awaits();
        if awaits != awaited {
            (awaited, overdue) = (awaits, Instant::now() + OVERDUE);
        }
    };
    // What comes now is for the next run: this one has what it was to print.
    let _rest = connection.close(links).await;
    Ok(exit)
}

async fn remember(connection: &Connection, log: &Log) {
    if let Some((epoch, after)) = log.resume() {
        connection.remember(epoch.to_owned(), after).await;
    }
}

/// What has been printed, and what is still to come.
struct Reading<W> {
    log: Log,
    room: Option<RoomName>,
    /// How many of the last lines of a history to begin with.
    lines: u64,
    /// The last number that there was when the history was first seen.
    goal: Option<u64>,
    /// Whether what is said after that is printed, too.
    follow: bool,
    json: bool,
    language: Language,
    out: W,
}

impl<W: Write> Reading<W> {
    /// Takes in what the link brings, prints what is new, and says what to ask for.
    fn hear(&mut self, link: Link) -> io::Result<Option<Sync>> {
        match link {
            Link::Greeted(hello) => Ok(self.greet(&hello)),
            Link::Told(told) => self.told(told),
            Link::Beaconed(heads) => {
                let head = self.room.as_ref().and_then(|room| heads.rooms.get(room)).copied();
                Ok(head.and_then(|head| self.log.beacon(head)))
            }
            Link::Relayed(text, heard) => self.relayed(&text, heard.as_ref()).map(|()| None),
            Link::Lost { .. } => {
                self.log.lost();
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// Whether everything that there was at the start has been printed.
    fn is_done(&self) -> bool {
        self.goal.is_some_and(|goal| self.log.next() > goal)
    }

    /// Goes on in the same history; begins in a new one as many lines before its end as wanted.
    fn greet(&mut self, hello: &Hello) -> Option<Sync> {
        self.room = Some(hello.room.clone());
        let resumes = self
            .log
            .resume()
            .is_some_and(|(epoch, after)| epoch == hello.epoch && after <= hello.head);
        if resumes {
            return self.log.greet(hello).ask.filter(|ask| ask.after.is_some());
        }
        self.goal = Some(hello.head);
        let head = hello.head.saturating_sub(self.lines);
        self.log = Log::new();
        // The log offers to load what lies before; nobody scrolls up here.
        let _older = self.log.greet(&Hello { head, ..hello.clone() });
        self.log.beacon(hello.head)
    }

    fn told(&mut self, told: Messages) -> io::Result<Option<Sync>> {
        let Taken { fresh, ask, .. } = self.log.take(told);
        if fresh > 0 {
            let clock = start::clock();
            let last = self.goal.filter(|_| !self.follow).unwrap_or(u64::MAX);
            for line in self.log.latest(fresh).take_while(|line| line.seq <= last) {
                if self.json {
                    print::json(&mut self.out, &line.to_message())?;
                } else {
                    let time = clock.time(line.at);
                    let said = filed::said(self.language, line.kind, line.text, line.file);
                    print::line(&mut self.out, &time, Some(line.from), line.kind, &said)?;
                }
            }
            self.out.flush()?;
            self.log.keep(0);
        }
        Ok(ask)
    }

    fn relayed(&mut self, text: &str, heard: Option<&Heard>) -> io::Result<()> {
        let clock = start::clock();
        if self.json {
            let line = match heard {
                Some(Heard { seq, from, at, file: Some(file), .. }) => {
                    json!({"seq": seq, "at": at, "from": from, "text": text, "file": file})
                }
                Some(Heard { seq, from, at, .. }) => {
                    json!({"seq": seq, "at": at, "from": from, "text": text})
                }
                None => json!({"at": clock.now, "text": text}),
            };
            print::json(&mut self.out, &line)?;
        } else {
            let at = heard.map_or(clock.now, |heard| heard.at);
            let from = heard.map(|heard| heard.from.as_str());
            let kind = heard.map_or(Kind::Text, |heard| heard.kind);
            let file = heard.and_then(|heard| heard.file.as_deref());
            let said = filed::said(self.language, kind, text, file);
            print::line(&mut self.out, &clock.time(at), from, kind, &said)?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
