//! The screen in the sizes that people have.

use insta::assert_snapshot;
use kpl_shared::{message::Kind, refusal::Code};

use super::draw;
use crate::model::{
    event::{Event, Link},
    key::KeyCode,
    state::State,
    tests::script::*,
    words::Language,
};

/// Five people before a game, one of them with two lines that have not arrived.
pub(super) fn evening() -> State {
    let mut state = start();
    let mut hello = hello("e", 0);
    hello.topic = Some("峡谷集合，八点开黑".into());
    let mut action = line(5, "瑶", "跟在李白后面");
    action.kind = Kind::Action;
    let mut guest = line(6, "guest-0000abcd", "can I watch?");
    guest.guest = true;
    let mut yesterday = line(1, "貂蝉", "今晚谁来？");
    yesterday.at -= 24 * 60 * MINUTE;
    play(
        &mut state,
        [
            Event::Link(Link::Greeted(hello)),
            measured(23),
            listed(&["李白", "貂蝉", "瑶", "吕布", "后羿"]),
            heard(vec![
                yesterday,
                line(2, "吕布", "我来，打野"),
                line(
                    3,
                    "后羿",
                    "射手位留我 👨‍👩‍👧 ❤️ the whole family is watching, so nobody surrenders tonight",
                ),
                line(4, "貂蝉", "第一行\n\t第二行"),
                action,
                guest,
            ]),
        ],
    );
    types(&mut state, "马上到⏎等我两分钟⏎");
    play(&mut state, [heard(vec![own(7, "p-1", "马上到")])]);
    types(&mut state, "再等等⏎来了");
    state
}

#[test]
fn an_evening_at_80_by_24() {
    let screen = draw(&evening(), 80, 24);

    assert_snapshot!(screen.text, @"
     #KPL  峡谷集合，八点开黑                         live 23ms, 2 queued  5 online
    --------------------------------------------------------------------------------
                                  -- 2026-11-22 Sun --
    20:01       貂蝉  今晚谁来？
                                  -- 2026-11-23 Mon --
    20:02       吕布  我来，打野
    20:03       后羿  射手位留我 👨‍👩‍👧 ❤️ the whole family is watching, so nobody
                      surrenders tonight
    20:04       貂蝉  第一行
                          第二行
    20:05             * 瑶 跟在李白后面
    20:06 guest-00…?  can I watch?
    20:07       李白  马上到                                                      ok
    20:00       李白  等我两分钟                                                sent
                      再等等                                                queued 2






    --------------------------------------------------------------------------------
    李白> 来了
     Enter send  Alt+Enter new line  PgUp/PgDn scroll  ^C quit              F1 help
    ");
    assert_eq!(screen.caret, (10, 22));
}

#[test]
fn an_evening_at_40_by_15_has_names_above_their_text() {
    let screen = draw(&evening(), 40, 15);

    assert_snapshot!(screen.text, @"
    #KPL  峡谷集合，八点开黑    23ms  2q  5p
    ----------------------------------------
     第一行
         第二行
    20:05
     * 瑶 跟在李白后面
    guest-0000abcd? 20:06
     can I watch?
    李白 20:07
     马上到                               ok
    李白 20:00
     等我两分钟                         sent
     再等等                         queued 2
    ----------------------------------------
    李白> 来了
    ");
    assert_eq!(screen.caret, (10, 14));
}

#[test]
fn an_evening_at_20_by_5_still_works() {
    let screen = draw(&evening(), 20, 5);

    assert_snapshot!(screen.text, @"
    #KPL    23ms  2q  5p
     等我两分钟     sent
     再等等     queued 2
    --------------------
    李白> 来了
    ");
    assert_eq!(screen.caret, (10, 4));
}

#[test]
fn an_evening_at_120_by_40_in_chinese() {
    let mut state = evening();
    state.language = Language::Zh;

    assert_snapshot!(draw(&state, 120, 40).text, @"
     #KPL  峡谷集合，八点开黑                                                                 在线 23ms, 2 条待发  5 人在线
    ------------------------------------------------------------------------------------------------------------------------
                                        -- 2026-11-22 星期日 --                                     | 5 人在此
    20:01             貂蝉  今晚谁来？                                                              | 李白             20:00
                                        -- 2026-11-23 星期一 --                                     | 貂蝉             20:00
    20:02             吕布  我来，打野                                                              | 瑶               20:00
    20:03             后羿  射手位留我 👨‍👩‍👧 ❤️ the whole family is watching, so nobody surrenders     | 吕布             20:00
                            tonight                                                                 | 后羿             20:00
    20:04             貂蝉  第一行                                                                  |
                                第二行                                                              |
    20:05                   * 瑶 跟在李白后面                                                       |
    20:06  guest-0000abcd?  can I watch?                                                            |
    20:07             李白  马上到                                                               ok |
    20:00             李白  等我两分钟                                                       已发出 |
                            再等等                                                           待发 2 |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
                                                                                                    |
    ------------------------------------------------------------------------------------------------------------------------
    李白> 来了
     Enter 发送  Alt+Enter 换行  Tab 补全  PgUp/PgDn 翻页  Alt+Up 选择  ^C 退出                                     F1 帮助
    ");
}

#[test]
fn a_window_that_is_too_small_says_so() {
    assert_snapshot!(draw(&evening(), 19, 5).text, @"too small");
    assert_snapshot!(draw(&evening(), 4, 4).text, @"too");
}

#[test]
fn an_outage_is_seen_with_what_waits() {
    let mut state = evening();
    play(&mut state, [lost(2_500)]);

    assert_snapshot!(draw(&state, 80, 16).text, @"
     #KPL  峡谷集合，八点开黑                offline, 2 queued, reconnecting in 3 s
    --------------------------------------------------------------------------------
    20:02       吕布  我来，打野
    20:03       后羿  射手位留我 👨‍👩‍👧 ❤️ the whole family is watching, so nobody
                      surrenders tonight
    20:04       貂蝉  第一行
                          第二行
    20:05             * 瑶 跟在李白后面
    20:06 guest-00…?  can I watch?
    20:07       李白  马上到                                                      ok
    20:00         --  not connected, trying again: the connection broke
                李白  等我两分钟                                            queued 1
                      再等等                                                queued 2
    --------------------------------------------------------------------------------
    李白> 来了
     Enter send  Alt+Enter new line  PgUp/PgDn scroll  ^C quit              F1 help
    ");
}

#[test]
fn a_name_that_is_taken_is_told_with_what_to_do() {
    let mut state = start();
    play(&mut state, [turned_away(Code::NameTaken)]);

    assert_snapshot!(draw(&state, 60, 12).text, @r"
     #KPL                                            not let in
    ------------------------------------------------------------
                        -- 2026-11-23 Mon --
    20:00         --  the server did not let us in: the name
                      belongs to another key. /nick NAME takes
                      another name




    ------------------------------------------------------------
    李白>
    ");
}

#[test]
fn a_refused_line_is_seen_with_its_reason_and_given_back() {
    let mut state = live(2);
    types(&mut state, "hello⏎");
    play(&mut state, [refused("p-1", Code::TextTooLong, None)]);

    assert_snapshot!(draw(&state, 60, 12).text, @"
     #KPL                                             live 23ms
    ------------------------------------------------------------
                        -- 2026-11-23 Mon --
    20:01         瑶  line 1
    20:02             line 2
    20:00       李白  hello
                      refused: the server's words



    ------------------------------------------------------------
    李白> hello
    ");
}

#[test]
fn a_reader_further_up_is_told_what_is_below() {
    let mut state = live(50);
    play(&mut state, [press(KeyCode::PageUp), told(51..=53)]);

    assert_snapshot!(draw(&state, 80, 12).text, @"
     #KPL                                                                 live 23ms
    --------------------------------------------------------------------------------
    20:14         瑶  line 14
    20:15             line 15
    20:16             line 16
    20:17             line 17
    20:18             line 18
    20:19             line 19
    20:20             line 20
    20:21             line 21
    --- 32 below, 3 new (End) ------------------------------------------------------
    李白>
    ");
    play(&mut state, [heard(vec![own(54, "elsewhere-1", "mine")])]);
    let screen = draw(&state, 80, 12).text;
    assert!(screen.contains("33 below, 3 new"), "one's own line is not new to one: {screen}");
}

#[test]
fn a_plain_server_and_a_hint() {
    let mut state = start();
    play(&mut state, [Event::Link(Link::FoundPlain)]);
    types(&mut state, "hello⏎");
    play(
        &mut state,
        [
            Event::Link(Link::Passed { cid: "p-1".into() }),
            Event::Link(Link::Relayed("who is there?".into(), None)),
            ctrl('c'),
        ],
    );

    assert_snapshot!(draw(&state, 80, 24).text, @"
     #KPL                                                                 text only
    --------------------------------------------------------------------------------
                                  -- 2026-11-23 Mon --
    20:00         --  a plain server: text only, without history or receipts
                李白  hello                                                       ok
                   -  who is there?















    --- press Ctrl+C again to quit -------------------------------------------------
    李白>
     Enter send  Alt+Enter new line  PgUp/PgDn scroll  ^C quit              F1 help
    ");
}

#[test]
fn a_draft_of_many_lines_is_seen_around_its_caret() {
    let mut state = live(3);
    play(
        &mut state,
        [
            Event::Pasted("一\n二\n三\n四\n五\n六\n七，这一行很长很长很长很长很长很长很长".into()),
            press(KeyCode::Enter),
        ],
    );

    let screen = draw(&state, 41, 18);
    assert_snapshot!(screen.text, @"
     #KPL                          live 23ms
    -----------------------------------------
              -- 2026-11-23 Mon --
    20:01         瑶  line 1
    20:02             line 2
    20:03             line 3






    -----------------------------------------
    李白> 四
          五
          六
          七，这一行很长很长很长很长很长很长
          很长
    ");
    assert_eq!(screen.caret, (10, 17));

    play(&mut state, std::iter::repeat_n(press(KeyCode::Up), 6));
    let screen = draw(&state, 41, 18);
    assert_snapshot!(screen.text, @"
     #KPL                          live 23ms
    -----------------------------------------
              -- 2026-11-23 Mon --
    20:01         瑶  line 1
    20:02             line 2
    20:03             line 3






    -----------------------------------------
    李白> 一
          二
          三
          四
          五
    ");
}

#[test]
fn hostile_names_and_texts_stay_in_their_place() {
    let mut state = start();
    let zalgo = format!("e{}", "\u{301}".repeat(40));
    play(
        &mut state,
        [
            greeted(0),
            heard(vec![
                line(1, "\x1b[2J\u{202e}evil", "\x1b]52;c;AAAA\x07 \u{9b}31m red \u{202e}txet"),
                line(2, &"长".repeat(3_000_000), &zalgo),
                line(3, "\u{301}\u{200b}", "\u{200d}\u{feff}\u{2066}"),
            ]),
        ],
    );

    assert_snapshot!(draw(&state, 60, 10).text.replace('\u{301}', "'"), @r"
     #KPL                                                  live
    ------------------------------------------------------------
                        -- 2026-11-23 Mon --
    20:01    [2Jevil  ]52;c;AAAA 31m red txet
    20:02  长长长长…  e''''''''
    20:03          ◌'


    ------------------------------------------------------------
    李白>
    ");
}
