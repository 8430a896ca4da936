//! The first start: three questions on the screen, saved; and a room in which nobody has spoken.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use kpl_tests::harness::{
    person::Person,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::Server,
};

const SOON: Duration = Duration::from_secs(10);

fn first_start(person: &Person, arguments: &[&str], lang: &str) -> Screen {
    Screen::run(person, arguments, &[("LANG", lang), ("USER", "libai")], ORDINARY).unwrap()
}

#[test]
fn three_answers_lead_into_the_room_and_are_not_asked_for_again() {
    let server = Server::start().unwrap();
    let person = Person::new("李白").unwrap();
    let screen = first_start(&person, &[], "C.UTF-8");
    screen.shows("Your name").unwrap();
    screen.wait("the caret behind the login name", |s| s.cursor_position() == (4, 19)).unwrap();

    screen.types("\x15a b").unwrap();
    screen.shows("it holds ' '").unwrap();
    screen.types("\x15李白\r\x15").unwrap();
    screen.shows("names no host").unwrap();
    screen.types(&server.url()).unwrap();
    screen.shows("a chat server answers there").unwrap();
    screen.types("\r\x1b[C").unwrap();
    screen.shows("欢迎使用").unwrap();
    screen.types("\r").unwrap();
    screen.shows("在线").unwrap();
    screen.shows("这里还没有人说话").unwrap();
    screen.enters("来了").unwrap();

    let reader = Raw::v1(server.port(), "瑶").unwrap();
    reader.wait("the line", |heard| heard.timeline.texts() == ["来了"]).unwrap();
    assert_eq!(reader.lines()[0].from, "李白");
    let file = person.home().join("config/kpl-chat/config.toml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    let url = server.url();
    let entries: Vec<&str> =
        text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(entries, ["name = \"李白\"", &format!("url = \"{url}\""), "lang = \"zh\""]);
    assert!(text.contains("# 是否使用 vi 按键编辑\n#vi = false\n"), "{text}");
    drop(screen);
    let again = first_start(&person, &[], "C.UTF-8");
    again.shows("李白>").unwrap();
    again.shows("在线").unwrap();
}

#[test]
fn esc_leaves_the_terminal_whole_and_nothing_behind() {
    let person = Person::new("李白").unwrap();
    let mut screen = first_start(&person, &[], "zh_CN.UTF-8");
    screen.shows("你的名字").unwrap();

    screen.types("\x1b").unwrap();
    let ended = screen.finish(SOON).unwrap();

    assert_eq!(ended.code, 0);
    assert_eq!(screen.unrestored(), [""; 0]);
    assert_eq!(person.files().unwrap(), [""; 0].map(std::path::PathBuf::from));
}

#[test]
fn a_server_that_is_none_is_told_while_it_is_typed() {
    let person = Person::new("李白").unwrap();
    let web = crate::first_errors::web_server();
    let (_nobody, nothing) = crate::first_errors::nobody();
    let screen = first_start(&person, &[], "C.UTF-8");
    screen.shows("Your name").unwrap();

    screen.types("\r\x15").unwrap();
    screen.types(&web).unwrap();
    screen.shows("is no Socket.IO server").unwrap();
    screen.types("\x15").unwrap();
    screen.types(&nothing).unwrap();
    screen.shows("no server answers at").unwrap();
    screen.resize((40, 15)).unwrap();
    screen.shows("no server answers").unwrap();
}

#[test]
fn whoever_says_a_name_is_asked_nothing() {
    let server = Server::start().unwrap();
    let person = Person::new("李白").unwrap();

    let screen = Screen::open(&person, &server.url()).unwrap();

    screen.shows("others join with: kpl-chat --url").unwrap();
    let named = [("KPL_NAME", "瑶"), ("KPL_URL", &server.url())];
    let screen = Screen::run(&person, &[], &named, ORDINARY).unwrap();
    screen.shows("瑶>").unwrap();
}
