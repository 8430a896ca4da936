//! Invites: a link lets in who has it, so many and so long, and is taken back.

use std::{
    fs,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use kpl_shared::{protocol::event, refusal::Code};
use kpl_tests::harness::{
    person::Person,
    raw::{Raw, key_of},
    screen::{ORDINARY, Screen},
    server::{Plan, Server, assert_calm},
    wait::{PATIENCE, eventually},
};
use serde_json::{Value, json};
use tempfile::TempDir;

const PASSWORD: &str = "芝麻开门";

fn invited_only() -> Server {
    Server::planned(Plan::with(&["--invites", "--rate", "off", "--log", "trace"])).unwrap()
}

/// A new invite's link.
fn link(server: &Server, arguments: &[&str]) -> String {
    let link = server.tell(&[&["invite"], arguments].concat()).unwrap();
    link.trim_end().to_owned()
}

fn code(link: &str) -> &str {
    link.split_once("#invite=").unwrap().1
}

/// Comes with a key and perhaps with a code, or hears why not.
fn come(server: &Server, name: &str, code: Option<&str>) -> Result<Raw, String> {
    let auth = json!({"v": 1, "name": name, "key": key_of(name), "password": code});
    Raw::connect(server.port(), &auth).map_err(|error| error.to_string())
}

#[track_caller]
fn assert_refused(came: Result<Raw, String>, code: Code) {
    let Err(why) = came else { panic!("came in") };
    assert!(why.starts_with(&format!("{code}: ")), "{why}");
}

/// How many each invite has let in.
fn used(server: &Server) -> Vec<Value> {
    let told = server.tell(&["invites"]).unwrap();
    let invites = told.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    invites.map(|mut invite| invite["used"].take()).collect()
}

#[test]
fn an_invite_lets_in_one_key_for_good_and_nobody_else() {
    let mut server = invited_only();
    let link = link(&server, &[]);

    assert_refused(come(&server, "李白", None), Code::PasswordRequired);
    assert_refused(come(&server, "李白", Some(&"0".repeat(32))), Code::PasswordRequired);
    let libai = come(&server, "李白", Some(code(&link))).unwrap();
    assert_refused(come(&server, "吕布", Some(code(&link))), Code::InviteOver);
    assert_eq!(libai.ask(event::TALK, &["来了".into()]).unwrap()["ok"], true);
    server.kill().unwrap();
    server.restart().unwrap();

    assert_eq!(link, format!("{}/#invite={}", server.url(), code(&link)));
    assert_eq!(used(&server), [json!(1)]);
    come(&server, "李白", None).unwrap();
    assert_refused(come(&server, "吕布", Some(code(&link))), Code::InviteOver);
    assert_calm(&server).unwrap();
}

#[test]
fn an_invite_lets_in_as_many_as_it_is_for_however_many_come_at_once() {
    let server = invited_only();
    let link = link(&server, &["--uses", "3", "--for", "1h"]);

    let came: Vec<Result<Raw, String>> = thread::scope(|scope| {
        let (server, code) = (&server, code(&link));
        let one = |n: u8| scope.spawn(move || come(server, &format!("p{n}"), Some(code)));
        let coming: Vec<_> = (0..8).map(one).collect();
        coming.into_iter().map(|came| came.join().unwrap()).collect()
    });

    let (inside, outside): (Vec<_>, Vec<_>) = came.into_iter().partition(Result::is_ok);
    assert_eq!((inside.len(), used(&server)), (3, vec![json!(3)]));
    for came in outside {
        assert_refused(came, Code::InviteOver);
    }
}

#[test]
fn an_invite_is_not_used_up_by_guests_nor_by_who_is_banned_and_ends_with_its_time() {
    let server = invited_only();
    let eve = come(&server, "Eve", Some(code(&link(&server, &[])))).unwrap();
    server.tell(&["ban", "Eve"]).unwrap();
    let link_of_two = link(&server, &["--uses", "2"]);
    let short = link(&server, &["--for", "1s"]);

    let guest = json!({"v": 1, "password": code(&link_of_two)});
    let guest = Raw::connect(server.port(), &guest).map_err(|error| error.to_string());
    assert_refused(guest, Code::KeyRequired);
    assert_refused(come(&server, "Eve", Some(code(&link_of_two))), Code::Banned);
    // It was made before, so its second is over then.
    thread::sleep(Duration::from_millis(1_001));
    assert_refused(come(&server, "瑶", Some(code(&short))), Code::InviteOver);

    assert_eq!(used(&server), [json!(1), json!(0), json!(0)]);
    drop(eve);
}

#[test]
fn an_invite_that_is_taken_back_turns_out_those_whom_it_let_in() {
    let server = invited_only();
    let [first, second] = [(); 2].map(|()| link(&server, &["--uses", "5"]));
    let libai = come(&server, "李白", Some(code(&first))).unwrap();
    let yao = come(&server, "瑶", Some(code(&second))).unwrap();
    let operator = come(&server, "后羿", Some(code(&first))).unwrap();
    server.tell(&["op", "add", "后羿"]).unwrap();

    server.tell(&["uninvite", "1"]).unwrap();
    libai.wait("the end", |heard| heard.closed.is_some()).unwrap();

    assert_refused(come(&server, "李白", Some(code(&first))), Code::PasswordRequired);
    for inside in [&yao, &operator, &come(&server, "后羿", None).unwrap()] {
        assert_eq!(inside.ask(event::TALK, &["还在".into()]).unwrap()["ok"], true);
    }
    let nothing = server.told(&["uninvite", "1"]).unwrap();
    assert!(nothing.code == 1 && nothing.err.contains("no invite 1"), "{nothing:?}");
    let audit = server.tell(&["audit"]).unwrap();
    let entries: Vec<Value> =
        audit.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = |entry: &Value| ["by", "verb", "name"].map(|key| entry[key].clone());
    let enters: Vec<_> = entries.iter().map(told).filter(|told| told[1] == "enter").collect();
    assert_eq!(enters[0], [json!("(invite 1)"), json!("enter"), json!("李白")]);
    assert_eq!(enters[1], [json!("(invite 2)"), json!("enter"), json!("瑶")]);
    assert_eq!(enters.len(), 3);
}

#[test]
fn where_there_is_a_password_an_invite_lets_in_too_and_only_operators_make_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("password");
    fs::write(&path, PASSWORD).unwrap();
    let server = Server::planned(Plan::with(&["--password-file", path.to_str().unwrap()])).unwrap();
    let libai = come(&server, "李白", Some(PASSWORD)).unwrap();
    let ask = |from: &Raw| from.ask(event::ORDER, &[json!({"verb": "invite"})]).unwrap();

    let refused = ask(&libai);
    server.tell(&["op", "add", "李白"]).unwrap();
    let made = ask(&libai);
    let yao = come(&server, "瑶", made["code"].as_str());
    let uninvited = libai.ask(event::ORDER, &[json!({"verb": "uninvite", "id": 9})]).unwrap();

    assert_eq!(
        (&refused["code"], &uninvited["code"]),
        (&json!("not_operator"), &json!("not_found"))
    );
    assert_eq!(
        (&made["invites"][0]["by"], &made["invites"][0]["uses"]),
        (&json!("李白"), &json!(1))
    );
    assert!(yao.is_ok(), "{yao:?}");
}

#[test]
fn a_code_is_written_nowhere_but_in_the_link() {
    let server = invited_only();
    let link = link(&server, &[]);
    let person = Person::new("李白").unwrap();
    let screen = Screen::open(&person, &link).unwrap();
    screen.wait("the link", crate::is_linked).unwrap();
    screen.enters("来了").unwrap();
    screen.shows("ok").unwrap();
    let listed = server.tell(&["invites"]).unwrap() + &server.tell(&["audit"]).unwrap();

    let bytes: Vec<u8> = (0..32)
        .step_by(2)
        .map(|at| u8::from_str_radix(&code(&link)[at..at + 2], 16).unwrap())
        .collect();
    let holds = |text: &[u8]| {
        let code = code(&link).as_bytes();
        text.windows(32).any(|part| part == code) || text.windows(16).any(|part| part == bytes)
    };
    assert!(!holds(server.log().as_bytes()) && !holds(listed.as_bytes()));
    assert!(!holds(screen.everything().as_bytes()));
    let kept = fs::read_dir(server.folder()).unwrap().map(|entry| entry.unwrap().path());
    for path in kept.filter(|path| path.is_file()).chain(person.files().unwrap()) {
        assert!(!holds(&fs::read(&path).unwrap()), "{} holds the code", path.display());
    }
}

#[test]
fn whoever_comes_while_an_invite_is_taken_back_is_not_let_in_by_it() {
    let server = invited_only();
    for round in 1..=3 {
        let link = link(&server, &[]);
        let name = format!("瑶{round}");
        let first = come(&server, &name, Some(code(&link))).unwrap();
        let (over, count) = (AtomicBool::new(false), AtomicUsize::new(0));
        let keeps_coming = || {
            let mut came = vec![];
            while !over.load(Ordering::Relaxed) {
                came.extend(come(&server, &name, None));
                count.fetch_add(1, Ordering::Relaxed);
            }
            came
        };

        let came: Vec<Raw> = thread::scope(|scope| {
            let coming = [(); 3].map(|()| scope.spawn(keeps_coming));
            eventually("a crowd", PATIENCE, || count.load(Ordering::Relaxed) > 20).unwrap();
            server.tell(&["uninvite", &round.to_string()]).unwrap();
            over.store(true, Ordering::Relaxed);
            coming.into_iter().flat_map(|coming| coming.join().unwrap()).collect()
        });

        assert_refused(come(&server, &name, None), Code::PasswordRequired);
        for client in came.iter().chain([&first]) {
            client.wait("the end", |heard| heard.closed.is_some()).unwrap();
        }
    }
    assert_calm(&server).unwrap();
}

#[test]
fn an_operator_invites_at_the_screen_and_whoever_has_the_link_begins_with_it() {
    let server = invited_only();
    let libai = Person::new("李白").unwrap();
    let at_libai = Screen::open(&libai, &link(&server, &[])).unwrap();
    at_libai.wait("the link", crate::is_linked).unwrap();
    server.tell(&["op", "add", "李白"]).unwrap();
    at_libai.shows("makes 李白 an operator").unwrap();

    at_libai.enters("/invite 2 1d").unwrap();
    at_libai.shows("/uninvite 2").unwrap();
    let shown = at_libai.text();
    let at = shown.find("#invite=").unwrap() + "#invite=".len();
    let link = format!("{}/#invite={}", server.url(), &shown[at..at + 32]);
    let newcomer = Person::new("瑶").unwrap();
    let begins = Screen::run(&newcomer, &[], &[("LANG", "C.UTF-8"), ("USER", "yao")], ORDINARY);
    let begins = begins.unwrap();
    begins.shows("Your name").unwrap();
    begins.types("\r\x15").unwrap();
    begins.types(&link[..link.len() - 1]).unwrap();
    begins.shows("no whole invite").unwrap();
    begins.types(&link[link.len() - 1..]).unwrap();
    begins.shows("a chat server answers there").unwrap();
    begins.types("\r\r").unwrap();
    begins.wait("the link", crate::is_linked).unwrap();

    let saved = fs::read_to_string(newcomer.home().join("config/kpl-chat/config.toml")).unwrap();
    assert!(saved.contains(&format!("\nurl = \"{}\"\n", server.url())), "{saved}");
    at_libai.enters("/invites").unwrap();
    at_libai.shows("1 of 2 have come").unwrap();
    let late = Person::new("吕布").unwrap();
    let mut cut = late.runs(&link[..link.len() - 5], "send", &["x"]).unwrap();
    let ended = cut.finish(PATIENCE).unwrap();
    assert!(ended.code == 2 && ended.err.contains("no whole invite"), "{ended:?}");
    assert!(!ended.err.contains(&link[link.len() - 32..link.len() - 5]), "{ended:?}");
}
