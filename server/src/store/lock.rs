//! One server a store: an advisory lock on the file itself, so that every name of it is one store.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use super::OpenError;

/// Held as long as the store is open; the kernel lets it go with the process, however that ends.
///
/// It is another kind of lock than those by which `SQLite` keeps its connections apart. But whoever
/// closes any descriptor of a file lets go of all of the process's locks of that other kind, so
/// this one is closed after the last connection that writes.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "held for its lock")] File);

impl Lock {
    /// Takes the store at `path`, and makes it and its folder if need be. Only its owner may read
    /// what is kept: the files that `SQLite` puts beside it take after it.
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        let io = |cause| OpenError::Io { path: path.into(), cause };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
        }
        let mut options = OpenOptions::new();
        options.read(true);
        let file = match options.clone().write(true).create(true).mode(0o600).open(path) {
            Ok(file) => file,
            // One that can only be read is served; lines are refused until it can be written.
            Err(_) => options.open(path).map_err(io)?,
        };
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.into() }),
            Err(TryLockError::Error(cause)) => Err(io(cause)),
        }
    }
}
