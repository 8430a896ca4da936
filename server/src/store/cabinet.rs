//! The folder beside the database in which files lie, each under its hash.
//!
//! A file comes in under a name of its own, and gets that of its hash once it is whole and on disk.
//! Only the thread that writes the database gives and takes away such names, so that the folder and
//! the table go together. What a crash leaves between the two is thrown away at the next start.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use kpl_shared::file::Hash;
use tempfile::{Builder, NamedTempFile, TempDir, TempPath};

/// How a file's name begins that is not whole yet.
const UNFINISHED: &str = "tmp-";
/// How many bytes of the disk are left to the lines that people say.
const LEFT_TO_LINES: u64 = 64 << 20;

/// The folder, which is made when the first file comes.
#[derive(Debug)]
pub struct Cabinet(Place);

#[derive(Debug)]
enum Place {
    Beside(PathBuf),
    /// Of a store without a file: a folder that goes with the program.
    Temporary(Mutex<Option<TempDir>>),
}

impl Cabinet {
    /// The folder of the database at that path.
    pub(super) fn beside(database: &Path) -> Self {
        let mut folder = database.as_os_str().to_owned();
        folder.push(".files");
        Self(Place::Beside(folder.into()))
    }

    /// A folder for as long as the program runs.
    pub(super) fn for_now() -> Self {
        Self(Place::Temporary(Mutex::default()))
    }

    /// Where a file of this content lies, or would.
    pub fn path(&self, hash: Hash) -> PathBuf {
        self.folder().unwrap_or_default().join(hash.to_string())
    }

    /// The folder, if it is there.
    fn folder(&self) -> Option<PathBuf> {
        match &self.0 {
            Place::Beside(folder) => folder.exists().then(|| folder.clone()),
            Place::Temporary(made) => {
                let made = made.lock().unwrap_or_else(PoisonError::into_inner);
                made.as_ref().map(|folder| folder.path().into())
            }
        }
    }

    fn make(&self) -> io::Result<PathBuf> {
        match &self.0 {
            Place::Beside(folder) => {
                DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
                Ok(folder.clone())
            }
            Place::Temporary(made) => {
                let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
                if made.is_none() {
                    *made = Some(Builder::new().prefix("kpl-files-").tempdir()?);
                }
                Ok(made.as_ref().map(|folder| folder.path().into()).unwrap_or_default())
            }
        }
    }

    /// Throws away a folder that is to go with the program.
    pub(super) fn close(&self) {
        if let Place::Temporary(made) = &self.0 {
            // Its end throws it away.
            drop(made.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// A file that is on its way in. It is gone when it is dropped, unless it is kept.
    pub fn begin(&self) -> io::Result<NamedTempFile> {
        let folder = self.folder().map_or_else(|| self.make(), Ok)?;
        Builder::new().prefix(UNFINISHED).tempfile_in(folder)
    }

    /// Whether a file of so many bytes would leave the lines too little of the disk.
    pub fn is_full_for(&self, bytes: u64) -> bool {
        // What cannot be asked is tried.
        let disk = self.make().ok().and_then(|folder| rustix::fs::statvfs(&folder).ok());
        disk.is_some_and(|disk| {
            disk.f_bavail.saturating_mul(disk.f_frsize) < bytes.saturating_add(LEFT_TO_LINES)
        })
    }

    /// Writes a file that is at hand whole.
    pub(super) fn write(&self, content: &[u8]) -> io::Result<TempPath> {
        if self.is_full_for(content.len() as u64) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut file = self.begin()?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        Ok(file.into_temp_path())
    }

    /// Gives a file that is whole and on disk the name of its content. When this returns, the name
    /// is on disk, too.
    pub(super) fn keep(&self, file: TempPath, hash: Hash) -> io::Result<()> {
        file.persist(self.path(hash)).map_err(|error| error.error)?;
        self.folder().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }

    /// Whether a file of this content lies there.
    pub(super) fn holds(&self, hash: Hash) -> bool {
        self.path(hash).exists()
    }

    /// Throws a file away. One that cannot be is thrown away at the next start.
    pub(super) fn remove(&self, hash: Hash) {
        if let Err(error) = fs::remove_file(self.path(hash))
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, %hash, "a file that nobody has said cannot be removed");
        }
    }

    /// Throws away what is not whole, and what the table does not know.
    pub(super) fn clear(&self, known: &HashSet<Hash>) -> io::Result<()> {
        let Some(folder) = self.folder() else { return Ok(()) };
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let hash: Option<Hash> = name.parse().ok();
            let is_stray = hash.is_some_and(|hash| !known.contains(&hash));
            if name.starts_with(UNFINISHED) || is_stray {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}
