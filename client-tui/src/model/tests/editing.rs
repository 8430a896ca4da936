//! What keys make of the draft: pastes, what one said before, undoing.

use super::script::*;
use crate::model::{
    effect::Effect,
    event::Event,
    hand::mode::Mode,
    key::{Key, KeyCode},
    state::{Hint, State},
    update::update,
};

fn paste(text: &str) -> Event {
    Event::Pasted(text.into())
}

fn draft(state: &State) -> &str {
    state.composer.text()
}

fn typing(text: &str) -> Vec<Event> {
    text.chars().map(|letter| press(KeyCode::Char(letter))).collect()
}

/// A client whose person has said these.
fn having_said(said: &[&str]) -> State {
    let mut state = live(3);
    state.composer.remember(said.iter().map(|&said| said.to_owned()));
    state
}

#[test]
fn a_paste_does_not_send_itself() {
    let mut state = live(3);

    let effects = play(&mut state, [paste("one\r\ntwo\r\n")]);

    assert_eq!(effects, []);
    assert_eq!(draft(&state), "one\ntwo\n");
    assert_eq!(state.mode, Mode::Writing);
}

#[test]
fn a_paste_of_many_lines_asks_and_sends_nothing_by_itself() {
    let long = "1\n2\n3\n4\n5\n6\n";
    let answered = |answer: Event| {
        let mut state = live(3);
        types(&mut state, "so: ");
        let effects = play(&mut state, [paste(long), paste("7"), answer]);
        assert_eq!(effects, []);
        state
    };

    for yes in [press(KeyCode::Enter), press(KeyCode::Char('y'))] {
        assert_eq!(draft(&answered(yes)), "so: 1\n2\n3\n4\n5\n6\n7");
    }
    for no in [press(KeyCode::Esc), press(KeyCode::Char('n')), ctrl('c')] {
        let mut state = answered(no);
        assert_eq!((draft(&state), state.hint), ("so: ", Some(Hint::PasteDropped)));
        play(&mut state, [ctrl('y')]);
        assert_eq!(draft(&state), "so: 1\n2\n3\n4\n5\n6\n7");
    }
    let undecided = answered(press(KeyCode::Char('x')));
    assert!(matches!(undecided.mode, Mode::Asking(_)));
    assert_eq!(draft(&undecided), "so: ");
}

#[test]
fn five_lines_are_no_question() {
    let mut state = live(3);

    play(&mut state, [paste("1\n2\n3\n4\n5\n")]);

    assert_eq!(draft(&state), "1\n2\n3\n4\n5\n");
}

#[test]
fn what_was_said_in_earlier_runs_comes_back() {
    let mut state = having_said(&["马上到", "来了"]);

    play(&mut state, [press(KeyCode::Up), press(KeyCode::Up)]);

    assert_eq!(draft(&state), "马上到");
}

#[test]
fn what_is_sent_or_obeyed_is_kept_for_recall_unless_it_begins_with_a_space() {
    let mut state = live(3);
    let mut kept = |line: &str| {
        state.composer.insert(line);
        let effects = update(&mut state, press(KeyCode::Enter));
        let kept = effects.into_iter().find_map(|effect| match effect {
            Effect::Record(said) => Some(said),
            _ => None,
        });
        (
            kept,
            state
                .composer
                .find_said(line, crate::model::hand::composer::recall::From::Now)
                .is_some(),
        )
    };

    assert_eq!(kept("hello"), (Some("hello".into()), true));
    assert_eq!(kept("/nick 貂蝉"), (Some("/nick 貂蝉".into()), true));
    assert_eq!(kept(" secret"), (None, false));
    assert_eq!(kept("/nonsense"), (None, false));
}

#[test]
fn one_finds_what_one_said_by_some_of_its_words() {
    let mut state = having_said(&["瑶 first", "Yao second", "yao third", "other"]);
    types(&mut state, "a draft");
    let found = |state: &State| match &state.mode {
        Mode::Seeking(seek) => seek.found.as_ref().map(|(_, said)| said.clone()),
        _ => None,
    };

    play(&mut state, [ctrl('r')]);
    play(&mut state, typing("yao"));
    assert_eq!(found(&state).unwrap(), "yao third");
    play(&mut state, [ctrl('r')]);
    assert_eq!(found(&state).unwrap(), "Yao second");
    play(&mut state, [press(KeyCode::Down)]);
    assert_eq!(found(&state).unwrap(), "yao third");
    play(&mut state, typing("!"));
    let Mode::Seeking(seek) = &state.mode else { panic!("{:?}", state.mode) };
    assert!(seek.lost && seek.words == "yao!");
    play(&mut state, [press(KeyCode::Backspace), ctrl('r')]);
    assert_eq!(found(&state).unwrap(), "Yao second");
    assert_eq!(draft(&state), "a draft");

    let effects = play(&mut state, [press(KeyCode::Enter)]);

    assert_eq!((draft(&state), effects), ("Yao second", vec![]));
    play(&mut state, [press(KeyCode::Up)]);
    assert_eq!(draft(&state), "瑶 first");
    play(&mut state, std::iter::repeat_n(press(KeyCode::Down), 9));
    assert_eq!(draft(&state), "a draft");
}

#[test]
fn where_to_go_is_edited_as_a_draft_is_and_the_draft_waits() {
    let mut state = live(200);
    types(&mut state, "half");

    play(&mut state, [ctrl('g')]);
    types(&mut state, "soon 37");
    play(&mut state, [ctrl('a'), press(KeyCode::Char('#')), press(KeyCode::Left), ctrl('e')]);
    play(&mut state, [press(KeyCode::Enter)]);
    // What nobody goes to stays, to be made better.
    assert!(state.mode == Mode::Jumping && state.destination.wrong);
    assert_eq!(state.destination.line.text(), "#soon 37");
    play(&mut state, [ctrl('w'), ctrl('u'), ctrl('y'), ctrl('_'), paste(" #3\n")]);
    assert!(!state.destination.wrong);
    types(&mut state, "7");
    assert_eq!(state.destination.line.text(), "#37");
    types(&mut state, "⏎");

    assert_eq!(state.reading.unwrap().place.seq, 37);
    assert_eq!((&state.mode, draft(&state)), (&Mode::Writing, "half"));
    for give_up in [press(KeyCode::Esc), ctrl('c'), ctrl('g'), ctrl('d')] {
        play(&mut state, [ctrl('g'), give_up]);
        assert_eq!((&state.mode, draft(&state)), (&Mode::Writing, "half"));
    }
}

#[test]
fn giving_up_the_search_gives_the_draft_back_with_its_caret() {
    for give_up in [press(KeyCode::Esc), ctrl('c'), ctrl('g')] {
        let mut state = having_said(&["something"]);
        types(&mut state, "half");
        play(&mut state, [ctrl('a'), ctrl('r')]);
        play(&mut state, typing("some"));

        play(&mut state, [give_up]);
        types(&mut state, "x");

        assert_eq!(draft(&state), "xhalf");
    }
}

#[test]
fn a_key_that_edits_takes_what_was_found_and_edits_it() {
    let mut state = having_said(&["hello world"]);

    play(&mut state, [ctrl('r')]);
    play(&mut state, typing("wor"));
    play(&mut state, [ctrl('w')]);

    assert_eq!(draft(&state), "hello ");
}

#[test]
fn a_draft_cleared_by_a_slip_comes_back() {
    let mut state = live(3);
    types(&mut state, "long work");

    play(&mut state, [ctrl('c'), ctrl('_')]);
    assert_eq!(draft(&state), "long work");
    play(&mut state, [Event::Pressed(Key::alt(KeyCode::Char('_')))]);
    assert_eq!(draft(&state), "");
}
