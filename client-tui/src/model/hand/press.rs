//! What keys do: a key is looked up in the keymap, and done where one is.

use crate::model::{
    effect::Effect,
    hand::{
        choosing, complete, edit::edit, finding, jumping, keymap::Action, mode::Mode, paste, said,
        seek, selecting, unlocking, vi,
    },
    key::{Key, KeyCode},
    page::{geometry::Geometry, jump, popup, reading, sheet},
    room::{timeline::Target, unread},
    state::{Hint, State},
};

/// A key was pressed.
pub(in crate::model) fn pressed(state: &mut State, key: Key) -> Vec<Effect> {
    let hint = state.hint.take();
    let action = meaning(state, key);
    let taken = match state.mode {
        Mode::Writing => {
            let completed = complete::takes(state, action).then(Vec::new);
            completed.or_else(|| vi::takes(state, action, key))
        }
        Mode::Seeking(_) => seek::takes(state, action, key).then(Vec::new),
        Mode::Asking(_) => paste::takes(state, action, key).then(Vec::new),
        Mode::Jumping => jumping::takes(state, action, key),
        Mode::Leafing(_) => sheet::takes(state, action, key).then(Vec::new),
        Mode::Selecting(_) => selecting::takes(state, action, key),
        Mode::Choosing(_) => choosing::takes(state, action, key),
        Mode::Finding(_) => finding::takes(state, action, key),
        Mode::Unlocking(_) => unlocking::takes(state, action, key),
    };
    let for_another = taken.is_some();
    let effects = match (taken, action) {
        (Some(effects), _) => effects,
        (None, Some(action)) => act(state, action, hint),
        (None, None) => {
            if let Some(letter) = key.types() {
                typed(state, letter.encode_utf8(&mut [0; 4]));
            }
            vec![]
        }
    };
    if !for_another {
        let erased = matches!(action, Some(Action::DeleteBack));
        complete::follow(state, erased || (action.is_none() && key.types().is_some()));
    }
    state.forget_old();
    effects
}

/// What a key does just now. Whoever binds Enter or Esc otherwise means the draft; where something
/// is asked, or chosen from, they answer as they do everywhere.
fn meaning(state: &State, key: Key) -> Option<Action> {
    let asked = state.mode != Mode::Writing;
    let chosen = || complete::walked(state).is_some() && popup::is_seen(state);
    match (key.code, key == key.code.into()) {
        (KeyCode::Enter, true) if asked || chosen() => Some(Action::Send),
        (KeyCode::Esc, true) if asked || complete::popup(state).is_some() => Some(Action::Cancel),
        _ => state.keymap.does(key),
    }
}

/// Characters were typed in a row.
pub(in crate::model) fn typed_in_a_row(state: &mut State, letters: &str) -> Vec<Effect> {
    let bound = |letter| state.keymap.does(KeyCode::Char(letter).into()).is_some();
    let normal = state.vi.as_ref().is_some_and(|vi| vi.normal);
    if state.mode != Mode::Writing || normal || letters.chars().any(bound) {
        let keys = letters.chars().map(|letter| KeyCode::Char(letter).into());
        return keys.flat_map(|key| pressed(state, key)).collect();
    }
    state.hint = None;
    complete::takes(state, None);
    typed(state, letters);
    complete::follow(state, true);
    state.forget_old();
    vec![]
}

/// Does what a key asks for while one writes.
fn act(state: &mut State, action: Action, hint: Option<Hint>) -> Vec<Effect> {
    let columns = draft_columns(state);
    let composer = &mut state.composer;
    match action {
        Action::Send => return said::submitted(state),
        Action::NewLine => typed(state, "\n"),
        Action::Up => composer.up(columns),
        Action::Down => composer.down(columns),
        // At the end of the line already, it means the end of everything: now.
        Action::LineEnd => {
            if !composer.end() {
                state.reading = None;
            }
        }
        Action::DeleteOrQuit if composer.is_empty() => return vec![Effect::Quit],
        Action::Seek => seek::begin(state),
        // Completion has had its word before.
        Action::Complete | Action::CompleteBack => {}
        Action::PageUp => return reading::scroll_pages(state, 1).into_iter().collect(),
        Action::PageDown => return reading::scroll_pages(state, -1).into_iter().collect(),
        Action::Now | Action::Cancel => {
            state.jump = None;
            state.reading = None;
        }
        Action::Unread => return unread(state).into_iter().collect(),
        Action::Jump => jumping::begin(state),
        // What is cleared can be recalled, so that a slip of the finger loses nothing.
        Action::ClearOrQuit if !composer.is_empty() => composer.clear(),
        Action::ClearOrQuit if hint == Some(Hint::AgainQuits) => return vec![Effect::Quit],
        Action::ClearOrQuit => state.hint = Some(Hint::AgainQuits),
        Action::Edit => return vec![Effect::Edit(composer.text().into())],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Select => return selecting::begin(state),
        Action::Search => finding::begin(state),
        Action::Mouse => return vec![mouse(state)],
        Action::People => said::fold_people(state),
        Action::Help => said::help(state),
        action => _ = edit(composer, action),
    }
    vec![]
}

/// Goes to the first line that is not read.
fn unread(state: &mut State) -> Option<Effect> {
    let Some(seq) = unread::seek(state) else {
        state.hint = Some(Hint::NothingUnread);
        return None;
    };
    jump::to(state, Target::Number(seq))
}

/// Lets go of the mouse, or takes it.
fn mouse(state: &mut State) -> Effect {
    state.mouse = !state.mouse;
    Effect::Mouse(state.mouse)
}

fn typed(state: &mut State, text: &str) {
    if !state.composer.type_in(text) {
        state.hint = Some(Hint::DraftCut);
    }
}

pub(super) fn draft_columns(state: &State) -> usize {
    // A window that is too small shows no draft, so any width will do.
    Geometry::now(state).as_ref().map_or(80, Geometry::draft_columns)
}
