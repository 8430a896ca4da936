//! The theme in the settings file: its name alone, or a table with colours of one's own.

use toml::{Spanned, de::DeValue};

use crate::model::{
    look::{
        colour::Colour,
        theme::{self, INKS, NAMES, OWN, Theme},
    },
    page::rows::Ink,
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

/// Where something is wrong, and why.
type Wrong = (usize, String);

/// Reads `theme = "dark"`, or the table `[theme]`.
pub(super) fn themed(value: &Spanned<DeValue<'_>>) -> Result<Themed, Wrong> {
    let Some(table) = value.get_ref().as_table() else {
        return Ok(Themed { theme: Some(named(value)?), ..Themed::default() });
    };
    let mut themed = Themed::default();
    if let Some(name) = table.get("name") {
        themed.theme = Some(named(name)?);
    }
    let base = themed.theme.clone().or_else(|| Theme::named("dark")).unwrap_or_default();
    let mut own = Theme { name: OWN, ..base };
    let mut is_own = false;
    for (key, value) in table {
        let at = value.span().start;
        match key.get_ref().as_ref() {
            "name" => continue,
            "background" => {
                themed.painted = value.get_ref().as_bool().ok_or_else(|| {
                    (at, "`background` is true or false: whether it is painted".to_owned())
                })?;
                continue;
            }
            NAMES => own.names = names(value)?.into(),
            word => own.colour_in(ink(word).ok_or_else(|| (key.span().start, unknown(word)))?, {
                colour(value)?
            }),
        }
        is_own = true;
    }
    themed.own = is_own.then_some(own);
    Ok(themed)
}

fn named(value: &Spanned<DeValue<'_>>) -> Result<Theme, Wrong> {
    let name = value.get_ref().as_str().unwrap_or_default();
    Theme::named(name).ok_or_else(|| {
        let known = theme::names().collect::<Vec<_>>().join("\", \"");
        (value.span().start, format!("nobody knows that theme; there are \"{known}\""))
    })
}

fn names(value: &Spanned<DeValue<'_>>) -> Result<Vec<Colour>, Wrong> {
    let list = value.get_ref().as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| {
        (value.span().start, format!("`{NAMES}` is a list of colours: [\"#ffaf87\", \"cyan\"]"))
    })?;
    list.iter().map(colour).collect()
}

fn colour(value: &Spanned<DeValue<'_>>) -> Result<Colour, Wrong> {
    let written = match value.get_ref() {
        DeValue::String(written) => written.as_ref(),
        DeValue::Integer(number) => number.as_str(),
        _ => "",
    };
    written.parse::<Colour>().map_err(|error| (value.span().start, error.to_string()))
}

fn ink(word: &str) -> Option<Ink> {
    INKS.iter().find(|(known, _)| *known == word).map(|(_, ink)| *ink)
}

fn unknown(word: &str) -> String {
    let inks = INKS.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    format!("a theme has no `{word}`; it has name, background, {NAMES}, {inks}")
}
