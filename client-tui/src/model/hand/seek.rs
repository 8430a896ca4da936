//! Seeking: one looks for something that one said, word by word, and takes it into the draft.

use unicode_segmentation::UnicodeSegmentation;

use crate::model::{
    hand::{composer::recall::From, keymap::Action, mode::Mode},
    key::Key,
    state::State,
    text::clean,
};

/// How long what one looks for may be, in bytes.
const MAX_WORDS_BYTES: usize = 256;

/// What one looks for, and what was found. The draft waits meanwhile, as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seek {
    /// What it shall hold.
    pub words: String,
    /// What was found last, and its place.
    pub found: Option<(usize, String)>,
    /// Nothing holds these words, and what was found last holds fewer.
    pub lost: bool,
}

/// Begins to seek.
pub(in crate::model) fn begin(state: &mut State) {
    state.mode = Mode::Seeking(Seek::default());
}

/// Takes a key while one seeks; whether the key was for that alone.
pub(in crate::model) fn takes(state: &mut State, action: Option<Action>, key: Key) -> bool {
    let Mode::Seeking(seek) = &mut state.mode else { return false };
    let at = seek.found.as_ref().map(|(at, _)| *at);
    let from = match action {
        Some(Action::Seek | Action::Up) => at.map_or(From::Now, From::Before),
        Some(Action::Down) => at.map_or(From::Now, From::After),
        Some(Action::DeleteBack) => {
            let last = seek.words.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
            seek.words.truncate(last);
            From::Now
        }
        Some(Action::Redraw | Action::Suspend | Action::Mouse) => return false,
        // As in a shell, ^G gives up.
        Some(Action::Cancel | Action::ClearOrQuit | Action::Jump) => {
            state.mode = Mode::Writing;
            return true;
        }
        Some(action) => {
            take(state);
            return matches!(action, Action::Send | Action::Complete);
        }
        None => {
            if let Some(letter) = key.types() {
                type_in(state, letter.encode_utf8(&mut [0; 4]));
            }
            return true;
        }
    };
    look(state, from);
    true
}

/// Goes on with more words.
pub(in crate::model) fn type_in(state: &mut State, text: &str) {
    let Mode::Seeking(seek) = &mut state.mode else { return };
    let line = clean::draft(text);
    let line = line.lines().next().unwrap_or_default();
    let room = MAX_WORDS_BYTES.saturating_sub(seek.words.len());
    seek.words.push_str(clean::bounded(line, room));
    let from = seek.found.as_ref().map_or(From::Now, |(at, _)| From::Here(*at));
    look(state, from);
}

fn look(state: &mut State, from: From) {
    let Mode::Seeking(seek) = &mut state.mode else { return };
    let found = state.composer.find_said(&seek.words, from);
    let nothing = seek.words.is_empty() && from == From::Now && seek.found.is_some();
    seek.lost = found.is_none() && !nothing;
    if nothing {
        seek.found = None;
    } else if let Some((at, said)) = found {
        seek.found = Some((at, said.to_owned()));
    }
}

/// Takes what was found into the composer, to be sent or bettered.
fn take(state: &mut State) {
    if let Mode::Seeking(Seek { found: Some((at, _)), .. }) = std::mem::take(&mut state.mode) {
        state.composer.recall_said(at);
    }
}
