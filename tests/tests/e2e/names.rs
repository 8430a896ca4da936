//! A name belongs to the key that first claimed it.

use kpl_shared::{protocol::event, refusal::Code};
use kpl_tests::harness::{
    raw::{Raw, key_of},
    server::Server,
    wait::scaled,
    wire,
};
use serde_json::{Value, json};

fn members(client: &Raw) -> Value {
    client.look(|heard| {
        let mut lists = heard.events.iter().rev().filter(|(name, _)| name == event::MEMBERS);
        lists.next().map(|(_, body)| body[0].clone()).unwrap_or_default()
    })
}

/// Asks who is here until the answer is as wanted: presence follows connections at its own pace.
fn wait_for_members(client: &Raw, what: &str, mut wanted: impl FnMut(&Value) -> bool) {
    let ask = || client.emit(event::WHO, &[json!({})]).is_ok();
    let found =
        kpl_tests::harness::wait::eventually(what, kpl_tests::harness::wait::PATIENCE, || {
            ask() && wanted(&members(client))
        });
    found.unwrap_or_else(|error| panic!("{error}: {}", members(client)));
}

#[test]
fn a_claimed_name_is_refused_to_every_other_key_and_to_none() {
    let server = Server::start().unwrap();
    let _owner = Raw::v1(server.port(), "李白").unwrap();

    let other = Raw::v1_with(server.port(), json!({"name": "李白", "key": key_of("other")}));
    let none = Raw::v1_with(server.port(), json!({"name": "李白"}));
    let plain = Raw::connect(server.port(), &json!({"name": "李白"}));

    for refused in [other, none, plain] {
        let why = refused.unwrap_err().to_string();
        assert!(why.starts_with("name_taken: ") && why.contains("李白"), "{why}");
    }
}

#[test]
fn a_name_stays_its_owners_after_the_server_was_killed() {
    let mut server = Server::start().unwrap();
    drop(Raw::v1(server.port(), "李白").unwrap());

    server.restart().unwrap();

    let other = Raw::v1_with(server.port(), json!({"name": "李白", "key": key_of("other")}));
    assert!(other.unwrap_err().to_string().starts_with("name_taken: "));
    Raw::v1(server.port(), "李白").unwrap();
}

#[test]
fn a_name_that_looks_like_a_claimed_one_is_refused() {
    let server = Server::start().unwrap();
    let _owner = Raw::v1(server.port(), "admin").unwrap();

    for look_alike in ["Admin", "ADMIN", "ａｄｍｉｎ", "adrnin"] {
        let auth = json!({"name": look_alike, "key": key_of("other")});
        let why = Raw::v1_with(server.port(), auth).unwrap_err().to_string();
        let known = why.starts_with("name_taken: ") || why.starts_with("name_invalid: ");
        assert!(known, "{look_alike}: {why}");
    }
}

#[test]
fn a_name_that_breaks_the_rule_is_refused_with_a_sentence() {
    let server = Server::start().unwrap();

    for bad in ["a b", "", "a\u{202e}b", "аdmin", "\x1b[31m"] {
        let auth = json!({"name": bad, "key": key_of("somebody")});
        let why = Raw::v1_with(server.port(), auth).unwrap_err().to_string();
        assert!(why.starts_with("name_invalid: ") && why.len() > 20, "{bad:?}: {why}");
    }
}

#[test]
fn ones_own_ghost_does_not_hold_the_name() {
    let server = Server::start().unwrap();
    let ghost = Raw::v1(server.port(), "李白").unwrap();
    ghost.stop_reading();

    let again = Raw::v1(server.port(), "李白").unwrap();

    again.say("back at once").unwrap();
    again.wait("its line", |heard| heard.timeline.texts() == ["back at once"]).unwrap();
    assert_eq!(again.lines()[0].from, "李白");
}

#[test]
fn one_person_at_two_screens_is_one_member_and_each_screen_hears_the_other() {
    let server = Server::start().unwrap();
    let watcher = Raw::v1(server.port(), "瑶").unwrap();
    let (left, right) =
        (Raw::v1(server.port(), "李白").unwrap(), Raw::v1(server.port(), "李白").unwrap());

    left.say("from the left").unwrap();

    right.wait("the other's line", |heard| heard.timeline.texts() == ["from the left"]).unwrap();
    left.wait("its own line", |heard| heard.timeline.texts() == ["from the left"]).unwrap();
    wait_for_members(&watcher, "two members", |list| list["total"] == 2);
    drop(left);
    right.say("still here").unwrap();
    watcher.wait("the line", |heard| heard.timeline.log.len() == 2).unwrap();
    wait_for_members(&watcher, "still two members", |list| list["total"] == 2);
}

#[test]
fn one_key_may_own_several_names() {
    let server = Server::start().unwrap();
    let key = key_of("one person");
    let auth = |name: &str| json!({"name": name, "key": key.clone()});

    let first = Raw::v1_with(server.port(), auth("李白")).unwrap();
    let second = Raw::v1_with(server.port(), auth("青莲")).unwrap();

    let uid = |client: &Raw| client.look(|heard| heard.timeline.hello.clone().unwrap().you.uid);
    assert_eq!(uid(&first), uid(&second));
    let stranger = Raw::v1_with(server.port(), json!({"name": "青莲", "key": key_of("other")}));
    assert!(stranger.is_err());
}

#[test]
fn a_name_that_is_claimed_is_no_guests_however_close_they_come() {
    let server = Server::start().unwrap();

    // The narrowest gap, in which a guest asks just before the claim and comes just after it, is met
    // once in some tens of rounds.
    for round in 0..scaled(72, 720) {
        let name = format!("名{round}");
        let guests: Vec<Raw> = (0..12).map(|_| Raw::dial(server.port()).unwrap()).collect();
        let owner = Raw::dial(server.port()).unwrap();
        for (number, guest) in guests.iter().enumerate() {
            if number == round % 12 {
                let auth = json!({"v": 1, "name": name, "key": key_of(&name)});
                owner.send(&wire::connect(&auth)).unwrap();
            }
            guest.send(&wire::connect(&json!({"v": 1, "name": name}))).unwrap();
        }

        owner.wait("the owner is in", |heard| heard.timeline.hello.is_some()).unwrap();
        for guest in &guests {
            let what = "the guest is refused or sent off";
            guest.wait(what, |heard| heard.refused.is_some() || heard.closed.is_some()).unwrap();
            if let Some(why) = guest.look(|heard| heard.refused.clone()) {
                assert!(why.starts_with("name_taken: "), "{why}");
                continue;
            }
            let told: Vec<_> = guest.refusals().into_iter().map(|r| (r.event, r.code)).collect();
            let is_told = |told: &(String, Code)| *told == (event::CONNECT.into(), Code::NameTaken);
            assert!(!told.is_empty() && told.iter().all(is_told), "round {round}: {told:?}");
        }
        assert_eq!(owner.ask(event::TALK, &["mine".into()]).unwrap()["ok"], true);
    }
}

#[test]
fn those_without_a_key_are_guests_and_their_lines_say_so() {
    let server = Server::start().unwrap();
    let watcher = Raw::v1(server.port(), "瑶").unwrap();
    let guest = Raw::v1_with(server.port(), json!({"name": "过客"})).unwrap();
    let plain = Raw::plain(server.port()).unwrap();

    guest.say("a guest").unwrap();
    watcher.wait("a line", |heard| heard.timeline.log.len() == 1).unwrap();
    plain.say("nobody").unwrap();
    watcher.wait("two lines", |heard| heard.timeline.log.len() == 2).unwrap();
    watcher.say("an owner").unwrap();
    watcher.wait("three lines", |heard| heard.timeline.log.len() == 3).unwrap();

    let lines = watcher.lines();
    assert_eq!(lines.iter().map(|line| line.guest).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(lines[0].from, "过客");
    assert!(lines[1].from.starts_with("guest-"), "{}", lines[1].from);
    assert_ne!(lines[0].uid, lines[1].uid);
    let you = guest.look(|heard| heard.timeline.hello.clone().unwrap().you);
    assert!(you.guest && you.uid == lines[0].uid);
}

#[test]
fn nobody_takes_a_name_that_looks_like_a_guests() {
    let server = Server::start().unwrap();

    let why = Raw::v1_with(server.port(), json!({"name": "guest-1", "key": key_of("x")}));

    assert!(why.unwrap_err().to_string().starts_with("name_invalid: "));
}

#[test]
fn what_a_client_says_of_itself_in_a_line_is_not_relayed() {
    let server = Server::start().unwrap();
    let watcher = Raw::v1(server.port(), "瑶").unwrap();
    let liar = Raw::v1(server.port(), "吕布").unwrap();
    let lie = json!({"cid": "c", "from": "李白", "uid": "0", "seq": 99, "at": 5, "guest": true});

    liar.emit(event::TALK, &["I am 李白".into(), lie]).unwrap();

    watcher.wait("the line", |heard| heard.timeline.log.len() == 1).unwrap();
    let told = &watcher.lines()[0];
    assert_eq!((told.from.as_str(), told.seq, told.guest), ("吕布", 1, false));
    assert!(told.at > 1_600_000_000_000 && told.uid.len() > 8);
}

#[test]
fn coming_and_going_is_told_to_those_who_understand_it() {
    let server = Server::start().unwrap();
    let watcher = Raw::v1(server.port(), "瑶").unwrap();

    let libai = Raw::v1(server.port(), "李白").unwrap();
    let named = |name: &'static str| {
        move |heard: &kpl_tests::harness::raw::Heard| {
            let mut events = heard.events.iter().filter(|(event, _)| event == name);
            events.any(|(_, body)| body[0]["member"]["name"] == "李白" && body[0]["total"].is_u64())
        }
    };
    watcher.wait("李白 came", named(event::JOINED)).unwrap();
    drop(libai);

    watcher.wait("李白 went", named(event::LEFT)).unwrap();
}
