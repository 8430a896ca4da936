//! A theme: which ink has which colour, on which background.

use std::borrow::Cow;

use crate::model::{
    look::{colour::Colour, palette},
    page::rows::Ink,
};

/// What a theme of the settings file is called.
pub const OWN: &str = "own";
/// What the colours of names are called in a settings file.
pub const NAMES: &str = "names";
/// The inks that a theme may give a colour to, as a settings file calls them.
pub const INKS: &[(&str, Ink)] = &[
    ("said", Ink::Said),
    ("dim", Ink::Dim),
    ("wrong", Ink::Wrong),
    ("heading", Ink::Heading),
    ("key", Ink::Key),
    ("code", Ink::Code),
    ("link", Ink::Link),
    ("mention", Ink::Mention),
    ("found", Ink::Found),
    ("unread", Ink::Unread),
];

/// Which ink has which colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: &'static str,
    /// The background that it is made for; none where the terminal's own colours are drawn on it.
    pub background: Option<Colour>,
    /// The colours of names.
    pub names: Cow<'static, [Colour]>,
    /// The colours of inks. One without is drawn in the terminal's own.
    pub inks: Cow<'static, [(Ink, Colour)]>,
}

impl Default for Theme {
    /// The terminal's own sixteen colours.
    fn default() -> Self {
        palette::SIXTEEN
    }
}

impl Theme {
    /// The theme of that name that the program brings.
    pub fn named(name: &str) -> Option<Self> {
        palette::THEMES.iter().find(|theme| theme.name.eq_ignore_ascii_case(name)).cloned()
    }

    /// Gives an ink another colour.
    pub fn colour_in(&mut self, ink: Ink, colour: Colour) {
        let inks = self.inks.to_mut();
        inks.retain(|(coloured, _)| *coloured != ink);
        inks.push((ink, colour));
    }

    /// The colour of an ink, if it has one.
    pub fn colour(&self, ink: Ink) -> Option<Colour> {
        if let Ink::Name(number) = ink {
            let count = u32::try_from(self.names.len()).ok()?;
            let at = usize::try_from(number.checked_rem(count)?).ok()?;
            return self.names.get(at).copied();
        }
        self.inks.iter().find(|(coloured, _)| *coloured == ink).map(|(_, colour)| *colour)
    }
}

/// The names of the themes that the program brings.
pub fn names() -> impl Iterator<Item = &'static str> {
    palette::THEMES.iter().map(|theme| theme.name)
}
