//! Effects, performed: what the model asks of the world, with or without a screen.

use std::collections::VecDeque;

use kpl_shared::names::Name;
use tokio::sync::mpsc;

use crate::{
    exit,
    io::{
        bookmarks::Bookmarks, connection::Connection, folders, history::History,
        ignored::IgnoredFile, outbox::Outbox,
    },
    model::{
        effect::{Effect, Outgoing},
        event::{Event, Link},
        room::unread::Bookmark,
        state::{Config, State},
        update::update,
        words::clock::Clock,
    },
    settings::Settings,
    start,
};

/// The link and the disk, on which effects are performed.
#[derive(Debug)]
pub struct World {
    connection: Connection,
    /// None where the disk takes nothing; one can chat all the same.
    outbox: Option<Outbox>,
    /// None without a screen, where nothing is recalled, or where the disk takes nothing.
    history: Option<History>,
    /// None where there is no folder for it.
    bookmarks: Option<Bookmarks>,
    /// The name that was asked for, until a server lets us in under it.
    asked: Option<Name>,
    /// None where there is no state folder; one can ignore people all the same.
    ignored: Option<IgnoredFile>,
}

/// A client that is ready to chat: what it knows, what it acts on, and what it hears.
#[derive(Debug)]
pub struct Client {
    /// What it knows.
    pub state: State,
    /// What it acts on.
    pub world: World,
    /// What it hears.
    pub links: mpsc::Receiver<Link>,
}

impl Client {
    /// Opens the outbox and begins to connect.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        let name = settings.name()?.clone();
        let outbox = start::outbox(settings, &name);
        let queued: Vec<Outgoing> = outbox.iter().flat_map(Outbox::lines).cloned().collect();
        let ignored = start::ignored(settings);
        let bookmarks = start::bookmarks(settings);
        let mut state = State::new(Config {
            bookmark: bookmarks.as_ref().and_then(Bookmarks::load),
            name: name.as_str().into(),
            room: settings.room.clone(),
            url: settings.address.to_string(),
            cid_prefix: start::cid_prefix()?,
            queued,
            language: settings.language,
            look: settings.look.clone(),
            hyperlinks: settings.hyperlinks,
            keymap: settings.keymap.clone(),
            people: settings.people,
            notify: settings.notify,
            ignored: ignored.as_ref().map(IgnoredFile::load).unwrap_or_default(),
            discreet: !settings.typing,
        });
        tick(&mut state);
        let outbox = match outbox {
            Ok(outbox) => {
                for finding in start::findings(&outbox, settings.language) {
                    let _no_effects = update(&mut state, Event::Noted(finding));
                }
                Some(outbox)
            }
            Err(error) => {
                // The outbox of nothing has nothing to do about this.
                let _no_effects = update(
                    &mut state,
                    Event::OutboxFailed(exit::sentence(&error, settings.language)),
                );
                None
            }
        };
        let (connection, links) = start::connect(settings, Some(name))?;
        let world = World { connection, outbox, bookmarks, history: None, asked: None, ignored };
        Ok(Self { state, world, links })
    }

    /// Reads what was said in earlier runs, and keeps what is said from now on.
    pub fn recall(&mut self) {
        let opened = folders::state()
            .map_err(anyhow::Error::from)
            .and_then(|state| Ok(History::open(&state)?));
        match opened {
            Ok((history, said)) => {
                self.state.composer.remember(said);
                self.world.history = Some(history);
            }
            Err(error) => {
                let failed = Event::HistoryFailed(exit::sentence(&error, self.state.language));
                let _no_effects = update(&mut self.state, failed);
            }
        }
    }
}

/// Tells the model what time it is.
pub fn tick(state: &mut State) -> Vec<Effect> {
    let Clock { now, zone } = start::clock();
    update(state, Event::Ticked { now, zone })
}

impl World {
    /// Takes in what the link brings, for the model and for the outbox: the lines in it go by the
    /// new name once a server lets us in under it. Until then they are the old name's, which a
    /// refused name must not take away.
    pub fn hear(&mut self, state: &mut State, link: Link) -> Vec<Effect> {
        let mut failed = vec![];
        if let (Link::Greeted(hello), Some(outbox)) = (&link, &mut self.outbox)
            && self.asked.take_if(|name| name.as_str() == hello.you.name).is_some()
            && let Err(error) = outbox.settle_name()
        {
            failed = update(state, Event::OutboxFailed(error.to_string()));
        }
        failed.extend(update(state, Event::Link(link)));
        failed
    }

    /// Performs effects in their order. Returns those that are about the screen or the end.
    pub async fn perform(&mut self, state: &mut State, effects: Vec<Effect>) -> Vec<Effect> {
        let mut effects = VecDeque::from(effects);
        let mut rest = Vec::new();
        while let Some(effect) = effects.pop_front() {
            let kept = match effect {
                Effect::Keep(line) => self.keep(line),
                Effect::Record(said) => {
                    self.record(state, said);
                    Ok(())
                }
                Effect::Forget { cid } => self.outbox.as_mut().map_or(Ok(()), |o| o.forget(&cid)),
                Effect::Rename(name) => self.rename(&name).await,
                Effect::Send(line) => {
                    self.connection.send(line).await;
                    Ok(())
                }
                Effect::Sync(page) => {
                    self.connection.sync(page).await;
                    Ok(())
                }
                Effect::Search(search) => {
                    self.connection.search(search).await;
                    Ok(())
                }
                Effect::Typing => {
                    self.connection.typing().await;
                    Ok(())
                }
                Effect::Who => {
                    self.connection.who().await;
                    Ok(())
                }
                Effect::Remember { epoch, after } => {
                    self.connection.remember(epoch, after).await;
                    Ok(())
                }
                Effect::Bookmark(bookmark) => {
                    self.bookmark(&bookmark);
                    Ok(())
                }
                Effect::Reconnect => {
                    self.connection.reconnect_now().await;
                    Ok(())
                }
                Effect::KeepIgnored(people) => {
                    if let Some(Err(error)) = self.ignored.as_ref().map(|file| file.keep(people)) {
                        let failed = Event::IgnoredNotKept(error.to_string());
                        effects.extend(update(state, failed));
                    }
                    Ok(())
                }
                Effect::Edit(_)
                | Effect::Redraw
                | Effect::Mouse(_)
                | Effect::Copy(_)
                | Effect::Open(_)
                | Effect::Ring
                | Effect::Tell { .. }
                | Effect::Title(_)
                | Effect::Suspend
                | Effect::Quit(_) => {
                    rest.push(effect);
                    Ok(())
                }
            };
            if let Err(error) = kept {
                effects.extend(update(state, Event::OutboxFailed(error.to_string())));
            }
        }
        rest
    }

    /// Leaves the room. The lines that wait stay on disk, and where one stopped reading.
    pub async fn close(self, read: Option<Bookmark>) -> anyhow::Result<()> {
        if let Some(bookmark) = read {
            self.bookmark(&bookmark);
        }
        self.connection.close().await;
        if let Some(history) = self.history {
            // It was for convenience only, and there is no screen any more to tell it on.
            let _kept = history.close();
        }
        if let Some(outbox) = self.outbox {
            outbox.close()?;
        }
        Ok(())
    }

    /// Keeps where one stopped reading. Where the disk takes nothing, the next start knows less.
    fn bookmark(&self, bookmark: &Bookmark) {
        let _kept = self.bookmarks.as_ref().map(|bookmarks| bookmarks.keep(bookmark));
    }

    fn keep(&mut self, line: Outgoing) -> std::io::Result<()> {
        self.outbox.as_mut().map_or(Ok(()), |outbox| outbox.keep(vec![line]))
    }

    fn record(&mut self, state: &mut State, said: String) {
        if let Some(history) = &mut self.history
            && let Err(error) = history.keep(said)
        {
            // Told once; the rest of what is said is recalled in this run.
            self.history = None;
            let _no_effects = update(state, Event::HistoryFailed(error.to_string()));
        }
    }

    async fn rename(&mut self, name: &str) -> std::io::Result<()> {
        // The model has read the name by the same rule.
        let Ok(name) = Name::parse(name) else { return Ok(()) };
        let changed = self.outbox.as_mut().map_or(Ok(()), |outbox| outbox.change_name(&name));
        self.asked = Some(name.clone());
        self.connection.rename(name).await;
        changed
    }
}
