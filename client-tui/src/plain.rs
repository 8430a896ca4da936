//! The chat line by line, for terminals that cannot move their cursor: what is said is printed as
//! it comes, and each line that is typed is said, or obeyed if it is a command.

mod hits;

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use tokio::time::{Instant, sleep, sleep_until};

use self::hits::Hits;
use crate::{
    exit::{self, Exit},
    input,
    io::{desktop::Desktop, escape},
    model::{
        effect::Effect,
        event::Event,
        hand::{
            command::{self, Command},
            composer::Composer,
            keymap::Keymap,
            mode::Mode,
        },
        key::KeyCode,
        look::colour::Depth,
        room::{
            pictures::Pictures,
            timeline::{Item, Place, What},
        },
        state::{Standing, State},
        text::{clean, filed},
        update::update,
        words::{Language, fault::Fault},
    },
    perform::{self, Client},
    print,
    settings::Settings,
    start::Signals,
};

/// How long lines that wait may still go out after the input has ended.
const FAREWELL: Duration = Duration::from_secs(8);
/// How many columns of a name are told.
const NAME_COLUMNS: usize = 64;
/// How often the model is told the time.
const TICK: Duration = Duration::from_millis(250);

/// Chats until the input ends, somebody says `/quit`, or a signal comes.
pub async fn run(settings: &Settings) -> anyhow::Result<Exit> {
    let signals = Signals::listen()?;
    let mut client = Client::open(settings)?;
    client.state.keymap = Keymap::of_lines();
    client.state.look.depth = Depth::None;
    let ended = chat(&mut client, signals).await;
    let words = client.state.language;
    if matches!(ended, Ok(Exit::Refused)) && !io::stdin().is_terminal() {
        // A script, and nobody who could take another name: whoever runs it again says it again.
        match client.give_up() {
            0 => {}
            count => exit::say(&words.given_up(count)),
        }
    }
    let left = client.close(None).await;
    exit::farewell(words, &left, ended)
}

async fn chat(client: &mut Client, mut signals: Signals) -> anyhow::Result<Exit> {
    let Client { state, world, links, told: of_files } = client;
    state.pictures = Pictures::default(); // Nothing moves the cursor here.
    let (mut printed, mut told) = (Printed::default(), Told::new(state.language));
    let (mut hits, desktop) = (Hits::default(), Desktop::of_process());
    let rings = io::stdout().is_terminal();
    let mut lines = Some(input::read_lines(input::Wanted::Speaking));
    let mut until = None;
    loop {
        told.tell(state);
        printed.print(state)?;
        match std::mem::take(&mut state.mode) {
            Mode::Leafing(sheet) => print::sheet(&mut io::stdout().lock(), &sheet)?,
            // A line that one types here would be seen.
            Mode::Unlocking(_) => {
                if let Standing::TurnedAway(refusal) = &state.link {
                    exit::turned_away(state.language, refusal);
                }
                return Ok(Exit::Refused);
            }
            _ => {}
        }
        hits.print(&mut io::stdout().lock(), state)?;
        let is_through = state.outbox.is_empty() && state.carrying.is_empty();
        if until.is_some() && is_through && state.finding.asked.is_none() {
            let refused = printed.refused || state.carrying.failed > 0;
            return Ok(if refused { Exit::Refused } else { Exit::Done });
        }
        if until.is_some() && matches!(state.link, Standing::TurnedAway(_)) {
            return Ok(Exit::Refused);
        }
        if until.is_some() && state.link == Standing::Distrusted {
            return Ok(Exit::Unreachable);
        }
        let effects = tokio::select! {
            exit = signals.next() => return Ok(exit),
            link = links.recv() => match link {
                Some(link) => world.hear(state, link),
                None => return Err(Fault::LinkGaveUp.into()),
            },
            Some(event) = of_files.recv() => {
                // What moves is waited for.
                until = until.map(|_| Instant::now() + FAREWELL);
                update(state, event)
            }
            line = next(&mut lines) => if let Some(line) = line {
                typed(state, &mut hits, line)
            } else {
                lines = None;
                until = Some(Instant::now() + FAREWELL);
                vec![]
            },
            () = sleep(TICK) => perform::tick(state),
            () = end(until) => return Ok(Exit::Unreachable),
        };
        let rest = world.perform(state, effects).await;
        let quits = rest.contains(&Effect::Quit);
        for effect in rest {
            match effect {
                Effect::Open(link) if !desktop.open(&link) => {
                    let _no_effects = update(state, Event::NotOpened(link));
                }
                effect => call(&desktop, &effect, rings.then(io::stdout))?,
            }
        }
        if quits {
            return Ok(Exit::Done);
        }
    }
}

async fn next(lines: &mut Option<tokio::sync::mpsc::Receiver<input::Line>>) -> Option<input::Line> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

async fn end(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

/// A line is a draft that is sent at once. What the model gives back of an earlier one has been
/// printed, and must not stand before the new one.
fn typed(state: &mut State, hits: &mut Hits, line: input::Line) -> Vec<Effect> {
    let text = match line {
        Ok(text) => text,
        Err((_, why)) => {
            exit::say(&why.sentence(state.language));
            return vec![];
        }
    };
    let mut effects = perform::tick(state);
    match command::read(&text) {
        Ok(Command::Search(words)) if words.is_empty() => {
            effects.extend(hits.go_on(state));
            return effects;
        }
        Ok(Command::Search(_)) => hits.begin(),
        Ok(Command::Clear) => {
            effects.extend(update(state, Event::Noted(state.language.nothing_to_clear())));
            return effects;
        }
        Ok(Command::Copy(_)) => {
            effects.extend(update(state, Event::Noted(state.language.nothing_to_copy())));
            return effects;
        }
        _ => {}
    }
    state.composer = Composer::default();
    effects.extend(update(state, Event::Pasted(text)));
    effects.extend(update(state, Event::Pressed(KeyCode::Enter.into())));
    effects
}

/// Calls the person where an effect asks for that, by a bell if there is one. Others that are left
/// ask for nothing here: there is no screen to draw anew, and the shell stops us without our help.
fn call(desktop: &Desktop, effect: &Effect, bell: Option<impl Write>) -> io::Result<()> {
    match (effect, bell) {
        // What a terminal could be told in its own sequences is no plain line.
        (Effect::Tell { title, text }, _) if desktop.tell(title, text) => Ok(()),
        (Effect::Ring | Effect::Tell { .. }, Some(mut bell)) => {
            bell.write_all(escape::BELL.as_bytes())?;
            bell.flush()
        }
        _ => Ok(()),
    }
}

/// What has been told that a screen shows all the time.
#[derive(Debug)]
struct Told {
    linked: bool,
    queued: usize,
    /// In which room one is, and under which name.
    entered: Option<(String, String)>,
    language: Language,
}

impl Told {
    fn new(language: Language) -> Self {
        Self { linked: false, queued: 0, entered: None, language }
    }

    /// Says where one has entered under which name, that a line waits while there is no link, and
    /// which language is spoken from now on. That the link is back is in the timeline.
    fn tell(&mut self, state: &mut State) {
        let words = state.language;
        if words != self.language {
            self.language = words;
            update(state, Event::Noted(words.spoken_now()));
        }
        let queued = state.outbox.len();
        if state.is_linked() != self.linked {
            self.linked = !self.linked;
            if self.linked {
                let name = clean::name(state.name(), NAME_COLUMNS);
                let room = clean::name(state.room.as_str(), NAME_COLUMNS);
                let said = words.entered(&room, &name);
                let entered = Some((room, name));
                if self.entered != entered {
                    self.entered = entered;
                    update(state, Event::Noted(said));
                }
            }
        } else if !self.linked && queued > self.queued {
            update(state, Event::Noted(words.queued(queued)));
        }
        self.queued = queued;
    }
}

/// How far the timeline has been printed.
#[derive(Debug, Default)]
struct Printed {
    /// The history that the numbers belong to.
    epoch: Option<String>,
    last: Option<Place>,
    /// The last of the client's own entries, which keep their numbers in another history.
    local: u64,
    /// Whether a numbered line has been printed. Until then the first page may come in before
    /// what the client itself had to say.
    begun: bool,
    /// Whether a line of ours was refused for good.
    refused: bool,
}

impl Printed {
    fn print(&mut self, state: &State) -> io::Result<()> {
        let epoch = state.log.resume().map(|(epoch, _)| epoch);
        if self.epoch.as_deref() != epoch {
            (self.epoch, self.last, self.begun) = (epoch.map(str::to_owned), None, false);
        }
        let timeline = state.timeline();
        let from = if self.begun || state.log.is_empty() { self.last } else { None };
        let mut place = timeline.after(from);
        let mut out = io::stdout().lock();
        while let Some(here) = place {
            match timeline.item(here) {
                // Lines that wait come last, and are printed once they are numbered.
                None | Some(Item::Waiting(..)) => break,
                Some(item) if state.hides(&item) => {}
                Some(Item::Line(line)) => {
                    let names_us = !state.is_own(line.uid) && print::names_us(state, line.text);
                    let time = print::time(state, line.at, names_us);
                    let said = filed::said(state.language, line.kind, line.text, line.file);
                    print::line(&mut out, &time, Some(line.from), line.kind, &said)?;
                    self.begun = true;
                }
                Some(Item::Local(local)) if here.local > self.local => {
                    print::local(&mut out, state, local)?;
                    self.local = here.local;
                    self.refused |= matches!(local.what, What::Refused { .. });
                }
                Some(Item::Local(_)) => {}
            }
            self.last = self.last.max(Some(here));
            place = timeline.after(Some(here));
        }
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{attention::Notify, tests::script::*};

    /// What rings when somebody is named who has pressed no key for that long.
    fn rings(notify: Notify, idle: i64) -> String {
        let mut state = start_with(|config| config.notify = notify);
        play(&mut state, [greeted(0), tick(EVENING + idle)]);
        let effects = play(&mut state, [heard(vec![line(1, "瑶", "@李白 在吗")])]);
        let mut bell = Vec::new();
        for effect in &effects {
            call(&Desktop::default(), effect, Some(&mut bell)).unwrap();
        }
        String::from_utf8(bell).unwrap()
    }

    #[test]
    fn a_mention_rings_as_it_was_asked_for_once_nobody_types_any_more() {
        assert_eq!(rings(Notify::Bell, 2 * MINUTE), "\x07");
        assert_eq!(rings(Notify::Off, 2 * MINUTE), "");
        assert_eq!(rings(Notify::Bell, MINUTE / 2), "", "one is looking");
        // Without a desktop the bell is the notice.
        assert_eq!(rings(Notify::Desktop, 2 * MINUTE), "\x07");
    }
}
