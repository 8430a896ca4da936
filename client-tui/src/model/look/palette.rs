//! The themes that the program brings. Their colours stand in the 256 that have a number, so that
//! they are the same where a terminal has only those.

use std::borrow::Cow;

use crate::model::{
    look::{
        colour::Colour::{self, Index},
        theme::Theme,
    },
    page::rows::Ink,
};

/// All of them, in the order in which they are told.
pub(super) static THEMES: [Theme; 4] = [
    Theme {
        name: "dark",
        background: Some(rgb(0x15_181e)),
        names: Cow::Borrowed(&[
            rgb(0xff_af87),
            rgb(0xff_d787),
            rgb(0xd7_d75f),
            rgb(0xaf_d75f),
            rgb(0x87_d787),
            rgb(0x5f_d7af),
            rgb(0x87_d7d7),
            rgb(0x5f_d7ff),
            rgb(0x87_afff),
            rgb(0xaf_afff),
            rgb(0xd7_afff),
            rgb(0xff_87d7),
            rgb(0xff_afd7),
            rgb(0xd7_af87),
        ]),
        inks: Cow::Borrowed(&[
            (Ink::Said, rgb(0xd7_d7d7)),
            (Ink::Dim, rgb(0x9e_9e9e)),
            (Ink::Wrong, rgb(0xff_8787)),
            (Ink::Heading, rgb(0xff_d75f)),
            (Ink::Key, rgb(0x87_d7ff)),
            (Ink::Code, rgb(0x87_d7ff)),
            (Ink::Link, rgb(0x87_d7ff)),
            (Ink::Mention, rgb(0xff_d75f)),
            (Ink::Found, rgb(0xff_d75f)),
            (Ink::Unread, rgb(0xff_d75f)),
        ]),
    },
    Theme {
        name: "light",
        background: Some(rgb(0xfa_fafa)),
        names: Cow::Borrowed(&[
            rgb(0x87_5f00),
            rgb(0x5f_5f00),
            rgb(0x00_5f00),
            rgb(0x00_5f5f),
            rgb(0x00_5f87),
            rgb(0x00_5faf),
            rgb(0x00_00d7),
            rgb(0x5f_00af),
            rgb(0x5f_00d7),
            rgb(0x87_00af),
            rgb(0x87_0087),
            rgb(0xaf_005f),
            rgb(0x87_5f5f),
            rgb(0x5f_5f87),
        ]),
        inks: Cow::Borrowed(&[
            (Ink::Said, rgb(0x26_2626)),
            (Ink::Dim, rgb(0x62_6262)),
            (Ink::Wrong, rgb(0xaf_0000)),
            (Ink::Heading, rgb(0x87_0000)),
            (Ink::Key, rgb(0x00_5faf)),
            (Ink::Code, rgb(0x00_5faf)),
            (Ink::Link, rgb(0x00_5faf)),
            (Ink::Mention, rgb(0x87_0000)),
            (Ink::Found, rgb(0x87_5f00)),
            (Ink::Unread, rgb(0x87_0000)),
        ]),
    },
    Theme {
        name: "contrast",
        background: Some(rgb(0x00_0000)),
        names: Cow::Borrowed(&[
            rgb(0xff_ff5f),
            rgb(0x5f_ff5f),
            rgb(0x5f_ffff),
            rgb(0xff_af5f),
            rgb(0xff_87ff),
            rgb(0xaf_afff),
            rgb(0xff_afaf),
            rgb(0xaf_ff5f),
            rgb(0x5f_ffaf),
            rgb(0xff_d7af),
            rgb(0xd7_afff),
            rgb(0x87_d7ff),
        ]),
        // Nothing stands back: what is dim elsewhere is as plain as the rest.
        inks: Cow::Borrowed(&[
            (Ink::Said, rgb(0xff_ffff)),
            (Ink::Dim, rgb(0xff_ffff)),
            (Ink::Wrong, rgb(0xff_8787)),
            (Ink::Heading, rgb(0xff_ff5f)),
            (Ink::Key, rgb(0x5f_ffff)),
            (Ink::Code, rgb(0x5f_ffff)),
            (Ink::Link, rgb(0x5f_ffff)),
            (Ink::Mention, rgb(0xff_ff5f)),
            (Ink::Found, rgb(0xff_ff5f)),
            (Ink::Unread, rgb(0xff_ff5f)),
        ]),
    },
    SIXTEEN,
];

/// The terminal's own: whoever chose its colours chose these.
pub(super) const SIXTEEN: Theme = Theme {
    name: "16",
    background: None,
    // Those that can be read on dark and on light.
    names: Cow::Borrowed(&[
        Index(1),
        Index(2),
        Index(3),
        Index(4),
        Index(5),
        Index(6),
        Index(9),
        Index(10),
        Index(11),
        Index(12),
        Index(13),
        Index(14),
    ]),
    inks: Cow::Borrowed(&[(Ink::Wrong, Index(1)), (Ink::Code, Index(6)), (Ink::Found, Index(3))]),
};

const fn rgb(digits: u32) -> Colour {
    let [_, red, green, blue] = digits.to_be_bytes();
    Colour::Rgb(red, green, blue)
}
