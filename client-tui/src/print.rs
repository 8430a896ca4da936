//! Lines for people, printed one after the other, with nothing in them that could steer their
//! terminal.

use std::io::{self, Write};

use kpl_shared::{message::Kind, text::steers_a_screen};
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::model::{
    hand::mode::Sheet,
    room::timeline::{Local, What},
    state::State,
    text::{clean, filed, mention},
};

/// How many columns of a name are shown.
const NAME_COLUMNS: usize = 32;
/// What stands before the further rows of one line.
const INDENT: &str = "      ";

/// Prints what somebody said: `HH:MM name: text`. A kind of a later version is passed over.
pub fn line(
    out: &mut impl Write,
    time: &str,
    from: Option<&str>,
    kind: Kind,
    text: &str,
) -> io::Result<()> {
    let from = clean::name(from.unwrap_or_default(), NAME_COLUMNS);
    match kind {
        Kind::Text | Kind::File => write!(out, "{time} {from}: ")?,
        Kind::Action => write!(out, "{time} * {from} ")?,
        Kind::Unknown => return Ok(()),
    }
    words(out, text)
}

/// Prints a value as JSON on one line. What could steer a screen stands in it as an escape, which
/// a reader of JSON reads as the character that it is.
pub fn json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    let mut rest = json.as_str();
    while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| steers(*letter)) {
        write!(out, "{}\\u{:04x}", &rest[..at], u32::from(letter))?;
        rest = &rest[at + letter.len_utf8()..];
    }
    writeln!(out, "{rest}")
}

/// Whether a character steers a screen, or parts lines for some readers of lines.
fn steers(letter: char) -> bool {
    steers_a_screen(letter)
        || matches!(letter, '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{2028}' | '\u{2029}')
}

/// Whether what somebody else says names the person.
pub fn names_us(state: &State, text: &str) -> bool {
    !mention::names(text, state.name()).is_empty()
}

/// When something was said, marked where it names the person.
pub fn time(state: &State, at: i64, names_us: bool) -> String {
    let time = state.clock.time(at);
    if names_us { format!("{time} ({})", state.language.names_you()) } else { time }
}

/// Prints an entry without a number.
pub fn local(out: &mut impl Write, state: &State, local: &Local) -> io::Result<()> {
    let time = match &local.what {
        What::Said { own: false, text, .. } => time(state, local.at, names_us(state, text)),
        _ => state.clock.time(local.at),
    };
    match &local.what {
        What::Notice(notice) => {
            write!(out, "{time} -- ")?;
            words(out, notice)
        }
        What::Said { from, kind, text, own, file, .. } => {
            let from = if *own { Some(state.name()) } else { from.as_deref() };
            let said = filed::said(state.language, *kind, text, file.as_deref());
            line(out, &time, from, *kind, &said)
        }
        What::Refused { kind, text, file, why } => {
            write!(out, "{time} -- {}: ", state.language.refused(why))?;
            words(out, &filed::said(state.language, *kind, text, file.as_deref()))
        }
    }
}

/// Prints a sheet: a paragraph a line.
pub fn sheet(out: &mut impl Write, sheet: &Sheet) -> io::Result<()> {
    for (left, about) in &sheet.entries {
        let gap = if about.is_empty() { "" } else { "  " };
        words(out, &format!("{left}{gap}{about}"))?;
    }
    out.flush()
}

fn words(out: &mut impl Write, text: &str) -> io::Result<()> {
    for grapheme in clean::bounded(text, clean::MAX_TEXT_BYTES).graphemes(true) {
        if clean::is_newline(grapheme) {
            write!(out, "\n{INDENT}")?;
        } else {
            out.write_all(clean::shown(grapheme).as_bytes())?;
        }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_the_same_value_and_steers_no_terminal() {
        let text = "汉\u{9b}31m\u{202e}a\u{2028}b\u{7f}\n\x1b[2J👨‍👩‍👧";
        let mut out = Vec::new();

        json(&mut out, &text).unwrap();

        let out = String::from_utf8(out).unwrap();
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        assert_eq!(out, "\"汉\\u009b31m\\u202ea\\u2028b\\u007f\\n\\u001b[2J👨‍👩‍👧\"\n");
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_printed() {
        let mut out = Vec::new();

        line(&mut out, "19:59", Some("a\x1b[1m"), Kind::Text, "x\x1b]52;c;\x07\ny\r").unwrap();
        line(&mut out, "20:00", Some("瑶"), Kind::Action, "waves").unwrap();
        line(&mut out, "20:00", Some("瑶"), Kind::Unknown, "?").unwrap();

        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "19:59 a[1m: x]52;c;\n      y\n      \n20:00 * 瑶 waves\n");
    }
}
