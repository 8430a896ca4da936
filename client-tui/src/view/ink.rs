//! Ink: how what is written looks. What it means is in the form of the letters, if not in the
//! words; the colour only repeats it, so that it can go.

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};

use crate::model::{look::colour::Colour, page::rows::Ink, state::State};

/// The style of an ink.
pub fn style(state: &State, ink: Ink) -> Style {
    let colour = state.look.colour(ink);
    let form = match ink {
        // A colour that stands back is easier to read than one that the terminal makes faint.
        Ink::Dim if colour.is_none() => Modifier::DIM,
        Ink::Said | Ink::Code | Ink::Dim => Modifier::empty(),
        Ink::Name(_) | Ink::Unread | Ink::Key | Ink::Wrong => Modifier::BOLD,
        Ink::Link => Modifier::UNDERLINED,
        Ink::Mention | Ink::Found => Modifier::BOLD | Modifier::REVERSED,
        Ink::Heading => Modifier::BOLD | Modifier::UNDERLINED,
    };
    let style = Style::new().add_modifier(form);
    let style = colour.map_or(style, |colour| style.fg(drawn(colour)));
    state.look.paper().map_or(style, |paper| style.bg(drawn(paper)))
}

/// Paints the background of the whole window, where the theme's is painted.
pub fn spread(state: &State, buffer: &mut Buffer) {
    if state.look.paper().is_some() {
        buffer.set_style(buffer.area, style(state, Ink::Said));
    }
}

fn drawn(colour: Colour) -> Color {
    match colour {
        Colour::Index(index) => Color::Indexed(index),
        Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}
