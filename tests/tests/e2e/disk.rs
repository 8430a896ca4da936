//! When the disk fails, nothing is claimed that is not so, and it goes on when the disk does.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    thread,
    time::Duration,
};

use kpl_shared::{protocol::event, refusal::Code};
use kpl_tests::harness::{
    disk::{SmallDisk, within_as_nobody},
    files::{bring, bring_chunked, noise},
    person::Person,
    raw::{Heard, Raw},
    server::{Plan, Server, assert_calm},
    timeline::assert_whole,
    wait::{PATIENCE, eventually},
};
use serde_json::json;

#[test]
fn on_a_full_disk_lines_are_refused_until_there_is_room_and_none_is_lost() {
    let disk = SmallDisk::of_kib(4096).unwrap();
    let plan = Plan { within: disk.within(), store: Some(disk.path("kpl.db")), ..Plan::default() };
    let server = Server::planned(plan).unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let shouts = Raw::v1(server.port(), "吕布").unwrap();
    let mut kept = crate::lines_of("before", 20);
    author.say_all(&kept, 5).unwrap();
    assert_eq!(server.health().unwrap(), 200);

    disk.fill(server.pid().unwrap()).unwrap();
    // What the store has reserved already may take a few lines more; then nothing.
    let mut refusals = 0;
    for number in 0..600 {
        let text = format!("full {number} {}", "x".repeat(4000));
        let answer = author.ask(event::TALK, &[text.as_str().into()]).unwrap();
        if answer["ok"] == true {
            kept.push(text);
        } else {
            assert_eq!(answer["code"], "unavailable", "{answer}");
            assert!(answer["retry_ms"].as_u64().unwrap() > 0);
            refusals += 1;
        }
        if refusals == 10 {
            break;
        }
    }
    assert_eq!(refusals, 10, "the disk is full, and lines are acknowledged");
    shouts.say_as("never kept", "shouted").unwrap();
    shouts.wait("a refusal", |h| h.events.iter().any(|(name, _)| name == event::REFUSED)).unwrap();
    let refused = &shouts.refusals()[0];
    assert_eq!((refused.code, refused.cid.as_deref()), (Code::Unavailable, Some("shouted")));
    eventually("an unhealthy server", PATIENCE, || server.health().unwrap_or(0) == 503).unwrap();

    disk.free(server.pid().unwrap()).unwrap();
    eventually("a healthy server", PATIENCE, || server.health().unwrap_or(0) == 200).unwrap();
    let answer = author.ask(event::TALK, &["after".into(), json!({"cid": "after"})]).unwrap();
    kept.push("after".into());

    assert_eq!(answer["ok"], true, "{answer}");
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    for client in [&reader, &author, &shouts] {
        client.wait("all lines", |heard| heard.timeline.log.len() >= kept.len()).unwrap();
        assert_whole(&client.lines()).unwrap();
        assert!(client.texts() == kept, "what is kept is not what was acknowledged");
    }
    assert_calm(&server).unwrap();
}

#[test]
fn a_line_refused_by_a_full_disk_waits_in_the_outbox_until_there_is_room() {
    let disk = SmallDisk::of_kib(2048).unwrap();
    let plan = Plan { within: disk.within(), store: Some(disk.path("kpl.db")), ..Plan::default() };
    let server = Server::planned(plan).unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    // His name is claimed, and so known, before the disk is full.
    libai.runs(&server.url(), "send", &["before"]).unwrap().finish(PATIENCE).unwrap();
    disk.fill(server.pid().unwrap()).unwrap();
    let long = "x".repeat(4000);
    while reader.ask(event::TALK, &[long.as_str().into()]).unwrap()["ok"] == true {}
    let head = reader.look(|heard| heard.timeline.log.next());

    // A script is told rather than held for ever, and its line waits.
    let mut brief = libai.runs(&server.url(), "send", &["kept for later"]).unwrap();
    let brief = brief.finish(PATIENCE).unwrap();
    assert_eq!(brief.code, 3, "{}", brief.err);
    assert!(brief.err.contains("what waits (1) is kept"), "{}", brief.err);
    let times = |heard: &Heard, name: &str| {
        let told = heard.events.iter().filter(|(event, _)| event == name);
        told.filter(|(_, body)| body[0]["member"]["name"] == "李白").count()
    };
    reader
        .wait("him gone", |heard| times(heard, event::LEFT) == times(heard, event::JOINED))
        .unwrap();

    let mut send = libai.runs(&server.url(), "send", &[&format!("patient {long:.3900}")]).unwrap();
    // He is in the room, so his line is refused by now or will be.
    reader.wait("him in the room", |h| times(h, event::JOINED) > times(h, event::LEFT)).unwrap();
    disk.free(server.pid().unwrap()).unwrap();
    let ended = send.finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 0, "{}", ended.err);
    reader.wait("his lines", |heard| heard.timeline.log.next() == head + 2).unwrap();
    assert!(reader.texts().last().unwrap().starts_with("patient "));
}

#[test]
fn on_a_read_only_file_history_is_read_and_lines_are_refused_until_it_can_be_written() {
    let plan = Plan { within: within_as_nobody().unwrap(), ..Plan::default() };
    let mut server = Server::planned(plan).unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&crate::lines_of("before", 20), 5).unwrap();
    server.stop(Duration::from_secs(5)).unwrap();
    fs::set_permissions(server.store(), Permissions::from_mode(0o444)).unwrap();

    server.restart().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.wait("the history", |h| h.timeline.texts() == crate::lines_of("before", 20)).unwrap();
    let answer = author.ask(event::TALK, &["refused".into()]).unwrap();
    assert_eq!((&answer["ok"], &answer["code"]), (&json!(false), &json!("unavailable")));
    assert_eq!(server.health().unwrap(), 503);

    fs::set_permissions(server.store(), Permissions::from_mode(0o600)).unwrap();
    eventually("a healthy server", PATIENCE, || server.health().unwrap_or(0) == 200).unwrap();
    let answer = author.ask(event::TALK, &["after".into()]).unwrap();

    assert_eq!((&answer["ok"], &answer["seq"]), (&json!(true), &json!(21)));
    author.wait("the line", |h| h.timeline.texts().last().is_some_and(|t| t == "after")).unwrap();
    assert_calm(&server).unwrap();
}

#[test]
fn files_leave_the_lines_room_however_many_come_and_whatever_they_say_of_their_size() {
    let disk = SmallDisk::of_kib(84 * 1024).unwrap();
    let plan = Plan { within: disk.within(), store: Some(disk.path("kpl.db")), ..Plan::default() };
    let server = Server::planned(plan).unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let content = |seed| noise(9_000_000, seed);

    let known = bring(server.port(), "李白", "a", &content(1)).unwrap();
    let (port, second) = (server.port(), content(2));
    let together: Vec<String> = thread::scope(|scope| {
        let bring = || scope.spawn(|| bring_chunked(port, "b", &second).unwrap_or_default());
        let bringing = [bring(), bring(), bring()];
        bringing.map(|one| one.join().unwrap()).into()
    });
    let third = bring(server.port(), "李白", "c", &content(3)).unwrap();

    assert_eq!((known.status, third.status), (201, 503), "{}", third.body);
    let refused = together.iter().filter(|head| head.starts_with("HTTP/1.1 503")).count();
    assert!(refused >= 2, "{together:?}");
    let kept = author.say_all(&crate::lines_of("still", 200), 20).unwrap();
    assert!(kept.iter().all(|answer| answer["ok"] == true));
}
