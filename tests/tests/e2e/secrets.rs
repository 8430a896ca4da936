//! Secrets: a password and a key are in nothing that is written, whoever is how talkative.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use kpl_chat::io::keys::Secret;
use kpl_tests::harness::{
    person::Person,
    program::Program,
    server::{Plan, Server, assert_calm},
    wait::PATIENCE,
};

const PASSWORD: &str = "correct-horse-7731";
const WRONG: &str = "battery-staple-4410";

/// Every way in which a secret might be written.
fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
    let hex: String = secret.iter().flat_map(digits).flatten().collect();
    let upper = hex.to_uppercase();
    let decimal = secret.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    [secret.to_vec(), hex.into(), upper.into(), decimal.into(), base64(secret).into()].into()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    // Only whole groups: what is left over is spelled differently by what follows.
    let groups = bytes
        .chunks_exact(3)
        .map(|group| u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]));
    groups.flat_map(|bits| [18, 12, 6, 0].map(|shift| digit(bits >> shift))).collect()
}

fn holds(text: &[u8], spelling: &[u8]) -> bool {
    text.windows(spelling.len()).any(|window| window == spelling)
}

/// All files below a folder, with what is in them.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found
}

#[test]
fn no_secret_is_in_a_log_an_error_a_database_or_an_argument() {
    let keys = tempfile::tempdir().unwrap();
    let file = keys.path().join("password");
    fs::write(&file, PASSWORD).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let path = file.display().to_string();
    let plan = Plan::with(&["--password-file", &path, "--log", "trace"]);
    let server = Server::planned(plan).unwrap();
    let libai = Person::new("李白").unwrap();
    let log = libai.home().join("chat.log");
    let says = |password: &str| {
        let url = server.url();
        let mut command = libai.command(&["--name", "李白", "--url", &url, "--log"]).unwrap();
        command.arg(&log).args(["send", "hello"]).env("KPL_PASSWORD", password);
        Program::start(command).unwrap().finish(PATIENCE).unwrap()
    };

    let (wrong, right) = (says(WRONG), says(PASSWORD));

    assert_eq!((wrong.code, right.code), (4, 0), "{}{}", wrong.err, right.err);
    let state = libai.home().join("state/kpl-chat");
    let secret = Secret::read(&state).unwrap().expect("the first start has made a key");
    let key = secret.for_origin(&server.url());
    let mut written = files(server.folder());
    written.extend(files(libai.home()).into_iter().filter(|(path, _)| !path.ends_with("/key")));
    for (what, text) in [
        ("the server's log", server.log()),
        ("what the server says", server.out()),
        ("what is said of a wrong password", wrong.out + &wrong.err),
        ("what is said of the right one", right.out + &right.err),
    ] {
        written.push((what.into(), text.into_bytes()));
    }
    assert!(server.log().contains("DEBUG"), "the log is not talkative");
    assert!(written.iter().any(|(path, text)| path.ends_with("chat.log") && !text.is_empty()));
    let key_of_the_server = key.secret().to_vec();
    let own_key = hex(&secret.to_hex());
    for secret in [PASSWORD.as_bytes(), WRONG.as_bytes(), &key_of_the_server, &own_key] {
        for spelling in spellings(secret) {
            for (what, text) in &written {
                assert!(!holds(text, &spelling), "{what} holds {spelling:?}");
            }
        }
    }
    for (path, _) in files(&state) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path} is open to others");
    }
    assert_calm(&server).unwrap();
}

fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks_exact(2);
    pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
