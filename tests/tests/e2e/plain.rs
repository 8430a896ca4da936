//! Plain lines, as a screen reader takes them: everything can be done, and nothing moves the cursor.

use kpl_tests::harness::{
    person::Person,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::{Plan, Server},
    wait::PATIENCE,
};

/// Plain lines in a terminal that cannot do more.
fn dumb(person: &Person, server: &Server, language: &str) -> Screen {
    let identity = person.identity(&server.url());
    let mut arguments: Vec<&str> = identity.iter().map(String::as_str).collect();
    arguments.extend(["--lang", language]);
    Screen::run(person, &arguments, &[("TERM", "dumb")], ORDINARY).unwrap()
}

/// Nothing but text and line ends was ever written.
fn assert_plain(screen: &Screen) {
    let written = screen.everything();
    let steers = |letter: &char| letter.is_control() && !matches!(letter, '\n' | '\r');
    assert_eq!(written.chars().find(steers), None, "{written:?}");
    assert_eq!(written.matches('\r').count(), written.matches("\r\n").count(), "{written:?}");
}

#[test]
fn every_command_is_answered_in_lines() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let mut screen = dumb(&libai, &server, "en");
    screen.shows("you are in #KPL as 李白; /help lists the commands").unwrap();

    for (typed, answer) in [
        ("/help", "leaves; what waits is kept"),
        ("/names", "2 here: "),
        ("/theme", "nothing is drawn in colour here"),
        ("/nonsense", "there is no command /nonsense"),
        ("/nick", "write it so: /nick NAME"),
        ("/me waves", "* 李白 waves"),
        ("@ya hello", "李白: @ya hello"),
        ("//slash", "李白: /slash"),
        ("/nick 青莲", "you are in #KPL as 青莲"),
    ] {
        screen.enters(typed).unwrap();
        screen.shows(answer).unwrap();
    }
    reader
        .wait("what was said", |h| h.timeline.texts() == ["waves", "@ya hello", "/slash"])
        .unwrap();
    screen.enters("/quit").unwrap();

    assert_eq!(screen.finish(PATIENCE).unwrap().code, 0);
    assert!(!screen.everything().contains("PgUp"), "a key that plain lines do not have");
    assert_plain(&screen);
}

#[test]
fn how_the_link_stands_is_told_in_lines() {
    let mut server = Server::planned(Plan::default()).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = dumb(&libai, &server, "zh");
    screen.shows("你已进入 #KPL，名字是 李白").unwrap();

    server.kill().unwrap();
    screen.shows("未连接").unwrap();
    screen.enters("还在吗").unwrap();
    screen.shows("待发 1").unwrap();
    server.restart().unwrap();

    screen.shows("李白: 还在吗").unwrap();
    screen.shows("已连接").unwrap();
    assert_eq!(screen.text().matches("你已进入").count(), 1, "{}", screen.text());
    assert_plain(&screen);
}
