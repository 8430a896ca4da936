//! Decoding: bytes from a terminal become events. What is not whole yet waits for more, but never
//! for ever.

use std::{collections::VecDeque, time::Duration};

use termina::{
    Event as Input, Parser,
    escape::csi::{Csi, Cursor},
    event::{KeyCode as Code, KeyEvent, KeyEventKind, Modifiers, MouseButton, MouseEventKind},
};

use crate::model::{
    event::Event,
    key::{Key, KeyCode},
};

const ESC: u8 = 0x1b;
/// The marks around a paste.
const PASTE: &[u8] = b"\x1b[200~";
const PASTED: &[u8] = b"\x1b[201~";
/// How much of a paste is kept, in bytes. No draft takes so much.
const MAX_PASTE_BYTES: usize = 1 << 20;
/// How long a paste may be silent before it counts as whole.
const PASTE_PATIENCE: Duration = Duration::from_secs(1);
/// The same where nothing marks the paste: long enough for what was torn on its way, and too short
/// for the next key of a hand to be waited with.
const BURST_PATIENCE: Duration = Duration::from_millis(100);
/// How long an Escape may be the beginning of something.
const ESC_PATIENCE: Duration = Duration::from_millis(50);
/// How long what has begun may go on. A slow line tears a sequence more often than anyone presses
/// Alt-[ or Alt-O.
const SEQUENCE_PATIENCE: Duration = Duration::from_millis(250);
/// No hand types so many bytes at once; a long sentence from an input method may be as long.
const HANDFUL: usize = 32;
/// How many lines a turn of the wheel moves.
const WHEEL_LINES: i16 = 3;

/// Bytes on their way to events.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    parser: Parser,
    /// The bytes of a key that is not whole yet.
    pending: Vec<u8>,
    /// One more Escape stands before them.
    escaped: bool,
    /// The bytes of a paste that is not whole yet.
    paste: Option<Vec<u8>>,
    /// Nothing marks this paste: it is one by how it came.
    unmarked: bool,
    /// Silence has ended a paste: its rest may still come.
    torn: bool,
    decoded: VecDeque<Event>,
}

impl Decoder {
    /// The next event that is whole.
    pub(super) fn next(&mut self) -> Option<Event> {
        self.decoded.pop_front()
    }

    /// Puts events before all others.
    pub(super) fn give_back(&mut self, events: Vec<Event>) {
        for event in events.into_iter().rev() {
            self.decoded.push_front(event);
        }
    }

    /// How long a silence makes the rest of what came whole; `None` if nothing waits.
    pub(super) fn patience(&self) -> Option<Duration> {
        match (&self.paste, &self.pending[..]) {
            (Some(_), _) if self.unmarked => Some(BURST_PATIENCE),
            (Some(_), _) => Some(PASTE_PATIENCE),
            (None, [ESC]) => Some(ESC_PATIENCE),
            (None, [ESC, ..]) => Some(SEQUENCE_PATIENCE),
            // The rest of a letter comes, however slow the line, or another letter does.
            (None, _) => None,
        }
    }

    /// Takes in what was read at once.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        if self.unmarked && !is_text(bytes) {
            // A key that types nothing is pressed by a hand.
            self.settle();
        }
        if self.unmarked || self.paste.is_none() && self.pending.is_empty() && is_burst(bytes) {
            self.unmarked = true;
            let paste = self.paste.get_or_insert_default();
            let room = MAX_PASTE_BYTES.saturating_sub(paste.len());
            return paste.extend(bytes.iter().take(room));
        }
        if self.torn && self.paste.is_none() {
            let has = |mark: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
            let goes_on = has(PASTED) || bytes.len() > HANDFUL && !bytes.starts_with(&[ESC]);
            self.torn = goes_on && !has(PASTE);
            self.paste = self.torn.then(Vec::new);
        }
        for &byte in bytes {
            self.advance(byte);
        }
    }

    /// Nothing has come for as long as [`Self::patience`] said.
    pub(super) fn settle(&mut self) {
        if self.paste.is_some() {
            self.torn = !std::mem::take(&mut self.unmarked);
            return self.pasted();
        }
        self.parser.parse(&[], false);
        self.drain();
        // What begins a sequence is a key, too, if nothing follows.
        if let [ESC, letter @ b' '..=b'~'] = self.pending[..] {
            self.decoded.push_back(Event::Pressed(Key::alt(KeyCode::Char(letter.into()))));
        }
        self.restart();
    }

    fn advance(&mut self, byte: u8) {
        if let Some(paste) = &mut self.paste {
            paste.push(byte);
            if paste.ends_with(PASTED) {
                paste.truncate(paste.len() - PASTED.len());
                self.torn = false;
                self.pasted();
            } else if paste.len() >= MAX_PASTE_BYTES + PASTED.len() {
                // What has no room goes by, and its last bytes are watched for the mark.
                paste.remove(MAX_PASTE_BYTES);
            }
            return;
        }
        if byte == ESC {
            match self.pending[..] {
                // Twice: so some terminals send Alt with a key that is a sequence itself.
                [ESC] => {
                    if std::mem::replace(&mut self.escaped, true) {
                        self.press(KeyCode::Esc.into());
                    }
                    return;
                }
                // The rest of what came before is lost.
                [ESC, b'[' | b'O', ..] => self.restart(),
                [first, ..] if first != ESC => self.restart(),
                _ => {}
            }
        }
        self.pending.push(byte);
        if self.pending == PASTE {
            if self.escaped {
                self.press(KeyCode::Esc.into());
            }
            self.restart();
            self.paste = Some(Vec::new());
            return;
        }
        self.parser.parse(&[byte], true);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(input) = self.parser.pop() {
            self.pending.clear();
            let escaped = std::mem::take(&mut self.escaped);
            let Some(event) = decoded(input) else { continue };
            match event {
                Event::Pressed(key) if escaped && key.code != KeyCode::Esc => {
                    self.press(Key { alt: true, ..key });
                }
                event => {
                    if escaped {
                        self.press(KeyCode::Esc.into());
                    }
                    self.decoded.push_back(event);
                }
            }
        }
    }

    fn press(&mut self, key: Key) {
        self.decoded.push_back(Event::Pressed(key));
    }

    fn pasted(&mut self) {
        let paste = self.paste.take().unwrap_or_default();
        if !paste.is_empty() {
            let text = String::from_utf8_lossy(&paste).into_owned();
            self.decoded.push_back(Event::Pasted(text));
        }
    }

    fn restart(&mut self) {
        self.parser = Parser::default();
        self.pending.clear();
        self.escaped = false;
    }
}

/// Whether nothing but text was read, as it is of all that is pasted.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r') || !byte.is_ascii_control())
}

/// Whether what was read at once is a paste that nothing marks, as tmux and some terminals send
/// it: text with an Enter in its middle.
///
/// A quick hand on a slow line may be read so, too, when the line stands still for a while: the
/// end of one line, its Enter, and the beginning of the next. What is taken for a paste stands in
/// the draft, under its writer's eyes, and another Enter sends it, so that a hand loses nothing but
/// a row's end. What is taken for a hand is said line by line to everybody, and cannot be taken
/// back. So it counts as a paste, but for an Enter that comes first or last: that is how a hand is
/// read that only types on, or that has just ended.
fn is_burst(bytes: &[u8]) -> bool {
    let is_enter = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let first = bytes.iter().position(|byte| !is_enter(byte));
    let last = bytes.iter().rposition(|byte| !is_enter(byte));
    let (Some(first), Some(last)) = (first, last) else { return false };
    is_text(bytes) && bytes[first..last].iter().any(is_enter)
}

fn decoded(input: Input) -> Option<Event> {
    Some(match input {
        Input::Key(key) => Event::Pressed(pressed(key)?),
        Input::Paste(text) => Event::Pasted(text),
        Input::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Event::Scrolled(WHEEL_LINES),
            MouseEventKind::ScrollDown => Event::Scrolled(-WHEEL_LINES),
            MouseEventKind::Down(MouseButton::Left) => Event::Clicked(mouse.column, mouse.row),
            _ => return None,
        },
        Input::FocusIn => Event::Focused(true),
        Input::FocusOut => Event::Focused(false),
        Input::Csi(Csi::Cursor(Cursor::ActivePositionReport { line, col })) => {
            Event::Reached(col.get_zero_based(), line.get_zero_based())
        }
        // The rest is what a terminal answers to questions that nobody asked.
        _ => return None,
    })
}

fn pressed(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let held = |modifier| key.modifiers.contains(modifier);
    let code = match key.code {
        // A terminal that tells Shift tells the key that is held with it.
        Code::Char('-') if held(Modifiers::SHIFT) => KeyCode::Char('_'),
        Code::Char(letter) if held(Modifiers::CONTROL) => KeyCode::Char(engraved(letter)),
        Code::Char(letter) => KeyCode::Char(letter),
        Code::Enter => KeyCode::Enter,
        Code::Tab => KeyCode::Tab,
        Code::BackTab => KeyCode::BackTab,
        Code::Backspace => KeyCode::Backspace,
        Code::Delete => KeyCode::Delete,
        Code::Escape => KeyCode::Esc,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        Code::Function(number) => KeyCode::F(number),
        _ => return None,
    };
    Some(Key {
        code,
        ctrl: held(Modifiers::CONTROL),
        alt: held(Modifiers::ALT),
        // A letter's case says already whether Shift was held.
        shift: held(Modifiers::SHIFT) && !matches!(code, KeyCode::Char(_)),
    })
}

/// What stands on the key with Control: the parser has digits for the last four controls.
fn engraved(letter: char) -> char {
    match letter {
        '4' => '\\',
        '5' => ']',
        '6' => '^',
        '7' => '_',
        letter => letter,
    }
}

#[cfg(test)]
mod tests;
