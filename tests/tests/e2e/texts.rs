//! Odd texts arrive exactly as they were said.

use kpl_shared::message::Message;
use kpl_tests::harness::{person::Person, raw::Raw, server::Server, wait::PATIENCE};

/// Texts that some library somewhere has changed on the way.
fn odd_texts() -> Vec<String> {
    let han = format!("{}.", "汉字汉".repeat(445)[..3999].to_owned());
    assert_eq!(han.len(), 4000);
    let odd = [
        "123",
        "null",
        "true",
        r#"{"a":1}"#,
        "  two leading spaces",
        "a newline\ninside",
        "👨‍👩‍👧",
        "a line separator\u{2028}inside",
        r#"["talk"]"#,
        "-1",
        "quotes \" and \\ and \\n",
        &han,
    ];
    odd.map(str::to_owned).to_vec()
}

fn arrived(lines: &[Message]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn odd_texts_of_a_plain_client_arrive_unchanged() {
    let server = Server::start().unwrap();
    let author = Raw::plain(server.port()).unwrap();
    let plain = Raw::plain(server.port()).unwrap();
    let v1 = Raw::v1(server.port(), "瑶").unwrap();
    let texts = odd_texts();

    for text in &texts {
        author.say(text).unwrap();
    }

    plain.wait("all texts", |heard| heard.talks == texts).unwrap();
    v1.wait("all texts", |heard| heard.timeline.texts() == texts).unwrap();
    author.look(|heard| assert!(heard.talks.is_empty(), "it hears itself: {:?}", heard.talks));
}

#[test]
fn odd_texts_of_a_v1_client_arrive_unchanged() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let plain = Raw::plain(server.port()).unwrap();
    let v1 = Raw::v1(server.port(), "瑶").unwrap();
    let texts = odd_texts();

    for text in &texts {
        author.say(text).unwrap();
    }

    plain.wait("all texts", |heard| heard.talks == texts).unwrap();
    v1.wait("all texts", |heard| heard.timeline.texts() == texts).unwrap();
    author.wait("its own texts", |heard| heard.timeline.texts() == texts).unwrap();
}

#[test]
fn odd_texts_sent_from_a_command_line_arrive_unchanged() {
    let server = Server::start().unwrap();
    let plain = Raw::plain(server.port()).unwrap();
    let v1 = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let texts = odd_texts();

    for text in &texts {
        let mut send = libai.runs(&server.url(), "send", &["--", text]).unwrap();
        let ended = send.finish(PATIENCE).unwrap();
        assert_eq!(ended.code, 0, "{text:.20}: {}", ended.err);
    }

    plain.wait("all texts", |heard| heard.talks == texts).unwrap();
    v1.wait("all texts", |heard| heard.timeline.texts() == texts).unwrap();
    v1.look(|heard| assert!(heard.timeline.lines().iter().all(|line| line.from == "李白")));
}

#[test]
fn odd_texts_are_printed_by_tail_as_json_that_reads_back_unchanged() {
    let server = Server::start().unwrap();
    let texts = odd_texts();
    let author = Raw::plain(server.port()).unwrap();
    author.say_all(&texts, 1).unwrap();
    let libai = Person::new("李白").unwrap();

    let mut tail = libai.runs(&server.url(), "tail", &["-n", "100", "--json"]).unwrap();
    let ended = tail.finish(PATIENCE).unwrap();

    let lines: Result<Vec<Message>, _> = ended.out.lines().map(serde_json::from_str).collect();
    assert_eq!(arrived(&lines.unwrap()), texts, "{}", ended.err);
    assert_eq!(ended.code, 0, "{}", ended.err);
}
