//! Being told: of what, when, and when not.

use crate::model::{
    attention::Notify,
    effect::Effect,
    event::{Event, Link},
    hand::mode::Mode,
    key::KeyCode,
    state::State,
    tests::script::*,
};

/// A client that is live in a room of five lines, told in this way.
fn told_by(notify: Notify) -> State {
    let mut state = start_with(|config| config.notify = notify);
    play(&mut state, [greeted(5), measured(23), told(1..=5)]);
    state
}

fn named(seq: u64) -> Event {
    heard(vec![line(seq, "瑶", "@李白 辅助跟你")])
}

fn unfocused() -> Event {
    Event::Focused(false)
}

fn rings(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Ring | Effect::Tell { .. })).count()
}

fn titles(effects: Vec<Effect>) -> Vec<String> {
    let titles = effects.into_iter().filter_map(|effect| match effect {
        Effect::Title(title) => Some(title),
        _ => None,
    });
    titles.collect()
}

#[test]
fn a_mention_while_one_looks_elsewhere_rings_and_is_counted_until_one_looks() {
    let mut state = told_by(Notify::Bell);
    play(&mut state, [unfocused()]);

    let effects = play(&mut state, [named(6), heard(vec![line(7, "瑶", "没有提到谁")])]);
    assert_eq!((rings(&effects), state.attention.mentions), (1, 1));
    assert_eq!(titles(effects), ["(1) #KPL"]);

    let effects = play(&mut state, [Event::Focused(true)]);
    assert_eq!(state.attention.mentions, 0);
    assert_eq!(titles(effects), ["#KPL"]);
}

#[test]
fn what_one_is_looking_at_is_not_told() {
    let mut state = told_by(Notify::Both);
    play(&mut state, [unfocused(), Event::Focused(true)]);

    let effects = play(&mut state, [tick(EVENING + 60 * MINUTE), named(6)]);

    assert_eq!((rings(&effects), state.attention.mentions), (0, 0));
    assert_eq!(titles(effects), [""; 0]);
}

#[test]
fn old_messages_are_not_told_at_the_start_nor_when_the_link_is_back() {
    let mut state = start_with(|config| config.notify = Notify::Both);
    let mentions = |seqs: std::ops::RangeInclusive<u64>| {
        heard(seqs.map(|seq| line(seq, "瑶", "李白 在吗")).collect())
    };
    let mut page = packet((1..=20).map(|seq| line(seq, "瑶", "李白 在吗")).collect());
    page.req = Some(1);

    let start = play(&mut state, [unfocused(), greeted(20), Event::Link(Link::Told(page))]);
    assert_eq!((rings(&start), state.attention.mentions), (0, 0));
    let back = play(&mut state, [lost(10), greeted(30), mentions(21..=30)]);
    assert_eq!((rings(&back), state.attention.mentions), (0, 10), "missed, and so counted");
    let now = play(&mut state, [mentions(31..=31)]);
    assert_eq!((rings(&now), state.attention.mentions), (2, 11), "the bell and the desktop");
}

#[test]
fn several_mentions_ring_once_in_some_seconds() {
    let mut state = told_by(Notify::Bell);
    play(&mut state, [unfocused()]);

    let at_once = play(&mut state, [named(6), named(7), tick(EVENING + 4_000), named(8)]);
    let later = play(&mut state, [tick(EVENING + 6_000), named(9)]);

    assert_eq!((rings(&at_once), rings(&later), state.attention.mentions), (1, 1, 4));
}

#[test]
fn a_terminal_that_tells_no_focus_is_looked_at_while_keys_come() {
    let mut state = told_by(Notify::Bell);
    play(&mut state, [tick(EVENING + 30 * MINUTE), press(KeyCode::Left)]);

    let typing = play(&mut state, [tick(EVENING + 30 * MINUTE + 59_000), named(6)]);
    assert_eq!((rings(&typing), state.attention.mentions), (0, 0));
    let away = play(&mut state, [tick(EVENING + 31 * MINUTE), named(7)]);
    assert_eq!((rings(&away), state.attention.mentions), (1, 1));
    play(&mut state, [press(KeyCode::Left)]);
    assert_eq!(state.attention.mentions, 0);
}

#[test]
fn whoever_types_looks_although_the_terminal_told_that_the_focus_went() {
    let mut state = told_by(Notify::Both);
    play(&mut state, [unfocused(), named(6)]);
    assert_eq!(state.attention.mentions, 1);

    let effects = types(&mut state, "来");
    assert_eq!((state.attention.mentions, titles(effects)), (0, vec!["#KPL".to_owned()]));
    let effects = play(&mut state, [tick(EVENING + 10 * MINUTE), named(7)]);
    assert_eq!((rings(&effects), state.attention.mentions), (0, 0));

    let away = play(&mut state, [unfocused(), named(8)]);
    assert_eq!((rings(&away), state.attention.mentions), (2, 1), "and told again, it went");
}

#[test]
fn a_mention_below_where_one_reads_is_counted_until_one_is_there() {
    let mut state = live(100);
    play(&mut state, [Event::Focused(true), press(KeyCode::PageUp)]);

    let effects = play(&mut state, [named(101)]);
    assert_eq!((rings(&effects), state.attention.mentions), (0, 1));
    play(&mut state, [press(KeyCode::End)]);

    assert_eq!(state.attention.mentions, 0);
}

#[test]
fn ones_own_lines_and_names_within_words_call_nobody() {
    let mut state = told_by(Notify::Bell);
    play(&mut state, [unfocused()]);

    let own = play(&mut state, [heard(vec![own(6, "x", "我是李白")])]);
    let within = play(&mut state, [heard(vec![line(7, "瑶", "大李白云山")])]);

    assert_eq!((rings(&own), rings(&within)), (0, 0));
}

#[test]
fn one_is_told_as_the_settings_say() {
    let tell = || Effect::Tell { title: "瑶 in #KPL".into(), text: "@李白 a]52;c;b".into() };
    for (notify, expected) in [
        (Notify::Bell, vec![Effect::Ring]),
        (Notify::Desktop, vec![tell()]),
        (Notify::Both, vec![Effect::Ring, tell()]),
        (Notify::Off, vec![]),
    ] {
        let mut state = told_by(notify);
        play(&mut state, [unfocused()]);

        let said = heard(vec![line(6, "瑶", "@李白 a\x1b]52;c;b\x07")]);
        let mut effects = play(&mut state, [said]);

        effects.retain(|effect| matches!(effect, Effect::Ring | Effect::Tell { .. }));
        assert_eq!(effects, expected, "{notify:?}");
        assert_eq!(state.attention.mentions, 1);
    }
}

#[test]
fn a_plain_server_tells_too() {
    let mut state = start();
    play(&mut state, [Event::Link(Link::FoundPlain), unfocused()]);

    let effects = play(&mut state, [Event::Link(Link::Relayed("瑶: 李白 在吗".into(), None))]);

    assert_eq!((rings(&effects), state.attention.mentions), (1, 1));
}

#[test]
fn while_one_is_not_to_be_disturbed_mentions_are_only_counted() {
    let mut state = told_by(Notify::Both);
    types(&mut state, "/dnd 30⏎");
    play(&mut state, [unfocused()]);
    let quiet = play(&mut state, [named(6), tick(EVENING + 29 * MINUTE), named(7)]);
    assert_eq!((rings(&quiet), state.attention.mentions), (0, 2));
    let after = play(&mut state, [tick(EVENING + 30 * MINUTE), named(8)]);
    assert_eq!(rings(&after), 2);

    types(&mut state, "/dnd⏎");
    let quiet = play(&mut state, [tick(EVENING + 9_000 * MINUTE), unfocused(), named(9)]);
    assert_eq!(rings(&quiet), 0);
    types(&mut state, "/dnd⏎");
    assert_eq!(rings(&play(&mut state, [unfocused(), named(10)])), 2);
    types(&mut state, "/dnd soon⏎");
    assert_eq!(state.attention.quiet(state.clock.now), None);
}

#[test]
fn the_click_that_brings_the_window_into_focus_selects_nothing() {
    let mut state = live(20);
    play(&mut state, [unfocused(), Event::Focused(true), Event::Clicked(30, 10)]);
    assert_eq!(state.mode, Mode::Writing);

    play(&mut state, [tick(EVENING + 1_000), Event::Clicked(30, 10)]);

    assert!(matches!(state.mode, Mode::Selecting(_)));
}
