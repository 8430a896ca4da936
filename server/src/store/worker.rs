//! A thread that owns one connection to the database, and does what it is handed, in order.

use std::path::PathBuf;

use tokio::sync::{mpsc, oneshot};

use super::{OpenError, StoreError, database::Database, lock::Lock};

/// How many pieces of work may wait. Whoever has more waits with them.
const QUEUE: usize = 1024;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the thread; it ends with its last handle.
#[derive(Debug, Clone)]
pub(super) struct Worker(mpsc::Sender<Work>);

impl Worker {
    /// Starts the thread. A database in a file is opened anew after a failure; the thread that
    /// writes holds the file's lock until its last piece of work is done.
    pub(super) fn start(
        name: &str,
        database: Database,
        file: Option<(PathBuf, Option<Lock>)>,
    ) -> Result<Self, OpenError> {
        let (sender, mut queue) = mpsc::channel::<Work>(QUEUE);
        let (path, lock) = file.unzip();
        let inode = database.inode();
        let mut connection = Connection { database: Some(database), path, inode };
        std::thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                while let Some(work) = queue.blocking_recv() {
                    work(&mut connection);
                }
                drop((connection, lock)); // In this order.
            })
            .map_err(OpenError::System)?;
        Ok(Self(sender))
    }

    /// Does one thing on the thread and brings back what came of it.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, result) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            // Whoever asked may have gone; then nobody misses the answer.
            let _gone = answer.send(connection.with(work));
        });
        self.0.send(work).await.map_err(|_| StoreError::Ended)?;
        result.await.map_err(|_| StoreError::Ended)?
    }
}

/// The database while it works, and the way back to it when it does not.
struct Connection {
    database: Option<Database>,
    path: Option<PathBuf>,
    /// The file that was opened first. Another would have other lines under the numbers that the
    /// clients were told.
    inode: Option<u64>,
}

impl Connection {
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
