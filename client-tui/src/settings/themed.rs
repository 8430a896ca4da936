//! The theme in the settings file: its name alone, or a table with colours of one's own.

use toml::{Spanned, de::DeValue};

use super::file::{Wrong, is_so};
use crate::model::{
    look::{
        colour::Colour,
        theme::{self, INKS, NAMES, OWN, Theme},
    },
    page::rows::Ink,
    words::Language,
};

/// What the file says of colours.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Themed {
    /// The theme that it names.
    pub(super) theme: Option<Theme>,
    /// That theme with colours of one's own.
    pub(super) own: Option<Theme>,
    /// Whether the background is painted.
    pub(super) painted: bool,
}

/// Reads `theme = "dark"`, or the table `[theme]`.
pub(super) fn themed(value: &Spanned<DeValue<'_>>, words: Language) -> Result<Themed, Wrong> {
    let Some(table) = value.get_ref().as_table() else {
        return Ok(Themed { theme: Some(named(value, words)?), ..Themed::default() });
    };
    let mut themed = Themed::default();
    if let Some(name) = table.get("name") {
        themed.theme = Some(named(name, words)?);
    }
    let base = themed.theme.clone().or_else(|| Theme::named("dark")).unwrap_or_default();
    let mut own = Theme { name: OWN, ..base };
    let mut is_own = false;
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "name" => continue,
            "background" => {
                themed.painted = is_so("background", value, words)?;
                continue;
            }
            NAMES => own.names = names(value, words)?.into(),
            word => {
                let ink = ink(word).ok_or_else(|| (key.span().start, unknown(word, words)))?;
                own.colour_in(ink, colour(value, words)?);
            }
        }
        is_own = true;
    }
    themed.own = is_own.then_some(own);
    Ok(themed)
}

fn named(value: &Spanned<DeValue<'_>>, words: Language) -> Result<Theme, Wrong> {
    let name = value.get_ref().as_str().unwrap_or_default();
    Theme::named(name).ok_or_else(|| {
        let known: Vec<String> = theme::names().map(|name| format!("{name:?}")).collect();
        (value.span().start, words.file_no_theme(&words.enumeration(&known)))
    })
}

fn names(value: &Spanned<DeValue<'_>>, words: Language) -> Result<Vec<Colour>, Wrong> {
    let list = value.get_ref().as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| (value.span().start, words.file_no_colours(NAMES)))?;
    list.iter().map(|value| colour(value, words)).collect()
}

fn colour(value: &Spanned<DeValue<'_>>, words: Language) -> Result<Colour, Wrong> {
    let written = match value.get_ref() {
        DeValue::String(written) => written.as_ref(),
        DeValue::Integer(number) => number.as_str(),
        _ => "",
    };
    written.parse::<Colour>().map_err(|error| (value.span().start, error.sentence(words)))
}

fn ink(word: &str) -> Option<Ink> {
    INKS.iter().find(|(known, _)| *known == word).map(|(_, ink)| *ink)
}

fn unknown(word: &str, words: Language) -> String {
    let inks = INKS.iter().map(|(word, _)| *word);
    let known: Vec<&str> = ["name", "background", NAMES].into_iter().chain(inks).collect();
    words.file_no_ink(word, &words.enumeration(&known))
}
