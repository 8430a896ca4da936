//! What the program itself says in the timeline.

use insta::assert_snapshot;
use kpl_shared::protocol::Notice;

use super::draw;
use crate::model::{
    event::{Event, Link},
    tests::script::*,
    words::Language,
};

#[test]
fn what_the_server_says_of_itself_is_in_the_readers_language() {
    for (language, says) in [
        (Language::Zh, "服务器正在停止；不会丢失消息"),
        (Language::En, "the server stops; nothing is lost"),
    ] {
        let mut state = start_with(|config| config.language = language);
        let notice = |code: &str, text: &str| {
            Event::Link(Link::Noticed(Notice {
                code: code.into(),
                text: text.into(),
                ..Notice::default()
            }))
        };
        let known = notice("restart", "the server's words");
        play(&mut state, [greeted(0), known, notice("news", "of another\u{1b} version")]);

        let screen = draw(&state, 80, 24).text;
        assert!(screen.contains(says) && !screen.contains("the server's words"), "{screen}");
        assert!(screen.contains("of another version"), "{screen}");
    }
}

#[test]
fn notices_of_one_minute_share_the_row_of_their_time() {
    let mut state = live(1);
    let notice = |words: &str| Event::Noted(words.into());
    play(&mut state, [Event::Resized(40, 15), notice("one"), notice("two")]);
    play(&mut state, [tick(EVENING + MINUTE), notice("three"), told([2]), notice("four")]);

    assert_snapshot!(draw(&state, 40, 15).text, @"
    #KPL                                23ms
    ----------------------------------------
    瑶 20:01
     line 1
    -- 20:00
     one
     two
    -- 20:01
     three
    瑶 20:02
     line 2
    -- 20:01
     four
    ----------------------------------------
    李白>
    ");
    assert_snapshot!(draw(&state, 60, 12).text, @"
     #KPL                                             live 23ms
    ------------------------------------------------------------
                        -- 2026-11-23 Mon --
    20:01         瑶  line 1
    20:00         --  one
                  --  two
    20:01         --  three
    20:02         瑶  line 2
    20:01         --  four

    ------------------------------------------------------------
    李白>
    ");
}
