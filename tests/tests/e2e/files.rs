//! Files in the terminal: brought by `/upload`, saved by `/save`, whole or not at all.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use kpl_chat::{
    io::{
        address::Address,
        connection::ConnectionSettings,
        files::{FileServer, bring::bring, fetch},
        trust::Trust,
    },
    model::words::files::FileTrouble,
};
use kpl_shared::{
    file::File,
    fingerprint::Fingerprint,
    handshake::Key,
    message::{Kind, Message},
    names::RoomName,
    protocol::event,
};
use kpl_tests::{
    harness::{
        files::{hash_of, lying, noise},
        person::Person,
        raw::key_of,
        screen::{ORDINARY, Screen},
        server::{Plan, Server},
        stranger::Stranger,
        tls::shown,
        wait::{PATIENCE, eventually, runtime},
    },
    proxy::{Faults, Proxy},
};
use serde_json::{Value, json};

use crate::tls::self_signed;

/// How large a file is that takes a while.
const LARGE: usize = 9 << 20;

/// Somebody who has a file of this name and content at home, and the path of it.
fn owner(name: &str, file: &str, content: &[u8]) -> (Person, PathBuf) {
    let person = Person::new(name).unwrap();
    let path = person.home().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    (person, path)
}

fn downloads(person: &Person) -> PathBuf {
    person.home().join("Downloads")
}

/// The names of what lies in a folder, hidden or not.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(Result::unwrap);
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The lines of the room, as whoever comes hears them.
fn lines(port: u16) -> Vec<Message> {
    let reader = Person::new("貂蝉").unwrap();
    let url = format!("http://127.0.0.1:{port}");
    let mut tail = reader.runs(&url, "tail", &["-n", "100", "--json"]).unwrap();
    let ended = tail.finish(PATIENCE).unwrap();
    assert_eq!(ended.code, 0, "{}", ended.err);
    ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether so much of a file has left, of a hundred.
fn has_left(screen: &vt100::Screen, least: u32) -> bool {
    let text = screen.contents();
    let percent = text.split("upload ").nth(1).and_then(|rest| rest.split_once('%'));
    percent.is_some_and(|(percent, _)| percent.parse::<u32>().is_ok_and(|p| p >= least))
}

#[test]
fn a_large_file_is_shown_to_the_room_and_saved_by_another_as_it_was() {
    let server = Server::start().unwrap();
    let content = noise(LARGE, 1);
    let (libai, _path) = owner("李白", "我的 图片/录像 1.bin", &content);
    let yao = Person::new("瑶").unwrap();
    let theirs = Screen::open(&yao, &server.url()).unwrap();
    theirs.shows("live").unwrap();
    let ours = Screen::open(&libai, &server.url()).unwrap();
    ours.shows("live").unwrap();

    ours.types("/upload ~/我\t").unwrap();
    ours.shows("李白> /upload ~/我的 图片/").unwrap();
    ours.types("\t").unwrap();
    ours.shows("李白> /upload ~/我的 图片/录像 1.bin").unwrap();
    ours.types("\r").unwrap();
    ours.shows("[file] 录像 1.bin  9 MB").unwrap();

    theirs.shows("李白  [file] 录像 1.bin  9 MB").unwrap();
    theirs.says("/save").unwrap();
    theirs.shows("录像 1.bin is saved as").unwrap();
    theirs.says("/save 1 ~/Downloads").unwrap();
    let both = ["录像 1 (1).bin", "录像 1.bin"];
    eventually("it is there twice", PATIENCE, || names(&downloads(&yao)) == both).unwrap();
    for name in names(&downloads(&yao)) {
        assert!(fs::read(downloads(&yao).join(name)).unwrap() == content);
    }
}

#[test]
fn a_server_that_dies_in_the_middle_of_a_file_gets_all_of_it_when_it_is_back_and_hears_it_once() {
    let mut server = Server::start().unwrap();
    let content = noise(LARGE, 2);
    let (libai, _path) = owner("李白", "录像.bin", &content);
    let slow = Faults { bytes_per_second: Some(2 << 20), ..Faults::default() };
    let proxy = Proxy::before(server.port(), 2, slow).unwrap();
    let screen = Screen::open(&libai, &format!("http://127.0.0.1:{}", proxy.port())).unwrap();
    screen.shows("live").unwrap();

    screen.says("/upload 录像.bin").unwrap();
    screen.wait("a fifth of it has left", |screen| has_left(screen, 20)).unwrap();
    server.kill().unwrap();
    screen.shows("reconnecting").unwrap();
    assert_eq!(screen.text().matches("[file]").count(), 0, "nothing half is said");
    proxy.set(Faults::default());
    server.restart().unwrap();

    screen.shows("[file] 录像.bin  9 MB").unwrap();
    eventually("it is kept", PATIENCE, || screen.text().contains("ok")).unwrap();
    let said = lines(server.port());
    let files: Vec<&File> = said.iter().filter_map(|line| line.file.as_deref()).collect();
    assert_eq!((files.len(), files[0].hash), (1, hash_of(&content)));
    assert_eq!(lying(&server).unwrap().len(), 1, "what came half is gone");
}

#[test]
fn what_changes_while_it_is_read_or_is_cancelled_is_never_said_and_leaves_nothing() {
    let server = Server::start().unwrap();
    let (libai, path) = owner("李白", "录像.bin", &noise(LARGE, 5));
    let slow = Faults { bytes_per_second: Some(2 << 20), ..Faults::default() };
    let proxy = Proxy::before(server.port(), 5, slow).unwrap();
    let screen = Screen::open(&libai, &format!("http://127.0.0.1:{}", proxy.port())).unwrap();
    screen.shows("live").unwrap();

    screen.says("/upload 录像.bin").unwrap();
    screen.wait("some of it has left", |screen| has_left(screen, 5)).unwrap();
    fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"more").unwrap();
    screen.shows("changed while it was read").unwrap();
    screen.says("/upload 录像.bin").unwrap();
    screen.wait("some of it has left", |screen| has_left(screen, 5)).unwrap();
    screen.says("/cancel").unwrap();
    screen.shows("stopped: 录像.bin").unwrap();

    eventually("nothing of it lies there", PATIENCE, || lying(&server).unwrap().is_empty())
        .unwrap();
    assert!(lines(server.port()).is_empty());
}

#[test]
fn what_cannot_be_uploaded_says_why_and_nothing_is_said() {
    let server = Server::planned(Plan::with(&["--rate", "off", "--max-file", "1000"])).unwrap();
    let (libai, path) = owner("李白", "large.bin", &noise(1001, 3));
    let pipe = path.with_file_name("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("live").unwrap();

    for (typed, why) in [
        ("/upload large.bin", "it has 1001 B, and at most 1000 B are taken"),
        ("/upload pipe", "/pipe is not a file"),
        ("/upload absent.png", "there is no file absent.png"),
        ("/upload ~", "is not a file"),
    ] {
        screen.says(typed).unwrap();
        let shows = |screen: &vt100::Screen| {
            let text = screen.contents().replace(['\n', ' '], "");
            text.contains(&why.trim_start_matches('/').replace(' ', ""))
        };
        screen.wait(why, shows).unwrap();
    }
    assert!(lines(server.port()).is_empty());
    let plain = Stranger::relaying().unwrap();
    let screen = Screen::open(&libai, &plain.url()).unwrap();
    screen.shows("text only").unwrap();
    screen.types("/upload large.bin\r").unwrap();
    screen.shows("this server takes no files").unwrap();
}

/// A hostile server's words: a room in which one file of this name is shown, said to hold this.
fn showing(name: &str, content: &[u8]) -> Vec<(&'static str, Vec<Value>)> {
    let hello = json!({
        "v": 1, "server": "s", "epoch": "e", "room": "KPL", "head": 0,
        "you": {"name": "李白", "uid": "u", "guest": false},
        "limits": {"text_bytes": 4096, "page": 200, "file_bytes": 1000},
    });
    let file = json!({
        "hash": hash_of(content).to_string(), "name": name, "size": content.len(), "type": name,
        "width": u32::MAX, "height": 1,
    });
    let line = json!({
        "seq": 1, "at": 0, "from": "e", "uid": "e", "kind": Kind::File, "text": name, "file": file,
    });
    let told = json!({"room": "KPL", "epoch": "e", "head": 1, "messages": [line]});
    vec![(event::HELLO, vec![hello]), (event::MESSAGES, vec![told])]
}

fn answer(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[test]
fn no_name_of_a_hostile_server_leaves_the_folder_or_steers_the_terminal() {
    for (name, saved) in [
        ("../../../../evil", "evil"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        ("-rf", "_-rf"),
        (".bashrc", "_.bashrc"),
        ("a\u{1b}]0;EVIL\u{7}\u{202e}b\n.png", "a_]0;EVIL__b_.png"),
    ] {
        let stranger = Stranger::handing_out(showing(name, b"content"), answer(b"content"));
        let stranger = stranger.unwrap();
        let libai = Person::new("李白").unwrap();
        let screen = Screen::sized(&libai, &stranger.url(), ORDINARY).unwrap();
        screen.shows("[picture]").unwrap();

        screen.says("/save").unwrap();
        screen.shows("is saved as").unwrap();

        assert_eq!(names(&downloads(&libai)), [saved], "{name:?}");
        assert_eq!(fs::read(downloads(&libai).join(saved)).unwrap(), b"content");
        for harm in ["\u{1b}]0;EVIL", "\u{202e}"] {
            assert!(!screen.everything().contains(harm), "{harm:?} came through");
        }
    }
}

#[test]
fn what_is_not_what_was_said_leaves_nothing_behind() {
    let endless = [answer(&[])[..17].to_vec(), b"\r\n".to_vec(), vec![b'x'; 1 << 20]].concat();
    for (sent, why) in [
        (answer(b"another"), "is not the file that was said"),
        (endless, "is not the file that was said"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(), "no longer"),
    ] {
        let stranger = Stranger::handing_out(showing("a.png", b"content"), sent).unwrap();
        let libai = Person::new("李白").unwrap();
        let screen = Screen::open(&libai, &stranger.url()).unwrap();
        screen.shows("[picture]").unwrap();

        screen.says("/save").unwrap();
        screen.shows("a.png was not saved").unwrap();

        screen.shows(why).unwrap();
        assert_eq!(names(&downloads(&libai)), [""; 0]);
    }
}

#[test]
fn what_is_there_is_not_overwritten_and_what_is_cancelled_leaves_nothing() {
    let server = Server::start().unwrap();
    let content = noise(LARGE, 4);
    let (libai, _path) = owner("李白", "a.bin", &content);
    let proxy = Proxy::before(server.port(), 4, Faults::default()).unwrap();
    let screen = Screen::open(&libai, &format!("http://127.0.0.1:{}", proxy.port())).unwrap();
    screen.shows("live").unwrap();
    screen.says("/upload a.bin").unwrap();
    let kept = |screen: &vt100::Screen| {
        let text = screen.contents();
        text.lines().any(|row| row.contains("[file] a.bin  9 MB") && row.trim_end().ends_with("ok"))
    };
    screen.wait("it is kept", kept).unwrap();

    proxy.set(Faults { bytes_per_second: Some(1 << 20), ..Faults::default() });
    screen.says("/save 1 .").unwrap();
    screen.shows("saving ").unwrap();
    screen.says("/cancel").unwrap();
    screen.shows("stopped: a.bin").unwrap();
    let hidden = || names(libai.home()).iter().any(|name| name.starts_with(".kpl"));
    eventually("it is gone", PATIENCE, || !hidden()).unwrap();
    proxy.set(Faults::default());
    screen.says("/save 1 .").unwrap();
    screen.shows("a (1).bin").unwrap();

    assert!(fs::read(libai.home().join("a.bin")).unwrap() == content);
    assert!(fs::read(libai.home().join("a (1).bin")).unwrap() == content);
}

#[test]
fn send_shows_files_and_says_which_it_could_not() {
    let server = Server::start().unwrap();
    let (libai, _path) = owner("李白", "截图 1.bin", b"content");

    let arguments =
        ["看图", "--file", "截图 1.bin", "--file", "absent.png", "--file", "截图 1.bin"];
    let ended = libai.runs(&server.url(), "send", &arguments).unwrap().finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 4, "{}", ended.err);
    assert!(ended.err.contains("not sent: \"absent.png\": there is no file absent.png"));
    let said = lines(server.port());
    let texts: Vec<&str> = said.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["看图", "截图 1.bin", "截图 1.bin"]);
    assert!(said[1..].iter().all(|line| line.kind == Kind::File && line.file.is_some()));
    let arguments = ["--file", "截图 1.bin"];
    let ended = libai.runs(&server.url(), "send", &arguments).unwrap().finish(PATIENCE).unwrap();
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
}

#[test]
fn line_by_line_files_are_shown_and_saved_too() {
    let server = Server::start().unwrap();
    let (libai, _path) = owner("李白", "a.bin", b"content");

    let mut plain = libai.runs(&server.url(), "", &["--plain"]).unwrap();
    plain.write("/upload a.bin\n").unwrap();
    plain
        .wait_for_line("the file", PATIENCE, |line| line.contains("[file] a.bin").then_some(()))
        .unwrap();
    plain.write("/save\n").unwrap();
    plain.close_input();
    let ended = plain.finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 0, "{}", ended.out);
    assert!(ended.out.contains("a.bin is saved as"), "{}", ended.out);
    assert_eq!(fs::read(downloads(&libai).join("a.bin")).unwrap(), b"content");
}

/// Where a person would bring files to a server that is trusted so.
fn file_server(server: &Server, trust: Trust) -> FileServer {
    let address = Address::parse(&server.url()).unwrap();
    let key = Key::parse(&key_of("李白"));
    let settings = ConnectionSettings::new(address, None, key, RoomName::default());
    FileServer::of(&ConnectionSettings { trust, ..settings })
}

#[test]
fn a_file_is_brought_to_the_server_of_the_right_certificate_and_to_no_other() {
    let mut server = self_signed();
    let fingerprint = shown(server.port()).unwrap();
    let (libai, path) = owner("李白", "a.bin", b"content");
    let (right, wrong) = (fingerprint.to_string(), Fingerprint::of(b"another"));

    let arguments = ["--fingerprint", &right, "--file", "a.bin"];
    let ended = libai.runs(&server.url(), "send", &arguments).unwrap().finish(PATIENCE).unwrap();
    assert_eq!(ended.code, 0, "{}", ended.err);

    let brings = |to: &FileServer| runtime().block_on(bring(to, &path, 1000, |_, _| {}));
    for trust in [Trust::Pinned(wrong), Trust::Machine] {
        let why = brings(&file_server(&server, trust)).unwrap_err();
        assert!(matches!(&why, FileTrouble::Link(why) if why.is_distrust()), "{why:?}");
    }
    let pinned = file_server(&server, Trust::Pinned(fingerprint));
    let file = brings(&pinned).unwrap();
    assert_eq!(runtime().block_on(fetch(&pinned, &file, 1000)).unwrap(), b"content");
    // Another server in its place, after its certificate was found right once.
    server.kill().unwrap();
    for kept in fs::read_dir(server.folder()).unwrap().map(Result::unwrap) {
        if kept.file_name().to_string_lossy().contains(".pem") {
            fs::remove_file(kept.path()).unwrap();
        }
    }
    server.restart().unwrap();
    assert_ne!(shown(server.port()).unwrap(), fingerprint);
    let why = brings(&pinned).unwrap_err();
    assert!(matches!(&why, FileTrouble::Link(why) if why.is_distrust()), "{why:?}");
}
