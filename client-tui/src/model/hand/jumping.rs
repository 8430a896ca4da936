//! Jumping: one says where to go, where one else writes the draft, which waits meanwhile.

use crate::model::{
    effect::Effect,
    hand::{composer::Composer, edit::edit, keymap::Action, mode::Mode},
    key::Key,
    page::jump,
    state::State,
};

/// Where one wants to go, as it is being written.
#[derive(Debug, Clone, Default)]
pub struct Destination {
    /// What is written.
    pub line: Composer,
    /// Nobody goes to what was written.
    pub wrong: bool,
}

/// Begins to ask where to go.
pub(in crate::model) fn begin(state: &mut State) {
    state.destination = Destination::default();
    state.mode = Mode::Jumping;
}

/// Takes a key while it is asked; `None` for keys that mean the same anywhere.
pub(in crate::model) fn takes(
    state: &mut State,
    action: Option<Action>,
    key: Key,
) -> Option<Vec<Effect>> {
    if state.mode != Mode::Jumping {
        return None;
    }
    let passes = [Action::Redraw, Action::Suspend, Action::Mouse];
    let reads = [Action::PageUp, Action::PageDown];
    if action.is_some_and(|action| passes.contains(&action) || reads.contains(&action)) {
        return None;
    }
    let Destination { line, wrong } = &mut state.destination;
    *wrong = false;
    match action {
        Some(Action::Send) => match jump::read(line.text(), &state.clock) {
            Some(target) => {
                state.mode = Mode::Writing;
                return Some(jump::to(state, target).into_iter().collect());
            }
            None => *wrong = true,
        },
        // As in a shell, ^G gives up.
        Some(Action::Cancel | Action::Jump) => state.mode = Mode::Writing,
        Some(Action::ClearOrQuit | Action::DeleteOrQuit) if line.is_empty() => {
            state.mode = Mode::Writing;
        }
        Some(Action::ClearOrQuit) => line.clear(),
        Some(Action::LineEnd) => _ = line.end(),
        // What means nothing here does no harm either.
        Some(action) => _ = edit(line, action),
        None => {
            if let Some(letter) = key.types() {
                line.type_in(letter.encode_utf8(&mut [0; 4]));
            }
        }
    }
    Some(vec![])
}

/// Something was pasted: one wants to go there. Whether it was taken.
pub(in crate::model) fn pasted(state: &mut State, text: &str) -> bool {
    if state.mode != Mode::Jumping {
        return false;
    }
    let text = text.replace(['\n', '\r'], " ");
    state.destination.wrong = false;
    state.destination.line.insert(text.trim());
    true
}
