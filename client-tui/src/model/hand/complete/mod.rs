//! Completion: what is being typed at the caret is found among the people, the commands and the
//! emoji, and put in whole.
//!
//! - `word`: what is being typed
//! - `find`: what it may become, the likeliest first
//! - [`folder`]: what there is on the disk
//! - `pinyin`: how a Chinese name is typed with Latin letters
//!
//! A popup opens by itself while one types `@`, `/` or `:xx`, and takes no key that writes. Tab
//! walks into it: from then on the draft shows what is chosen, Enter keeps it, and Esc gives the
//! draft back as it was.

mod find;
pub mod folder;
mod pinyin;
mod word;

use self::{
    find::Candidate,
    folder::{Looking, Seen},
    word::{Sort, Word},
};
use crate::model::{
    effect::Effect,
    hand::{command, keymap::Action, mode::Mode},
    page,
    state::State,
};

/// How completion stands.
#[derive(Debug, Clone, Default)]
pub struct Completing {
    /// The candidates, while there are some to choose from. It counts as [`popup`] says.
    popup: Option<Popup>,
    /// Where the word begins whose popup was put away; it does not come back by itself.
    dismissed: Option<usize>,
    /// What there is on the disk.
    looking: Looking,
}

/// What the word at the caret may become.
#[derive(Debug, Clone)]
pub struct Popup {
    /// The likeliest first.
    pub candidates: Vec<Candidate>,
    /// Which of them the draft shows, once one has walked into the popup.
    pub chosen: Option<usize>,
    /// Where the word begins in the draft, in bytes.
    pub start: usize,
    /// What was typed there.
    typed: String,
    /// What stands there now.
    shown: String,
}

/// What there is to choose from. A popup is gone once its word is no longer at the caret, whoever
/// changed the draft.
pub fn popup(state: &State) -> Option<&Popup> {
    let (composer, popup) = (&state.composer, state.completing.popup.as_ref()?);
    let stands = composer.text().get(popup.start..composer.caret()) == Some(&popup.shown);
    (stands && state.mode == Mode::Writing).then_some(popup)
}

/// Does what a key means for completion; whether the key was for it alone.
pub(super) fn takes(state: &mut State, action: Option<Action>) -> bool {
    let seen = page::popup::is_seen(state);
    let Some(popup) = popup(state) else {
        return match action {
            Some(Action::Complete) => begin(state, 1),
            Some(Action::CompleteBack) => begin(state, -1),
            _ => false,
        };
    };
    match action {
        Some(Action::Complete) => walk(state, 1),
        Some(Action::CompleteBack) => walk(state, -1),
        Some(Action::Down) if seen => walk(state, 1),
        Some(Action::Up) if seen => walk(state, -1),
        Some(Action::Cancel) => give_back(state),
        Some(Action::Send) if seen && popup.chosen.is_some() => state.completing.popup = None,
        _ => {
            state.completing.popup = None;
            return false;
        }
    }
    true
}

/// Opens the popup, or closes it, after a key has changed the draft or left it.
pub(super) fn follow(state: &mut State, typed: bool) {
    let (text, caret) = (state.composer.text(), state.composer.caret());
    let word = if typed { word::begun(text, caret) } else { None };
    if state.completing.dismissed.is_some()
        && state.completing.dismissed != word.as_ref().map(|word| word.start)
    {
        state.completing.dismissed = None;
    }
    keep_looking(state, word.as_ref());
    state.completing.popup = word
        .filter(|word| word.opens_by_itself() && state.completing.dismissed != Some(word.start))
        .and_then(|word| popup_of(state, &word))
        .filter(|popup| popup.candidates.iter().any(|to| to.text.trim_end() != popup.typed));
}

/// Which candidate is chosen, counted from 0, and of how many, while one walks among them.
pub fn walked(state: &State) -> Option<(usize, usize)> {
    let popup = popup(state)?;
    Some((popup.chosen?, popup.candidates.len()))
}

/// What the command takes that is being typed, and what it does.
pub fn hint(state: &State) -> Option<(String, String)> {
    command::explained(state.composer.text(), state.language)
}

/// Tab with no popup: the only candidate is put in; of several the first, and the others are shown.
fn begin(state: &mut State, step: isize) -> bool {
    let words = word::at_caret(state.composer.text(), state.composer.caret());
    if keep_looking(state, words.first()) {
        state.completing.looking.walk = Some(step);
    }
    state.completing.popup = words.iter().find_map(|word| popup_of(state, word));
    if state.completing.popup.is_some() {
        walk(state, step);
    }
    true
}

/// Has what is typed looked for, if it is a path of which it is not known yet how it may go on; says
/// whether it is.
fn keep_looking(state: &mut State, word: Option<&Word>) -> bool {
    let looking = &mut state.completing.looking;
    match word.filter(|word| matches!(word.sort, Sort::Path { .. })) {
        Some(word) if looking.entries(word).is_none() => looking.want(word),
        Some(_) => return false,
        None => {
            looking.forget();
            return false;
        }
    }
    true
}

/// What the shell is to look for now.
pub(in crate::model) fn look(state: &mut State) -> Option<Effect> {
    state.completing.looking.ask().map(Effect::Look)
}

/// The shell has looked. What one wanted of it is done now.
pub(in crate::model) fn looked(state: &mut State, seen: Seen) {
    if !state.completing.looking.take(seen) || state.mode != Mode::Writing {
        return;
    }
    let walk = state.completing.looking.walk.take();
    if popup(state).is_none() {
        follow(state, true);
    }
    if let Some(step) = walk {
        begin(state, step);
    }
}

fn popup_of(state: &State, word: &Word) -> Option<Popup> {
    let candidates = find::candidates(state, word);
    let typed = state.composer.text()[word.start..state.composer.caret()].to_owned();
    (!candidates.is_empty()).then(|| Popup {
        candidates,
        chosen: None,
        start: word.start,
        shown: typed.clone(),
        typed,
    })
}

fn walk(state: &mut State, step: isize) {
    let Some(mut popup) = state.completing.popup.take() else { return };
    let count = popup.candidates.len();
    let next = match popup.chosen {
        Some(at) => at.saturating_add_signed(step + count.cast_signed()) % count,
        None if step > 0 => 0,
        None => count - 1,
    };
    let text = &popup.candidates[next].text;
    let end = popup.start + popup.shown.len();
    // The space that parts a name from what follows may be there already.
    let spaced = state.composer.text()[end..].starts_with(char::is_whitespace);
    let text = if spaced { text.trim_end() } else { text }.to_owned();
    if !state.composer.put(popup.start..end, &text, popup.chosen.is_some()) {
        return;
    }
    popup.chosen = Some(next);
    popup.shown = text;
    state.completing.popup = (count > 1).then_some(popup);
}

fn give_back(state: &mut State) {
    let Some(popup) = state.completing.popup.take() else { return };
    if popup.chosen.is_some() {
        let end = popup.start + popup.shown.len();
        state.composer.put(popup.start..end, &popup.typed, true);
    }
    state.completing.dismissed = Some(popup.start);
}

impl Word {
    /// Whether it says by itself that it is to become something.
    fn opens_by_itself(&self) -> bool {
        let letters = self.query.chars().count();
        match self.sort {
            Sort::Command | Sort::Mention | Sort::Argument(_) | Sort::Path { .. } => true,
            Sort::Emoji => letters >= 2,
            Sort::Bare => false,
        }
    }
}

#[cfg(test)]
mod tests;
