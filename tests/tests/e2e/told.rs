//! Being told, in the bytes that reach a real terminal: the bell, the notice, the title.

use kpl_tests::harness::{
    person::Person,
    process::Signal,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::Server,
    wait::{PATIENCE, eventually},
};

const FOCUS_GAINED: &str = "\x1b[I";
const FOCUS_LOST: &str = "\x1b[O";
const WHEEL_UP: &str = "\x1b[<64;9;9M";
const WHEEL_DOWN: &str = "\x1b[<65;9;9M";
const BELL: &str = "\x07";

/// A screen of 李白, with these variables set, that is live.
fn live(server: &Server, libai: &Person, variables: &[(&str, &str)]) -> Screen {
    let url = server.url();
    let arguments = ["--name", "李白", "--url", url.as_str()];
    let screen = Screen::run(libai, &arguments, variables, ORDINARY).unwrap();
    screen.shows("live").unwrap();
    screen
}

/// Waits until this was written to the terminal.
fn writes(screen: &Screen, sequence: &str) {
    let what = format!("{sequence:?} written");
    eventually(&what, PATIENCE, || screen.everything().contains(sequence)).unwrap();
}

/// Lets the screen lose the focus, and returns once it knows. A key would say that one looks, so
/// that the wheel is turned after it: what it does is seen where somebody has said enough.
fn look_away(screen: &Screen, somebody: &Raw) {
    somebody.say_all(&crate::lines_of("瑶", 40), 1).unwrap();
    let scrolled = |s: &vt100::Screen| s.contents().contains("below (End)");
    screen.shows("瑶 40").unwrap();
    screen.types(&format!("{FOCUS_LOST}{WHEEL_UP}")).unwrap();
    screen.wait("what is further up", scrolled).unwrap();
    screen.types(WHEEL_DOWN).unwrap();
    screen.wait("the end", |s| !scrolled(s)).unwrap();
}

#[test]
fn a_mention_rings_and_stands_in_the_title_until_one_looks() {
    let server = Server::start().unwrap();
    let (libai, yao) = (Person::new("李白").unwrap(), Raw::v1(server.port(), "瑶").unwrap());
    let mut screen = live(&server, &libai, &[]);
    writes(&screen, "\x1b]2;#KPL\x1b\\");
    look_away(&screen, &yao);

    yao.say("@李白 在吗").unwrap();

    screen.shows("1 mention").unwrap();
    writes(&screen, BELL);
    writes(&screen, "\x1b]2;(1) #KPL\x1b\\");
    screen.types(FOCUS_GAINED).unwrap();
    screen.wait("no mention", |s| !s.contents().contains("1 mention")).unwrap();
    eventually("a title that counts nothing", PATIENCE, || {
        let written = screen.everything();
        written.rfind("\x1b]2;#KPL") > written.rfind("\x1b]2;(1)")
    })
    .unwrap();
    screen.types("\x15/quit\r").unwrap();
    screen.finish(PATIENCE).unwrap();
    let written = screen.everything();
    assert!(written.contains("\x1b[22;0t") && written.contains("\x1b[23;0t"), "not the old title");
    assert!(written.rfind("\x1b[?1004l") > written.rfind("\x1b[?1004h"), "focus is told on");
    assert_eq!(written.matches(BELL).count(), 1);
}

#[test]
fn nothing_rings_for_what_one_is_looking_at_or_for_old_messages_at_the_start() {
    let server = Server::start().unwrap();
    let (libai, yao) = (Person::new("李白").unwrap(), Raw::v1(server.port(), "瑶").unwrap());
    yao.say("李白 old").unwrap();
    let screen = live(&server, &libai, &[("KPL_NOTIFY", "both")]);
    screen.types(FOCUS_LOST).unwrap();
    screen.shows("李白 old").unwrap();

    screen.types(FOCUS_GAINED).unwrap();
    screen.types("here").unwrap();
    screen.shows("> here").unwrap();
    yao.say("李白 now").unwrap();

    screen.shows("李白 now").unwrap();
    screen.types("!").unwrap();
    screen.shows("> here!").unwrap();
    let written = screen.everything();
    assert!(!written.contains(BELL) && !written.contains("\x1b]777"));
    assert!(!screen.text().contains("mention"), "{}", screen.text());
}

#[test]
fn inside_tmux_the_bell_is_a_bell_and_a_notice_passes_through() {
    let server = Server::start().unwrap();
    let (libai, yao) = (Person::new("李白").unwrap(), Raw::v1(server.port(), "瑶").unwrap());
    let variables = [
        ("TERM", "tmux-256color"),
        ("TMUX", "/nowhere/default,1,0"),
        ("KITTY_WINDOW_ID", "1"),
        ("KPL_NOTIFY", "both"),
    ];
    let screen = live(&server, &libai, &variables);
    look_away(&screen, &yao);

    yao.say("@李白 在吗").unwrap();

    let notice = "\x1bPtmux;\x1b\x1b]777;notify;瑶 in #KPL;@李白 在吗\x1b\x1b\\\x1b\\";
    writes(&screen, notice);
    let written = screen.everything();
    let before = written.find(BELL).unwrap();
    assert!(!written[..before].ends_with("\x1bPtmux;"), "tmux itself hears the bell");
}

#[test]
fn who_is_ignored_stays_ignored_in_the_next_start() {
    let server = Server::start().unwrap();
    let (libai, yao) = (Person::new("李白").unwrap(), Raw::v1(server.port(), "瑶").unwrap());
    yao.say("first-line").unwrap();
    let mut screen = live(&server, &libai, &[]);
    screen.shows("first-line").unwrap();

    screen.types("/ignore 瑶\r").unwrap();
    screen.wait("nothing of it", |s| !s.contents().contains("first-line")).unwrap();
    screen.types("/quit\r").unwrap();
    screen.finish(PATIENCE).unwrap();
    let next = live(&server, &libai, &[]);
    yao.say("second-line").unwrap();
    Raw::v1(server.port(), "后羿").unwrap().say("third-line").unwrap();

    next.shows("third-line").unwrap();
    next.look(|s| {
        assert!(!s.contents().contains("first-line") && !s.contents().contains("second-line"));
    });
    next.types("/unignore 瑶\r").unwrap();
    next.shows("second-line").unwrap();
}

#[test]
fn ones_own_ghost_does_not_hold_the_name() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let ghost = live(&server, &libai, &[]);
    ghost.shows("1 online").unwrap();

    ghost.signal(Signal::KILL).unwrap();
    let screen = live(&server, &libai, &[]);
    screen.types("still me\r").unwrap();

    let own = |s: &vt100::Screen| {
        let row = s.rows(0, 80).find(|row| row.contains("still me"));
        row.is_some_and(|row| row.contains("李白") && row.trim_end().ends_with("ok"))
    };
    screen.wait("a line under the name", own).unwrap();
    screen.wait("one person", |s| s.contents().contains("1 online")).unwrap();
    screen.wait("the same prompt", |s| s.contents().contains("李白>")).unwrap();
}
