//! The carrier: one file at a time on its way, beside the screen, and a look into a folder.

use std::time::{Duration, Instant};

use kpl_shared::handshake::Password;
use tokio::{
    sync::{mpsc, watch},
    task::{JoinHandle, spawn_blocking},
};

use super::{FileServer, bring::bring, place, save::save};
use crate::{
    io::painter::Painter,
    model::{
        event::Event,
        hand::complete::folder::Glimpse,
        room::carrying::{Errand, News},
    },
};

/// How many events wait for their reader.
const TOLD_CAPACITY: usize = 16;
/// How often it is told how far a file is.
const OFTEN: Duration = Duration::from_millis(100);

/// What carries files. All of it ends when this is dropped.
#[derive(Debug)]
pub struct Carrier {
    server: FileServer,
    told: mpsc::Sender<Event>,
    carries: Option<Task>,
    /// What is to be looked for, by a task that looks for one thing at a time: a disk may be slow.
    wanted: watch::Sender<Glimpse>,
    _looks: Task,
}

/// A task that ends with its owner.
#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Carrier {
    /// A carrier to and from a server, and what it tells. It belongs to the runtime of the caller.
    pub fn new(server: FileServer) -> (Self, mpsc::Receiver<Event>) {
        let (told, heard) = mpsc::channel(TOLD_CAPACITY);
        let (wanted, glimpses) = watch::channel(Glimpse::default());
        let looks = Task(tokio::spawn(look(glimpses, told.clone())));
        (Self { server, told, carries: None, wanted, _looks: looks }, heard)
    }

    /// What draws the pictures of the same server, and tells of them there, too.
    pub fn painter(&self) -> Painter {
        Painter::new(self.server.clone(), self.told.clone())
    }

    /// Carries a file, and tells of it under a number. Another one is left.
    pub fn carry(&mut self, number: u64, errand: Errand) {
        let (server, told) = (self.server.clone(), self.told.clone());
        self.carries = Some(Task(tokio::spawn(async move {
            let news = carried(&server, &errand, Progress::new(number, told.clone())).await;
            // Nobody listens any more when the program ends.
            let _unheard = told.send(Event::Carried(number, news)).await;
        })));
    }

    /// Leaves the file that is carried.
    pub fn stop(&mut self) {
        self.carries = None;
    }

    /// Looks into a folder. Of several wishes only the last is of interest.
    pub fn look(&self, glimpse: Glimpse) {
        self.wanted.send_replace(glimpse);
    }

    /// The server wants this password.
    pub fn unlock(&mut self, password: Password) {
        self.server.unlock(password);
    }
}

async fn look(mut glimpses: watch::Receiver<Glimpse>, told: mpsc::Sender<Event>) {
    while glimpses.changed().await.is_ok() {
        let glimpse = glimpses.borrow_and_update().clone();
        let Ok(seen) = spawn_blocking(|| place::look(glimpse)).await else { continue };
        if told.send(Event::Looked(seen)).await.is_err() {
            return;
        }
    }
}

async fn carried(server: &FileServer, errand: &Errand, progress: Progress) -> News {
    let mut progress = progress;
    let tell = |done, of| progress.tell(done, of);
    match errand {
        Errand::Bring { path, most } => {
            let path = place::path(path);
            match bring(server, &path, *most, tell).await {
                Ok(file) => News::Brought(Box::new(file)),
                Err(why) => News::Failed(why),
            }
        }
        Errand::Save { file, folder } => match save(server, file, folder, tell).await {
            Ok(path) => News::Saved(path.display().to_string()),
            Err(why) => News::Failed(why),
        },
    }
}

/// Tells now and then how far a file is.
struct Progress {
    number: u64,
    told: mpsc::Sender<Event>,
    last: Option<Instant>,
}

impl Progress {
    fn new(number: u64, told: mpsc::Sender<Event>) -> Self {
        Self { number, told, last: None }
    }

    fn tell(&mut self, done: u64, of: u64) {
        let is_due = self.last.is_none_or(|last| last.elapsed() >= OFTEN);
        if is_due || done == of {
            self.last = Some(Instant::now());
            // Where many events wait, the next will do as well.
            let _full = self.told.try_send(Event::Carried(self.number, News::Moved { done, of }));
        }
    }
}
