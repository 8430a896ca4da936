//! `kpl-chat key`: takes the secret that proves one's names to another device, or brings it from
//! there.

use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::{
    exit::{self, Exit},
    io::{
        folders,
        keys::{self, Secret},
    },
    model::words::Language,
};

/// What is to be done with the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMode {
    /// Print it.
    Export,
    /// Read it from a file, or from the standard input, and take the place of the one that is here.
    Import {
        /// The file; the standard input without one.
        file: Option<PathBuf>,
    },
    /// Print what tells it from another.
    Fingerprint,
}

/// More than a key has, with white space around it.
const MAX_BYTES: u64 = 1024;

/// Does it.
pub fn run(mode: &KeyMode, words: Language) -> anyhow::Result<Exit> {
    let state = folders::state()?;
    match mode {
        KeyMode::Export => {
            let secret = Secret::load(&state)?;
            exit::say(&words.key_exported());
            print(&secret.to_hex())?;
        }
        KeyMode::Fingerprint => print(&Secret::load(&state)?.fingerprint())?,
        KeyMode::Import { file } => return import(&state, file.as_deref(), words),
    }
    Ok(Exit::Done)
}

fn import(state: &Path, file: Option<&Path>, words: Language) -> anyhow::Result<Exit> {
    let text = match file {
        Some(path) => {
            let read = File::open(path).and_then(read);
            read.with_context(|| words.cannot_read(&path.display().to_string()))?
        }
        // Nobody should see it over one's shoulder.
        None if io::stdin().is_terminal() => {
            rpassword::prompt_password(format!("{}: ", words.key_prompt()))?
        }
        None => read(io::stdin().lock())?,
    };
    let Some(secret) = Secret::parse(&text) else {
        exit::say(&words.key_is_none());
        return Ok(Exit::Usage);
    };
    let kept = secret.put(state)?;
    let path = keys::path(state).display().to_string();
    exit::say(&words.key_imported(&secret.fingerprint(), &path));
    if let Some(kept) = kept {
        exit::say(&words.key_kept_beside(&kept.display().to_string()));
    }
    Ok(Exit::Done)
}

fn read(source: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    source.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn print(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        // Whoever reads it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
