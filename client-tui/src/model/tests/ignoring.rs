//! Ignoring: whose lines are hidden, and whose are not.

use crate::model::{
    effect::Effect,
    event::{Event, Link},
    room::ignored::{Change, Ignored},
    state::State,
    tests::script::*,
};

/// The texts in the window.
fn seen(state: &State) -> Vec<String> {
    let window = crate::model::page::reading::window(state, 80, 30);
    window.rows.iter().map(|row| row.iter().map(|piece| piece.text.as_str()).collect()).collect()
}

fn sees(state: &State, text: &str) -> bool {
    seen(state).iter().any(|row| row.ends_with(text))
}

#[test]
fn what_somebody_says_is_hidden_also_what_they_said_and_calls_nobody() {
    let mut state = live(0);
    play(&mut state, [heard(vec![line(1, "吕布", "before"), line(2, "瑶", "hello")])]);

    let effects = types(&mut state, "/ignore @吕布⏎");
    let kept = Ignored { name: "吕布".into(), uid: Some("uid of 吕布".into()) };
    assert_eq!(effects, [Effect::KeepIgnored(Change::Add(kept))]);
    play(&mut state, [Event::Focused(false)]);
    let effects = play(&mut state, [heard(vec![line(3, "吕布", "李白！")])]);
    assert_eq!((effects.len(), state.attention.mentions), (1, 0), "only how far we have come");
    play(&mut state, [Event::Link(Link::Joined(presence("吕布", 2)))]);

    assert!(sees(&state, "hello") && !sees(&state, "before") && !sees(&state, "李白！"));
    assert!(!sees(&state, "吕布 came"));
    let effects = types(&mut state, "/unignore 吕布⏎");
    assert_eq!(effects, [Effect::KeepIgnored(Change::Remove("吕布".into()))]);
    assert!(sees(&state, "before") && sees(&state, "李白！"));
}

#[test]
fn another_name_of_the_same_person_is_hidden_and_the_same_name_of_another_is_not() {
    let mut state = live(0);
    play(&mut state, [heard(vec![line(1, "吕布", "one")])]);
    types(&mut state, "/ignore 吕布⏎");

    let mut renamed = line(2, "奉先", "two");
    renamed.uid = "uid of 吕布".into();
    let mut other = line(3, "吕布", "three");
    other.uid = "another".into();
    play(&mut state, [heard(vec![renamed, other])]);

    assert!(!sees(&state, "one") && !sees(&state, "two") && sees(&state, "three"));
}

#[test]
fn a_guest_is_hidden_by_the_name_and_its_look_alikes() {
    let mut state = live(0);
    let guest = |seq, name: &str, text: &str| {
        let mut line = line(seq, name, text);
        (line.guest, line.uid) = (true, format!("connection {seq}"));
        line
    };
    play(&mut state, [heard(vec![guest(1, "guest-Alice", "one")])]);
    types(&mut state, "/ignore guest-alice⏎");

    play(&mut state, [heard(vec![guest(2, "guest-AIice", "two"), guest(3, "guest-bob", "three")])]);

    assert!(!sees(&state, "one") && !sees(&state, "two") && sees(&state, "three"));
}

#[test]
fn who_was_ignored_in_the_last_run_is_ignored_in_this_one() {
    let by_name = Ignored { name: "吕布".into(), uid: None };
    let by_uid = Ignored { name: "瑶".into(), uid: Some("uid of 瑶".into()) };
    let mut state = start_with(|config| config.ignored = vec![by_name, by_uid]);

    play(
        &mut state,
        [
            greeted(0),
            heard(vec![line(1, "吕布", "one"), line(2, "瑶", "two"), line(3, "后羿", "three")]),
        ],
    );

    assert!(!sees(&state, "one") && !sees(&state, "two") && sees(&state, "three"));
}

#[test]
fn one_does_not_ignore_oneself_or_anybody_twice() {
    let mut state = live(0);

    assert_eq!(types(&mut state, "/ignore 李白⏎"), []);
    assert!(sees(&state, "that is you"));
    types(&mut state, "/ignore 吕布⏎");
    assert_eq!(types(&mut state, "/ignore 吕布⏎"), []);
    assert_eq!(types(&mut state, "/unignore 瑶⏎"), []);
    types(&mut state, "/ignore⏎");

    assert!(sees(&state, "hidden: 吕布"), "{:?}", seen(&state));
}

#[test]
fn on_a_plain_server_people_are_hidden_by_their_names() {
    use kpl_shared::{message::Kind, names::RoomName, protocol::Heard};
    let mut state = start();
    let relayed = |text: &str, from: &str| {
        let heard = Heard {
            seq: 1,
            room: RoomName::default(),
            from: from.into(),
            at: EVENING,
            guest: false,
            kind: Kind::Text,
            file: None,
        };
        Event::Link(Link::Relayed(text.into(), Some(heard)))
    };
    play(&mut state, [Event::Link(Link::FoundPlain), relayed("one", "吕布")]);

    types(&mut state, "/ignore 吕布⏎");
    play(&mut state, [relayed("two", "吕布"), relayed("three", "瑶")]);

    assert!(!sees(&state, "one") && !sees(&state, "two") && sees(&state, "three"));
}
