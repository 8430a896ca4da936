//! Who may enter: the server's password, guests, and what is refused before it starts.

use std::{fs, path::PathBuf, time::Duration};

use kpl_shared::protocol::event;
use kpl_tests::harness::{
    person::Person,
    raw::{Raw, key_of},
    screen::Screen,
    server::{self, Plan, Server},
    wait::PATIENCE,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const PASSWORD: &str = "芝麻 开门";

/// A server that asks for [`PASSWORD`], and logs all that it can say.
fn locked(folder: &TempDir) -> Server {
    Server::planned(Plan::with(&["--password-file", &file(folder), "--log", "trace"])).unwrap()
}

fn file(folder: &TempDir) -> String {
    let path: PathBuf = folder.path().join("password");
    fs::write(&path, format!("{PASSWORD}\n")).unwrap();
    path.display().to_string()
}

fn refusal(server: &Server, auth: &Value) -> String {
    Raw::connect(server.port(), auth).unwrap_err().to_string()
}

#[test]
fn only_who_knows_the_password_enters_and_the_others_hear_one_sentence() {
    let folder = TempDir::new().unwrap();
    let server = locked(&folder);

    let none = refusal(&server, &json!({"v": 1, "name": "李白", "key": key_of("李白")}));
    let wrong = refusal(&server, &json!({"v": 1, "name": "李白", "password": "芝麻"}));
    let plain = refusal(&server, &Value::Null);
    let yao = Raw::v1_with(server.port(), json!({"name": "瑶", "password": PASSWORD})).unwrap();
    let script = Raw::connect(server.port(), &json!({"password": PASSWORD})).unwrap();

    assert!(none.starts_with("password_required: "), "{none}");
    assert_eq!((&wrong, &plain), (&none, &none));
    script.say("进来了").unwrap();
    yao.wait("the line", |heard| heard.timeline.texts() == ["进来了"]).unwrap();
    for secret in [PASSWORD, "芝麻", &key_of("李白")] {
        assert!(!server.log().contains(secret), "the log holds {secret}");
    }
}

#[test]
fn whoever_guesses_is_slowed_and_keeps_nobody_out() {
    let folder = TempDir::new().unwrap();
    let server = locked(&folder);
    let knows = json!({"name": "瑶", "password": PASSWORD});
    drop(Raw::v1_with(server.port(), knows.clone()).unwrap());

    let guesses: Vec<String> =
        (0..8).map(|guess| refusal(&server, &json!({"password": format!("{guess}")}))).collect();

    assert!(guesses[0].starts_with("password_required: "), "{guesses:?}");
    assert!(guesses.iter().any(|why| why.starts_with("too_fast: ")), "{guesses:?}");
    Raw::v1_with(server.port(), knows).unwrap();
}

#[test]
fn where_there_are_no_guests_a_name_and_a_key_are_needed() {
    let server = Server::planned(Plan::with(&["--guests", "off"])).unwrap();

    let keyless = refusal(&server, &json!({"v": 1, "name": "李白"}));
    let nameless = refusal(&server, &json!({"v": 1, "key": key_of("x")}));
    let plain = refusal(&server, &Value::Null);
    let libai = Raw::v1(server.port(), "李白").unwrap();

    for why in [keyless, nameless, plain] {
        assert!(why.starts_with("key_required: "), "{why}");
    }
    assert_eq!(libai.ask(event::TALK, &["x".into()]).unwrap()["ok"], true);
}

#[test]
fn a_server_that_others_can_reach_does_not_start_until_it_is_said_who_may_enter() {
    let home = TempDir::new().unwrap();

    let ended = server::bare(home.path(), &["--listen", "0.0.0.0:0", "--store", "memory"]).unwrap();

    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("--password-file") && ended.err.contains("--open"), "{ended:?}");
    assert_eq!(ended.err.trim().lines().count(), 1, "{ended:?}");
}

#[test]
fn a_password_that_cannot_be_used_keeps_the_server_from_starting() {
    let home = TempDir::new().unwrap();
    let path = file(&home);
    fs::write(&path, "").unwrap();

    let empty = server::bare(home.path(), &["--password-file", &path]).unwrap();
    let missing = server::bare(home.path(), &["--password-file", "/nowhere/password"]).unwrap();
    let both = server::bare_in(home.path(), &[("KPL_PASSWORD", "x")], &["--password-file", &path])
        .unwrap();

    for (ended, words) in [(empty, &*path), (missing, "/nowhere/password"), (both, "keep one")] {
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains(words), "{ended:?}");
    }
}

#[test]
fn somebody_at_the_screen_is_asked_for_the_password_and_nobody_sees_it() {
    let folder = TempDir::new().unwrap();
    let server = locked(&folder);
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();

    screen.shows("password>").unwrap();
    screen.enters("wrong").unwrap();
    screen.shows("That was not the password").unwrap();
    screen.types(PASSWORD).unwrap();
    screen.shows("password> *****").unwrap();
    screen.enters("").unwrap();
    screen.wait("the link stands", crate::is_linked).unwrap();
    screen.enters("我进来了").unwrap();

    screen.shows("ok").unwrap();
    assert!(!screen.everything().contains("芝麻"), "the password was shown");
    for path in libai.files().unwrap() {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        assert!(!text.contains("芝麻"), "{} holds the password", path.display());
    }
}

#[test]
fn scripts_bring_the_password_in_a_file_or_a_variable_or_are_told_to() {
    let folder = TempDir::new().unwrap();
    let (server, libai) = (locked(&folder), Person::new("李白").unwrap());
    let send = |arguments: &[&str], variable: Option<&str>| {
        let mut command = libai.command(&[]).unwrap();
        command.args(libai.identity(&server.url())).arg("send").args(arguments).arg("hello");
        command.envs(variable.map(|value| ("KPL_PASSWORD", value)));
        let mut program = kpl_tests::harness::program::Program::start(command).unwrap();
        program.finish(PATIENCE + Duration::from_secs(5)).unwrap()
    };

    let none = send(&[], None);
    let wrong = send(&[], Some("芝麻"));
    let variable = send(&[], Some(PASSWORD));
    let from_file = send(&["--password-file", &file(&folder)], Some("芝麻"));

    for refused in [&none, &wrong] {
        assert_eq!(refused.code, 4, "{refused:?}");
        assert!(refused.err.contains("KPL_PASSWORD"), "{refused:?}");
    }
    for done in [&variable, &from_file] {
        assert_eq!(done.code, 0, "{done:?}");
    }
}
