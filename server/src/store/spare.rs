//! Spare time: what the thread that writes does while nothing waits to be written.
//!
//! It brings the index up to date, a short batch at a time, once it has been quiet for a moment.
//! Under a load that never pauses the lines that are not indexed would only grow; then it takes a
//! small share of the time.

use std::{
    io,
    time::{Duration, Instant},
};

use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc,
    time::timeout,
};

use super::{
    database::Database,
    worker::{Connection, Work},
};

/// How long nothing must have come for a time to be quiet.
const QUIET: Duration = Duration::from_millis(20);
/// With so many lines to be indexed it is done under load too.
const MANY: usize = 1024;
/// Under load the index gets one part in so many of the time.
const SHARE: u32 = 10;
/// How long to leave it after a failure.
const PAUSE: Duration = Duration::from_secs(10);

/// When the index may be worked on.
#[derive(Debug)]
pub(super) struct Spare {
    /// Only for its clock: the queue is waited for with a limit.
    runtime: Runtime,
    /// Whether something came since the last pause.
    busy: bool,
    /// Not under load before this.
    due: Instant,
    /// Not at all before this.
    paused: Option<Instant>,
}

impl Spare {
    /// Nothing has been done yet.
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_time().build()?;
        Ok(Self { runtime, busy: true, due: Instant::now(), paused: None })
    }

    /// The next piece of work, once there is one; meanwhile what is to be done is done. `None` at
    /// the queue's end.
    pub(super) fn next(
        &mut self,
        queue: &mut mpsc::Receiver<Work>,
        connection: &mut Connection,
    ) -> Option<Work> {
        loop {
            let Some(lines) = connection.database().and_then(|database| database.unindexed())
            else {
                self.busy = true;
                return queue.blocking_recv();
            };
            let now = Instant::now();
            if self.paused.is_some() || lines < MANY || now < self.due {
                let wait = match self.paused {
                    Some(until) => until.saturating_duration_since(now),
                    None if self.busy => QUIET,
                    None => Duration::ZERO,
                };
                match self.runtime.block_on(async { timeout(wait, queue.recv()).await }) {
                    Ok(work) => {
                        self.busy = true;
                        return work;
                    }
                    Err(_nothing_came) => self.busy = false,
                }
            }
            self.work(connection);
        }
    }

    fn work(&mut self, connection: &mut Connection) {
        let begin = Instant::now();
        let done = connection.attempt(Database::index);
        self.due = Instant::now() + begin.elapsed() * (SHARE - 1);
        self.paused = done.is_err().then(|| begin + PAUSE);
        if let Err(error) = done {
            tracing::warn!(%error, "the index of words could not be brought up to date");
        }
    }
}
