//! The way to the server, step by step, and whether it lets us in. Nothing is said in the room.

use std::{io, time::Duration};

use tokio::time::timeout;

use super::finding::{
    Findings,
    Verdict::{self, Ok as Well, Warning, Wrong},
};
use crate::{
    exit,
    io::{
        probe::{self, Answer, Unanswered},
        trust::Trust,
    },
    model::{
        event::Link,
        words::{Language, Words, trouble::Trouble},
    },
    settings::Settings,
    start,
};

/// How long the server has to let us in.
const ENTER_TIMEOUT: Duration = Duration::from_secs(12);
/// How long it has to answer a heartbeat.
const BEAT_TIMEOUT: Duration = Duration::from_secs(4);
/// How often one is sent.
const HEARTBEAT: Duration = Duration::from_millis(200);
/// A round trip that one notices, in milliseconds.
const SLOW: u32 = 500;
/// A difference of clocks that one notices, in seconds. The server tells its time in whole ones.
const CLOCK_SLACK: i64 = 3;

/// Looks at the way to the server; ends where it ends.
pub(super) async fn look(settings: &Settings, findings: &mut Findings) -> io::Result<()> {
    let words = findings.words;
    let (address, trust) = (settings.address.clone(), settings.trust.clone());
    let probed = tokio::task::spawn_blocking(move || probe::health(&address, &trust)).await;
    let (steps, answer) = probed.map_err(io::Error::other)?;
    let (host, at) = (settings.address.host(), settings.address.to_string());
    if let Some(found) = steps.resolved {
        findings.found(Language::doc_host, Well, &words.doc_resolved(&host, &found.to_string()))?;
    }
    if let Some(took) = steps.connected {
        findings.found(Language::doc_tcp, Well, &words.doc_connected(took.as_millis()))?;
    }
    if steps.encrypted {
        let sentence = match settings.trust {
            Trust::Pinned(_) => words.doc_encrypted_pinned(),
            Trust::Machine | Trust::Authorities(_) => words.doc_encrypted(),
        };
        findings.found(Language::doc_tls, Well, &sentence)?;
    } else if steps.connected.is_some() && settings.address.is_readable() {
        findings.found(Language::doc_tls, Warning, &words.doc_no_tls())?;
    }
    match answer {
        Ok(answer) => answered(&answer, findings)?,
        Err(Unanswered::NoHost(why)) => {
            let sentence = words.doc_unresolved(&host, &why);
            return findings.found(Language::doc_host, Wrong, &sentence);
        }
        Err(Unanswered::NoServer(why)) => {
            return findings.found(Language::doc_tcp, Wrong, &words.doc_unconnected(&at, &why));
        }
        Err(Unanswered::Tls(why)) => {
            return findings.found(Language::doc_tls, Wrong, &why.sentence(words));
        }
        Err(Unanswered::Late) => {
            let late = Trouble::NoAnswer { at, seconds: probe::TIMEOUT.as_secs() };
            return findings.found(Language::doc_tcp, Wrong, &late.sentence(words));
        }
        // The attempt to enter says more about it.
        Err(Unanswered::NoHttp) => {
            findings.found(Language::doc_web, Warning, &words.doc_no_web())?;
        }
    }
    enter(settings, findings).await
}

fn answered(answer: &Answer, findings: &mut Findings) -> io::Result<()> {
    let words = findings.words;
    let (verdict, sentence) = match answer.status {
        500.. => (Warning, words.doc_unready(answer.status)),
        status => (Well, words.doc_health(status)),
    };
    findings.found(Language::doc_web, verdict, &sentence)?;
    let (verdict, sentence) = match answer.date {
        None => (Warning, words.doc_no_date()),
        Some(theirs) => match answer.at - theirs {
            ahead if ahead > CLOCK_SLACK => (Warning, words.doc_ahead(ahead)),
            behind if behind < -CLOCK_SLACK => (Warning, words.doc_behind(-behind)),
            _ => (Well, words.doc_in_time(CLOCK_SLACK)),
        },
    };
    findings.found(Language::doc_clock, verdict, &sentence)
}

/// Enters the room as one would to chat, and leaves it again.
async fn enter(settings: &Settings, findings: &mut Findings) -> io::Result<()> {
    let name = settings.name().ok().cloned();
    let started = start::connect_beating(settings, name, HEARTBEAT);
    let (connection, mut links) = match started {
        Ok(started) => started,
        Err(error) => {
            return findings.found(
                Language::doc_room,
                Wrong,
                &exit::sentence(&error, findings.words),
            );
        }
    };
    let entered = timeout(ENTER_TIMEOUT, async {
        while let Some(link) = links.recv().await {
            if let Some(found) = entry(settings, &link) {
                return Some((found, matches!(link, Link::Greeted(_))));
            }
        }
        None
    });
    let (found, greeted) = match entered.await {
        Ok(Some(entered)) => entered,
        Ok(None) | Err(_) => ((Wrong, findings.words.doc_no_hello()), false),
    };
    findings.found(Language::doc_room, found.0, &found.1)?;
    if greeted {
        round_trip(&mut links, findings).await?;
    }
    // Nothing was said, so nothing can have arrived.
    let _rest = connection.close(links).await;
    Ok(())
}

/// What the link says about being let in; `None` if it says nothing of it.
fn entry(settings: &Settings, link: &Link) -> Option<(Verdict, String)> {
    let words = settings.language;
    match link {
        Link::Greeted(hello) => {
            let room = hello.room.as_str();
            let sentence = if hello.you.guest {
                words.doc_entered_guest(room)
            } else {
                words.doc_entered(room, &hello.you.name)
            };
            Some((Well, sentence))
        }
        Link::FoundPlain => Some((Warning, words.doc_plain_server())),
        Link::Lost { why, .. } | Link::Distrusted(why) => Some((Wrong, why.sentence(words))),
        Link::TurnedAway(refusal) => {
            let why = words.refusal(refusal.code, &refusal.message);
            Some((Wrong, words.doc_turned_away(&why, &words.remedy_by_flag(refusal.code))))
        }
        _ => None,
    }
}

async fn round_trip(
    links: &mut tokio::sync::mpsc::Receiver<Link>,
    findings: &mut Findings,
) -> io::Result<()> {
    let measured = timeout(BEAT_TIMEOUT, async {
        loop {
            match links.recv().await? {
                Link::Measured(ms) => return Some(ms),
                Link::Lost { .. } | Link::TurnedAway(_) | Link::Distrusted(_) => return None,
                _ => {}
            }
        }
    });
    let words = findings.words;
    let subject: Words = Language::doc_round_trip;
    match measured.await.ok().flatten() {
        Some(ms) if ms >= SLOW => findings.found(subject, Warning, &words.doc_slow(ms)),
        Some(ms) => findings.found(subject, Well, &words.doc_took(ms)),
        None => findings.found(subject, Warning, &words.silent()),
    }
}
