//! The themes: what can be read in them, and which one is drawn in.

use super::*;
use crate::model::look::theme::INKS;

/// How bright a colour is, as WCAG 2 reckons it: from 0 to 1.
fn luminance(colour: Colour) -> f64 {
    let (red, green, blue) = match colour {
        Colour::Rgb(red, green, blue) => (red, green, blue),
        Colour::Index(index @ 232..) => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
        Colour::Index(index @ 16..) => {
            let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let n = index - 16;
            (level(n / 36), level(n / 6 % 6), level(n % 6))
        }
        Colour::Index(own) => panic!("what {own} is, the terminal alone knows"),
    };
    let linear = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// The contrast of two colours, as WCAG 2 reckons it: from 1 to 21.
fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn contrast_is_that_of_wcag() {
    let black = Colour::Rgb(0, 0, 0);

    assert!((contrast(black, Colour::Rgb(255, 255, 255)) - 21.0).abs() < 0.01);
    assert!((contrast(Colour::Rgb(0x77, 0x77, 0x77), Colour::Index(231)) - 4.48).abs() < 0.01);
}

#[test]
fn every_colour_can_be_read_on_the_background_of_its_theme() {
    for (name, least) in [("dark", 4.5), ("light", 4.5), ("contrast", 7.0)] {
        let theme = Theme::named(name).unwrap();
        let background = theme.background.unwrap();
        let inks = theme.inks.iter().map(|(_, colour)| *colour);
        for colour in theme.names.iter().copied().chain(inks) {
            for depth in [Depth::Full, Depth::Indexed] {
                let drawn = depth.of(colour).unwrap();
                let contrast = contrast(drawn, background);
                assert!(contrast >= least, "{name}: {drawn:?} has a contrast of {contrast:.2}");
            }
        }
        assert!(INKS.iter().all(|(_, ink)| theme.colour(*ink).is_some()), "{name}");
    }
}

#[test]
fn the_colours_of_names_are_many_and_none_is_that_of_what_went_wrong() {
    for name in theme::names() {
        let theme = Theme::named(name).unwrap();
        let mut seen = Vec::new();
        for colour in theme.names.iter().map(|colour| Depth::Indexed.of(*colour).unwrap()) {
            assert!(!seen.contains(&colour), "{name}: {colour:?} twice");
            seen.push(colour);
        }
        assert!(seen.len() >= 12);
        let wrong = theme.colour(Ink::Wrong).and_then(|wrong| Depth::Indexed.of(wrong));
        assert!(name == "16" || !seen.contains(&wrong.unwrap()), "{name}");
    }
}

#[test]
fn the_terminals_background_is_left_alone_unless_one_asks() {
    let mut look = Look { theme: Theme::named("light").unwrap(), ..Look::default() };
    assert_eq!((look.paper(), look.colour(Ink::Said)), (None, None));

    look.painted = true;
    assert_eq!(look.paper(), Some(Colour::Rgb(0xfa, 0xfa, 0xfa)));
    assert_eq!(look.colour(Ink::Said), Some(Colour::Rgb(0x26, 0x26, 0x26)));

    assert!(look.take("16"));
    assert_eq!((look.paper(), look.colour(Ink::Said)), (None, None));
}

#[test]
fn without_colours_nothing_has_one() {
    let mut look = Look { depth: Depth::None, painted: true, ..Look::default() };

    for name in theme::names() {
        assert!(look.take(name));
        assert_eq!(look.paper(), None);
        assert!(INKS.iter().all(|(_, ink)| look.colour(*ink).is_none()));
        assert_eq!(look.colour(Ink::Name(7)), None);
    }
}

#[test]
fn a_theme_without_colours_for_names_has_none() {
    let theme = Theme { names: vec![].into(), ..Theme::default() };

    assert_eq!(theme.colour(Ink::Name(3)), None);
}

#[test]
fn ones_own_theme_is_taken_like_the_others() {
    let mut own = Theme { name: theme::OWN, ..Theme::named("dark").unwrap() };
    own.colour_in(Ink::Dim, Colour::Index(8));
    let mut look = Look { own: Some(own), ..Look::default() };

    assert!(!look.take("solarized"));
    assert!(look.take("Own"));

    assert_eq!(look.names(), ["dark", "light", "contrast", "16", "own"]);
    assert_eq!(look.colour(Ink::Dim), Some(Colour::Index(8)));
    assert_eq!(look.colour(Ink::Wrong), Theme::named("dark").unwrap().colour(Ink::Wrong));
}
