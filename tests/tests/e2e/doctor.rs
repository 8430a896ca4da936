//! `kpl-chat doctor`: says in words what is wrong, and by its exit code whether one can chat.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use kpl_tests::harness::{
    person::Person,
    program::{Ended, Program},
    raw::{Raw, key_of},
    screen::{ORDINARY, Screen},
    server::Server,
    stranger::Stranger,
    wait::PATIENCE,
};
use serde_json::json;

use crate::first_errors::{nobody, web_server};

fn examined(person: &Person, url: &str, arguments: &[&str]) -> Ended {
    person.runs(url, "doctor", arguments).unwrap().finish(PATIENCE).unwrap()
}

#[track_caller]
fn assert_found(ended: &Ended, code: i32, findings: &[(&str, &str, &str)]) {
    assert_eq!(ended.code, code, "{}{}", ended.out, ended.err);
    for (sign, subject, words) in findings {
        let found = ended
            .out
            .lines()
            .any(|line| line.starts_with(sign) && line.contains(subject) && line.contains(words));
        assert!(found, "{sign} {subject} {words}: {}", ended.out);
    }
}

#[test]
fn where_one_can_chat_all_is_well_and_nothing_is_said_in_the_room() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();

    let ended = examined(&libai, &server.url(), &[]);

    assert_found(
        &ended,
        0,
        &[
            ("+", "name", "李白"),
            ("+", "folders", "state"),
            ("+", "connection", "ms"),
            ("+", "web answer", "HTTP 200"),
            ("+", "clock", "within"),
            ("+", "room", "enter KPL as 李白"),
            ("+", "round trip", "ms"),
        ],
    );
    assert!(ended.out.ends_with("You can chat\n"), "{}", ended.out);
    assert!(!ended.out.contains('\x1b'), "no colours where nobody sees them");
    reader.say("still here").unwrap();
    reader.wait("only this line", |heard| heard.timeline.texts() == ["still here"]).unwrap();
    let again = examined(&libai, &server.url(), &["--lang", "zh"]);
    assert_found(
        &again,
        0,
        &[("+ 正常", "密钥", "指纹"), ("+ 正常", "房间", "可以用 李白 进入 KPL")],
    );
}

/// A tmux with nothing in it, which ends with the test.
struct Tmux(PathBuf);

impl Tmux {
    fn start(home: &Path) -> Self {
        let tmux = Self(home.join("tmux"));
        tmux.told(&["-f", "/dev/null", "new-session", "-d", "sleep 60"]);
        tmux
    }

    fn told(&self, arguments: &[&str]) -> String {
        let told = Command::new("tmux").arg("-S").arg(&self.0).args(arguments).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8(told.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.told(&["kill-server"]);
    }
}

#[test]
fn what_tmux_does_with_what_is_copied_is_told() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let tmux = Tmux::start(libai.home());
    let examined = || {
        let mut command =
            libai.command(&["--name", "李白", "--url", &server.url(), "doctor"]).unwrap();
        command.env("TMUX", format!("{},1,0", tmux.0.display()));
        Program::without_input(command).unwrap().finish(PATIENCE).unwrap()
    };

    tmux.told(&["set", "-g", "set-clipboard", "off"]);
    assert_found(&examined(), 0, &[("!", "tmux", "run: tmux set -g set-clipboard on")]);
    tmux.told(&["set", "-g", "set-clipboard", "external"]);
    assert_found(&examined(), 0, &[("+", "tmux", "set-clipboard is external")]);
}

#[test]
fn where_there_is_no_server_the_step_is_named_that_fails() {
    let (_nobody, url) = nobody();
    let libai = Person::new("李白").unwrap();

    assert_found(&examined(&libai, &url, &[]), 3, &[("x", "connection", &url)]);
    let lost = examined(&libai, "http://no-such-host.invalid", &["--lang=zh"]);
    assert_found(&lost, 3, &[("x 有误", "主机", "no-such-host.invalid")]);
}

#[test]
fn a_web_server_and_a_plain_server_are_told_apart() {
    let libai = Person::new("李白").unwrap();
    let relay = Stranger::relaying().unwrap();

    let web = examined(&libai, &web_server(), &[]);
    let plain = examined(&libai, &relay.url(), &[]);

    assert_found(&web, 3, &[("+", "web answer", "404"), ("x", "room", "no Socket.IO server")]);
    assert_found(&plain, 0, &[("!", "room", "text only")]);
}

#[test]
fn a_name_that_is_taken_and_a_key_that_lies_open_are_told_with_what_to_do() {
    let server = Server::start().unwrap();
    let auth = json!({"name": "李白", "key": key_of("somebody else")});
    let _owner = Raw::v1_with(server.port(), auth).unwrap();
    let libai = Person::new("李白").unwrap();

    let taken = examined(&libai, &server.url(), &[]);
    assert_found(&taken, 3, &[("x", "room", "--name")]);

    let files = libai.files().unwrap();
    let key = files.iter().find(|path| path.ends_with("key")).unwrap();
    fs::set_permissions(key, Permissions::from_mode(0o644)).unwrap();
    let open = examined(&libai, &server.url(), &[]);
    assert_found(&open, 3, &[("x", "key", "chmod 600")]);
}

#[test]
fn in_a_terminal_the_widths_are_measured_and_the_terminal_is_left_whole() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let identity = libai.identity(&server.url());
    let mut arguments: Vec<&str> = identity.iter().map(String::as_str).collect();
    arguments.push("doctor");

    let mut screen = Screen::run(&libai, &arguments, &[], ORDINARY).unwrap();
    let ended = screen.finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 0, "{}", screen.text());
    let text = screen.text();
    assert!(text.contains("80 columns, 24 rows") && text.contains("256"), "{text}");
    assert!(text.lines().any(|line| line.contains(" width ")), "{text}");
    assert_eq!(screen.unrestored(), [""; 0]);
}
