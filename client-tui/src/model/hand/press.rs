//! What keys do.

use crate::model::{
    effect::Effect,
    hand::{command, said},
    key::{Key, KeyCode},
    page::{geometry::Geometry, reading},
    state::{Hint, State},
};

/// A key was pressed.
pub(in crate::model) fn pressed(state: &mut State, key: Key) -> Vec<Effect> {
    let hint = state.hint.take();
    match (key.code, key.ctrl, key.alt) {
        (KeyCode::Enter, false, false) if !key.shift => return said::submitted(state),
        (KeyCode::Enter, ..) | (KeyCode::Char('j'), true, false) => typed(state, "\n"),
        (KeyCode::Char(letter), true, false) => return controlled(state, letter, hint),
        (KeyCode::Char('b'), false, true) | (KeyCode::Left, true, _) => state.composer.word_left(),
        (KeyCode::Char('f'), false, true) | (KeyCode::Right, true, _) => {
            state.composer.word_right();
        }
        (KeyCode::Backspace, false, true) => state.composer.kill_word(),
        (KeyCode::Char(letter), false, false) => typed(state, letter.encode_utf8(&mut [0; 4])),
        (KeyCode::Tab, ..) => complete(state),
        (KeyCode::Backspace, ..) => state.composer.erase_back(),
        (KeyCode::Delete, ..) => state.composer.erase_forward(),
        (KeyCode::Left, ..) => state.composer.left(),
        (KeyCode::Right, ..) => state.composer.right(),
        (KeyCode::Up, ..) => state.composer.up(draft_columns(state)),
        (KeyCode::Down, ..) => state.composer.down(draft_columns(state)),
        (KeyCode::Home, ..) => state.composer.home(),
        // At the end of the line already, End means the end of everything: now.
        (KeyCode::End, ctrl, _) => {
            if ctrl || !state.composer.end() {
                state.reading = None;
            }
        }
        (KeyCode::PageUp, ..) => return reading::scroll_pages(state, 1).into_iter().collect(),
        (KeyCode::PageDown, ..) => return reading::scroll_pages(state, -1).into_iter().collect(),
        (KeyCode::Esc, ..) => state.reading = None,
        (KeyCode::F(1), ..) => said::help(state),
        (KeyCode::F(_) | KeyCode::BackTab | KeyCode::Char(_), ..) => {}
    }
    state.forget_old();
    vec![]
}

/// A letter with Control.
fn controlled(state: &mut State, letter: char, hint: Option<Hint>) -> Vec<Effect> {
    let columns = draft_columns(state);
    let composer = &mut state.composer;
    match letter.to_ascii_lowercase() {
        'a' => composer.home(),
        'b' => composer.left(),
        'd' if composer.is_empty() => return vec![said::quit(state)],
        'd' => composer.erase_forward(),
        'e' => _ = composer.end(),
        'f' => composer.right(),
        'h' => composer.erase_back(),
        'k' => composer.kill_to_end(),
        'u' => composer.kill_to_start(),
        'w' => composer.kill_word(),
        'y' => composer.yank(),
        'p' => composer.up(columns),
        'n' => composer.down(columns),
        'l' => return vec![Effect::Redraw],
        'z' => return vec![Effect::Suspend],
        // What is cleared can be recalled, so that a slip of the finger loses nothing.
        'c' if !composer.is_empty() => _ = composer.take(),
        'c' if hint == Some(Hint::AgainQuits) => return vec![said::quit(state)],
        'c' => state.hint = Some(Hint::AgainQuits),
        _ => {}
    }
    vec![]
}

fn typed(state: &mut State, text: &str) {
    if !state.composer.insert(text) {
        state.hint = Some(Hint::DraftCut);
    }
}

/// Completes the draft to the only command or name that begins so.
fn complete(state: &mut State) {
    let draft = state.composer.text();
    let start = draft.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let Some(word) = draft.get(start..).filter(|word| !word.is_empty()) else { return };
    let names = state.people.members.iter().map(|member| member.name.as_str());
    let mut fitting: Vec<&str> = if word.starts_with('/') && start == 0 {
        command::beginning(word).collect()
    } else {
        let word = word.trim_start_matches('@');
        names.filter(|name| !word.is_empty() && name.starts_with(word)).collect()
    };
    fitting.dedup();
    if let [only] = fitting[..] {
        let at = if word.starts_with('@') { "@" } else { "" };
        let whole = format!("{}{at}{only} ", &draft[..start]);
        state.composer.replace(&crate::model::text::clean::draft(&whole));
    }
}

fn draft_columns(state: &State) -> usize {
    // A window that is too small shows no draft, so any width will do.
    Geometry::now(state).as_ref().map_or(80, Geometry::draft_columns)
}
