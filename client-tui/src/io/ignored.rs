//! Who is ignored, kept for the next start: one file in the state folder for all servers, as an
//! identity means something at its own server only.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::model::room::ignored::Ignored;

/// The file's name in the state folder.
const FILE: &str = "ignored.json";
/// More than such a file ever holds.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The ignored of one server.
#[derive(Debug, Clone)]
pub struct IgnoredFile {
    path: PathBuf,
    origin: String,
}

type Content = BTreeMap<String, Vec<Ignored>>;

impl IgnoredFile {
    /// The file in that folder, for the server of that origin.
    pub fn of(state: &Path, origin: String) -> Self {
        Self { path: state.join(FILE), origin }
    }

    /// Those who are ignored there; nobody if the file cannot be read.
    pub fn load(&self) -> Vec<Ignored> {
        self.read().ok().and_then(|mut all| all.remove(&self.origin)).unwrap_or_default()
    }

    /// Keeps those who are ignored there from now on. What other servers have stays as it is.
    pub fn keep(&self, people: Vec<Ignored>) -> io::Result<()> {
        let mut all = match self.read() {
            Ok(all) => all,
            // A damaged file is begun anew: it has nothing that the screen does not show.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Content::new(),
            Err(error) => return Err(error),
        };
        all.insert(self.origin.clone(), people);
        all.retain(|_, people| !people.is_empty());
        // Whole or not at all, also for a program that reads it at this moment.
        let draft = self.path.with_extension(format!("{}.new", std::process::id()));
        let written = write(&draft, &all).and_then(|()| fs::rename(&draft, &self.path));
        written.inspect_err(|_| {
            // What could not be written may not be there either.
            let _removed = fs::remove_file(&draft);
        })
    }

    fn read(&self) -> io::Result<Content> {
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::new()),
            Ok(metadata) if metadata.len() > MAX_BYTES => {
                return Err(io::ErrorKind::InvalidData.into());
            }
            metadata => metadata?,
        };
        serde_json::from_slice(&fs::read(&self.path)?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

fn write(path: &Path, all: &Content) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(&serde_json::to_vec_pretty(all)?)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn ignored(name: &str) -> Vec<Ignored> {
        vec![Ignored { name: name.into(), uid: Some("u1".into()) }]
    }

    #[test]
    fn each_server_has_its_own_and_nobody_else_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = |origin: &str| IgnoredFile::of(folder.path(), origin.into());

        file("http://a").keep(ignored("Alice")).unwrap();
        file("http://b").keep(ignored("Bob")).unwrap();

        assert_eq!(file("http://a").load(), ignored("Alice"));
        assert_eq!(file("http://b").load(), ignored("Bob"));
        file("http://a").keep(vec![]).unwrap();
        assert_eq!((file("http://a").load(), file("http://b").load()), (vec![], ignored("Bob")));
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left there");
    }

    #[test]
    fn a_damaged_file_hides_nobody_and_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{").unwrap();
        let file = IgnoredFile::of(folder.path(), "http://a".into());
        assert_eq!(file.load(), []);

        file.keep(ignored("Alice")).unwrap();

        assert_eq!(file.load(), ignored("Alice"));
    }
}
