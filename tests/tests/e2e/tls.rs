//! TLS: a server is joined by those who trust its certificate, and by nobody else.

use std::{fs, os::unix::fs::PermissionsExt};

use kpl_shared::fingerprint::Fingerprint;
use kpl_tests::harness::{
    http,
    person::Person,
    program::{Ended, Program},
    screen::{ORDINARY, Screen},
    server::{Plan, Server, assert_calm},
    tls::{self, Authority, Issued, shown},
    wait::{PATIENCE, eventually},
};
use tempfile::TempDir;

/// For whom the certificates of most tests hold.
pub(crate) const HERE: [&str; 2] = ["127.0.0.1", "localhost"];

pub(crate) fn self_signed() -> Server {
    Server::planned(Plan::with(&["--tls-self-signed"])).unwrap()
}

pub(crate) fn with(issued: &Issued, more: &[&str]) -> Server {
    let mut args = issued.arguments();
    args.extend(more.iter().map(ToString::to_string));
    Server::planned(Plan { args, ..Plan::default() }).unwrap()
}

/// Somebody who comes for the first time says hello, with these flags before the command.
pub(crate) fn says(url: &str, flags: &[&str]) -> Ended {
    says_as(&Person::new("李白").unwrap(), url, flags)
}

pub(crate) fn says_as(person: &Person, url: &str, flags: &[&str]) -> Ended {
    let mut command = person.command(&["--name", "李白", "--url", url]).unwrap();
    command.args(flags).args(["send", "hello"]);
    Program::start(command).unwrap().finish(PATIENCE).unwrap()
}

/// The command that the server prints for others to join, taken apart, less the program's name.
pub(crate) fn join_command(server: &Server) -> Vec<String> {
    eventually("the last of the first words", PATIENCE, || server.out().contains("Ctrl+C"))
        .unwrap();
    let out = server.out();
    let command = out.split("kpl-chat ").nth(1).unwrap().lines().next().unwrap();
    command.split_whitespace().map(str::to_owned).collect()
}

#[track_caller]
fn assert_refused(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, 3, "{}{}", ended.out, ended.err);
    assert_eq!(ended.err.trim_end().lines().count(), 1, "{}", ended.err);
    for word in words {
        assert!(ended.err.contains(word), "{word:?} is missing: {}", ended.err);
    }
}

#[test]
fn a_self_signed_server_is_joined_by_the_command_that_it_prints_and_keeps_its_certificate() {
    let mut server = self_signed();
    let person = Person::new("瑶").unwrap();
    let command = join_command(&server);
    let command: Vec<&str> = command.iter().map(String::as_str).collect();

    let mut saying = person.command(&command).unwrap();
    saying.args(["send", "over TLS"]);
    let ended = Program::start(saying).unwrap().finish(PATIENCE).unwrap();
    let screen = Screen::run(&person, &command, &[], ORDINARY).unwrap();

    assert_eq!(ended.code, 0, "{}", ended.err);
    screen.shows("over TLS").unwrap();
    let fingerprint = shown(server.port()).unwrap();
    assert!(command.contains(&fingerprint.to_string().as_str()), "{command:?}");
    let key = server.store().with_file_name("kpl.db.key.pem");
    assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
    server.restart().unwrap();
    assert_eq!(shown(server.port()).unwrap(), fingerprint);
    screen.wait("it is back by itself", crate::is_linked).unwrap();
    let page = tls::get(server.port(), "/").unwrap();
    assert!(page.contains("--url https://") && !page.contains("http://"), "{page}");
    assert_calm(&server).unwrap();
}

#[test]
fn who_trusts_nobody_is_told_both_ways_and_says_nothing_to_the_server() {
    let server = self_signed();
    let fingerprint = shown(server.port()).unwrap().to_string();
    let person = Person::new("瑶").unwrap();

    let ended = says(&server.url(), &[]);
    let chinese = says(&server.url(), &["--lang", "zh"]);
    let screen = Screen::open(&person, &server.url()).unwrap();

    let ways = ["self-signed", "--ca-cert FILE", &format!("--fingerprint {fingerprint}")];
    assert_refused(&ended, &ways);
    assert_refused(&chinese, &["证书不可信", "--ca-cert", &fingerprint]);
    screen.shows("not trusted").unwrap();
    screen.shows("/reconnect tries again").unwrap();
    let read = person.runs(&server.url(), "tail", &["--fingerprint", &fingerprint]).unwrap();
    let read = { read }.finish(PATIENCE).unwrap();
    assert_eq!((read.code, read.out.as_str()), (0, ""), "{}", read.err);
}

#[test]
fn a_fingerprint_is_taken_in_each_form_and_another_one_is_not() {
    let server = self_signed();
    let right = shown(server.port()).unwrap().to_string();
    let pairs: Vec<&str> = (0..32).map(|at| &right[2 * at..2 * at + 2]).collect();
    let wrong = Fingerprint::of(b"another certificate").to_string();

    let colons = says(&server.url(), &["--fingerprint", &pairs.join(":").to_uppercase()]);
    let other = says(&server.url(), &["--fingerprint", &wrong]);

    assert_eq!(colons.code, 0, "{}", colons.err);
    assert_refused(&other, &["another certificate", &format!("--fingerprint {right}"), "kept"]);
}

#[test]
fn a_certificate_of_an_authority_is_taken_by_those_who_trust_that_one() {
    let folder = TempDir::new().unwrap();
    let authority = Authority::new().unwrap();
    let ca = authority.write(folder.path()).unwrap().display().to_string();
    let server = with(&authority.issue(folder.path(), &HERE).unwrap(), &[]);
    let elsewhere = TempDir::new().unwrap();
    let other = Authority::new().unwrap().write(elsewhere.path()).unwrap().display().to_string();
    let stranger = authority.issue(elsewhere.path(), &["kpl.example"]).unwrap();
    let stranger = with(&stranger, &[]);

    let trusted = says(&server.url(), &["--ca-cert", &ca]);
    let command = join_command(&server);
    let unknown = says(&server.url(), &["--ca-cert", &other]);
    let wrong_host = says(&stranger.url(), &["--ca-cert", &ca]);

    assert_eq!(trusted.code, 0, "{}", trusted.err);
    // It prints the name for which the certificate holds, as for another it would not be taken.
    assert!(command.contains(&format!("https://localhost:{}", server.port())), "{command:?}");
    assert_refused(&unknown, &["cannot be trusted", "--ca-cert FILE"]);
    assert_refused(&wrong_host, &["for another host", "--fingerprint"]);
}

#[test]
fn the_settings_file_and_the_environment_say_whom_to_trust() {
    let server = self_signed();
    let fingerprint = shown(server.port()).unwrap();
    let certificate = server.store().with_file_name("kpl.db.cert.pem").display().to_string();
    let person = Person::new("李白").unwrap();
    let file = person.home().join("config.toml");
    let url = server.url();
    fs::write(&file, format!("url = '{url}'\nfingerprint = '{fingerprint}'\n")).unwrap();

    let by_file = person.command(&["--config", "config.toml", "--name", "李白", "send", "1"]);
    let mut by_variable = person.command(&["--name", "李白", "--url", &url, "send", "2"]).unwrap();
    by_variable.env("KPL_CA_CERT", certificate);

    for command in [by_file.unwrap(), by_variable] {
        let ended = Program::start(command).unwrap().finish(PATIENCE).unwrap();
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
}

#[test]
fn an_issued_certificate_is_not_taken_by_its_fingerprint_alone_and_that_is_told() {
    let folder = TempDir::new().unwrap();
    let issued = Authority::new().unwrap().issue(folder.path(), &HERE).unwrap();
    let server = with(&issued, &[]);
    let fingerprint = shown(server.port()).unwrap().to_string();

    let ended = says(&server.url(), &["--fingerprint", &fingerprint]);

    assert_refused(&ended, &["fingerprint that you trust", "--ca-cert FILE"]);
}

#[test]
fn a_certificate_that_changes_is_seen_by_the_person_and_not_tried_again_by_itself() {
    let mut server = self_signed();
    let person = Person::new("李白").unwrap();
    let command = join_command(&server);
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let screen = Screen::run(&person, &command, &[], ORDINARY).unwrap();
    screen.shows("live").unwrap();
    let files = ["kpl.db.cert.pem", "kpl.db.key.pem"];
    let files = files.map(|name| server.store().with_file_name(name));
    let old = files.clone().map(|file| fs::read(file).unwrap());

    server.kill().unwrap();
    for file in &files {
        fs::remove_file(file).unwrap();
    }
    server.restart().unwrap();
    screen.shows("not trusted").unwrap();
    let text = screen.text().split_whitespace().collect::<String>();
    let new = shown(server.port()).unwrap().to_string();
    assert!(text.contains("showsanothercertificate") && text.contains(&new), "{text}");

    server.kill().unwrap();
    for (file, old) in files.iter().zip(old) {
        fs::write(file, old).unwrap();
    }
    server.restart().unwrap();
    screen.shows("not trusted").unwrap();
    screen.enters("").unwrap();
    screen.shows("live").unwrap();
}

#[test]
fn plain_http_at_a_tls_server_and_tls_at_a_plain_one_are_told_apart() {
    let (secure, plain) = (self_signed(), Server::start().unwrap());
    let at = |server: &Server, scheme: &str| format!("{scheme}://127.0.0.1:{}", server.port());
    let person = Person::new("李白").unwrap();

    let page = http::get(secure.port(), "/").unwrap();
    let unencrypted = says(&at(&secure, "http"), &[]);
    let encrypted = says(&at(&plain, "https"), &[]);
    let screen = Screen::open(&person, &at(&secure, "http")).unwrap();

    assert_eq!((page.status, page.body.contains("https://")), (400, true), "{page:?}");
    assert_refused(&unencrypted, &[&format!("speaks TLS: write {}", at(&secure, "https"))]);
    assert_refused(&encrypted, &["speaks no TLS", &at(&plain, "http")]);
    screen
        .wait("the address to write", |screen| {
            let words: Vec<String> =
                screen.contents().split_whitespace().map(str::to_owned).collect();
            words.join(" ").contains("speaks TLS: write https://")
        })
        .unwrap();
}

#[test]
fn the_doctor_says_whether_the_certificate_is_trusted() {
    let server = self_signed();
    let fingerprint = shown(server.port()).unwrap().to_string();
    let wrong = Fingerprint::of(b"another certificate").to_string();
    let person = Person::new("李白").unwrap();
    let examined = |flags: &[&str]| {
        person.runs(&server.url(), "doctor", flags).unwrap().finish(PATIENCE).unwrap()
    };

    for (flags, code, sign, words) in [
        (&["--fingerprint", &fingerprint][..], 0, "+", "your fingerprint"),
        (&["--fingerprint", &wrong], 3, "x", "another certificate"),
        (&[], 3, "x", &fingerprint),
    ] {
        let ended = examined(flags);
        assert_eq!(ended.code, code, "{}", ended.out);
        let found =
            |line: &str| line.starts_with(sign) && line.contains(" TLS ") && line.contains(words);
        assert!(ended.out.lines().any(found), "{}", ended.out);
    }
}

#[test]
fn whoever_goes_to_another_machine_without_tls_is_warned_before_anything_is_said() {
    let person = Person::new("李白").unwrap();
    let (abroad, here) = ("http://no-such-host.invalid", Server::start().unwrap());

    let screen = Screen::open(&person, abroad).unwrap();
    let mut tail = person.runs(abroad, "tail", &["--lang", "zh"]).unwrap();
    let said = says(&here.url(), &[]);

    screen.shows("nothing on the way to http://no-such-host.invalid").unwrap();
    eventually("the warning", PATIENCE, || tail.err().contains("途中没有加密")).unwrap();
    let ended = tail.finish(PATIENCE).unwrap();
    assert!(ended.err.lines().next().unwrap().contains("没有加密"), "{}", ended.err);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}
