//! What earlier programs left behind, taken over.

use std::{
    ffi::OsStr,
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use kpl_shared::names::Name;

use super::{
    DRAFT, EXTENSION, Outbox, Owner,
    ledger::{self, Ledger},
    unique_path,
};
use crate::{io::locked, model::effect::Outgoing};

/// What is put behind the name of a file that cannot be read.
pub(super) const DAMAGED: &str = "damaged";

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
    /// Takes over the files that nobody holds, oldest first.
    pub(super) fn adopt_all(&mut self) -> io::Result<()> {
        let own = self.ledger.as_ref().map(|ledger| ledger.path().to_owned());
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let extension = path.extension().and_then(OsStr::to_str);
            if extension == Some(DRAFT) && is_old(&path) {
                // A crash left it; if it vanishes under our hands, so much the better.
                let _removed = fs::remove_file(&path);
            }
            if extension == Some(EXTENSION) && own.as_ref() != Some(&path) {
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
    /// another owner's stays, in a file of its own where the rest of this one cannot be read.
    fn adopt(&mut self, path: &Path) -> io::Result<()> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened?,
        };
        if file.try_lock().is_err() || !locked::is_at(&file, path)? {
            return Ok(());
        }
        let mut content = ledger::read(&file)?;
        let (ours, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut content.lines).into_iter().partition(|(o, _)| **o == *self.owner);
        let ours: Vec<Outgoing> = ours.into_iter().map(|(_, line)| line).collect();
        self.keep(ours.iter().filter(|line| !self.lines.has(&line.cid)).cloned().collect())?;
        if !content.is_whole {
            self.save(&others)?;
            let aside = path.with_extension(DAMAGED);
            fs::rename(path, &aside)?;
            self.found.push(Found::Damaged(aside));
        } else if others.is_empty() {
            fs::remove_file(path)?;
        } else {
            ledger::forget_in(&file, &content, &ours)?;
        }
        for (owner, _) in others {
            self.note_waiting(&owner);
        }
        Ok(())
    }

    /// Leaves lines of others for their own start.
    fn save(&self, others: &[(Arc<Owner>, Outgoing)]) -> io::Result<()> {
        let Some((first, _)) = others.first() else { return Ok(()) };
        let lines = others.iter().map(|(owner, line)| (owner, line));
        Ledger::create(&unique_path(&self.folder)?, first, lines)?.sync_name()
    }

    fn note_waiting(&mut self, owner: &Owner) {
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
        self.found.push(Found::Waiting(owner.name.clone(), 1));
    }
}

/// Whether a draft cannot be in the making any more, which takes milliseconds.
fn is_old(draft: &Path) -> bool {
    let modified = fs::metadata(draft).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > Duration::from_mins(1)))
}
