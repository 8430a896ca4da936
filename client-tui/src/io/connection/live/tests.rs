use kpl_shared::{
    names::RoomName,
    protocol::{Heads, Hello, Limits, You},
};

use super::*;

fn hello() -> Link {
    Link::Greeted(Hello {
        v: 1,
        server: "test".into(),
        epoch: "e".into(),
        you: You { name: "瑶".into(), uid: "u".into(), guest: false, op: false },
        room: RoomName::default(),
        head: 0,
        topic: None,
        limits: Limits { text_bytes: 4096, page: 200, file_bytes: 0 },
    })
}

fn relayed() -> Link {
    Link::Relayed("hi".into(), None)
}

/// What a link that heard this tells the model.
fn told(heard: impl IntoIterator<Item = Link>) -> Vec<Link> {
    told_of(State::new(false), heard.into_iter().map(Heard::Brought))
}

fn told_of(mut state: State, heard: impl IntoIterator<Item = Heard>) -> Vec<Link> {
    for heard in heard {
        state.hear(heard).unwrap();
    }
    state.untold.into()
}

#[test]
fn a_server_that_greets_is_v1_once() {
    assert_eq!(told([hello(), hello(), relayed()]), [hello()]);
}

#[test]
fn a_server_that_relays_is_plain_until_it_greets() {
    assert_eq!(told([relayed()]), [Link::FoundPlain, relayed()]);
    let late = told([relayed(), hello(), relayed(), hello()]);
    assert_eq!(late, [Link::FoundPlain, relayed(), hello()]);
}

#[test]
fn what_only_a_v1_server_says_counts_after_its_greeting() {
    let heads = || Link::Beaconed(Heads { rooms: [(RoomName::default(), 1)].into() });

    assert_eq!(told([heads()]), []);
    assert_eq!(told([hello(), heads()]), [hello(), heads()]);
}

#[test]
fn only_the_last_heartbeat_is_measured_and_only_once() {
    let mut state = State::new(false);
    state.beat = Some((2, Instant::now()));

    for n in [1, 2, 2] {
        state.hear(Heard::Beat(n)).unwrap();
    }

    assert!(matches!(state.untold.make_contiguous(), [Link::Measured(_)]));
}

#[test]
fn a_message_that_says_nothing_is_a_sign_of_life() {
    let mut state = State::new(false);
    state.missed = 2;

    state.hear(Heard::Beat(9)).unwrap();

    assert_eq!(state.missed, 0);
}

#[test]
fn a_server_that_is_known_to_greet_is_never_a_plain_one() {
    let relays = || [Heard::Brought(relayed()), Heard::Brought(hello())];

    assert_eq!(told_of(State::new(true), relays()), [hello()]);
    let welcomed = [Heard::Welcomed].into_iter().chain(relays());
    assert_eq!(told_of(State::new(false), welcomed), [hello()]);
}

#[test]
fn a_server_whose_welcome_is_late_is_a_plain_one_no_more() {
    let mut state = State::new(false);
    state.is_plain();

    state.hear(Heard::Welcomed).unwrap();
    assert_eq!(state.server, Server::Awaited);
    state.hear(Heard::Brought(hello())).unwrap();
    state.hear(Heard::Welcomed).unwrap();

    assert_eq!(state.server, Server::V1);
    assert_eq!(Vec::from(state.untold), [Link::FoundPlain, hello()]);
}
