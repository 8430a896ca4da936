//! Whoever drops comes back to exactly what they missed.

use std::thread;

use kpl_shared::protocol::{Sync, event};
use kpl_tests::harness::{
    member::Member,
    raw::{Raw, key_of},
    server::{Plan, Server},
    timeline::assert_whole,
};
use kpl_tests::proxy::{End, Faults, Proxy};
use serde_json::{Value, json};

use crate::lines_of;

fn seqs(page: &Value) -> Vec<u64> {
    let lines = page["messages"].as_array().cloned().unwrap_or_default();
    lines.iter().filter_map(|line| line["seq"].as_u64()).collect()
}

fn epoch(client: &Raw) -> String {
    client.look(|heard| heard.timeline.hello.as_ref().map(|hello| hello.epoch.clone())).unwrap()
}

#[test]
fn whoever_says_where_they_stopped_is_replayed_what_follows() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&lines_of("x", 30), 30).unwrap();

    let auth = json!({
        "name": "瑶", "key": key_of("瑶"), "epoch": epoch(&author), "after": 10,
    });
    let back = Raw::v1_with(server.port(), auth).unwrap();

    back.wait("the replay", |heard| !heard.timeline.arrived.is_empty()).unwrap();
    back.look(|heard| {
        assert_eq!(heard.timeline.hello.as_ref().unwrap().head, 30);
        assert_eq!(heard.timeline.arrived, (11..=30).collect::<Vec<u64>>());
    });
}

#[test]
fn a_long_replay_comes_one_page_at_a_time() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&lines_of("x", 500), 100).unwrap();

    let auth = json!({"name": "瑶", "key": key_of("瑶"), "epoch": epoch(&author), "after": 50});
    let back = Raw::v1_with(server.port(), auth).unwrap();

    back.wait("the replay", |heard| !heard.timeline.arrived.is_empty()).unwrap();
    let first = back.look(|heard| heard.timeline.arrived.clone());
    assert_eq!(first, (51..=250).collect::<Vec<u64>>());
    let ask = Sync { after: Some(250), limit: Some(200), ..Sync::default() };
    let page = back.page(ask).unwrap();
    assert_eq!(seqs(&page), (251..=450).collect::<Vec<u64>>());
}

#[test]
fn replay_and_live_stream_join_without_a_hole_while_the_room_is_busy() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&lines_of("before", 300), 100).unwrap();
    let epoch = epoch(&author);

    let comers: Vec<Raw> = thread::scope(|scope| {
        scope.spawn(|| author.say_all(&lines_of("during", 1500), 200).unwrap());
        let comers = (0..12).map(|number| {
            author.wait("the busy room", |h| h.acks.len() > 300 + number * 100).unwrap();
            let name = format!("comer-{number}");
            let auth = json!({"name": name, "key": key_of(&name), "epoch": epoch, "after": 0});
            Raw::v1_with(server.port(), auth).unwrap()
        });
        comers.collect()
    });

    for comer in &comers {
        // The log begins at the head for one who has nothing, and loads the rest in pages.
        comer
            .wait("all lines", |h| h.timeline.log.len() == 1800 && h.timeline.log.first() == 1)
            .unwrap();
        assert_whole(&comer.lines()).unwrap();
        comer.look(|heard| {
            // Up to the replay's page boundary and from the greeting on, packets that nobody asked
            // for are dense: what lies between is the only hole, and it is announced by `hello`.
            let head = heard.timeline.hello.as_ref().unwrap().head;
            let live = heard.timeline.arrived.iter().copied().filter(|seq| *seq > head);
            assert!(live.eq(head + 1..=1800), "a hole or a double in the live stream after {head}");
        });
    }
}

#[test]
fn pages_lead_through_the_whole_history_both_ways() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    libai.say_all(&lines_of("x", 450), 100).unwrap();

    let (mut forward, mut after) = (vec![], 0);
    loop {
        let ask = Sync { after: Some(after), limit: Some(100), ..Sync::default() };
        let page = libai.page(ask).unwrap();
        forward.extend(seqs(&page));
        after = forward.last().copied().unwrap();
        assert_eq!(page["head"], 450);
        if page.get("more").is_none() {
            break;
        }
    }
    let (mut backward, mut before) = (vec![], 451);
    loop {
        let ask = Sync { before: Some(before), limit: Some(70), ..Sync::default() };
        let page = libai.page(ask).unwrap();
        let seqs = seqs(&page);
        assert!(seqs.is_sorted(), "a page is oldest first");
        backward.splice(0..0, seqs);
        before = backward.first().copied().unwrap();
        if page.get("more").is_none() {
            break;
        }
    }

    let all: Vec<u64> = (1..=450).collect();
    assert_eq!(forward, all);
    assert_eq!(backward, all);
    let beyond = libai.page(Sync { after: Some(450), ..Sync::default() }).unwrap();
    assert!(seqs(&beyond).is_empty() && beyond.get("more").is_none(), "{beyond}");
}

#[test]
fn the_beacon_tells_a_busy_rooms_head() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let plain = Raw::plain(server.port()).unwrap();

    libai.say_all(&lines_of("x", 7), 7).unwrap();

    libai
        .wait("the beacon", |heard| heard.heads.iter().any(|head| head["rooms"]["KPL"] == 7))
        .unwrap();
    plain.look(|heard| assert!(heard.heads.is_empty(), "a plain client knows no beacon"));
}

#[test]
fn a_line_sent_again_is_kept_once_and_answered_with_its_first_number() {
    let mut server = Server::start().unwrap();
    let again = [json!("once"), json!({"cid": "the line"})];
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let first = libai.ask(event::TALK, &again).unwrap();
    libai.say("another").unwrap();

    let same_link = libai.ask(event::TALK, &again).unwrap();
    server.restart().unwrap();
    let back = Raw::v1(server.port(), "李白").unwrap();
    let other_life = back.ask(event::TALK, &again).unwrap();

    assert_eq!((&first["seq"], first.get("dup")), (&json!(1), None));
    for answer in [same_link, other_life] {
        assert_eq!((&answer["seq"], &answer["dup"]), (&json!(1), &json!(true)), "{answer}");
        assert_eq!((&answer["ok"], &answer["at"]), (&json!(true), &first["at"]), "{answer}");
    }
    back.wait("two lines", |heard| heard.timeline.texts() == ["once", "another"]).unwrap();
}

#[test]
fn the_same_cid_of_somebody_else_is_another_line() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();

    libai.say_as("mine", "1").unwrap();
    libai.wait("one line", |heard| heard.timeline.log.len() == 1).unwrap();
    yao.say_as("also mine", "1").unwrap();

    libai.wait("two lines", |heard| heard.timeline.texts() == ["mine", "also mine"]).unwrap();
}

#[test]
fn a_line_sent_again_without_an_ack_comes_back_numbered_again() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    libai.say_as("once", "the line").unwrap();
    libai.wait("the line", |heard| heard.timeline.arrived == [1]).unwrap();

    libai.say_as("once", "the line").unwrap();

    libai.wait("the line again", |heard| heard.timeline.arrived == [1, 1]).unwrap();
    libai.look(|heard| assert_eq!(heard.timeline.log.len(), 1));
}

#[test]
fn another_history_is_known_by_its_epoch_and_replaces_what_was_held() {
    let plan = Plan { memory: true, ..Plan::default() };
    let mut server = Server::planned(plan).unwrap();
    let yao = Member::join(server.port(), "瑶", std::time::Duration::from_millis(500)).unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&lines_of("old", 20), 20).unwrap();
    yao.wait("the old lines", |known| known.timeline.log.len() == 20).unwrap();

    server.restart().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&lines_of("new", 3), 3).unwrap();

    yao.wait("the new lines", |known| known.timeline.texts() == lines_of("new", 3)).unwrap();
}

#[test]
fn an_epoch_that_is_not_the_servers_gets_no_replay() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&lines_of("x", 5), 5).unwrap();

    let auth = json!({"name": "瑶", "key": key_of("瑶"), "epoch": "another", "after": 2});
    let back = Raw::v1_with(server.port(), auth).unwrap();
    author.say("live").unwrap();

    back.wait("the live line", |heard| !heard.timeline.arrived.is_empty()).unwrap();
    back.look(|heard| assert_eq!(heard.timeline.arrived, [6]));
}

#[test]
fn a_network_that_drops_and_hangs_costs_nobody_a_line() {
    let server = Server::start().unwrap();
    let proxy = Proxy::before(server.port(), 7, Faults::default()).unwrap();
    let heartbeat = std::time::Duration::from_millis(300);
    let yao = Member::join(proxy.port(), "瑶", heartbeat).unwrap();
    yao.wait("a link", |known| known.live).unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let mut said = 0;

    for end in [End::Reset, End::Closed, End::Hangs, End::Reset] {
        let links = yao.look(|known| known.greeted.len());
        proxy.cut(end);
        author.say_all(&lines_of(&format!("{end:?}{said}"), 25), 25).unwrap();
        yao.say(&format!("yao {said}")).unwrap();
        said += 26;
        yao.wait("a new link", |known| known.greeted.len() > links).unwrap();
        yao.wait("all lines", |known| known.timeline.log.len() == said).unwrap();
    }

    assert_whole(&yao.lines()).unwrap();
    author.wait("all lines", |heard| heard.timeline.log.len() == said).unwrap();
    assert!(yao.lines() == author.lines());
}
