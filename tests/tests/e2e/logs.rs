//! The log: a file, when one is asked for, that tells what the link does and nothing that is said.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use kpl_tests::harness::{
    person::Person,
    program::Program,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::Server,
    wait::{PATIENCE, eventually},
};

fn told(log: &Path, words: &[&str]) {
    eventually(&format!("{words:?} in the log"), PATIENCE, || {
        let text = fs::read_to_string(log).unwrap_or_default();
        let has_all = |line: &str| words.iter().all(|word| line.contains(word));
        text.lines().any(has_all)
    })
    .unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_log_follows_the_link_and_keeps_every_text_to_itself() {
    let mut server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    yao.say("heard-text").unwrap();
    let libai = Person::new("李白").unwrap();
    let log = libai.home().join("chat.log");
    let (url, path) = (server.url(), log.display().to_string());
    let arguments = ["--name", "李白", "--url", &url, "--log", &path];
    let mut screen = Screen::run(&libai, &arguments, &[], ORDINARY).unwrap();
    screen.shows("live").unwrap();
    screen.shows("heard-text").unwrap();

    screen.enters("said-text").unwrap();
    yao.wait("the line", |h| h.timeline.texts().iter().any(|t| t == "said-text")).unwrap();
    told(&log, &["numbered", "cid=", "seq=2", "ms="]);
    screen.enters("/search sought-text").unwrap();
    told(&log, &["found", "hits=0"]);
    screen.types("\x1b").unwrap();
    // Escape and what follows at once would be one key.
    screen.wait("the search is over", |screen| !screen.contents().contains("search>")).unwrap();
    server.kill().unwrap();
    told(&log, &["WARN", "lost", "what=", "retry_ms="]);
    server.restart().unwrap();
    let greetings = || fs::read_to_string(&log).map_or(0, |text| text.matches(" greeted ").count());
    eventually("the link is back", PATIENCE, || greetings() == 2).unwrap();
    screen.enters("/quit").unwrap();
    screen.finish(PATIENCE).unwrap();

    let text = fs::read_to_string(&log).unwrap();
    for event in ["started", "dialled", "greeted", "sent", "left", "ended exit=Done"] {
        assert!(text.contains(event), "{event}: {text}");
    }
    let files = libai.files().unwrap();
    let key = fs::read_to_string(files.iter().find(|path| path.ends_with("key")).unwrap()).unwrap();
    for secret in ["said-text", "heard-text", "sought-text", key.trim()] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(mode(&log), 0o600);
    assert!(!screen.everything().contains("dialled"), "it is on the screen");
}

#[test]
fn a_log_is_added_to_and_can_be_asked_for_in_every_place() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let log = libai.home().join("chat.log");
    fs::write(&log, "what was there\n").unwrap();
    fs::set_permissions(&log, Permissions::from_mode(0o644)).unwrap();
    let config = libai.home().join("config/kpl-chat/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    fs::write(&config, "log = \"~/chat.log\"\n").unwrap();
    let url = server.url();
    let says = |variable: Option<&Path>| {
        let mut command = libai.command(&["--name", "李白", "--url", &url, "send", "hi"]).unwrap();
        command.envs(variable.map(|path| ("KPL_CHAT_LOG", path)));
        let ended = Program::without_input(command).unwrap().finish(PATIENCE).unwrap();
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "", ""));
    };

    says(None);
    says(None);
    let other = libai.home().join("other.log");
    says(Some(&other));

    let text = fs::read_to_string(&log).unwrap();
    assert!(text.starts_with("what was there\n"), "{text}");
    assert_eq!(text.matches("started").count(), 2, "{text}");
    assert_eq!(mode(&log), 0o600);
    assert_eq!(fs::read_to_string(other).unwrap().matches("numbered").count(), 1);
}

#[test]
fn a_log_that_cannot_be_kept_is_told_and_none_goes_to_the_screen() {
    let libai = Person::new("李白").unwrap();
    let nowhere = libai.home().join("no/such/folder/chat.log").display().to_string();

    let mut command = libai.command(&["--log", &nowhere, "send", "hi"]).unwrap();
    command.env("USER", "libai");
    let ended = Program::without_input(command).unwrap().finish(PATIENCE).unwrap();
    let arguments = ["--name", "李白", "--lang", "zh", "--log", "/dev/tty"];
    let mut screen = Screen::run(&libai, &arguments, &[], ORDINARY).unwrap();
    let on_screen = screen.finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(
        ended.err.starts_with(&format!("kpl-chat: cannot log to {nowhere}: ")),
        "{}",
        ended.err
    );
    assert_eq!(on_screen.code, 1);
    assert!(on_screen.out.contains("/dev/tty 是终端"), "{}", on_screen.out);
}
