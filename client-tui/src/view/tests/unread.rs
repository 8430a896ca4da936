//! What one has not read, and the ways to it.

use insta::assert_snapshot;
use kpl_shared::{message::Message, protocol::Messages};

use super::draw;
use crate::model::{
    effect::Effect,
    event::{Event, Link},
    key::{Key, KeyCode},
    look::glyphs::FIRST_ROW,
    room::unread::{Bookmark, bookmark, first},
    state::State,
    tests::script::*,
};

/// A client whose last run stopped reading at a line, in a room of 60 of which 40 are here.
fn back_after(seq: u64) -> State {
    let mut state = start_with(|config| {
        config.bookmark = Some(Bookmark { epoch: "e".into(), seq, at: EVENING - MINUTE });
    });
    let asked = play(&mut state, [greeted(60), heard(vec![])]);
    play(&mut state, [page(&asked, 21..=60)]);
    state
}

/// The answer to what was asked for last.
pub(super) fn page(asked: &[Effect], seqs: std::ops::RangeInclusive<u64>) -> Event {
    let sync = asked.iter().find_map(|effect| match effect {
        Effect::Sync(sync) => Some(sync),
        _ => None,
    });
    let text = |seq| if seq % 10 == 0 { "@李白 来吗".into() } else { format!("line {seq}") };
    let mut page = packet(seqs.map(|seq| line(seq, "瑶", &text(seq))).collect());
    (page.req, page.more) = (sync.and_then(|sync| sync.req), true);
    Event::Link(Link::Told(page))
}

fn alt_u() -> Event {
    press(Key::alt(KeyCode::Char('u')))
}

fn jumps(state: &mut State, to: &str) -> Vec<Effect> {
    play(state, [ctrl('g')]);
    types(state, to);
    play(state, [press(KeyCode::Enter)])
}

fn first_row(state: &State) -> String {
    draw(state, 80, 24).text.lines().nth(2).unwrap().to_owned()
}

#[test]
fn at_the_start_one_is_told_what_came_meanwhile_and_led_to_it() {
    let mut state = back_after(57);
    play(&mut state, [Event::Resized(80, 14)]);

    assert_snapshot!(draw(&state, 80, 14).text, @"
     #KPL                                                                      live
    --------------------------------------------------------------------------------
    20:53         瑶  line 53
    20:54             line 54
    20:55             line 55
    20:56             line 56
    20:57             line 57
    --- 3 new since 19:59 (Alt+U) --------------------------------------------------
    20:58         瑶  line 58
    20:59             line 59
    20:00         瑶  @李白 来吗
                  --  3 new since 19:59, 1 names you (Alt+U)
    --------------------------------------------------------------------------------
    李白>
    ");
    play(&mut state, [alt_u()]);
    assert_eq!(state.reading, None, "all of it is in the window");
}

#[test]
fn what_is_not_here_yet_is_loaded_on_the_way_to_it() {
    let mut state = back_after(9);
    assert!(draw(&state, 80, 24).text.contains("51 new since 19:59, 4 or more name you (Alt+U)"));

    let asked = play(&mut state, [alt_u()]);
    assert!(draw(&state, 80, 24).text.contains("loading earlier lines"));
    play(&mut state, [page(&asked, 1..=20)]);

    let first = first_row(&state);
    assert!(
        first.starts_with("--- 51 new since 19:59 (Alt+U) ---"),
        "{}",
        draw(&state, 80, 24).text
    );
    play(&mut state, [press(KeyCode::End), alt_u()]);
    assert!(first_row(&state).starts_with("--- 51 new"), "looking for it does not move it");
}

#[test]
fn a_line_marks_where_one_stopped_reading_until_one_stops_again() {
    let mut state = live(50);
    play(&mut state, [press(KeyCode::PageUp), told(51..=53)]);
    let stopped = Bookmark { epoch: "e".into(), seq: 50, at: EVENING };
    assert_eq!(play(&mut state, [tick(EVENING + MINUTE)]), [Effect::Bookmark(stopped.clone())]);
    assert_eq!(play(&mut state, [tick(EVENING + 9 * MINUTE)]), [], "it is kept once");
    assert_eq!(bookmark(&state), Some(stopped));

    play(&mut state, [press(KeyCode::End), told(54..=54)]);
    assert!(draw(&state, 80, 24).text.contains("--- 3 new since 20:00 (Alt+U) ---"));
    assert_eq!(bookmark(&state).map(|bookmark| bookmark.seq), Some(54));
    play(&mut state, [press(KeyCode::PageUp), press(KeyCode::End)]);

    assert!(!draw(&state, 80, 24).text.contains("new since"));
    play(&mut state, [alt_u()]);
    assert!(draw(&state, 80, 24).text.contains("nothing is unread"));
}

#[test]
fn whoever_turns_to_another_window_finds_where_they_stopped() {
    let mut state = live(50);

    play(&mut state, [Event::Focused(false), told(51..=53), Event::Focused(true), told(54..=54)]);

    let screen = draw(&state, 80, 24).text;
    assert!(screen.contains("--- 3 new since 20:00 (Alt+U) ---"), "{screen}");
}

/// A room of 50 lines after these keys, in which these lines came while one looked elsewhere.
fn back_to(keys: &str, lines: &[(&str, &str)]) -> State {
    let mut state = live(50);
    play(&mut state, [listed(&["瑶", "吕布", "李白"])]);
    types(&mut state, keys);
    play(&mut state, [Event::Focused(false)]);
    play(&mut state, (51..).zip(lines).map(|(seq, said)| heard(vec![said_by(seq, said)])));
    play(&mut state, [tick(EVENING + 60 * MINUTE), Event::Focused(true)]);
    state
}

/// A line; ours is said on another screen of ours.
fn said_by(seq: u64, (from, text): &(&str, &str)) -> Message {
    match *from {
        "李白" => own(seq, &format!("other-{seq}"), text),
        from => line(seq, from, text),
    }
}

/// The line above what is not read, without its end, and what stands below it.
fn mark(state: &State) -> Option<(String, String)> {
    let screen = draw(state, 80, 24).text;
    let mut rows =
        screen.lines().skip_while(|row| !row.starts_with("--- ") || !row.contains("new"));
    let mark = rows.next()?.trim_matches(['-', ' ']).to_owned();
    Some((mark, rows.next()?.split_whitespace().next_back()?.to_owned()))
}

#[test]
fn only_what_others_say_and_what_is_shown_counts_as_unread() {
    let new = |said: &str, first: &str| Some((said.to_owned(), first.to_owned()));
    let cases: [(&[_], _); 6] = [
        (&[("瑶", "a"), ("瑶", "b")], new("2 new since 20:00 (Alt+U)", "a")),
        (&[("瑶", "a"), ("吕布", "b"), ("瑶", "c")], new("2 new since 20:00 (Alt+U)", "a")),
        (&[("吕布", "a"), ("瑶", "b"), ("吕布", "c")], new("1 new since 20:00 (Alt+U)", "b")),
        (&[("吕布", "a")], None),
        // Who speaks on another screen has read so far.
        (&[("瑶", "a"), ("李白", "b"), ("瑶", "c")], new("1 new since 20:52 (Alt+U)", "c")),
        (&[("瑶", "a"), ("李白", "b")], None),
    ];
    for (lines, expected) in cases {
        let mut state = back_to("/ignore 吕布⏎", lines);

        assert_eq!(mark(&state), expected, "{lines:?}");
        play(&mut state, [alt_u()]);
        let nothing = draw(&state, 80, 24).text.contains("nothing is unread");
        assert_eq!(nothing, expected.is_none(), "{lines:?}");
    }
}

#[test]
fn the_line_above_what_is_new_is_drawn_like_the_other_rules() {
    let mut state = back_to("", &[("瑶", "a")]);
    for (row, column) in (FIRST_ROW..).zip([1, 2, 2, 2]) {
        play(&mut state, [Event::Reached(column, row)]);
    }

    let screen = draw(&state, 40, 15).text;
    assert!(screen.contains("─── 1 new since 20:00 (Alt+U) ──────────\n"), "{screen}");
}

#[test]
fn one_line_that_the_server_has_lost_is_told_as_one() {
    let mut state = live(50);
    let asked = play(&mut state, [told(52..=52)]);
    let Some(Effect::Sync(sync)) = asked.last() else { panic!("{asked:?}") };

    let nothing = Messages { req: sync.req, head: 52, ..packet(vec![]) };
    play(&mut state, [Event::Link(Link::Told(nothing))]);

    let screen = draw(&state, 80, 24).text;
    assert!(screen.contains("the server no longer has the line 51\n"), "{screen}");
}

#[test]
fn lines_that_the_server_has_lost_are_not_unread_however_many_they_are() {
    let far = 1 << 52;
    let mut state = live(50);
    let asked = play(&mut state, [Event::Focused(false), told(51..=52), told(far..=far)]);
    let Some(Effect::Sync(sync)) = asked.last() else { panic!("{asked:?}") };

    let nothing = Messages { req: sync.req, head: far, ..packet(vec![]) };
    play(&mut state, [Event::Link(Link::Told(nothing)), Event::Focused(true)]);

    let screen = draw(&state, 80, 24).text;
    assert!(screen.contains("the server no longer has the lines 53 to"), "{screen}");
    assert_eq!(first(&state), Some((51, 3, EVENING)));
}

#[test]
fn whom_one_ignores_and_no_longer_ignores_is_counted_anew() {
    let mut state = back_to("", &[("吕布", "a"), ("瑶", "b"), ("吕布", "c")]);
    let counts = |state: &State| mark(state).map(|(said, first)| (said[..5].to_owned(), first));
    assert_eq!(counts(&state), Some(("3 new".into(), "a".into())));

    types(&mut state, "/ignore 吕布⏎");
    assert_eq!(counts(&state), Some(("1 new".into(), "b".into())));
    types(&mut state, "/unignore 吕布⏎");

    assert_eq!(counts(&state), Some(("3 new".into(), "a".into())));
}

#[test]
fn at_the_start_what_one_said_on_another_screen_has_been_read() {
    let mut state = start_with(|config| {
        config.bookmark = Some(Bookmark { epoch: "e".into(), seq: 9, at: EVENING - MINUTE });
    });
    let asked = play(&mut state, [greeted(60), heard(vec![])]);
    let Some(Effect::Sync(sync)) = asked.get(1) else { panic!("{asked:?}") };
    let said = |seq| if seq == 40 { ("李白", "嗯") } else { ("瑶", "@李白") };
    let lines = (21..=60).map(|seq| said_by(seq, &said(seq))).collect();
    let page = Messages { req: sync.req, more: true, ..packet(lines) };
    play(&mut state, [Event::Link(Link::Told(page))]);

    let screen = draw(&state, 80, 24).text;
    assert!(screen.contains("20 new since 20:40, 20 name you (Alt+U)"), "{screen}");
}

#[test]
fn who_speaks_has_read_what_is_in_the_window_and_can_still_go_to_what_is_not() {
    for (new, remains) in [(3, false), (40, true)] {
        let mut state = live(50);
        play(&mut state, [Event::Focused(false), told(51..=50 + new), Event::Focused(true)]);

        types(&mut state, "/clear⏎");
        types(&mut state, "/me waves⏎");
        play(&mut state, [heard(vec![own(51 + new, "p-1", "waves")])]);

        assert_eq!(mark(&state), None, "{}", draw(&state, 80, 24).text);
        let mut state = live(50);
        play(&mut state, [Event::Focused(false), told(51..=50 + new), Event::Focused(true)]);
        types(&mut state, "hi⏎");
        play(&mut state, [heard(vec![own(51 + new, "p-1", "hi")]), alt_u()]);
        let first = first_row(&state);
        assert_eq!(first.starts_with(&format!("--- {new} new since")), remains, "{first}");
    }
}

#[test]
fn nothing_is_new_above_ones_own_line_in_a_terminal_that_told_that_the_focus_went() {
    let mut state = live(5);
    play(&mut state, [Event::Focused(false)]);

    types(&mut state, "/clear⏎/me waves⏎");
    play(&mut state, [heard(vec![own(6, "p-1", "waves")]), told(7..=7)]);

    assert_eq!(mark(&state), None, "{}", draw(&state, 80, 24).text);
}

#[test]
fn another_history_has_nothing_unread() {
    let mut state = start_with(|config| {
        config.bookmark = Some(Bookmark { epoch: "other".into(), seq: 3, at: EVENING });
    });
    let asked = play(&mut state, [greeted(60)]);
    play(&mut state, [page(&asked, 21..=60)]);

    assert!(!draw(&state, 80, 24).text.contains("new since"));
}

#[test]
fn one_goes_to_a_number_a_time_and_to_now() {
    let mut state = live(90);
    play(&mut state, [tick(EVENING + 90 * MINUTE)]);

    jumps(&mut state, "#7");
    assert!(first_row(&state).ends_with("line 7"), "{}", first_row(&state));
    jumps(&mut state, "20:33");
    assert!(first_row(&state).ends_with("line 33"), "{}", first_row(&state));
    jumps(&mut state, "");
    assert_eq!(state.reading, None);
    jumps(&mut state, "#7");
    jumps(&mut state, "soon");
    assert!(draw(&state, 80, 24).text.contains("write it as 19:30"));
    play(&mut state, [press(KeyCode::Char('7')), press(KeyCode::Esc)]);
    assert!(first_row(&state).ends_with("line 7"));
    assert!(state.composer.is_empty());
}

#[test]
fn stale_scroll_does_not_make_one_answer_old_talk() {
    let mut state = live(50);
    play(&mut state, [press(KeyCode::PageUp)]);
    types(&mut state, "好");
    assert!(draw(&state, 80, 24).text.contains("18 below (End): you write to now"));

    types(&mut state, "⏎");

    assert_eq!(state.reading, None);
    assert!(draw(&state, 80, 24).text.contains("line 50"));
}
