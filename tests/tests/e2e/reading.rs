//! Reading on a real screen: no ink that is stale, links that are whole, and where one stopped.

use std::time::Duration;

use kpl_tests::harness::{
    person::Person, raw::Raw, screen::Screen, server::Server, wait::eventually,
};

use crate::is_linked;

const LONG: &str = "https://kpl.example/matches/2026/11/23/final?team=%E7%8B%BC&round=5#replay";
/// One with wide letters in it, which takes 58 columns: two rows of forty.
const WIDE: &str = "https://kpl.example/中文路径/比赛?队=狼&回合=5#第三局重播a";

/// A whole frame of these sizes has more bytes than this; no change of one key has.
const FRAME: usize = 400;
const SOON: Duration = Duration::from_secs(10);

/// A screen whose terminal opens hyperlinks, live in a room.
fn linked(person: &Person, server: &Server, size: (u16, u16)) -> Screen {
    let arguments = person.identity(&server.url());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let screen = Screen::run(person, &arguments, &[("FORCE_HYPERLINK", "1")], size).unwrap();
    screen.wait("a link", is_linked).unwrap();
    screen
}

/// The rows below the status line, which tells the round trip.
fn timeline(screen: &vt100::Screen) -> Vec<String> {
    screen.rows(0, 40).skip(1).map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn stale_ink_of_wide_letters_and_links_is_gone_after_scrolling() {
    let server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = linked(&libai, &server, (40, 15));
    let lines: Vec<String> = (0..25)
        .map(|number| match number % 5 {
            4 => format!("{number} 看 {WIDE} 和图"),
            0 => format!("君不见黄河之水天上来，奔流到海不复回 {number}"),
            1 => format!("{number} 👍 看 {LONG}"),
            2 => format!("{}a{number}", "汉".repeat(number)),
            _ => format!("{number} https://kpl.example/m.png?{number}"),
        })
        .collect();
    yao.say_all(&lines, 1).unwrap();
    screen.shows("24 看 ").unwrap();

    for key in ["\x1b[5~", "\x1b[<64;9;9M", "\x1b[5~", "\x1b[<65;9;9M", "\x1b[6~"] {
        screen.types(key).unwrap();
        // What is typed after the key is seen after what the key does.
        screen.types("x").unwrap();
        screen.shows("> x").unwrap();
        let scrolled = screen.look(timeline);

        let written = screen.everything().len();
        screen.types("\x0c").unwrap();
        let anew = || screen.everything().len() > written + FRAME;
        eventually("all of it is drawn anew", SOON, anew).unwrap();

        screen
            .wait(&format!("what it was after {key:?}: {scrolled:#?}"), |s| timeline(s) == scrolled)
            .unwrap();
        screen.types("\x15").unwrap();
        screen.wait("no draft", |s| !s.contents().contains("> x")).unwrap();
    }
}

#[test]
fn a_wrapped_link_reaches_the_terminal_whole_in_each_of_its_rows() {
    for link in [LONG, WIDE] {
        let server = Server::start().unwrap();
        let yao = Raw::v1(server.port(), "瑶").unwrap();
        let libai = Person::new("李白").unwrap();
        let screen = linked(&libai, &server, (40, 15));

        yao.say(&format!("看 {link} 完")).unwrap();
        screen.shows("完").unwrap();

        // What is seen is all of it, with nothing between the rows.
        let seen: String = screen.look(timeline).iter().map(|row| row.trim()).collect();
        assert!(seen.contains(link), "{seen}");
        let encoded = link.bytes().map(|byte| match byte {
            b'!'..=b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        let target: String = encoded.collect();
        let written = screen.everything();
        let links: Vec<&str> = written.split("\x1b]8;id=").skip(1).collect();
        assert!(links.len() >= 2, "{links:?}");
        for link in &links {
            let (_id, rest) = link.split_once(';').unwrap();
            assert!(rest.starts_with(&format!("{target}\x1b\\")), "{rest:?}");
        }
    }
}

#[test]
fn what_came_since_the_last_run_is_told_and_marked() {
    let server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let mut screen = Screen::open(&libai, &server.url()).unwrap();
    yao.say("第一行").unwrap();
    screen.shows("第一行").unwrap();
    screen.types("\x04").unwrap();
    screen.finish(SOON).unwrap();
    yao.say("@李白 第二行").unwrap();
    yao.say("第三行").unwrap();
    yao.wait("both lines", |heard| heard.timeline.texts().len() == 3).unwrap();

    let screen = Screen::open(&libai, &server.url()).unwrap();

    screen.shows("─── 2 new since").unwrap();
    screen.wait("who is named", |s| s.contents().contains("1 names you (Alt+U)")).unwrap();
}
