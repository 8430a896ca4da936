//! Pasting: a paste is a draft, however many line ends it has, and only Enter sends. A long one
//! asks first whether it was meant. What an editor leaves is a draft, too.

use crate::model::{
    event::EditorTrouble,
    hand::{composer::MAX_DRAFT_BYTES, keymap::Action, mode::Mode, seek, unlocking},
    key::Key,
    state::{Hint, State},
    text::clean,
};

/// How many lines are a draft without a question.
const MAX_LINES: usize = 5;

/// Text was pasted.
pub(in crate::model) fn pasted(state: &mut State, text: &str) {
    if unlocking::pasted(state, text) {
        return;
    }
    let text = clean::draft(text);
    match &mut state.mode {
        Mode::Seeking(_) => seek::type_in(state, &text),
        Mode::Asking(paste) => paste.push_str(&text),
        _ if lines(&text) > MAX_LINES => state.mode = Mode::Asking(text),
        _ => put_in(state, &text),
    }
}

/// The editor left a draft, which takes the place of the one that is there.
pub(in crate::model) fn edited(state: &mut State, left: Result<String, EditorTrouble>) {
    let words = state.language;
    match left {
        Ok(text) => {
            let text = clean::draft(&text);
            state.hint = (text.len() > MAX_DRAFT_BYTES).then_some(Hint::DraftCut);
            state.composer.replace(&text);
        }
        Err(EditorTrouble::Missing(name)) => {
            state.notify(words.editor_missing(&clean::sentence(&name)));
        }
        Err(EditorTrouble::Failed(why)) => {
            state.notify(words.editor_failed(&clean::sentence(&why)));
        }
    }
}

/// Takes the answer to the question; whether the key was for that alone.
pub(in crate::model) fn takes(state: &mut State, action: Option<Action>, key: Key) -> bool {
    let Mode::Asking(paste) = &mut state.mode else { return false };
    let letter = key.types().map(|letter| letter.to_ascii_lowercase());
    let yes = action == Some(Action::Send) || letter == Some('y');
    let no = matches!(action, Some(Action::Cancel | Action::ClearOrQuit)) || letter == Some('n');
    if !yes && !no {
        let passes = [Action::Redraw, Action::Suspend, Action::Mouse];
        let reads = [Action::PageUp, Action::PageDown, Action::Now];
        return !action.is_some_and(|action| passes.contains(&action) || reads.contains(&action));
    }
    let paste = std::mem::take(paste);
    state.mode = Mode::Writing;
    if yes {
        put_in(state, &paste);
    } else {
        state.composer.keep_cut(&paste);
        state.hint = Some(Hint::PasteDropped);
    }
    true
}

/// How many lines a paste has; a line end at its end begins none.
pub fn lines(text: &str) -> usize {
    text.trim_end_matches('\n').split('\n').count()
}

fn put_in(state: &mut State, text: &str) {
    state.hint = (!state.composer.insert(text)).then_some(Hint::DraftCut);
}
