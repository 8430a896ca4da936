//! What is selected, as one sees it: never by colour alone.

use insta::assert_snapshot;
use ratatui::{Terminal, backend::TestBackend, style::Modifier};

use super::draw;
use crate::{
    model::{
        key::{Key, KeyCode},
        state::State,
        tests::script::*,
        text::clean,
        words::Language,
    },
    view::view,
};

/// A room with its second message selected, of three rows at 40 columns.
fn selecting(language: Language) -> State {
    let mut state = start_with(|config| config.language = language);
    let long = "看图 https://kpl.example/m.png 好，中路我来，你们先打龙，我马上到";
    play(
        &mut state,
        [
            greeted(0),
            measured(23),
            heard(vec![line(1, "貂蝉", "今晚谁来？"), line(2, "瑶", long), line(3, "吕布", "好")]),
            press(Key::alt(KeyCode::Up)),
            press(KeyCode::Up),
        ],
    );
    state
}

/// The rows that are drawn in reverse from end to end, from 0.
fn reversed(state: &State, columns: u16, rows: u16) -> Vec<u16> {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view(state, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let whole = |&row: &u16| {
        let mut column = 0;
        while column < columns {
            let cell = &buffer[(column, row)];
            if !cell.modifier.contains(Modifier::REVERSED) {
                return false;
            }
            column += u16::try_from(clean::width(cell.symbol())).unwrap().max(1);
        }
        true
    };
    (0..rows).filter(whole).collect()
}

#[test]
fn the_selected_message_is_reversed_and_has_a_sign() {
    let mut state = selecting(Language::En);

    assert_snapshot!(draw(&state, 80, 24).text, @"
     #KPL                                                                 live 23ms
    --------------------------------------------------------------------------------
                                  -- 2026-11-23 Mon --
    20:01       貂蝉  今晚谁来？
    20:02>        瑶  看图 https://kpl.example/m.png 好，中路我来，你们先打龙，我马
         >            上到
    20:03       吕布  好














    --- Up/Down walk  y copy  o open  i who and when  v several  Esc back ----------
    李白>
                                                                            F1 help
    ");
    assert_eq!(reversed(&state, 80, 24), [4, 5]);
    play(&mut state, [crate::model::event::Event::Resized(40, 15)]);
    assert_snapshot!(draw(&state, 40, 15).text, @"
    #KPL                                23ms
    ----------------------------------------
              -- 2026-11-23 Mon --
    貂蝉 20:01
     今晚谁来？
    瑶 20:02
    >看图 https://kpl.example/m.png 好，中路
    >我来，你们先打龙，我马上到
    吕布 20:03
     好



    --- y copy  o open  i info  Esc back ---
    李白>
    ");
    assert_eq!(reversed(&state, 40, 15), [6, 7], "the name above it is the group's");
}

#[test]
fn who_when_number_and_id_are_told_with_the_zone() {
    let mut state = selecting(Language::Zh);
    assert_snapshot!(draw(&state, 80, 12).text, @"
     #KPL                                                                 在线 23ms
    --------------------------------------------------------------------------------
                                -- 2026-11-23 星期一 --
    20:01       貂蝉  今晚谁来？
    20:02>        瑶  看图 https://kpl.example/m.png 好，中路我来，你们先打龙，我马
         >            上到
    20:03       吕布  好



    --- Up/Down 选择  y 复制  o 打开链接  i 详情  v 多选  Esc 返回 -----------------
    李白>
    ");

    types(&mut state, "i");

    assert_snapshot!(draw(&state, 80, 12).text, @"
     #KPL                                                                 在线 23ms
    --------------------------------------------------------------------------------
    这条消息
    谁        瑶
    时间      2026-11-23 星期一 20:02:00 UTC+08:00
    编号      2
    身份      uid of 瑶



    --- Esc 关闭，PgUp/PgDn 翻页 ---------------------------------------------------
    李白>
    ");
}

#[test]
fn of_several_links_one_is_chosen_by_its_digit() {
    let mut state = live(0);
    let text = "http://a.example/1 and http://b.example/2";
    play(&mut state, [heard(vec![line(1, "瑶", text)]), press(Key::alt(KeyCode::Up))]);

    types(&mut state, "o");

    assert_snapshot!(draw(&state, 60, 10).text, @"
     #KPL                                             live 23ms
    ------------------------------------------------------------
    Which link?
    1            http://a.example/1
    2            http://b.example/2



    --- 1-9 opens, Esc goes back -------------------------------
    李白>
    ");
}

#[test]
fn that_the_mouse_is_let_go_is_said() {
    let mut state = live(1);
    play(&mut state, [press(KeyCode::F(6))]);
    assert!(draw(&state, 80, 24).text.contains("mouse let go  live 23ms"));
    assert!(draw(&state, 40, 15).text.contains("mouse let go  23ms"));

    play(&mut state, [press(KeyCode::F(6))]);

    assert!(!draw(&state, 80, 24).text.contains("mouse"));
}
