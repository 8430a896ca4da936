//! Edits: what an action does to a line, whichever is being written.

use crate::model::hand::{composer::Composer, keymap::Action};

/// Does to the line what the action asks for; false if it asks for nothing of that kind.
pub(in crate::model) fn edit(line: &mut Composer, action: Action) -> bool {
    match action {
        Action::Left => line.left(),
        Action::Right => line.right(),
        Action::WordLeft => line.word_left(),
        Action::WordRight => line.word_right(),
        Action::LineStart => line.home(),
        Action::DeleteForward | Action::DeleteOrQuit => line.erase_forward(),
        Action::DeleteBack => line.erase_back(),
        Action::KillToEnd => line.kill_to_end(),
        Action::KillToStart => line.kill_to_start(),
        Action::KillToSpace => line.kill_to_space(),
        Action::KillWordBack => line.kill_word_back(),
        Action::KillWordForward => line.kill_word_forward(),
        Action::Yank => line.yank(),
        Action::YankOlder => line.yank_older(),
        Action::Transpose => line.transpose(),
        Action::Undo => line.undo(),
        Action::Redo => line.redo(),
        _ => return false,
    }
    true
}
