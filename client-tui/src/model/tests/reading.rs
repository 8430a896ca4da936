//! Scrolling, and what comes while one reads.

use crate::model::{
    effect::Effect,
    event::{Event, Link},
    key::KeyCode,
    page::{geometry::Geometry, reading},
    state::State,
    tests::script::*,
    text::clean,
};

/// What is in the window, a text a row.
fn window(state: &State) -> Vec<String> {
    let geometry = Geometry::now(state).unwrap();
    let (width, height) = (geometry.columns.into(), geometry.timeline_rows.into());
    let texts =
        |row: &Vec<crate::model::page::rows::Piece>| row.last().map(|piece| piece.text.clone());
    reading::window(state, width, height).rows.iter().filter_map(texts).collect()
}

fn page_up() -> Event {
    press(KeyCode::PageUp)
}

#[test]
fn at_the_end_the_newest_lines_are_seen() {
    let state = live(100);

    let window = window(&state);

    assert_eq!(window.len(), 19);
    assert_eq!(window.last().unwrap(), "line 100");
}

#[test]
fn new_lines_never_move_what_one_reads() {
    let mut state = live(100);
    play(&mut state, [page_up(), page_up()]);
    let before = window(&state);

    play(&mut state, [told(101..=160), lost(100), greeted(160)]);
    types(&mut state, "draft");

    assert_eq!(before[0], "line 46");
    assert_eq!(window(&state), before);
}

#[test]
fn older_pages_never_move_what_one_reads() {
    let mut state = start();
    let effects = play(&mut state, [greeted(400)]);
    let Some(Effect::Sync(tail)) = effects.get(1) else { panic!("{effects:?}") };
    let page = |req, seqs: std::ops::RangeInclusive<u64>| {
        let messages = seqs.map(|seq| line(seq, "瑶", &format!("line {seq}"))).collect();
        let mut page = packet(messages);
        (page.req, page.more) = (req, true);
        Event::Link(Link::Told(page))
    };
    play(&mut state, [page(tail.req, 381..=400)]);

    let effects = play(&mut state, [page_up()]);
    let before = window(&state);
    let [Effect::Sync(ask)] = &effects[..] else { panic!("{effects:?}") };
    play(&mut state, [page(ask.req, 181..=380)]);
    let after = window(&state);

    assert_eq!(ask.before, Some(381));
    // The day above the first line goes, as it is no longer the first of its day.
    assert_eq!(before[1..], after[1..]);
    assert_eq!(play(&mut state, [page_up()]), [], "enough is there to read on");
}

#[test]
fn scrolling_to_either_end_stops_there() {
    let mut state = live(60);

    play(&mut state, std::iter::repeat_n(page_up(), 20));
    let top = window(&state);
    play(&mut state, std::iter::repeat_n(press(KeyCode::PageDown), 20));

    assert!(top[0].contains("2026-11-23") && top[1] == "line 1");
    assert_eq!(state.reading, None);
    assert_eq!(window(&state).last().unwrap(), "line 60");
}

#[test]
fn end_and_escape_and_sending_lead_back_to_now() {
    for key in [KeyCode::End, KeyCode::Esc] {
        let mut state = live(100);
        play(&mut state, [page_up(), press(key)]);
        assert_eq!(state.reading, None);
    }
    let mut state = live(100);
    play(&mut state, [Event::Scrolled(3)]);
    assert!(state.reading.is_some());
    types(&mut state, "hello⏎");
    assert_eq!(state.reading, None);
}

#[test]
fn what_one_reads_stays_when_the_window_changes() {
    let mut state = live(100);
    play(&mut state, [page_up(), page_up()]);

    for (columns, rows) in [(40, 15), (20, 5), (3, 1), (120, 40), (80, 24)] {
        play(&mut state, [Event::Resized(columns, rows)]);
    }

    assert_eq!(window(&state)[0], "line 46");
}

#[test]
fn a_cleared_screen_can_be_loaded_again() {
    let mut state = live(100);
    types(&mut state, "/clear⏎");

    let effects = play(&mut state, [page_up()]);

    assert!(window(&state).is_empty());
    assert!(matches!(&effects[..], [Effect::Sync(ask)] if ask.before == Some(101)));
}

#[test]
fn a_keystroke_among_many_lines_lays_out_only_what_is_seen() {
    let mut state = live(0);
    for start in (0..20_000).step_by(1_000) {
        play(&mut state, [told(start + 1..=start + 1_000)]);
    }

    // Laying out all of it a hundred times would take minutes.
    for _ in 0..100 {
        types(&mut state, "x");
        assert!(window(&state).len() >= 17);
    }

    assert_eq!(clean::drawn_width(state.composer.text()), 100);
}
