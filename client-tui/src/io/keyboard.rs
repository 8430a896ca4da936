//! The keyboard: what comes from the terminal, read by ourselves.
//!
//! The usual reader of a terminal library waits without end for the mark that ends a paste, and
//! takes every key until then for a part of it. Here silence ends a paste, too, and what comes at
//! once like a paste is one without marks.

mod decode;

use std::{io, os::fd::OwnedFd, path::PathBuf};

use rustix::{
    fs::{Mode, OFlags},
    termios::ttyname,
};
use tokio::{
    net::unix::pipe::Receiver,
    time::{Instant, sleep_until},
};

use self::decode::Decoder;
use crate::model::event::Event;

/// How much is read at once, in bytes.
const CHUNK: usize = 4096;

/// What comes from the keyboard, the mouse and the window's focus. Nothing is read but while
/// somebody waits for it, so that another program may have the terminal in between.
#[derive(Debug)]
pub struct Keyboard {
    /// A pipe to the runtime, which only waits until there is something to read.
    terminal: Receiver,
    decoder: Decoder,
    /// When something came last.
    heard: Instant,
}

impl Keyboard {
    /// Begins to listen, within the runtime of the caller.
    pub fn open() -> io::Result<Self> {
        let terminal = terminal("/dev/tty".into())
            .and_then(Receiver::from_owned_fd_unchecked)
            // Some systems cannot wait for that one, and some programs have none.
            .or_else(|_| named().and_then(terminal).and_then(Receiver::from_owned_fd_unchecked))?;
        Ok(Self { terminal, decoder: Decoder::default(), heard: Instant::now() })
    }

    /// What comes next; `None` when the terminal has gone. Nothing is lost when this is given up.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.decoder.next() {
                return Some(event);
            }
            let settles = self.decoder.patience().map(|patience| self.heard + patience);
            tokio::select! {
                biased;
                ready = self.terminal.readable() => {
                    ready.ok()?;
                    let mut chunk = [0; CHUNK];
                    match self.terminal.try_read(&mut chunk) {
                        Ok(count @ 1..) => self.hear(&chunk[..count]),
                        Err(error) if is_passing(error.kind()) => {}
                        Ok(0) | Err(_) => return None,
                    }
                }
                () = moment(settles) => self.decoder.settle(),
            }
        }
    }

    /// What has come already.
    pub fn at_hand(&mut self) -> Option<Event> {
        let mut chunk = [0; CHUNK];
        let event = self.decoder.next();
        if event.is_none()
            // Whoever waits for the next one hears of an error.
            && let Ok(count @ 1..) = self.terminal.try_read(&mut chunk)
        {
            self.hear(&chunk[..count]);
            return self.decoder.next();
        }
        event
    }

    /// Takes back what was not for whoever waited for it: it comes first again.
    pub(super) fn give_back(&mut self, events: Vec<Event>) {
        self.decoder.give_back(events);
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.heard = Instant::now();
        self.decoder.take(bytes);
    }
}

/// Opens the terminal for us alone: that reading does not wait must hold for nobody else, such as
/// our own output or the shell.
fn terminal(path: PathBuf) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

/// The terminal that is the standard input, by its name.
fn named() -> io::Result<PathBuf> {
    let name = ttyname(io::stdin(), Vec::new())?;
    Ok(PathBuf::from(name.to_string_lossy().into_owned()))
}

fn is_passing(error: io::ErrorKind) -> bool {
    matches!(error, io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

async fn moment(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
