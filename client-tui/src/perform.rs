//! Effects, performed: what the model asks of the world, with or without a screen.

use std::collections::VecDeque;

use kpl_shared::names::Name;
use tokio::sync::mpsc;

use crate::{
    exit,
    io::{
        bookmarks::Bookmarks,
        connection::Connection,
        files::carrier::Carrier,
        folders,
        history::History,
        ignored::IgnoredFile,
        outbox::{Left, Outbox},
        painter::Painter,
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
    /// Where the disk takes nothing one can chat all the same.
    outbox: Outbox,
    /// Why the disk did not take the last line. It is said once.
    unkept: Option<String>,
    /// None without a screen, where nothing is recalled, or where the disk takes nothing.
    history: Option<History>,
    /// None where there is no folder for it.
    bookmarks: Option<Bookmarks>,
    /// The name that was asked for, until a server lets us in under it.
    asked: Option<Name>,
    /// None where there is no state folder; one can ignore people all the same.
    ignored: Option<IgnoredFile>,
    carrier: Carrier,
    painter: Painter,
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
    /// What it is told of files.
    pub told: mpsc::Receiver<Event>,
}

impl Client {
    /// Opens the outbox and begins to connect.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        let name = settings.name()?.clone();
        let (outbox, unkept) = match start::outbox(settings, &name) {
            Ok(outbox) => (outbox, None),
            Err(error) => {
                let why = exit::sentence(&error, settings.language);
                (start::unopened_outbox(settings, &name)?, Some(why))
            }
        };
        let queued: Vec<Outgoing> = outbox.lines().cloned().collect();
        let ignored = start::ignored(settings);
        let bookmarks = start::bookmarks(settings);
        let (connection, links) = start::connect(settings, Some(name.clone()))?;
        let (carrier, told) = Carrier::new(start::file_server(settings, Some(name.clone()))?);
        let mut state = State::new(Config {
            bookmark: bookmarks.as_ref().and_then(Bookmarks::load),
            name: name.as_str().into(),
            room: settings.room.clone(),
            url: settings.address.to_string(),
            files: settings.address.link(""),
            cid_prefix: start::cid_prefix()?,
            queued,
            language: settings.language,
            look: settings.look.clone(),
            hyperlinks: settings.hyperlinks,
            pictures: settings.pictures,
            keymap: settings.keymap.clone(),
            people: settings.people,
            notify: settings.notify,
            ignored: ignored.as_ref().map(IgnoredFile::load).unwrap_or_default(),
            discreet: !settings.typing,
            fingerprint: start::fingerprint(),
        });
        tick(&mut state);
        if let Some(warning) = start::warning(settings) {
            let _no_effects = update(&mut state, Event::Noted(warning));
        }
        for finding in start::findings(&outbox, settings.language) {
            let _no_effects = update(&mut state, Event::Noted(finding));
        }
        if let Some(why) = &unkept {
            // A client that has only begun has nothing to do about this.
            let _no_effects = update(&mut state, Event::OutboxFailed(why.clone()));
        }
        let (history, asked, painter) = (None, None, carrier.painter());
        let world = World {
            connection,
            outbox,
            unkept,
            history,
            bookmarks,
            asked,
            ignored,
            carrier,
            painter,
        };
        Ok(Self { state, world, links, told })
    }

    /// Forgets what this program said and nobody took. Returns how many lines that are.
    pub fn give_up(&mut self) -> usize {
        let cids = self.state.give_up();
        for cid in &cids {
            // Where the disk fails the line waits for the next start, which sends it after all.
            let _kept = self.world.outbox.forget(cid);
        }
        cids.len()
    }

    /// Leaves the room. What the link has still brought is taken in first: a line that a plain
    /// server took must not be sent once more by the next start. The lines that wait stay on disk,
    /// and where one stopped reading.
    pub async fn close(mut self, read: Option<Bookmark>) -> Left {
        let mut world = self.world;
        if let Some(bookmark) = read {
            world.bookmark(&bookmark);
        }
        for link in world.connection.close(self.links).await {
            // Lines that stay with the old name wait for a start under it, as that start will say.
            let _settled = settle(&mut world.asked, &mut world.outbox, &link);
            for effect in update(&mut self.state, Event::Link(link)) {
                if let Effect::Forget { cid } = effect {
                    // A line that cannot be forgotten is sent again under its own id.
                    let _kept = world.outbox.forget(&cid);
                }
            }
        }
        if let Some(history) = world.history {
            // It was for convenience only, and there is no screen any more to tell it on.
            let _kept = history.close();
        }
        world.outbox.close()
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
        if let Err(error) = settle(&mut self.asked, &mut self.outbox, &link) {
            failed = update(state, Event::OutboxFailed(error.to_string()));
        }
        failed.extend(update(state, Event::Link(link)));
        failed
    }

    /// Performs what is about files.
    fn carry(&mut self, effect: Effect) {
        match effect {
            Effect::Carry(number, errand) => self.carrier.carry(number, errand),
            Effect::StopCarrying => self.carrier.stop(),
            Effect::Look(glimpse) => self.carrier.look(glimpse),
            Effect::Show(sight) => self.painter.show(sight),
            _ => {}
        }
    }

    /// Performs effects in their order. Returns those that are about the screen or the end.
    pub async fn perform(&mut self, state: &mut State, effects: Vec<Effect>) -> Vec<Effect> {
        let mut effects = VecDeque::from(effects);
        let mut rest = Vec::new();
        while let Some(effect) = effects.pop_front() {
            let kept = match effect {
                Effect::Keep(line) => {
                    effects.extend(self.keep(state, line));
                    Ok(())
                }
                Effect::Record(said) => {
                    self.record(state, said);
                    Ok(())
                }
                Effect::Forget { cid } => self.outbox.forget(&cid),
                Effect::Rename(name) => {
                    self.rename(&name).await;
                    Ok(())
                }
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
                Effect::Order(order) => {
                    self.connection.order(order).await;
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
                Effect::Carry(..) | Effect::StopCarrying | Effect::Look(_) | Effect::Show(_) => {
                    self.carry(effect);
                    Ok(())
                }
                Effect::Unlock(password) => {
                    self.carrier.unlock(password.clone());
                    self.connection.unlock(password).await;
                    Ok(())
                }
                Effect::Reconnect => {
                    self.connection.reconnect_now().await;
                    Ok(())
                }
                Effect::KeepIgnored(change) => {
                    if let Some(Err(error)) = self.ignored.as_ref().map(|file| file.keep(&change)) {
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
                | Effect::Draw(_)
                | Effect::Ring
                | Effect::Tell { .. }
                | Effect::Title(_)
                | Effect::Suspend
                | Effect::Quit => {
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

    /// Keeps where one stopped reading. Where the disk takes nothing, the next start knows less.
    fn bookmark(&self, bookmark: &Bookmark) {
        let _kept = self.bookmarks.as_ref().map(|bookmarks| bookmarks.keep(bookmark));
    }

    /// Keeps a line. That the disk does not take it is said, but not of each line.
    fn keep(&mut self, state: &mut State, line: Outgoing) -> Vec<Effect> {
        let why = self.outbox.hold(line).err().map(|error| error.to_string());
        let news = why.clone().filter(|_| self.unkept.is_none());
        self.unkept = why;
        news.map_or(vec![], |why| update(state, Event::OutboxFailed(why)))
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

    async fn rename(&mut self, name: &str) {
        // The model has read the name by the same rule.
        let Ok(name) = Name::parse(name) else { return };
        self.outbox.change_name(&name);
        self.asked = Some(name.clone());
        self.connection.rename(name).await;
    }
}

/// The lines in the outbox go by the new name once a server lets us in under it.
fn settle(asked: &mut Option<Name>, outbox: &mut Outbox, link: &Link) -> std::io::Result<()> {
    let let_in = match link {
        Link::Greeted(hello) => asked.take_if(|name| name.as_str() == hello.you.name),
        // It asks nobody for a name.
        Link::FoundPlain => asked.take(),
        _ => None,
    };
    let_in.map_or(Ok(()), |_| outbox.settle_name())
}

#[cfg(test)]
mod tests {
    use kpl_shared::{message::Kind, names::RoomName};

    use super::*;
    use crate::io::outbox::Owner;

    #[test]
    fn at_a_plain_server_what_waits_goes_by_the_new_name_at_once() {
        let state = tempfile::tempdir().unwrap();
        let name = |name| Name::parse(name).unwrap();
        let owner = |name| Owner { origin: "o".into(), room: RoomName::default(), name };
        let line = Outgoing { cid: "c".into(), kind: Kind::Text, text: "x".into(), file: None };
        let mut outbox = Outbox::open(state.path(), owner(name("李白"))).unwrap();
        outbox.keep(vec![line.clone()]).unwrap();
        outbox.change_name(&name("青莲"));
        let mut asked = Some(name("青莲"));

        settle(&mut asked, &mut outbox, &Link::FoundPlain).unwrap();

        assert_eq!((asked, outbox.close().kept), (None, 1));
        let next = Outbox::open(state.path(), owner(name("青莲"))).unwrap();
        assert_eq!(next.lines().collect::<Vec<_>>(), [&line]);
    }
}
