//! The list of people beside the timeline.

use insta::assert_snapshot;
use kpl_shared::protocol::{Member, Members};

use super::draw;
use crate::model::{
    event::{Event, Link},
    key::KeyCode,
    look::colour::Depth,
    room::people::Folding,
    state::State,
    tests::script::*,
};

/// A room of so many, in which we are the second and somebody is a guest.
fn room(count: usize) -> State {
    let mut state = start();
    play(&mut state, [greeted(0), measured(23)]);
    let names = ["貂蝉", "李白", "guest-0000abcd", "a-name-that-is-longer-than-the-list", "吕布"];
    let members = (0..count).map(|number| {
        let name = names.get(number).map_or_else(|| format!("p{number}"), |&name| name.into());
        let since = EVENING - MINUTE * 60 * 24 + MINUTE * 60 * i64::try_from(number).unwrap() * 5;
        let uid = if name == "李白" { "me".into() } else { format!("uid of {name}") };
        Member { guest: name.starts_with("guest"), name, uid, since, op: false }
    });
    let list = Members { room: state.room.clone(), members: members.collect(), total: count };
    let wide = "汉字".repeat(40);
    play(&mut state, [Event::Link(Link::Listed(list)), heard(vec![line(1, "貂蝉", &wide)])]);
    state
}

fn at(state: &mut State, columns: u16, rows: u16) -> String {
    play(state, [Event::Resized(columns, rows)]);
    draw(state, columns, rows).text
}

/// Whether the list stands on the screen: its heading does.
fn is_listed(screen: &str) -> bool {
    screen.contains("| 5 here")
}

#[test]
fn people_stand_beside_the_timeline_where_there_is_room() {
    assert_snapshot!(at(&mut room(5), 100, 12), @"
     #KPL                                                                           live 23ms  5 online
    ----------------------------------------------------------------------------------------------------
                               -- 2026-11-23 Mon --                             | 5 here
    20:01       貂蝉  汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字  | 貂蝉             11-22
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字  | 李白 you         01:00
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字          | guest-0000abcd?  06:00
                                                                                | a-name-that-is-… 11:00
                                                                                | 吕布             16:00
                                                                                |
                                                                                |
    ----------------------------------------------------------------------------------------------------
    李白>
    ");
}

#[test]
fn a_list_that_is_too_long_says_how_many_more_there_are() {
    assert_snapshot!(at(&mut room(20), 100, 10), @"
     #KPL                                                                          live 23ms  20 online
    ----------------------------------------------------------------------------------------------------
                               -- 2026-11-23 Mon --                             | 20 here
    20:01       貂蝉  汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字  | 貂蝉             11-22
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字  | 李白 you         01:00
                      汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字          | guest-0000abcd?  06:00
                                                                                | a-name-that-is-… 11:00
                                                                                | and 16 more
    ----------------------------------------------------------------------------------------------------
    李白>
    ");
}

#[test]
fn a_key_folds_the_list_and_it_stays_as_one_left_it() {
    let mut state = room(5);
    assert!(!is_listed(&at(&mut state, 80, 24)));
    assert!(is_listed(&at(&mut state, 120, 40)));

    play(&mut state, [press(KeyCode::F(7))]);
    assert!(!is_listed(&at(&mut state, 120, 40)));
    play(&mut state, [press(KeyCode::F(7))]);

    assert!(is_listed(&at(&mut state, 120, 40)));
    assert!(is_listed(&at(&mut state, 80, 24)), "one wants it wherever there is room");
    assert!(!is_listed(&at(&mut state, 71, 24)));
}

#[test]
fn the_settings_say_whether_the_list_is_there() {
    for (people, wide, middle) in
        [(Folding::Auto, true, false), (Folding::On, true, true), (Folding::Off, false, false)]
    {
        let mut state = room(5);
        state.folding = people;
        assert_eq!(is_listed(&at(&mut state, 100, 24)), wide, "{people:?}");
        assert_eq!(is_listed(&at(&mut state, 99, 24)), middle, "{people:?}");
    }
}

#[test]
fn a_selection_by_the_terminals_own_mouse_does_not_grab_the_list() {
    let mut state = room(5);
    assert!(is_listed(&at(&mut state, 120, 40)));

    play(&mut state, [press(KeyCode::F(6))]);
    assert!(!at(&mut state, 120, 40).lines().skip(2).take(30).any(|row| row.contains('|')));
    play(&mut state, [press(KeyCode::F(6))]);

    assert!(is_listed(&at(&mut state, 120, 40)));
}

#[test]
fn nobody_jumps_about_in_the_list_as_people_speak_come_and_go() {
    let mut state = room(5);
    let before = at(&mut state, 120, 40);
    let names = |screen: &str| {
        let rows = screen.lines().filter_map(|row| row.split_once("| "));
        rows.map(|(_, person)| person.to_owned()).collect::<Vec<_>>()
    };

    let came = Event::Link(Link::Joined(presence("露娜", 6)));
    play(&mut state, [heard(vec![line(2, "吕布", "在")]), came]);

    let after = names(&at(&mut state, 120, 40));
    assert_eq!(after[1..6], names(&before)[1..6]);
    assert!(after[6].starts_with("露娜"), "{after:?}");
}

#[test]
fn in_a_narrow_window_the_list_is_a_sheet() {
    let mut state = room(5);
    at(&mut state, 40, 15);

    play(&mut state, [press(KeyCode::F(7))]);

    assert_snapshot!(at(&mut state, 40, 15), @"
    #KPL                            23ms  5p
    ----------------------------------------
    5 here
    貂蝉
      since 11-22
    李白
      since 01:00  you
    guest-0000abcd?
      since 06:00  guest
    a-name-that-is-longer-than-the-…
      since 11:00
    吕布
      since 16:00
    --- Esc closes, PgUp/PgDn leaf ---------
    李白>
    ");
    play(&mut state, [press(KeyCode::F(7))]);
    assert!(!is_listed(&at(&mut state, 40, 15)));
}

#[test]
fn who_writes_is_marked_in_the_list_until_they_have_written() {
    let mut state = room(5);
    let writing = |name: &str| Event::Link(Link::Writes(writes(&format!("uid of {name}"), name)));
    let long = "a-name-that-is-longer-than-the-list";
    play(&mut state, [writing("貂蝉"), writing(long), writing("吕布")]);

    for depth in [Depth::Full, Depth::None] {
        state.look.depth = depth;
        let screen = at(&mut state, 100, 12);
        let rows = screen.lines().filter_map(|row| row.split_once("| "));
        let people: Vec<&str> = rows.map(|(_, person)| person).collect();
        assert_eq!(
            people[1..],
            [
                "貂蝉 ...         11-22",
                "李白 you         01:00",
                "guest-0000abcd?  06:00",
                "a-name-that… ... 11:00",
                "吕布 ...         16:00"
            ]
        );
    }
    play(&mut state, [heard(vec![line(2, "吕布", "在")])]);
    assert!(!at(&mut state, 100, 12).contains("吕布 ..."));
    play(&mut state, [tick(EVENING + 6_000)]);
    assert!(!at(&mut state, 100, 12).contains("..."));
}

#[test]
fn the_sheet_of_people_says_who_writes_while_it_lies_there() {
    let mut state = room(5);
    at(&mut state, 40, 15);
    play(&mut state, [press(KeyCode::F(7))]);
    let writing = |name: &str| Event::Link(Link::Writes(writes(&format!("uid of {name}"), name)));

    play(&mut state, [writing("吕布")]);
    assert!(at(&mut state, 40, 15).contains("since 16:00  typing"));
    play(&mut state, [tick(EVENING + 6_000)]);
    assert!(!at(&mut state, 40, 15).contains("typing"));
    play(&mut state, [Event::Link(Link::Joined(presence("露娜", 6))), press(KeyCode::End)]);
    let leafed = at(&mut state, 40, 15);
    assert!(leafed.contains("露娜") && !leafed.contains("6 here"), "{leafed}");
    play(&mut state, [Event::Link(Link::Left(presence("露娜", 5)))]);
    assert!(!at(&mut state, 40, 15).contains("露娜"));
}

#[test]
fn a_click_on_a_name_in_the_list_speaks_to_them() {
    let mut state = room(5);
    at(&mut state, 120, 40);

    play(&mut state, [Event::Clicked(100, 3), Event::Clicked(100, 5)]);

    assert_eq!(state.composer.text(), "@貂蝉 @guest-0000abcd ");
}

#[test]
fn whois_says_what_is_known_of_somebody() {
    let mut state = room(5);

    types(&mut state, "/whois @貂蝉⏎");
    assert_snapshot!(at(&mut state, 80, 12), @"
     #KPL                                                       live 23ms  5 online
    --------------------------------------------------------------------------------
    貂蝉
    who        the owner of this name, by a key
    identity   uid of 貂蝉
    here       since 2026-11-22 Sun 20:00:00 UTC+08:00
    last line  2026-11-23 Mon 20:01:00 UTC+08:00



    --- Esc closes, PgUp/PgDn leaf -------------------------------------------------
    李白>
    ");
    play(&mut state, [press(KeyCode::Esc)]);
    types(&mut state, "/whois nobody⏎");
    assert!(at(&mut state, 80, 12).contains("nobody called nobody"));
}
