//! What clients send, or leave lying, does not fill the server's memory.

use kpl_shared::protocol::{Sync, event};
use kpl_tests::harness::{
    polling::Polling,
    raw::Raw,
    server::{Plan, Server, assert_calm},
    wire,
};
use serde_json::{Value, json};

/// A server that takes lines of so many bytes, and the packets that may bring them.
fn taking(text: usize) -> Server {
    let (text, packet) = (text.to_string(), (6 * text + 1024).to_string());
    let packets = ["--max-message", &packet, "--max-frame", &packet];
    let limits = [&["--rate", "off", "--max-text", &text][..], &packets].concat();
    Server::planned(Plan::with(&limits)).unwrap()
}

/// How much more memory the server may hold than before, in KiB.
const GROWTH_KIB: u64 = 64 * 1024;

#[test]
fn one_who_asks_for_page_after_page_and_takes_none_costs_little() {
    let server = taking(30_000);
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let long = "汉".repeat(9_000);
    yao.say_all(&(0..200).map(|number| format!("{number} {long}")).collect::<Vec<_>>(), 20)
        .unwrap();
    let hoarder = Polling::connect(server.port(), &json!({"v": 1, "name": "吕布"})).unwrap();
    let question = wire::event(event::SYNC, &[json!({"after": 0, "limit": 200})], None);
    let questions: Vec<String> = (0..4).map(|_| question.clone()).collect();
    let before = server.rss_kib().unwrap();

    for round in 0..100 {
        hoarder.post(&questions).unwrap();
        // Pages are read in the order in which they are asked for: those of the hoarder are, too.
        yao.page(Sync { before: Some(2), limit: Some(1), ..Sync::default() }).unwrap();
        let growth = server.rss_kib().unwrap().saturating_sub(before);
        assert!(growth < GROWTH_KIB, "the server grew by {growth} KiB in {round} rounds");
    }

    assert_calm(&server).unwrap();
}

#[test]
fn lines_that_wait_for_the_disk_are_refused_once_they_are_many_bytes() {
    let server = taking(60_000);
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let long = "a".repeat(60_000);
    let before = server.rss_kib().unwrap();
    let disk = rusqlite::Connection::open(server.store()).unwrap();
    disk.execute_batch("BEGIN IMMEDIATE").unwrap();

    let mut numbers: Vec<u64> = Vec::new();
    for _ in 0..1000 {
        numbers.push(libai.ask_later(event::TALK, &[long.as_str().into()]).unwrap());
    }
    let busy = |answer: &Value| answer["message"].as_str().is_some_and(|why| why.contains("busy"));
    let mut growth = 0;
    libai
        .wait("a refusal while the disk is waited for", |heard| {
            growth = growth.max(server.rss_kib().unwrap().saturating_sub(before));
            heard.acks.values().any(busy)
        })
        .unwrap();
    disk.execute_batch("COMMIT").unwrap();

    assert!(growth < GROWTH_KIB, "the server grew by {growth} KiB");
    for number in numbers {
        let answer = libai.answer(number).unwrap();
        let is_refused = answer["code"] == "unavailable" && answer["retry_ms"].is_u64();
        assert!(answer["ok"] == true || is_refused, "{answer}");
    }
    yao.say("and on").unwrap();
    yao.wait("its line", |heard| heard.timeline.texts().iter().any(|text| text == "and on"))
        .unwrap();
    assert_calm(&server).unwrap();
}
