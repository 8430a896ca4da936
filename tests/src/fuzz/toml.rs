//! Settings files: whatever stands there is read, or refused in a sentence.

use std::{cell::RefCell, fs, path::PathBuf};

use kpl_server::settings::Settings;
use tempfile::TempDir;

thread_local! {
    static FOLDER: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

/// The bytes are a file.
pub fn target(bytes: &[u8]) {
    let Some(path) = file() else { return };
    if fs::write(&path, bytes).is_err() {
        return; // A disk that is full is nobody's fault here.
    }
    let arguments = ["kpl-server".into(), "--config".into(), path.into_os_string()];
    if let Err(error) = Settings::read(arguments) {
        assert!(!error.to_string().trim().is_empty(), "it is refused without a word");
    }
}

/// A file of this thread's own.
fn file() -> Option<PathBuf> {
    FOLDER.with_borrow_mut(|folder| {
        if folder.is_none() {
            *folder = TempDir::new().ok();
        }
        folder.as_ref().map(|folder| folder.path().join("server.toml"))
    })
}
