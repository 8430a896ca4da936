//! What people complain of in other programs: how wide things are.

use std::{sync::mpsc, thread, time::Duration};

use super::{cells, draw};
use crate::model::{
    event::Event,
    state::State,
    tests::script::*,
    text::{clean, wrap::wrap},
};

/// A client in a window of this size in which these people said these texts.
fn room(columns: u16, rows: u16, said: &[(&str, &str)]) -> State {
    let mut state = start();
    let lines = (1..).zip(said).map(|(seq, (from, text))| line(seq, from, text)).collect();
    let names: Vec<&str> = said.iter().map(|(from, _)| *from).collect();
    play(&mut state, [Event::Resized(columns, rows), greeted(0), listed(&names), heard(lines)]);
    state
}

/// The columns in which a symbol stands, from the top row to the bottom one.
fn columns_of(state: &State, symbol: &str, columns: u16, rows: u16) -> Vec<usize> {
    let cells = cells(state, columns, rows);
    let found = cells.iter().enumerate().filter(|(_, cell)| *cell == symbol);
    found.map(|(at, _)| at % usize::from(columns)).collect()
}

/// How many columns a text takes in the timeline, and how far the caret goes when one types it.
fn taken(text: &str) -> (usize, usize) {
    let mut state = room(80, 24, &[("瑶", &format!("<{text}>"))]);
    let seen = |symbol| columns_of(&state, symbol, 80, 24)[0];
    let said = seen(">") - seen("<") - 1;
    let before = draw(&state, 80, 24).caret.0;
    types(&mut state, text);
    (said, usize::from(draw(&state, 80, 24).caret.0 - before))
}

#[test]
fn an_emoji_of_several_joined_is_not_counted_as_four_columns() {
    for emoji in ["👨‍👩‍👧", "👩🏽‍🚀", "👩‍❤️‍👨", "🏳️‍🌈"]
    {
        assert_eq!(taken(emoji), (2, 2), "{emoji}");
        assert_eq!(taken(&emoji.repeat(3)), (6, 6), "{emoji}");
    }
}

#[test]
fn the_width_of_a_sign_that_a_selector_makes_an_emoji_is_not_wrong() {
    for (text, columns) in [("❤️", 2), ("❤", 1), ("☺️", 2), ("☺", 1), ("1️⃣", 2), ("✔️", 2)]
    {
        assert_eq!(taken(text), (columns, columns), "{text}");
    }
}

#[test]
fn emoji_in_a_tiny_terminal_are_no_endless_loop() {
    let (done, finished) = mpsc::channel();
    thread::spawn(move || {
        let text = "👨‍👩‍👧👩🏽‍🚀❤️🇨🇳汉".repeat(8);
        let rows = wrap(&text, 1);
        assert!(rows.iter().all(|row| !row.is_empty()), "a row holds nothing");
        for (columns, rows) in (1..=24).flat_map(|columns| (1..=8).map(move |rows| (columns, rows)))
        {
            let mut state = room(columns, rows, &[("👨‍👩‍👧", &text), ("瑶", &text)]);
            types(&mut state, &text);
            play(&mut state, [Event::Scrolled(3), Event::Scrolled(-1)]);
            let caret = draw(&state, columns, rows).caret;
            assert!(caret.0 < columns && caret.1 < rows, "{columns}x{rows}");
        }
        done.send(()).unwrap();
    });

    // Far longer than it takes, as a loop without end takes for ever.
    finished.recv_timeout(Duration::from_mins(1)).unwrap();
}

#[test]
fn wide_names_do_not_misalign_what_is_said() {
    let names = [
        "瑶",
        "李白",
        "abc",
        "👨‍👩‍👧",
        "ｗｉｄｅ",
        "e\u{301}lan",
        "❤️",
        "诸葛孔明诸葛孔明诸葛孔明",
        "한국어",
    ];
    let said = names.map(|name| (name, "<"));

    for columns in [80, 120] {
        let state = room(columns, 24, &said);
        let starts = columns_of(&state, "<", columns, 24);
        assert_eq!(starts.len(), names.len());
        assert!(starts.iter().all(|start| *start == starts[0]), "{starts:?}");

        // Each name ends where the others end: two columns before what is said.
        let (end, cells) = (starts[0] - 2, cells(&state, columns, 24));
        for row in cells.chunks(columns.into()).filter(|row| row[end + 2] == "<") {
            let last = (6..end).rev().find(|at| row[*at] != " ").unwrap();
            assert_eq!(last + clean::width(&row[last]), end, "{row:?}");
        }
    }

    // Nor the list of people beside it.
    let edges = columns_of(&room(120, 24, &said), "|", 120, 24);
    assert!(edges.len() > names.len(), "{edges:?}");
    assert!(edges.iter().all(|edge| *edge == edges[0]), "{edges:?}");
}
