//! What is called delivered is delivered, what is called kept is kept, and neither is said twice:
//! with a server that is late, one that is another, and disks that take nothing.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    time::Duration,
};

use kpl_shared::protocol::event;
use kpl_tests::{
    harness::{
        binaries,
        disk::{SlowDisk, SmallDisk, within_as_nobody},
        person::Person,
        program::Program,
        raw::Raw,
        screen::Screen,
        server::{Plan, Server, assert_calm},
        stranger::Stranger,
        wait::{PATIENCE, eventually},
    },
    proxy::{End, Faults, Proxy},
};
use serde_json::{Value, json};

use crate::first_errors::nobody;

/// For so long it is watched that something does not happen: longer than any server has that is to
/// be taken for a plain one.
const WATCH: Duration = Duration::from_millis(3500);

#[track_caller]
fn never(what: &str, condition: impl FnMut() -> bool) {
    assert!(eventually(what, WATCH, condition).is_err(), "{what}");
}

/// A server on a disk that takes its time, in whose room three lines were said.
fn slow() -> (SlowDisk, Server) {
    let disk = SlowDisk::new().unwrap();
    let server = Server::planned(Plan { within: disk.within(), ..Plan::default() }).unwrap();
    let author = Raw::v1(server.port(), "吕布").unwrap();
    author.say_all(&crate::lines_of("吕布", 3), 3).unwrap();
    (disk, server)
}

/// Has the server wait for its disk, with a line of somebody else.
fn hold(disk: &SlowDisk, server: &Server) -> Raw {
    let author = Raw::v1(server.port(), "吕布").unwrap();
    disk.hold().unwrap();
    author.say("is held up").unwrap();
    eventually("a server that waits for its disk", PATIENCE, || disk.is_waited_for()).unwrap();
    author
}

/// Kills the server while its disk holds everything up, and starts it again on a quick one.
fn crash(disk: &SlowDisk, server: &mut Server) {
    server.kill().unwrap();
    disk.flow().unwrap();
    server.restart().unwrap();
}

#[track_caller]
fn assert_said_once(server: &Server, text: &str) {
    let reader = Raw::v1(server.port(), "后羿").unwrap();
    let head = reader.look(|heard| heard.timeline.hello.as_ref().unwrap().head);
    reader.wait("all lines", |heard| heard.timeline.log.len() as u64 >= head).unwrap();
    let texts = reader.texts();
    assert_eq!(texts.iter().filter(|said| *said == text).count(), 1, "{texts:?}");
}

#[test]
fn while_the_disk_of_a_server_holds_everything_up_a_script_is_not_told_that_it_is_done() {
    let (disk, mut server) = slow();
    let libai = Person::new("李白").unwrap();
    libai.runs(&server.url(), "send", &["before"]).unwrap().finish(PATIENCE).unwrap();
    // As if he had never been there: what the server itself says must do.
    fs::remove_dir_all(libai.home().join("state/kpl-chat/greeted")).unwrap();
    let _author = hold(&disk, &server);

    let mut send = libai.runs(&server.url(), "send", &["is it there?"]).unwrap();
    let mut tail = libai.runs(&server.url(), "tail", &["-n", "3", "--json"]).unwrap();
    never("one of them is done", || send.has_ended() || tail.has_ended());
    crash(&disk, &mut server);

    let (send, tail) = (send.finish(PATIENCE).unwrap(), tail.finish(PATIENCE).unwrap());
    assert_eq!((send.code, send.err.as_str()), (0, ""));
    assert_eq!((tail.code, tail.out.lines().count()), (0, 3), "{}\n{}", tail.out, tail.err);
    assert_said_once(&server, "is it there?");
    assert_calm(&server).unwrap();
}

#[test]
fn a_link_that_breaks_while_the_disk_holds_everything_up_makes_no_plain_server_of_it() {
    let (disk, mut server) = slow();
    let proxy = Proxy::before(server.port(), 1, Faults::default()).unwrap();
    let libai = Person::new("李白").unwrap();
    let url = format!("http://127.0.0.1:{}", proxy.port());
    let screen = Screen::open(&libai, &url).unwrap();
    screen.wait("the link", crate::is_linked).unwrap();
    let _author = hold(&disk, &server);
    let connections = proxy.connections();

    proxy.cut(End::Reset);
    eventually("a new link", PATIENCE, || proxy.connections() > connections).unwrap();
    screen.enters("is it there?").unwrap();
    never("a plain server, or a line that is delivered", || {
        let text = screen.text();
        text.contains("text only") || text.contains("is it there? ok")
    });
    crash(&disk, &mut server);

    screen.wait("the link", crate::is_linked).unwrap();
    screen.shows("is it there?").unwrap();
    screen.wait("that nothing waits", |s| !s.contents().contains("queued")).unwrap();
    assert_said_once(&server, "is it there?");
    assert!(!screen.everything().contains("text only"));
}

#[test]
fn a_v1_client_is_welcomed_at_once_and_greeted_in_its_turn_and_a_plain_one_is_neither() {
    let (disk, server) = slow();
    let _author = hold(&disk, &server);
    let names = |client: &Raw| -> Vec<String> {
        client.look(|heard| heard.events.iter().map(|(name, _)| name.clone()).collect())
    };

    let plain = Raw::plain(server.port()).unwrap();
    let v1 = Raw::connect(server.port(), &json!({"v": 1})).unwrap();

    v1.wait("the welcome", |heard| !heard.events.is_empty()).unwrap();
    v1.look(|heard| assert_eq!(heard.events[0].1, [json!({"v": 1})]));
    assert_eq!(names(&v1), [event::WELCOME]);
    disk.flow().unwrap();
    v1.wait("the greeting", |heard| heard.timeline.hello.is_some()).unwrap();
    assert_eq!(names(&v1)[..2], [event::WELCOME, event::HELLO]);
    v1.say("after").unwrap();
    plain.wait("a line", |heard| heard.talks.iter().any(|text| text == "after")).unwrap();
    assert!(names(&plain).iter().all(|name| name == event::TALK), "{:?}", names(&plain));
}

fn hello() -> (&'static str, Vec<Value>) {
    let hello = json!({
        "v": 1, "server": "strange", "epoch": "e", "room": "KPL", "head": 0,
        "you": {"name": "李白", "uid": "u", "guest": false},
        "limits": {"text_bytes": 4096, "page": 200},
    });
    (event::HELLO, vec![hello])
}

#[test]
fn a_server_that_greeted_once_is_given_no_line_until_it_greets_again() {
    let turns = vec![Some(Duration::ZERO), Some(Duration::from_secs(3))];
    let server = Stranger::in_turn(vec![hello()], turns).unwrap();
    let proxy = Proxy::before(server.port(), 1, Faults::default()).unwrap();
    let url = format!("http://127.0.0.1:{}", proxy.port());
    let libai = Person::new("李白").unwrap();
    let mut screen = Screen::sized(&libai, &url, (200, 24)).unwrap();
    screen.wait("the link", |s| s.contents().contains("live")).unwrap();

    // The greeting is late, and then does not come at all.
    proxy.cut(End::Closed);
    screen.wait("no link", |s| !s.contents().contains("live")).unwrap();
    screen.wait("the link", |s| s.contents().contains("live")).unwrap();
    proxy.cut(End::Closed);
    screen.wait("no link", |s| !s.contents().contains("live")).unwrap();
    screen.enters("not for strangers").unwrap();
    screen.shows("says no hello, as it once did").unwrap();

    assert!(!screen.everything().contains("text only"));
    screen.enters("/quit").unwrap();
    let ended = screen.finish(PATIENCE).unwrap();
    assert!(ended.out.contains("1 queued, kept for the next start"), "{}", ended.out);
    let mut send = libai.runs(&url, "send", &[]).unwrap();
    let ended = send.finish(PATIENCE).unwrap();
    assert_eq!(ended.code, 3, "{}", ended.err);
    assert!(ended.err.contains("says no hello") && ended.err.contains("(1) is kept"));
    assert_eq!(server.said(), [""; 0]);
    // It says what to do where another server stands there now, and that helps.
    let (_, rest) = ended.err.split_once("remove ").unwrap();
    fs::remove_file(rest.split_once(" and start").unwrap().0).unwrap();
    let ended = libai.runs(&url, "send", &[]).unwrap().finish(PATIENCE).unwrap();
    assert_eq!((ended.code, server.said()), (0, vec!["not for strangers".to_owned()]));
}

#[test]
fn a_line_that_a_plain_server_took_as_one_left_is_not_said_again_by_the_next_start() {
    let server = Stranger::relaying().unwrap();
    let libai = Person::new("李白").unwrap();
    let mut screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("text only").unwrap();

    // In one piece, so that it leaves before it can hear that the line has gone.
    screen.types("last words\r\x04").unwrap();
    let ended = screen.finish(PATIENCE).unwrap();
    let again = libai.runs(&server.url(), "send", &["back"]).unwrap().finish(PATIENCE).unwrap();

    assert_eq!((ended.code, again.code), (0, 0), "{}", again.err);
    assert!(!ended.out.contains("kept for the next start"));
    assert_eq!(server.said(), ["last words", "back"]);
}

#[test]
fn a_line_that_a_plain_server_took_as_one_changed_ones_name_is_not_said_again() {
    let server = Stranger::relaying().unwrap();
    let libai = Person::new("李白").unwrap();
    let mut screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("text only").unwrap();

    // In one piece again, and by a key that no paste has in it.
    screen.types("before\r\x15/nick 青莲\rafter\r").unwrap();
    eventually("the line after", PATIENCE, || server.said().iter().any(|said| said == "after"))
        .unwrap();
    screen.wait("that nothing waits", |s| !s.contents().contains("queued")).unwrap();
    screen.enters("/quit").unwrap();

    assert_eq!(screen.finish(PATIENCE).unwrap().code, 0);
    assert_eq!(server.said(), ["before", "after"]);
}

#[test]
fn what_a_full_disk_did_not_keep_is_not_called_kept() {
    let (_nobody, url) = nobody();
    let middle = "满".repeat(1360);
    for (room, words, code) in [
        (false, "2 of 3 queued kept for the next start; 1 is lost: No space left", 1),
        (true, "3 queued, kept for the next start", 0),
    ] {
        let disk = SmallDisk::of_kib(256).unwrap();
        let libai = Person::new("李白").unwrap();
        let chat = binaries::chat().unwrap().display().to_string();
        let (within, identity) = (disk.within(), libai.identity(&url));
        let argv = within.iter().chain([&chat]).chain(&identity).map(String::as_str);
        let state = disk.path("state").display().to_string();
        let variables = [("XDG_STATE_HOME", state.as_str())];
        let argv: Vec<&str> = argv.collect();
        let mut screen = Screen::start(&libai, &argv, &variables, (200, 50)).unwrap();
        screen.shows("not connected").unwrap();

        screen.enters("first").unwrap();
        screen.shows("1 queued").unwrap();
        disk.fill(screen.pid().unwrap()).unwrap();
        screen.enters(&middle).unwrap();
        screen.shows("2 queued").unwrap();
        screen.shows("would not survive this program").unwrap();
        screen.enters("third").unwrap();
        screen.shows("3 queued").unwrap();
        if room {
            disk.free(screen.pid().unwrap()).unwrap();
        }
        screen.enters("/quit").unwrap();

        let ended = screen.finish(PATIENCE).unwrap();
        assert!(ended.out.contains(words), "{}", ended.out);
        assert_eq!(ended.code, code);
    }
}

#[test]
fn in_plain_lines_what_a_read_only_folder_did_not_keep_is_not_called_kept() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    libai.runs(&server.url(), "send", &["before"]).unwrap().finish(PATIENCE).unwrap();
    drop(server);
    let (_nobody, url) = nobody();
    let outbox = libai.home().join("state/kpl-chat/outbox");
    fs::set_permissions(&outbox, Permissions::from_mode(0o500)).unwrap();
    let chat = libai.command(&[]).unwrap();
    let mut command = std::process::Command::new("unshare");
    command.args(&within_as_nobody().unwrap()[1..]).arg(chat.get_program());
    command.env_clear().envs(libai.environment()).current_dir(libai.home());
    command.args(libai.identity(&url)).arg("--plain");
    let mut plain = Program::start(command).unwrap();

    plain.feed("one\ntwo\n/quit\n".into());
    let ended = plain.finish(PATIENCE).unwrap();

    let words = "0 of 2 queued kept for the next start; 2 are lost: ";
    assert!(ended.err.contains(words), "{}\n{}", ended.out, ended.err);
    assert_eq!(ended.code, 1);
}
