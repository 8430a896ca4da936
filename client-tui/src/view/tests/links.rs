//! Code, links and names in what people say.

use insta::assert_snapshot;
use ratatui::{Terminal, backend::TestBackend, buffer::CellDiffOption, style::Modifier};

use super::{draw, unlinked};
use crate::{
    model::{
        event::Event,
        key::{Key, KeyCode},
        look::colour::Depth,
        state::State,
        tests::script::*,
        text::{clean, links},
    },
    view::view,
};

const LONG: &str = "https://kpl.example/matches/2026/11/23/final?team=%E7%8B%BC&round=5#replay";

/// One with wide letters in it, as one that was copied from where it is shown for people.
const WIDE: &str = "http://a.example/中文路径/看图第二张?队=狼&回合=5#第３局a";

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
    for (link, painted) in [(LONG, false), (WIDE, false), (WIDE, true)] {
        for (columns, rows) in [(80, 24), (40, 15), (20, 5), (23, 12), (120, 40)] {
            let mut state = said(&format!("看图 {link} ，好"));
            state.look.painted = painted;
            assert!(state.look.take("light"));

            let parts = hyperlinks(&state, columns, rows);

            let seen: String = parts.iter().map(|(_, seen, _)| seen.as_str()).collect();
            assert!(link.ends_with(&seen), "{seen}");
            assert!(seen == link || rows == 5, "{seen}");
            let target = links::target(link).unwrap();
            for (escape, seen, width) in &parts {
                assert_eq!(escape, &parts[0].0, "one id and one target");
                assert!(escape.ends_with(&format!(";{target}\x1b\\")), "{escape:?}");
                assert_eq!(clean::width(seen), *width);
            }
        }
    }
}

#[test]
fn a_hyperlink_changes_nothing_that_is_seen() {
    let text = format!("看 {WIDE} 和 http://b.example/图1 ，好");
    for (columns, rows) in [(80, 24), (40, 15), (23, 12), (20, 5)] {
        for painted in [false, true] {
            let mut state = said(&text);
            state.look.painted = painted;
            assert!(state.look.take("dark"));
            // A popup lies over a part of it, a selection over all of it.
            for keys in
                [vec![], vec![press(KeyCode::Char('/'))], vec![press(Key::alt(KeyCode::Up))]]
            {
                play(&mut state, [press(KeyCode::Esc), ctrl('u')]);
                play(&mut state, [Event::Resized(columns, rows)].into_iter().chain(keys));
                let linked = draw(&state, columns, rows).text;
                state.hyperlinks = false;
                assert_eq!(linked, draw(&state, columns, rows).text);
                state.hyperlinks = true;
            }
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
