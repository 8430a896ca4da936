//! A client that stops reading is cut, and nobody else notices.

use std::{
    io::Write,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use kpl_shared::{message::Message, protocol::event};
use kpl_tests::harness::{
    person::Person,
    process::{Signal, is_connected, is_stopped, ports_towards, untaken},
    raw::{Heard, Raw},
    server::{Server, assert_calm},
    timeline::assert_whole,
    wait::{PATIENCE, eventually, long, scaled},
};

/// Within this time of taking the last byte a stalled client is cut.
const CUT: Duration = Duration::from_secs(5);
/// How much more memory the server may hold than before the flood, in KiB.
const GROWTH_KIB: u64 = 160 * 1024;

/// What a flood did.
struct Flood {
    /// The lines said.
    lines: usize,
    /// How long the stalled client took nothing before it was cut.
    stalled: Duration,
    /// The most memory that the server held meanwhile, in KiB.
    memory: u64,
}

/// Floods the room with long lines until the server cuts the connection with this port, and for a
/// while after it.
fn flood_until_cut(server: &Server, author: &Raw, port: u16) -> Result<Flood> {
    let done = AtomicBool::new(false);
    let lines = AtomicUsize::new(0);
    let filler = "汉字".repeat(600);
    let (mut taken, mut memory) = ((0, Instant::now()), 0);
    let mut stalled = Duration::ZERO;
    thread::scope(|scope| {
        let flood = scope.spawn(|| -> Result<()> {
            let after_the_cut = scaled(100, 5_000);
            let mut left = after_the_cut;
            while left > 0 {
                let texts: Vec<String> = (0..50)
                    .map(|_| format!("{} {filler}", lines.fetch_add(1, Ordering::Relaxed)))
                    .collect();
                author.say_all(&texts, 50)?;
                if done.load(Ordering::Relaxed) {
                    left -= 50;
                }
            }
            Ok(())
        });
        let cut = eventually("the stalled client is cut", 2 * PATIENCE, || {
            memory = memory.max(server.rss_kib().unwrap_or(0));
            let Ok(Some(queued)) = untaken(server.port(), port) else {
                stalled = taken.1.elapsed();
                return true;
            };
            if queued != taken.0 {
                taken = (queued, Instant::now());
            }
            false
        });
        done.store(true, Ordering::Relaxed);
        let flooded = flood.join().unwrap_or_else(|_| anyhow::bail!("the flood panicked"));
        cut.and(flooded)
    })?;
    memory = memory.max(server.rss_kib()?);
    Ok(Flood { lines: lines.into_inner(), stalled, memory })
}

#[test]
fn a_client_that_stops_reading_is_cut_and_the_others_lose_nothing() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let healthy = Raw::v1(server.port(), "瑶").unwrap();
    let plain = Raw::plain(server.port()).unwrap();
    let stuck = Raw::v1(server.port(), "吕布").unwrap();
    let before = server.rss_kib().unwrap();
    stuck.stop_reading();

    let flood = flood_until_cut(&server, &author, stuck.port).unwrap();

    assert!(flood.stalled <= CUT, "cut only after {:?}", flood.stalled);
    healthy.wait("all lines", |heard| heard.timeline.arrived.len() >= flood.lines).unwrap();
    healthy
        .look(|heard| assert!(heard.timeline.arrived.iter().copied().eq(1..=flood.lines as u64)));
    assert_whole(&healthy.lines()).unwrap();
    plain.wait("all lines", |heard| heard.talks.len() >= flood.lines).unwrap();
    plain.look(|heard| assert!(heard.talks == healthy.texts()));
    let growth = flood.memory.saturating_sub(before);
    assert!(growth < GROWTH_KIB, "the server grew by {growth} KiB");
    assert_calm(&server).unwrap();
    tell(&flood, growth);
}

#[test]
fn a_stopped_program_is_cut_and_catches_up_without_a_hole_when_it_goes_on() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let healthy = Raw::v1(server.port(), "瑶").unwrap();
    let person = Person::new("吕布").unwrap();
    let arguments = ["--follow", "--json", "-n", "200"];
    let mut tail = person.runs(&server.url(), "tail", &arguments).unwrap();
    author.say_all(&crate::lines_of("before", 3), 3).unwrap();
    tail.wait_for_line("the first line", PATIENCE, |line| line.contains("before 3").then_some(()))
        .unwrap();
    let mut ports = ports_towards(tail.pid(), server.port()).unwrap();
    assert_eq!(ports.len(), 1, "{ports:?}");
    let before = server.rss_kib().unwrap();

    tail.signal(Signal::STOP).unwrap();
    eventually("a stopped program", PATIENCE, || is_stopped(tail.pid())).unwrap();
    let flood = flood_until_cut(&server, &author, ports.remove(0)).unwrap();
    let total = 3 + flood.lines;
    tail.signal(Signal::CONT).unwrap();
    author.say("the end").unwrap();

    assert!(flood.stalled <= CUT, "cut only after {:?}", flood.stalled);
    healthy.wait("all lines", |heard| heard.timeline.log.len() > total).unwrap();
    assert_whole(&healthy.lines()).unwrap();
    // A server may hold back who asks for page after page: 50 a second, of at least 8 such lines.
    let patience = PATIENCE + Duration::from_millis(5 * total as u64);
    tail.wait_for_line("the last line", patience, |line| line.contains("the end").then_some(()))
        .unwrap();
    let printed: Vec<Message> =
        tail.out().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(printed == healthy.lines(), "it missed or doubled something");
    let growth = flood.memory.saturating_sub(before);
    assert!(growth < GROWTH_KIB, "the server grew by {growth} KiB");
    tell(&flood, growth);
}

#[test]
fn a_client_that_went_without_a_word_is_noticed() {
    let server = Server::start().unwrap();
    let watcher = Raw::v1(server.port(), "瑶").unwrap();
    let gone = Raw::v1(server.port(), "吕布").unwrap();
    let port = gone.port;
    let is_told = |name: &'static str| {
        move |heard: &Heard| heard.events.iter().any(|(event, _)| event == name)
    };
    watcher.wait("its coming is told", is_told(event::JOINED)).unwrap();

    drop(gone);

    eventually("its connection is gone", PATIENCE, || {
        !is_connected(server.port(), port).unwrap_or(true)
    })
    .unwrap();
    watcher.wait("its leaving is told", is_told(event::LEFT)).unwrap();
}

fn tell(flood: &Flood, growth: u64) {
    if long() {
        let report = format!(
            "{} lines of 3.6 KB: the stalled client cut after {:?}, the server grew by {growth} KiB\n",
            flood.lines, flood.stalled
        );
        // With standard error closed nobody wants the report.
        drop(std::io::stderr().write_all(report.as_bytes()));
    }
}
