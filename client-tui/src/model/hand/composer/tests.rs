use proptest::prelude::*;

use super::*;

/// Writes a draft in which `|` is the caret.
fn composer(marked: &str) -> Composer {
    let mut composer = Composer::default();
    composer.insert(&marked.replace('|', ""));
    composer.place(marked.find('|').unwrap_or(marked.len()));
    composer
}

fn marked(composer: &Composer) -> String {
    let (before, after) = composer.text.split_at(composer.caret);
    format!("{before}|{after}")
}

fn check(before: &str, act: fn(&mut Composer), after: &str) {
    let mut composer = composer(before);
    act(&mut composer);
    assert_eq!(marked(&composer), after, "from {before}");
}

#[test]
fn backspace_takes_one_grapheme() {
    check("李白|", Composer::erase_back, "李|");
    check("a👨‍👩‍👧|b", Composer::erase_back, "a|b");
    check("e\u{301}|", Composer::erase_back, "|");
    check("❤️|", Composer::erase_back, "|");
    check("|a", Composer::erase_back, "|a");
    check("a\n|b", Composer::erase_back, "a|b");
}

#[test]
fn delete_takes_one_grapheme() {
    check("|👨‍👩‍👧b", Composer::erase_forward, "|b");
    check("a|", Composer::erase_forward, "a|");
}

#[test]
fn an_emoji_that_comes_in_pieces_becomes_one() {
    let mut composer = composer("x|y");

    for piece in "👨‍👩‍👧".chars() {
        composer.insert(&piece.to_string());
    }
    assert_eq!(marked(&composer), "x👨‍👩‍👧|y");
    composer.erase_back();

    assert_eq!(marked(&composer), "x|y");
}

#[test]
fn the_caret_moves_by_grapheme_word_and_line() {
    check("a👨‍👩‍👧|", Composer::left, "a|👨‍👩‍👧");
    check("|👨‍👩‍👧b", Composer::right, "👨‍👩‍👧|b");
    check("one two|", Composer::word_left, "one |two");
    check("one, |two", Composer::word_left, "|one, two");
    check("|one two", Composer::word_right, "one| two");
    check("one|  ", Composer::word_right, "one  |");
    check("a\nbc|d\ne", Composer::home, "a\n|bcd\ne");
    check("a\n|bcd\ne", |composer| _ = composer.end(), "a\nbcd|\ne");
}

#[test]
fn what_is_cut_can_be_put_in_again() {
    check("ab|cd\ne", Composer::kill_to_end, "ab|\ne");
    check("ab|\ne", Composer::kill_to_end, "ab|e");
    check("a\nb|c", Composer::kill_to_start, "a\n|c");
    check("one two  |x", Composer::kill_word, "one |x");
    check("一\u{3000}二|", Composer::kill_word, "一\u{3000}|");
    let twice = |composer: &mut Composer| {
        composer.kill_word();
        composer.yank();
        composer.yank();
    };
    check("one two|", twice, "one twotwo|");
}

#[test]
fn up_and_down_keep_to_their_column() {
    let down_twice_up = |composer: &mut Composer| {
        composer.down(10);
        composer.down(10);
        composer.up(10);
    };

    check("abcd|\nx\nabcdef", |composer| composer.down(10), "abcd\nx|\nabcdef");
    check("abcd|\nx\nabcdef", down_twice_up, "abcd\nx|\nabcdef");
    check("汉字|\nabcdef", |composer| composer.down(10), "汉字\nabcd|ef");
    check("abcd efgh|", |composer| composer.up(5), "abcd| efgh");
}

#[test]
fn what_was_said_comes_back_and_the_draft_is_not_lost() {
    let mut composer = composer("first|");
    composer.take();
    composer.insert("second");
    composer.take();
    composer.insert("draft");

    let mut seen = Vec::new();
    for step in ["up", "up", "up", "down", "down", "down"] {
        if step == "up" {
            composer.up(20);
        } else {
            composer.down(20);
        }
        seen.push(composer.text().to_owned());
    }

    assert_eq!(seen, ["second", "first", "first", "second", "draft", "draft"]);
}

#[test]
fn a_draft_has_an_end() {
    let mut composer = Composer::default();

    assert!(!composer.insert(&"汉".repeat(MAX_DRAFT_BYTES)));
    assert!(!composer.insert("more"));
    assert!(composer.text().len() <= MAX_DRAFT_BYTES);
}

/// What a person may do to a draft.
const ACTS: &[fn(&mut Composer)] = &[
    Composer::erase_back,
    Composer::erase_forward,
    Composer::kill_to_end,
    Composer::kill_to_start,
    Composer::kill_word,
    Composer::yank,
    Composer::left,
    Composer::right,
    Composer::word_left,
    Composer::word_right,
    Composer::home,
    |composer| _ = composer.end(),
    |composer| composer.up(7),
    |composer| composer.down(7),
    |composer| _ = composer.take(),
];

#[derive(Debug, Clone)]
enum Act {
    Do(usize),
    Insert(String),
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0..ACTS.len()).prop_map(Act::Do),
        1 => "(👨|\u{200d}|👩|\u{301}|\u{fe0f}|汉|a| |\n|\\PC){0,5}".prop_map(Act::Insert),
    ]
}

fn is_boundary(text: &str, at: usize) -> bool {
    at == text.len() || text.grapheme_indices(true).any(|(start, _)| start == at)
}

#[test]
fn an_act_that_joins_two_graphemes_leaves_the_caret_between_graphemes() {
    let mut composer = composer("👨\u{200d}x|👩");

    composer.erase_back();

    assert!(is_boundary(&composer.text, composer.caret));
}

proptest! {
    #[test]
    fn the_caret_is_always_between_graphemes(acts in prop::collection::vec(any_act(), 0..40)) {
        let mut composer = Composer::default();
        for act in acts {
            match act {
                Act::Do(which) => ACTS[which](&mut composer),
                Act::Insert(text) => _ = composer.insert(&text),
            }
            prop_assert!(is_boundary(&composer.text, composer.caret));
            let (row, _) = composer.caret_in(&composer.rows(7));
            prop_assert!(row < composer.rows(7).len());
        }
    }
}
