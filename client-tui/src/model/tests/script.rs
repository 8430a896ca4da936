//! Evenings for the tests: short words for what happens to a client.

use kpl_shared::{
    file::{File, Hash},
    fingerprint::Fingerprint,
    message::{Kind, Message},
    names::RoomName,
    protocol::{Found, Hello, Limits, Member, Members, Messages, Presence, Refused, Typing, You},
    refusal::{Code, Refusal},
};

use crate::model::{
    effect::{Effect, Outgoing},
    event::{Event, Link},
    key::{Key, KeyCode},
    state::{Config, State},
    update::update,
    words::{clock::Zone, trouble::Trouble},
};

/// 2026-11-23, a Monday, 20:00 in Beijing.
pub(crate) const EVENING: i64 = 1_795_435_200_000;
/// A minute, in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;

/// A client of 李白 that knows the time and nothing else.
pub(crate) fn start() -> State {
    start_with(|_| {})
}

pub(crate) fn start_with(change: impl FnOnce(&mut Config)) -> State {
    let mut config = Config {
        name: "李白".into(),
        url: "http://127.0.0.1:3000".into(),
        files: "http://127.0.0.1:3000".into(),
        cid_prefix: "p".into(),
        discreet: true,
        ..Config::default()
    };
    change(&mut config);
    let mut state = State::new(config);
    update(&mut state, tick(EVENING));
    state
}

/// A client that is live in a room of `head` lines, all of which it has.
pub(crate) fn live(head: u64) -> State {
    let mut state = start();
    play(&mut state, [greeted(0), measured(23), told(1..=head)]);
    state
}

/// Plays events; returns the effects of all of them, but for what is kept for recall.
pub(crate) fn play(state: &mut State, events: impl IntoIterator<Item = Event>) -> Vec<Effect> {
    let effects = events.into_iter().flat_map(|event| update(state, event));
    effects.filter(|effect| !matches!(effect, Effect::Record(_))).collect()
}

/// Types a text, with ⏎ for Enter.
pub(crate) fn types(state: &mut State, text: &str) -> Vec<Effect> {
    play(
        state,
        text.chars().map(|letter| match letter {
            '⏎' => press(KeyCode::Enter),
            letter => press(KeyCode::Char(letter)),
        }),
    )
}

pub(crate) fn press(key: impl Into<Key>) -> Event {
    Event::Pressed(key.into())
}

pub(crate) fn ctrl(letter: char) -> Event {
    Event::Pressed(Key::ctrl(letter))
}

pub(crate) fn tick(now: i64) -> Event {
    Event::Ticked { now, zone: Zone::fixed(8 * 3600) }
}

pub(crate) fn hello(epoch: &str, head: u64) -> Hello {
    Hello {
        v: 1,
        server: "kpl-server 0.1.0".into(),
        epoch: epoch.into(),
        you: You { name: "李白".into(), uid: "me".into(), guest: false, op: false },
        room: RoomName::default(),
        head,
        topic: None,
        limits: Limits { text_bytes: 4096, page: 200, file_bytes: 10_000_000 },
    }
}

pub(crate) fn greeted(head: u64) -> Event {
    Event::Link(Link::Greeted(hello("e", head)))
}

pub(crate) fn measured(round_trip: u32) -> Event {
    Event::Link(Link::Measured(round_trip))
}

pub(crate) fn line(seq: u64, from: &str, text: &str) -> Message {
    Message {
        seq,
        at: EVENING + i64::try_from(seq % 60).unwrap() * MINUTE,
        from: from.into(),
        uid: format!("uid of {from}"),
        guest: false,
        cid: None,
        kind: Kind::Text,
        text: text.into(),
        file: None,
    }
}

/// A picture of this name, of 1.2 MB.
pub(crate) fn picture(name: &str) -> File {
    File {
        hash: Hash::from_bytes([7; 32]),
        name: name.into(),
        size: 1_258_291,
        media: "image/png".into(),
        width: Some(1280),
        height: Some(720),
    }
}

/// A line about a picture.
pub(crate) fn shown(seq: u64, from: &str, name: &str) -> Message {
    let file = Some(Box::new(picture(name)));
    Message { kind: Kind::File, file, ..line(seq, from, name) }
}

/// Our own line, as it comes back.
pub(crate) fn own(seq: u64, cid: &str, text: &str) -> Message {
    Message { uid: "me".into(), cid: Some(cid.into()), ..line(seq, "李白", text) }
}

pub(crate) fn packet(messages: Vec<Message>) -> Messages {
    Messages {
        room: RoomName::default(),
        epoch: "e".into(),
        head: messages.last().map_or(0, |line| line.seq),
        messages,
        more: false,
        req: None,
    }
}

pub(crate) fn heard(messages: Vec<Message>) -> Event {
    Event::Link(Link::Told(packet(messages)))
}

/// Lines of 瑶 with these numbers.
pub(crate) fn told(seqs: impl IntoIterator<Item = u64>) -> Event {
    heard(seqs.into_iter().map(|seq| line(seq, "瑶", &format!("line {seq}"))).collect())
}

pub(crate) fn lost(retry_ms: u64) -> Event {
    Event::Link(Link::Lost { why: Trouble::Broke, retry_ms })
}

pub(crate) fn turned_away(code: Code) -> Event {
    Event::Link(Link::TurnedAway(Refusal::new(code, "the server's words")))
}

pub(crate) fn distrusted() -> Event {
    let (at, shown) = ("https://kpl.example".into(), Fingerprint::of(b"another"));
    Event::Link(Link::Distrusted(Trouble::OtherCertificate { at, shown }))
}

pub(crate) fn refused(cid: &str, code: Code, retry_ms: Option<u64>) -> Event {
    Event::Link(Link::Refused(Refused {
        event: "talk".into(),
        cid: Some(cid.into()),
        code,
        message: "the server's words".into(),
        retry_ms,
    }))
}

pub(crate) fn outgoing(cid: &str, text: &str) -> Outgoing {
    Outgoing { cid: cid.into(), kind: Kind::Text, text: text.into(), file: None }
}

pub(crate) fn member(name: &str) -> Member {
    Member {
        name: name.into(),
        uid: format!("uid of {name}"),
        guest: false,
        since: EVENING,
        op: false,
    }
}

pub(crate) fn listed(names: &[&str]) -> Event {
    Event::Link(Link::Listed(Members {
        room: RoomName::default(),
        members: names.iter().map(|name| member(name)).collect(),
        total: names.len(),
    }))
}

pub(crate) fn presence(name: &str, total: usize) -> Presence {
    Presence { room: RoomName::default(), member: Some(member(name)), total }
}

pub(crate) fn found(hits: Vec<Message>, more: bool, next: Option<u64>, req: u64) -> Found {
    let (room, epoch) = (RoomName::default(), "e".into());
    Found { room, epoch, query: None, hits, more, next, req: Some(req) }
}

pub(crate) fn writes(uid: &str, name: &str) -> Typing {
    Typing { room: RoomName::default(), uid: uid.into(), name: name.into() }
}
