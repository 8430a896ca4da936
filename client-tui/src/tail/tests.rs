use super::*;
use kpl_shared::{
    message::Message,
    names::RoomName,
    protocol::{Limits, You},
};

fn reading(lines: u64, json: bool) -> Reading<Vec<u8>> {
    let (language, out) = (Language::En, Vec::new());
    Reading { log: Log::new(), room: None, lines, goal: None, follow: false, json, language, out }
}

fn hello(epoch: &str, head: u64) -> Link {
    Link::Greeted(Hello {
        v: 1,
        server: "test".into(),
        epoch: epoch.into(),
        you: You { name: "瑶".into(), uid: "u".into(), guest: false, op: false },
        room: RoomName::default(),
        head,
        topic: None,
        limits: Limits { text_bytes: 4096, page: 200, file_bytes: 0 },
    })
}

fn told(epoch: &str, lines: std::ops::RangeInclusive<u64>, head: u64, req: Option<u64>) -> Link {
    let messages = lines.clone().map(|seq| Message {
        seq,
        at: 0,
        from: "瑶".into(),
        uid: "u".into(),
        guest: false,
        cid: None,
        kind: Kind::Text,
        text: format!("line {seq}"),
        file: None,
    });
    Link::Told(Messages {
        room: RoomName::default(),
        epoch: epoch.into(),
        head,
        messages: messages.collect(),
        more: *lines.end() < head,
        req,
    })
}

fn printed(reading: &Reading<Vec<u8>>) -> Vec<String> {
    let lines = String::from_utf8(reading.out.clone()).unwrap();
    lines.lines().map(|line| line.rsplit("line ").next().unwrap().to_owned()).collect()
}

#[test]
fn the_last_lines_are_asked_for_from_the_oldest_on() {
    let mut reading = reading(3, false);

    let ask = reading.hear(hello("e", 10)).unwrap().unwrap();
    assert_eq!(ask.after, Some(7));
    assert!(!reading.is_done());
    let more = reading.hear(told("e", 8..=9, 10, ask.req)).unwrap().unwrap();
    assert_eq!(more.after, Some(9));
    assert_eq!(reading.hear(told("e", 10..=10, 10, more.req)).unwrap(), None);

    assert_eq!(printed(&reading), ["8", "9", "10"]);
    assert!(reading.is_done());
}

#[test]
fn what_is_said_meanwhile_is_printed_to_whoever_follows_only() {
    for (follow, last) in [(false, "10"), (true, "12")] {
        let mut reading = Reading { follow, ..reading(2, false) };
        let ask = reading.hear(hello("e", 10)).unwrap().unwrap();

        reading.hear(told("e", 11..=11, 11, None)).unwrap();
        reading.hear(told("e", 9..=12, 12, ask.req)).unwrap();

        assert_eq!(printed(&reading).last().unwrap(), last);
        assert_eq!(printed(&reading)[0], "9");
    }
}

#[test]
fn an_empty_room_is_read_at_once() {
    let mut reading = reading(10, false);

    assert_eq!(reading.hear(hello("e", 0)).unwrap(), None);

    assert!(reading.is_done());
}

#[test]
fn after_a_drop_it_goes_on_where_it_was() {
    let mut reading = Reading { follow: true, ..reading(0, false) };
    reading.hear(hello("e", 10)).unwrap();
    reading.hear(told("e", 11..=11, 11, None)).unwrap();

    reading.hear(Link::Lost { why: Trouble::Broke, retry_ms: 1 }).unwrap();
    reading.hear(hello("e", 13)).unwrap();
    reading.hear(told("e", 11..=13, 13, None)).unwrap();

    assert_eq!(printed(&reading), ["11", "12", "13"]);
}

#[test]
fn a_new_history_is_read_from_its_own_end() {
    let mut reading = reading(1, false);
    reading.hear(hello("e", 0)).unwrap();

    let ask = reading.hear(hello("f", 5)).unwrap().unwrap();
    reading.hear(told("f", 5..=5, 5, ask.req)).unwrap();

    assert_eq!(printed(&reading), ["5"]);
}

#[test]
fn as_json_a_line_is_a_message_as_it_came() {
    let mut reading = reading(1, true);

    let ask = reading.hear(hello("e", 1)).unwrap().unwrap();
    reading.hear(told("e", 1..=1, 1, ask.req)).unwrap();

    let expected = "{\"seq\":1,\"at\":0,\"from\":\"瑶\",\"uid\":\"u\",\"text\":\"line 1\"}\n";
    assert_eq!(String::from_utf8(reading.out).unwrap(), expected);
}
