//! The server may be killed at any moment: no line that anyone saw confirmed is gone.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use kpl_tests::{
    harness::{
        member::Member,
        raw::Raw,
        server::{Server, assert_calm},
        timeline::{assert_each_in_order, assert_whole},
        wait::{long, scaled},
    },
    proxy::{Faults, Proxy, Random},
};

const CROWD: usize = 20;
/// Within this time of the server each client is live again.
const BACK: Duration = Duration::from_secs(2);
/// How many lines each member says between two kills; more than it gets through.
const LINES: usize = 30;

#[test]
fn killed_again_and_again_under_load_the_server_loses_and_doubles_nothing() {
    let seed = std::env::var("KPL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20);
    let mut random = Random::new(seed);
    let mut server = Server::start().unwrap();
    let faults = Faults {
        delay: Duration::from_millis(10),
        life: Some(Duration::from_secs(8)),
        hangs: 15,
        bytes_per_second: None,
    };
    let proxy = Proxy::before(server.port(), seed, faults).unwrap();
    let names: Vec<String> = (0..CROWD).map(|number| format!("member-{number}-")).collect();
    let heartbeat = Duration::from_millis(250);
    let crowd: Vec<Member> =
        names.iter().map(|name| Member::join(proxy.port(), name, heartbeat).unwrap()).collect();
    for member in &crowd {
        member.wait("its first link", |known| known.live).unwrap();
    }

    let kills = scaled(5, 50);
    let mut said = 0;
    let mut slowest = Duration::ZERO;
    for kill in 1..=kills {
        for number in said + 1..=said + LINES {
            for member in &crowd {
                member.say(&format!("{} {number}", member.name)).unwrap();
            }
        }
        said += LINES;
        // In the middle of the load, wherever that is this time.
        let lines = CROWD as u64 * LINES as u64;
        let enough = acknowledged(&crowd) + 1 + random.below(lines / 2);
        kpl_tests::harness::wait::eventually("some of the load", Duration::from_mins(1), || {
            acknowledged(&crowd) >= enough
        })
        .unwrap();

        server.kill().unwrap();
        server.restart().unwrap();

        let back = Instant::now();
        for member in &crowd {
            member
                .wait("a link to the server's new life", |known| {
                    known.greeted.iter().any(|greeted| *greeted >= back)
                })
                .unwrap();
            slowest = slowest.max(member.look(|known| {
                let greeted = known.greeted.iter().filter_map(|at| at.checked_duration_since(back));
                greeted.min().unwrap_or_default()
            }));
        }
        assert!(slowest <= BACK, "seed {seed}, kill {kill}: live again only after {slowest:?}");
    }
    let total = CROWD * said;
    for member in &crowd {
        member
            .wait_within(Duration::from_mins(2), "all lines", |known| {
                known.outbox.is_empty() && known.timeline.log.len() >= total
            })
            .unwrap();
    }

    let lines = crowd[0].lines();
    assert_whole(&lines).unwrap();
    assert_eq!(lines.len(), total, "seed {seed}");
    let texts = crowd[0].look(|known| known.timeline.texts());
    let authors: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_each_in_order(&texts, &authors, said).unwrap();
    // Whoever reads the store afresh finds what everyone saw, at the numbers they saw.
    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader.wait("the whole history", |heard| heard.timeline.log.len() >= total).unwrap();
    assert!(reader.lines() == lines, "seed {seed}: the store holds something else");
    for member in &crowd {
        assert!(member.lines() == lines, "seed {seed}: {} saw another order", member.name);
        member.look(|known| {
            assert_eq!(known.acknowledged.len(), said);
            for (text, seq) in &known.acknowledged {
                let line = &lines[usize::try_from(*seq).unwrap() - 1];
                assert_eq!(&line.text, text, "seed {seed}: acknowledged as {seq}, and gone");
            }
        });
    }
    assert_calm(&server).unwrap();
    if long() {
        let dialled = proxy.connections();
        let report = format!(
            "{kills} kills, {total} lines by {CROWD} clients over {dialled} links: none lost, none \
             doubled; live again within {slowest:?} at the latest\n"
        );
        std::io::stderr().write_all(report.as_bytes()).unwrap();
    }
}

fn acknowledged(crowd: &[Member]) -> u64 {
    crowd.iter().map(|member| member.look(|known| known.acknowledged.len() as u64)).sum()
}
