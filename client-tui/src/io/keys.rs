//! The secret that proves a name: made on the first run, and never sent as it is.
//!
//! Each server gets a key of its own, derived from the secret and the server's origin, so that no
//! server can pass for its visitors at another. A key that was brought from a browser is one
//! server's as it is, and lies beside the secret.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use kpl_shared::handshake::Key;

use super::random;
use crate::model::words::Language;

/// What the derived keys are for, by the rules of blake3: unique to this use, and never changed,
/// as every claimed name hangs on it.
const CONTEXT: &str = "kpl-chat 2026-11-23 a person's key at one server";
/// What a fingerprint is for, by the same rules.
const FINGERPRINT: &str = "kpl-chat 2026-11-24 a fingerprint of a person's key";
/// The file's name in the state folder.
const FILE: &str = "key";
/// More than a key file ever holds.
const MAX_BYTES: u64 = 1024;

/// The secret of one person on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret(Key);

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.sentence(Language::En))]
pub enum KeyError {
    /// The file is open to others.
    Exposed(PathBuf),
    /// The file holds no key.
    Damaged(PathBuf),
    /// The file can be neither read nor made.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl KeyError {
    /// One sentence, that says what to do.
    pub fn sentence(&self, words: Language) -> String {
        match self {
            Self::Exposed(path) => words.key_exposed(&path.display().to_string()),
            Self::Damaged(path) => words.key_damaged(&path.display().to_string()),
            Self::Unreadable { path, error } => {
                words.key_unusable(&path.display().to_string(), &error.to_string())
            }
        }
    }
}

impl Secret {
    /// Reads the secret from the state folder, or makes one there. Programs that start at the same
    /// moment end with the same one.
    pub fn load(state: &Path) -> Result<Self, KeyError> {
        if let Some(secret) = Self::read(state)? {
            return Ok(secret);
        }
        let path = path(state);
        make(state, &path).map_err(|error| KeyError::Unreadable { path: path.clone(), error })?;
        let gone = io::ErrorKind::NotFound;
        Self::read(state)?.ok_or_else(|| KeyError::Unreadable { path, error: gone.into() })
    }

    /// Reads the secret from the state folder, if there is one.
    pub fn read(state: &Path) -> Result<Option<Self>, KeyError> {
        Ok(read(path(state))?.map(Self))
    }

    /// Reads a secret as [`Secret::to_hex`] writes it.
    pub fn parse(digits: &str) -> Option<Self> {
        Key::parse(digits.trim()).map(Self)
    }

    /// The secret itself, to be taken to another device.
    pub fn to_hex(&self) -> String {
        self.0.to_hex()
    }

    /// Puts the secret into the state folder. Another one that lies there is kept beside it, under
    /// the name that is returned.
    pub fn put(&self, state: &Path) -> Result<Option<PathBuf>, KeyError> {
        put(state, &path(state), &self.0)
    }

    /// What tells one secret from another without telling the secret: 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.0)
    }

    /// The key that proves one's name to the server of this origin.
    pub fn for_origin(&self, origin: &str) -> Key {
        let material = [self.0.secret(), origin.as_bytes()].concat();
        Key::from_bytes(blake3::derive_key(CONTEXT, &material))
    }
}

/// Where the secret lies in the state folder.
pub fn path(state: &Path) -> PathBuf {
    state.join(FILE)
}

/// Where a key lies that was brought from the server of this origin.
pub fn brought_path(state: &Path, origin: &str) -> PathBuf {
    let server = blake3::hash(origin.as_bytes()).to_hex();
    state.join(format!("{FILE}.at-{}", &server[..16]))
}

/// The key that proves one's names to the server of this origin: the one that was brought from
/// there, or else the one that is derived from the secret.
pub fn at(state: &Path, origin: &str) -> Result<Key, KeyError> {
    match read(brought_path(state, origin))? {
        Some(key) => Ok(key),
        None => Ok(Secret::load(state)?.for_origin(origin)),
    }
}

/// Puts a key that was brought from the server of this origin into the state folder. Another one
/// that was brought from there is kept beside it, under the name that is returned.
pub fn bring(state: &Path, origin: &str, key: &Key) -> Result<Option<PathBuf>, KeyError> {
    put(state, &brought_path(state, origin), key)
}

/// What tells one key from another without telling it: 16 hexadecimal digits.
pub fn fingerprint(key: &Key) -> String {
    let digest = blake3::derive_key(FINGERPRINT, key.secret());
    digest[..8].iter().fold(String::new(), |print, byte| print + &format!("{byte:02x}"))
}

fn read(path: PathBuf) -> Result<Option<Key>, KeyError> {
    let unreadable = |error| KeyError::Unreadable { path: path.clone(), error };
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(unreadable)?,
    };
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(KeyError::Exposed(path));
    }
    let mut digits = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut digits).map_err(unreadable)?;
    let digits = String::from_utf8_lossy(&digits);
    Key::parse(digits.trim()).map(Some).ok_or(KeyError::Damaged(path))
}

fn put(state: &Path, path: &Path, key: &Key) -> Result<Option<PathBuf>, KeyError> {
    let old = match read(path.to_owned())? {
        Some(old) if old == *key => return Ok(None),
        Some(old) => Some(path.with_added_extension(fingerprint(&old))),
        None => None,
    };
    let unreadable = |error| KeyError::Unreadable { path: path.to_owned(), error };
    let draft = draft(state).map_err(unreadable)?;
    let put = write(&draft, key).and_then(|()| {
        if let Some(old) = &old {
            fs::rename(path, old)?;
        }
        fs::rename(&draft, path)
    });
    put.map_err(unreadable)?;
    Ok(old)
}

/// Makes the file whole under another name first: whoever sees it sees all of it. The first of
/// several programs wins, and the others read what it made.
fn make(state: &Path, path: &Path) -> io::Result<()> {
    let secret = random::bytes()?;
    let draft = draft(state)?;
    let written = write(&draft, &Key::from_bytes(secret)).and_then(|()| claim(&draft, path));
    // A draft that stays behind does no harm: it is nobody's key.
    let _removed = fs::remove_file(&draft);
    written
}

fn draft(state: &Path) -> io::Result<PathBuf> {
    Ok(state.join(format!("{FILE}.draft-{:016x}", u64::from_le_bytes(random::bytes()?))))
}

fn write(draft: &Path, key: &Key) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    writeln!(file, "{}", key.to_hex())?;
    file.sync_all()
}

fn claim(draft: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // Where a file cannot have two names, the draft is moved unless another was quicker.
        Err(_) if !path.exists() => fs::rename(draft, path),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_run_makes_a_secret_that_later_runs_find() {
        let state = tempfile::tempdir().unwrap();

        let first = Secret::load(state.path()).unwrap();

        assert_eq!(Secret::load(state.path()).unwrap(), first);
        let mode = fs::metadata(state.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(state.path()).unwrap().count(), 1);
    }

    #[test]
    fn programs_that_start_at_once_end_with_one_secret() {
        let state = tempfile::tempdir().unwrap();
        let start = std::sync::Barrier::new(16);

        let secrets: Vec<Secret> = std::thread::scope(|scope| {
            let load = || {
                start.wait();
                Secret::load(state.path()).unwrap()
            };
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(load)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        assert!(secrets.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_secret_goes_to_another_device_and_the_one_there_is_kept_beside_it() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let secret = Secret::load(here.path()).unwrap();
        let other = Secret::load(there.path()).unwrap();

        let moved = Secret::parse(&format!(" {}\n", secret.to_hex())).unwrap();
        let kept = moved.put(there.path()).unwrap().unwrap();
        let again = moved.put(there.path()).unwrap();

        assert_eq!((Secret::load(there.path()).unwrap(), again), (secret, None));
        assert_eq!(fs::read_to_string(&kept).unwrap().trim(), other.to_hex());
        for path in [kept, path(there.path())] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(there.path()).unwrap().count(), 2);
        assert_eq!(Secret::parse("no key"), None);
    }

    #[test]
    fn a_key_that_was_brought_from_a_server_is_for_that_server_only() {
        let state = tempfile::tempdir().unwrap();
        let (here, there) = ("http://127.0.0.1:3000", "https://kpl.example:443");
        let derived = at(state.path(), here).unwrap();
        let (first, second) = (Key::from_bytes([1; 32]), Key::from_bytes([2; 32]));

        assert_eq!(bring(state.path(), here, &first).unwrap(), None);
        assert_eq!(at(state.path(), here).unwrap(), first);
        assert_ne!(at(state.path(), there).unwrap(), first);
        let kept = bring(state.path(), here, &second).unwrap().unwrap();

        assert_eq!(at(state.path(), here).unwrap(), second);
        assert_eq!(read(kept).unwrap(), Some(first));
        fs::remove_file(brought_path(state.path(), here)).unwrap();
        assert_eq!(at(state.path(), here).unwrap(), derived);
    }

    #[test]
    fn each_server_gets_a_key_of_its_own() {
        let secret = Secret(Key::from_bytes([7; 32]));

        let key = secret.for_origin("http://127.0.0.1:3000");

        assert_eq!(secret.for_origin("http://127.0.0.1:3000"), key);
        assert_ne!(secret.for_origin("http://127.0.0.1:3001"), key);
        assert_ne!(&key, &secret.0);
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_remedy() {
        let state = tempfile::tempdir().unwrap();
        Secret::load(state.path()).unwrap();
        let path = state.path().join(FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();

        let sentence = Secret::load(state.path()).unwrap_err().to_string();

        assert!(sentence.contains(&format!("chmod 600 {}", path.display())), "{sentence}");
    }

    #[test]
    fn a_damaged_file_is_refused_and_kept() {
        let state = tempfile::tempdir().unwrap();
        Secret::load(state.path()).unwrap();
        let path = state.path().join(FILE);
        for damage in ["", "abc", "\u{ff}\u{0}"] {
            fs::write(&path, damage).unwrap();
            assert!(matches!(Secret::load(state.path()), Err(KeyError::Damaged(_))));
            assert_eq!(fs::read_to_string(&path).unwrap(), damage);
        }
    }
}
