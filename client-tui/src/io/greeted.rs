//! Which servers have ever greeted us, kept beside the outbox.
//!
//! Such a server gives each line a number, and a line counts as delivered only when it comes back
//! with one. So whoever stands at its address and says nothing is never taken for a plain server,
//! which would be handed the lines and believed: it may only be slow. One small file a server; that
//! it is there is all that counts, and what stands in it is for people.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::io::folders;

/// Our folder within that of the state.
const FOLDER: &str = "greeted";

/// Whether one server has ever greeted us.
#[derive(Debug, Clone)]
pub struct Greeted {
    path: PathBuf,
    origin: String,
}

impl Greeted {
    /// What is known of a server, below the state's folder.
    pub fn of(state: &Path, origin: String) -> Self {
        let name = blake3::hash(origin.as_bytes()).to_hex();
        Self { path: state.join(FOLDER).join(&name[..32]), origin }
    }

    /// Whether it has.
    pub fn is_noted(&self) -> bool {
        self.path.exists()
    }

    /// Notes that it has. When this returns the note survives a power loss.
    pub fn note(&self) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        folders::make_private(folder)?;
        let mut options = OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(&self.path)?;
        writeln!(file, "{}", self.origin)?;
        file.sync_all()?;
        File::open(folder)?.sync_all()
    }

    /// The file, for whoever knows better.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_server_that_greeted_once_is_known_from_then_on_and_no_other() {
        let state = tempfile::tempdir().unwrap();
        let of = |origin: &str| Greeted::of(state.path(), origin.into());
        assert!(!of("http://a:1").is_noted());

        of("http://a:1").note().unwrap();
        of("http://a:1").note().unwrap();

        assert!(of("http://a:1").is_noted());
        assert!(!of("http://a:2").is_noted());
        let file = of("http://a:1").path().to_owned();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "http://a:1\n");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
