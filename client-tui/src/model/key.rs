//! A key press, free of any terminal library.

use std::{fmt, str::FromStr};

use crate::model::words::Language;

/// One key with its modifiers. Text that an input method commits comes as `Char` keys, one a
/// character, without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Control was held.
    pub ctrl: bool,
    /// Alt (or Escape just before) was held.
    pub alt: bool,
    /// Shift was held, where the terminal can tell.
    pub shift: bool,
}

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyCode {
    /// A character.
    Char(char),
    /// Enter.
    Enter,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Escape.
    Esc,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key by its number.
    F(u8),
}

impl From<KeyCode> for Key {
    fn from(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }
}

impl Key {
    /// The key with Control held.
    pub fn ctrl(letter: char) -> Self {
        Self { ctrl: true, ..KeyCode::Char(letter).into() }
    }

    /// The key with Alt held.
    pub fn alt(code: KeyCode) -> Self {
        Self { alt: true, ..code.into() }
    }

    /// How a sentence calls the key: `Ctrl+R`.
    pub fn told(self) -> String {
        let upper = matches!(self.code, KeyCode::Char(letter) if letter.is_uppercase());
        let held = [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift || upper, "Shift+")];
        let held = held.into_iter().filter_map(|(held, modifier)| held.then_some(modifier));
        let code = match self.code {
            KeyCode::BackTab => "Shift+Tab".into(),
            KeyCode::Char(letter) if letter != ' ' => letter.to_uppercase().to_string(),
            code => Self::from(code).to_string(),
        };
        held.chain([code.as_str()]).collect()
    }

    /// The same where there is little room: `^R`.
    pub fn brief(self) -> String {
        match self.code {
            KeyCode::Char(_) => self.told().replacen("Ctrl+", "^", 1),
            _ => self.told(),
        }
    }

    /// The character that the key types, if it types one.
    pub fn types(self) -> Option<char> {
        match self.code {
            KeyCode::Char(letter) if !self.ctrl && !self.alt => Some(letter),
            _ => None,
        }
    }
}

/// The keys that have names, as they are written in a settings file.
const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("esc", KeyCode::Esc),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("space", KeyCode::Char(' ')),
];

impl FromStr for Key {
    type Err = UnknownKey;

    /// Reads a key as people write it: `ctrl-a`, `alt-enter`, `F1`, `Alt-Shift-Up`.
    fn from_str(written: &str) -> Result<Self, UnknownKey> {
        let unknown = || UnknownKey(written.into());
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = written;
        while let Some((modifier, key)) = rest.split_once(['-', '+']).filter(|(_, k)| !k.is_empty())
        {
            match modifier.to_ascii_lowercase().as_str() {
                "ctrl" | "c" => ctrl = true,
                "alt" | "a" | "meta" | "m" => alt = true,
                "shift" | "s" => shift = true,
                _ => return Err(unknown()),
            }
            rest = key;
        }
        let code = code(rest).ok_or_else(unknown)?;
        match (code, shift) {
            (KeyCode::Tab, true) => Ok(Self { ctrl, alt, ..KeyCode::BackTab.into() }),
            // A letter's case says already whether Shift is held.
            (KeyCode::Char(_), true) => Err(unknown()),
            _ => Ok(Self { code, ctrl, alt, shift }),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, modifier) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            out.write_str(if held { modifier } else { "" })?;
        }
        match self.code {
            KeyCode::Char(' ') => out.write_str("Space"),
            KeyCode::Char(letter) if self.ctrl => write!(out, "{}", letter.to_ascii_uppercase()),
            KeyCode::Char(letter) => write!(out, "{letter}"),
            KeyCode::F(number) => write!(out, "F{number}"),
            KeyCode::BackTab => out.write_str("Shift-Tab"),
            KeyCode::PageUp => out.write_str("PgUp"),
            KeyCode::PageDown => out.write_str("PgDn"),
            code => write!(out, "{code:?}"),
        }
    }
}

/// No key is written so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence(Language::En))]
pub struct UnknownKey(pub String);

impl UnknownKey {
    /// The sentence in the reader's language.
    pub fn sentence(&self, words: Language) -> String {
        words.no_key(&self.0)
    }
}

fn code(written: &str) -> Option<KeyCode> {
    let mut letters = written.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Some(KeyCode::Char(letter));
    }
    let lower = written.to_ascii_lowercase();
    if let Some(number) = lower.strip_prefix('f').and_then(|number| number.parse().ok()) {
        return (1..=24).contains(&number).then_some(KeyCode::F(number));
    }
    let lower = match lower.as_str() {
        "pgup" => "pageup",
        "pgdn" | "pgdown" => "pagedown",
        "escape" => "esc",
        "del" => "delete",
        "return" => "enter",
        other => other,
    };
    NAMED.iter().find(|(name, _)| *name == lower).map(|&(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_people_write_them() {
        assert_eq!("ctrl-a".parse(), Ok(Key::ctrl('a')));
        assert_eq!("Alt+Enter".parse(), Ok(Key::alt(KeyCode::Enter)));
        assert_eq!("F12".parse(), Ok(Key::from(KeyCode::F(12))));
        assert_eq!("Shift-Tab".parse(), Ok(Key::from(KeyCode::BackTab)));
        assert_eq!("ctrl--".parse(), Ok(Key::ctrl('-')));
        assert_eq!("PgUp".parse(), Ok(Key::from(KeyCode::PageUp)));
        for wrong in ["", "ctrl-", "hyper-a", "enterr", "f0", "f25", "shift-a"] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_sentence_calls_a_key_as_people_do() {
        for (written, told, brief) in [
            ("ctrl-r", "Ctrl+R", "^R"),
            ("alt-u", "Alt+U", "Alt+U"),
            ("alt-U", "Alt+Shift+U", "Alt+Shift+U"),
            ("shift-tab", "Shift+Tab", "Shift+Tab"),
            ("ctrl-alt-pgup", "Ctrl+Alt+PgUp", "Ctrl+Alt+PgUp"),
            ("ctrl-space", "Ctrl+Space", "^Space"),
            ("f1", "F1", "F1"),
        ] {
            let key: Key = written.parse().unwrap();
            assert_eq!((key.told().as_str(), key.brief().as_str()), (told, brief));
        }
    }

    #[test]
    fn a_key_is_shown_as_it_can_be_written() {
        for written in ["Ctrl-A", "Alt-Enter", "F1", "Shift-Tab", "PgDn", "Alt-b", "Space"] {
            let key: Key = written.parse().unwrap();
            assert_eq!(key.to_string().to_lowercase(), written.to_lowercase());
            assert_eq!(key.to_string().parse(), Ok(key));
        }
    }
}
