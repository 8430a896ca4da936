//! Orders: operators keep order, nobody else does, and what they have ordered holds.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use kpl_shared::{protocol::event, refusal::Code};
use kpl_tests::harness::{
    person::Person,
    raw::{Raw, key_of},
    screen::Screen,
    server::{Plan, Server, assert_calm},
    wait::{PATIENCE, eventually, eventually_some},
};
use serde_json::{Value, json};

/// A room with 李白, who is its operator, and 吕布.
fn room() -> (Server, Raw, Raw) {
    let server = Server::planned(Plan::default()).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    server.tell(&["op", "add", "李白"]).unwrap();
    let lubu = Raw::v1(server.port(), "吕布").unwrap();
    (server, libai, lubu)
}

fn order(from: &Raw, order: Value) -> Value {
    from.ask(event::ORDER, &[order]).unwrap()
}

#[track_caller]
fn assert_turned_out(client: &Raw, code: Code) {
    client.wait("the end", |heard| heard.closed.is_some()).unwrap();
    let told: Vec<_> = client.refusals().into_iter().map(|r| (r.event, r.code)).collect();
    assert!(told.contains(&(event::CONNECT.into(), code)), "{told:?}");
}

fn come(server: &Server, name: &str, key: &str) -> Result<Raw, String> {
    let auth = json!({"v": 1, "name": name, "key": key_of(key)});
    Raw::connect(server.port(), &auth).map_err(|error| error.to_string())
}

#[test]
fn whoever_is_no_operator_orders_nothing() {
    let (server, libai, lubu) = room();
    let guest = Raw::v1_with(server.port(), json!({})).unwrap();

    for client in [&lubu, &guest] {
        for what in [
            json!({"verb": "kick", "name": "李白"}),
            json!({"verb": "op", "name": "吕布"}),
            json!({"verb": "announce", "text": "hi"}),
            json!({"verb": "bans"}),
        ] {
            assert_eq!(order(client, what.clone())["code"], "not_operator", "{what}");
        }
    }
    assert_eq!(order(&libai, json!({"verb": "fly"}))["code"], "bad_request");
    libai.say("still here").unwrap();
    lubu.wait("the line", |heard| heard.timeline.texts() == ["still here"]).unwrap();
    assert_calm(&server).unwrap();
}

#[test]
fn a_ban_ends_the_connection_and_holds_for_look_alikes_the_key_and_after_a_crash() {
    let (mut server, libai, lubu) = room();
    let reader = Raw::v1(server.port(), "瑶").unwrap();

    let ban = json!({"verb": "ban", "name": "吕布", "seconds": 3600, "reason": "刷屏"});
    let answer = order(&libai, ban);

    assert_eq!((&answer["ok"], &answer["verb"]), (&json!(true), &json!("ban")), "{answer}");
    assert!(answer["until"].as_i64().is_some(), "{answer}");
    assert_turned_out(&lubu, Code::Banned);
    let notice = reader
        .wait_for("the notice", |heard| heard.events.iter().find_map(notice_of_a_ban))
        .unwrap();
    assert_eq!((notice["name"].as_str(), notice["by"].as_str()), (Some("吕布"), Some("李白")));
    assert_eq!(notice["reason"], "刷屏");
    server.kill().unwrap();
    server.restart().unwrap();
    for (name, key) in [("吕布", "吕布"), ("奉先", "吕布"), ("吕布", "another key")] {
        let why = come(&server, name, key).unwrap_err();
        assert!(why.starts_with("banned: ") && why.ends_with("刷屏"), "{name}: {why}");
    }
    come(&server, "貂蝉", "貂蝉").unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let bans = order(&libai, json!({"verb": "bans"}));
    assert_eq!(bans["sanctions"][0]["name"], "吕布", "{bans}");
    assert_eq!(order(&libai, json!({"verb": "unban", "name": "吕布"}))["ok"], true);
    come(&server, "吕布", "吕布").unwrap();
    assert_eq!(order(&libai, json!({"verb": "unban", "name": "吕布"}))["code"], "not_found");
}

fn notice_of_a_ban((name, arguments): &(String, Vec<Value>)) -> Option<Value> {
    let notice = arguments.first().filter(|notice| notice["code"] == "ban")?;
    (name == event::NOTICE).then(|| notice.clone())
}

#[test]
fn a_ban_with_a_time_ends_by_itself() {
    let (server, libai, lubu) = room();

    order(&libai, json!({"verb": "ban", "name": "吕布", "seconds": 2}));

    assert_turned_out(&lubu, Code::Banned);
    assert!(come(&server, "吕布", "吕布").is_err());
    eventually("the end of the ban", PATIENCE, || come(&server, "吕布", "吕布").is_ok()).unwrap();
}

#[test]
fn a_new_key_from_the_same_address_does_not_get_around_a_ban_and_a_neighbour_of_old_is_let_in() {
    let server = Server::planned(Plan::with(&["--trusted-proxy", "127.0.0.1"])).unwrap();
    let from = |address: &str, name: &str| {
        let auth = json!({"v": 1, "name": name, "key": key_of(name)});
        let headers = [("x-forwarded-for", address)];
        Raw::connect_with(server.port(), &auth, &headers).map_err(|error| error.to_string())
    };
    let libai = from("198.51.100.1", "李白").unwrap();
    server.tell(&["op", "add", "李白"]).unwrap();
    drop(from("203.0.113.7", "瑶").unwrap());
    let lubu = from("203.0.113.7", "吕布").unwrap();

    order(&libai, json!({"verb": "ban", "name": "吕布"}));

    assert_turned_out(&lubu, Code::Banned);
    let why = from("203.0.113.7", "奉先").unwrap_err();
    assert!(why.starts_with("banned: "), "{why}");
    from("203.0.113.7", "瑶").expect("she had her name before");
    from("203.0.113.8", "奉先").expect("that is another address");
}

#[test]
fn whoever_is_kicked_may_come_back_and_operators_are_spared() {
    let (server, libai, lubu) = room();

    assert_eq!(order(&libai, json!({"verb": "kick", "name": "吕布"}))["ok"], true);
    assert_turned_out(&lubu, Code::Kicked);
    come(&server, "吕布", "吕布").unwrap();

    for verb in ["kick", "ban", "mute"] {
        let refused = order(&libai, json!({"verb": verb, "name": "李白"}));
        assert_eq!(refused["code"], "protected", "{verb}: {refused}");
    }
    assert_eq!(order(&libai, json!({"verb": "kick", "name": "后羿"}))["code"], "not_found");
}

#[test]
fn the_muted_read_but_do_not_speak_and_in_a_slow_room_one_waits_for_ones_turn() {
    let (server, libai, lubu) = room();
    let talk = |who: &Raw, text: &str| who.ask(event::TALK, &[text.into()]).unwrap();

    order(&libai, json!({"verb": "mute", "name": "吕布", "seconds": 600}));
    assert_eq!(talk(&lubu, "me?")["code"], "muted");
    assert_eq!(talk(&libai, "not you")["ok"], true);
    lubu.wait("the line", |heard| heard.timeline.texts() == ["not you"]).unwrap();
    order(&libai, json!({"verb": "unmute", "name": "吕布"}));
    assert_eq!(talk(&lubu, "thanks")["ok"], true);

    order(&libai, json!({"verb": "slow", "seconds": 600}));
    assert_eq!(talk(&lubu, "one")["ok"], true);
    let refused = talk(&lubu, "two");
    assert_eq!(refused["code"], "too_fast");
    assert!(refused["retry_ms"].as_u64().is_some_and(|wait| wait > 500_000), "{refused}");
    assert_eq!(
        (talk(&libai, "a")["ok"].clone(), talk(&libai, "b")["ok"].clone()),
        (json!(true), json!(true))
    );
    order(&libai, json!({"verb": "slow", "seconds": 0}));
    assert_eq!(talk(&lubu, "two")["ok"], true);
    assert_calm(&server).unwrap();
}

#[test]
fn a_line_that_is_refused_takes_no_turn_in_a_slow_room() {
    let server = Server::planned(Plan::with(&["--rate", "1,1"])).unwrap();
    let (libai, lubu) = ["李白", "吕布"].map(|name| Raw::v1(server.port(), name).unwrap()).into();
    let talk = |text: &str| lubu.ask(event::TALK, &[text.into()]).unwrap();
    assert_eq!(talk("before")["ok"], true);
    server.tell(&["slow", "600"]).unwrap();

    let too_early = talk("too early");
    assert!(too_early["retry_ms"].as_u64().is_some_and(|wait| wait <= 1_000), "{too_early}");

    eventually("his turn", PATIENCE, || talk("his turn")["ok"] == true).unwrap();
    libai.wait("the line", |heard| heard.timeline.texts() == ["before", "his turn"]).unwrap();
}

#[test]
fn an_operator_is_marked_makes_others_operators_and_gives_names_back() {
    let (server, libai, lubu) = room();
    let is_op = |name: &str| {
        let list = lubu.ask(event::WHO, &[json!({})]).unwrap();
        let members = list["members"].as_array().unwrap().clone();
        members.iter().any(|member| member["name"] == name && member["op"] == true)
    };
    eventually("the mark", PATIENCE, || is_op("李白")).unwrap();
    assert!(!is_op("吕布"));

    order(&libai, json!({"verb": "op", "name": "吕布"}));
    eventually("the mark", PATIENCE, || is_op("吕布")).unwrap();
    assert_eq!(order(&lubu, json!({"verb": "bans"}))["ok"], true);
    order(&lubu, json!({"verb": "deop", "name": "李白"}));
    assert_eq!(order(&libai, json!({"verb": "bans"}))["code"], "not_operator");

    drop(Raw::v1(server.port(), "瑶").unwrap());
    assert!(come(&server, "瑶", "another key").is_err());
    order(&lubu, json!({"verb": "release", "name": "瑶"}));
    come(&server, "瑶", "another key").unwrap();
    let guests = order(&lubu, json!({"verb": "op", "name": "nobody"}));
    assert_eq!(guests["code"], "not_found");
}

#[test]
fn whoever_had_a_name_that_was_given_free_is_not_heard_in_it_any_more() {
    let (server, libai, _lubu) = room();
    let thief = come(&server, "瑶", "the thief's").unwrap();
    let elsewhere = come(&server, "瑶瑶", "the thief's").unwrap();
    let over = AtomicBool::new(false);
    let keeps_coming = || {
        let mut came = vec![];
        while !over.load(Ordering::Relaxed) {
            came.extend(come(&server, "瑶", "the thief's"));
        }
        came
    };

    let came: Vec<Raw> = thread::scope(|scope| {
        let coming = [(); 3].map(|()| scope.spawn(keeps_coming));
        let owner = eventually_some("the name", PATIENCE, || {
            order(&libai, json!({"verb": "release", "name": "瑶"}));
            come(&server, "瑶", "the owner's").ok()
        });
        over.store(true, Ordering::Relaxed);
        owner.unwrap().say("I am 瑶").unwrap();
        coming.into_iter().flat_map(|coming| coming.join().unwrap()).collect()
    });

    for client in came.iter().chain([&thief]) {
        client.wait("the end", |heard| heard.closed.is_some()).unwrap();
    }
    assert!(come(&server, "瑶", "the thief's").is_err());
    // Another name of the same key is its own.
    elsewhere.say("I am 瑶瑶").unwrap();
    let told = ["I am 瑶", "I am 瑶瑶"];
    libai.wait("both", |heard| heard.timeline.texts() == told).unwrap();
}

#[test]
fn the_machine_orders_through_a_socket_of_its_own_and_all_is_written_down() {
    let (server, _libai, lubu) = room();
    let socket = format!("{}.sock", server.store().display());
    let mode = fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    server.tell(&["announce", "维护十分钟"]).unwrap();
    server.tell(&["ban", "吕布", "--for", "10m", "--reason", "刷屏"]).unwrap();
    assert_turned_out(&lubu, Code::Banned);
    let bans: Value = serde_json::from_str(&server.tell(&["bans"]).unwrap()).unwrap();
    assert_eq!((bans["name"].as_str(), bans["by"].as_str()), (Some("吕布"), Some("(console)")));
    let refused = server.told(&["kick", "李白"]).unwrap();
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("protected: 李白 is an operator"), "{}", refused.err);

    let audit = server.tell(&["audit"]).unwrap();
    let entries: Vec<Value> =
        audit.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = entries.iter().map(|entry| (&entry["verb"], &entry["outcome"])).collect();
    let expected = ["op", "announce", "ban", "bans", "kick"].map(Value::from);
    assert!(told.iter().map(|(verb, _)| *verb).eq(&expected), "{audit}");
    assert_eq!((told[2].1, told[4].1), (&json!("done"), &json!("protected")));
}

#[test]
fn what_was_ordered_in_vain_steers_no_terminal_and_fills_no_disk() {
    let (server, libai, _lubu) = room();
    let harmful = "\u{9b}2J\u{202e}\x1b[31m";

    let refused = order(&libai, json!({"verb": "kick", "name": harmful}));
    let long = order(&libai, json!({"verb": "ban", "name": "瑶".repeat(10_000)}));
    let audit = server.tell(&["audit"]).unwrap();

    assert_eq!((&refused["code"], &long["code"]), (&json!("name_invalid"), &json!("name_invalid")));
    assert!(audit.len() < 4096, "{} bytes", audit.len());
    assert!(!audit.contains(['\u{9b}', '\u{202e}', '\x1b']), "{audit:?}");
    let names: Vec<Value> = audit
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["name"].take())
        .collect();
    assert_eq!(names[names.len() - 2..], [json!(harmful), json!("瑶".repeat(64))]);
}

#[test]
fn without_a_server_an_order_says_what_to_do_and_a_dead_socket_is_in_nobodys_way() {
    let (mut server, _libai, _lubu) = room();
    server.kill().unwrap();

    let ended = server.told(&["op", "add", "吕布"]).unwrap();

    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("no server answers at") && ended.err.contains("start it"));
    server.restart().unwrap();
    server.tell(&["op", "add", "吕布"]).unwrap();
}

#[test]
fn an_operator_orders_at_the_screen_and_whoever_is_sent_out_stays_out_until_asked() {
    let server = Server::planned(Plan::default()).unwrap();
    let (libai, lubu) = (Person::new("李白").unwrap(), Person::new("吕布").unwrap());
    let (at_libai, at_lubu) =
        (Screen::open(&libai, &server.url()).unwrap(), Screen::open(&lubu, &server.url()).unwrap());
    at_libai.wait("the link", crate::is_linked).unwrap();
    at_lubu.wait("the link", crate::is_linked).unwrap();

    at_libai.enters("/kick 吕布").unwrap();
    at_libai.shows("only operators may do that").unwrap();
    server.tell(&["op", "add", "李白"]).unwrap();
    at_lubu.shows("the server makes 李白 an operator").unwrap();
    at_libai.enters("/kick 吕布 too loud").unwrap();
    at_lubu.shows("李白 sent 吕布 out: too loud").unwrap();
    at_lubu.shows("an operator sent you out").unwrap();
    at_lubu.enters("/reconnect").unwrap();
    at_lubu.wait("the link", crate::is_linked).unwrap();
    at_libai.enters("/ban 吕布 10m 刷屏").unwrap();
    at_libai.shows("/ban 吕布: done").unwrap();
    at_lubu.shows("you may not enter for another 10").unwrap();
    at_libai.enters("/bans").unwrap();
    at_libai.shows("by 李白").unwrap();
}
