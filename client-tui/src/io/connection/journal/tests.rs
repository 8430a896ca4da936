use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use kpl_shared::{
    handshake::Key,
    message::{Kind, Message},
    names::{Name, RoomName},
    protocol::{Found, Hello, Limits, Messages, Refused, Search, You},
    refusal::{Code, Refusal},
};

use super::*;
use crate::{io::address::Address, model::effect::Outgoing};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged meanwhile.
fn logged(what: impl FnOnce(&mut Journal)) -> String {
    let lines = Lines::default();
    let ours = lines.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || ours.clone()).finish();
    tracing::subscriber::with_default(subscriber, || what(&mut Journal::new()));
    String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
}

fn message(cid: Option<&str>) -> Message {
    Message {
        seq: 7,
        at: 0,
        from: "瑶".into(),
        uid: "u".into(),
        guest: false,
        cid: cid.map(str::to_owned),
        kind: Kind::Text,
        text: "SAID".into(),
        file: None,
    }
}

fn messages(messages: Vec<Message>, req: Option<u64>) -> Link {
    let (room, epoch) = (RoomName::default(), "e".into());
    Link::Told(Messages { room, epoch, head: 7, messages, more: false, req })
}

fn talk() -> Command {
    Command::Send(Outgoing { cid: "c-1".into(), kind: Kind::Text, text: "SAID".into(), file: None })
}

#[test]
fn a_line_is_followed_by_its_id_from_leaving_to_its_number() {
    let log = logged(|journal| {
        journal.asks(&talk());
        journal.brings(&messages(vec![message(Some("another"))], None));
        journal.brings(&messages(vec![message(Some("c-1"))], None));
        journal.brings(&messages(vec![message(Some("c-1"))], None));
    });

    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines[0].contains(r#"sent cid="c-1" bytes=4"#), "{log}");
    assert!(lines[1].contains(r#"numbered cid="c-1" seq=7 ms="#), "{log}");
}

#[test]
fn nothing_that_is_said_searched_for_or_secret_is_told() {
    let address = Address::parse("http://host/path?token=SECRET").unwrap();
    let (name, key) = (Name::parse("瑶").ok(), Some(Key::from_bytes([0xab; 32])));
    let mut settings = ConnectionSettings::new(address.clone(), name, key, RoomName::default());
    settings.resume = Some(("e".into(), 7));
    let found = Found {
        room: RoomName::default(),
        epoch: "e".into(),
        query: Some("SOUGHT".into()),
        hits: vec![message(None)],
        more: false,
        next: None,
        req: Some(1),
    };
    let refusal = || Refusal::new(Code::TextInvalid, "SAID is not allowed");
    let at = address.to_string();

    let log = logged(|journal| {
        journal.dials(&settings);
        journal.asks(&talk());
        let query = "SOUGHT".to_owned();
        journal.asks(&Command::Search(Search { query, req: Some(1), ..Search::default() }));
        journal.brings(&Link::Found(found));
        journal.brings(&Link::Relayed("SAID".into(), None));
        journal.brings(&messages(vec![message(None)], Some(3)));
        journal.brings(&Link::Refused(Refused::new("talk", Some("c-1".into()), refusal())));
        journal.brings(&Link::TurnedAway(refusal()));
        for why in [Trouble::Refused(refusal()), Trouble::NoServer { at }] {
            journal.brings(&Link::Lost { why, retry_ms: 5 });
        }
    });

    for secret in ["SAID", "SOUGHT", "SECRET", "abab", "0xab"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    for told in [
        r#"dialled origin="http://host:80" room="KPL" name="瑶" after=7"#,
        "searched req=1",
        "found req=1 hits=1",
        "page req=3 lines=1 first=7 last=7 more=false",
        r#"refused event="talk" code="text_invalid" cid=Some("c-1")"#,
        "turned-away ms=",
        r#"what="no-server""#,
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
}

#[test]
fn what_a_server_sends_stays_on_its_line_and_short() {
    let log = logged(|journal| {
        let hello = Hello {
            v: 1,
            server: format!("evil\n\x1b[2J{}", "x".repeat(10_000)),
            epoch: "e\r\n".into(),
            you: You { name: "瑶".into(), uid: "u".into(), guest: true, op: false },
            room: RoomName::default(),
            head: 0,
            topic: Some("SAID".into()),
            limits: Limits { text_bytes: 4096, page: 200, file_bytes: 0 },
        };
        journal.brings(&Link::Greeted(hello));
        for ms in [20, 20, SLOW] {
            journal.brings(&Link::Measured(ms));
        }
        journal.leaves();
    });

    assert!(log.lines().all(|line| line.len() < 300), "{log}");
    assert_eq!(log.lines().count(), 4, "{log}");
    assert!(!log.contains('\x1b') && !log.contains("SAID"), "{log}");
}
