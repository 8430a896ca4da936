//! Jumping: one says where to go, on the rule above the draft.

use crate::model::{
    effect::Effect,
    hand::{keymap::Action, mode::Mode},
    key::Key,
    page::jump,
    state::{Hint, State},
};

/// How much one may say, in characters.
const MAX_LETTERS: usize = 24;

/// Begins to ask where to go.
pub(in crate::model) fn begin(state: &mut State) {
    state.mode = Mode::Jumping(String::new());
}

/// Takes a key while it is asked; `None` for keys that mean the same anywhere.
pub(in crate::model) fn takes(
    state: &mut State,
    action: Option<Action>,
    key: Key,
) -> Option<Vec<Effect>> {
    let Mode::Jumping(said) = &mut state.mode else { return None };
    match action {
        Some(Action::Redraw | Action::Suspend | Action::Mouse) => return None,
        Some(Action::DeleteBack) if !said.is_empty() => _ = said.pop(),
        Some(Action::KillToStart) => said.clear(),
        Some(Action::Send) => {
            let target = jump::read(said, &state.clock);
            state.mode = Mode::Writing;
            match target {
                Some(target) => return Some(jump::to(state, target).into_iter().collect()),
                None => state.hint = Some(Hint::NoSuchTime),
            }
        }
        Some(_) => state.mode = Mode::Writing,
        None => {
            if let Some(letter) = key.types().filter(|_| said.chars().count() < MAX_LETTERS) {
                said.push(letter);
            }
        }
    }
    Some(vec![])
}
