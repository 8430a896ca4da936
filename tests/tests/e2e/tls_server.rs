//! TLS: what the server reads, agrees to, and cuts.

use std::{
    fs::{self, Permissions},
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    thread,
    time::{Duration, Instant},
};

use kpl_chat::io::{address::Address, trust::Trust};
use kpl_tests::harness::{
    member::Member,
    person::Person,
    process::{Signal, is_connected, is_stopped, ports_towards},
    program::Program,
    server::{Plan, Server, assert_calm, bare},
    tls::{Authority, shown},
    wait::{PATIENCE, eventually},
};
use tempfile::TempDir;

use crate::tls::{HERE, join_command, says, says_as, self_signed, with};

#[test]
fn a_new_certificate_is_read_on_sighup_and_nobody_is_dropped() {
    let folder = TempDir::new().unwrap();
    let authority = Authority::new().unwrap();
    let ca = authority.write(folder.path()).unwrap().display().to_string();
    let issued = authority.issue(folder.path(), &HERE).unwrap();
    let server = with(&issued, &[]);
    let first = shown(server.port()).unwrap();
    let (person, author) = (Person::new("瑶").unwrap(), Person::new("李白").unwrap());
    let arguments = ["--follow", "--ca-cert", &ca];
    let mut tail = person.runs(&server.url(), "tail", &arguments).unwrap();
    let sees = |tail: &mut Program, line: &str| {
        tail.wait_for_line(line, PATIENCE, |seen| seen.contains(line).then_some(())).unwrap();
    };
    assert_eq!(says_as(&author, &server.url(), &["--ca-cert", &ca]).code, 0);
    sees(&mut tail, "李白: hello");
    let before = ports_towards(tail.pid(), server.port()).unwrap();

    authority.issue(folder.path(), &HERE).unwrap();
    server.signal(Signal::HUP).unwrap();
    eventually("the new certificate", PATIENCE, || shown(server.port()).unwrap() != first).unwrap();
    let second = shown(server.port()).unwrap();

    assert_eq!(says_as(&author, &server.url(), &["--ca-cert", &ca]).code, 0);
    eventually("both lines", PATIENCE, || tail.out().matches("李白: hello").count() == 2).unwrap();
    assert_eq!((before.len(), ports_towards(tail.pid(), server.port()).unwrap()), (1, before));

    // What cannot be read changes nothing.
    fs::write(&issued.chain, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    server.signal(Signal::HUP).unwrap();
    let kept = || server.log().contains("the certificate stays as it was");
    eventually("the bad file is logged", PATIENCE, kept).unwrap();
    assert_eq!(shown(server.port()).unwrap(), second);
    assert!(server.log().contains(&issued.chain.display().to_string()), "{}", server.log());
    assert_calm(&server).unwrap();
}

/// The first message of TLS, of a client that speaks this version and no later one.
fn hello(version: u8) -> Vec<u8> {
    let suites = [0xc0, 0x09, 0xc0, 0x13, 0xc0, 0x2b, 0xc0, 0x2f];
    let extensions = [
        &[0, 10, 0, 4, 0, 2, 0, 23][..],        // the curve P-256
        &[0, 11, 0, 2, 1, 0],                   // points that are not compressed
        &[0, 13, 0, 8, 0, 6, 4, 3, 4, 1, 8, 4], // signatures: ECDSA, RSA, RSA-PSS
        &[0, 23, 0, 0],                         // the extended master secret
        &[0, 0, 0, 14, 0, 12, 0, 0, 9],         // the host that follows
        b"localhost",
    ]
    .concat();
    let mut body = vec![3, version];
    body.extend([7; 32]);
    body.extend([0, 0, 8]);
    body.extend(suites);
    body.extend([1, 0, 0, u8::try_from(extensions.len()).unwrap()]);
    body.extend(extensions);
    let length = |more: usize| u8::try_from(body.len() + more).unwrap();
    [&[22, 3, 1, 0, length(4), 1, 0, 0, length(0)][..], &body].concat()
}

#[test]
fn tls_below_1_2_is_refused() {
    let server = self_signed();
    let answer = |version: u8| {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&hello(version)).unwrap();
        let mut answer = [0; 7];
        stream.read_exact(&mut answer).unwrap();
        answer
    };

    // A fatal alert (21, 2) of the sort "protocol version" (70); a handshake (22) otherwise.
    for version in [1, 2] {
        let [sort, _, _, _, _, level, why] = answer(version);
        assert_eq!((sort, level, why), (21, 2, 70));
    }
    assert_eq!(answer(3)[0], 22);
}

#[test]
fn a_handshake_that_is_not_finished_is_cut() {
    let server = Server::planned(Plan::with(&["--tls-self-signed", "--header-timeout", "1"]));
    let server = server.unwrap();
    let begins = [&b""[..], &[22], &hello(3)[..60], &hello(3)];

    let begun = Instant::now();
    let mut open: Vec<TcpStream> = begins
        .iter()
        .map(|begin| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream.write_all(begin).unwrap();
            stream
        })
        .collect();
    // Another drips: no single byte is late.
    let mut dripping = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    let cut = hello(3).iter().any(|byte| {
        thread::sleep(Duration::from_millis(100));
        dripping.write_all(&[*byte]).is_err()
    });

    assert!(cut, "it dripped for {:?}", begun.elapsed());
    for stream in &mut open {
        let mut answer = Vec::new();
        // The end may come as a reset where the server had more to read.
        let _ended = stream.read_to_end(&mut answer);
        assert!(!is_connected(server.port(), stream.local_addr().unwrap().port()).unwrap());
    }
    assert_eq!(says(&server.url(), &["--fingerprint", &join_command(&server)[5]]).code, 0);
}

#[test]
fn a_client_that_stops_reading_is_cut_under_tls_too() {
    let server = Server::planned(Plan {
        memory: true,
        ..Plan::with(&["--tls-self-signed", "--rate", "off", "--stall-timeout", "1"])
    });
    let server = server.unwrap();
    let fingerprint = shown(server.port()).unwrap();
    let person = Person::new("吕布").unwrap();
    let arguments = ["--follow", "--fingerprint", &fingerprint.to_string()];
    let mut tail = person.runs(&server.url(), "tail", &arguments).unwrap();
    let address = Address::parse(&server.url()).unwrap();
    let trust = Trust::Pinned(fingerprint);
    let author = Member::trusting(trust, address, "李白", Duration::from_secs(3)).unwrap();
    author.say("before").unwrap();
    tail.wait_for_line("a line", PATIENCE, |line| line.contains("before").then_some(())).unwrap();
    let port = ports_towards(tail.pid(), server.port()).unwrap()[0];
    tail.signal(Signal::STOP).unwrap();
    eventually("a stopped program", PATIENCE, || is_stopped(tail.pid())).unwrap();

    let filler = "汉字".repeat(600);
    let mut said = 1;
    eventually("it is cut", 2 * PATIENCE, || {
        // No more than the author can get rid of, so that all of it is heard in the end.
        if author.lines().len() + 100 > said {
            author.say(&format!("{said} {filler}")).unwrap();
            said += 1;
        }
        !is_connected(server.port(), port).unwrap()
    })
    .unwrap();
    author.say("the end").unwrap();
    tail.signal(Signal::CONT).unwrap();

    tail.wait_for_line("the last line", 2 * PATIENCE, |line| {
        line.contains("the end").then_some(())
    })
    .unwrap();
    assert_eq!(tail.out().lines().filter(|line| line.contains("李白: ")).count(), said + 1);
}

#[test]
fn a_key_that_is_open_to_others_is_warned_about() {
    let folder = TempDir::new().unwrap();
    let issued = Authority::new().unwrap().issue(folder.path(), &HERE).unwrap();
    let warned = |mode: u32| {
        fs::set_permissions(&issued.key, Permissions::from_mode(mode)).unwrap();
        let mut server = with(&issued, &[]);
        let ended = server.stop(PATIENCE).unwrap();
        ended.err.contains("chmod 600") && ended.err.contains(&issued.key.display().to_string())
    };

    assert!(warned(0o644));
    assert!(!warned(0o600) && !warned(0o640));
}

#[test]
fn a_server_whose_certificate_cannot_be_used_does_not_start_and_says_why() {
    let home = TempDir::new().unwrap();
    let issued = Authority::new().unwrap().issue(home.path(), &HERE).unwrap();
    let starts = |args: &[&str]| {
        let listen = ["--listen", "127.0.0.1:0", "--store", "memory"];
        bare(home.path(), &[&listen, args].concat()).unwrap()
    };
    let (chain, key) = (issued.chain.display().to_string(), issued.key.display().to_string());
    let nowhere = "/nowhere/key.pem".to_owned();

    for (args, code, words) in [
        (&["--tls-cert", &chain][..], 2, "--tls-key"),
        (&["--tls-self-signed", "--tls-cert", &chain, "--tls-key", &key], 2, "--tls-self-signed"),
        (&["--tls-cert", &chain, "--tls-key", &nowhere], 1, "/nowhere/key.pem"),
        (&["--tls-cert", &key, "--tls-key", &key], 1, "holds no certificate"),
    ] {
        let ended = starts(args);
        assert_eq!(ended.code, code, "{}", ended.err);
        assert!(ended.err.contains(words), "{}", ended.err);
        assert_eq!(ended.err.trim_end().lines().last().unwrap().matches("kpl-server: ").count(), 1);
    }
}
