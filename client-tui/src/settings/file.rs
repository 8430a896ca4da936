//! The settings file: what counts where neither a flag nor the environment says anything.

use std::{
    borrow::Cow,
    io,
    path::{Path, PathBuf},
};

use kpl_shared::{
    fingerprint::Fingerprint,
    names::{Name, RoomName},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    SettingsError,
    entries::ENTRIES,
    themed::{Themed, themed},
    values,
};
use crate::{
    io::{address::Address, trust::Trust},
    model::{attention::Notify, hand::keymap::Keymap, room::people::Folding, words::Language},
};

/// What the file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Configured {
    /// A name that will not do is only a matter for those who speak.
    pub(super) name: Option<Result<Name, SettingsError>>,
    pub(super) url: Option<Address>,
    pub(super) ca_cert: Option<Trust>,
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) room: Option<RoomName>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) lang: Option<Language>,
    pub(super) links: Option<bool>,
    pub(super) theme: Themed,
    pub(super) notify: Option<Notify>,
    pub(super) pictures: Option<values::Pictures>,
    pub(super) typing: Option<bool>,
    pub(super) keymap: Keymap,
    pub(super) people: Folding,
    pub(super) vi: bool,
    pub(super) log: Option<PathBuf>,
    /// There is a file.
    pub(super) is_there: bool,
}

/// Where something is wrong, in bytes from the beginning, and why.
pub(super) type Wrong = (usize, String);
type Value<'a> = Spanned<DeValue<'a>>;

/// Reads the file. `None` if there is none.
pub(super) fn configured(
    path: &Path,
    words: Language,
) -> Result<Option<Configured>, SettingsError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, path, words).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SettingsError(
            words.file_unreadable(&path.display().to_string(), &error.to_string()),
        )),
    }
}

/// The language that the file asks for, whatever else stands in it.
pub(super) fn language(path: &Path) -> Option<Language> {
    // What is wrong with the file is said when it is read in earnest.
    let text = std::fs::read_to_string(path).ok()?;
    let table = DeTable::parse(&text).ok()?;
    Language::named(table.get_ref().get("lang")?.get_ref().as_str()?)
}

pub(super) fn parse(text: &str, path: &Path, words: Language) -> Result<Configured, SettingsError> {
    let wrong = |(at, why): Wrong| {
        let line = 1 + text[..text.floor_char_boundary(at)].matches('\n').count();
        SettingsError(words.file_wrong(&path.display().to_string(), line, &why))
    };
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        wrong((at, words.file_no_toml(&error.message().replace('\n', " "))))
    })?;
    let mut configured = Configured { is_there: true, ..Configured::default() };
    for (key, value) in table.into_inner() {
        if key.get_ref() == "name" {
            let (at, name) = (value.span().start, text_of("name", &value, words).map_err(wrong)?);
            configured.name = Some(values::name(name, words).map_err(|why| wrong((at, why))));
            continue;
        }
        configured.take(&key, &value, words).map_err(wrong)?;
    }
    Ok(configured)
}

impl Configured {
    fn take(
        &mut self,
        key: &Spanned<Cow<'_, str>>,
        value: &Value<'_>,
        words: Language,
    ) -> Result<(), Wrong> {
        match key.get_ref().as_ref() {
            "url" => self.url = Some(read("url", value, words, values::address)?),
            "ca_cert" => self.ca_cert = Some(read("ca_cert", value, words, values::authorities)?),
            "fingerprint" => {
                self.fingerprint = Some(read("fingerprint", value, words, values::fingerprint)?);
            }
            "room" => self.room = Some(read("room", value, words, values::room)?),
            "lang" => self.lang = Some(read("lang", value, words, values::language)?),
            "links" => self.links = read("links", value, words, values::links)?,
            "notify" => self.notify = Some(read("notify", value, words, values::notify)?),
            "pictures" => {
                self.pictures = Some(read("pictures", value, words, values::pictures)?);
            }
            "people" => self.people = read("people", value, words, values::people)?,
            "typing" => self.typing = Some(is_so("typing", value, words)?),
            "vi" => self.vi = is_so("vi", value, words)?,
            "password_file" => {
                self.password_file = Some(values::path(text_of("password_file", value, words)?));
            }
            "log" => self.log = Some(values::path(text_of("log", value, words)?)),
            "theme" => self.theme = themed(value, words)?,
            "keys" => bind(&mut self.keymap, value, words)?,
            unknown => {
                let known: Vec<&str> = ENTRIES.iter().map(|entry| entry.key).collect();
                let why = words.file_unknown_key(unknown, &words.enumeration(&known));
                return Err((key.span().start, why));
            }
        }
        Ok(())
    }
}

/// Reads a value that is written as a text.
fn read<T>(
    key: &str,
    value: &Value<'_>,
    words: Language,
    read: fn(&str, Language) -> Result<T, String>,
) -> Result<T, Wrong> {
    read(text_of(key, value, words)?, words).map_err(|why| (value.span().start, why))
}

fn text_of<'a>(key: &str, value: &'a Value<'_>, words: Language) -> Result<&'a str, Wrong> {
    value.get_ref().as_str().ok_or_else(|| (value.span().start, words.file_not_text(key)))
}

pub(super) fn is_so(key: &str, value: &Value<'_>, words: Language) -> Result<bool, Wrong> {
    let told = value.get_ref().as_bool();
    told.ok_or_else(|| (value.span().start, words.file_not_bool(key)))
}

/// Binds the keys of the `[keys]` table, or says where and why one cannot be bound.
fn bind(keymap: &mut Keymap, keys: &Value<'_>, words: Language) -> Result<(), Wrong> {
    let Some(table) = keys.get_ref().as_table() else {
        return Err((keys.span().start, words.file_no_table("keys")));
    };
    for (key, action) in table {
        let at = key.span().start;
        let Some(action) = action.get_ref().as_str() else {
            return Err((at, words.file_no_action(key.get_ref())));
        };
        keymap.bind(key.get_ref(), action).map_err(|error| (at, error.sentence(words)))?;
    }
    Ok(())
}
