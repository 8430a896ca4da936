//! Walking among the messages, and what one does with them.

use kpl_shared::message::Kind;

use crate::model::{
    effect::Effect,
    event::{Event, Link},
    hand::mode::Mode,
    key::{Key, KeyCode},
    page::seen,
    room::timeline::{Place, What},
    state::{Hint, State},
    tests::script::*,
};

fn alt_up() -> Event {
    press(Key::alt(KeyCode::Up))
}

/// The number of the message that is selected.
fn selected(state: &State) -> Option<u64> {
    let Mode::Selecting(selection) = &state.mode else { return None };
    selection.places(state).map(|places| places.start().seq)
}

/// A room in which these were said.
fn room(said: &[&str]) -> State {
    let mut state = live(0);
    let lines = (1..).zip(said).map(|(seq, text)| line(seq, "瑶", text)).collect();
    play(&mut state, [heard(lines)]);
    state
}

#[test]
fn alt_up_begins_at_the_newest_message_in_the_window_and_walks() {
    let mut state = live(100);
    play(&mut state, [alt_up()]);
    assert_eq!(selected(&state), Some(100));

    play(&mut state, [alt_up(), press(KeyCode::Up), press(KeyCode::Char('k'))]);
    assert_eq!(selected(&state), Some(97));
    play(&mut state, [press(KeyCode::Down), press(KeyCode::Char('j'))]);
    assert_eq!(selected(&state), Some(99));
    play(&mut state, [press(KeyCode::Home)]);
    assert_eq!(selected(&state), Some(1));
    play(&mut state, [press(KeyCode::Up), press(KeyCode::End), press(KeyCode::Down)]);
    assert_eq!(selected(&state), Some(100));

    play(&mut state, [press(KeyCode::Esc), press(KeyCode::PageUp), alt_up()]);
    assert_eq!(selected(&state), Some(82));
}

#[test]
fn where_notices_fill_the_window_the_message_above_them_is_selected_and_seen() {
    for (columns, rows) in [(40, 15), (20, 5), (80, 24)] {
        let mut state = live(3);
        play(&mut state, [Event::Resized(columns, rows)]);
        play(&mut state, (0..30).map(|number| Event::Noted(format!("notice {number}"))));

        play(&mut state, [alt_up()]);

        assert_eq!(selected(&state), Some(3), "{columns}x{rows}");
        let seen = seen::now(&state).into_iter().any(|spot| spot.place.seq == 3 && spot.row == 0);
        assert!(seen, "{columns}x{rows}");
    }
    let mut state = live(0);
    play(&mut state, [Event::Noted("alone".into()), alt_up()]);
    assert_eq!(state.hint, Some(Hint::NothingSaid));
}

#[test]
fn the_window_follows_the_selection_and_what_comes_moves_neither() {
    let mut state = live(100);
    play(&mut state, [alt_up()]);
    for expected in (1..100).rev() {
        play(&mut state, [press(KeyCode::Up)]);
        assert_eq!(selected(&state), Some(expected));
        let place = Place { seq: expected, local: 0 };
        assert!(seen::now(&state).iter().any(|spot| spot.place == place && spot.row >= 0));
    }
    let before = seen::now(&state);

    play(&mut state, [told(101..=140)]);
    assert_eq!((selected(&state), seen::now(&state)), (Some(1), before));
    play(&mut state, [press(KeyCode::PageDown)]);
    assert_eq!(selected(&state), Some(36));
    play(&mut state, [press(KeyCode::PageUp), press(KeyCode::PageUp)]);
    assert_eq!(selected(&state), Some(1));
}

#[test]
fn walking_up_loads_older_messages() {
    let mut state = start();
    play(&mut state, [greeted(400)]);
    let mut page = packet((381..=400).map(|seq| line(seq, "瑶", "x")).collect());
    (page.req, page.more) = (Some(1), true);
    play(&mut state, [Event::Link(Link::Told(page)), alt_up()]);

    let effects = play(&mut state, [press(KeyCode::Home)]);

    assert!(matches!(&effects[..], [Effect::Sync(ask)] if ask.before == Some(381)), "{effects:?}");
}

#[test]
fn typing_goes_on_to_the_draft() {
    let mut state = live(30);
    types(&mut state, "一");
    play(&mut state, [alt_up()]);

    types(&mut state, "个");
    assert_eq!((state.composer.text(), &state.mode), ("一个", &Mode::Writing));
    play(&mut state, [alt_up(), Event::Pasted("草稿".into())]);
    assert_eq!((state.composer.text(), &state.mode), ("一个草稿", &Mode::Writing));
    assert_eq!(state.reading, None);
    let sent = play(&mut state, [alt_up(), press(KeyCode::Enter)]);
    assert_eq!(sent, [], "Enter goes back, and sends nothing unseen");
}

#[test]
fn y_copies_the_text_alone_as_it_was_said() {
    let said =
        "一段很长的话 that is wrapped over several rows of a window so narrow\n\tand indented";
    for columns in [80, 40, 20] {
        let mut state = room(&["before", said]);
        play(&mut state, [Event::Resized(columns, 24), alt_up()]);

        let effects = types(&mut state, "y");

        assert_eq!(effects, [Effect::Copy(said.into())]);
        assert_eq!((state.hint, &state.mode), (Some(Hint::Copied), &Mode::Writing));
        types(&mut state, "y");
        assert_eq!(state.composer.text(), "y");
    }
}

#[test]
fn what_is_copied_steers_no_terminal() {
    let mut state = room(&["a\x1b]52;c;ZXZpbA==\x07b\u{9b}31m\u{202e}c\r\nd\u{7f}"]);

    let effects = play(&mut state, [alt_up(), press(KeyCode::Char('y'))]);

    assert_eq!(effects, [Effect::Copy("a]52;c;ZXZpbA==b31mc\nd".into())]);
}

#[test]
fn several_messages_are_copied_with_who_said_them() {
    let mut state = room(&["one", "two\nlines"]);
    let mut action = line(3, "貂蝉", "挥手");
    action.kind = Kind::Action;
    play(&mut state, [heard(vec![action])]);
    play(&mut state, [Event::Link(Link::Joined(presence("后羿", 2)))]);

    play(&mut state, [alt_up(), press(KeyCode::Char('v')), press(KeyCode::Up)]);
    let effects = play(&mut state, [press(KeyCode::Up), press(KeyCode::Char('y'))]);

    assert_eq!(effects, [Effect::Copy("瑶: one\n瑶: two\nlines\n* 貂蝉 挥手".into())]);
}

#[test]
fn more_than_a_clipboard_takes_is_said_and_not_cut() {
    let long = "x".repeat(40 * 1024);
    let mut state = room(&[&long, &long]);
    play(&mut state, [alt_up(), press(KeyCode::Char('v')), press(KeyCode::Home)]);

    assert_eq!(types(&mut state, "y"), []);

    assert_eq!(state.hint, Some(Hint::TooMuchToCopy));
    assert!(selected(&state).is_some());
}

#[test]
fn o_opens_the_link_or_asks_which() {
    let mut state =
        room(&["no link", "看https://a.example/x，好", "http://b.example http://c.example"]);
    let opened = |link: &str| [Effect::Open(link.into())];

    play(&mut state, [alt_up()]);
    assert_eq!(types(&mut state, "o"), []);
    assert_eq!(types(&mut state, "3"), [], "there is no third");
    assert_eq!(types(&mut state, "o2"), opened("http://c.example"));
    play(&mut state, [alt_up(), press(KeyCode::Up)]);
    assert_eq!(types(&mut state, "o"), opened("https://a.example/x"));
    play(&mut state, [alt_up(), press(KeyCode::Home)]);
    assert_eq!(types(&mut state, "o"), []);
    assert_eq!((state.hint, selected(&state)), (Some(Hint::NoLink), Some(1)));
    assert!(state.composer.is_empty());
}

/// What was said to the person last.
fn noted(state: &State) -> String {
    match &state.locals.iter().last().unwrap().what {
        What::Notice(said) => said.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn copy_takes_the_newest_message_or_the_nth_from_it() {
    let mut state = room(&["first", "a\x1b]52;c;ZQ==\x07b"]);
    play(&mut state, [Event::Link(Link::Joined(presence("后羿", 2)))]);

    let copied = |state: &mut State, typed| types(state, typed).into_iter().rfind(is_copy);
    assert_eq!(copied(&mut state, "/copy⏎"), Some(Effect::Copy("a]52;c;ZQ==b".into())));
    assert_eq!(noted(&state), "copied what 瑶 said");
    assert_eq!(copied(&mut state, "/copy 2⏎"), Some(Effect::Copy("first".into())));
    assert_eq!(copied(&mut state, "/copy 3⏎"), None);
    assert_eq!(noted(&state), "there are not so many messages here");
    for wrong in ["/copy 0⏎", "/copy it⏎", "/copy -1⏎"] {
        assert_eq!(copied(&mut state, wrong), None);
        assert_eq!(noted(&state), "write it so: /copy [N]");
    }
}

fn is_copy(effect: &Effect) -> bool {
    matches!(effect, Effect::Copy(_))
}

#[test]
fn open_takes_the_newest_link_or_the_nth_from_it_and_none_of_whom_one_ignores() {
    let mut state = room(&["https://a.example", "http://b.example http://c.example", "no link"]);
    play(&mut state, [heard(vec![line(4, "后羿", "https://evil.example")])]);
    types(&mut state, "/ignore 后羿⏎");

    for (typed, link) in [
        ("/open⏎", Some("http://c.example")),
        ("/open 2⏎", Some("http://b.example")),
        ("/open 3⏎", Some("https://a.example")),
        ("/open 4⏎", None),
    ] {
        let opens = |effect: &Effect| matches!(effect, Effect::Open(_));
        let opened = types(&mut state, typed).into_iter().rfind(opens);
        assert_eq!(opened, link.map(|link| Effect::Open(link.into())), "{typed}");
    }
    assert_eq!(noted(&state), "there are not so many links here");
}

#[test]
fn a_link_that_nothing_opens_is_said() {
    let mut state = live(1);

    play(&mut state, [Event::NotOpened("https://a.example/x".into())]);

    let said = state.locals.iter().last().map(|local| local.what.clone());
    assert!(format!("{said:?}").contains("https://a.example/x"));
}

#[test]
fn a_message_that_went_leaves_its_neighbour_selected() {
    let mut state = live(5);
    types(&mut state, "马上到⏎");
    play(&mut state, [alt_up(), press(KeyCode::Up), press(KeyCode::Down)]);
    assert_eq!(selected(&state), Some(u64::MAX), "the line that waits");

    play(&mut state, [heard(vec![own(6, "p-1", "马上到")])]);
    assert_eq!(selected(&state), Some(6));
    play(&mut state, [Event::Link(Link::Greeted(hello("another", 0)))]);
    assert_eq!(selected(&state), None);
    types(&mut state, "yo");
    assert_eq!(state.composer.text(), "yo");
}

#[test]
fn where_nothing_was_said_nothing_is_selected() {
    let mut state = start();
    play(&mut state, [Event::Link(Link::Joined(presence("后羿", 2))), alt_up()]);

    assert_eq!((state.hint, &state.mode), (Some(Hint::NothingSaid), &Mode::Writing));
}

#[test]
fn i_tells_of_a_message_and_leads_back_to_it() {
    let mut state = live(5);
    play(&mut state, [alt_up(), press(KeyCode::Up), press(KeyCode::Char('i'))]);
    assert!(matches!(state.mode, Mode::Leafing(_)));

    play(&mut state, [press(KeyCode::Esc)]);

    assert_eq!(selected(&state), Some(4));
}

#[test]
fn a_click_selects_a_message_and_on_a_name_completes_it() {
    let mut state = live(5);
    let row_of = |state: &State, seq| {
        let place = Place { seq, local: 0 };
        let row = seen::now(state).iter().position(|spot| spot.place == place && spot.row == 0);
        u16::try_from(row.unwrap()).unwrap() + 2
    };
    let (third, fifth) = (row_of(&state, 3), row_of(&state, 5));

    play(&mut state, [Event::Clicked(30, third)]);
    assert_eq!(selected(&state), Some(3));
    play(&mut state, [Event::Clicked(2, fifth)]);
    assert_eq!(selected(&state), Some(5));
    let first = row_of(&state, 1);
    play(&mut state, [Event::Clicked(15, first)]);
    assert_eq!((state.composer.text(), &state.mode), ("@瑶 ", &Mode::Writing));

    play(&mut state, [Event::Clicked(30, third), Event::Clicked(8, 22)]);
    assert_eq!(state.mode, Mode::Writing, "a click into the draft goes back to it");
    for (column, row) in [(0, 0), (0, 1), (40, 2), (79, 23), (500, 500)] {
        play(&mut state, [Event::Clicked(column, row)]);
        assert_eq!(state.mode, Mode::Writing, "{column},{row}");
    }
}
