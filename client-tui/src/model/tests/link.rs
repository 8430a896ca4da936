//! The link and what the server says of itself.

use kpl_shared::{
    fingerprint::Fingerprint,
    protocol::{Heads, Presence},
    refusal::Code,
};

use crate::model::{
    effect::Effect,
    event::{Event, Link},
    room::timeline::{Item, What},
    state::Standing,
    tests::script::*,
};

fn notices(state: &crate::model::state::State) -> Vec<&str> {
    let notices = state.locals.iter().filter_map(|local| match &local.what {
        What::Notice(words) => Some(words.as_str()),
        _ => None,
    });
    notices.collect()
}

#[test]
fn a_greeting_asks_who_is_here_and_for_the_last_lines() {
    let mut state = start();

    let effects = play(&mut state, [greeted(7)]);

    let [Effect::Who, Effect::Sync(ask), remember] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(ask.before, Some(8));
    assert_eq!(remember, &Effect::Remember { epoch: "e".into(), after: 7 });
    assert_eq!(state.link, Standing::Live(None));
}

#[test]
fn the_resume_point_is_remembered_only_when_it_moves() {
    let mut state = live(2);

    assert_eq!(play(&mut state, [told([1, 2])]), []);
    let effects = play(&mut state, [told([3])]);

    assert_eq!(effects, [Effect::Remember { epoch: "e".into(), after: 3 }]);
}

#[test]
fn an_outage_is_told_once_for_each_reason_and_counted_down() {
    let mut state = live(0);

    play(&mut state, [lost(3_000), Event::Link(Link::Dialled), lost(3_000)]);

    assert_eq!(notices(&state), ["not connected, trying again: the connection broke"]);
    assert_eq!(state.wake_at(), Some(EVENING + 1_000));
    play(&mut state, [tick(EVENING + 1_000)]);
    assert_eq!(state.wake_at(), Some(EVENING + 2_000));
}

#[test]
fn a_link_that_comes_and_goes_does_not_fill_the_timeline() {
    let mut state = live(0);

    for second in 1..100 {
        play(&mut state, [lost(500), tick(EVENING + second * 1_000), greeted(0)]);
    }

    let told = ["not connected, trying again: the connection broke", "connected"];
    assert_eq!(notices(&state), told);
}

#[test]
fn that_the_link_is_back_is_the_last_word_on_it_where_its_loss_was_told() {
    let lost_and_back = ["not connected, trying again: the connection broke", "connected"];
    let mut state = live(3);
    play(&mut state, [lost(3_000), Event::Link(Link::Dialled)]);
    assert_eq!(notices(&state), lost_and_back[..1]);

    play(&mut state, [greeted(5), told(4..=5)]);
    assert_eq!(notices(&state), lost_and_back);
    // It stands before what was said meanwhile.
    let timeline = state.timeline();
    let last = timeline.before(None).and_then(|place| timeline.item(place));
    assert!(matches!(last, Some(Item::Line(line)) if line.seq == 5));

    // Of an outage that was not told, its end is not told either.
    play(&mut state, [Event::Link(Link::Dialled), greeted(5)]);
    assert_eq!(notices(&state), lost_and_back);
    play(&mut state, [tick(EVENING + 2 * MINUTE), lost(3_000), Event::Link(Link::FoundPlain)]);
    assert_eq!(notices(&state)[2..4], lost_and_back);
}

#[test]
fn who_is_let_in_after_all_is_told_so() {
    let mut state = start();
    play(&mut state, [turned_away(Code::TooManyConnections), greeted(0)]);

    assert_eq!(notices(&state).last(), Some(&"connected"));
}

#[test]
fn enter_with_nothing_to_say_connects_when_there_is_no_link() {
    let mut state = live(0);

    assert_eq!(types(&mut state, "⏎"), []);
    play(&mut state, [lost(5_000)]);
    assert_eq!(types(&mut state, " ⏎"), [Effect::Reconnect]);
    play(&mut state, [turned_away(Code::TooManyConnections)]);
    assert_eq!(types(&mut state, "⏎"), [Effect::Reconnect]);
    play(&mut state, [distrusted()]);
    assert_eq!(types(&mut state, "⏎"), [Effect::Reconnect]);
}

#[test]
fn a_name_that_is_refused_leads_back_to_the_old_one() {
    let mut state = live(3);
    types(&mut state, "/nick 貂蝉⏎/nick 吕布⏎");

    let effects = play(&mut state, [turned_away(Code::NameTaken)]);

    assert!(effects.contains(&Effect::Rename("李白".into())), "{effects:?}");
    assert_eq!((state.name(), &state.link), ("李白", &Standing::Dialling));
    assert_eq!(
        notices(&state),
        ["you cannot be 吕布: the name belongs to another key; you go on as 李白"]
    );
    play(&mut state, [greeted(3)]);
    assert_eq!(state.name(), "李白");
    assert_eq!(notices(&state).len(), 1);
    // Once let in, the new name is one's own; and what is not about a name leads nowhere.
    types(&mut state, "/nick 貂蝉⏎");
    let effects = play(&mut state, [turned_away(Code::Banned)]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Rename(_))), "{effects:?}");
}

#[test]
fn who_is_turned_away_is_told_what_to_do() {
    let mut state = start();

    play(&mut state, [turned_away(Code::NameTaken)]);

    let told = notices(&state);
    assert_eq!(
        told,
        [
            "the server did not let us in: the name belongs to another key. /nick NAME takes another name"
        ]
    );
}

#[test]
fn a_server_that_may_be_another_one_is_told_each_time_with_what_to_do() {
    let mut state = live(0);

    play(&mut state, [distrusted(), distrusted()]);

    assert_eq!(state.link, Standing::Distrusted);
    let told = notices(&state);
    assert_eq!(told.len(), 2);
    let shown = Fingerprint::of(b"another");
    assert!(told[0].contains(&format!("--fingerprint {shown}. /reconnect")), "{told:?}");

    play(&mut state, [greeted(0)]);

    assert_eq!(notices(&state).last(), Some(&"connected"));
}

#[test]
fn a_beacon_leads_to_a_request_that_is_made_again_when_it_is_overdue() {
    let mut state = live(2);
    let heads = Heads { rooms: [(state.room.clone(), 4)].into() };

    let asked = play(&mut state, [Event::Link(Link::Beaconed(heads)), tick(EVENING + 1)]);
    let early = play(&mut state, [tick(EVENING + 9_000)]);
    let again = play(&mut state, [tick(EVENING + 10_001)]);

    assert!(matches!(&asked[..], [Effect::Sync(ask)] if ask.after == Some(2)));
    assert_eq!(early, []);
    assert!(matches!(&again[..], [Effect::Sync(ask)] if ask.after == Some(2)));
}

#[test]
fn another_history_takes_the_place_of_the_one_before() {
    let mut state = live(3);

    let effects = play(&mut state, [Event::Link(Link::Greeted(hello("f", 9)))]);

    assert!(state.log.is_empty());
    assert!(effects.contains(&Effect::Remember { epoch: "f".into(), after: 9 }));
    assert_eq!(notices(&state).len(), 1);
}

#[test]
fn comings_and_goings_are_told_but_not_our_own() {
    let mut state = live(0);
    let mut us = presence("李白", 2);
    us.member.as_mut().unwrap().uid = "me".into();
    let nobody = Presence { member: None, ..presence("x", 7) };

    play(
        &mut state,
        [
            Event::Link(Link::Joined(us)),
            Event::Link(Link::Joined(presence("瑶", 2))),
            Event::Link(Link::Joined(presence("瑶", 2))),
            Event::Link(Link::Left(presence("瑶", 1))),
            Event::Link(Link::Joined(nobody)),
        ],
    );

    assert_eq!(notices(&state), ["瑶 came", "瑶 left"]);
    assert_eq!(state.people.total, Some(7));
}

#[test]
fn those_who_come_back_with_the_server_are_no_news() {
    let mut state = live(0);
    play(&mut state, [listed(&["李白", "瑶"]), lost(100), greeted(0), listed(&["李白"])]);

    play(
        &mut state,
        [
            Event::Link(Link::Joined(presence("瑶", 2))),
            Event::Link(Link::Joined(presence("后羿", 3))),
        ],
    );

    assert_eq!(notices(&state).last(), Some(&"后羿 came"));
    assert!(!notices(&state).contains(&"瑶 came"));
}

#[test]
fn names_are_told_when_the_list_comes() {
    let mut state = live(0);
    types(&mut state, "/names⏎");
    assert!(notices(&state).is_empty());

    play(&mut state, [listed(&["李白", "瑶"])]);

    assert_eq!(notices(&state), ["2 here: 李白, 瑶"]);
}

#[test]
fn hostile_names_and_sentences_are_tamed_before_they_are_kept() {
    let mut state = live(0);
    let mut huge = line(1, &"x".repeat(10_000_000), &"y".repeat(10_000_000));
    huge.uid = "z".repeat(10_000_000);
    let hostile = crate::model::words::trouble::Trouble::Here { cause: "a\x1b[2J\nb".into() };

    play(
        &mut state,
        [heard(vec![huge]), Event::Link(Link::Lost { why: hostile, retry_ms: u64::MAX })],
    );

    let line = state.log.get(0).unwrap();
    assert!(line.from.len() + line.uid.len() + line.text.len() < 100_000);
    assert_eq!(
        notices(&state),
        ["not connected, trying again: something failed on this machine: a[2J b"]
    );
}

#[test]
fn an_own_line_above_a_hole_is_seen_as_waiting_until_it_has_its_place() {
    let mut state = live(2);
    types(&mut state, "here⏎");

    let held = play(&mut state, [heard(vec![own(5, "p-1", "here")])]);
    assert!(!held.iter().any(|effect| matches!(effect, Effect::Forget { .. })), "{held:?}");
    assert_eq!(state.outbox.len(), 1);
    let filled = play(&mut state, [heard(vec![line(3, "瑶", "a"), line(4, "瑶", "b")])]);

    assert!(filled.contains(&Effect::Forget { cid: "p-1".into() }), "{filled:?}");
    assert!(state.outbox.is_empty());
    assert_eq!(state.log.next(), 6);
}

#[test]
fn a_server_that_was_only_slow_shows_what_was_said_once() {
    let mut state = start();
    play(&mut state, [Event::Link(Link::FoundPlain)]);
    types(&mut state, "早⏎");
    play(&mut state, [Event::Link(Link::Passed { cid: "p-1".into() })]);

    play(&mut state, [greeted(1), heard(vec![own(2, "p-1", "早")])]);

    let said = state.locals.iter().filter(|local| matches!(local.what, What::Said { .. }));
    assert_eq!(said.count(), 0);
    assert_eq!(state.log.latest(1).next().unwrap().text, "早");
}
