//! Unlocking: keys write the server's password, which is not shown.

use std::fmt;

use kpl_shared::handshake::{MAX_PASSWORD_BYTES, Password};
use unicode_segmentation::UnicodeSegmentation;

use crate::model::{
    effect::Effect,
    hand::{keymap::Action, mode::Mode},
    key::{Key, KeyCode},
    state::State,
};

/// What is being written. Nobody sees it, nor does `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret {
    letters: String,
    /// Whether another was tried before.
    pub again: bool,
}

impl Secret {
    /// How many letters there are, as a reader counts them.
    pub fn len(&self) -> usize {
        self.letters.graphemes(true).count()
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    fn insert(&mut self, text: &str) {
        let plain = text.chars().filter(|letter| !letter.is_control());
        for letter in plain {
            if self.letters.len() + letter.len_utf8() <= MAX_PASSWORD_BYTES {
                self.letters.push(letter);
            }
        }
    }

    fn erase(&mut self) {
        let end = self.letters.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.letters.truncate(end);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(hidden)")
    }
}

/// Whether a password is being tried, which the server answers by letting us in or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Attempt {
    /// None is.
    #[default]
    None,
    /// One is.
    UnderWay,
}

/// The server wants a password: it is asked for in the composer's place. The draft waits.
pub(in crate::model) fn begin(state: &mut State) {
    let again = std::mem::take(&mut state.unlocking) == Attempt::UnderWay;
    state.mode = Mode::Unlocking(Secret { again, ..Secret::default() });
}

/// The server asks for no password any more: it let us in, or has another reason not to.
pub(in crate::model) fn end(state: &mut State) {
    state.unlocking = Attempt::None;
    if let Mode::Unlocking(_) = state.mode {
        state.mode = Mode::Writing;
    }
}

/// Does what a key means to the password. What it means nothing to is done as always.
pub(in crate::model) fn takes(
    state: &mut State,
    action: Option<Action>,
    key: Key,
) -> Option<Vec<Effect>> {
    let Mode::Unlocking(secret) = &mut state.mode else { return None };
    match action {
        Some(Action::Redraw | Action::Suspend | Action::Mouse) => return None,
        Some(Action::Send) => return Some(submit(state)),
        _ if key == KeyCode::Enter.into() => return Some(submit(state)),
        Some(Action::Cancel) => state.mode = Mode::Writing,
        // One may want to leave rather than to enter.
        Some(Action::ClearOrQuit | Action::DeleteOrQuit) if secret.is_empty() => {
            state.mode = Mode::Writing;
            return None;
        }
        Some(Action::ClearOrQuit | Action::KillToStart) => secret.letters.clear(),
        Some(Action::DeleteBack) => secret.erase(),
        Some(_) => {}
        None => {
            if let Some(letter) = key.types() {
                secret.insert(letter.encode_utf8(&mut [0; 4]));
            }
        }
    }
    Some(vec![])
}

/// Something was pasted: it is the password, or a part of it. Whether it was taken.
pub(in crate::model) fn pasted(state: &mut State, text: &str) -> bool {
    let Mode::Unlocking(secret) = &mut state.mode else { return false };
    secret.insert(text.trim_end_matches(['\n', '\r']));
    true
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Mode::Unlocking(secret) = std::mem::take(&mut state.mode) else { return vec![] };
    match Password::parse(&secret.letters) {
        Ok(password) => {
            state.unlocking = Attempt::UnderWay;
            vec![Effect::Unlock(password)]
        }
        // With nothing to try one is asked again at the next attempt.
        Err(_) => vec![],
    }
}
