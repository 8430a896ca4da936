//! Code, links and names in what people say.

use insta::assert_snapshot;
use ratatui::{Terminal, backend::TestBackend, buffer::CellDiffOption, style::Modifier};

use super::{draw, unlinked};
use crate::{
    model::{key::KeyCode, look::colour::Depth, state::State, tests::script::*},
    view::view,
};

const LONG: &str = "https://kpl.example/matches/2026/11/23/final?team=%E7%8B%BC&round=5#replay";

/// A room in which one line was said, in a terminal that opens hyperlinks.
fn said(text: &str) -> State {
    let mut state = start_with(|config| config.hyperlinks = true);
    play(&mut state, [greeted(0), heard(vec![line(1, "瑶", text)])]);
    state
}

/// The hyperlinks on the screen: the escape that begins it, what is seen of it, and its columns.
fn hyperlinks(state: &State, columns: u16, rows: u16) -> Vec<(String, String, usize)> {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(state, frame)).unwrap();
    let cells = terminal.backend().buffer().content.iter();
    let linked = cells.filter(|cell| cell.symbol().starts_with('\x1b')).map(|cell| {
        let CellDiffOption::ForcedWidth(width) = cell.diff_option else { panic!("{cell:?}") };
        let escape = cell.symbol().split_inclusive("\x1b\\").next().unwrap();
        (escape.to_owned(), unlinked(cell.symbol()), usize::from(width.get()))
    });
    linked.collect()
}

#[test]
fn a_wrapped_link_is_whole_in_each_of_its_rows() {
    for (columns, rows) in [(80, 24), (40, 15), (20, 5), (120, 40)] {
        let parts = hyperlinks(&said(&format!("看图 {LONG}，好")), columns, rows);

        let seen: String = parts.iter().map(|(_, seen, _)| seen.as_str()).collect();
        assert!(LONG.ends_with(&seen), "{seen}");
        assert!(seen == LONG || rows == 5, "{seen}");
        for (escape, seen, width) in &parts {
            assert_eq!(escape, &parts[0].0, "one id and one target");
            assert!(escape.ends_with(&format!(";{LONG}\x1b\\")), "{escape:?}");
            assert_eq!(seen.len(), *width);
        }
    }
}

#[test]
fn no_hyperlink_stands_where_the_terminal_opens_none_or_something_lies_over_it() {
    let mut state = said(LONG);
    play(&mut state, [press(KeyCode::F(1))]);
    assert_eq!(hyperlinks(&state, 80, 24), []);
    play(&mut state, [press(KeyCode::Esc)]);
    assert_eq!(hyperlinks(&state, 80, 24).len(), 2);
    state.hyperlinks = false;
    assert_eq!(hyperlinks(&state, 80, 24), []);
}

#[test]
fn code_keeps_its_lines_and_wraps_where_the_window_ends() {
    let state = said(
        "@李白 试试 `cargo run`：\n```rust\nfn main() {\n    println!(\"你好，峡谷 {}\", names.iter().map(|name| name.len()).sum::<usize>());\n}\n```",
    );

    assert_snapshot!(draw(&state, 60, 14).text, @r#"
     #KPL                                                  live
    ------------------------------------------------------------
                        -- 2026-11-23 Mon --
    20:01         瑶  @李白 试试 `cargo run`：
                      ```rust
                      fn main() {
                          println!("你好，峡谷 {}",
                      names.iter().map(|name|
                      name.len()).sum::<usize>());
                      }
                      ```

    ------------------------------------------------------------
    李白>
    "#);
    assert_snapshot!(draw(&state, 40, 15).text, @r#"
    #KPL                                live
    ----------------------------------------
              -- 2026-11-23 Mon --
    瑶 20:01
     @李白 试试 `cargo run`：
     ```rust
     fn main() {
         println!("你好，峡谷 {}",
     names.iter().map(|name|
     name.len()).sum::<usize>());
     }
     ```

    ----------------------------------------
    李白>
    "#);
}

#[test]
fn what_is_marked_is_marked_without_colour_too() {
    for colour in [true, false] {
        let mut state = said("@李白 看 https://kpl.example/a");
        state.hyperlinks = false;
        if !colour {
            state.look.depth = Depth::None;
        }
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| view(&state, frame)).unwrap();

        let cells = &terminal.backend().buffer().content;
        let marked = |modifier: Modifier| {
            cells.iter().filter(|cell| cell.modifier.contains(modifier)).count()
        };
        assert_eq!(marked(Modifier::REVERSED), 3, "@李白, whose wide letters are a cell each");
        assert_eq!(marked(Modifier::UNDERLINED), "https://kpl.example/a".len());
    }
}
