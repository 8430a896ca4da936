//! Requests: what is no HTTP, or too much of it, and sessions over polling that go wrong.

use kpl_tests::harness::{
    bare::Bare,
    http,
    polling::Polling,
    wait::{PATIENCE, eventually},
};
use serde_json::Value;

use super::Victim;

const OPEN: &str = "/socket.io/?EIO=4&transport=polling";

#[test]
fn what_is_no_http_is_cut_or_answered() {
    let victim = Victim::start();
    let long = "x".repeat(1 << 20);
    let many = "a: b\r\n".repeat(20_000);

    for request in [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}".to_owned(),
        "\r\n".repeat(50_000),
        format!("GET /{long} HTTP/1.1\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{many}\r\n"),
        format!("GET {OPEN} HTTP/1.1\r\ncontent-length: -1\r\n\r\n"),
        format!("POST {OPEN} HTTP/1.1\r\ncontent-length: 18446744073709551615\r\n\r\n"),
        "GET / HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".into(),
        "TRACE / HTTP/1.1\r\nmax-forwards: 0\r\n\r\n".into(),
        "CONNECT example.com:443 HTTP/1.1\r\n\r\n".into(),
        "GET http://[::1 HTTP/1.1\r\n\r\n".into(),
        "GET /health HTTP/1.1\r\n\r\n".repeat(5000),
    ] {
        let mut bare = Bare::connect(victim.port()).unwrap();
        // It may be cut while it still sends.
        bare.send(request.as_bytes()).unwrap_or_default();
        let answered = || bare.is_over() || !bare.heard.is_empty();
        eventually("an answer or the end", PATIENCE, answered).unwrap();
    }

    victim.is_unharmed();
}

#[test]
fn bodies_over_polling_of_no_form_are_refused_and_cost_their_session_at_most() {
    let victim = Victim::start();
    let deep = format!("42[\"talk\",{}{}]", "[".repeat(32_000), "]".repeat(32_000));

    for body in [
        deep.as_str(),
        &"[".repeat(100_000),
        "",
        "\u{1e}",
        &"\u{1e}".repeat(60_000),
        &"2\u{1e}".repeat(30_000),
        &"1\u{1e}".repeat(100),
        "b",
        "bAAA=",
        &"b\u{1e}".repeat(20_000),
        "4",
        "汉字",
        "42[\"talk\",\"\\ud800\"]",
    ] {
        let session = Polling::connect(victim.port(), &Value::Null).unwrap();
        let answer = http::post(victim.port(), &session.path, body).unwrap();
        assert!((200..500).contains(&answer.status), "{body:.20}: {answer:?}");
    }

    victim.is_unharmed();
}

#[test]
fn sessions_that_are_opened_and_abandoned_give_their_places_back() {
    let victim = Victim::with(&["--max-connections", "600"]);
    for number in 0..600 {
        let opened = http::get(victim.port(), OPEN).unwrap();
        assert_eq!(opened.status, 200, "{number}: {opened:?}");
    }

    let refused = Polling::connect(victim.port(), &Value::Null).unwrap_err().to_string();

    assert!(refused.starts_with("too_many_connections: "), "{refused}");
    let enters = || Polling::connect(victim.port(), &Value::Null).is_ok();
    eventually("the places are free again", PATIENCE, enters).unwrap();
    victim.is_unharmed();
}

#[test]
fn two_polls_at_once_and_posts_to_sessions_that_are_over_are_refused() {
    let victim = Victim::start();
    let session = Polling::connect(victim.port(), &Value::Null).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nhost: localhost\r\n\r\n", session.path);
    let mut polls: Vec<Bare> = (0..20).map(|_| Bare::connect(victim.port()).unwrap()).collect();

    for poll in &mut polls {
        poll.send(request.as_bytes()).unwrap();
    }

    eventually("all but one are answered", PATIENCE, || {
        let answered = polls.iter_mut().filter_map(|poll| {
            let is_over = poll.is_over();
            (is_over || !poll.heard.is_empty()).then_some(())
        });
        answered.count() >= 19
    })
    .unwrap();
    let after = http::post(victim.port(), &session.path, "42[\"talk\",\"x\"]").unwrap();
    assert!((200..500).contains(&after.status), "{after:?}");
    victim.is_unharmed();
}
