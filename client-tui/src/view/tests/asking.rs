//! What the composer and its rule ask, in windows of several sizes.

use insta::assert_snapshot;
use kpl_shared::refusal::Code;

use super::{Screen, draw};
use crate::model::{
    event::Event, hand::vi::Vi, key::KeyCode, state::State, tests::script::*, words::Language,
};

/// The rows from the rule above the composer on.
fn bottom(screen: &Screen, rows: usize) -> String {
    let lines: Vec<_> = screen.text.lines().collect();
    lines[lines.len() - rows..].join("\n")
}

fn pasted() -> State {
    let mut state = live(3);
    types(&mut state, "看：");
    play(&mut state, [Event::Pasted("一\n".repeat(12))]);
    state
}

#[test]
fn a_long_paste_asks_on_the_rule() {
    let mut state = pasted();

    assert_snapshot!(bottom(&draw(&state, 80, 24), 3), @"
    --- paste 12 lines? Enter yes, Esc no ------------------------------------------
    李白> 看：
                                                                            F1 help
    ");
    assert_snapshot!(bottom(&draw(&state, 40, 15), 2), @"
    --- paste 12 lines? Enter yes, Esc no --
    李白> 看：
    ");
    assert_snapshot!(bottom(&draw(&state, 20, 5), 2), @"
    --- paste 12 lines?…
    李白> 看：
    ");
    state.language = Language::Zh;
    assert_snapshot!(bottom(&draw(&state, 40, 15), 2), @"
    --- 粘贴 12 行？Enter 粘贴，Esc 放弃 ---
    李白> 看：
    ");
    play(&mut state, [press(KeyCode::Esc)]);
    assert_snapshot!(bottom(&draw(&state, 40, 15), 2), @"
    --- 已放弃；按 Ctrl+Y 仍可粘贴 ---------
    李白> 看：
    ");
}

#[test]
fn normal_is_told_on_the_rule() {
    let mut state = live(3);
    state.vi = Some(Vi::default());
    types(&mut state, "来了");
    play(&mut state, [press(KeyCode::Esc)]);

    let screen = draw(&state, 40, 15);
    assert_snapshot!(bottom(&screen, 2), @"
    --- NORMAL: i writes, Enter sends ------
    李白> 来了
    ");
    assert_eq!(screen.caret, (8, 14));
    state.language = Language::Zh;
    assert_snapshot!(bottom(&draw(&state, 40, 15), 2), @"
    --- NORMAL：i 输入，Enter 发送 ---------
    李白> 来了
    ");
}

#[test]
fn where_to_go_stands_at_the_prompt_in_every_window() {
    let mut state = live(3);
    types(&mut state, "draft");
    play(&mut state, [ctrl('g')]);
    types(&mut state, "昨天");

    let screen = draw(&state, 80, 24);
    assert_snapshot!(bottom(&screen, 3), @"
    --- 19:30, yesterday, 11-22 or #123; Enter alone: now; Esc back ----------------
    go to> 昨天
                                                                            F1 help
    ");
    assert_eq!(screen.caret, (11, 22));
    let screen = draw(&state, 20, 5);
    assert_snapshot!(bottom(&screen, 2), @"
    --- 19:30, 11-22, #…
    go to> 昨天
    ");
    assert_eq!(screen.caret, (11, 4));
    types(&mut state, "天⏎");
    assert_snapshot!(bottom(&draw(&state, 80, 24), 3), @"
    --- write it as 19:30, yesterday, 11-22 or #123 --------------------------------
    go to> 昨天天
                                                                            F1 help
    ");
    state.language = Language::Zh;
    assert_snapshot!(bottom(&draw(&state, 20, 5), 2), @"
    --- 写成 19:30、#123
    跳到> 昨天天
    ");
}

#[test]
fn what_one_looks_for_stands_at_the_prompt_with_the_caret_behind_it() {
    let mut state = live(3);
    state.composer.remember(["/topic 峡谷集合\n八点开黑".to_owned()]);
    play(&mut state, [ctrl('r')]);
    for letter in "峡谷".chars() {
        play(&mut state, [press(KeyCode::Char(letter))]);
    }

    let screen = draw(&state, 80, 24);
    assert_snapshot!(bottom(&screen, 4), @"
    --- Ctrl+R older, Enter takes, Esc back ----------------------------------------
    find: 峡谷
    /topic 峡谷集合 八点开黑
                                                                            F1 help
    ");
    assert_eq!(screen.caret, (10, 21));
    let screen = draw(&state, 20, 5);
    assert_snapshot!(bottom(&screen, 2), @"
    --- Ctrl+R older, E…
    find: 峡谷  /topic …
    ");
    assert_eq!(screen.caret, (10, 4));
    play(&mut state, [press(KeyCode::Char('x'))]);
    assert_snapshot!(bottom(&draw(&state, 40, 15), 3), @"
    --- Ctrl+R older, Enter takes, Esc back
    not found: 峡谷x
    /topic 峡谷集合 八点开黑
    ");
    state.language = Language::Zh;
    assert_snapshot!(bottom(&draw(&state, 40, 15), 3), @"
    --- Ctrl+R 更早，Enter 取用，Esc 返回 --
    未找到: 峡谷x
    /topic 峡谷集合 八点开黑
    ");
}

#[test]
fn the_password_of_a_server_is_asked_for_without_being_shown() {
    let mut state = start();
    play(&mut state, [turned_away(Code::PasswordRequired)]);
    types(&mut state, "芝麻");

    let screen = draw(&state, 80, 24);

    assert_snapshot!(bottom(&screen, 3), @"
    --- The server wants its password: Enter tries it, Esc not now -----------------
    password> **
                                                                            F1 help
    ");
    assert_eq!(screen.caret, (12, 22));
    state.language = Language::Zh;
    assert_snapshot!(bottom(&draw(&state, 40, 15), 2), @"
    --- 服务器需要密码：Enter 进入，Esc 暂不
    密码> **
    ");
    assert_snapshot!(bottom(&draw(&state, 20, 5), 2), @"
    --- 服务器需要密码…
    密码> **
    ");
}
