//! A key press, free of any terminal library.

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
}
