//! Values: each setting that is written as a text is read alike from a flag, a variable and the
//! file. What is wrong with one is a sentence.

use std::{fs, path::PathBuf};

use kpl_shared::{
    fingerprint::Fingerprint,
    names::{Name, RoomName},
};

use crate::{
    io::{address::Address, trust::Trust},
    model::{attention::Notify, room::people::Folding, room::pictures::Means, words::Language},
};

pub(super) fn language(written: &str, words: Language) -> Result<Language, String> {
    Language::named(written).ok_or_else(|| words.lang_unknown(written))
}

pub(super) fn name(written: &str, words: Language) -> Result<Name, String> {
    Name::parse(written).map_err(|error| words.name_unusable(written, &words.name_error(&error)))
}

pub(super) fn room(written: &str, words: Language) -> Result<RoomName, String> {
    RoomName::parse(written)
        .map_err(|error| words.room_unusable(written, &words.name_error(&error)))
}

pub(super) fn address(written: &str, words: Language) -> Result<Address, String> {
    Address::parse(written).map_err(|error| error.sentence(words))
}

pub(super) fn fingerprint(written: &str, words: Language) -> Result<Fingerprint, String> {
    written.parse().map_err(|_| words.fingerprint_wrong(written.trim()))
}

/// The authorities in a file.
pub(super) fn authorities(written: &str, words: Language) -> Result<Trust, String> {
    let path = path(written);
    let shown = path.display().to_string();
    let pem = fs::read(&path).map_err(|error| words.file_unreadable(&shown, &error.to_string()))?;
    Trust::authorities(pem).ok_or_else(|| words.authority_none(&shown))
}

pub(super) fn notify(written: &str, words: Language) -> Result<Notify, String> {
    match written {
        "bell" => Ok(Notify::Bell),
        "desktop" => Ok(Notify::Desktop),
        "both" => Ok(Notify::Both),
        "off" => Ok(Notify::Off),
        _ => Err(words.notify_unknown(written)),
    }
}

pub(super) fn typing(written: &str, words: Language) -> Result<bool, String> {
    match written {
        "on" | "true" | "1" => Ok(true),
        "off" | "false" | "0" => Ok(false),
        _ => Err(words.typing_unknown(written)),
    }
}

/// Whether links can be opened, if that is not to be found out.
pub(super) fn links(written: &str, words: Language) -> Result<Option<bool>, String> {
    match written {
        "auto" => Ok(None),
        "on" => Ok(Some(true)),
        "off" => Ok(Some(false)),
        _ => Err(words.links_unknown(written)),
    }
}

/// By what pictures are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Pictures {
    /// By what is found out.
    #[default]
    Auto,
    /// By this.
    By(Means),
}

pub(super) fn pictures(written: &str, words: Language) -> Result<Pictures, String> {
    match written {
        "auto" => Ok(Pictures::Auto),
        "kitty" => Ok(Pictures::By(Means::Kitty)),
        "sixel" => Ok(Pictures::By(Means::Sixel)),
        "iterm2" => Ok(Pictures::By(Means::Iterm2)),
        "blocks" => Ok(Pictures::By(Means::Blocks)),
        "off" => Ok(Pictures::By(Means::Off)),
        _ => Err(words.pictures_unknown(written)),
    }
}

pub(super) fn people(written: &str, words: Language) -> Result<Folding, String> {
    match written {
        "auto" => Ok(Folding::Auto),
        "on" => Ok(Folding::On),
        "off" => Ok(Folding::Off),
        _ => Err(words.people_unknown(written)),
    }
}

/// A file. What a shell would have taken for the home folder is it here, too.
pub(super) fn path(written: &str) -> PathBuf {
    let at_home = written.strip_prefix("~/").and_then(|rest| {
        let home = etcetera::home_dir().ok()?;
        Some(home.join(rest))
    });
    at_home.unwrap_or_else(|| written.into())
}
