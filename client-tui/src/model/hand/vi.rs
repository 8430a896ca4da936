//! vi: normal and insert, for fingers that know them; only where the settings say `vi = true`.
//!
//! One begins in insert. What is no word of vi does in normal what it does anywhere, so that Enter
//! sends and ^R looks for what one said.

use crate::model::{
    effect::Effect,
    hand::{composer::motion::Motion, keymap::Action, press, seek},
    key::Key,
    state::State,
    words::Language,
};

/// No count is larger: it is a slip.
const MAX_COUNT: usize = 999;

/// Which of the two one is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vi {
    /// Keys are words of vi.
    pub normal: bool,
    /// The word that is not whole yet.
    begun: String,
}

/// A whole word: `d3w` cuts three words.
struct Word {
    count: usize,
    operator: Option<char>,
    letter: char,
}

/// Takes a key while one writes; `None` if it means nothing here.
pub(in crate::model) fn takes(
    state: &mut State,
    action: Option<Action>,
    key: Key,
) -> Option<Vec<Effect>> {
    let vi = state.vi.as_mut()?;
    if !vi.normal {
        if action != Some(Action::Cancel) {
            return None;
        }
        vi.normal = true;
        state.composer.go(Motion::Left, 1);
        return Some(vec![]);
    }
    if let Some(action) = action {
        let begun = !std::mem::take(&mut vi.begun).is_empty();
        // A line that is sent is followed by one that is written.
        vi.normal = action != Action::Send;
        return (begun && action == Action::Cancel).then(Vec::new);
    }
    vi.begun.push(key.types()?);
    match Word::read(&vi.begun) {
        None => {}
        Some(word) => {
            vi.begun.clear();
            obey(state, &word);
        }
    }
    Some(vec![])
}

impl Word {
    /// Reads a word; `None` if it is not whole yet.
    fn read(begun: &str) -> Option<Self> {
        let (first, rest) = count(begun);
        let operator = rest.chars().next().filter(|letter| "dc".contains(*letter));
        let (second, rest) = count(rest.strip_prefix(['d', 'c']).unwrap_or(rest));
        let letter = rest.chars().next()?;
        Some(Self { count: first.saturating_mul(second).min(MAX_COUNT), operator, letter })
    }
}

/// The count that a word begins with, 1 where there is none, and the rest. A zero begins none.
fn count(word: &str) -> (usize, &str) {
    if word.starts_with('0') {
        return (1, word);
    }
    let rest = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let digits = &word[..word.len() - rest.len()];
    (if digits.is_empty() { 1 } else { digits.parse().unwrap_or(MAX_COUNT) }, rest)
}

/// What letters do, for people.
type Help = fn(Language) -> String;

/// What one types in normal, each with what it does.
const TABLE: &[(&str, Help)] = &[
    ("h l Space", Language::vi_characters),
    ("w b e", Language::vi_words),
    ("0 ^ $", Language::vi_line),
    ("j k", Language::vi_rows),
    ("x X", Language::vi_deletes),
    ("d c", Language::vi_cuts),
    ("D C", Language::vi_cuts_to_end),
    ("u", Language::vi_undoes),
    ("p P", Language::vi_puts),
    ("i a I A o O", Language::vi_writes),
    ("/", Language::vi_seeks),
    ("1 2 3 4 5 6 7 8 9", Language::vi_counts),
];

/// What one types in normal, each with what it does.
pub(in crate::model) fn help(words: Language) -> impl Iterator<Item = (String, String)> {
    TABLE.iter().map(move |(letters, help)| ((*letters).into(), help(words)))
}

fn motion(letter: char) -> Option<Motion> {
    Some(match letter {
        'h' => Motion::Left,
        'l' | ' ' => Motion::Right,
        'w' => Motion::NextWord,
        'b' => Motion::WordStart,
        'e' => Motion::WordEnd,
        '0' | '^' => Motion::LineStart,
        '$' => Motion::LineEnd,
        _ => return None,
    })
}

fn obey(state: &mut State, word: &Word) {
    let columns = press::draft_columns(state);
    let composer = &mut state.composer;
    let mut writes = word.operator == Some('c');
    match (word.operator, word.letter, motion(word.letter)) {
        // As ever, `cw` leaves the white space behind the word.
        (Some('c'), 'w', _) => composer.cut(Motion::WordEnd, word.count),
        (Some(_), _, Some(motion)) => composer.cut(motion, word.count),
        (Some(operator), letter, None) if operator == letter => composer.cut_line(writes),
        (Some(_), ..) => writes = false,
        (None, _, Some(motion)) => composer.go(motion, word.count),
        (None, 'j', _) => composer.down(columns),
        (None, 'k', _) => composer.up(columns),
        (None, 'x', _) => composer.cut(Motion::Right, word.count),
        (None, 'X', _) => composer.cut(Motion::Left, word.count),
        (None, 'D' | 'C', _) => {
            composer.cut(Motion::LineEnd, 1);
            writes = word.letter == 'C';
        }
        (None, 'u', _) => (0..word.count).for_each(|_| composer.undo()),
        (None, 'P', _) => composer.yank(),
        (None, 'p', _) => {
            composer.go(Motion::Right, 1);
            composer.yank();
        }
        (None, 'i', _) => writes = true,
        (None, 'a' | 'A' | 'I' | 'o' | 'O', _) => {
            writes = true;
            let motion = match word.letter {
                'a' => Motion::Right,
                'A' | 'o' => Motion::LineEnd,
                _ => Motion::LineStart,
            };
            composer.go(motion, 1);
            if "oO".contains(word.letter) {
                composer.insert("\n");
            }
            if word.letter == 'O' {
                composer.left();
            }
        }
        (None, '/', _) => seek::begin(state),
        (None, ..) => {}
    }
    if let Some(vi) = &mut state.vi {
        vi.normal = !writes;
    }
    if !writes {
        state.composer.stay_on_text();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{key::KeyCode, tests::script::*};

    /// What is left of a draft after these keys in normal, begun at its end, with `␛` for Escape.
    fn after(draft: &str, keys: &str) -> String {
        let mut state = live(3);
        state.vi = Some(Vi::default());
        state.composer.insert(draft);
        play(&mut state, [press(KeyCode::Esc)]);
        for letter in keys.chars() {
            let key = if letter == '␛' { KeyCode::Esc } else { KeyCode::Char(letter) };
            play(&mut state, [press(key)]);
        }
        state.composer.text().into()
    }

    #[test]
    fn words_of_vi_edit_as_in_vi() {
        for (draft, keys, left) in [
            ("one two", "x", "one tw"),
            ("one two", "bdw", "one "),
            ("one two three", "0wdw", "one three"),
            ("one two three", "02dw", "three"),
            ("one two three", "0d2w", "three"),
            ("one two", "0cwtwo␛", "two two"),
            ("one two", "0de", " two"),
            ("one two", "bD", "one "),
            ("one\ntwo\nthree", "kdd", "one\nthree"),
            ("one\ntwo", "dd", "one"),
            ("one\ntwo", "ccx", "one\nx"),
            ("汉字", "x", "汉"),
            ("汉字", "hiA", "A汉字"),
            ("abc", "Ad␛Iz", "zabcd"),
            ("abc", "0xp", "bac"),
            ("abc", "0xP", "abc"),
            ("a", "ob␛Oc", "a\nc\nb"),
            ("abc", "xxu", "ab"),
            ("one", "dq0x", "ne"),
            ("one", "d␛0x", "ne"),
            ("one", "99999999999999999999x", "on"),
        ] {
            assert_eq!(after(draft, keys), left, "{keys} on {draft:?}");
        }
    }

    #[test]
    fn enter_sends_from_normal_and_the_next_line_is_written() {
        let mut state = live(3);
        state.vi = Some(Vi::default());

        types(&mut state, "hi");
        play(&mut state, [press(KeyCode::Esc)]);
        let effects = types(&mut state, "⏎jk");

        assert!(!effects.is_empty());
        assert_eq!(state.composer.text(), "jk");
    }

    /// Whether a letter does anything in normal: it changes what is there, or it waits for more.
    fn does_something(letter: char) -> bool {
        [false, true].into_iter().any(|on_the_first_row| {
            let mut state = live(3);
            state.vi = Some(Vi::default());
            types(&mut state, "said⏎");
            state.composer.insert("cut");
            state.composer.cut(Motion::LineStart, 1);
            state.composer.insert("one two\nthree");
            play(&mut state, [press(KeyCode::Esc)]);
            state.composer.go(Motion::Left, 2);
            if on_the_first_row {
                state.composer.up(80);
            }
            let look = |state: &State| {
                let composer = &state.composer;
                (composer.text().to_owned(), composer.caret(), state.vi.clone(), state.mode.clone())
            };
            let before = look(&state);
            play(&mut state, [press(KeyCode::Char(letter))]);
            look(&state) != before
        })
    }

    #[test]
    fn the_help_tells_every_letter_that_does_something() {
        let told: Vec<char> = TABLE
            .iter()
            .flat_map(|(letters, _)| letters.split(' '))
            .map(|letter| if letter == "Space" { ' ' } else { letter.chars().next().unwrap() })
            .collect();

        for letter in ' '..='~' {
            assert_eq!(does_something(letter), told.contains(&letter), "{letter:?}");
        }
    }

    #[test]
    fn without_the_setting_letters_are_letters() {
        let mut state = live(3);

        play(&mut state, [press(KeyCode::Esc)]);
        types(&mut state, "dd");

        assert_eq!(state.composer.text(), "dd");
    }
}
