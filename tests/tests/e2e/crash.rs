//! The server may be killed at any moment: no line that anyone saw confirmed is gone.

use std::{
    io::Write,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use kpl_tests::{
    harness::{
        member::{Known, Member},
        page_person::PagePerson,
        raw::Raw,
        server::{Server, assert_calm},
        timeline::{assert_each_in_order, assert_whole},
        wait::{PATIENCE, eventually, long, scaled},
    },
    proxy::{Faults, Proxy, Random},
};

use crate::lines_of;

const CROWD: usize = 20;
/// Those of them who are at a page.
const AT_PAGES: [&str; 2] = ["页上的李白-", "页上的瑶-"];
/// Within this time of the server each client is live again.
const BACK: Duration = Duration::from_secs(2);
/// The server lives at least so long. After shorter lives clients try less and less often, as they
/// should at a server that only comes to fall again.
const LIFE: Duration = Duration::from_millis(2200);

/// Somebody who always has something to say.
struct Author {
    member: Member,
    said: usize,
}

impl Author {
    fn goes_on(&mut self) -> Result<()> {
        if self.member.look(|known| known.outbox.len()) < 5 {
            for _ in 0..10 {
                self.said += 1;
                self.member.say(&format!("{} {}", self.member.name, self.said))?;
            }
        }
        Ok(())
    }
}

/// The same at a page.
struct PageAuthor {
    person: PagePerson,
    said: usize,
}

impl PageAuthor {
    fn goes_on(&mut self) -> Result<()> {
        if self.person.look()?.waiting < 5 {
            for _ in 0..10 {
                self.said += 1;
                self.person.say(&format!("{} {}", self.person.name, self.said))?;
            }
        }
        Ok(())
    }
}

/// Lets everyone speak until the moment has come and something was acknowledged.
fn talk_until(crowd: &mut [Author], pages: &mut [PageAuthor], moment: Instant) -> Result<()> {
    let before = acknowledged(crowd);
    let mut spoken = Ok(());
    eventually("lines in the server's present life", Duration::from_mins(1), || {
        let members = crowd.iter_mut().try_for_each(Author::goes_on);
        spoken = members.and_then(|()| pages.iter_mut().try_for_each(PageAuthor::goes_on));
        spoken.is_err() || (Instant::now() >= moment && acknowledged(crowd) > before)
    })?;
    spoken
}

fn acknowledged(crowd: &[Author]) -> usize {
    crowd.iter().map(|author| author.member.look(|known| known.acknowledged.len())).sum()
}

/// Waits until everyone was greeted after the moment `back`, and returns how long that took.
fn all_live_again(crowd: &[Author], back: Instant) -> Result<Duration> {
    let mut slowest = Duration::ZERO;
    for Author { member, .. } in crowd {
        let after = |known: &Known| {
            let mut greeted = known.greeted.iter().filter_map(|at| at.checked_duration_since(back));
            greeted.next()
        };
        member.wait("a link to the server's new life", |known| after(known).is_some())?;
        slowest = slowest.max(member.look(after).unwrap_or_default());
    }
    Ok(slowest)
}

#[test]
fn killed_again_and_again_under_load_the_server_loses_and_doubles_nothing() {
    let seed = std::env::var("KPL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20);
    let mut random = Random::new(seed);
    let mut server = Server::start().unwrap();
    let faults = Faults {
        delay: Duration::from_millis(20),
        life: Some(Duration::from_secs(8)),
        hangs: 15,
        bytes_per_second: None,
    };
    let proxy = Proxy::before(server.port(), seed, faults).unwrap();
    let names: Vec<String> =
        (AT_PAGES.len()..CROWD).map(|number| format!("member-{number}-")).collect();
    let join = |name: &String| {
        let member = Member::join(proxy.port(), name, Duration::from_millis(250)).unwrap();
        Author { member, said: 0 }
    };
    let mut crowd: Vec<Author> = names.iter().map(join).collect();
    let open = |name| {
        let person = PagePerson::join(proxy.port(), name).unwrap();
        PageAuthor { person, said: 0 }
    };
    let mut pages = AT_PAGES.map(open);
    for author in &crowd {
        author.member.wait("its first link", |known| known.live).unwrap();
    }
    for page in &mut pages {
        page.person.wait(PATIENCE, "its first link", |person| person.state == "live").unwrap();
    }

    let kills = scaled(4, 50);
    let mut slowest = Duration::ZERO;
    for kill in 1..=kills {
        let life = LIFE + Duration::from_millis(random.below(600));
        talk_until(&mut crowd, &mut pages, Instant::now() + life).unwrap();
        server.kill().unwrap();
        server.restart().unwrap();
        let took = all_live_again(&crowd, Instant::now()).unwrap();
        assert!(took <= BACK, "seed {seed}, kill {kill}: live again only after {took:?}");
        slowest = slowest.max(took);
    }

    let by_members: usize = crowd.iter().map(|author| author.said).sum();
    let total = by_members + pages.iter().map(|page| page.said).sum::<usize>();
    for Author { member, .. } in &crowd {
        let done = |known: &Known| known.outbox.is_empty() && known.timeline.log.len() >= total;
        member.wait_within(Duration::from_mins(2), "all lines", done).unwrap();
    }
    let lines = crowd[0].member.lines();
    let texts = crowd[0].member.look(|known| known.timeline.texts());
    assert_whole(&lines).unwrap();
    assert_eq!(lines.len(), total, "seed {seed}");
    // Whoever reads the store afresh finds what everyone saw, at the numbers they saw.
    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader.wait("the whole history", |heard| heard.timeline.log.len() >= total).unwrap();
    assert!(reader.lines() == lines, "seed {seed}: the store holds something else");
    for Author { member, said } in &crowd {
        assert!(member.lines() == lines, "seed {seed}: {} saw another order", member.name);
        assert_each_in_order(&texts, &[&member.name], *said).unwrap();
        member.look(|known| {
            assert_eq!(known.acknowledged.len(), *said);
            for (text, seq) in &known.acknowledged {
                let line = &lines[usize::try_from(*seq).unwrap() - 1];
                assert_eq!(&line.text, text, "seed {seed}: acknowledged as {seq}, and gone");
            }
        });
    }
    for PageAuthor { person, said } in &mut pages {
        let done = |person: &PagePerson| person.waiting == 0 && person.heard.len() >= total;
        person.wait(Duration::from_mins(2), "all lines", done).unwrap();
        let told = lines.iter().map(|line| (line.seq, line.text.clone()));
        assert!(told.eq(person.heard.iter().cloned()), "seed {seed}: {} saw others", person.name);
        assert_each_in_order(&texts, &[&person.name], *said).unwrap();
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

#[test]
fn what_was_answered_with_ok_is_there_after_a_kill_in_the_middle_of_a_flood() {
    let mut server = Server::start().unwrap();

    for life in 1..=3 {
        let name = format!("life-{life}");
        let author = Raw::v1(server.port(), &name).unwrap();
        let plain = Raw::plain(server.port()).unwrap();
        let texts = lines_of(&name, 20_000);
        thread::scope(|scope| {
            // The kill ends both in the middle, which is no failure of theirs.
            scope.spawn(|| author.say_all(&texts, 300).is_ok());
            scope.spawn(|| plain.say_all(&lines_of("plain", 20_000), 300).is_ok());
            author.wait("the middle of the flood", |heard| heard.acks.len() > 700).unwrap();
            server.kill().unwrap();
            for client in [&author, &plain] {
                client.wait("the end", |heard| heard.closed.is_some()).unwrap();
            }
        });

        server.restart().unwrap();
        let reader = Raw::v1(server.port(), "reader").unwrap();
        let head = reader.look(|heard| heard.timeline.hello.as_ref().map_or(0, |hello| hello.head));
        reader.wait("the history", |h| h.timeline.log.len() as u64 >= head).unwrap();
        let kept = reader.lines();
        for client in [&author, &plain] {
            client.look(|heard| {
                let mut said = heard.acks.values().filter_map(|answer| answer["seq"].as_u64());
                assert!(said.all(|seq| seq <= head), "an acknowledged line is gone");
            });
        }
        // What either of them was told of the other stands where it was told.
        author.look(|heard| {
            for line in heard.timeline.log.lines() {
                assert_eq!(
                    Some(&line.to_message()),
                    kept.get(usize::try_from(line.seq).unwrap() - 1)
                );
            }
        });
    }
}
