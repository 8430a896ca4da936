//! The terminal itself: Chinese under the caret, any size, and whole again on every way out.

use std::time::Duration;

use kpl_shared::protocol::event;
use kpl_tests::harness::{
    binaries,
    person::Person,
    process::Signal,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::Server,
    stranger::Stranger,
};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(10);

/// A screen at a server, live.
fn live(person: &Person, server: &Server) -> Screen {
    let screen = Screen::open(person, &server.url()).unwrap();
    screen.shows("live").unwrap();
    screen
}

#[test]
fn chinese_is_typed_and_erased_with_the_caret_in_the_right_column() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = live(&libai, &server);
    // After the prompt, whose two letters are two columns wide each.
    let start = 6;
    screen.wait("the caret after the prompt", |s| s.cursor_position().1 == start).unwrap();
    let (row, _) = screen.caret();
    let caret_at = |columns: u16| {
        let what = format!("the caret {columns} columns on");
        screen.wait(&what, |s| s.cursor_position() == (row, start + columns)).unwrap();
    };
    screen.types("来了a").unwrap();
    caret_at(5);
    screen.types("\x7f").unwrap();
    caret_at(4);
    screen.types("\x7f").unwrap();
    caret_at(2);
    screen.types("👨‍👩‍👧").unwrap();
    caret_at(4);
    screen.types("e\u{301}").unwrap();
    caret_at(5);
    screen.types("\x7f\x7f").unwrap();
    caret_at(2);
    screen.types("\x1b[D").unwrap();
    caret_at(0);
    screen.types("将").unwrap();
    caret_at(2);

    screen.wait("the draft", |s| s.contents().contains("李白> 将来")).unwrap();
    screen.look(|s| assert!(!s.hide_cursor(), "the caret is hidden"));
}

#[test]
fn a_long_chinese_draft_wraps_with_its_caret() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = live(&libai, &server);
    let draft = "君不见黄河之水天上来奔流到海不复回".repeat(4);

    screen.types(&draft).unwrap();
    screen
        .wait("more than one row", |s| s.cursor_position().1 != 6 && shows_all(s, &draft))
        .unwrap();
    screen.types("\r").unwrap();

    reader.wait("the line", |heard| heard.timeline.texts() == [draft.as_str()]).unwrap();
}

fn shows_all(screen: &vt100::Screen, text: &str) -> bool {
    let shown: String =
        screen.contents().chars().filter(|letter| !letter.is_whitespace()).collect();
    shown.contains(text)
}

#[test]
fn every_way_out_leaves_the_terminal_whole() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();

    for (way, code) in [
        (Way::Types("/quit\r"), 0),
        (Way::Types("\x04"), 0),
        (Way::Types("\x03\x03"), 0),
        (Way::Signal(Signal::TERM), 143),
        (Way::Signal(Signal::INT), 130),
        (Way::Signal(Signal::HUP), 129),
    ] {
        let mut screen = live(&libai, &server);
        assert!(!screen.unrestored().is_empty(), "the screen never took the terminal");
        match way {
            Way::Types(keys) => screen.types(keys).unwrap(),
            Way::Signal(signal) => screen.signal(signal).unwrap(),
        }
        let ended = screen.finish(SOON).unwrap();
        assert_eq!(ended.code, code, "{way:?}: {}", screen.text());
        assert_eq!(screen.unrestored(), [""; 0], "{way:?}");
    }
}

#[test]
fn a_panic_leaves_the_terminal_whole_and_what_it_says_can_be_read() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let identity = libai.identity(&server.url());
    let arguments: Vec<&str> = identity.iter().map(String::as_str).collect();
    // A fault as real as any: no thread can be made, and the runtime panics over it in the thread
    // that draws. The standard library reads this variable; the program has no part in it.
    let no_threads = [("RUST_MIN_STACK", "1000000000000000")];

    let mut screen = Screen::run(&libai, &arguments, &no_threads, ORDINARY).unwrap();
    let ended = screen.finish(SOON).unwrap();

    assert_eq!(ended.code, 1, "{}", screen.text());
    let written = screen.everything();
    let (before, after) = written.split_once("\x1b[?1049l").unwrap();
    assert!(before.contains("\x1b[?1049h") && !before.contains("panicked at"), "{written:?}");
    assert!(!after.contains("\x1b[?1049h") && !after.contains("#KPL"), "drawn on: {after:?}");
    assert_eq!(screen.unrestored(), [""; 0]);
    let text = screen.text();
    assert!(text.contains("panicked at") && text.contains("kpl-chat: the p"), "{text}");
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Types(&'static str),
    Signal(Signal),
}

#[test]
fn stopped_and_brought_back_by_the_shell_it_is_whole_both_times() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let shell = Screen::start(&libai, &["sh", "-i"], &[("PS1", "ready> ")], ORDINARY).unwrap();
    shell.shows("ready>").unwrap();
    let chat = binaries::chat().unwrap().display();
    shell.enters(&format!("{chat} --name 李白 --url {}", server.url())).unwrap();
    shell.shows("live").unwrap();
    shell.types("half a dra").unwrap();
    shell.shows("half a dra").unwrap();

    shell.types("\x1a").unwrap();
    shell
        .wait("the shell", |s| !s.alternate_screen() && s.contents().trim_end().ends_with("ready>"))
        .unwrap();
    assert!(
        shell.unrestored().iter().all(|what| *what == "the line settings"),
        "{:?}",
        shell.unrestored()
    );
    author_says(&server, "said while it was stopped");
    shell.enters("fg").unwrap();

    shell.wait("the screen", |s| s.alternate_screen() && s.contents().contains("live")).unwrap();
    shell.shows("said while it was stopped").unwrap();
    shell.shows("half a dra").unwrap();
    shell.enters("ft").unwrap();
    reader.wait("the line", |h| h.timeline.texts().iter().any(|t| t == "half a draft")).unwrap();
    shell.enters("/quit").unwrap();
    shell.wait("the shell", |s| !s.alternate_screen()).unwrap();
    shell.enters("exit").unwrap();
}

fn author_says(server: &Server, text: &str) {
    let author = Raw::v1(server.port(), "后羿").unwrap();
    author.say_all(&[text.to_owned()], 1).unwrap();
}

#[test]
fn no_size_of_the_window_is_too_much_for_it() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "貂蝉").unwrap();
    let odd =
        ["君不见黄河之水天上来", "👨‍👩‍👧👩🏽‍🚀🇨🇳", "e\u{301}\u{302}", "a\tb\nc", "w".repeat(300).as_str()]
            .map(str::to_owned);
    author.say_all(&odd, 5).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = live(&libai, &server);
    screen.types("一个草稿 with 👨‍👩‍👧 in it").unwrap();

    let sizes = [
        (200, 60),
        (120, 40),
        (80, 24),
        (40, 15),
        (39, 14),
        (20, 5),
        (19, 5),
        (20, 4),
        (10, 3),
        (2, 2),
        (1, 1),
        (1, 60),
        (200, 1),
        (20, 5),
        (200, 60),
        (21, 6),
        (80, 24),
    ];
    for (number, (columns, rows)) in (1..).zip(sizes) {
        screen.resize((columns, rows)).unwrap();
        let line = format!("line-{number}.");
        author.say(&line).unwrap();
        screen.types("x\x7f").unwrap();
        if columns >= 20 && rows >= 5 {
            // What was said last can be seen, and one types inside the window.
            let seen = |s: &vt100::Screen| {
                s.contents().contains(&line) && s.cursor_position().0 < rows && !s.hide_cursor()
            };
            screen.wait(&format!("{line} at {columns}x{rows}"), seen).unwrap();
        }
    }

    screen.shows("live").unwrap();
    screen.shows("一个草稿 with").unwrap();
    assert!(!screen.everything().contains("panicked"));
}

#[test]
fn no_color_means_no_colour() {
    let server = Server::start().unwrap();
    author_says(&server, "hello");
    let libai = Person::new("李白").unwrap();
    let url = server.url();
    let arguments = ["--name", "李白", "--url", url.as_str()];

    let plain = Screen::run(&libai, &arguments, &[("NO_COLOR", "1")], ORDINARY).unwrap();
    let coloured = live(&libai, &server);

    for screen in [&plain, &coloured] {
        screen.shows("live").unwrap();
        screen.shows("hello").unwrap();
    }
    assert_eq!(colours(&plain.everything()), [""; 0]);
    assert!(!colours(&coloured.everything()).is_empty(), "the control has no colour either");
}

/// The sequences that set a colour.
fn colours(written: &str) -> Vec<&str> {
    let sequences = written.split("\x1b[").skip(1);
    let sgr = sequences.filter_map(|rest| {
        let end =
            rest.find(|letter: char| !letter.is_ascii_digit() && letter != ';' && letter != ':')?;
        rest[end..].starts_with('m').then_some(&rest[..end])
    });
    let sets =
        |number: &str| matches!(number.parse(), Ok(30..=38 | 40..=48 | 90..=97 | 100..=107_u16));
    sgr.filter(|numbers| numbers.split([';', ':']).any(sets)).collect()
}

#[test]
fn a_dumb_terminal_gets_plain_lines_and_can_chat() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let url = server.url();
    let arguments = ["--name", "李白", "--url", url.as_str()];
    let mut screen = Screen::run(&libai, &arguments, &[("TERM", "dumb")], ORDINARY).unwrap();
    reader.say("你好").unwrap();
    screen.shows("你好").unwrap();

    screen.enters("在吗").unwrap();
    reader.wait("the line", |heard| heard.timeline.texts() == ["你好", "在吗"]).unwrap();
    screen.enters("/quit").unwrap();

    assert_eq!(screen.finish(SOON).unwrap().code, 0);
    let written = screen.everything();
    assert!(!written.contains('\x1b'), "{written:?}");
}

#[test]
fn what_a_hostile_server_sends_cannot_steer_the_terminal() {
    let evil = "\x1b[2J\x1b]52;c;ZXZpbA==\x07\x1b[?1049l\u{9b}31m\r\u{202e}evil\u{7f}\u{7}";
    let line = |seq: u64| {
        let text = format!("{evil} {seq}.");
        json!({"seq": seq, "at": 0, "from": evil, "uid": "u", "text": text})
    };
    let lines: Vec<Value> = (1..=20).map(line).collect();
    let hello = json!({
        "v": 1, "server": evil, "epoch": "e", "room": "KPL", "head": 20, "topic": evil,
        "you": {"name": evil, "uid": "u", "guest": true},
        "limits": {"text_bytes": 4096, "page": 200},
    });
    let told = json!({"room": "KPL", "epoch": "e", "head": 20, "messages": lines, "req": 1});
    let notice = json!({"code": evil, "text": evil});
    let joined = json!({
        "room": "KPL", "member": {"name": evil, "uid": "v", "guest": false, "since": 0}, "total": 2,
    });
    let server = Stranger::saying(vec![
        (event::HELLO, vec![hello]),
        (event::MESSAGES, vec![told]),
        (event::NOTICE, vec![notice]),
        (event::JOINED, vec![joined]),
    ])
    .unwrap();
    let libai = Person::new("李白").unwrap();

    let screen = Screen::open(&libai, &server.url()).unwrap();

    screen.wait("the last line", |s| s.contents().contains("evil 20.")).unwrap();
    screen.types("still mine").unwrap();
    screen.shows("still mine").unwrap();
    let written = screen.everything();
    for harm in ["\x1b]52", "\x1b[?1049l", "\u{9b}", "\u{202e}", "\x07", "\x7f"] {
        assert!(!written.contains(harm), "{harm:?} reached the terminal");
    }
    screen.look(|s| assert!(s.alternate_screen()));
}

#[test]
fn at_a_server_that_only_relays_one_chats_in_text_and_is_told_so() {
    let server = Stranger::relaying().unwrap();
    let (libai, yao) = (Person::new("李白").unwrap(), Person::new("瑶").unwrap());
    let left = Screen::open(&libai, &server.url()).unwrap();
    let right = Screen::open(&yao, &server.url()).unwrap();
    for screen in [&left, &right] {
        screen.shows("text only").unwrap();
    }

    left.enters("123").unwrap();
    right.shows("123").unwrap();
    right.enters("null").unwrap();

    left.shows("null").unwrap();
    left.shows("without history").unwrap();
}
