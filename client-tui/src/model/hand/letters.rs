//! Letters: what a letter does where one reads rather than writes. Each table has what a letter
//! does and its words; the hand and the help both read it.

use crate::model::{
    key::{Key, KeyCode},
    words::Language,
};

/// Some letters as a table has them.
#[derive(Debug)]
pub struct Entry<D> {
    does: D,
    letters: &'static [char],
    help: fn(Language) -> String,
}

/// What a letter does to the messages that one walks among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selecting {
    /// Goes one message up.
    Up,
    /// Goes one message down.
    Down,
    /// Goes to the first that is here.
    First,
    /// Goes to the last.
    Last,
    /// Begins a stretch of several, or ends it.
    Several,
    /// Copies.
    Copy,
    /// Opens a link.
    Open,
    /// Shows who said it, when, and its number.
    Details,
    /// Goes back to the draft.
    Back,
}

/// What a letter does to the hits of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hits {
    /// Goes to the hit before, further back.
    Older,
    /// Goes to the hit after.
    Newer,
    /// Searches for something else.
    Again,
}

/// The letters among the messages.
pub const SELECTING: &[Entry<Selecting>] = &[
    entry(Selecting::Up, &['k'], Language::letter_up),
    entry(Selecting::Down, &['j'], Language::letter_down),
    entry(Selecting::First, &['g'], Language::letter_first),
    entry(Selecting::Last, &['G'], Language::letter_last),
    entry(Selecting::Several, &['v', ' '], Language::letter_several),
    entry(Selecting::Copy, &['y'], Language::letter_copy),
    entry(Selecting::Open, &['o'], Language::letter_open),
    entry(Selecting::Details, &['i'], Language::letter_details),
    entry(Selecting::Back, &['q'], Language::letter_back),
];

/// The letters among the hits of a search.
pub const HITS: &[Entry<Hits>] = &[
    entry(Hits::Older, &['n'], Language::letter_older),
    entry(Hits::Newer, &['N'], Language::letter_newer),
    entry(Hits::Again, &['/'], Language::letter_again),
];

/// What a key does by a table, where it types a letter.
pub fn does<D: Copy>(table: &[Entry<D>], key: Key) -> Option<D> {
    let letter = key.types()?;
    table.iter().find(|entry| entry.letters.contains(&letter)).map(|entry| entry.does)
}

/// The letters of a table, each with what it does.
pub fn help<D>(table: &[Entry<D>], words: Language) -> impl Iterator<Item = (String, String)> {
    let name = |&letter: &char| Key::from(KeyCode::Char(letter)).to_string();
    table.iter().map(move |entry| {
        let letters: Vec<String> = entry.letters.iter().map(name).collect();
        (letters.join(" "), (entry.help)(words))
    })
}

const fn entry<D>(does: D, letters: &'static [char], help: fn(Language) -> String) -> Entry<D> {
    Entry { does, letters, help }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn letters<D>(table: &[Entry<D>]) -> Vec<char> {
        table.iter().flat_map(|entry| entry.letters).copied().collect()
    }

    #[test]
    fn no_letter_does_two_things() {
        for letters in [letters(SELECTING), letters(HITS)] {
            assert_eq!(letters.iter().collect::<HashSet<_>>().len(), letters.len(), "{letters:?}");
        }
    }

    #[test]
    fn a_letter_that_is_held_with_control_is_another_key() {
        let held = Key { ctrl: true, ..KeyCode::Char('y').into() };
        assert_eq!(does(SELECTING, held), None);
        assert_eq!(does(SELECTING, KeyCode::Char('y').into()), Some(Selecting::Copy));
    }
}
