//! What the program itself says in the timeline.

use insta::assert_snapshot;

use super::draw;
use crate::model::{event::Event, tests::script::*};

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
