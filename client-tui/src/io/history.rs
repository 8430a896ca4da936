//! What one said in earlier runs, for recall: one file for all programs of a person.
//!
//! A line of the file is a draft as a JSON string. Every program appends under the file's lock, and
//! whoever finds it long writes it anew, still under the lock, so that no program destroys what
//! another one said. A file that holds anything else is set aside, and what can be read of it is
//! taken over.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use super::locked;
use crate::model::hand::composer::recall::MAX_REMEMBERED;

/// The file's name in the state folder.
const FILE: &str = "history";
/// What the name of a file ends with that was set aside.
const DAMAGED: &str = "damaged";
/// What the name of a file ends with that is still being made.
const DRAFT: &str = "new";
/// More than a file of ours ever holds, in bytes.
const MAX_BYTES: u64 = 16 << 20;
/// How many entries make the file long: it is written anew with the last [`MAX_REMEMBERED`].
const MAX_ENTRIES: usize = 2 * MAX_REMEMBERED;
/// How much of it makes the file long, in bytes.
const LONG_BYTES: u64 = MAX_BYTES / 2;
/// How long one waits for another program at the beginning and at the end, when nobody types.
const PATIENCE: Duration = Duration::from_millis(500);

/// What one says, on its way to the file.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    /// What could not be written yet, because another program has the file.
    waiting: Vec<String>,
}

impl History {
    /// Opens the file in the state folder, and reads what was said in earlier runs, oldest first.
    pub fn open(state: &Path) -> io::Result<(Self, Vec<String>)> {
        let history = Self { path: state.join(FILE), waiting: Vec::new() };
        // Where another program holds it for so long, one begins without.
        let Some(file) = locked::open(&history.path, PATIENCE)? else {
            return Ok((history, Vec::new()));
        };
        let Contents { mut said, damaged } = Contents::read(&file)?;
        let entries = said.len();
        said.drain(..entries.saturating_sub(MAX_REMEMBERED));
        if damaged {
            // A copy, so that nobody finds the place empty and begins another file there.
            fs::copy(&history.path, history.path.with_extension(DAMAGED))?;
        }
        if damaged || entries > MAX_ENTRIES || file.metadata()?.len() > LONG_BYTES {
            history.rewrite(&said)?;
        }
        Ok((history, said))
    }

    /// Keeps what was said. While another program has the file it waits for the next time.
    pub fn keep(&mut self, said: String) -> io::Result<()> {
        self.waiting.push(said);
        self.write(Duration::ZERO)
    }

    /// Writes what still waits.
    pub fn close(mut self) -> io::Result<()> {
        self.write(PATIENCE)
    }

    fn write(&mut self, patience: Duration) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let Some(mut file) = locked::open(&self.path, patience)? else { return Ok(()) };
        // A line that a crash cut short ends here, and not in the middle of ours.
        let mut bytes = if is_torn(&file)? { vec![b'\n'] } else { vec![] };
        for said in self.waiting.drain(..) {
            append(&mut bytes, &said)?;
        }
        file.write_all(&bytes)
    }

    /// Puts a file with these entries in the place of the one that is there, whose lock we hold.
    fn rewrite(&self, said: &[String]) -> io::Result<()> {
        let draft = self.path.with_extension(DRAFT);
        let mut bytes = Vec::new();
        for said in said {
            append(&mut bytes, said)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)
    }
}

/// What a file holds.
struct Contents {
    said: Vec<String>,
    /// It holds something else, too.
    damaged: bool,
}

impl Contents {
    fn read(file: &File) -> io::Result<Self> {
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        let too_long = bytes.len() as u64 > MAX_BYTES;
        let mut lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
        // What a crash cut short was never whole, and is not damage.
        let torn = lines.pop().and_then(|torn| serde_json::from_slice(torn).ok());
        let whole = lines.len();
        let lines = lines.into_iter().filter_map(|line| serde_json::from_slice(line).ok());
        let mut said: Vec<String> = lines.collect();
        let damaged = too_long || said.len() < whole;
        said.extend(torn);
        Ok(Self { said, damaged })
    }
}

fn append(bytes: &mut Vec<u8>, said: &str) -> io::Result<()> {
    serde_json::to_writer(&mut *bytes, said)?;
    bytes.push(b'\n');
    Ok(())
}

/// Whether the file ends in the middle of a line.
fn is_torn(file: &File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let mut last = [b'\n'];
    if length > 0 {
        file.read_exact_at(&mut last, length - 1)?;
    }
    Ok(last != [b'\n'])
}

#[cfg(test)]
mod tests;
