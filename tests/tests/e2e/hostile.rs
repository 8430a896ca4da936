//! A server that means harm: whatever it says, the terminal stays its owner's, the program answers,
//! and neither memory nor disk fills.

use std::{fs, path::Path, time::Instant};

use kpl_shared::protocol::event;
use kpl_tests::harness::{
    person::Person,
    process::rss_kib,
    program::Program,
    screen::{ORDINARY, Screen},
    stranger::Stranger,
    wait::{PATIENCE, eventually},
};
use serde_json::{Value, json};

/// What would move a cursor, change a title, write a clipboard, turn the writing, if it came through.
const EVIL: &str =
    "\u{1b}]0;EVIL\u{7}\u{1b}]52;c;RVZJTA==\u{7}\u{1b}[2J\u{9b}31m\u{202e}evil\u{2066}\0";
/// How much memory the client may have at most, in KiB, whatever was said to it.
const MEMORY_KIB: u64 = 200 * 1024;
/// How much it may have written, in bytes.
const DISK_BYTES: u64 = 8 << 20;

type Words = Vec<(&'static str, Vec<Value>)>;

fn hello(head: u64) -> Value {
    json!({
        "v": 1, "server": EVIL, "epoch": "e", "room": "KPL", "head": head, "topic": EVIL,
        "you": {"name": "李白", "uid": "u", "guest": false},
        "limits": {"text_bytes": 4096, "page": 200},
    })
}

fn line(seq: impl Into<Value>, from: &str, text: &str) -> Value {
    let seq: Value = seq.into();
    json!({"seq": seq, "at": i64::MAX, "from": from, "uid": EVIL, "cid": EVIL, "text": text})
}

fn told(head: u64, lines: impl Into<Value>, more: bool) -> Value {
    let lines: Value = lines.into();
    json!({"room": "KPL", "epoch": "e", "head": head, "messages": lines, "more": more})
}

/// Every event with bodies of every wrong shape.
fn shapeless() -> Words {
    let bodies = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(EVIL),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({"room": 1, "epoch": [], "head": "x", "messages": {}, "members": 5, "total": -1}),
        json!({"room": "KPL", "epoch": "e", "head": -1, "messages": [{"seq": "1"}, 5, null]}),
        json!({"event": {}, "code": [], "message": 7, "retry_ms": -5, "cid": {}}),
        json!({"code": EVIL, "text": EVIL, "name": EVIL, "by": EVIL, "until": i64::MIN}),
    ];
    let events = [
        event::WELCOME,
        event::HELLO,
        event::MESSAGES,
        event::HEAD,
        event::MEMBERS,
        event::JOINED,
        event::LEFT,
        event::FOUND,
        event::TYPING,
        event::HEARTBEAT,
        event::REFUSED,
        event::NOTICE,
        event::ORDERED,
        event::TALK,
    ];
    events.iter().flat_map(|event| bodies.iter().map(|body| (*event, vec![body.clone()]))).collect()
}

/// Well-formed bodies with what does harm in every text, and numbers out of every range.
fn harmful() -> Words {
    let zalgo = format!("e{}", "\u{301}".repeat(5_000));
    let long = "汉".repeat(20_000);
    let member = |name: &str| json!({"name": name, "uid": EVIL, "guest": true, "since": i64::MAX});
    let crowd: Vec<Value> = (0..20_000).map(|n| member(&format!("{n}{EVIL}"))).collect();
    let lines = |seqs: &[u64]| seqs.iter().map(|seq| line(*seq, EVIL, EVIL)).collect::<Vec<_>>();
    let presence =
        |name: &str, total: u64| json!({"room": "KPL", "member": member(name), "total": total});
    vec![
        (event::MESSAGES, vec![told(5, lines(&[1, 2, 3]), false)]),
        (event::MESSAGES, vec![told(5, lines(&[3, 2, 1, 2, 5, 4]), false)]),
        (event::MESSAGES, vec![told(0, lines(&[0, u64::MAX, 1 << 53]), true)]),
        (event::MESSAGES, vec![told(u64::MAX, vec![line(6, &zalgo, &zalgo)], true)]),
        (event::MESSAGES, vec![told(9, vec![line(7.5, EVIL, EVIL), line(-1, EVIL, EVIL)], false)]),
        (event::MESSAGES, vec![told(9, vec![line(7, &long, &long)], false)]),
        (event::HEAD, vec![json!({"rooms": {"KPL": u64::MAX}})]),
        (event::MEMBERS, vec![json!({"room": "KPL", "members": crowd, "total": u32::MAX})]),
        (event::JOINED, vec![presence(EVIL, u64::from(u32::MAX))]),
        (event::LEFT, vec![presence(&long, 0)]),
        (event::TYPING, vec![json!({"room": "KPL", "uid": EVIL, "name": EVIL})]),
        (
            event::REFUSED,
            vec![json!({"event": EVIL, "code": "strange", "message": EVIL, "retry_ms": u64::MAX})],
        ),
        (event::NOTICE, vec![json!({"code": "announce", "text": long, "by": EVIL})]),
        (
            event::NOTICE,
            vec![
                json!({"code": "ban", "text": EVIL, "name": EVIL, "by": EVIL, "reason": EVIL, "until": i64::MAX}),
            ],
        ),
        (event::ORDERED, vec![json!({"ok": true, "verb": EVIL, "name": EVIL})]),
        (event::TALK, vec![json!(EVIL), json!({"seq": 1, "room": "KPL", "from": EVIL, "at": 0})]),
    ]
}

/// How much all files below a folder hold.
fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.metadata().unwrap() {
            metadata if metadata.is_dir() => bytes_below(&entry.path()),
            metadata => metadata.len(),
        })
        .sum()
}

#[track_caller]
fn assert_tame(written: &str) {
    for harm in ["\u{1b}]0;EVIL", "\u{1b}]52;c;RVZJ", "\u{202e}", "\u{2066}", "\u{9b}", "\0"] {
        assert!(!written.contains(harm), "{harm:?} came through");
    }
}

/// The client joins, hears all that, and still does what its person wants.
#[track_caller]
fn assert_survived(stranger: &Stranger) {
    let libai = Person::new("李白").unwrap();
    let mut screen = Screen::sized(&libai, &stranger.url(), ORDINARY).unwrap();
    screen.shows("live").unwrap();

    for word in ["still here", "and here", "李白 too"] {
        let begun = Instant::now();
        screen.types(word).unwrap();
        screen.shows(word).unwrap();
        screen.types("\x15").unwrap();
        eventually("an empty draft", PATIENCE, || !screen.text().contains(word)).unwrap();
        assert!(begun.elapsed() < PATIENCE / 2, "it takes {:?} to answer", begun.elapsed());
    }
    let memory = rss_kib(screen.pid().unwrap()).unwrap();
    assert!(memory < MEMORY_KIB, "{memory} KiB");
    assert_tame(&screen.everything());
    screen.types("/quit\r").unwrap();
    assert_eq!(screen.finish(PATIENCE).unwrap().code, 0);
    let disk = bytes_below(libai.home());
    assert!(disk < DISK_BYTES, "{disk} bytes on disk");
}

#[test]
fn bodies_of_every_wrong_shape_are_passed_over() {
    let words = [vec![(event::HELLO, vec![hello(0)])], shapeless()].concat();
    assert_survived(&Stranger::saying(words).unwrap());
}

#[test]
fn what_does_harm_in_a_text_and_numbers_out_of_range_are_tamed() {
    let words = [vec![(event::HELLO, vec![hello(3)])], harmful()].concat();
    assert_survived(&Stranger::saying(words).unwrap());
}

#[test]
fn a_history_without_end_and_holes_that_never_fill_hold_nobody_up() {
    let page = |from: u64| (from..from + 200).map(|seq| line(seq, "瑶", EVIL)).collect::<Vec<_>>();
    let answer = vec![(event::MESSAGES, vec![told(1 << 40, page(1), true)]); 20];
    let words = vec![
        (event::HELLO, vec![hello(1 << 40)]),
        (event::MESSAGES, vec![told(1 << 40, page((1 << 40) - 199), false)]),
        (event::HEAD, vec![json!({"rooms": {"KPL": (1_u64 << 40) + 1_000}})]),
        (event::MESSAGES, vec![told((1 << 40) + 2_000, page((1 << 40) + 1_500), false)]),
    ];
    assert_survived(&Stranger::answering(words, (event::SYNC, answer)).unwrap());
}

#[test]
fn names_of_megabytes_fill_no_memory() {
    let huge = "名".repeat(3 << 20);
    let words = vec![
        (event::HELLO, vec![hello(1)]),
        (event::MESSAGES, vec![told(1, vec![line(1, &huge, &huge)], false)]),
        (event::NOTICE, vec![json!({"code": huge, "text": huge})]),
    ];
    assert_survived(&Stranger::saying(words).unwrap());
}

#[test]
fn scripts_print_nothing_that_steers() {
    let words = vec![
        (event::HELLO, vec![hello(3)]),
        (
            event::MESSAGES,
            vec![told(3, (1..=3).map(|seq| line(seq, EVIL, EVIL)).collect::<Vec<_>>(), false)],
        ),
    ];
    let stranger = Stranger::answering(
        words,
        (
            event::SYNC,
            vec![(
                event::MESSAGES,
                vec![told(3, (1..=3).map(|seq| line(seq, EVIL, EVIL)).collect::<Vec<_>>(), false)],
            )],
        ),
    )
    .unwrap();
    let libai = Person::new("李白").unwrap();
    for more in [&["tail", "-n", "3"][..], &["tail", "-n", "3", "--json"]] {
        let mut command = libai.command(&["--name", "李白", "--url", &stranger.url()]).unwrap();
        command.args(more);
        let ended = Program::start(command).unwrap().finish(PATIENCE).unwrap();
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert_tame(&ended.out);
        assert_tame(&ended.err);
        assert!(ended.out.contains("evil"), "{}", ended.out);
    }
}
