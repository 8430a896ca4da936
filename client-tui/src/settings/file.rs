//! The settings file: what counts where neither a flag nor the environment says anything.

use std::{io, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    SettingsError,
    themed::{Themed, themed},
};
use crate::model::{hand::keymap::Keymap, state::Folding, words::Language};

/// What the file may hold.
const KEYS: [&str; 11] =
    ["name", "url", "room", "lang", "links", "theme", "people", "notify", "typing", "vi", "keys"];

/// Where each value comes from when no flag gives it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Configured {
    pub(super) name: Option<String>,
    pub(super) url: Option<String>,
    pub(super) room: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) links: Option<String>,
    pub(super) theme: Themed,
    pub(super) notify: Option<String>,
    pub(super) typing: Option<String>,
    pub(super) keymap: Keymap,
    pub(super) people: Folding,
    /// There is a file.
    pub(super) is_there: bool,
    pub(super) vi: bool,
}

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

pub(super) fn parse(text: &str, path: &Path, words: Language) -> Result<Configured, SettingsError> {
    let wrong = |at: usize, why: &str| {
        let line = 1 + text[..text.floor_char_boundary(at)].matches('\n').count();
        SettingsError(words.file_wrong(&path.display().to_string(), line, why))
    };
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        wrong(at, &error.message().replace('\n', " "))
    })?;
    let mut configured = Configured { is_there: true, ..Configured::default() };
    for (key, value) in table.into_inner() {
        let place = match key.get_ref().as_ref() {
            "name" => &mut configured.name,
            "url" => &mut configured.url,
            "room" => &mut configured.room,
            "lang" => &mut configured.lang,
            "links" => &mut configured.links,
            "theme" => {
                configured.theme = themed(&value).map_err(|(at, why)| wrong(at, &why))?;
                continue;
            }
            "people" => {
                let folding = match value.get_ref().as_str() {
                    Some("auto") => Folding::Auto,
                    Some("on") => Folding::On,
                    Some("off") => Folding::Off,
                    _ => {
                        let why = "`people` is \"auto\", \"on\" or \"off\"";
                        return Err(wrong(value.span().start, why));
                    }
                };
                configured.people = folding;
                continue;
            }
            "notify" => &mut configured.notify,
            "typing" => {
                let Some(typing) = value.get_ref().as_bool() else {
                    return Err(wrong(value.span().start, &words.typing_no_bool()));
                };
                configured.typing = Some(typing.to_string());
                continue;
            }
            "vi" => {
                let Some(vi) = value.get_ref().as_bool() else {
                    return Err(wrong(value.span().start, &words.vi_no_bool()));
                };
                configured.vi = vi;
                continue;
            }
            "keys" => {
                bind(&mut configured.keymap, &value).map_err(|(at, why)| wrong(at, &why))?;
                continue;
            }
            unknown => {
                let known = KEYS.join(", ");
                let why = words.file_unknown_key(unknown, &known);
                return Err(wrong(key.span().start, &why));
            }
        };
        let Some(value) = value.get_ref().as_str() else {
            let why = words.file_not_text(key.get_ref());
            return Err(wrong(value.span().start, &why));
        };
        *place = Some(value.to_owned());
    }
    Ok(configured)
}

/// Binds the keys of the `[keys]` table, or says where and why one cannot be bound.
fn bind(keymap: &mut Keymap, keys: &Spanned<DeValue<'_>>) -> Result<(), (usize, String)> {
    let Some(table) = keys.get_ref().as_table() else {
        return Err((keys.span().start, "`keys` is a table: [keys]".into()));
    };
    for (key, action) in table {
        let at = key.span().start;
        let Some(action) = action.get_ref().as_str() else {
            return Err((at, format!("`{}` is bound to the name of an action", key.get_ref())));
        };
        keymap.bind(key.get_ref(), action).map_err(|error| (at, error.to_string()))?;
    }
    Ok(())
}
