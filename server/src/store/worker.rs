//! A thread that owns one connection to the database, and does what it is handed, in order.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

use tokio::sync::{mpsc, oneshot};

use super::{OpenError, StoreError, database::Database, lock::Lock, spare::Spare};

/// How many pieces of work may wait. Whoever has more waits with them.
const QUEUE: usize = 1024;

/// One piece of work.
pub(super) type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the thread; it ends with its last handle.
#[derive(Debug, Clone)]
pub(super) struct Worker(mpsc::Sender<Work>);

impl Worker {
    /// Starts a thread that reads from a file, which is opened anew after a failure.
    pub(super) fn start(name: &str, database: Database, file: PathBuf) -> Result<Self, OpenError> {
        let (worker, mut queue) = Self::channel();
        let mut connection = Connection::of(database, Some(file));
        spawn(name, move || {
            while let Some(work) = queue.blocking_recv() {
                work(&mut connection);
            }
        })?;
        Ok(worker)
    }

    /// Starts the thread that writes, and that does what is to be done while nothing waits. It
    /// holds the file's lock until its last piece of work is done.
    pub(super) fn start_writing(
        name: &str,
        database: Database,
        file: Option<(PathBuf, Lock)>,
    ) -> Result<Self, OpenError> {
        let (worker, mut queue) = Self::channel();
        let (path, lock) = file.unzip();
        let mut connection = Connection::of(database, path);
        let mut spare = Spare::start().map_err(OpenError::System)?;
        spawn(name, move || {
            while let Some(work) = spare.next(&mut queue, &mut connection) {
                work(&mut connection);
            }
            drop((connection, lock)); // In this order.
        })?;
        Ok(worker)
    }

    fn channel() -> (Self, mpsc::Receiver<Work>) {
        let (sender, queue) = mpsc::channel(QUEUE);
        (Self(sender), queue)
    }

    /// Does one thing on the thread and brings back what came of it.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, result) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let done = connection.attempt(work);
            // Whoever asked may have gone; then nobody misses the answer.
            let _gone = answer.send(done);
        });
        self.0.send(work).await.map_err(|_| StoreError::Ended)?;
        result.await.map_err(|_| StoreError::Ended)?
    }
}

/// The database while it works, and the way back to it when it does not.
pub(super) struct Connection {
    database: Option<Database>,
    path: Option<PathBuf>,
    /// The file that was opened first. Another would have other lines under the numbers that the
    /// clients were told.
    inode: Option<u64>,
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
    // It ends with the last handle of its queue.
    let _detached =
        std::thread::Builder::new().name(name.into()).spawn(body).map_err(OpenError::System)?;
    Ok(())
}

impl Connection {
    fn of(database: Database, path: Option<PathBuf>) -> Self {
        Self { inode: database.inode(), database: Some(database), path }
    }

    /// The database, unless it failed just now.
    pub(super) fn database(&mut self) -> Option<&mut Database> {
        self.database.as_mut()
    }

    /// Does one thing. What a panic leaves half done is let go with the connection, and nobody
    /// sees it.
    pub(super) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Database) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        catch_unwind(AssertUnwindSafe(|| self.with(work)))
            .unwrap_or_else(|_told_by_the_hook| Err(self.recover()))
    }

    /// A connection that failed may have been opened on a disk that was full or could only be
    /// read; the next piece of work gets a fresh one.
    fn with<T>(
        &mut self,
        work: impl FnOnce(&mut Database) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let database = match (self.database.take(), &self.path) {
            (Some(database), _) => self.database.insert(database),
            (None, Some(path)) => match Database::open(path) {
                Ok(database) if database.inode() == self.inode => self.database.insert(database),
                Ok(_) => {
                    tracing::error!(store = %path.display(), "the store was replaced by another");
                    return Err(StoreError::Replaced);
                }
                Err(error) => return Err(cause(error)),
            },
            (None, None) => return Err(StoreError::Ended),
        };
        let result = work(database);
        if result.is_err() && self.path.is_some() {
            self.database = None;
        }
        result.map_err(StoreError::from)
    }

    /// After a panic the next piece of work gets a fresh connection, as after a failure. A store
    /// without a file goes on with the only one that there is.
    fn recover(&mut self) -> StoreError {
        tracing::error!("a panic in the store: its work is taken back, and the store goes on");
        match &mut self.database {
            Some(database) if self.path.is_none() => database.forget(),
            _ => self.database = None,
        }
        StoreError::Panicked
    }
}

fn cause(error: OpenError) -> StoreError {
    match error {
        OpenError::Database { cause, .. } => cause.into(),
        error => {
            tracing::error!(%error, "the store cannot be opened again");
            StoreError::Ended
        }
    }
}
