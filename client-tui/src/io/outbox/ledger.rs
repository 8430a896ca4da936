//! One file of lines: a header and then one JSON record a line, only ever appended.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use kpl_shared::talk;
use serde::{Deserialize, Serialize};

use super::{DRAFT, Owner, queue::Queue};
use crate::model::effect::Outgoing;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    /// Whose the lines are, from here on: a name may change while lines wait.
    Owner(Owner),
    Keep(Outgoing),
    Forget(String),
}

/// A file that this program holds locked.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) file: File,
    path: PathBuf,
    /// Whose the first lines are, and how long it takes to say so: the header.
    first: (Arc<Owner>, u64),
    /// Whose the next line is, unless it says otherwise.
    last: Arc<Owner>,
    /// How far the file is written. What lies behind is a record that failed.
    length: u64,
    /// About how many of those bytes the next start needs.
    needed: u64,
}

impl Ledger {
    /// Makes a file of these lines, each with whose it is, or of `owner` alone if there are none.
    /// It takes the place of the one that is there, and is locked before anybody can see it.
    pub(super) fn create<'a>(
        path: &Path,
        owner: &Arc<Owner>,
        lines: impl Iterator<Item = (&'a Arc<Owner>, &'a Outgoing)>,
    ) -> io::Result<Self> {
        let mut lines = lines.peekable();
        let first = lines.peek().map_or(owner, |(owner, _)| owner).clone();
        let mut records = Vec::new();
        append(&mut records, &Record::Owner(Owner::clone(&first)))?;
        let head = records.len() as u64;
        let (last, size) = append_lines(&mut records, &first, lines)?;
        let draft = path.with_extension(DRAFT);
        let filled = fill(&draft, &records).and_then(|file| {
            fs::rename(&draft, path)?;
            Ok(file)
        });
        let file = filled.inspect_err(|_| {
            // A full disk needs the room; what cannot be removed now is by a later start.
            let _removed = fs::remove_file(&draft);
        })?;
        let (length, needed) = (records.len() as u64, head + size);
        Ok(Self { file, path: path.to_owned(), first: (first, head), last, length, needed })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Has the file's name survive a power loss, too.
    pub(super) fn sync_name(&self) -> io::Result<()> {
        self.path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }

    /// Keeps lines, all of them or none. When this returns they survive a crash and a power loss.
    pub(super) fn keep<'a>(
        &mut self,
        lines: impl Iterator<Item = (&'a Arc<Owner>, &'a Outgoing)>,
    ) -> io::Result<()> {
        let mut records = Vec::new();
        let (last, size) = append_lines(&mut records, &self.last, lines)?;
        let length = self.length;
        self.write(&records)?;
        if let Err(error) = self.file.sync_data() {
            // Who knows what of it is on disk; nothing must be found there that was not kept.
            self.cut(length);
            return Err(error);
        }
        self.last = last;
        self.needed += size;
        Ok(())
    }

    /// Forgets a line that was kept.
    pub(super) fn forget(&mut self, line: &Outgoing) -> io::Result<()> {
        let mut record = Vec::new();
        append(&mut record, &Record::Forget(line.cid.clone()))?;
        self.write(&record)?;
        self.needed = self.needed.saturating_sub(size(line));
        Ok(())
    }

    /// Forgets all lines: cuts the file back to its header, whoever that names.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        let (first, head) = &self.first;
        self.file.set_len(*head)?;
        (self.length, self.needed, self.last) = (*head, *head, first.clone());
        Ok(())
    }

    /// About how many bytes are of lines that are done with.
    pub(super) fn waste(&self) -> u64 {
        self.length.saturating_sub(self.needed)
    }

    /// Removes the file.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_file(self.path)
    }

    /// Appends records whole or not at all: what a full disk cut short is overwritten by the next.
    fn write(&mut self, records: &[u8]) -> io::Result<()> {
        let written = self.file.write_all_at(records, self.length);
        match written {
            Ok(()) => self.length += records.len() as u64,
            Err(_) => self.cut(self.length),
        }
        written
    }

    fn cut(&mut self, length: u64) {
        // Where even this fails the torn record stays, and is passed over by the next start.
        let _cut = self.file.set_len(length);
        self.length = length;
    }
}

/// What a file holds.
pub(super) struct Content {
    /// The lines, each with whose it is.
    pub(super) lines: Vec<(Arc<Owner>, Outgoing)>,
    /// Whether all of it could be read. What a crash cut short at the end does not count.
    pub(super) is_whole: bool,
    /// How many bytes are whole records.
    length: u64,
}

/// Reads a file. A line whose id no server would take is none: its refusal could not name it, so
/// that it would stand before all others for ever.
pub(super) fn read(mut file: &File) -> io::Result<Content> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let length = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let mut owner: Option<Arc<Owner>> = None;
    let mut lines = Queue::default();
    let mut is_whole = true;
    for record in bytes[..length].split_inclusive(|&byte| byte == b'\n') {
        match (serde_json::from_slice(record), &owner) {
            (Ok(Record::Owner(named)), _) => owner = Some(Arc::new(named)),
            (Ok(Record::Keep(line)), Some(owner)) if talk::is_cid(&line.cid) => {
                lines.push(owner.clone(), line);
            }
            (Ok(Record::Forget(cid)), _) => _ = lines.take(&cid),
            (Ok(Record::Keep(_)) | Err(_), _) => is_whole = false,
        }
    }
    let is_whole = is_whole && owner.is_some();
    Ok(Content { lines: lines.into_lines(), is_whole, length: length as u64 })
}

/// Notes in a file that was read that lines of it are done with.
pub(super) fn forget_in(file: &File, content: &Content, lines: &[Outgoing]) -> io::Result<()> {
    let mut records = Vec::new();
    for line in lines {
        append(&mut records, &Record::Forget(line.cid.clone()))?;
    }
    file.write_all_at(&records, content.length)?;
    file.sync_data()
}

/// Appends lines of several owners, and returns whose the last is and what they take.
fn append_lines<'a>(
    records: &mut Vec<u8>,
    last: &Arc<Owner>,
    lines: impl Iterator<Item = (&'a Arc<Owner>, &'a Outgoing)>,
) -> io::Result<(Arc<Owner>, u64)> {
    let (mut last, mut needed) = (last.clone(), 0);
    for (owner, line) in lines {
        if *owner != last {
            let before = records.len();
            append(records, &Record::Owner(Owner::clone(owner)))?;
            needed += (records.len() - before) as u64;
            last = owner.clone();
        }
        append(records, &Record::Keep(line.clone()))?;
        needed += size(line);
    }
    Ok((last, needed))
}

fn append(records: &mut Vec<u8>, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *records, record)?;
    records.push(b'\n');
    Ok(())
}

/// A new file with this in it, locked.
fn fill(path: &Path, records: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.try_lock()?;
    file.write_all_at(records, 0)?;
    file.sync_data()?;
    Ok(file)
}

/// About how many bytes a file takes on disk beside its name.
const FILE_BYTES: usize = 160;

/// About how many bytes a line takes on disk.
fn size(line: &Outgoing) -> u64 {
    let file = line.file.as_ref().map_or(0, |file| FILE_BYTES + file.name.len());
    (line.text.len() + line.cid.len() + file) as u64
}
