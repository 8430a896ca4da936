//! How much and how fast: what is over a limit is refused with a reason, and harms nobody else.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use kpl_shared::{protocol::event, refusal::Code};
use kpl_tests::harness::{
    http,
    polling::Polling,
    raw::Raw,
    server::{Plan, Server, assert_calm},
    wait::{PATIENCE, eventually},
};
use serde_json::{Value, json};

/// A server that limits as it does when nobody says otherwise.
fn limiting() -> anyhow::Result<Server> {
    Server::planned(Plan { args: vec![], ..Plan::default() })
}

#[test]
fn a_line_of_the_longest_length_passes_and_one_byte_more_is_refused() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let plain = Raw::plain(server.port()).unwrap();
    let longest = "a".repeat(4096);
    let longer = "a".repeat(4097);

    libai.say_as(&longest, "fits").unwrap();
    libai.say_as(&longer, "too long").unwrap();
    let answer = plain.ask(event::TALK, &[longer.as_str().into()]).unwrap();

    libai.wait("its line", |heard| heard.timeline.texts() == [longest.as_str()]).unwrap();
    libai.wait("a refusal", |h| h.events.iter().any(|(name, _)| name == event::REFUSED)).unwrap();
    let refused = &libai.refusals()[0];
    assert_eq!((refused.code, refused.cid.as_deref()), (Code::TextTooLong, Some("too long")));
    assert!(refused.message.contains("4096"), "{}", refused.message);
    assert_eq!((&answer["ok"], &answer["code"]), (&json!(false), &json!("text_too_long")));
}

#[test]
fn a_line_of_the_longest_length_passes_however_its_author_escapes_it() {
    // As long as the default limits of a message and a frame let it be.
    let server = Server::planned(Plan::with(&["--rate", "off", "--max-text", "10752"])).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let cid = "\\u0063".repeat(63);

    for (number, letter) in ["\"", "\n", "<", "é", "汉", "😀"].iter().enumerate() {
        let text = "x".to_owned() + &letter.repeat(10_751 / letter.len());
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        let escaped: String = units.collect();
        let heard = libai.look(|heard| heard.timeline.log.len());

        libai.send(&format!(r#"42["talk","{escaped}",{{"cid":"{cid}{number}"}}]"#)).unwrap();

        libai.wait("its line", |h| h.timeline.log.len() > heard).unwrap();
        assert_eq!(libai.texts().last(), Some(&text), "{letter}");
    }
}

#[test]
fn lines_that_say_nothing_or_steer_a_screen_are_refused() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    for (text, code) in [
        ("", "text_empty"),
        (" \n\t", "text_empty"),
        ("\x1b[2J", "text_invalid"),
        ("a\rb", "text_invalid"),
        ("a\u{202e}b", "text_invalid"),
        ("a\0b", "text_invalid"),
    ] {
        let answer = libai.ask(event::TALK, &[text.into()]).unwrap();
        assert_eq!((&answer["ok"], &answer["code"]), (&json!(false), &json!(code)), "{text:?}");
    }
    libai.look(|heard| assert!(heard.timeline.log.is_empty()));
}

#[test]
fn a_message_over_the_limit_costs_its_sender_the_connection_and_nobody_else() {
    let server = Server::start().unwrap();
    let bystander = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    libai.say(&"a".repeat(70_000)).unwrap();

    libai.wait("the end of its connection", |heard| heard.closed.is_some()).unwrap();
    bystander.say("still here").unwrap();
    bystander.wait("its line", |heard| heard.timeline.texts() == ["still here"]).unwrap();
    assert_calm(&server).unwrap();
}

#[test]
fn the_limit_of_a_message_holds_over_polling_too() {
    let server = Server::start().unwrap();
    let bystander = Raw::v1(server.port(), "瑶").unwrap();
    let path = Polling::connect(server.port(), &Value::Null).unwrap().path;

    let talk = format!("42{}", json!([event::TALK, "a".repeat(70_000)]));
    let answer = http::post(server.port(), &path, &talk).unwrap();

    assert!((400..500).contains(&answer.status), "{answer:?}");
    bystander.say("still here").unwrap();
    bystander.wait("its line", |heard| heard.timeline.texts() == ["still here"]).unwrap();
}

#[test]
fn who_speaks_too_fast_is_told_when_to_go_on_and_may_then() {
    let server = limiting().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    for number in 0..12 {
        libai.say_as(&format!("line {number}"), &format!("cid-{number}")).unwrap();
    }

    let refused = |heard: &kpl_tests::harness::raw::Heard| {
        heard.events.iter().filter(|(name, _)| name == event::REFUSED).count()
    };
    libai.wait("an answer to all", |h| h.timeline.log.len() + refused(h) >= 12).unwrap();
    let last = libai.refusals().pop().unwrap();
    assert_eq!((last.code, last.event.as_str()), (Code::TooFast, event::TALK));
    assert_eq!(last.cid.as_deref(), Some("cid-11"));
    let wait = Duration::from_millis(last.retry_ms.unwrap());
    assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1), "{wait:?}");
    // This is what a client does that is told when to try again.
    thread::sleep(wait);
    let kept = libai.look(|heard| heard.timeline.log.len());
    libai.say_as("after the wait", "cid-12").unwrap();
    libai.wait("its line", |heard| heard.timeline.log.len() > kept).unwrap();
}

#[test]
fn a_plain_client_that_speaks_too_fast_is_told_with_and_without_an_ack() {
    let server = limiting().unwrap();
    let asks = Raw::plain(server.port()).unwrap();
    let shouts = Raw::plain(server.port()).unwrap();

    let answers = asks.say_all(&crate::lines_of("x", 12), 12).unwrap();
    for text in crate::lines_of("y", 12) {
        shouts.say(&text).unwrap();
    }

    let refused = answers.iter().find(|answer| answer["ok"] == false).unwrap();
    assert_eq!(refused["code"], "too_fast");
    assert!(refused["retry_ms"].as_u64().unwrap() > 0 && refused["message"].is_string());
    shouts.wait("a refusal", |h| h.events.iter().any(|(name, _)| name == event::REFUSED)).unwrap();
    let refused = &shouts.refusals()[0];
    assert!(refused.code == Code::TooFast && refused.retry_ms.is_some(), "{refused:?}");
}

#[test]
fn a_new_connection_does_not_refill_an_owners_purse() {
    let server = limiting().unwrap();
    let first = Raw::v1(server.port(), "李白").unwrap();
    first.say_all(&crate::lines_of("x", 10), 10).unwrap();

    let second = Raw::v1(server.port(), "李白").unwrap();
    let answers = second.say_all(&crate::lines_of("y", 10), 10).unwrap();

    assert!(answers.iter().any(|answer| answer["code"] == "too_fast"), "{answers:?}");
}

#[test]
fn one_who_speaks_too_fast_does_not_slow_the_others() {
    let server = limiting().unwrap();
    let noisy = Raw::v1(server.port(), "吕布").unwrap();
    let calm = Raw::v1(server.port(), "瑶").unwrap();
    noisy.say_all(&crate::lines_of("x", 100), 100).unwrap();

    let answer = calm.ask(event::TALK, &["hello".into()]).unwrap();

    assert_eq!(answer["ok"], true, "{answer}");
}

#[test]
fn a_request_whose_headers_drip_is_cut() {
    let plan = Plan::with(&["--header-timeout", "1"]);
    let server = Server::planned(plan).unwrap();
    let begin = Instant::now();
    let mut slow = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    slow.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    slow.write_all(b"GET /health HTTP/1.1\r\n").unwrap();

    let mut cut = false;
    while !cut && begin.elapsed() < Duration::from_secs(15) {
        // Each read waits a little, so that this drips.
        cut = match slow.read(&mut [0; 256]) {
            Ok(0) => true,
            Ok(_) => false,
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        };
        cut |= slow.write_all(b"x").is_err();
    }

    assert!(cut && begin.elapsed() < Duration::from_secs(10), "open after {:?}", begin.elapsed());
    assert_eq!(server.health().unwrap(), 200);
}

#[test]
fn a_body_that_drips_is_cut_while_the_others_chat_on() {
    let plan = Plan::with(&["--header-timeout", "1", "--rate", "off"]);
    let server = Server::planned(plan).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let path = Polling::dial(server.port()).unwrap().path;
    let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 60000\r\n\r\n");
    let mut slow = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    slow.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let begin = Instant::now();
    slow.write_all(head.as_bytes()).unwrap();

    let (mut cut, mut said) = (false, 0);
    while !cut && begin.elapsed() < Duration::from_secs(15) {
        cut = slow.write_all(b"x").is_err();
        // Each read waits a little, so that this drips.
        cut |= match slow.read(&mut [0; 256]) {
            Ok(0) => true,
            Ok(_) => false,
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        };
        libai.say(&format!("line {said}")).unwrap();
        said += 1;
        yao.wait("the line", |heard| heard.timeline.log.len() == said).unwrap();
    }

    let after = begin.elapsed();
    assert!(cut && after < Duration::from_secs(10), "open after {after:?}");
    assert!(said > 5, "{said} lines in {after:?}");
    assert_calm(&server).unwrap();
}

#[test]
fn questions_past_the_allowance_are_slowed_and_nobodys_lines_are() {
    let server = limiting().unwrap();
    let asks = Raw::v1(server.port(), "吕布").unwrap();
    let calm = Raw::v1(server.port(), "瑶").unwrap();
    let (answered, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let said_all = AtomicBool::new(false);
    let begin = Instant::now();

    let slowest = thread::scope(|scope| {
        scope.spawn(|| {
            let questions = [(event::WHO, json!({})), (event::SYNC, json!({"before": 9}))];
            let mut questions = questions.iter().cycle();
            let mut waiting = VecDeque::new();
            let goes_on =
                || answered.load(Ordering::Relaxed) < 300 || !said_all.load(Ordering::Relaxed);
            while goes_on() && begin.elapsed() < 2 * PATIENCE {
                // Three times as many as may wait at once, over and over.
                while waiting.len() < 12 {
                    let (name, body) = questions.next().unwrap();
                    waiting.push_back(asks.ask_later(name, std::slice::from_ref(body)).unwrap());
                }
                let answer = asks.answer(waiting.pop_front().unwrap()).unwrap();
                let count = if answer["ok"] == false { &refused } else { &answered };
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        let is_used_up = || answered.load(Ordering::Relaxed) >= 200;
        eventually("the allowance is used up", PATIENCE, is_used_up).unwrap();
        let mut slowest = Duration::ZERO;
        for text in crate::lines_of("x", 5) {
            for client in [&asks, &calm] {
                let said = Instant::now();
                let answer = client.ask(event::TALK, &[text.as_str().into()]).unwrap();
                slowest = slowest.max(said.elapsed());
                assert_eq!(answer["ok"], true, "{answer}");
            }
        }
        said_all.store(true, Ordering::Relaxed);
        slowest
    });

    // Of 300 answers 200 come at once, and then 50 a second.
    assert!(begin.elapsed() >= Duration::from_millis(1900), "{:?}", begin.elapsed());
    assert!(refused.into_inner() > 0, "it was no flood");
    assert!(slowest < Duration::from_secs(2), "a line took {slowest:?}");
    assert_calm(&server).unwrap();
}

#[test]
fn pages_and_searches_are_answered_no_faster_than_the_operator_says() {
    let args = ["--sync-rate", "2,4", "--search-rate", "1,4", "--rate", "off"];
    let server = Server::planned(Plan::with(&args)).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let asked = |name: &str, body: Value| {
        let begin = Instant::now();
        for _ in 0..4 {
            assert!(libai.ask(name, std::slice::from_ref(&body)).unwrap()["ok"] != false);
        }
        begin.elapsed()
    };

    let pages = asked(event::SYNC, json!({"after": 0, "req": 1}));
    let searches = asked(event::SEARCH, json!({"query": "x"}));

    // Two pages and three searches wait a quarter of a second each.
    assert!(pages >= Duration::from_millis(450), "{pages:?}");
    assert!(searches >= Duration::from_millis(700), "{searches:?}");
}

#[test]
fn who_enters_does_not_wait_behind_all_who_read_back() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let long = "a".repeat(4000);
    author.say_all(&vec![long; 300], 50).unwrap();
    let readers: Vec<Raw> =
        (0..30).map(|number| Raw::v1(server.port(), &format!("reader{number}")).unwrap()).collect();
    let (pages, all_in) = (AtomicUsize::new(0), AtomicBool::new(false));
    let begin = Instant::now();

    let mut pages_meanwhile: Vec<usize> = thread::scope(|scope| {
        for reader in &readers {
            scope.spawn(|| {
                let page = [json!({"before": 300, "req": 1})];
                while !all_in.load(Ordering::Relaxed) && begin.elapsed() < PATIENCE {
                    let asked = [(); 4].map(|()| reader.ask_later(event::SYNC, &page).unwrap());
                    for number in asked {
                        reader.answer(number).unwrap();
                        pages.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        let so_far = || pages.load(Ordering::Relaxed);
        eventually("they read", PATIENCE, || so_far() > 200).unwrap();
        let meanwhile = (0..9).map(|number| {
            let before = so_far();
            let auth = json!({"name": format!("guest{number}"), "after": 10});
            drop(Raw::v1_with(server.port(), auth).unwrap());
            so_far() - before
        });
        let meanwhile = meanwhile.collect();
        all_in.store(true, Ordering::Relaxed);
        meanwhile
    });

    // 120 pages are asked for at any time, and whoever enters asks the store three times.
    pages_meanwhile.sort_unstable();
    assert!(pages_meanwhile[4] < 60, "{pages_meanwhile:?} pages were read first");
}

#[test]
fn a_page_has_at_most_two_hundred_lines_whatever_is_asked_for() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    libai.say_all(&crate::lines_of("x", 300), 100).unwrap();

    let ask = json!({"after": 0, "limit": 60_000, "req": 1_u64 << 41});
    libai.emit(event::SYNC, &[ask]).unwrap();

    let page = libai.wait_for("a page", |heard| heard.pages.first().cloned()).unwrap();
    assert_eq!(page["messages"].as_array().unwrap().len(), 200);
    assert_eq!((&page["more"], &page["head"]), (&json!(true), &json!(300)));
}
