//! The program's own texts over the timeline.

use insta::assert_snapshot;

use super::draw;
use crate::model::{
    event::Event,
    key::{Key, KeyCode},
    tests::script::*,
};

#[test]
fn help_lies_over_the_timeline_until_it_is_put_away() {
    let mut state = live(3);
    types(&mut state, "来了");

    play(&mut state, [press(KeyCode::F(1)), press(KeyCode::PageDown)]);
    assert_snapshot!(draw(&state, 80, 24).text, @"
     #KPL                                                                 live 23ms
    --------------------------------------------------------------------------------
                                  its path, /cancel stops
    /save [N] [FOLDER]            saves the newest file, or the Nth from the newest
    /cancel                       stops what is being uploaded and saved
    /clear                        clears the screen; scrolling up loads it again
    /lang zh|en                   speaks English or Chinese until it ends
    /key                          says which key proves your names
    /reconnect                    tries to connect now
    /quit                         leaves; what waits is kept for the next start
    //                            at the start of a line sends one slash
    Keys
    Enter                         sends the draft, or does what it asks for
    Alt-Enter Shift-Enter Ctrl-Enter Ctrl-J
                                  begins a new line
    Left Ctrl-B                   one character to the left
    Right Ctrl-F                  one character to the right
    Alt-b Ctrl-Left Alt-Left      one word to the left
    Alt-f Ctrl-Right Alt-Right    one word to the right
    Up Ctrl-P                     one row up; above the first, what you said before
    Down Ctrl-N                   one row down; below the last, what you said after
    --- Esc closes, PgUp/PgDn leaf -------------------------------------------------
    李白> 来了
                                                                            F1 help
    ");
    assert_snapshot!(draw(&state, 40, 15).text, @"
    #KPL                                23ms
    ----------------------------------------
      until /dnd again
    /ignore [NAME]
      hides what somebody says; alone, lists
      who is hidden
    /unignore NAME
      shows what somebody says again
    /search [WORDS]
      finds lines with these words
    /copy [N]
      copies the newest message, or the Nth
      from the newest
    --- Esc closes, PgUp/PgDn leaf ---------
    李白> 来了
    ");

    types(&mut state, "吧");
    assert_eq!(state.composer.text(), "来了吧");
    assert!(draw(&state, 80, 24).text.contains("line 3"));
}

#[test]
fn a_sheet_is_leafed_to_its_ends_and_no_further() {
    let mut state = live(3);
    play(&mut state, [press(KeyCode::F(1))]);
    let first = draw(&state, 80, 24).text;

    play(&mut state, [press(KeyCode::Up), press(KeyCode::PageUp)]);
    assert_eq!(draw(&state, 80, 24).text, first);
    play(&mut state, (0..50).map(|_| press(KeyCode::PageDown)));
    let last = draw(&state, 80, 24).text;
    play(&mut state, [press(KeyCode::End), press(KeyCode::Down)]);

    assert_eq!(draw(&state, 80, 24).text, last);
    assert!(last.contains("F1"), "{last}");
    play(&mut state, [press(KeyCode::Esc)]);
    assert!(draw(&state, 80, 24).text.contains("line 3"));
}

#[test]
fn the_wheel_leafs_in_the_sheet_and_leaves_the_timeline_where_it_is() {
    let mut state = live(100);
    let before = draw(&state, 80, 24).text;
    play(&mut state, [press(KeyCode::F(1))]);
    let first = draw(&state, 80, 24).text;

    play(&mut state, [Event::Scrolled(-3)]);
    let leafed = draw(&state, 80, 24).text;
    assert_eq!(leafed.lines().nth(2), first.lines().nth(5), "three rows further down");
    play(&mut state, [Event::Scrolled(i16::MAX)]);
    assert_eq!(draw(&state, 80, 24).text, first);
    play(&mut state, [Event::Scrolled(-i16::MAX)]);
    let last = draw(&state, 80, 24).text;
    play(&mut state, [press(KeyCode::End)]);
    assert_eq!(draw(&state, 80, 24).text, last);

    play(&mut state, [press(KeyCode::Esc)]);
    assert_eq!(draw(&state, 80, 24).text, before);
}

#[test]
fn the_wheel_leafs_in_whatever_sheet_lies_there() {
    let links: Vec<String> = (1..=9).map(|number| format!("http://kpl.example/{number}")).collect();
    let links = links.join("\n");
    let selects = || press(Key::alt(KeyCode::Up));
    for opens in [
        vec![press(KeyCode::F(7))],
        vec![selects(), press(KeyCode::Char('i'))],
        vec![selects(), press(KeyCode::Char('o'))],
    ] {
        let mut state = live(100);
        let names = ["貂蝉", "李白", "吕布", "后羿", "瑶"];
        play(&mut state, [Event::Resized(40, 8), listed(&names)]);
        play(&mut state, [heard(vec![line(101, "瑶", &links)])]);
        play(&mut state, opens);
        let (first, reading) = (draw(&state, 40, 8).text, state.reading);

        play(&mut state, [Event::Scrolled(-1)]);

        assert_eq!(draw(&state, 40, 8).text.lines().nth(1), first.lines().nth(2), "{first}");
        assert_eq!(state.reading, reading);
    }
}

#[test]
fn the_language_changes_at_a_word() {
    let mut state = live(1);
    let says = |state: &mut _, line: &str| {
        types(state, line);
        play(state, [press(KeyCode::Esc), press(KeyCode::Enter)]);
    };

    says(&mut state, "/lang zh");
    assert!(draw(&state, 80, 24).text.contains("在线"));
    says(&mut state, "/lang fr");
    assert!(draw(&state, 80, 24).text.contains("没有 \"fr\""));
    says(&mut state, "/lang en-GB");
    assert!(draw(&state, 80, 24).text.contains("live"));
}
