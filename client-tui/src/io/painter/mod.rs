//! The painter: fetches pictures and makes of them what is drawn, beside the screen.
//!
//! - `decode`: from the bytes that somebody sent to pixels, within bounds
//! - `encode`: from pixels to what a terminal is told

mod decode;
mod encode;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use image::RgbaImage;
use kpl_shared::file::{File, Hash};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::spawn_blocking,
    time::timeout,
};

use super::files::{self, FileServer};
use crate::model::{
    event::Event,
    room::pictures::{Drawn, Sight},
};

/// How many bytes a picture may have that is fetched unasked.
const MOST_BYTES: u64 = 10 << 20;
/// How many are fetched and drawn at once.
const AT_ONCE: usize = 2;
/// How long one may take to be drawn. What takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many are remembered, reduced, so that another size of the window fetches none again.
const REMEMBERED: usize = 16;

/// Draws pictures in tasks of its own.
#[derive(Debug, Clone)]
pub struct Painter {
    server: FileServer,
    told: mpsc::Sender<Event>,
    turns: Arc<Semaphore>,
    reduced: Arc<Mutex<VecDeque<Reduced>>>,
}

/// Whose turn it is.
type Turn = Arc<OwnedSemaphorePermit>;

/// The pixels of a content, reduced.
type Reduced = (Hash, Arc<RgbaImage>);

impl Painter {
    /// A painter of the pictures of a server, which tells of them there.
    pub fn new(server: FileServer, told: mpsc::Sender<Event>) -> Self {
        let turns = Semaphore::new(AT_ONCE).into();
        Self { server, told, turns, reduced: Arc::default() }
    }

    /// Fetches a picture and draws it, in its time.
    pub fn show(&self, sight: Arc<Sight>) {
        let painter = self.clone();
        tokio::spawn(async move {
            let Ok(turn) = painter.turns.clone().acquire_owned().await else { return };
            let drawn = painter.draw(&sight, &Arc::new(turn)).await;
            // Whoever asked may have gone.
            let _gone = painter.told.send(Event::Drawn(sight, drawn)).await;
        });
    }

    async fn draw(&self, sight: &Arc<Sight>, turn: &Turn) -> Option<Drawn> {
        let hash = sight.file.hash;
        let pixels = match self.remembered(hash) {
            None => self.fetch(&sight.file, turn).await?,
            Some(pixels) => pixels,
        };
        let sight = sight.clone();
        done(turn, move || encode::encode(&pixels, &sight)).await?
    }

    async fn fetch(&self, file: &File, turn: &Turn) -> Option<Arc<RgbaImage>> {
        let content = files::fetch(&self.server, file, MOST_BYTES).await;
        if let Err(error) = &content {
            tracing::debug!(why = ?error, "unfetched");
        }
        let content = content.ok()?;
        let pixels: Arc<RgbaImage> = done(turn, move || decode::decode(&content)).await??.into();
        self.remember(file.hash, pixels.clone());
        Some(pixels)
    }

    fn remembered(&self, hash: Hash) -> Option<Arc<RgbaImage>> {
        let reduced = self.reduced.lock().unwrap_or_else(PoisonError::into_inner);
        reduced.iter().find(|(known, _)| *known == hash).map(|(_, pixels)| pixels.clone())
    }

    fn remember(&self, hash: Hash, pixels: Arc<RgbaImage>) {
        let mut reduced = self.reduced.lock().unwrap_or_else(PoisonError::into_inner);
        reduced.push_back((hash, pixels));
        if reduced.len() > REMEMBERED {
            reduced.pop_front();
        }
    }
}

/// What came of it, unless it takes too long or panics: decoders read what strangers send.
/// The turn is over when the work is, also where nobody waits for it any more.
async fn done<T: Send + 'static>(
    turn: &Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let turn = turn.clone();
    let work = spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    });
    timeout(PATIENCE, work).await.ok()?.ok()
}
