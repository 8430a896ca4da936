//! Lines are found again: whatever was said, at once, in pages, and by nothing that is not there.

use kpl_shared::protocol::event;
use kpl_tests::harness::{
    person::Person,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::{Plan, Server, assert_calm},
    stranger::Stranger,
};
use serde_json::{Value, json};

/// The numbers of the lines that were found, newest first.
fn found(client: &Raw, ask: Value) -> Vec<u64> {
    let answer = client.ask(event::SEARCH, &[ask]).unwrap();
    let hits = answer["hits"].as_array().unwrap_or_else(|| panic!("{answer}"));
    hits.iter().map(|line| line["seq"].as_u64().unwrap()).collect()
}

#[test]
fn a_line_is_found_as_soon_as_it_was_said() {
    let server = Server::start().unwrap();
    let (libai, yao) = (Raw::v1(server.port(), "李白"), Raw::v1(server.port(), "瑶"));
    let (libai, yao) = (libai.unwrap(), yao.unwrap());

    for (number, text) in ["今晚谁来", "李白打野", "Deploy the Server", "👍 ok"].iter().enumerate()
    {
        libai.ask(event::TALK, &[(*text).into()]).unwrap();
        let number = number as u64 + 1;
        assert_eq!(found(&yao, json!({"query": text})), [number], "{text}");
    }

    for (query, seqs) in [
        ("李白", vec![2]),
        ("白打", vec![2]),
        ("晚", vec![1]),
        ("deploy serv", vec![3]),
        ("ＤＥＰＬＯＹ", vec![3]),
        ("\"the server\"", vec![3]),
        ("👍", vec![4]),
        ("eploy", vec![]),
        ("白李", vec![]),
    ] {
        assert_eq!(found(&yao, json!({"query": query})), seqs, "{query}");
    }
}

#[test]
fn hits_come_in_pages_and_outlive_a_restart() {
    let mut server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    libai.say_all(&crate::lines_of("野区", 130), 100).unwrap();
    server.kill().unwrap();
    server.restart().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    let (mut before, mut seqs) = (None, vec![]);
    loop {
        let ask = json!({"query": "野区", "before": before, "req": 7});
        let page = libai.ask(event::SEARCH, &[ask]).unwrap();
        assert_eq!((&page["req"], &page["query"]), (&json!(7), &json!("野区")));
        let hits = page["hits"].as_array().unwrap();
        seqs.extend(hits.iter().map(|line| line["seq"].as_u64().unwrap()));
        before = page["next"].as_u64();
        assert_eq!(page["more"] == true, before.is_some());
        if before.is_none() {
            break;
        }
    }

    assert_eq!(seqs, (1..=130).rev().collect::<Vec<_>>());
}

#[test]
fn who_asks_for_no_acknowledgement_hears_found() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    libai.ask(event::TALK, &["看图".into()]).unwrap();

    libai.emit(event::SEARCH, &[json!({"query": "看图", "limit": 1, "req": 9})]).unwrap();

    let answer = libai
        .wait_for("what was found", |heard| {
            let found = heard.events.iter().find(|(name, _)| name == event::FOUND);
            found.map(|(_, body)| body[0].clone())
        })
        .unwrap();
    assert_eq!((&answer["hits"][0]["text"], &answer["req"]), (&json!("看图"), &json!(9)));
}

#[test]
fn a_search_of_a_wrong_form_is_refused() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    for ask in [
        json!(null),
        json!("words"),
        json!({}),
        json!({"query": 5}),
        json!({"query": ""}),
        json!({"query": " \" \" "}),
        json!({"query": "x".repeat(257)}),
        json!({"query": "x", "before": -1}),
        json!({"query": "x", "limit": "many"}),
        json!({"query": "x", "room": "elsewhere"}),
    ] {
        let answer = libai.ask(event::SEARCH, std::slice::from_ref(&ask)).unwrap();
        assert_eq!(answer["ok"], false, "{ask}: {answer}");
        let code = if ask["room"].is_null() { "bad_request" } else { "room_invalid" };
        assert_eq!(answer["code"], code, "{ask}: {answer}");
    }
    assert!(found(&libai, json!({"query": "NEAR(a, b) OR * ^ -x : \\ ' \"\""})).is_empty());
    assert_calm(&server).unwrap();
}

#[test]
fn others_hear_that_one_writes_and_oneself_does_not() {
    let server = Server::start().unwrap();
    let (libai, yao) = (Raw::v1(server.port(), "李白"), Raw::v1(server.port(), "瑶"));
    let (libai, yao, plain) = (libai.unwrap(), yao.unwrap(), Raw::plain(server.port()).unwrap());

    libai.emit(event::TYPING, &[json!({})]).unwrap();

    let heard = |client: &Raw| {
        client.look(|heard| heard.events.iter().any(|(name, _)| name == event::TYPING))
    };
    let typing = yao
        .wait_for("the notice", |heard| {
            let typing = heard.events.iter().find(|(name, _)| name == event::TYPING);
            typing.map(|(_, body)| body[0].clone())
        })
        .unwrap();
    assert_eq!((&typing["name"], &typing["room"]), (&json!("李白"), &json!("KPL")));
    assert!(typing["uid"].is_string());
    // What comes after it has come, so it would have come too.
    yao.say("well?").unwrap();
    libai.wait("a line", |heard| !heard.timeline.log.is_empty()).unwrap();
    plain.wait("a line", |heard| !heard.talks.is_empty()).unwrap();
    assert!(!heard(&libai) && !heard(&plain));
}

#[test]
fn who_says_too_often_that_it_writes_is_not_passed_on() {
    let server = Server::planned(Plan::with(&["--rate", "off"])).unwrap();
    let (libai, yao) = (Raw::v1(server.port(), "李白"), Raw::v1(server.port(), "瑶"));
    let (libai, yao) = (libai.unwrap(), yao.unwrap());

    for _ in 0..200 {
        libai.emit(event::TYPING, &[json!({})]).unwrap();
    }
    libai.say("done").unwrap();

    yao.wait("its line", |heard| !heard.timeline.log.is_empty()).unwrap();
    let count = yao.look(|heard| heard.events.iter().filter(|(n, _)| n == event::TYPING).count());
    assert!(count < 10, "{count}");
    assert_eq!(libai.refusals().len(), 0);
}

#[test]
fn a_line_far_back_is_found_and_read_on_the_screen() {
    let server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let mut said = crate::lines_of("before", 300);
    said.push("明天晚上八点，请大家喝酒".into());
    said.extend(crate::lines_of("after", 700));
    yao.say_all(&said, 200).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::sized(&libai, &server.url(), ORDINARY).unwrap();
    screen.shows("live").unwrap();
    screen.shows("after 700").unwrap();
    screen.types("a draft").unwrap();

    screen.types("\x13喝酒\r").unwrap();
    screen.shows("1 of 1").unwrap();
    screen.shows("请大家喝酒").unwrap();
    screen.types("\r").unwrap();
    // Its neighbours, none of which were loaded.
    screen.shows("before 300").unwrap();
    screen.shows("after 1").unwrap();
    screen.types("\x1b").unwrap();
    screen.wait("the list", |screen| !screen.contents().contains("before 300")).unwrap();
    screen.types("\x1b").unwrap();

    screen.shows("after 700").unwrap();
    screen.shows("a draft").unwrap();
}

#[test]
fn the_screen_says_who_writes() {
    let server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::sized(&libai, &server.url(), ORDINARY).unwrap();
    screen.shows("live").unwrap();

    yao.emit(event::TYPING, &[json!({})]).unwrap();
    screen.shows("瑶 is typing").unwrap();
    screen.types("me too").unwrap();

    let heard = |heard: &kpl_tests::harness::raw::Heard| {
        heard.events.iter().any(|(name, body)| name == event::TYPING && body[0]["name"] == "李白")
    };
    yao.wait("the notice", heard).unwrap();
    yao.say("done").unwrap();
    screen.wait("the notice to go", |screen| !screen.contents().contains("is typing")).unwrap();
}

#[test]
fn a_hostile_servers_hits_do_no_harm() {
    let hello = json!({
        "v": 1, "server": "x", "epoch": "e", "you": {"name": "李白", "uid": "u", "guest": false},
        "room": "KPL", "head": 0, "limits": {"text_bytes": 4096, "page": 200},
    });
    let hit = |seq: u64, text: &str| json!({"seq": seq, "at": 0, "from": "\u{1b}]0;x\u{7}", "uid": "v", "text": text});
    let found = |hits: Value| json!({"room": "KPL", "epoch": "e", "hits": hits, "more": true, "next": 900, "req": 1});
    let huge: Vec<Value> = (1..=500).rev().map(|seq| hit(seq, &"汉".repeat(500))).collect();
    let stranger = Stranger::answering(
        vec![(event::HELLO, vec![hello])],
        (
            event::SEARCH,
            vec![
                (event::FOUND, vec![json!("hits")]),
                (event::FOUND, vec![found(json!({"seq": 1}))]),
                (event::FOUND, vec![found(json!([{"seq": -1}, 5]))]),
                (event::FOUND, vec![json!({"room": [], "hits": []})]),
                (event::TYPING, vec![json!({"room": "KPL", "uid": 5, "name": []})]),
                (
                    event::TYPING,
                    vec![json!({"room": "KPL", "uid": "w", "name": "\u{1b}[2Jx\u{202e}"})],
                ),
                (
                    event::FOUND,
                    vec![found(json!([hit(950, "\u{1b}[2J\u{9b}31m found \u{202e} it")]))],
                ),
                (event::FOUND, vec![found(json!(huge))]),
            ],
        ),
    )
    .unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::sized(&libai, &stranger.url(), ORDINARY).unwrap();
    screen.shows("live").unwrap();

    screen.types("\x13it\r").unwrap();
    screen.shows("1 of 1").unwrap();
    screen.types("nN\r").unwrap();
    screen.shows("Enter stays").unwrap();
    screen.types("\x1b").unwrap();
    screen.shows("Enter goes there").unwrap();
    screen.types("\x1b").unwrap();
    screen.wait("the draft", |screen| !screen.contents().contains("search>")).unwrap();
    screen.types("still here").unwrap();

    screen.shows("still here").unwrap();
    assert!(!screen.everything().contains("\u{1b}]0;x"));
}

#[test]
fn a_server_that_knows_no_search_is_said_to_have_none() {
    let plain = Stranger::relaying().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::sized(&libai, &plain.url(), ORDINARY).unwrap();
    screen.shows("text only").unwrap();

    screen.enters("/search 李白").unwrap();

    screen.shows("a plain server keeps nothing to search").unwrap();
}
