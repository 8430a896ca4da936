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
    check("one two  |x", Composer::kill_to_space, "one |x");
    check("一\u{3000}二|", Composer::kill_to_space, "一\u{3000}|");
    let twice = |composer: &mut Composer| {
        composer.kill_to_space();
        composer.yank();
        composer.yank();
    };
    check("one two|", twice, "one twotwo|");
}

#[test]
fn words_are_letters_and_digits_and_each_chinese_character() {
    check("汉字|", Composer::word_left, "汉|字");
    check("好的，|ok", Composer::word_left, "好|的，ok");
    check("|汉字 ok", Composer::word_right, "汉|字 ok");
    check("see foo_bar|", Composer::word_left, "see foo_|bar");
    check("cafe\u{301} bar|", Composer::word_left, "cafe\u{301} |bar");
    check("|cafe\u{301}s bar", Composer::word_right, "cafe\u{301}s| bar");
    check("https://kpl.example/m.png|", Composer::kill_word_back, "https://kpl.example/m.|");
    check("https://kpl.example/m.png|", Composer::kill_to_space, "|");
    check("one| two three", Composer::kill_word_forward, "one| three");
    check("|汉字", Composer::kill_word_forward, "|字");
}

#[test]
fn cuts_in_a_row_are_put_in_as_one() {
    let forth_and_back = |composer: &mut Composer| {
        composer.kill_word_forward();
        composer.kill_to_space();
        composer.kill_to_end();
        composer.yank();
    };
    check("one two| three four", forth_and_back, "one two three four|");

    let apart = |composer: &mut Composer| {
        composer.kill_to_space();
        composer.left();
        composer.kill_to_space();
        composer.yank();
    };
    check("one two|", apart, "one| ");
}

#[test]
fn what_was_cut_earlier_comes_by_turns() {
    fn cut_three(composer: &mut Composer) {
        for cut in ["甲", "乙", "丙"] {
            composer.insert(cut);
            composer.kill_to_start();
            composer.home();
        }
        composer.insert("x");
        composer.yank();
    }
    let turned = |turns: usize| {
        let mut composer = Composer::default();
        cut_three(&mut composer);
        (0..turns).for_each(|_| composer.yank_older());
        composer.text().to_owned()
    };

    assert_eq!([0, 1, 2, 3].map(turned), ["x丙", "x乙", "x甲", "x丙"]);
    check("a|", Composer::yank_older, "a|");
}

#[test]
fn transposing_swaps_whole_characters() {
    check("ab|", Composer::transpose, "ba|");
    check("a|bc", Composer::transpose, "ba|c");
    check("汉👨‍👩‍👧|", Composer::transpose, "👨‍👩‍👧汉|");
    check("ab|\nc", Composer::transpose, "ba|\nc");
    for alone in ["a|", "|ab", "|", "a\nb|", "a\n|bc"] {
        check(alone, Composer::transpose, alone);
    }
}

#[test]
fn changes_are_undone_and_made_again() {
    let mut composer = Composer::default();
    for letter in "你好 world".chars() {
        composer.type_in(&letter.to_string());
    }
    composer.kill_to_space();
    composer.insert("a paste");

    let mut seen = Vec::new();
    for _ in 0..5 {
        composer.undo();
        seen.push(marked(&composer));
    }
    assert_eq!(seen, ["你好 |", "你好 world|", "你好|", "|", "|"]);

    for _ in 0..5 {
        composer.redo();
    }
    assert_eq!(marked(&composer), "你好 a paste|");
    composer.undo();
    composer.insert("!");
    composer.redo();
    assert_eq!(marked(&composer), "你好 !|");
}

#[test]
fn clearing_can_be_undone_and_sending_cannot() {
    check("dr|aft", |composer| (composer.clear(), composer.undo()).1, "dr|aft");
    check("draft|", |composer| (composer.take(), composer.undo()).1, "|");
}

#[test]
fn a_long_run_of_typing_is_undone_by_and_by() {
    let mut composer = Composer::default();
    for _ in 0..50 {
        composer.type_in("字");
    }

    composer.undo();

    assert_eq!(composer.text().chars().count(), 40);
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
    Composer::kill_to_space,
    Composer::kill_word_back,
    Composer::kill_word_forward,
    Composer::yank,
    Composer::yank_older,
    Composer::transpose,
    Composer::undo,
    Composer::redo,
    Composer::clear,
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
    Type(String),
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0..ACTS.len()).prop_map(Act::Do),
        1 => "(👨|\u{200d}|👩|\u{301}|\u{fe0f}|汉|a| |\n|\\PC){0,5}".prop_map(Act::Insert),
        1 => "[a汉 \u{301}👩]{1,3}".prop_map(Act::Type),
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
                Act::Type(text) => _ = composer.type_in(&text),
            }
            prop_assert!(is_boundary(&composer.text, composer.caret));
            let (row, _) = composer.caret_in(&composer.rows(7));
            prop_assert!(row < composer.rows(7).len());
        }
    }
}
