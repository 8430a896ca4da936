//! Ink: how what is written looks. Meaning is never in colour alone, so all of it can go.

use ratatui::style::{Color, Modifier, Style};

use crate::model::{page::rows::Ink, state::State};

/// The colours of names: those that can be read on dark and on light.
const NAMES: [Color; 12] = [
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
];

/// The style of an ink.
pub fn style(state: &State, ink: Ink) -> Style {
    let plain = Style::new();
    let (modifier, colour) = match ink {
        Ink::Said => return plain,
        Ink::Dim => return plain.add_modifier(Modifier::DIM),
        Ink::Name(number) => (Modifier::BOLD, NAMES[number as usize % NAMES.len()]),
        Ink::Heading => return plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Ink::Key => return plain.add_modifier(Modifier::BOLD),
        Ink::Wrong => (Modifier::BOLD, Color::Red),
    };
    let style = plain.add_modifier(modifier);
    if state.colour { style.fg(colour) } else { style }
}
