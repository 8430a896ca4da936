//! The look of the screen: what the terminal can draw is found out, and what it cannot is not drawn.

use kpl_tests::harness::{person::Person, raw::Raw, screen::Screen, server::Server};

/// Types while the terminal is asked, and returns the screen once all of it stands there.
fn typed_at_once(screen: &Screen) -> String {
    screen.wait("the screen", vt100::Screen::alternate_screen).unwrap();
    for letter in "来了 at once".chars() {
        screen.types(&letter.to_string()).unwrap();
    }
    screen.shows("李白> 来了 at once").unwrap();
    screen.shows("live").unwrap();
    screen.text()
}

#[test]
fn a_terminal_that_tells_its_widths_gets_lines_and_loses_no_key() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();

    let text = typed_at_once(&screen);

    assert_eq!(text.matches(&"─".repeat(80)).count(), 2, "{text}");
    assert!(!screen.everything().contains("----"), "the first frame did not wait");
}

#[test]
fn a_terminal_that_answers_nothing_gets_what_every_terminal_has_and_loses_no_key() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::mute(&libai, &server.url()).unwrap();

    let text = typed_at_once(&screen);

    assert_eq!(text.matches(&"-".repeat(80)).count(), 2, "{text}");
}

// weechat#1861, weechat#2265: emoji in columns that the terminal does not count.
#[test]
fn an_emoji_that_the_terminal_draws_wider_moves_nothing_beside_it() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "瑶").unwrap();
    author.say_all(&["a👨‍👩‍👧b❤️c".to_owned()], 1).unwrap();
    let libai = Person::new("李白").unwrap();
    // This emulator takes a family for three people.
    let screen = Screen::open(&libai, &server.url()).unwrap();

    screen.shows("a👨b❤️c").unwrap();
    screen.types("👨‍👩‍👧").unwrap();

    screen.wait("the caret after two columns", |s| s.cursor_position().1 == 8).unwrap();
    screen.shows("李白> 👨").unwrap();
}
