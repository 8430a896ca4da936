//! `kpl-chat key`: takes the secret that proves one's names to another device, or brings it from
//! there.

use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use qrcode::{QrCode, render::unicode::Dense1x2};

use crate::{
    exit::{self, Exit},
    io::{
        folders,
        identity::Identity,
        keys::{self, Secret},
    },
    model::words::Language,
    settings::Settings,
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
    /// Print the link that takes one's name at one server to a browser, or to another device.
    Link,
    /// Print what tells it from another.
    Fingerprint,
}

/// More than a key or a link has, with white space around it.
const MAX_BYTES: u64 = 4096;

/// Does it.
pub fn run(mode: &KeyMode, settings: &Settings) -> anyhow::Result<Exit> {
    let words = settings.language;
    let state = folders::state()?;
    match mode {
        KeyMode::Export => {
            let secret = Secret::load(&state)?;
            exit::say(&words.key_exported());
            print(&secret.to_hex())?;
        }
        KeyMode::Fingerprint => print(&Secret::load(&state)?.fingerprint())?,
        KeyMode::Link => {
            let (address, name) = (settings.address.clone(), settings.name()?.clone());
            let key = keys::at(&state, &address.origin())?;
            let link = Identity { address, key, name: Some(name) }.link();
            exit::say(&words.key_linked());
            print(&link)?;
            if io::stdout().is_terminal() {
                print(&drawn(&link)?)?;
            }
        }
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
    let kept = if let Some(Identity { address, key, name }) = Identity::parse(&text) {
        let kept = keys::bring(state, &address.origin(), &key)?;
        let name = name.as_ref().map_or("NAME", |name| name.as_str());
        exit::say(&words.key_brought(&address.to_string(), name));
        kept
    } else if let Some(secret) = Secret::parse(&text) {
        let kept = secret.put(state)?;
        let path = keys::path(state).display().to_string();
        exit::say(&words.key_imported(&secret.fingerprint(), &path));
        kept
    } else {
        exit::say(&words.key_is_none());
        return Ok(Exit::Usage);
    };
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

/// The QR code of a text, dark on light whatever the terminal's own colours are.
fn drawn(text: &str) -> anyhow::Result<String> {
    let code = QrCode::new(text)?.render::<Dense1x2>().build();
    let rows: Vec<_> = code.lines().map(|row| format!("\x1b[30;107m{row}\x1b[0m")).collect();
    Ok(rows.join("\n"))
}

fn print(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        // Whoever reads it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
