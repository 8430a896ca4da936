//! Bookmarks: where one stopped reading each room, kept for the next start.
//!
//! One small file a server and room, in a folder of the state; only its owner can read it. A newer
//! one takes its place whole.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use kpl_shared::names::RoomName;

use crate::{io::folders, model::room::unread::Bookmark};

/// Our folder within that of the state.
const FOLDER: &str = "read";

/// Where one stopped reading one room of one server.
#[derive(Debug)]
pub struct Bookmarks {
    path: PathBuf,
}

impl Bookmarks {
    /// The bookmark of a room, below the state's folder.
    pub fn of(state: &Path, origin: &str, room: &RoomName) -> io::Result<Self> {
        let folder = state.join(FOLDER);
        folders::make_private(&folder)?;
        let name = blake3::hash(format!("{origin}\n{}", room.as_str()).as_bytes()).to_hex();
        Ok(Self { path: folder.join(&name[..32]) })
    }

    /// What was kept; `None` if nothing was, or nothing that can be read.
    pub fn load(&self) -> Option<Bookmark> {
        let kept = fs::read(&self.path).ok()?; // Without it nothing is known to be unread.
        serde_json::from_slice(&kept).ok() // As with none: another version may have written it.
    }

    /// Keeps a bookmark. Another program that has read further in the same history is right.
    pub fn keep(&self, bookmark: &Bookmark) -> io::Result<()> {
        let further = |kept: &Bookmark| kept.epoch == bookmark.epoch && kept.seq > bookmark.seq;
        if self.load().is_some_and(|kept| further(&kept)) {
            return Ok(());
        }
        let draft = self.path.with_extension(std::process::id().to_string());
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec(bookmark)?)?;
        fs::rename(&draft, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn bookmark(epoch: &str, seq: u64) -> Bookmark {
        Bookmark { epoch: epoch.into(), seq, at: 7 }
    }

    #[test]
    fn where_one_stopped_is_kept_for_each_room_and_for_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let room = |name| RoomName::parse(name).unwrap();
        let of = |origin, name| Bookmarks::of(folder.path(), origin, &room(name)).unwrap();
        let kpl = of("http://a", "KPL");
        assert_eq!(kpl.load(), None);

        kpl.keep(&bookmark("e", 5)).unwrap();

        assert_eq!(kpl.load(), Some(bookmark("e", 5)));
        assert_eq!(of("http://a", "other").load(), None);
        assert_eq!(of("http://b", "KPL").load(), None);
        let mode = fs::metadata(&kpl.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_another_program_read_further_stays_read() {
        let folder = tempfile::tempdir().unwrap();
        let kpl = Bookmarks::of(folder.path(), "http://a", &RoomName::default()).unwrap();
        kpl.keep(&bookmark("e", 9)).unwrap();

        kpl.keep(&bookmark("e", 5)).unwrap();
        assert_eq!(kpl.load(), Some(bookmark("e", 9)));
        kpl.keep(&bookmark("f", 1)).unwrap();

        assert_eq!(kpl.load(), Some(bookmark("f", 1)));
    }

    #[test]
    fn a_file_that_holds_something_else_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let kpl = Bookmarks::of(folder.path(), "http://a", &RoomName::default()).unwrap();
        fs::write(&kpl.path, "{\"epoch\":").unwrap();

        assert_eq!(kpl.load(), None);
        kpl.keep(&bookmark("e", 1)).unwrap();
        assert_eq!(kpl.load(), Some(bookmark("e", 1)));
    }
}
