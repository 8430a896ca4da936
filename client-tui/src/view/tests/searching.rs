//! The search on the screen.

use insta::assert_snapshot;

use super::draw;
use crate::model::{
    event::{Event, Link},
    key::KeyCode,
    look::colour::Depth,
    state::State,
    tests::script::*,
    words::Language,
};

/// A search for 李白 that was answered, in a room of 60 lines.
fn searched(language: Language) -> State {
    let mut state = start_with(|config| config.language = language);
    play(&mut state, [greeted(0), measured(23), told(1..=60)]);
    let mut hits = vec![
        line(58, "吕布", "李白，来中路"),
        line(
            40,
            "a-very-long-name",
            "so we all waited for half an hour until 李白 came, and then 李白 left again at once",
        ),
        line(7, "瑶", "\u{1b}[2J跟着李白\n打野"),
    ];
    hits[2].at -= 24 * 60 * MINUTE;
    play(&mut state, [ctrl('s')]);
    types(&mut state, "李白⏎");
    play(&mut state, [Event::Link(Link::Found(found(hits, true, Some(7), 1)))]);
    state
}

#[test]
fn what_is_searched_for_stands_where_one_writes() {
    let mut state = live(60);
    types(&mut state, "draft");
    play(&mut state, [ctrl('s')]);
    types(&mut state, "李白");

    let screen = draw(&state, 60, 10);

    assert_eq!(screen.caret, (12, 9));
    assert_snapshot!(screen.text, @"
     #KPL                                             live 23ms
    ------------------------------------------------------------
    20:55         瑶  line 55
    20:56             line 56
    20:57             line 57
    20:58             line 58
    20:59             line 59
    20:00         瑶  line 60
    --- Enter searches, Esc back -------------------------------
    search> 李白
    ");
}

#[test]
fn hits_are_listed_newest_at_the_bottom() {
    assert_snapshot!(draw(&searched(Language::En), 80, 12).text, @"
     #KPL                                                                 live 23ms
    --------------------------------------------------------------------------------
      11-22 20:07         瑶  [2J跟着李白 打野
      11-23 20:40 a-very-lo…  ..r until 李白 came, and then 李白 left again at once
    > 11-23 20:58       吕布  李白，来中路





    --- 1 of 3, more above  n/N walk  Enter goes there  Esc back -------------------
    search> 李白
    ");
}

#[test]
fn hits_are_listed_in_a_narrow_window() {
    assert_snapshot!(draw(&searched(Language::Zh), 40, 15).text, @"
    #KPL                                23ms
    ----------------------------------------
      11-22 20:07 瑶
      [2J跟着李白 打野
      11-23 20:40 a-very-long-name
      ..r until 李白 came, and then 李白 le…
    > 11-23 20:58 吕布
      李白，来中路





    --- 第 1/3 条  n/N  Enter  Esc ---------
    搜索> 李白
    ");
    draw(&searched(Language::Zh), 20, 5);
}

#[test]
fn a_hit_is_read_among_its_neighbours() {
    let mut state = searched(Language::En);
    play(&mut state, [press(KeyCode::Up), press(KeyCode::Enter)]);

    assert_snapshot!(draw(&state, 80, 12).text, @"
     #KPL                                                                 live 23ms
    --------------------------------------------------------------------------------
    20:34         瑶  line 34
    20:35             line 35
    20:36             line 36
    20:37             line 37
    20:38             line 38
    20:39             line 39
    20:40>            line 40
    20:41             line 41
    --- 2 of 3  n/N next  Enter stays  Esc the hits --------------------------------
    search> 李白
    ");
}

/// A search for 李白 in a room in which every line has it, at its newest hit.
fn walking(columns: u16, rows: u16) -> State {
    let mut state = live(0);
    let said = |seq| line(seq, "瑶", &format!("李白 {seq} {}", "汉字".repeat(40)));
    play(&mut state, [Event::Resized(columns, rows), heard((1..=30).map(said).collect())]);
    play(&mut state, [ctrl('s')]);
    types(&mut state, "李白⏎");
    let hits = (1..=30).rev().map(said).collect();
    play(&mut state, [Event::Link(Link::Found(found(hits, false, None, 1)))]);
    types(&mut state, "⏎");
    state
}

/// What is said in the rows beside which a sign stands in this column.
fn pointed_at(state: &State, sign: usize, columns: u16, rows: u16) -> Vec<String> {
    let screen = draw(state, columns, rows).text;
    let timeline: Vec<&str> = screen.lines().take(usize::from(rows) - 2).collect();
    let pointed = timeline.iter().filter(|row| row.chars().nth(sign) == Some('>'));
    pointed.map(|row| row.chars().skip(sign + 1).collect::<String>().trim().to_owned()).collect()
}

#[test]
fn the_hit_that_one_is_at_is_told_from_the_others_as_one_walks() {
    for depth in [Depth::Full, Depth::None] {
        for (columns, rows, sign) in [(80, 24, 5), (96, 40, 5), (40, 15, 0)] {
            let mut state = walking(columns, rows);
            state.look.depth = depth;
            let at = |state: &State| pointed_at(state, sign, columns, rows);
            for (key, seq) in [("", 30), ("n", 29), ("n", 28), ("N", 29)] {
                types(&mut state, key);
                assert_eq!(at(&state).concat(), format!("李白 {seq} {}", "汉字".repeat(40)));
            }
            play(&mut state, [press(KeyCode::Enter)]);
            assert!(at(&state).is_empty());
        }
    }
}

#[test]
fn those_who_write_stand_on_the_rule() {
    for (language, names, says) in [
        (Language::En, &["吕布"][..], "吕布 is typing"),
        (Language::Zh, &["吕布", "后羿"][..], "吕布 和 后羿 正在输入"),
        (Language::En, &["吕布", "后羿", "瑶"][..], "3 are typing"),
    ] {
        let mut state = start_with(|config| config.language = language);
        play(&mut state, [greeted(0), told(1..=3)]);
        play(&mut state, names.iter().map(|name| Event::Link(Link::Writes(writes(name, name)))));

        let screen = draw(&state, 60, 10);

        assert!(screen.text.contains(says), "{}", screen.text);
    }
}
