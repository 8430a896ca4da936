//! The colours of the screen.

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer, style::Color};

use super::{draw, is_coloured};
use crate::{
    model::{
        event::Event,
        look::{colour::Depth, glyphs::FIRST_ROW, theme},
        state::State,
        tests::script::*,
    },
    view::view,
};

fn drawn(state: &State, columns: u16, rows: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(state, frame)).unwrap();
    terminal.backend().buffer().clone()
}

#[test]
fn a_theme_changes_no_word_on_the_screen() {
    let mut state = live(5);
    let before = draw(&state, 80, 24).text;

    for name in theme::names() {
        for depth in [Depth::Full, Depth::Indexed, Depth::None] {
            (state.look.depth, state.look.painted) = (depth, true);
            assert!(state.look.take(name));

            assert_eq!(draw(&state, 80, 24).text, before, "{name}");
            assert_eq!(is_coloured(&drawn(&state, 80, 24)), depth != Depth::None, "{name}");
        }
    }
}

#[test]
fn a_painted_background_covers_the_whole_window() {
    let mut state = live(5);
    assert!(state.look.take("light"));
    for (columns, rows) in [(80, 24), (40, 15), (20, 5), (10, 3)] {
        for painted in [false, true] {
            state.look.painted = painted;
            let buffer = drawn(&state, columns, rows);
            // What lies under the second half of a wide character is never seen.
            let seen = buffer.content.iter().filter(|cell| cell.symbol() != " ");
            let paper = if painted { Color::Rgb(0xfa, 0xfa, 0xfa) } else { Color::Reset };
            assert!(seen.clone().count() > 0);
            assert!(seen.into_iter().all(|cell| cell.bg == paper), "{columns}x{rows}");
        }
    }
}

#[test]
fn a_theme_is_taken_and_listed_by_a_command() {
    let mut state = live(1);

    types(&mut state, "/theme⏎");
    types(&mut state, "/theme light⏎");
    types(&mut state, "/theme⏎");
    types(&mut state, "/theme pink\u{1b}⏎");

    let screen = draw(&state, 100, 24).text;
    for said in [
        "the theme is 16; there are dark, light, contrast, 16",
        "the theme is light; there are",
        "there is no theme pink; the theme is light",
    ] {
        assert!(screen.contains(said), "{screen}");
    }
    assert_eq!(state.look.theme.name, "light");
}

#[test]
fn where_nothing_is_coloured_a_theme_says_so() {
    let mut state = live(1);
    state.look.depth = Depth::None;

    types(&mut state, "/theme dark⏎");

    assert!(draw(&state, 80, 24).text.contains("nothing is drawn in colour here"));
}

/// Rows of the screen as a terminal draws them that tells these widths of the probes.
fn in_a_terminal_that_draws(columns: [u16; 4], text: &str) -> Vec<String> {
    let mut state = live(0);
    play(&mut state, [heard(vec![line(1, "瑶", text)])]);
    for (row, column) in (FIRST_ROW..).zip(columns) {
        play(&mut state, [Event::Reached(column, row)]);
    }
    draw(&state, 40, 10).text.lines().map(str::to_owned).collect()
}

#[test]
fn rules_are_lines_where_the_terminal_draws_them_one_column_wide() {
    let rules = |columns| {
        let rows = in_a_terminal_that_draws(columns, "hi");
        (rows[1].clone(), rows[8].clone())
    };

    assert_eq!(rules([1, 2, 2, 2]), ("─".repeat(40), "─".repeat(40)));
    assert_eq!(rules([2, 2, 2, 2]), ("-".repeat(40), "-".repeat(40)));
    assert_eq!(rules([3, 3, 6, 18]), ("-".repeat(40), "-".repeat(40)));
}

#[test]
fn emoji_that_the_terminal_draws_wider_stand_in_the_same_columns() {
    let said = "a👨‍👩‍👧b❤️c";

    let good = in_a_terminal_that_draws([1, 2, 2, 2], said);
    let poor = in_a_terminal_that_draws([1, 2, 1, 6], said);

    assert!(good.contains(&" a👨‍👩‍👧b❤️c".to_owned()), "{good:?}");
    assert!(poor.contains(&" a👨b❤ c".to_owned()), "{poor:?}");
}
