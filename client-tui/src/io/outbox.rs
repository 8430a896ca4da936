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
//!
//! A disk that takes nothing keeps nobody from chatting. What it does not take is held here, tried
//! again with the next line and at the end, and counted as lost if that fails.
//!
//! - `ledger`: one such file
//! - `queue`: the lines in it
//! - `adopt`: what earlier programs left behind

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use kpl_shared::names::{Name, RoomName};
use serde::{Deserialize, Serialize};

pub use self::adopt::Found;
use self::{ledger::Ledger, queue::Queue};
use super::{folders, random};
use crate::model::effect::Outgoing;

mod adopt;
mod ledger;
mod queue;

/// The folder's name in the state folder.
const FOLDER: &str = "outbox";
/// What a whole file's name ends with.
const EXTENSION: &str = "jsonl";
/// What the name of a file ends with that is still being made.
const DRAFT: &str = "draft";
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

/// One program's lines, and the file that holds them.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    owner: Arc<Owner>,
    lines: Queue,
    /// The places of those that the disk has not taken.
    unkept: BTreeSet<u64>,
    /// Why it has not.
    trouble: Option<String>,
    /// None where the disk has taken nothing at all.
    ledger: Option<Ledger>,
    found: Vec<Found>,
}

/// What stays of the lines when a program ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// So many are on disk, for the next start.
    pub kept: usize,
    /// So many are not, and gone.
    pub lost: usize,
    /// Why they are not.
    pub why: String,
}

impl Outbox {
    /// Opens a file of one's own in the state folder, and takes over what others left behind.
    pub fn open(state: &Path, owner: Owner) -> io::Result<Self> {
        let mut outbox = Self::unopened(state, owner);
        outbox.rewrite()?;
        outbox.adopt_all()?;
        Ok(outbox)
    }

    /// An outbox that could not be opened. It is tried again with each line.
    pub fn unopened(state: &Path, owner: Owner) -> Self {
        Self {
            folder: state.join(FOLDER),
            owner: Arc::new(owner),
            lines: Queue::default(),
            unkept: BTreeSet::new(),
            trouble: None,
            ledger: None,
            found: Vec::new(),
        }
    }

    /// What was found that a person should know of.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The lines, in the order in which they were said.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &Outgoing> {
        self.lines.iter().map(|(_, line)| line)
    }

    /// Keeps lines, all of them or none. When this returns they survive a crash and a power loss.
    pub fn keep(&mut self, lines: Vec<Outgoing>) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        if self.ledger.is_none() {
            self.rewrite()?;
        }
        if let Some(ledger) = &mut self.ledger {
            ledger.keep(lines.iter().map(|line| (&self.owner, line)))?;
        }
        for line in lines {
            self.lines.push(self.owner.clone(), line);
        }
        Ok(())
    }

    /// Takes a line that is sent whether the disk keeps it or not. What it did not keep before is
    /// tried once more, in its order.
    pub fn hold(&mut self, line: Outgoing) -> io::Result<()> {
        let Some(place) = self.lines.push(self.owner.clone(), line) else { return Ok(()) };
        self.unkept.insert(place);
        let caught_up = self.catch_up();
        if caught_up.is_err() && self.unkept.first() != Some(&place) {
            // What is older may be too much for the disk, and this not.
            return self.append(place);
        }
        caught_up
    }

    /// Forgets a line. A crash may undo this: the line is then sent once more under its own id,
    /// which the server knows.
    pub fn forget(&mut self, cid: &str) -> io::Result<()> {
        let Some((place, line)) = self.lines.take(cid) else { return Ok(()) };
        let was_kept = !self.unkept.remove(&place);
        let Some(ledger) = self.ledger.as_mut().filter(|_| was_kept) else { return Ok(()) };
        if self.lines.len() == self.unkept.len() {
            return ledger.rewind();
        }
        ledger.forget(&line)?;
        if ledger.waste() > MAX_WASTE { self.rewrite() } else { Ok(()) }
    }

    /// What is said from here on is said under another name; what waits is still the old one's.
    pub fn change_name(&mut self, name: &Name) {
        self.owner = Arc::new(Owner { name: name.clone(), ..Owner::clone(&self.owner) });
    }

    /// A server has let the new name in: all lines go by it, whoever they were said by.
    pub fn settle_name(&mut self) -> io::Result<()> {
        if self.lines.give_all(&self.owner) { self.rewrite() } else { Ok(()) }
    }

    /// Ends, and says what stays for the next start. An empty file goes with us.
    pub fn close(mut self) -> Left {
        // A disk that has room again takes what waited for it. If not, that is in what is left.
        let _caught_up = self.catch_up();
        let lost = self.unkept.len();
        let kept = self.lines.len() - lost;
        if let Some(ledger) = self.ledger.take_if(|_| kept == 0) {
            // If it cannot be removed the next start does, or passes over what is not there.
            let _removed = ledger.remove();
        }
        Left { kept, lost, why: self.trouble.unwrap_or_default() }
    }

    /// Keeps what the disk has not taken so far.
    fn catch_up(&mut self) -> io::Result<()> {
        let Some(&first) = self.unkept.first() else { return Ok(()) };
        // Behind what is kept it is appended; between that there is no other way to keep the order.
        let is_behind = self.lines.from(first).all(|(place, ..)| self.unkept.contains(&place));
        if is_behind { self.append(first) } else { self.rewrite() }
    }

    /// Appends the lines from a place on, none of which is kept.
    fn append(&mut self, first: u64) -> io::Result<()> {
        let Some(ledger) = &mut self.ledger else { return self.rewrite() };
        let lines = self.lines.from(first).map(|(_, owner, line)| (owner, line));
        ledger.keep(lines).inspect_err(|error| self.trouble = Some(error.to_string()))?;
        self.unkept.split_off(&first);
        Ok(())
    }

    /// Writes the lines into a new file, and lets it take the place of ours.
    fn rewrite(&mut self) -> io::Result<()> {
        let written = self.write_anew();
        match &written {
            Ok(()) => self.unkept.clear(),
            Err(error) => self.trouble = Some(error.to_string()),
        }
        written
    }

    fn write_anew(&mut self) -> io::Result<()> {
        let path = if let Some(ledger) = &self.ledger {
            ledger.path().to_owned()
        } else {
            folders::make_private(&self.folder)?;
            unique_path(&self.folder)?
        };
        // The old file keeps its lock until it is replaced; who waits for it finds it gone.
        let ledger = Ledger::create(&path, &self.owner, self.lines.iter())?;
        self.ledger.insert(ledger).sync_name()
    }
}

/// A path in the folder for a new file. Names sort by time, so that the lines of an earlier program
/// are adopted first.
fn unique_path(folder: &Path) -> io::Result<PathBuf> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let number = u64::from_le_bytes(random::bytes()?);
    Ok(folder.join(format!("{now:014}-{number:016x}.{EXTENSION}")))
}

#[cfg(test)]
mod tests;
