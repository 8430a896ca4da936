//! What no client should send harms nobody: the server answers, ignores or hangs up, and goes on.

use kpl_shared::protocol::event;
use kpl_tests::harness::{
    http,
    raw::Raw,
    server::{Server, assert_calm},
};
use serde_json::{Value, json};

/// A line goes through the room from one fresh client to another.
fn assert_serves(server: &Server, text: &str) {
    let listener = Raw::v1(server.port(), "瑶").unwrap();
    let author = Raw::plain(server.port()).unwrap();
    author.say(text).unwrap();
    listener.wait("a line", |heard| heard.timeline.texts().iter().any(|t| t == text)).unwrap();
    assert_calm(server).unwrap();
}

#[test]
fn json_a_hundred_thousand_brackets_deep_is_survived() {
    let server = Server::start().unwrap();
    let deep = |brackets: usize| format!("{}{}", "[".repeat(brackets), "]".repeat(brackets));

    // As much as a message may hold, more than that, and much more.
    for brackets in [10_000, 32_000, 100_000] {
        let attacker = Raw::v1(server.port(), "吕布").unwrap();
        attacker.send(&format!(r#"42["talk",{}]"#, deep(brackets))).unwrap();
        attacker.send(&format!(r#"42["talk","x",{}]"#, deep(brackets / 2))).unwrap_or_default();
        let raw = Raw::dial(server.port()).unwrap();
        raw.send(&format!("40{}", deep(brackets))).unwrap();
    }

    assert_serves(&server, "after the brackets");
}

#[test]
fn a_talk_of_any_shape_is_refused_and_nothing_else_happens() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let shapes: Vec<Vec<Value>> = vec![
        vec![],
        vec![json!(123)],
        vec![json!(null)],
        vec![json!(true)],
        vec![json!({"text": "x"})],
        vec![json!(["x"])],
        vec![json!(1e308), json!({"cid": "c"})],
        vec![json!("x"), json!({"cid": "c".repeat(65)})],
        vec![json!("x"), json!({"cid": ""})],
        vec![json!("x"), json!({"kind": "delete"})],
        vec![json!("x"), json!({"kind": 7})],
        vec![json!("x"), json!({"room": "elsewhere"})],
    ];

    for shape in &shapes {
        let answer = libai.ask(event::TALK, shape).unwrap();
        assert_eq!(answer["ok"], false, "{shape:?}: {answer}");
        let code = answer["code"].as_str().unwrap();
        assert!(["bad_request", "room_invalid"].contains(&code), "{shape:?}: {answer}");
    }

    libai.look(|heard| assert!(heard.timeline.log.is_empty()));
    assert_serves(&server, "after the shapes");
}

#[test]
fn arguments_that_nobody_knows_are_passed_over() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    for extra in [json!(null), json!(5), json!([]), json!({"colour": "red"})] {
        let answer = libai.ask(event::TALK, &["x".into(), extra.clone(), json!({"more": 1})]);
        assert_eq!(answer.unwrap()["ok"], true, "{extra}");
    }
}

#[test]
fn a_request_of_a_wrong_shape_is_refused_or_ignored() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let bodies = [
        json!(null),
        json!(5),
        json!("x"),
        json!([]),
        json!({"after": "x"}),
        json!({"after": -1}),
        json!({"after": 1, "before": 2}),
        json!({"limit": "many", "after": 0}),
        json!({"req": {}}),
        json!({"after": 0, "room": "elsewhere"}),
        json!({"before": 1.5}),
    ];

    for name in [event::SYNC, event::WHO, event::HEARTBEAT, event::HEAD, event::HELLO] {
        libai.emit(name, &[]).unwrap();
        for body in &bodies {
            libai.emit(name, std::slice::from_ref(body)).unwrap();
        }
    }

    let answer = libai.ask(event::TALK, &["still here".into()]).unwrap();
    assert_eq!(answer["ok"], true);
    assert_serves(&server, "after the requests");
}

#[test]
fn whole_numbers_may_be_written_as_floats_and_any_limit_is_brought_within_bounds() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    libai.say_all(&crate::lines_of("x", 3), 3).unwrap();

    let auth = json!({"v": 1.0, "name": "瑶", "after": 1.0});
    let yao = Raw::connect(server.port(), &auth).unwrap();
    yao.wait("what comes after the first line", |h| h.timeline.arrived.starts_with(&[2, 3]))
        .unwrap();
    let seqs = |body: &Value, lines: &str| -> Vec<u64> {
        let lines = body[lines].as_array().unwrap_or_else(|| panic!("{body}"));
        lines.iter().map(|line| line["seq"].as_u64().unwrap()).collect()
    };
    for (page, expected) in [
        (json!({"after": 1.0, "limit": 1.0, "req": 7.0}), vec![2]),
        (json!({"before": 3.0, "req": 7}), vec![1, 2]),
        (json!({"after": 0, "limit": 70_000, "req": 7}), vec![1, 2, 3]),
        (json!({"after": 0, "limit": u64::MAX, "req": 7}), vec![1, 2, 3]),
        (json!({"after": 0, "limit": 1e300, "req": 7}), vec![1, 2, 3]),
        (json!({"after": 0, "limit": 0, "req": 7}), vec![1]),
        (json!({"after": 0, "limit": -70_000, "req": 7}), vec![1]),
    ] {
        let answer = yao.ask(event::SYNC, std::slice::from_ref(&page)).unwrap();
        assert_eq!((seqs(&answer, "messages"), &answer["req"]), (expected, &json!(7)), "{page}");
    }
    let search = json!({"query": "x", "before": 3.0, "limit": 70_000.0, "req": 8.0});
    let answer = yao.ask(event::SEARCH, &[search]).unwrap();
    assert_eq!((seqs(&answer, "hits"), &answer["req"]), (vec![2, 1], &json!(8)));
    assert_eq!(yao.ask(event::HEARTBEAT, &[json!({"n": 9.0})]).unwrap(), json!({"n": 9}));
}

#[test]
fn every_event_that_asks_for_an_answer_gets_one() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let plain = Raw::plain(server.port()).unwrap();
    libai.ask(event::TALK, &["x".into()]).unwrap();
    let deep = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));

    let page = libai.ask(event::SYNC, &[json!({"after": 0, "req": 7})]).unwrap();
    let members = libai.ask(event::WHO, &[]).unwrap();
    let beat = libai.ask(event::HEARTBEAT, &[json!({"n": 5})]).unwrap();

    assert_eq!((&page["messages"][0]["text"], &page["req"]), (&json!("x"), &json!(7)));
    assert_eq!((&members["total"], &beat), (&json!(2), &json!({"n": 5})));
    let everywhere = [
        (event::SYNC, vec![], "bad_request"),
        (event::SYNC, vec![json!({})], "bad_request"),
        (event::SYNC, vec![json!({"after": 0, "before": 9})], "bad_request"),
        (event::SYNC, vec![json!({"after": "0"})], "bad_request"),
        (event::SYNC, vec![json!({"after": 0.5})], "bad_request"),
        (event::SYNC, vec![json!({"after": 0, "limit": 1.5})], "bad_request"),
        (event::SYNC, vec![json!({"after": 0, "req": -1})], "bad_request"),
        (event::SYNC, vec![json!({"after": 0, "room": [1]})], "bad_request"),
        (event::SYNC, vec![json!({"after": 0, "room": "elsewhere"})], "room_invalid"),
        (event::HEARTBEAT, vec![json!({"n": -1})], "bad_request"),
        (event::HEARTBEAT, vec![], "bad_request"),
        (event::HEAD, vec![json!({})], "bad_request"),
        ("", vec![], "bad_request"),
        ("chat message", vec![json!("x")], "bad_request"),
    ];
    for (name, arguments, code) in &everywhere {
        let answer = libai.ask(name, arguments).unwrap();
        let is_told = answer["ok"] == false && answer["message"].is_string();
        assert!(is_told && answer["code"] == *code, "{name} {arguments:?}: {answer}");
    }
    // Those that are asked at version 1 only, and those that nobody knows.
    for name in [event::SYNC, event::WHO, event::HEARTBEAT, "chat message"] {
        let answer = plain.ask(name, &[json!({"after": 0, "n": 1})]).unwrap();
        assert_eq!((&answer["ok"], &answer["code"]), (&json!(false), &json!("bad_request")));
    }
    for (number, name) in (900..).zip([event::TALK, event::SYNC, event::HEARTBEAT, "other"]) {
        libai.send(&format!("42{number}[\"{name}\",{deep}]")).unwrap();
        assert_eq!(libai.answer(number).unwrap()["code"], "bad_request", "{name}");
    }
    assert!(libai.refusals().is_empty() && plain.refusals().is_empty());
}

#[test]
fn events_that_nobody_knows_are_ignored() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    for name in ["", "connect", "disconnect", "error", "admin", "__proto__", "汉字"] {
        libai.emit(name, &[json!({"x": [1, 2]})]).unwrap();
    }
    libai.emit(&"n".repeat(50_000), &[]).unwrap();

    let answer = libai.ask(event::TALK, &["still here".into()]).unwrap();
    assert_eq!(answer["ok"], true);
}

#[test]
fn packets_of_no_form_cost_at_most_their_own_connection() {
    let server = Server::start().unwrap();
    let packets = [
        "",
        "9",
        "4",
        "42",
        "42[",
        "42{}",
        "42[]",
        "42[5]",
        "42[null]",
        "4299999999999999999999[]",
        "421[\"talk\"]x",
        "43[]",
        "43",
        "431[1]",
        "44",
        "45",
        "451-[\"talk\",{\"_placeholder\":true,\"num\":0}]",
        "4599999-[\"talk\"]",
        "46",
        "47",
        "42/other,[\"talk\",\"x\"]",
        "40/other,",
        "41",
        "1",
        "6",
        "0{}",
        "b",
        "bAAAA",
        "\u{0}",
        "40",
        "40[",
        "402",
        "42[\"talk\",\"\\ud800\"]",
        // The library takes no name with an escape in it.
        "42[\"a\\u0001b\"]",
    ];

    for packet in packets {
        let attacker = Raw::v1(server.port(), "吕布").unwrap();
        attacker.send(packet).unwrap();
        // The connection may be over by now, which is one right answer.
        attacker.say("and on").unwrap_or_default();
        let early = Raw::dial(server.port()).unwrap();
        early.send(packet).unwrap();
    }

    assert_serves(&server, "after the packets");
}

#[test]
fn binary_is_survived() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    libai.send_binary(vec![4, 2, 0, 255]).unwrap();
    libai.send(r#"451-["talk",{"_placeholder":true,"num":0}]"#).unwrap();
    libai.send_binary(b"binary text".to_vec()).unwrap();
    libai.send(r#"453-["nothing",{"_placeholder":true,"num":2}]"#).unwrap();
    libai.send_binary(vec![0; 60_000]).unwrap();

    assert_serves(&server, "after the bytes");
}

#[test]
fn an_auth_of_any_shape_is_taken_for_a_plain_client_or_refused() {
    let server = Server::start().unwrap();

    for auth in [json!(null), json!({}), json!({"token": {"a": [null]}}), json!({"v": null})] {
        let plain = Raw::connect(server.port(), &auth).unwrap();
        assert_eq!(plain.ask(event::TALK, &["x".into()]).unwrap()["ok"], true, "{auth}");
    }
    for (auth, code) in [
        (json!([{"v": 1}]), "bad_request"),
        (json!("x"), "bad_request"),
        (json!({"v": 1, "after": "3"}), "bad_request"),
        (json!({"v": 2}), "version"),
        (json!({"v": "1"}), "version"),
        (json!({"v": 1, "name": 5}), "name_invalid"),
        (json!({"v": 1, "name": "a".repeat(65)}), "name_invalid"),
        (json!({"v": 1, "room": [1]}), "room_invalid"),
        (json!({"v": 1, "key": "short"}), "key_invalid"),
    ] {
        let why = Raw::connect(server.port(), &auth).unwrap_err().to_string();
        assert!(why.starts_with(&format!("{code}: ")), "{auth}: {why}");
    }
}

#[test]
fn http_that_is_no_socket_io_is_answered_and_forgotten() {
    let server = Server::start().unwrap();

    for path in [
        "/nothing",
        "/socket.io/",
        "/socket.io/?EIO=3&transport=polling",
        "/socket.io/?EIO=4&transport=polling&sid=unknown",
        "/socket.io/?EIO=4&transport=carrier-pigeon",
        "/%00",
        "/../../etc/passwd",
    ] {
        let answer = http::get(server.port(), path).unwrap();
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
    }
    assert!((400..500).contains(&http::post(server.port(), "/health", "x").unwrap().status));

    assert_serves(&server, "after the requests");
}
