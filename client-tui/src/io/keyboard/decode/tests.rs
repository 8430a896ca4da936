use proptest::prelude::*;

use super::*;

/// What comes of bytes that are read in these portions.
fn heard<const N: usize>(portions: [&str; N]) -> Vec<Event> {
    let mut decoder = Decoder::default();
    for portion in portions {
        decoder.take(portion.as_bytes());
    }
    std::iter::from_fn(|| decoder.next()).collect()
}

/// What comes of bytes and of the silence after each portion of them.
fn settled<const N: usize>(portions: [&str; N]) -> Vec<Event> {
    let mut decoder = Decoder::default();
    for portion in portions {
        decoder.take(portion.as_bytes());
        if decoder.patience().is_some() {
            decoder.settle();
        }
    }
    std::iter::from_fn(|| decoder.next()).collect()
}

fn key(key: impl Into<Key>) -> Event {
    Event::Pressed(key.into())
}

fn letter(letter: char) -> Event {
    key(KeyCode::Char(letter))
}

fn pasted(text: &str) -> Event {
    Event::Pasted(text.into())
}

#[test]
fn a_letter_is_itself_however_its_bytes_come() {
    assert_eq!(heard(["李A"]), [letter('李'), letter('A')]);

    let mut decoder = Decoder::default();
    for byte in "李".bytes() {
        assert_eq!(decoder.patience(), None);
        decoder.take(&[byte]);
    }
    assert_eq!(decoder.next(), Some(letter('李')));
}

#[test]
fn modifiers_are_told() {
    let shifted = Key { shift: true, ..KeyCode::Enter.into() };

    assert_eq!(heard(["\x03"]), [key(Key::ctrl('c'))]);
    assert_eq!(heard(["\x1b\r"]), [key(Key::alt(KeyCode::Enter))]);
    assert_eq!(heard(["\x1bb"]), [key(Key::alt(KeyCode::Char('b')))]);
    assert_eq!(heard(["\x1b[13;2u"]), [key(shifted)]);
    assert_eq!(heard(["\x1b[1;5C"]), [key(Key { ctrl: true, ..KeyCode::Right.into() })]);
}

#[test]
fn the_key_that_undoes_is_one_in_every_terminal() {
    let undo = || key(Key::ctrl('_'));

    assert_eq!(heard(["\x1f", "\x1b[45;6u", "\x1b[95;5u"]), [undo(), undo(), undo()]);
    assert_eq!(heard(["\x1b_"]), [key(Key::alt(KeyCode::Char('_')))]);
    assert_eq!(heard(["7-_"]), [letter('7'), letter('-'), letter('_')]);
}

#[test]
fn a_key_that_is_let_go_says_nothing() {
    assert_eq!(heard(["\x1b[13;1:3u"]), []);
}

#[test]
fn alt_with_an_arrow_is_known_in_both_ways_of_sending_it() {
    assert_eq!(heard(["\x1b[1;3A"]), [key(Key::alt(KeyCode::Up))]);
    assert_eq!(heard(["\x1b\x1b[A"]), [key(Key::alt(KeyCode::Up))]);
}

#[test]
fn escape_is_a_key_when_nothing_follows() {
    let esc = || key(KeyCode::Esc);

    assert_eq!(heard(["\x1b"]), []);
    assert_eq!(heard(["\x1b", "[A"]), [key(KeyCode::Up)]);
    assert_eq!(settled(["\x1b"]), [esc()]);
    assert_eq!(settled(["\x1b", "x"]), [esc(), letter('x')]);
    assert_eq!(settled(["\x1b\x1b"]), [esc(), esc()]);
    assert_eq!(settled(["\x1b\x1b\x1b"]), [esc(), esc(), esc()]);
}

#[test]
fn what_only_begins_like_a_sequence_freezes_nothing() {
    for begun in ['[', 'O', ']', 'P'] {
        let alt = key(Key::alt(KeyCode::Char(begun)));
        assert_eq!(settled([&format!("\x1b{begun}"), "x"]), [alt, letter('x')], "{begun}");
    }
    assert_eq!(settled(["\x1b[?12", "x"]), [letter('x')]);
    assert_eq!(settled(["\x1b]11;rgb:", "x"]), [letter('x')]);
    assert_eq!(heard(["\x1b[1;\x1b[A"]), [key(KeyCode::Up)]);
}

#[test]
fn what_a_terminal_answers_is_no_key() {
    assert_eq!(heard(["\x1b[?62;22c\x1b]11;rgb:0000/0000/0000\x1b\\x"]), [letter('x')]);
}

#[test]
fn the_wheel_scrolls() {
    assert_eq!(heard(["\x1b[<64;5;5M\x1b[<65;5;5M"]), [Event::Scrolled(3), Event::Scrolled(-3)]);
}

#[test]
fn a_click_says_where() {
    assert_eq!(heard(["\x1b[<0;5;3M\x1b[<0;5;3m"]), [Event::Clicked(4, 2)]);
}

#[test]
fn what_comes_at_once_with_enter_in_its_middle_is_a_paste() {
    assert_eq!(settled(["一\r二"]), [pasted("一\r二")]);
    assert_eq!(settled(["\rone\r\rtwo\r"]), [pasted("\rone\r\rtwo\r")]);
    // All of it, up to the silence, whose last line is not said either.
    let mut decoder = Decoder::default();
    for portion in ["one\r汉".as_bytes(), &"字".as_bytes()[..2], &"字".as_bytes()[2..], b"\rlast\r"]
    {
        decoder.take(portion);
        assert_eq!(decoder.next(), None);
    }
    decoder.settle();
    assert_eq!(decoder.next(), Some(pasted("one\r汉字\rlast\r")));
    assert_eq!((decoder.next(), decoder.patience()), (None, None));
    // What comes after the silence is a hand's, however long it is.
    let long = "x".repeat(HANDFUL + 1);
    assert_eq!(settled(["a\rb", &long]).len(), 1 + HANDFUL + 1);
}

#[test]
fn a_hand_that_types_and_enters_is_no_paste() {
    let enter = || key(KeyCode::Enter);

    assert_eq!(heard(["来\r"]), [letter('来'), enter()]);
    assert_eq!(heard(["a\r\r"]), [letter('a'), enter(), enter()]);
    assert_eq!(heard(["\ra"]), [enter(), letter('a')]);
    assert_eq!(heard(["a", "\r", "b"]), [letter('a'), enter(), letter('b')]);
    // Nothing that is pasted has a Backspace in it.
    assert_eq!(heard(["a\x7f\rb"]).len(), 4);
    assert_eq!(settled(["a\rb", "\x03"]), [pasted("a\rb"), key(Key::ctrl('c'))]);
    assert_eq!(heard(["a\rb", "\x03c"]), [pasted("a\rb"), key(Key::ctrl('c')), letter('c')]);
}

#[test]
fn a_paste_is_one_text_however_its_bytes_come() {
    assert_eq!(heard(["\x1b[200~a\r李\x1b[31m\x1b[201~x"]), [pasted("a\r李\x1b[31m"), letter('x')]);
    assert_eq!(heard(["\x1b[2", "00~a", "b\x1b[20", "1~"]), [pasted("ab")]);
    assert_eq!(heard(["\x1b[200~\x1b[201~"]), []);
}

#[test]
fn silence_ends_a_paste_whose_end_mark_was_lost() {
    let mut decoder = Decoder::default();

    decoder.take(b"\x1b[200~one\rtwo");
    assert_eq!((decoder.next(), decoder.patience()), (None, Some(PASTE_PATIENCE)));
    decoder.settle();

    assert_eq!(decoder.next(), Some(pasted("one\rtwo")));
    assert_eq!(decoder.patience(), None);
    decoder.take(b"\x03");
    assert_eq!(decoder.next(), Some(key(Key::ctrl('c'))));
}

#[test]
fn the_rest_of_a_paste_that_was_held_up_is_no_key() {
    assert_eq!(
        settled(["\x1b[200~one\r", "two\r\x1b[201~x"]),
        [pasted("one\r"), pasted("two\r"), letter('x')]
    );
    let long = "three\r".repeat(10);
    assert_eq!(settled(["\x1b[200~one\r", &long]), [pasted("one\r"), pasted(&long)]);
    // A hand on the keyboard says that the paste is over.
    assert_eq!(settled(["\x1b[200~one", "x", &"y".repeat(40)]).len(), 42);
    assert_eq!(settled(["\x1b[200~one", &"\x1b[<64;5;5M".repeat(4)]).len(), 5);
}

#[test]
fn where_the_cursor_stands_is_told_among_keys() {
    let mut decoder = Decoder::default();

    decoder.take(b"a\x1b[3;2Rb\x1b[0;0R\x1b[99999;1R");
    let heard: Vec<Event> = std::iter::from_fn(|| decoder.next()).collect();
    decoder.take(b"c");
    decoder.give_back(heard.clone());

    assert_eq!(heard, [letter('a'), Event::Reached(1, 2), letter('b')]);
    let again: Vec<Event> = std::iter::from_fn(|| decoder.next()).collect();
    assert_eq!(again, [&heard[..], &[letter('c')]].concat());
}

#[test]
fn a_paste_without_end_is_bounded() {
    let mut decoder = Decoder::default();

    decoder.take(b"\x1b[200~");
    for _ in 0..600 {
        decoder.take(&[b'x'; 1 << 12]);
    }
    decoder.take(b"\x1b[201~");

    let Some(Event::Pasted(text)) = decoder.next() else { panic!("no paste") };
    assert_eq!(text.len(), MAX_PASTE_BYTES);
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(portions in prop::collection::vec(
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..12),
            "(\x1b|\\[|O|\\]|P|<|\\?|;|:|[0-9]|~|u|M|m|R|c|t|y|n|q|\\\\|>|\u{7}){0,12}"
                .prop_map(String::into_bytes),
        ],
        0..20,
    )) {
        let mut decoder = Decoder::default();
        for portion in portions {
            decoder.take(&portion);
            if decoder.patience().is_some() {
                decoder.settle();
            }
            prop_assert!(decoder.patience().is_none());
        }
        decoder.take(b"\x1b[200~\x1b[201~\r\rx");
        prop_assert!(std::iter::from_fn(|| decoder.next()).any(|event| event == letter('x')));
    }
}
