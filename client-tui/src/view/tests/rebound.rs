//! What is told of keys is what they do, however they are bound.

use super::{draw, unread::page};
use crate::model::{
    event::Event,
    hand::{keymap::Keymap, vi::Vi},
    key::{Key, KeyCode},
    room::unread::Bookmark,
    state::State,
    tests::script::*,
    words::Language,
};

/// A client in a room of so many lines with these keys.
fn with_keys(lines: u64, bound: &[(&str, &str)]) -> State {
    let mut keymap = Keymap::default();
    for (key, action) in bound {
        keymap.bind(key, action).unwrap();
    }
    let mut state = start_with(|config| config.keymap = keymap);
    play(&mut state, [greeted(0), measured(23), told(1..=lines)]);
    state
}

/// The row that many from the bottom.
fn row(state: &State, from_bottom: usize) -> String {
    let text = draw(state, 80, 24).text;
    text.lines().rev().nth(from_bottom).unwrap().trim_matches(['-', ' ']).to_owned()
}

const README: &[(&str, &str)] = &[("enter", "new-line"), ("ctrl-s", "send"), ("ctrl-d", "none")];
const OTHERS: &[(&str, &str)] = &[
    ("ctrl-r", "none"),
    ("f5", "seek"),
    ("ctrl-y", "none"),
    ("ctrl-c", "none"),
    ("alt-q", "clear-or-quit"),
    ("alt-u", "none"),
    ("f2", "help"),
    ("f1", "none"),
    ("pageup", "none"),
    ("tab", "none"),
    ("alt-t", "complete"),
    ("end", "none"),
    ("f9", "now"),
];

#[test]
fn the_help_bar_tells_the_keys_as_they_are_bound() {
    let state = with_keys(3, README);
    assert_eq!(
        row(&state, 0),
        "^S send  Enter new line  Tab complete  PgUp/PgDn scroll  ^C quit       F1 help"
    );

    let mut state = with_keys(3, OTHERS);
    state.language = Language::Zh;
    let told = row(&state, 0);
    assert!(
        told.starts_with("Enter 发送  Alt+Enter 换行  Alt+T 补全  Alt+Up 选择  Alt+Q 退出   "),
        "{told}"
    );
    assert!(told.ends_with(" F2 帮助"), "{told}");
}

#[test]
fn the_rule_tells_the_keys_as_they_are_bound() {
    let mut state = with_keys(3, README);
    state.vi = Some(Vi::default());
    play(&mut state, [press(KeyCode::Esc)]);
    assert_eq!(row(&state, 2), "NORMAL: i writes, Ctrl+S sends");

    let mut state = with_keys(90, OTHERS);
    play(&mut state, [press(KeyCode::F(5))]);
    assert_eq!(row(&state, 3), "F5 older, Enter takes, Esc back");
    play(&mut state, [press(KeyCode::Esc), press(Key::alt(KeyCode::Char('q')))]);
    assert_eq!(row(&state, 2), "press Alt+Q again to quit");
    play(&mut state, [Event::Pasted("1\n2\n3\n4\n5\n6".into()), press(KeyCode::Esc)]);
    assert_eq!(row(&state, 2), "dropped");
    play(&mut state, [press(KeyCode::F(2))]);
    assert_eq!(row(&state, 2), "Esc closes");
    play(&mut state, [press(KeyCode::Esc), Event::Scrolled(30)]);
    assert!(row(&state, 2).ends_with(" below (F9)"), "{}", row(&state, 2));
}

#[test]
fn an_empty_room_tells_the_keys_as_they_are_bound() {
    let mut state = with_keys(0, &[("enter", "new-line"), ("f2", "send"), ("f1", "none")]);
    play(&mut state, [Event::Resized(80, 24)]);

    let text = draw(&state, 80, 24).text;

    assert!(text.contains("write something, F2 sends it"), "{text}");
    assert!(!text.contains("F1") && !text.contains("Enter sends"), "{text}");
}

#[test]
fn what_came_meanwhile_names_the_key_that_leads_there_if_there_is_one() {
    let mut elsewhere = Keymap::default();
    elsewhere.bind("alt-u", "none").unwrap();
    elsewhere.bind("f8", "unread").unwrap();
    for (keymap, key) in
        [(Keymap::default(), " (Alt+U)"), (elsewhere, " (F8)"), (Keymap::of_lines(), "")]
    {
        let mut state = start_with(|config| {
            config.keymap = keymap;
            config.bookmark = Some(Bookmark { epoch: "e".into(), seq: 6, at: EVENING - MINUTE });
        });
        let asked = play(&mut state, [greeted(9)]);
        play(&mut state, [page(&asked, 1..=9)]);

        let text = draw(&state, 80, 24).text;

        let told: Vec<&str> = text.split("3 new since 19:59").skip(1).collect();
        assert_eq!(told.len(), 2, "{text}");
        for rest in told {
            let rest = rest.lines().next().unwrap_or_default();
            assert_eq!(rest.trim_end_matches(['-', ' ']), key, "{text}");
        }
    }
}
