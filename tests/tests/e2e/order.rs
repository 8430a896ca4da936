//! One order for everyone: no inversion, no hole, no double.

use std::thread;

use kpl_tests::harness::{
    member::Member,
    raw::Raw,
    server::{Server, assert_calm},
    timeline::{assert_each_in_order, assert_whole},
    wait::scaled,
};
use serde_json::json;

use crate::{FIVE, lines_of};

/// How many lines may be on their way at once: far more than one commit, less than the queue.
const WINDOW: usize = 1000;

#[test]
fn the_lines_of_one_client_keep_their_order_for_everyone() {
    let count = scaled(3_000, 10_000);
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let listeners = ["瑶", "吕布"].map(|name| Raw::v1(server.port(), name).unwrap());
    let plain = Raw::plain(server.port()).unwrap();
    let real = Member::join(server.port(), "后羿", kpl_chat::io::connection::HEARTBEAT).unwrap();
    real.wait("a link", |known| known.live).unwrap();
    let texts = lines_of("李白", count);

    let answers = author.say_all(&texts, WINDOW).unwrap();

    let numbers: Vec<u64> = answers.iter().filter_map(|answer| answer["seq"].as_u64()).collect();
    assert!(numbers.iter().copied().eq(1..=count as u64), "the answers are numbered otherwise");
    for listener in listeners.iter().chain([&author]) {
        listener.wait("all lines", |heard| heard.timeline.log.len() >= count).unwrap();
        assert_eq!(listener.texts(), texts);
    }
    real.wait("all lines", |known| known.timeline.log.len() >= count).unwrap();
    assert_eq!(real.look(|known| known.timeline.texts()), texts);
    plain.wait("all lines", |heard| heard.talks.len() >= count).unwrap();
    plain.look(|heard| assert!(heard.talks == texts, "a plain client hears another order"));
    assert_calm(&server).unwrap();
}

#[test]
fn whoever_is_told_that_it_is_in_hears_what_is_said_from_then_on() {
    let server = Server::start().unwrap();

    thread::scope(|scope| {
        for room in ["一", "二", "三", "四"] {
            let server = &server;
            scope.spawn(move || {
                let author = Raw::connect(server.port(), &json!({ "room": room })).unwrap();
                for number in 0..scaled(150, 2_500) {
                    let reader = Raw::connect(server.port(), &json!({ "room": room })).unwrap();
                    let text = number.to_string();
                    author.say(&text).unwrap();
                    reader.wait(&text, |heard| heard.talks == [text.clone()]).unwrap();
                }
            });
        }
    });
}

#[test]
fn five_who_speak_at_once_are_heard_in_one_order() {
    let each = scaled(600, 2_000);
    let server = Server::start().unwrap();
    let authors = FIVE.map(|name| (name, Raw::v1(server.port(), name).unwrap()));
    let shy = Raw::plain(server.port()).unwrap();
    let (listener, plain) =
        (Raw::v1(server.port(), "听众").unwrap(), Raw::plain(server.port()).unwrap());

    thread::scope(|scope| {
        for (name, author) in &authors {
            scope.spawn(|| author.say_all(&lines_of(name, each), WINDOW).unwrap());
        }
        scope.spawn(|| shy.say_all(&lines_of("shy", each), WINDOW).unwrap());
    });

    let total = 6 * each;
    listener.wait("all lines", |heard| heard.timeline.log.len() >= total).unwrap();
    let lines = listener.lines();
    assert_whole(&lines).unwrap();
    let texts = listener.texts();
    assert_each_in_order(&texts, &[&FIVE[..], &["shy"]].concat(), each).unwrap();
    for (_, author) in &authors {
        author.wait("all lines", |heard| heard.timeline.log.len() >= total).unwrap();
        assert!(author.lines() == lines, "a v1 client has another order");
    }
    plain.wait("all lines", |heard| heard.talks.len() >= total).unwrap();
    plain.look(|heard| assert!(heard.talks == texts, "a plain client hears another order"));
    shy.wait("the others' lines", |heard| heard.talks.len() >= 5 * each).unwrap();
    shy.look(|heard| assert_each_in_order(&heard.talks, &FIVE, each)).unwrap();
    shy.look(|heard| assert!(heard.talks.len() == 5 * each, "it hears itself"));
}

#[test]
fn what_is_said_in_a_calm_room_comes_live_once_and_dense() {
    let server = Server::start().unwrap();
    let listener = Raw::v1(server.port(), "瑶").unwrap();
    let author = Raw::plain(server.port()).unwrap();

    author.say_all(&lines_of("x", 500), 50).unwrap();

    listener.wait("all lines", |heard| heard.timeline.arrived.len() >= 500).unwrap();
    listener.look(|heard| assert!(heard.timeline.arrived.iter().copied().eq(1..=500)));
}

#[test]
fn lines_that_wait_together_are_told_together() {
    let server = Server::start().unwrap();
    let listener = Raw::v1(server.port(), "瑶").unwrap();
    let author = Raw::plain(server.port()).unwrap();

    author.say_all(&lines_of("x", 2000), 500).unwrap();

    listener.wait("all lines", |heard| heard.timeline.log.len() >= 2000).unwrap();
    let packets = listener.look(|heard| heard.timeline.packets.len());
    assert!(packets < 1000, "{packets} packets for 2,000 lines");
}
