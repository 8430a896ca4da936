//! The look: in which colours and with which glyphs the screen is drawn. Meaning is never in colour alone, so all of it
//! can go.
//!
//! - [`glyphs`]: what the terminal draws as wide as Unicode says
//! - [`colour`]: one colour, and how a settings file writes it
//! - [`theme`]: which ink has which colour
//! - `palette`: the themes that the program brings

pub mod colour;
pub mod glyphs;
mod palette;
#[cfg(test)]
mod tests;
pub mod theme;

use crate::model::{
    look::{
        colour::{Colour, Depth},
        glyphs::Glyphs,
        theme::Theme,
    },
    page::rows::Ink,
};

/// The colours of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The theme that is drawn in.
    pub theme: Theme,
    /// The theme of the settings file, if it has colours of its own.
    pub own: Option<Theme>,
    /// Which colours the terminal has.
    pub depth: Depth,
    /// Whether the theme's background is painted too. Terminals have one of their own.
    pub painted: bool,
    /// What the terminal has told of its glyphs.
    pub glyphs: Glyphs,
}

impl Default for Look {
    /// The terminal's own sixteen colours.
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            own: None,
            depth: Depth::Full,
            painted: false,
            glyphs: Glyphs::default(),
        }
    }
}

impl Look {
    /// Takes another theme; says whether there is one of that name.
    pub fn take(&mut self, name: &str) -> bool {
        let own = self.own.as_ref().filter(|own| own.name.eq_ignore_ascii_case(name)).cloned();
        let Some(theme) = own.or_else(|| Theme::named(name)) else { return false };
        self.theme = theme;
        true
    }

    /// Whether anything is drawn in colour.
    pub fn is_coloured(&self) -> bool {
        self.depth != Depth::None
    }

    /// The names of the themes that can be taken.
    pub fn names(&self) -> Vec<&'static str> {
        theme::names().chain(self.own.as_ref().map(|own| own.name)).collect()
    }

    /// The colour of an ink; without one it is drawn in the terminal's own.
    pub fn colour(&self, ink: Ink) -> Option<Colour> {
        // What people say has the terminal's own colour on the terminal's own background.
        let own = ink == Ink::Said && self.paper().is_none();
        self.theme.colour(ink).filter(|_| !own).and_then(|colour| self.depth.of(colour))
    }

    /// The background, where it is painted.
    pub fn paper(&self) -> Option<Colour> {
        self.theme.background.filter(|_| self.painted).and_then(|colour| self.depth.of(colour))
    }
}
