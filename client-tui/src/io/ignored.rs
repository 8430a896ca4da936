//! Who is ignored, kept for the next start: one file in the state folder for all servers, as an
//! identity means something at its own server only.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::locked;
use crate::model::room::ignored::{Change, Ignored};

/// The file's name in the state folder.
const FILE: &str = "ignored.json";
/// More than such a file ever holds.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// How long one waits for another program that changes the file.
const PATIENCE: Duration = Duration::from_secs(2);

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
        let all = File::open(&self.path).and_then(|file| read(&file)).ok();
        all.and_then(|mut all| all.remove(&self.origin)).unwrap_or_default()
    }

    /// Keeps a change of who is ignored there. What other programs of this person changed meanwhile,
    /// and what other servers have, stays as it is.
    pub fn keep(&self, change: &Change) -> io::Result<()> {
        let Some(file) = locked::open(&self.path, PATIENCE)? else {
            return Err(io::ErrorKind::ResourceBusy.into());
        };
        let mut all = match read(&file) {
            // A damaged file is begun anew: it has nothing that the screen does not show.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Content::new(),
            read => read?,
        };
        change.apply(all.entry(self.origin.clone()).or_default());
        all.retain(|_, people| !people.is_empty());
        // Whole or not at all, also for a program that reads it at this moment.
        let draft = self.path.with_extension("new");
        let written = write(&draft, &all).and_then(|()| fs::rename(&draft, &self.path));
        written.inspect_err(|_| {
            // What could not be written may not be there either.
            let _removed = fs::remove_file(&draft);
        })
    }
}

fn read(file: &File) -> io::Result<Content> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        0 => Ok(Content::new()),
        1..=MAX_BYTES => serde_json::from_slice(&bytes)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
        _ => Err(io::ErrorKind::InvalidData.into()),
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
    use std::{os::unix::fs::PermissionsExt, thread};

    use super::*;

    fn ignored(name: &str) -> Ignored {
        Ignored { name: name.into(), uid: Some(format!("uid of {name}")) }
    }

    fn add(name: &str) -> Change {
        Change::Add(ignored(name))
    }

    #[test]
    fn each_server_has_its_own_and_nobody_else_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = |origin: &str| IgnoredFile::of(folder.path(), origin.into());

        file("http://a").keep(&add("Alice")).unwrap();
        file("http://b").keep(&add("Bob")).unwrap();

        assert_eq!(file("http://a").load(), [ignored("Alice")]);
        assert_eq!(file("http://b").load(), [ignored("Bob")]);
        file("http://a").keep(&Change::Remove("alice".into())).unwrap();
        assert_eq!(
            (file("http://a").load(), file("http://b").load()),
            (vec![], vec![ignored("Bob")])
        );
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left there");
    }

    #[test]
    fn what_two_programs_change_at_once_is_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let names = |person: u32| (0..20).map(move |number| format!("{person}-{number}"));

        thread::scope(|scope| {
            for person in 0..2 {
                let file = IgnoredFile::of(folder.path(), "http://a".into());
                scope.spawn(move || {
                    names(person).for_each(|name| file.keep(&add(&name)).unwrap());
                });
            }
        });

        let mut kept = IgnoredFile::of(folder.path(), "http://a".into()).load();
        let mut all: Vec<Ignored> = (0..2).flat_map(names).map(|name| ignored(&name)).collect();
        kept.sort_by(|one, other| one.name.cmp(&other.name));
        all.sort_by(|one, other| one.name.cmp(&other.name));
        assert_eq!(kept, all);
    }

    #[test]
    fn a_damaged_file_hides_nobody_and_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{").unwrap();
        let file = IgnoredFile::of(folder.path(), "http://a".into());
        assert_eq!(file.load(), []);

        file.keep(&add("Alice")).unwrap();

        assert_eq!(file.load(), [ignored("Alice")]);
    }
}
