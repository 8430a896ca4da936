//! How many may connect: an address has its places, everybody together has theirs, and whoever
//! finds none is told why and keeps nobody else out.

use std::{net::TcpStream, thread};

use kpl_tests::harness::{
    bare::Bare,
    http,
    polling::Polling,
    raw::Raw,
    server::{Plan, Server, assert_calm},
    tls,
    wait::{PATIENCE, eventually},
};
use serde_json::Value;

/// A server that takes loopback for an address like any other.
fn counting(args: &[&str]) -> Server {
    Server::planned(Plan::with(&[&["--limit-loopback", "--rate", "off"], args].concat())).unwrap()
}

/// A server behind a proxy on this machine.
fn behind_a_proxy(args: &[&str]) -> Server {
    Server::planned(Plan::with(&[&["--trusted-proxy", "127.0.0.1"], args].concat())).unwrap()
}

/// Comes in by way of the proxy, which says for whom it asks.
fn come_from(server: &Server, forwarded: &str) -> Result<Raw, String> {
    let headers = [("x-forwarded-for", forwarded)];
    let came = Raw::connect_with(server.port(), &Value::Null, &headers);
    came.map_err(|error| error.to_string())
}

#[test]
fn the_seventeenth_of_an_address_is_told_what_to_do_and_the_place_of_one_who_goes_is_free() {
    let server = counting(&["--address-new", "off"]);
    let mut sixteen: Vec<Raw> = (0..16).map(|_| Raw::plain(server.port()).unwrap()).collect();

    let refused = Raw::plain(server.port()).unwrap_err().to_string();
    let over_polling = Polling::connect(server.port(), &Value::Null).unwrap_err().to_string();

    for why in [refused, over_polling] {
        assert!(why.starts_with("too_many_connections: your address has 16 connections"), "{why}");
        assert!(why.contains("close some") && why.contains("--address-connections"), "{why}");
    }
    sixteen[3].say("we are in").unwrap();
    sixteen[5].wait("the line", |heard| heard.talks == ["we are in"]).unwrap();
    sixteen.pop();
    let is_free = || Raw::plain(server.port()).is_ok();
    eventually("the place is free", PATIENCE, is_free).unwrap();
}

#[test]
fn an_address_that_comes_and_goes_too_often_is_told_when_to_try_again() {
    let server = counting(&["--address-connections", "off", "--address-new", "3,4"]);
    let come = || Raw::plain(server.port()).map(drop).map_err(|error| error.to_string());
    for _ in 0..3 {
        come().unwrap();
    }

    let refused = come().unwrap_err();

    let words = "too_many_connections: your address has opened 3 connections, as many as are \
                 allowed in 4 seconds; try again in ";
    assert!(refused.starts_with(words), "{refused}");
    eventually("it may come again", PATIENCE, || come().is_ok()).unwrap();
}

#[test]
fn loopback_is_not_counted_unless_it_is_to_be() {
    let server = Server::start().unwrap();

    let all: Vec<Raw> = (0..50).map(|_| Raw::plain(server.port()).unwrap()).collect();

    all[0].say("room for all").unwrap();
    all[49].wait("the line", |heard| heard.talks == ["room for all"]).unwrap();
}

#[test]
fn however_many_come_and_go_at_once_the_others_hear_a_few_words() {
    let server = Server::start().unwrap();
    let watcher = Raw::v1(server.port(), "瑶").unwrap();

    for round in 0..10 {
        let crowd: Vec<Raw> = (0..100).map(|_| Raw::plain(server.port()).unwrap()).collect();
        assert_eq!(crowd.len(), 100, "{round}");
    }

    let libai = Raw::v1(server.port(), "李白").unwrap();
    let is_here = |arguments: &[Value], name: &str| {
        let members = arguments[0]["members"].as_array();
        let listed = members.is_some_and(|list| list.iter().any(|member| member["name"] == name));
        listed || arguments[0]["member"]["name"] == name
    };
    watcher
        .wait("李白", |h| h.events.iter().any(|(_, arguments)| is_here(arguments, "李白")))
        .unwrap();
    let told = watcher.look(|heard| heard.events.len());
    assert!(told < 100, "{told} words were told of 1000 who came and went");
    let here = libai.ask("who", &[]).unwrap();
    assert!(here["total"].as_u64().unwrap() >= 2, "{here}");
}

#[test]
fn who_polls_over_ever_new_connections_has_one_place() {
    let server = counting(&["--address-connections", "1", "--address-new", "1,600"]);
    let polls = Polling::connect(server.port(), &Value::Null).unwrap();

    for number in 0..20 {
        polls.post(&[format!(r#"42{number}["talk","{number}"]"#)]).unwrap();
        polls.poll().unwrap();
    }

    assert!(Polling::connect(server.port(), &Value::Null).is_err());
}

#[test]
fn behind_a_proxy_each_address_has_its_own_places() {
    let server = behind_a_proxy(&["--address-connections", "1"]);

    let _first = come_from(&server, "192.0.2.1").unwrap();
    let _other = come_from(&server, "192.0.2.2").unwrap();
    let _site = come_from(&server, "2001:db8::1").unwrap();

    for again in ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2, 192.0.2.1", "2001:db8::2"] {
        let why = come_from(&server, again).unwrap_err();
        let is_refused = why.starts_with("too_many_connections: ") || why.contains("429");
        assert!(is_refused, "{again}: {why}");
    }
    let _elsewhere = come_from(&server, "2001:db8:0:1::1").unwrap();
}

#[test]
fn nobody_else_may_say_for_whom_they_ask() {
    let server = counting(&["--address-connections", "1", "--trusted-proxy", "10.0.0.0/8,::1"]);
    let _first = come_from(&server, "192.0.2.1").unwrap();

    let why = come_from(&server, "192.0.2.2").unwrap_err();

    assert!(why.starts_with("too_many_connections: "), "{why}");
}

#[test]
fn guesses_at_the_password_are_counted_by_the_address_behind_the_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "芝麻开门").unwrap();
    let server = behind_a_proxy(&["--password-file", file.to_str().unwrap()]);
    let guess = |forwarded: &str, password: &str| {
        let auth = serde_json::json!({ "password": password });
        let came = Raw::connect_with(server.port(), &auth, &[("x-forwarded-for", forwarded)]);
        came.unwrap_err().to_string()
    };

    // All at once, so that a slow machine does not give them back meanwhile.
    let guesses: Vec<String> = thread::scope(|scope| {
        let guess = &guess;
        let guess = |n: i32| scope.spawn(move || guess("192.0.2.1", &n.to_string()));
        let guesses: Vec<_> = (0..12).map(guess).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });

    assert!(guesses.iter().any(|why| why.starts_with("too_fast: ")), "{guesses:?}");
    let elsewhere = guess("192.0.2.2", "x");
    assert!(elsewhere.starts_with("password_required: "), "{elsewhere}");
}

#[test]
fn whoever_finds_the_server_full_is_told_so_and_the_others_chat_on() {
    let server = Server::planned(Plan::with(&["--max-connections", "3"])).unwrap();
    let three: Vec<Raw> = (0..3).map(|_| Raw::plain(server.port()).unwrap()).collect();

    let refused = Raw::plain(server.port()).unwrap_err().to_string();

    assert!(refused.starts_with("too_many_connections: this server is full"), "{refused}");
    three[0].say("still here").unwrap();
    three[1].wait("the line", |heard| heard.talks == ["still here"]).unwrap();
}

#[test]
fn who_is_turned_away_again_and_again_may_not_even_open_a_session() {
    let server = counting(&["--address-connections", "2", "--address-new", "off"]);
    let _in = [(); 2].map(|()| Raw::plain(server.port()).unwrap());
    let open = || http::get(server.port(), "/socket.io/?EIO=4&transport=polling").unwrap();

    let answers = [open(), open(), open()];

    assert_eq!(answers.each_ref().map(|answer| answer.status), [200, 200, 429]);
    assert!(answers[2].body.starts_with("too_many_connections: your address"), "{answers:?}");
}

/// Connects again and again, says `beginning` and then nothing; only the newest 20 are not cut.
fn assert_that_the_oldest_give_way(server: &Server, beginning: &[u8]) {
    let mut all: Vec<Bare> = Vec::new();
    for _ in 0..100 {
        let mut bare = Bare::connect(server.port()).unwrap();
        // It may be cut already.
        bare.send(beginning).unwrap_or_default();
        all.push(bare);
    }

    let mut cut = 0;
    eventually("all but the newest are cut", PATIENCE, || {
        cut = all.iter_mut().filter_map(|bare| bare.is_over().then_some(())).count();
        cut >= 80
    })
    .unwrap();
    assert_eq!(cut, 80);
}

#[test]
fn connections_that_ask_for_nothing_give_way_to_those_that_do() {
    let args = ["--max-handshakes", "20", "--header-timeout", "600"];
    let server = Server::planned(Plan::with(&args)).unwrap();

    assert_that_the_oldest_give_way(&server, b"GET /health HTTP/1.1\r\n");

    let raw = Raw::plain(server.port()).unwrap();
    assert_eq!(raw.ask("talk", &["in".into()]).unwrap()["ok"], true);
    assert_calm(&server).unwrap();
}

#[test]
fn handshakes_of_tls_that_are_not_finished_give_way_too() {
    let args = ["--max-handshakes", "20", "--header-timeout", "600", "--tls-self-signed"];
    let server = Server::planned(Plan::with(&args)).unwrap();

    assert_that_the_oldest_give_way(&server, &[22, 3, 1, 2, 0, 1]);

    tls::shown(server.port()).unwrap();
    assert_calm(&server).unwrap();
}

#[test]
fn one_address_has_no_more_connections_of_tcp_than_its_sessions_can_need() {
    let server = counting(&["--address-connections", "2"]);
    let connect = || TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    let eight: Vec<TcpStream> = (0..8).map(|_| connect()).collect();

    let answer = http::get(server.port(), "/health");

    // The answer may be lost, as nobody waits for whoever comes too often.
    if let Ok(answer) = answer {
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(answer.body.starts_with("too_many_connections: "), "{answer:?}");
    }
    drop(eight);
    let answers = || http::get(server.port(), "/health").is_ok_and(|answer| answer.status == 200);
    eventually("there is place again", PATIENCE, answers).unwrap();
}
