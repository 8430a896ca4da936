//! Lines about files on the screen.

use insta::assert_snapshot;
use kpl_shared::{message::Kind, refusal::Code};

use super::draw;
use crate::model::{
    effect::Outgoing,
    event::{Event, Link},
    room::carrying::News,
    state::State,
    tests::script::*,
    words::{Language, files::FileTrouble},
};

/// A room in which 瑶 showed a picture and 吕布 a file, and one line about a file waits.
fn shared(language: Language) -> State {
    let waiting = Outgoing {
        cid: "q-1".into(),
        kind: Kind::File,
        text: "阵容.png".into(),
        file: Some(Box::new(picture("阵容.png"))),
    };
    let mut state = start_with(|config| {
        config.language = language;
        config.queued = vec![waiting];
        config.hyperlinks = true;
    });
    let mut replay = shown(3, "吕布", "replay.zip");
    if let Some(file) = &mut replay.file {
        (file.width, file.height, file.size) = (None, None, 9 << 20);
    }
    let mut strange = shown(4, "吕布", "only text");
    strange.file = None;
    let lines = vec![line(1, "瑶", "看图"), shown(2, "瑶", "截图 1.png"), replay, strange];
    play(&mut state, [greeted(0), measured(23), heard(lines)]);
    state
}

#[test]
fn a_file_is_told_by_name_and_size_at_80_by_10() {
    let screen = draw(&shared(Language::En), 80, 10);

    assert!(screen.linked, "the name leads to the file");
    assert_snapshot!(screen.text, @"
     #KPL                                                       live 23ms, 1 queued
    --------------------------------------------------------------------------------
                                  -- 2026-11-23 Mon --
    20:01         瑶  看图
    20:02             [picture] 截图 1.png  1.2 MB  1280x720
    20:03       吕布  [file] replay.zip  9 MB
    20:04             only text
    20:00       李白  [picture] 阵容.png  1.2 MB  1280x720                      sent
    --------------------------------------------------------------------------------
    李白>
    ");
}

#[test]
fn a_file_is_told_at_40_by_12_and_at_20_by_5() {
    let state = shared(Language::Zh);

    assert_snapshot!(draw(&state, 40, 12).text, @"
    #KPL                         23ms  待发1
    ----------------------------------------
     看图
     [图片] 截图 1.png  1.2 MB  1280x720
    吕布 20:03
     [文件] replay.zip  9 MB
     only text
    李白 20:00
     [图片] 阵容.png  1.2 MB  1280x720
                                      已发出
    ----------------------------------------
    李白>
    ");
    assert_snapshot!(draw(&state, 20, 5).text, @"
    #KPL     23ms  待发1
     1.2 MB  1280x720
                  已发出
    --------------------
    李白>
    ");
}

#[test]
fn a_hostile_name_steers_nothing_and_leads_nowhere_else() {
    let mut state = start_with(|config| config.hyperlinks = true);
    let lines = vec![shown(1, "瑶", "\x1b]8;;http://evil\x07x\x1b[2J\n../../\u{202e}gnp.exe")];
    play(&mut state, [greeted(0), heard(lines)]);

    let screen = draw(&state, 100, 10);

    assert!(
        screen.text.contains("[picture] ]8;;http://evilx[2J../../gnp.exe  1.2 MB"),
        "{}",
        screen.text
    );
    assert!(!screen.text.contains('\x1b'));
}

#[test]
fn a_file_that_the_server_lost_is_not_given_back_as_words() {
    let mut state = shared(Language::En);

    play(&mut state, [refused("q-1", Code::FileUnknown, None)]);

    assert!(state.composer.is_empty());
    let screen = draw(&state, 80, 12);
    assert!(screen.text.contains("refused: the server has the file no longer; /upload it again"));
}

#[test]
fn a_file_that_was_found_is_told_in_the_list_of_hits() {
    let mut state = shared(Language::En);
    play(&mut state, [ctrl('s')]);
    types(&mut state, "截图⏎");
    let hits = vec![shown(2, "瑶", "截图 1.png")];
    play(&mut state, [Event::Link(Link::Found(found(hits, false, None, 1)))]);

    let screen = draw(&state, 80, 10);

    assert!(screen.text.contains("瑶  [picture] 截图 1.png  1.2 MB  1280x720"), "{}", screen.text);
}

#[test]
fn how_far_a_file_is_stands_on_the_rule_and_in_the_status_line() {
    let mut state = live(3);
    types(&mut state, "/upload /x/截图.png⏎/upload b.zip⏎");
    play(&mut state, [Event::Carried(1, News::Moved { done: 43, of: 100 })]);

    let (wide, small) = (draw(&state, 80, 8).text, draw(&state, 20, 5).text);
    play(&mut state, [Event::Carried(1, News::Failed(FileTrouble::Broke))]);
    let waits = draw(&state, 80, 8).text;

    assert_snapshot!(wide, @"
     #KPL                                                     upload 43%  live 23ms
                                  -- 2026-11-23 Mon --
    20:01         瑶  line 1
    20:02             line 2
    20:03             line 3

    ---  43% [########------------] 截图.png, 1 more -------------------------------
    李白>
    ");
    assert_snapshot!(small, @"
    #KPL       43%  23ms
     line 2
     line 3
    ---  43% [##----] …
    李白>
    ");
    assert_snapshot!(waits, @"
     #KPL                                                                 live 23ms
                                  -- 2026-11-23 Mon --
    20:01         瑶  line 1
    20:02             line 2
    20:03             line 3

    --- 截图.png: the connection broke in the middle; again in 1 s, 1 more ---------
    李白>
    ");
}
