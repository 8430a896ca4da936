//! The keymap: which key does what. One table has every action, its name in the settings, its keys
//! and its words; the hand, the settings and the help all read it.

use std::collections::HashMap;

use crate::model::{
    key::{Key, KeyCode, UnknownKey},
    words::Language,
};

/// What a key can do, where a key does anything but type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Say the draft, or do what it asks for.
    Send,
    /// Begin a new line in the draft.
    NewLine,
    /// Move one character to the left.
    Left,
    /// Move one character to the right.
    Right,
    /// Move one word to the left.
    WordLeft,
    /// Move one word to the right.
    WordRight,
    /// Move one row up, or back through what one said.
    Up,
    /// Move one row down, or forward through what one said.
    Down,
    /// Look for something that one said.
    Seek,
    /// Move to the beginning of the line.
    LineStart,
    /// Move to the end of the line; there already, go to now.
    LineEnd,
    /// Delete the character before the caret.
    DeleteBack,
    /// Delete the character after the caret.
    DeleteForward,
    /// Delete the character after the caret, or leave when there is no draft.
    DeleteOrQuit,
    /// Cut to the end of the line.
    KillToEnd,
    /// Cut to the beginning of the line.
    KillToStart,
    /// Cut back to the last white space.
    KillToSpace,
    /// Cut the word before the caret.
    KillWordBack,
    /// Cut the word after the caret.
    KillWordForward,
    /// Put in what was cut last.
    Yank,
    /// Put in what was cut before that instead.
    YankOlder,
    /// Open the draft in the person's editor.
    Edit,
    /// Swap the characters around the caret.
    Transpose,
    /// Take the last change back.
    Undo,
    /// Make it again.
    Redo,
    /// Complete what is typed.
    Complete,
    /// Complete what is typed, going backwards through what it may become.
    CompleteBack,
    /// Read further up.
    PageUp,
    /// Read further down.
    PageDown,
    /// Walk among the messages.
    Select,
    /// Go to the newest line.
    Now,
    /// Go to the first line that is not read.
    Unread,
    /// Ask where to go.
    Jump,
    /// Go back from wherever one is.
    Cancel,
    /// Clear the draft; twice on an empty one, leave.
    ClearOrQuit,
    /// Fold the list of people in or out.
    People,
    /// Draw the screen anew.
    Redraw,
    /// Give the terminal to the shell.
    Suspend,
    /// Search what was said.
    Search,
    /// Let go of the mouse, or take it.
    Mouse,
    /// Show the keys and the commands.
    Help,
}

/// One action as the table has it.
#[derive(Debug)]
pub struct Entry {
    /// What it does.
    pub action: Action,
    /// What it is called in the settings.
    pub name: &'static str,
    /// The keys that do it unless the settings say otherwise, the one that is shown first.
    keys: &'static [&'static str],
    /// What it does, for people.
    pub help: fn(Language) -> String,
}

/// Every action, in the order in which the help shows them.
pub const TABLE: &[Entry] = &[
    entry(Action::Send, "send", &["enter"], Language::key_send),
    entry(
        Action::NewLine,
        "new-line",
        &["alt-enter", "shift-enter", "ctrl-enter", "ctrl-j"],
        Language::key_new_line,
    ),
    entry(Action::Left, "left", &["left", "ctrl-b"], Language::key_left),
    entry(Action::Right, "right", &["right", "ctrl-f"], Language::key_right),
    entry(
        Action::WordLeft,
        "word-left",
        &["alt-b", "ctrl-left", "alt-left"],
        Language::key_word_left,
    ),
    entry(
        Action::WordRight,
        "word-right",
        &["alt-f", "ctrl-right", "alt-right"],
        Language::key_word_right,
    ),
    entry(Action::Up, "up", &["up", "ctrl-p"], Language::key_up),
    entry(Action::Down, "down", &["down", "ctrl-n"], Language::key_down),
    entry(Action::Seek, "seek", &["ctrl-r"], Language::key_seek),
    entry(Action::LineStart, "line-start", &["ctrl-a", "home"], Language::key_line_start),
    entry(Action::LineEnd, "line-end", &["ctrl-e", "end"], Language::key_line_end),
    entry(Action::DeleteBack, "delete-back", &["backspace", "ctrl-h"], Language::key_delete_back),
    entry(Action::DeleteForward, "delete-forward", &["delete"], Language::key_delete_forward),
    entry(Action::DeleteOrQuit, "delete-or-quit", &["ctrl-d"], Language::key_delete_or_quit),
    entry(Action::KillToSpace, "kill-to-space", &["ctrl-w"], Language::key_kill_to_space),
    entry(
        Action::KillWordBack,
        "kill-word-back",
        &["alt-backspace", "ctrl-backspace"],
        Language::key_kill_word_back,
    ),
    entry(
        Action::KillWordForward,
        "kill-word-forward",
        &["alt-d", "ctrl-delete"],
        Language::key_kill_word_forward,
    ),
    entry(Action::KillToStart, "kill-to-start", &["ctrl-u"], Language::key_kill_to_start),
    entry(Action::KillToEnd, "kill-to-end", &["ctrl-k"], Language::key_kill_to_end),
    entry(Action::Yank, "yank", &["ctrl-y"], Language::key_yank),
    entry(Action::YankOlder, "yank-older", &["alt-y"], Language::key_yank_older),
    entry(Action::Edit, "edit", &["ctrl-x"], Language::key_edit),
    entry(Action::Transpose, "transpose", &["ctrl-t"], Language::key_transpose),
    entry(Action::Undo, "undo", &["ctrl-_", "ctrl-/"], Language::key_undo),
    entry(Action::Redo, "redo", &["alt-_"], Language::key_redo),
    entry(Action::Complete, "complete", &["tab"], Language::key_complete),
    entry(Action::CompleteBack, "complete-back", &["backtab"], Language::key_complete_back),
    entry(Action::PageUp, "page-up", &["pageup"], Language::key_page_up),
    entry(Action::PageDown, "page-down", &["pagedown"], Language::key_page_down),
    entry(Action::Unread, "unread", &["alt-u"], Language::key_unread),
    entry(Action::Jump, "jump", &["ctrl-g"], Language::key_jump),
    entry(Action::Now, "now", &["ctrl-end"], Language::key_now),
    entry(Action::Select, "select", &["alt-up"], Language::key_select),
    entry(Action::Search, "search", &["ctrl-s"], Language::key_search),
    entry(Action::Mouse, "mouse", &["f6"], Language::key_mouse),
    entry(Action::People, "people", &["f7"], Language::key_people),
    entry(Action::Redraw, "redraw", &["ctrl-l"], Language::key_redraw),
    entry(Action::Suspend, "suspend", &["ctrl-z"], Language::key_suspend),
    entry(Action::Cancel, "cancel", &["esc"], Language::key_cancel),
    entry(Action::ClearOrQuit, "clear-or-quit", &["ctrl-c"], Language::key_clear_or_quit),
    entry(Action::Help, "help", &["f1"], Language::key_help),
];

/// Which key does what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    actions: HashMap<Key, Action>,
}

/// Why a key cannot be bound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence(Language::En))]
pub enum Unbindable {
    /// No key is written so.
    Key(#[from] UnknownKey),
    /// No action has this name.
    Action(String),
    /// It would take a letter away from typing.
    Typed(Key),
}

impl Unbindable {
    /// The sentence in the reader's language.
    pub fn sentence(&self, words: Language) -> String {
        match self {
            Self::Key(unknown) => unknown.sentence(words),
            Self::Action(name) => words.no_action(name, &names(words)),
            Self::Typed(key) => words.key_types(&key.to_string()),
        }
    }
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = TABLE.iter().flat_map(|entry| entry.defaults().map(|key| (key, entry.action)));
        Self { actions: keys.collect() }
    }
}

impl Keymap {
    /// The only key where lines are read whole: Enter sends.
    pub fn of_lines() -> Self {
        Self { actions: [(KeyCode::Enter.into(), Action::Send)].into() }
    }

    /// Binds a key, as written, to an action by its name; to nothing by the name `none`.
    pub fn bind(&mut self, key: &str, action: &str) -> Result<(), Unbindable> {
        let key: Key = key.parse()?;
        if key.types().is_some() {
            return Err(Unbindable::Typed(key));
        }
        if action == "none" {
            self.actions.remove(&key);
            return Ok(());
        }
        let entry = TABLE.iter().find(|entry| entry.name == action);
        let entry = entry.ok_or_else(|| Unbindable::Action(action.into()))?;
        self.actions.insert(key, entry.action);
        Ok(())
    }

    /// What a key does; `None` if it types, or does nothing.
    pub fn action(&self, key: Key) -> Option<Action> {
        self.actions.get(&key).copied()
    }

    /// What a key does as it came: Shift, and the case of a letter with Control, say nothing where
    /// they were not bound.
    pub fn does(&self, key: Key) -> Option<Action> {
        let mut code = key.code;
        if let (KeyCode::Char(letter), true) = (key.code, key.ctrl) {
            code = KeyCode::Char(letter.to_ascii_lowercase());
        }
        let tries = [key, Key { code, ..key }, Key { code, shift: false, ..key }];
        tries.into_iter().find_map(|key| self.action(key))
    }

    /// The key by which something is done: the one that the person has chosen for it, or the one
    /// that people know first.
    pub fn key(&self, action: Action) -> Option<Key> {
        let entry = TABLE.iter().find(|entry| entry.action == action)?;
        let keys = self.keys(entry);
        let chosen = keys.iter().find(|key| entry.defaults().all(|default| default != **key));
        chosen.or(keys.first()).copied()
    }

    /// The keys that do something, the one that people know first.
    pub fn keys(&self, entry: &Entry) -> Vec<Key> {
        let held = |key: &Key| self.action(*key) == Some(entry.action);
        let mut keys: Vec<Key> = entry.defaults().filter(held).collect();
        let mut others: Vec<Key> =
            self.actions.keys().copied().filter(|key| held(key) && !keys.contains(key)).collect();
        others.sort_by_key(Key::to_string);
        keys.extend(others);
        keys
    }
}

impl Entry {
    /// The keys of the table. All of them can be read, as a test holds.
    fn defaults(&self) -> impl Iterator<Item = Key> {
        self.keys.iter().filter_map(|key| key.parse().ok())
    }
}

/// The names of all actions, as the settings write them.
pub fn names(words: Language) -> String {
    words.enumeration(&TABLE.iter().map(|entry| entry.name).collect::<Vec<_>>())
}

const fn entry(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    help: fn(Language) -> String,
) -> Entry {
    Entry { action, name, keys, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_can_be_read_and_does_one_thing() {
        let written: usize = TABLE.iter().map(|entry| entry.keys.len()).sum();
        let read: usize = TABLE.iter().map(|entry| entry.defaults().count()).sum();

        assert_eq!(written, read, "a key of the table cannot be read");
        assert_eq!(Keymap::default().actions.len(), written, "a key stands in the table twice");
    }

    #[test]
    fn every_action_has_a_name_of_its_own_and_words_in_both_languages() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert!(TABLE[..at].iter().all(|other| other.name != entry.name), "{}", entry.name);
            assert_ne!((entry.help)(Language::En), (entry.help)(Language::Zh));
        }
    }

    #[test]
    fn keys_can_be_bound_otherwise() {
        let mut keymap = Keymap::default();

        keymap.bind("ctrl-s", "send").unwrap();
        keymap.bind("enter", "new-line").unwrap();
        keymap.bind("ctrl-d", "none").unwrap();

        assert_eq!(keymap.action(Key::ctrl('s')), Some(Action::Send));
        assert_eq!(keymap.action(KeyCode::Enter.into()), Some(Action::NewLine));
        assert_eq!(keymap.action(Key::ctrl('d')), None);
        assert_eq!(keymap.keys(&TABLE[0]), [Key::ctrl('s')]);
    }

    #[test]
    fn what_cannot_be_bound_says_why() {
        let mut keymap = Keymap::default();

        assert!(matches!(keymap.bind("hyper-a", "send"), Err(Unbindable::Key(_))));
        assert!(matches!(keymap.bind("ctrl-a", "sned"), Err(Unbindable::Action(_))));
        assert!(matches!(keymap.bind("a", "send"), Err(Unbindable::Typed(_))));
        assert_eq!(keymap, Keymap::default());
    }
}
