//! The interface in Chinese: beyond keys, commands and names nothing is in English.

use super::draw;
use crate::model::{
    hand::{command, mode::Mode},
    key::KeyCode,
    state::State,
    tests::script::*,
    words::{Language, tests::english_in},
};

fn chinese() -> State {
    let mut state = live(3);
    state.language = Language::Zh;
    state
}

/// Types a line and sends it, whatever a popup offers.
fn says(state: &mut State, line: &str) {
    types(state, line);
    play(state, [press(KeyCode::Esc), press(KeyCode::Enter)]);
}

#[test]
fn the_help_has_no_english_word() {
    let mut state = chinese();
    play(&mut state, [press(KeyCode::F(1))]);

    let Mode::Leafing(sheet) = &state.mode else { panic!("{:?}", state.mode) };
    for (left, about) in &sheet.entries {
        assert_eq!(english_in(about, &[]), [""; 0], "{left}: {about}");
        if left.starts_with('/') || about.is_empty() {
            assert_eq!(english_in(left, &[]), [""; 0], "{left}");
        }
    }
}

#[test]
fn what_a_command_takes_is_named_in_the_readers_language() {
    let commands: Vec<_> =
        command::beginning("/", Language::Zh, true).map(|(word, ..)| word).collect();
    for word in commands {
        let mut state = chinese();

        types(&mut state, word);
        let popup = draw(&state, 120, 40).text;
        types(&mut state, " ");
        let hint = draw(&state, 120, 40).text;

        let offered = popup.lines().filter(|row| row.contains(word));
        let explained = hint.lines().filter(|row| row.contains(word));
        for row in offered.chain(explained) {
            assert_eq!(english_in(row, &[]), [""; 0], "{row}");
        }
    }
}

#[test]
fn a_command_without_what_it_is_about_is_explained_in_the_readers_language() {
    for (line, usage) in [
        ("/me", "用法：/me 动作"),
        ("/whois", "用法：/whois 名字"),
        ("/nick", "用法：/nick 名字"),
        ("/unignore", "用法：/unignore 名字"),
    ] {
        let mut state = chinese();

        says(&mut state, line);

        let screen = draw(&state, 80, 24).text;
        assert!(screen.contains(usage), "{screen}");
    }
}
