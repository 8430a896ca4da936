//! The errors that a person meets first: one sentence each, and what to do.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use kpl_tests::harness::{
    person::Person,
    program::{Ended, Program},
    raw::{Raw, key_of},
    screen::Screen,
    server::Server,
    wait::PATIENCE,
};
use serde_json::json;

/// A port at which nobody listens while the listener that was bound to it is kept unused.
pub(crate) fn nobody() -> (tokio::net::TcpSocket, String) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    (socket, url)
}

/// A web server that knows nothing of Socket.IO.
pub(crate) fn web_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let answer = |mut stream: TcpStream| -> std::io::Result<()> {
            let _request = stream.read(&mut [0; 4096])?;
            stream.write_all(
                b"HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\nconnection: close\r\n\r\nnot found",
            )
        };
        for stream in listener.incoming().flatten() {
            drop(answer(stream));
        }
    });
    url
}

fn says(url: &str, name: &str) -> Ended {
    let person = Person::new(name).unwrap();
    person.runs(url, "send", &["hello"]).unwrap().finish(PATIENCE).unwrap()
}

#[track_caller]
fn assert_sentence(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, code, "{}", ended.err);
    let lines = ended.err.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(lines, 1, "{}", ended.err);
    for word in words {
        assert!(ended.err.contains(word), "{word:?} is missing: {}", ended.err);
    }
}

#[test]
fn where_there_is_no_server_a_script_is_told_so_and_the_exit_code_is_3() {
    let (_nobody, url) = nobody();

    let ended = says(&url, "李白");

    assert_sentence(&ended, 3, &[&url, "kept"]);
}

#[test]
fn what_is_no_socket_io_server_is_told_and_the_exit_code_is_3() {
    let url = web_server();

    let ended = says(&url, "李白");

    assert_sentence(&ended, 3, &[&url]);
}

#[test]
fn what_is_no_address_is_told_with_one_that_is() {
    for bad in ["ftp://x", "http://", "http://a b", "host:99999"] {
        assert_sentence(&says(bad, "李白"), 2, &["http://127.0.0.1:3000"]);
    }
}

#[test]
fn a_name_that_will_not_do_is_told_before_anything_is_tried() {
    let server = Server::start().unwrap();

    assert_sentence(&says(&server.url(), "a b"), 2, &["a b"]);
}

#[test]
fn a_name_that_is_taken_is_told_and_the_exit_code_is_4() {
    let server = Server::start().unwrap();
    let auth = json!({"name": "李白", "key": key_of("somebody else")});
    let _owner = Raw::v1_with(server.port(), auth).unwrap();

    let ended = says(&server.url(), "李白");

    assert_eq!(ended.code, 4, "{}", ended.err);
    let (why, gone) = ended.err.trim_end().split_once('\n').unwrap();
    assert!(why.contains("the name belongs to another key") && why.contains("--name"), "{why}");
    assert!(gone.contains("1 line is given up") && gone.lines().count() == 1, "{gone}");
}

#[test]
fn a_script_that_is_refused_again_and_again_leaves_nothing_behind() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();

    for _ in 0..2 {
        let mut command = libai.command(&["--name", "guest-x", "--url", &server.url()]).unwrap();
        command.args(["send", "hi"]);
        let ended = Program::start(command).unwrap().finish(PATIENCE).unwrap();
        assert_eq!(ended.code, 4, "{}", ended.err);
        assert_eq!(ended.err.lines().count(), 2, "{}", ended.err);
    }

    let outbox = libai.home().join("state/kpl-chat/outbox");
    assert_eq!(std::fs::read_dir(outbox).unwrap().count(), 0);
}

#[test]
fn an_unknown_flag_is_named_and_the_exit_code_is_2() {
    let person = Person::new("李白").unwrap();

    let command = person.command(&["--no-such-flag"]).unwrap();
    let ended = Program::start(command).unwrap().finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("--no-such-flag"));
}

#[test]
fn a_screen_without_a_server_says_so_and_finds_it_when_it_comes() {
    let mut server = Server::start().unwrap();
    server.kill().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("not connected").unwrap();
    screen.enters("said before there was a server").unwrap();
    screen.shows("1 queued").unwrap();

    server.restart().unwrap();

    screen.shows("live").unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    reader.wait("the line", |h| h.timeline.texts() == ["said before there was a server"]).unwrap();
}

#[test]
fn a_screen_at_a_server_that_speaks_something_else_says_that_it_is_not_connected() {
    let url = web_server();
    let libai = Person::new("李白").unwrap();

    let screen = Screen::open(&libai, &url).unwrap();

    screen.shows("not connected").unwrap();
}

#[test]
fn a_new_name_that_is_taken_leaves_one_in_the_room_under_the_old_one() {
    let server = Server::start().unwrap();
    let auth = json!({"name": "貂蝉", "key": key_of("somebody else")});
    let owner = Raw::v1_with(server.port(), auth).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("live").unwrap();

    screen.enters("/nick 貂蝉").unwrap();
    screen.shows("you cannot be 貂蝉: the name belongs to another key").unwrap();
    screen.says("还在").unwrap();

    owner.wait("a line", |heard| heard.timeline.log.len() == 1).unwrap();
    assert_eq!(owner.lines()[0].from, "李白");
    assert!(!screen.text().contains("not let in"), "{}", screen.text());
}

#[test]
fn a_screen_whose_name_is_taken_says_so_and_takes_another_at_a_word() {
    let server = Server::start().unwrap();
    let auth = json!({"name": "李白", "key": key_of("somebody else")});
    let owner = Raw::v1_with(server.port(), auth).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("not let in").unwrap();
    screen.shows("/nick").unwrap();

    screen.enters("/nick 青莲").unwrap();
    screen.shows("live").unwrap();
    screen.enters("大河之剑天上来").unwrap();

    owner.wait("a line", |heard| heard.timeline.log.len() == 1).unwrap();
    assert_eq!(owner.lines()[0].from, "青莲");
}
