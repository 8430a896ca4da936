//! The lines that have not come back numbered yet, on disk.
//!
//! Each running program owns one file, which it holds locked; the system lets go of the lock when
//! the program ends, however it ends. A program that starts takes over the files that nobody holds
//! any more, as far as their lines belong to the same server, room and name. What it cannot read
//! it never removes: such a file is set aside, and said.
//!
//! A file is a header and then one JSON record a line, only ever appended: a line that is kept, or
//! the id of one that is forgotten. A record that was cut short by a crash is passed over: it was
//! not on disk yet, so nothing was sent of it.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use kpl_shared::names::{Name, RoomName};
use serde::{Deserialize, Serialize};

use self::queue::Queue;
use super::{folders, random};
use crate::model::effect::Outgoing;

mod queue;

/// The folder's name in the state folder.
const FOLDER: &str = "outbox";
/// What a whole file's name ends with.
const EXTENSION: &str = "jsonl";
/// What the name of a file ends with that is still being made.
const DRAFT: &str = "draft";
/// What is put behind the name of a file that cannot be read.
const DAMAGED: &str = "damaged";
/// When a file holds so many bytes of lines that are done with, it is written anew.
const MAX_WASTE: u64 = 1 << 20;

/// Whose lines they are. Lines of one owner are never sent as another's, or elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The server, by its origin.
    pub origin: String,
    /// The room.
    pub room: RoomName,
    /// The name.
    pub name: Name,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    /// Whose the lines are, from here on: a name may change while lines wait.
    Owner(Owner),
    Keep(Outgoing),
    Forget(String),
}

/// One program's lines, and the file that holds them.
#[derive(Debug)]
pub struct Outbox {
    file: File,
    path: PathBuf,
    owner: Owner,
    lines: Queue,
    /// How far the file is written. What lies behind is a record that failed.
    length: u64,
    /// How many of those bytes the next start needs: the header, and the lines that are kept.
    needed: u64,
    found: Vec<Found>,
}

/// What was found in the files of earlier programs that a person should know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file was damaged. All of it is kept there.
    Damaged(PathBuf),
    /// A file cannot be used, for this reason.
    Unusable(PathBuf, String),
    /// So many lines wait for a start under another name.
    Waiting(Name, usize),
}

impl Outbox {
    /// Opens a file of one's own in the state folder, and takes over what others left behind.
    pub fn open(state: &Path, owner: Owner) -> io::Result<Self> {
        let folder = state.join(FOLDER);
        folders::make_private(&folder)?;
        let mut outbox = Self::create(&folder, owner)?;
        outbox.adopt_all(&folder)?;
        Ok(outbox)
    }

    /// What was found that a person should know of.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The lines, in the order in which they were kept.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &Outgoing> {
        self.lines.iter()
    }

    /// Keeps lines. When this returns they survive a crash and a power loss.
    pub fn keep(&mut self, lines: Vec<Outgoing>) -> io::Result<()> {
        let mut records = Vec::new();
        for line in &lines {
            append(&mut records, &Record::Keep(line.clone()))?;
        }
        self.write(&records)?;
        self.file.sync_data()?;
        for line in lines {
            self.needed += size(&line);
            self.lines.push(line);
        }
        Ok(())
    }

    /// Forgets a line. A crash may undo this: the line is then sent once more under its own id,
    /// which the server knows.
    pub fn forget(&mut self, cid: &str) -> io::Result<()> {
        let Some(line) = self.lines.take(cid) else { return Ok(()) };
        self.needed = self.needed.saturating_sub(size(&line));
        if self.lines.is_empty() {
            return self.rewind();
        }
        let mut record = Vec::new();
        append(&mut record, &Record::Forget(line.cid))?;
        self.write(&record)?;
        if self.length - self.needed > MAX_WASTE { self.rewrite() } else { Ok(()) }
    }

    /// What is said from here on is said under another name; what waits is still the old one's.
    pub fn change_name(&mut self, name: &Name) -> io::Result<()> {
        if self.lines.is_empty() {
            self.owner.name = name.clone();
            return self.rewrite();
        }
        let owner = Owner { name: name.clone(), ..self.owner.clone() };
        let mut record = Vec::new();
        append(&mut record, &Record::Owner(owner.clone()))?;
        self.write(&record)?;
        self.needed += record.len() as u64;
        self.owner = owner;
        Ok(())
    }

    /// A server has let the new name in: all lines go by it, whoever they were said by.
    pub fn settle_name(&mut self) -> io::Result<()> {
        self.rewrite()
    }

    /// Ends, and says how many lines stay for the next start. An empty file goes with us.
    pub fn close(self) -> io::Result<usize> {
        let left = self.lines.len();
        if left == 0 {
            fs::remove_file(&self.path)?;
        }
        Ok(left)
    }

    fn create(folder: &Path, owner: Owner) -> io::Result<Self> {
        let name = unique_name()?;
        let path = folder.join(format!("{name}.{EXTENSION}"));
        let mut outbox = Self {
            file: draft(&path)?,
            path,
            owner,
            lines: Queue::default(),
            length: 0,
            needed: 0,
            found: Vec::new(),
        };
        outbox.fill()?;
        Ok(outbox)
    }

    /// Writes the header and the lines into a new file, and lets it take the place of ours.
    fn rewrite(&mut self) -> io::Result<()> {
        // The old file keeps its lock until it is replaced; who waits for it finds it gone.
        let old = std::mem::replace(&mut self.file, draft(&self.path)?);
        let (length, needed) = (self.length, self.needed);
        let filled = self.fill();
        if filled.is_err() {
            (self.file, self.length, self.needed) = (old, length, needed);
        }
        filled
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut records = Vec::new();
        append(&mut records, &Record::Owner(self.owner.clone()))?;
        for line in self.lines.iter() {
            append(&mut records, &Record::Keep(line.clone()))?;
        }
        self.file.write_all_at(&records, 0)?;
        self.file.sync_data()?;
        fs::rename(draft_path(&self.path), &self.path)?;
        // The file's name, too, has to survive a power loss.
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        self.length = records.len() as u64;
        self.needed = self.length;
        Ok(())
    }

    /// Cuts the file back to its header when nothing waits.
    fn rewind(&mut self) -> io::Result<()> {
        let mut header = Vec::new();
        append(&mut header, &Record::Owner(self.owner.clone()))?;
        self.length = header.len() as u64;
        self.needed = self.length;
        self.file.set_len(self.length)
    }

    /// Appends records whole or not at all: what a full disk cut short is overwritten by the next.
    fn write(&mut self, records: &[u8]) -> io::Result<()> {
        let written = self.file.write_all_at(records, self.length);
        if written.is_err() {
            // Where even this fails the torn record stays, and is passed over by the next start.
            let _cut = self.file.set_len(self.length);
            return written;
        }
        self.length += records.len() as u64;
        Ok(())
    }

    /// Takes over the files that nobody holds, oldest first.
    fn adopt_all(&mut self, folder: &Path) -> io::Result<()> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let extension = path.extension().and_then(OsStr::to_str);
            if extension == Some(DRAFT) && is_old(&path) {
                // A crash left it; if it vanishes under our hands, so much the better.
                let _removed = fs::remove_file(&path);
            }
            if extension == Some(EXTENSION) && path != self.path {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            // One bad file is no reason not to chat, and stays where it is.
            if let Err(error) = self.adopt(&path) {
                self.found.push(Found::Unusable(path, error.to_string()));
            }
        }
        Ok(())
    }

    /// Takes over one file, unless somebody holds it. Our lines are on disk in our own file before
    /// they go from there: a crash in between leaves them in both, and an id counts once. What is
    /// another owner's stays.
    fn adopt(&mut self, path: &Path) -> io::Result<()> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened?,
        };
        if file.try_lock().is_err() || !is_at(&file, path)? {
            return Ok(());
        }
        let Content { lines, is_whole, length } = read(&file)?;
        let (ours, others): (Vec<_>, Vec<_>) =
            lines.into_iter().partition(|(owner, _)| *owner == self.owner);
        let ours: Vec<_> = ours.into_iter().map(|(_, line)| line).collect();
        self.keep(ours.iter().filter(|line| !self.lines.has(&line.cid)).cloned().collect())?;
        if !is_whole {
            let aside = path.with_extension(DAMAGED);
            fs::rename(path, &aside)?;
            self.found.push(Found::Damaged(aside));
        } else if others.is_empty() {
            fs::remove_file(path)?;
        } else {
            forget_in(&file, length, &ours)?;
        }
        for (owner, _) in others {
            self.note_waiting(owner);
        }
        Ok(())
    }

    fn note_waiting(&mut self, owner: Owner) {
        if (&owner.origin, &owner.room) != (&self.owner.origin, &self.owner.room) {
            return;
        }
        for found in &mut self.found {
            if let Found::Waiting(name, count) = found
                && *name == owner.name
            {
                *count += 1;
                return;
            }
        }
        self.found.push(Found::Waiting(owner.name, 1));
    }
}

/// Notes in another program's file that lines of it are done with.
fn forget_in(file: &File, length: u64, lines: &[Outgoing]) -> io::Result<()> {
    let mut records = Vec::new();
    for line in lines {
        append(&mut records, &Record::Forget(line.cid.clone()))?;
    }
    file.write_all_at(&records, length)?;
    file.sync_data()
}

/// A new file beside `path`, locked before anybody can see it under its final name.
fn draft(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(draft_path(path))?;
    file.try_lock()?;
    Ok(file)
}

fn draft_path(path: &Path) -> PathBuf {
    path.with_extension(DRAFT)
}

/// Whether a draft cannot be in the making any more, which takes milliseconds.
fn is_old(draft: &Path) -> bool {
    let modified = fs::metadata(draft).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > Duration::from_mins(1)))
}

/// Names sort by time, so that the lines of an earlier program are adopted first.
fn unique_name() -> io::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Ok(format!("{now:014}-{:016x}", u64::from_le_bytes(random::bytes()?)))
}

/// Whether the file is still the one at that path: whoever held the lock before us may have
/// replaced or removed it.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// What a file holds.
struct Content {
    /// The lines, each with whose it is.
    lines: Vec<(Owner, Outgoing)>,
    /// Whether all of it could be read. What a crash cut short at the end does not count.
    is_whole: bool,
    /// How many bytes are whole records.
    length: u64,
}

fn read(mut file: &File) -> io::Result<Content> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let length = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let mut owner: Option<Owner> = None;
    let mut owners = HashMap::new();
    let mut lines = Queue::default();
    let mut is_whole = true;
    for record in bytes[..length].split_inclusive(|&byte| byte == b'\n') {
        match (serde_json::from_slice(record), &owner) {
            (Ok(Record::Owner(named)), _) => owner = Some(named),
            (Ok(Record::Keep(line)), Some(owner)) => {
                owners.insert(line.cid.clone(), owner.clone());
                lines.push(line);
            }
            (Ok(Record::Forget(cid)), _) => _ = lines.take(&cid),
            (Ok(Record::Keep(_)), None) | (Err(_), _) => is_whole = false,
        }
    }
    let lines = lines.into_lines().into_iter();
    let lines = lines.filter_map(|line| Some((owners.remove(&line.cid)?, line))).collect();
    Ok(Content { lines, is_whole: is_whole && owner.is_some(), length: length as u64 })
}

fn append(records: &mut Vec<u8>, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *records, record)?;
    records.push(b'\n');
    Ok(())
}

/// About how many bytes a line takes on disk.
fn size(line: &Outgoing) -> u64 {
    (line.text.len() + line.cid.len()) as u64
}

#[cfg(test)]
mod tests;
