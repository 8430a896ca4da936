//! A colour, as a terminal is told it and as people write it.

use std::str::FromStr;

use crate::model::words::Language;

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// One of the terminal's 256: its own sixteen, a cube of 216, and 24 greys.
    Index(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// Which colours a terminal has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// None, or the person wants none.
    None,
    /// The 256 that have a number.
    Indexed,
    /// All.
    #[default]
    Full,
}

/// A text that is no colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence(Language::En))]
pub struct NoColour(String);

impl NoColour {
    /// The sentence in the reader's language.
    pub fn sentence(&self, words: Language) -> String {
        words.no_colour(&self.0, &words.enumeration(&NAMES))
    }
}

/// The terminal's own sixteen, in their order.
const NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];
/// What the numbers of the cube stand for.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
/// The first number of the cube, and of the greys after it.
const CUBE: u8 = 16;
const GREYS: u8 = 232;

impl Depth {
    /// What a colour is where only these can be drawn.
    pub fn of(self, colour: Colour) -> Option<Colour> {
        match self {
            Self::None => None,
            Self::Indexed => Some(colour.indexed()),
            Self::Full => Some(colour),
        }
    }
}

impl Colour {
    /// The nearest of the colours that have a number, of those that look alike everywhere.
    fn indexed(self) -> Self {
        let Self::Rgb(red, green, blue) = self else { return self };
        let level = |value: u8| {
            (0_u8..).zip(LEVELS).min_by_key(|(_, level)| level.abs_diff(value)).unwrap_or_default()
        };
        let ((r, red_level), (g, green_level), (b, blue_level)) =
            (level(red), level(green), level(blue));
        let cube = (CUBE + 36 * r + 6 * g + b, (red_level, green_level, blue_level));
        let greys = (GREYS..=255).map(|index| {
            let grey = 8 + 10 * (index - GREYS);
            (index, (grey, grey, grey))
        });
        let far = |(_, (r, g, b)): &(u8, (u8, u8, u8))| {
            let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
            square(*r, red) + square(*g, green) + square(*b, blue)
        };
        let (index, _) = std::iter::once(cube).chain(greys).min_by_key(far).unwrap_or(cube);
        Self::Index(index)
    }
}

impl FromStr for Colour {
    type Err = NoColour;

    /// Reads a colour as people write it: `#ffaf87`, `red`, `bright-blue`, `208`.
    fn from_str(written: &str) -> Result<Self, NoColour> {
        let no_colour = || NoColour(written.into());
        if let Some(digits) = written.strip_prefix('#') {
            if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(no_colour());
            }
            let [_, red, green, blue] =
                u32::from_str_radix(digits, 16).map_err(|_| no_colour())?.to_be_bytes();
            return Ok(Self::Rgb(red, green, blue));
        }
        let name = written.to_ascii_lowercase().replace([' ', '_'], "-");
        let named = (0..).zip(NAMES).find(|(_, known)| *known == name);
        match named {
            Some((index, _)) => Ok(Self::Index(index)),
            None => written.parse().map(Self::Index).map_err(|_| no_colour()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_read_as_people_write_it() {
        for (written, colour) in [
            ("#ffaf87", Colour::Rgb(0xff, 0xaf, 0x87)),
            ("#FFAF87", Colour::Rgb(0xff, 0xaf, 0x87)),
            ("red", Colour::Index(1)),
            ("Bright Blue", Colour::Index(12)),
            ("208", Colour::Index(208)),
        ] {
            assert_eq!(written.parse(), Ok(colour), "{written}");
        }
    }

    #[test]
    fn what_is_no_colour_says_how_one_is_written() {
        for written in ["", "#fff", "#gggggg", "#+fffff", "256", "-1", "pink", "#汉汉"] {
            let error = written.parse::<Colour>().unwrap_err().to_string();
            assert!(error.contains("#rrggbb") && error.contains("bright-cyan"), "{error}");
        }
    }

    #[test]
    fn a_terminal_of_256_colours_gets_the_nearest() {
        for (colour, index) in [
            (Colour::Rgb(0xff, 0xaf, 0x87), 216),
            (Colour::Rgb(0xfe, 0xb0, 0x88), 216),
            (Colour::Rgb(0x9e, 0x9e, 0x9e), 247),
            (Colour::Rgb(0, 0, 0), 16),
            (Colour::Rgb(255, 255, 255), 231),
            (Colour::Index(3), 3),
        ] {
            assert_eq!(Depth::Indexed.of(colour), Some(Colour::Index(index)));
        }
        assert_eq!(Depth::None.of(Colour::Index(3)), None);
    }
}
