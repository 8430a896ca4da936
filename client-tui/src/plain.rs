//! The chat line by line, for terminals that cannot move their cursor: what is said is printed as
//! it comes, and each line that is typed is said, or obeyed if it is a command.

use std::{
    io::{self, Write},
    time::Duration,
};

use tokio::time::{Instant, sleep, sleep_until};

use crate::{
    exit::{self, Exit},
    input,
    model::{
        effect::Effect,
        event::Event,
        hand::{composer::Composer, keymap::Keymap, mode::Mode},
        key::KeyCode,
        look::colour::Depth,
        room::timeline::{Item, Place, What},
        state::{Standing, State},
        text::clean,
        update::update,
        words::fault::Fault,
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
    let mut signals = Signals::listen()?;
    let Client { mut state, mut world, mut links } = Client::open(settings)?;
    state.keymap = Keymap::of_lines();
    state.look.depth = Depth::None;
    let (mut printed, mut told) = (Printed::default(), Told::default());
    let mut lines = Some(input::read_lines());
    let mut until = None;
    let mut farewell = None;
    let exit = loop {
        told.tell(&mut state);
        printed.print(&state)?;
        if let Mode::Leafing(sheet) = std::mem::take(&mut state.mode) {
            print::sheet(&mut io::stdout().lock(), &sheet)?;
        }
        if until.is_some() && state.outbox.is_empty() {
            break if printed.refused { Exit::Refused } else { Exit::Done };
        }
        if until.is_some() && matches!(state.link, Standing::TurnedAway(_)) {
            break Exit::Refused;
        }
        let effects = tokio::select! {
            exit = signals.next() => break exit,
            link = links.recv() => match link {
                Some(link) => world.hear(&mut state, link),
                None => return Err(Fault::LinkGaveUp.into()),
            },
            line = next(&mut lines) => if let Some(line) = line {
                typed(&mut state, line)
            } else {
                lines = None;
                until = Some(Instant::now() + FAREWELL);
                vec![]
            },
            () = sleep(TICK) => perform::tick(&mut state),
            () = end(until) => break Exit::Unreachable,
        };
        let rest = world.perform(&mut state, effects).await;
        let quit = rest.into_iter().find_map(|effect| match effect {
            Effect::Quit(sentence) => Some(sentence),
            _ => None, // There is no screen to draw anew, and the shell stops us without our help.
        });
        if let Some(sentence) = quit {
            farewell = sentence;
            break Exit::Done;
        }
    };
    let kept = state.outbox.len();
    let farewell = farewell.or_else(|| (kept > 0).then(|| settings.language.kept_for_next(kept)));
    if let Some(farewell) = farewell {
        exit::say(&farewell);
    }
    world.close(None).await?;
    Ok(exit)
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
fn typed(state: &mut State, line: input::Line) -> Vec<Effect> {
    let text = match line {
        Ok(text) => text,
        Err((_, why)) => {
            exit::say(&why.sentence(state.language));
            return vec![];
        }
    };
    let mut effects = perform::tick(state);
    state.composer = Composer::default();
    effects.extend(update(state, Event::Pasted(text)));
    effects.extend(update(state, Event::Pressed(KeyCode::Enter.into())));
    effects
}

/// What has been told that a screen shows all the time.
#[derive(Debug, Default)]
struct Told {
    linked: bool,
    queued: usize,
    /// In which room one is, and under which name.
    entered: Option<(String, String)>,
}

impl Told {
    /// Says where one has entered under which name, and that a line waits while there is no link.
    /// That the link is back is in the timeline.
    fn tell(&mut self, state: &mut State) {
        let words = state.language;
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
                    let time = state.clock.time(line.at);
                    print::line(&mut out, &time, Some(line.from), line.kind, line.text)?;
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
