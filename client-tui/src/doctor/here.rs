//! This machine: the language, the folders, the key, the name and the clipboard.

use std::{
    env,
    fs::{self, OpenOptions},
    io,
    path::Path,
};

use super::finding::{
    Findings,
    Verdict::{Ok as Well, Warning, Wrong},
};
use crate::{
    io::{desktop, escape, folders, keys},
    model::words::Language,
    settings::{Settings, surroundings},
};

/// The programs that put text into a clipboard, and the variable without which each is of no use.
const CLIPBOARDS: &[(&str, Option<&str>)] = &[
    ("wl-copy", Some("WAYLAND_DISPLAY")),
    ("xclip", Some("DISPLAY")),
    ("xsel", Some("DISPLAY")),
    ("pbcopy", None),
    ("clip.exe", None),
];

/// Looks at this machine.
pub(super) async fn look(settings: &Settings, findings: &mut Findings) -> io::Result<()> {
    language(findings)?;
    name(settings, findings)?;
    folder_and_key(findings)?;
    clipboard(findings).await
}

fn language(findings: &mut Findings) -> io::Result<()> {
    let words = findings.words;
    // How characters are encoded is a matter of its own.
    let charset = surroundings::locale_of("LC_CTYPE");
    let normal = charset.to_ascii_lowercase().replace('-', "");
    if !normal.contains("utf8") {
        let charset = if charset.is_empty() { words.doc_no_locale() } else { charset };
        return findings.found(Language::doc_language, Warning, &words.doc_not_utf8(&charset));
    }
    findings.found(Language::doc_language, Well, &words.doc_speaks(&charset))
}

fn name(settings: &Settings, findings: &mut Findings) -> io::Result<()> {
    match settings.name() {
        Ok(name) => findings.found(Language::doc_name, Well, name.as_str()),
        Err(error) => findings.found(Language::doc_name, Wrong, &error.to_string()),
    }
}

fn folder_and_key(findings: &mut Findings) -> io::Result<()> {
    let words = findings.words;
    let Ok(folder) = folders::state_path() else {
        return findings.found(Language::doc_folders, Wrong, &words.doc_homeless());
    };
    let shown = folder.display().to_string();
    match write_into(&folder) {
        Ok(()) => findings.found(Language::doc_folders, Well, &words.doc_writable(&shown))?,
        Err(error) => {
            let sentence = words.doc_not_writable(&shown, &error.to_string());
            findings.found(Language::doc_folders, Wrong, &sentence)?;
        }
    }
    let (verdict, sentence) = match keys::Secret::read(&folder) {
        Ok(Some(secret)) => {
            let path = keys::path(&folder).display().to_string();
            (Well, words.doc_fingerprint(&path, &secret.fingerprint()))
        }
        Ok(None) => (Well, words.doc_no_key(&keys::path(&folder).display().to_string())),
        Err(error) => (Wrong, error.sentence(words)),
    };
    findings.found(Language::doc_key, verdict, &sentence)
}

/// Tries whether the folder can be written, or made; leaves nothing behind that was not there.
fn write_into(folder: &Path) -> io::Result<()> {
    let Some(there) = folder.ancestors().find(|folder| folder.exists()) else {
        return Err(io::ErrorKind::NotFound.into());
    };
    let trial = there.join(format!(".kpl-chat-doctor-{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&trial)?;
    fs::remove_file(trial)
}

async fn clipboard(findings: &mut Findings) -> io::Result<()> {
    let words = findings.words;
    let tool = CLIPBOARDS.iter().find(|(tool, needs)| {
        needs.is_none_or(|variable| env::var_os(variable).is_some_and(|value| !value.is_empty()))
            && is_installed(tool)
    });
    let (verdict, sentence) = match tool {
        Some((tool, _)) => (Well, words.doc_clipboard_tool(tool)),
        None => (Warning, words.doc_clipboard_osc()),
    };
    findings.found(Language::doc_clipboard, verdict, &sentence)?;
    if !escape::in_tmux() {
        return Ok(());
    }
    let (verdict, sentence) = match desktop::clipboard_of_tmux().await.as_deref() {
        Some("off") => (Warning, words.doc_tmux_keeps()),
        Some(how) => (Well, words.doc_tmux_passes(how)),
        None => (Warning, words.doc_tmux_silent()),
    };
    findings.found(Language::doc_tmux, verdict, &sentence)
}

fn is_installed(tool: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}
