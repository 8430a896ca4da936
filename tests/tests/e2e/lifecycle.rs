//! How the server starts, refuses to start, and ends.

use std::{
    collections::HashSet,
    fs, thread,
    time::{Duration, Instant},
};

use kpl_shared::protocol::event;
use kpl_tests::harness::{
    http,
    polling::{Polling, texts},
    process::Signal,
    raw::Raw,
    server::{Plan, Server, assert_calm, bare, bare_in},
    timeline::assert_whole,
    wait::{PATIENCE, eventually},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::lines_of;

/// Within this time the server ends after it was asked to.
const END: Duration = Duration::from_secs(5);

#[test]
fn the_first_words_say_where_the_room_is_and_how_to_join_it() {
    let server = Server::start().unwrap();

    // The words come one line after the other.
    eventually("the last of the first words", PATIENCE, || server.out().contains("Ctrl+C"))
        .unwrap();
    let out = server.out();
    let url = server.url();
    assert!(out.contains(&format!("--url {url}")) && out.contains("--name"), "{out}");
    assert!(out.contains(&server.store().display().to_string()), "{out}");
    assert_eq!(server.health().unwrap(), 200);
    let page = http::get(server.port(), "/").unwrap();
    assert!(page.status == 200 && page.body.contains("kpl-chat --name"), "{page:?}");
}

#[test]
fn asked_to_end_it_says_goodbye_and_exits_0() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = Server::start().unwrap();
        let libai = Raw::v1(server.port(), "李白").unwrap();
        let plain = Raw::plain(server.port()).unwrap();

        server.signal(signal).unwrap();
        let ended = server.stop(END);

        libai.wait("the end of its connection", |heard| heard.closed.is_some()).unwrap();
        plain.wait("the end of its connection", |heard| heard.closed.is_some()).unwrap();
        assert_eq!(ended.unwrap().code, 0);
        libai.look(|heard| {
            let notice = heard.events.iter().find(|(name, _)| name == event::NOTICE);
            let (_, body) = notice.unwrap_or_else(|| panic!("no notice: {:?}", heard.events));
            assert_eq!(body[0]["code"], "restart");
            assert!(body[0]["text"].is_string());
        });
    }
}

#[test]
fn asked_to_end_it_lets_those_who_poll_hear_the_last_lines_and_the_goodbye() {
    let mut server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let v1 = Polling::connect(server.port(), &json!({"v": 1, "name": "瑶"})).unwrap();
    let plain = Polling::connect(server.port(), &Value::Null).unwrap();
    let last = lines_of("last", 60);
    // Long enough that nobody waits in a poll when the last word is said.
    let pause = Duration::from_millis(200);

    let (heard, ended) = thread::scope(|scope| {
        let heard = [&v1, &plain].map(|client| scope.spawn(|| client.poll_to_the_end(pause)));
        author.say_all(&last, 60).unwrap();
        let begin = Instant::now();
        let ended = server.stop(END).unwrap();
        assert!(begin.elapsed() < END);
        (heard.map(|heard| heard.join().unwrap()), ended)
    });

    assert_eq!(ended.code, 0, "{}", ended.err);
    for events in heard {
        assert_eq!(texts(&events), last);
        let (name, body) = events.last().unwrap();
        assert_eq!((name.as_str(), &body[0]["code"]), (event::NOTICE, &json!("restart")));
    }
}

#[test]
fn asked_to_end_while_a_client_is_stuck_it_still_exits_0_in_time() {
    let mut server = Server::start().unwrap();
    let stuck = Raw::v1(server.port(), "吕布").unwrap();
    let author = Raw::plain(server.port()).unwrap();
    stuck.stop_reading();
    let long = "汉".repeat(1300);
    let lines: Vec<String> = (0..1500).map(|number| format!("{number} {long}")).collect();
    author.say_all(&lines, 200).unwrap();

    let begin = Instant::now();
    let ended = server.stop(END).unwrap();

    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(begin.elapsed() < END);
}

#[test]
fn asked_to_end_under_load_it_keeps_and_tells_what_it_acknowledges() {
    let mut server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    let listener = Raw::v1(server.port(), "瑶").unwrap();
    author.say_all(&lines_of("before", 50), 50).unwrap();

    let texts = lines_of("during", 4000);
    let answered = thread::scope(|scope| {
        // The connection ends in the middle, so that not all of them are answered.
        scope.spawn(|| author.say_all(&texts, 500).is_ok());
        author.wait("the middle", |heard| heard.acks.len() > 800).unwrap();
        let ended = server.stop(END).unwrap();
        assert_eq!(ended.code, 0, "{}", ended.err);
        author.wait("the end of its connection", |heard| heard.closed.is_some()).unwrap();
        author.look(|heard| {
            let kept = heard.acks.values().filter(|answer| answer["ok"] == true);
            kept.filter_map(|answer| answer["seq"].as_u64()).collect::<HashSet<u64>>()
        })
    });

    listener.wait("the end of its connection", |heard| heard.closed.is_some()).unwrap();
    let told = listener.look(|heard| heard.timeline.log.next() - 1);
    server.restart().unwrap();
    let back = Raw::v1(server.port(), "瑶").unwrap();
    let kept = back.look(|heard| heard.timeline.hello.as_ref().unwrap().head);
    back.wait("all lines", |heard| heard.timeline.log.len() as u64 == kept).unwrap();
    assert_whole(&back.lines()).unwrap();
    let acknowledged = answered.iter().max().copied().unwrap();
    assert!(acknowledged <= kept, "{acknowledged} acknowledged, {kept} kept");
    assert!(told == kept, "{told} told, {kept} kept");
}

#[test]
fn a_port_that_is_taken_is_named_and_the_exit_code_is_1() {
    let server = Server::start().unwrap();
    let home = TempDir::new().unwrap();

    let listen = format!("127.0.0.1:{}", server.port());
    let ended = bare(home.path(), &["--listen", &listen, "--store", "memory"]).unwrap();

    assert_eq!(ended.code, 1, "{}", ended.err);
    assert_one_sentence(&ended.err, &[&listen, "taken"]);
}

#[test]
fn a_second_server_on_a_store_refuses_to_start_and_says_why() {
    let server = Server::start().unwrap();
    let home = TempDir::new().unwrap();

    let store = format!("sqlite:{}", server.store().display());
    let ended = bare(home.path(), &["--listen", "127.0.0.1:0", "--store", &store]).unwrap();

    assert_eq!(ended.code, 1, "{}", ended.err);
    assert_one_sentence(&ended.err, &[&server.store().display().to_string(), "in use"]);
    assert_eq!(server.health().unwrap(), 200);
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let mut server = Server::start().unwrap();
    server.stop(END).unwrap();
    let file = rusqlite::Connection::open(server.store()).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    drop(file);
    let before = fs::read(server.store()).unwrap();

    let store = format!("sqlite:{}", server.store().display());
    let ended = bare(server.folder(), &["--listen", "127.0.0.1:0", "--store", &store]).unwrap();

    assert_eq!(ended.code, 1, "{}", ended.err);
    assert_one_sentence(&ended.err, &["newer", "99"]);
    assert_eq!(fs::read(server.store()).unwrap(), before);
}

#[test]
fn a_store_that_is_none_or_cannot_be_made_is_named() {
    let home = TempDir::new().unwrap();
    let text = home.path().join("letter.txt");
    fs::write(&text, "dear reader, ".repeat(1000)).unwrap();
    let below_a_file = text.join("kpl.db");

    for path in [&text, &below_a_file] {
        let store = format!("sqlite:{}", path.display());
        let ended = bare(home.path(), &["--listen", "127.0.0.1:0", "--store", &store]).unwrap();
        assert_eq!(ended.code, 1, "{}", ended.err);
        assert_one_sentence(&ended.err, &["letter.txt"]);
    }
}

#[test]
fn a_settings_file_is_read_and_what_it_does_not_know_is_named() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("server.toml");
    let config = file.display().to_string();

    fs::write(&file, "listen = \"127.0.0.1:0\"\nstoer = \"memory\"\n").unwrap();
    let unknown = bare(home.path(), &["--config", &config]).unwrap();
    fs::write(&file, "rate = \"off\"\nlisten = \n").unwrap();
    let broken = bare(home.path(), &["--config", &config]).unwrap();
    let missing = bare(home.path(), &["--config", "nowhere.toml"]).unwrap();
    let flag = bare(home.path(), &["--no-such-flag"]).unwrap();

    assert_eq!((unknown.code, broken.code, missing.code, flag.code), (2, 2, 2, 2));
    assert_one_sentence(&unknown.err, &["stoer", &config]);
    assert_one_sentence(&broken.err, &[&config, "TOML", "line 2"]);
    assert_one_sentence(&missing.err, &["nowhere.toml"]);
    assert!(flag.err.contains("--no-such-flag"));
}

#[test]
fn a_wrong_value_is_told_with_where_it_stands_and_the_exit_code_is_2() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("server.toml");
    let config = file.display().to_string();

    fs::write(&file, "max-text = \"long\"\n").unwrap();
    let value = bare(home.path(), &["--config", &config]).unwrap();
    fs::write(&file, "max-text = 5\nmax_text = 6\n").unwrap();
    let twice = bare(home.path(), &["--config", &config]).unwrap();
    let flag = bare(home.path(), &["--log", "inof"]).unwrap();
    let variable = bare_in(home.path(), &[("KPL_LOG", "info,what")], &[]).unwrap();
    let address = bare(home.path(), &["--listen", "3000"]).unwrap();
    let cramped = bare(home.path(), &["--rate", "off", "--max-text", "60000"]).unwrap();

    assert_eq!((value.code, twice.code, flag.code, variable.code), (2, 2, 2, 2));
    assert_eq!((address.code, cramped.code), (2, 2));
    assert!(address.err.contains("127.0.0.1:3000 or [::]:3000"), "{}", address.err);
    assert_one_sentence(&cramped.err, &["max-text", "raise max-message and max-frame to 361024"]);
    assert_one_sentence(&value.err, &[&config, "max-text", "long", "number of bytes"]);
    assert_one_sentence(&twice.err, &[&config, "max-text", "max_text"]);
    assert!(flag.err.contains("inof") && flag.err.contains("--log"), "{}", flag.err);
    assert!(variable.err.contains("what") && variable.err.contains("--log"), "{}", variable.err);
}

#[test]
fn a_variable_that_is_empty_counts_as_none() {
    let server = Server::start().unwrap();
    let home = TempDir::new().unwrap();
    let variables = [
        "CONFIG",
        "LISTEN",
        "STORE",
        "RATE",
        "MAX_TEXT",
        "MAX_MESSAGE",
        "MAX_FRAME",
        "HEADER_TIMEOUT",
        "STALL_TIMEOUT",
        "LOG_FORMAT",
        "LOG",
    ]
    .map(|name| format!("KPL_{name}"));
    let cleared: Vec<(&str, &str)> = variables.iter().map(|name| (name.as_str(), "")).collect();

    let listen = format!("127.0.0.1:{}", server.port());
    let ended = bare_in(home.path(), &cleared, &["--listen", &listen]).unwrap();

    // All settings were read, or it would not have come as far as the port.
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert_one_sentence(&ended.err, &[&listen, "taken"]);
    assert!(home.path().join(".local/share/kpl/kpl.db").exists());
}

#[test]
fn a_setting_in_the_file_counts_where_no_flag_does() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("server.toml");
    fs::write(&file, "max-text = 5\nrate = \"10,5\"\n").unwrap();
    let plan = Plan::with(&["--config", &file.display().to_string(), "--rate", "off"]);
    let server = Server::planned(plan).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    let answers = libai.say_all(&vec!["short".to_owned(); 30], 30).unwrap();
    let long = libai.ask(event::TALK, &["longer".into()]).unwrap();

    assert!(answers.iter().all(|answer| answer["ok"] == true), "the file's rate counted");
    assert_eq!(long["code"], "text_too_long");
    libai.look(|heard| assert_eq!(heard.timeline.hello.as_ref().unwrap().limits.text_bytes, 5));
}

#[test]
fn a_stopped_server_comes_back_with_everything() {
    let mut server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&lines_of("x", 20), 20).unwrap();
    let epoch = author.look(|heard| heard.timeline.hello.clone().unwrap().epoch);

    server.stop(END).unwrap();
    server.restart().unwrap();

    let back = Raw::v1(server.port(), "李白").unwrap();
    back.wait("all lines", |heard| heard.timeline.texts() == lines_of("x", 20)).unwrap();
    back.look(|heard| assert_eq!(heard.timeline.hello.as_ref().unwrap().epoch, epoch));
    assert_calm(&server).unwrap();
}

/// What a program says when it refuses to start: one line, with the words that help.
#[track_caller]
fn assert_one_sentence(err: &str, words: &[&str]) {
    let lines: Vec<&str> = err.lines().filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(lines.len(), 1, "{err}");
    for word in words {
        assert!(err.contains(word), "{word:?} is missing: {err}");
    }
    assert!(!err.contains("panicked") && !err.contains("RUST_BACKTRACE"), "{err}");
}
