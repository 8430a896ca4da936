//! Keys bound otherwise, as the README's example does: what asks is still answered by Enter.

use kpl_shared::protocol::Search;

use super::script::*;
use crate::model::{
    effect::Effect,
    event::{Event, Link},
    hand::{
        finding::Stage,
        keymap::Keymap,
        mode::{Mode, Sheet},
    },
    key::KeyCode,
    state::State,
};

/// A client in a room of a hundred lines in which Enter begins a line, ^S sends and Esc does
/// nothing.
fn rebound() -> State {
    let mut keymap = Keymap::default();
    for (key, action) in
        [("enter", "new-line"), ("ctrl-s", "send"), ("ctrl-o", "search"), ("esc", "none")]
    {
        keymap.bind(key, action).unwrap();
    }
    let mut state = start_with(|config| config.keymap = keymap);
    play(&mut state, [greeted(0), told(1..=100), listed(&["李元芳", "吕布"])]);
    state
}

#[test]
fn enter_begins_a_line_where_one_writes_and_the_key_that_was_chosen_sends() {
    let mut state = rebound();

    assert_eq!(types(&mut state, "a⏎b"), []);
    assert_eq!(state.composer.text(), "a\nb");
    play(&mut state, [ctrl('s')]);

    assert_eq!(state.outbox.len(), 1);
}

#[test]
fn enter_searches_goes_to_a_hit_and_stays_there() {
    let mut state = rebound();
    play(&mut state, [ctrl('o')]);

    let asked = types(&mut state, "瑶⏎");
    assert!(matches!(&asked[..], [Effect::Search(Search { query, .. })] if query == "瑶"));
    let hits = vec![line(90, "瑶", "瑶"), line(50, "瑶", "瑶")];
    play(&mut state, [Event::Link(Link::Found(found(hits, false, None, 1)))]);
    play(&mut state, [press(KeyCode::Enter)]);
    assert_eq!(state.mode, Mode::Finding(Stage::Reading));
    play(&mut state, [press(KeyCode::Esc)]);
    assert_eq!(state.mode, Mode::Finding(Stage::Listing));
    play(&mut state, [press(KeyCode::Enter), press(KeyCode::Enter)]);

    assert_eq!((&state.mode, state.composer.text()), (&Mode::Writing, ""));
}

#[test]
fn enter_goes_where_one_wants_to_go() {
    let mut state = rebound();

    play(&mut state, [ctrl('g')]);
    types(&mut state, "37⏎");

    assert_eq!(state.reading.unwrap().place.seq, 37);
    assert_eq!((&state.mode, state.composer.text()), (&Mode::Writing, ""));
}

#[test]
fn enter_and_esc_answer_whether_a_paste_was_meant() {
    let mut state = rebound();
    let long = Event::Pasted("1\n2\n3\n4\n5\n6\n7".into());

    play(&mut state, [long.clone(), press(KeyCode::Esc)]);
    assert_eq!((&state.mode, state.composer.text()), (&Mode::Writing, ""));
    play(&mut state, [long, press(KeyCode::Enter)]);

    assert_eq!(state.composer.text(), "1\n2\n3\n4\n5\n6\n7");
}

#[test]
fn enter_takes_what_one_looked_for_among_ones_own_lines() {
    let mut state = rebound();
    state.composer.remember(["八点开黑".to_owned()]);

    play(&mut state, [ctrl('r')]);
    types(&mut state, "开⏎");

    assert_eq!((&state.mode, state.composer.text()), (&Mode::Writing, "八点开黑"));
}

#[test]
fn enter_keeps_a_candidate_and_esc_gives_the_draft_back() {
    let mut state = rebound();

    types(&mut state, "@l");
    play(&mut state, [press(KeyCode::Tab), press(KeyCode::Tab)]);
    assert_eq!(state.composer.text(), "@吕布 ");
    play(&mut state, [press(KeyCode::Esc)]);
    assert_eq!(state.composer.text(), "@l");
    types(&mut state, " @l");
    play(&mut state, [press(KeyCode::Tab), press(KeyCode::Enter)]);
    assert_eq!(state.composer.text(), "@l @李元芳 ");
    types(&mut state, "⏎");

    assert_eq!(state.composer.text(), "@l @李元芳 \n");
}

#[test]
fn esc_puts_a_sheet_away_and_leaves_a_selection() {
    let mut state = rebound();
    state.mode = Mode::Leafing(Sheet::of(vec![]));
    play(&mut state, [press(KeyCode::Esc)]);
    assert_eq!(state.mode, Mode::Writing);

    play(&mut state, [press(crate::model::key::Key::alt(KeyCode::Up))]);
    assert!(matches!(state.mode, Mode::Selecting(_)));
    play(&mut state, [press(KeyCode::Esc)]);

    assert_eq!(state.mode, Mode::Writing);
}
