//! The popup of completion over the timeline.

use insta::assert_snapshot;

use super::draw;
use crate::model::{event::Event, key::KeyCode, state::State, tests::script::*};

/// Lines whose wide characters the popup's edges cut in two, some to the left and some to the right.
fn room() -> State {
    let mut state = start();
    let names =
        ["李白", "李元芳", "瑶", "貂蝉", "吕布", "刘邦", "廉颇", "鲁班七号", "露娜", "老夫子"];
    play(&mut state, [greeted(0), measured(23), listed(&names)]);
    let lines = (1..=30).map(|seq| {
        let name = names[usize::try_from(seq).unwrap() % names.len()];
        let text = "汉字".repeat(30);
        let shift = if seq % 2 == 0 { "" } else { "a" };
        line(seq, name, &format!("{shift}{text}"))
    });
    play(&mut state, [heard(lines.collect())]);
    state
}

#[test]
fn the_popup_cuts_no_wide_glyph_underneath() {
    let mut state = room();

    types(&mut state, "好 @l");
    assert_snapshot!(draw(&state, 80, 24).text, @"
     #KPL                                                      live 23ms  10 online
    --------------------------------------------------------------------------------
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:22         瑶  汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
                      字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:23       貂蝉  a汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:24       吕布  汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
                      字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:25       刘邦  a汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:26       廉颇  汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
                      字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:27 |  李白        | 汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
          |  老夫子      |汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:28 |  露娜        |汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
          |  鲁班七号    |字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:29 |  廉颇        | 汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
          |  刘邦        |汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:30 |  吕布        |汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
          |  李元芳      |字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    --------------------------------------------------------------------------------
    李白> 好 @l
     Enter send  Alt+Enter new line  PgUp/PgDn scroll  ^C quit              F1 help
    ");
    play(&mut state, [press(KeyCode::Tab), press(KeyCode::Tab)]);
    assert_snapshot!(draw(&state, 40, 15).text, @"
    #KPL                           23ms  10p
    ----------------------------------------
     字汉字
    老夫子 20:29
     a汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
     字汉字汉字汉字汉字汉字汉字汉字汉字汉字
     汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
     字汉字
    李白 2|  李白        |
     汉字 |> 老夫子      | 字汉字汉字汉字汉
     字汉 |  露娜        | 汉字汉字汉字汉字
     汉字 |  鲁班七号    | 字汉字汉字汉字汉
     字汉 |  廉颇        |
    --- 2/8 Tab next, Enter keep, Esc undo -
    李白> 好 @老夫子
    ");
}

#[test]
fn commands_and_emoji_are_offered_with_what_they_are() {
    let mut state = room();

    types(&mut state, "/");
    play(&mut state, [press(KeyCode::Tab)]);
    assert_snapshot!(draw(&state, 80, 16).text, @"
     #KPL                                                      live 23ms  10 online
    --------------------------------------------------------------------------------
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:26       廉颇  汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
                      字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:27   鲁班七号  a汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字
    20:28       露娜  汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
    |> /help               lists commands and keys                                 |
    |  /names              says who is here                                        |
    |  /whois NAME         says who somebody is, and when they last spoke          |
    |  /me ACTION          tells what you do: /me waves                            |
    |  /nick NAME          takes another name                                      |
    --- 1/21 Tab next, Enter keep, Esc undo ----------------------------------------
    李白> /help
     Enter send  Alt+Enter new line  PgUp/PgDn scroll  ^C quit              F1 help
    ");
    play(&mut state, [ctrl('u')]);
    types(&mut state, "来了 :smi");
    assert_snapshot!(draw(&state, 40, 15).text, @"
    #KPL                           23ms  10p
    ----------------------------------------
     字汉字
    老夫子 20:29
     a汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
     字汉字汉字汉字汉字汉字汉字汉字汉字汉字
     汉字汉字汉字汉字汉字汉字汉字汉字汉字汉
     字汉字
    李白 |  😄 :smile:                     |
     汉字|  😏 :smirk:                     |
     字汉|  😃 :smiley:                    |
     汉字|  😸 :smile_cat:                 |
     字汉|  😼 :smirk_cat:                 |
    ----------------------------------------
    李白> 来了 :smi
    ");
}

#[test]
fn every_row_beside_and_under_the_popup_is_as_wide_as_the_window() {
    for columns in 20..60 {
        for lead in ["", "a", "汉", "汉a"] {
            let mut state = room();
            play(&mut state, [Event::Resized(columns, 15)]);
            types(&mut state, &format!("{lead} @l"));
            play(&mut state, [press(KeyCode::Tab)]);

            let cells = super::cells(&state, columns, 15);

            for row in cells.chunks(usize::from(columns)) {
                let mut column = 0;
                while column < row.len() {
                    let width = crate::model::text::clean::width(&row[column]).max(1);
                    for half in &row[(column + 1).min(row.len())..(column + width).min(row.len())] {
                        assert_eq!(half, " ", "something stands in the half of {:?}", row[column]);
                    }
                    column += width;
                }
                assert_eq!(column, row.len(), "a wide character hangs over the edge");
            }
        }
    }
}
