//! Files over HTTP: they come in whole or not at all, are said once, and go out as they came.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use kpl_shared::{message::Kind, protocol::event};
use kpl_tests::harness::{
    files::{authorization, bring, bring_chunked, hash_of, lying, noise, share, where_to},
    http::{get_bytes, get_with, post_bytes},
    raw::{Raw, key_of},
    server::{Plan, Server},
    wait::{PATIENCE, eventually},
};
use serde_json::{Value, json};
use tempfile::TempDir;

const NINE_MB: usize = 9_000_000;

fn answer(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

/// The head of a PNG of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    png
}

/// The first half of a file, on its way in.
fn half(server: &Server, who: &str, content: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\n{}\r\ncontent-length: {}\r\n\r\n",
        where_to("half.bin"),
        authorization(who, ""),
        content.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&content[..content.len() / 2]).unwrap();
    stream
}

/// Waits until a file is on its way in.
fn arrives(server: &Server) {
    eventually("a file on its way in", PATIENCE, || {
        lying(server).unwrap().iter().any(|name| name.starts_with("tmp-"))
    })
    .unwrap();
}

#[test]
fn a_large_file_goes_out_as_it_came_in_whole_and_in_part() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let content = noise(NINE_MB, 1);

    let kept = share(server.port(), &libai, "李白", "录像 1.bin", &content).unwrap();

    assert_eq!(kept["ok"], true, "{kept}");
    yao.wait("the line", |heard| heard.timeline.texts() == ["录像 1.bin"]).unwrap();
    let line = yao.lines().remove(0);
    let file = line.file.unwrap();
    assert_eq!((line.kind, file.size, file.hash), (Kind::File, 9_000_000, hash_of(&content)));
    assert_eq!((file.media.as_str(), file.width), ("application/octet-stream", None));
    let (head, whole) = get_bytes(server.port(), &file.path(), &[]).unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(whole == content, "{} bytes", whole.len());
    let (head, part) = get_bytes(server.port(), &file.path(), &["range: bytes=8999990-"]).unwrap();
    assert!(head.starts_with("HTTP/1.1 206") && head.contains("8999990-8999999/9000000"), "{head}");
    assert_eq!(part, content[NINE_MB - 10..]);
    let (head, _) = get_bytes(server.port(), &file.path(), &["range: bytes=9000000-"]).unwrap();
    assert!(head.starts_with("HTTP/1.1 416") && !head.contains("immutable"), "{head}");
}

#[test]
fn a_picture_is_known_by_its_content_and_is_no_page_whatever_it_is_called() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let page = b"<script>alert(1)</script>";

    share(server.port(), &libai, "李白", "截图.html", &png(1280, 720)).unwrap();
    share(server.port(), &libai, "李白", "picture.png", page).unwrap();

    let files: Vec<_> = libai.lines().into_iter().map(|line| line.file.unwrap()).collect();
    let looks = (files[0].media.as_str(), files[0].width, files[0].height);
    assert_eq!(looks, ("image/png", Some(1280), Some(720)));
    let kinds = ["image/png", "application/octet-stream"];
    for (file, kind) in files.iter().zip(kinds) {
        let (head, _) = get_bytes(server.port(), &file.path(), &[]).unwrap();
        for header in [
            format!("content-type: {kind}\r\n").as_str(),
            "content-disposition: attachment; filename*=UTF-8''",
            "x-content-type-options: nosniff",
            "content-security-policy: default-src 'none'; sandbox",
            "cache-control: public, max-age=31536000, immutable",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(head.contains(header), "{header} in {head}");
        }
        let tag = format!("if-none-match: \"{}\"", file.hash);
        let (head, body) = get_bytes(server.port(), &file.path(), &[&tag]).unwrap();
        assert!(head.starts_with("HTTP/1.1 304") && body.is_empty(), "{head}");
    }
    let head = get_bytes(server.port(), &files[0].path(), &[]).unwrap().0;
    assert!(head.contains("UTF-8''%E6%88%AA%E5%9B%BE.html"), "{head}");
    for path in ["/files/abc/x", &format!("/files/{}/x", "0f".repeat(32)), "/files/../kpl.db/x"] {
        let (head, _) = get_bytes(server.port(), path, &[]).unwrap();
        assert!(head.starts_with("HTTP/1.1 404"), "{path}: {head}");
    }
}

#[test]
fn what_is_brought_is_there_after_a_kill_and_only_its_hearers_fetch_it() {
    let mut server = Server::start().unwrap();
    let content = noise(100_000, 2);
    let brought = bring(server.port(), "李白", "a.bin", &content).unwrap();
    server.restart().unwrap();
    let path = format!("/files/{}/a.bin", hash_of(&content));
    let early = get_with(server.port(), &path, &["host: localhost"]).unwrap();

    let libai = Raw::v1(server.port(), "李白").unwrap();
    let options = json!({"file": answer(&brought.body)["hash"], "cid": "c-1"});
    let kept = libai.ask(event::TALK, &["a.bin".into(), options.clone()]).unwrap();
    server.restart().unwrap();

    assert_eq!((brought.status, early.status, &kept["ok"]), (201, 404, &json!(true)));
    assert!(get_bytes(server.port(), &path, &[]).unwrap().1 == content);
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let again = libai.ask(event::TALK, &["a.bin".into(), options]).unwrap();
    assert_eq!((&again["dup"], &again["seq"]), (&json!(true), &kept["seq"]));
}

#[test]
fn a_file_that_ends_in_the_middle_leaves_nothing_and_cannot_be_said() {
    let mut server = Server::start().unwrap();
    let content = noise(NINE_MB, 3);
    let gone = half(&server, "李白", &content);
    arrives(&server);

    drop(gone);
    eventually("nothing left", PATIENCE, || lying(&server).unwrap().is_empty()).unwrap();
    let _under_way = half(&server, "李白", &content);
    arrives(&server);
    server.kill().unwrap();
    let left = lying(&server).unwrap();
    server.restart().unwrap();

    assert_eq!(left.len(), 1, "the kill came in the middle: {left:?}");
    assert_eq!(lying(&server).unwrap(), Vec::<String>::new());
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let options = json!({"file": hash_of(&content)});
    let refused = libai.ask(event::TALK, &["half.bin".into(), options]).unwrap();
    assert_eq!(refused["code"], "file_unknown", "{refused}");
    assert_eq!(libai.texts(), Vec::<String>::new());
    let kept = share(server.port(), &libai, "李白", "half.bin", &content).unwrap();
    assert_eq!(kept["ok"], true, "{kept}");
}

#[test]
fn what_is_too_large_or_too_much_is_refused_and_leaves_nothing() {
    let args = ["--max-file", "1000", "--file-quota", "1500", "--rate", "off"];
    let server = Server::planned(Plan::with(&args)).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    let large = bring(server.port(), "李白", "a", &noise(1001, 1)).unwrap();
    let chunked = bring_chunked(server.port(), "a", &noise(2000, 1)).unwrap();
    let whole = bring(server.port(), "李白", "a", &noise(1000, 1)).unwrap();
    let over = bring(server.port(), "李白", "b", &noise(501, 2)).unwrap();
    let others = bring(server.port(), "", "b", &noise(501, 2)).unwrap();
    let nameless = bring(server.port(), "李白", "..", b"x").unwrap();
    let steering = bring(server.port(), "李白", "a\u{202e}b", b"x").unwrap();

    assert_eq!((large.status, &answer(&large.body)["code"]), (413, &json!("file_too_large")));
    assert!(chunked.starts_with("HTTP/1.1 413"), "{chunked}");
    assert_eq!((whole.status, over.status, others.status), (201, 507, 201), "{}", over.body);
    assert_eq!(answer(&over.body)["code"], "quota_exceeded");
    assert_eq!((nameless.status, steering.status), (400, 400));
    assert_eq!(lying(&server).unwrap().len(), 2);
    let hello = libai.look(|heard| heard.timeline.hello.clone()).unwrap();
    assert_eq!(hello.limits.file_bytes, 1000);
}

#[test]
fn a_server_that_takes_no_files_says_so() {
    let server = Server::planned(Plan::with(&["--max-file", "0"])).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    let refused = bring(server.port(), "李白", "a", b"x").unwrap();

    assert_eq!((refused.status, &answer(&refused.body)["code"]), (413, &json!("file_too_large")));
    let hello = libai.look(|heard| heard.timeline.hello.clone()).unwrap();
    assert_eq!(hello.limits.file_bytes, 0);
}

#[test]
fn what_nobody_says_is_swept_and_what_was_said_stays() {
    let server = Server::planned(Plan::with(&["--file-hold", "1"])).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    share(server.port(), &libai, "李白", "said", b"said").unwrap();
    bring(server.port(), "李白", "unsaid", b"unsaid").unwrap();

    let said = vec![hash_of(b"said").to_string()];
    eventually("the sweep", PATIENCE, || lying(&server).unwrap() == said).unwrap();

    let options = json!({"file": hash_of(b"unsaid")});
    let refused = libai.ask(event::TALK, &["unsaid".into(), options]).unwrap();
    assert_eq!(refused["code"], "file_unknown");
    share(server.port(), &libai, "李白", "unsaid", b"unsaid").unwrap();
}

#[test]
fn whoever_may_not_enter_or_speak_brings_no_files() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "芝麻").unwrap();
    let file = file.display().to_string();
    let server = Server::planned(Plan::with(&["--password-file", &file])).unwrap();
    let port = server.port();
    let with = |who, password| {
        let brought =
            post_bytes(port, &where_to("a"), &[&authorization(who, password)], b"x").unwrap();
        (brought.status, answer(&brought.body)["code"].clone())
    };
    let knows = |name: &str| json!({"name": name, "key": key_of(name), "password": "芝麻"});
    let _libai = Raw::v1_with(port, knows("李白")).unwrap();
    let _mallory = Raw::v1_with(port, knows("Mallory")).unwrap();

    assert_eq!(with("李白", ""), (403, json!("password_required")));
    assert_eq!(with("", "芝麻"), (201, Value::Null));
    assert_eq!(with("李白", "芝麻"), (201, Value::Null));
    server.tell(&["mute", "Mallory"]).unwrap();
    assert_eq!(with("Mallory", "芝麻"), (403, json!("muted")));
    server.tell(&["ban", "Mallory"]).unwrap();
    assert_eq!(with("Mallory", "芝麻"), (403, json!("banned")));
    assert_eq!(with("李白", "芝麻"), (201, Value::Null));

    let keyed = Server::planned(Plan::with(&["--guests", "off"])).unwrap();
    let _yao = Raw::v1(keyed.port(), "瑶").unwrap();
    assert_eq!(bring(keyed.port(), "瑶", "a", b"x").unwrap().status, 201);
    assert_eq!(bring(keyed.port(), "", "a", b"x").unwrap().status, 403);
    assert_eq!(bring(keyed.port(), "李白", "a", b"x").unwrap().status, 403);
}

#[test]
fn a_line_about_a_file_that_is_not_there_takes_no_turn_in_a_slow_room() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    server.tell(&["slow", "600"]).unwrap();

    let options = json!({"file": hash_of(b"nowhere")});
    let refused = libai.ask(event::TALK, &["a".into(), options]).unwrap();
    let kept = libai.ask(event::TALK, &["words".into()]).unwrap();
    let early = libai.ask(event::TALK, &["more".into()]).unwrap();

    assert_eq!((&refused["code"], &kept["ok"]), (&json!("file_unknown"), &json!(true)));
    assert_eq!(early["code"], "too_fast");
}

#[test]
fn pages_of_other_hosts_bring_nothing_unless_they_are_named() {
    let args = ["--origin", "https://team.example"];
    let server = Server::planned(Plan::with(&args)).unwrap();
    let port = server.port();
    let from = |origin: &str| {
        post_bytes(port, &where_to("a"), &[&format!("origin: {origin}")], b"x").unwrap()
    };

    let strange = from("https://evil.example");
    let named = from("https://team.example");

    assert_eq!((strange.status, named.status), (403, 201));
    let allowed = "access-control-allow-origin: https://team.example";
    assert!(named.head.contains(allowed), "{}", named.head);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let preflight = "OPTIONS /files?name=a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                     origin: https://team.example\r\n\
                     access-control-request-headers: authorization\r\n\r\n";
    stream.write_all(preflight.as_bytes()).unwrap();
    let mut head = String::new();
    stream.read_to_string(&mut head).unwrap();
    assert!(head.starts_with("HTTP/1.1 204") && head.contains(allowed), "{head}");
    assert!(head.contains("access-control-allow-headers: authorization"), "{head}");
}

#[test]
fn whoever_brings_nothing_more_is_cut_and_keeps_no_place() {
    let server = Server::planned(Plan::with(&["--limit-loopback"])).unwrap();
    let content = noise(10_000, 5);
    let begin = Instant::now();
    let mut slow: Vec<TcpStream> = (0..4).map(|_| half(&server, "", &content)).collect();
    eventually("four on their way", PATIENCE, || lying(&server).unwrap().len() == 4).unwrap();

    let fifth = bring(server.port(), "", "a", b"x").unwrap();
    for stream in &mut slow {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut end = Vec::new();
        stream.read_to_end(&mut end).unwrap_or_default();
    }

    assert_eq!((fifth.status, &answer(&fifth.body)["retry_ms"]), (429, &json!(1000)));
    assert!(begin.elapsed() >= Duration::from_secs(10));
    assert_eq!(lying(&server).unwrap(), Vec::<String>::new());
    assert_eq!(bring(server.port(), "", "a", b"x").unwrap().status, 201);
}

#[test]
fn whoever_fetches_slowly_gets_it_all() {
    let server = Server::planned(Plan::with(&["--stall-timeout", "1"])).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let content = noise(NINE_MB, 6);
    share(server.port(), &libai, "李白", "a", &content).unwrap();
    let path = libai.lines()[0].file.as_ref().unwrap().path();

    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    // Longer than a room's hearer may stop; the network's buffers hold less than the file.
    thread::sleep(Duration::from_secs(3));
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();

    assert!(answer.ends_with(&content), "{} bytes", answer.len());
}

#[test]
fn bytes_that_a_plain_client_says_are_a_file_and_keep_their_place() {
    for plan in [Plan::default(), Plan { memory: true, ..Plan::default() }] {
        let server = Server::planned(plan).unwrap();
        let yao = Raw::v1(server.port(), "瑶").unwrap();
        let libai = Raw::plain(server.port()).unwrap();

        libai.say("before").unwrap();
        libai.send(r#"451-["talk",{"_placeholder":true,"num":0}]"#).unwrap();
        libai.send_binary(png(3, 2)).unwrap();
        libai.send(r#"451-["talk",{"_placeholder":true,"num":0},{"name":"笔记.txt"}]"#).unwrap();
        libai.send_binary(b"words".to_vec()).unwrap();
        libai.say("after").unwrap();

        let texts = ["before", "picture.png", "笔记.txt", "after"];
        yao.wait("all four", |heard| heard.timeline.texts() == texts).unwrap();
        let files: Vec<_> = yao.lines().into_iter().filter_map(|line| line.file).collect();
        assert_eq!((files[0].width, files[1].media.as_str()), (Some(3), "text/plain"));
        let (_, words) = get_bytes(server.port(), &files[1].path(), &[]).unwrap();
        assert_eq!(words, b"words");
    }
}

#[test]
fn files_of_a_store_in_memory_go_with_the_program() {
    let folder = TempDir::new().unwrap();
    let within = ["env", &format!("TMPDIR={}", folder.path().display())].map(str::to_owned);
    let plan = Plan { memory: true, within: within.to_vec(), ..Plan::default() };
    let mut server = Server::planned(plan).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let there = || folder.path().read_dir().unwrap().count();
    let before = there();
    share(server.port(), &libai, "李白", "a", b"x").unwrap();
    let meanwhile = there();

    server.stop(PATIENCE).unwrap();

    assert_eq!((before, meanwhile, there()), (0, 1, 0));
}

#[test]
fn bytes_in_no_place_and_names_that_steer_are_refused() {
    let server = Server::planned(Plan::with(&["--max-file", "10", "--rate", "off"])).unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();

    for (number, (packet, bytes)) in [
        (r#"["talk",{"_placeholder":true,"num":7}]"#, 3),
        (r#"["talk",{"_placeholder":false,"num":0}]"#, 3),
        (r#"["talk",{"_placeholder":true,"num":0},{"name":"a\u001b[2J"}]"#, 3),
        (r#"["talk",{"_placeholder":true,"num":0},{"name":5}]"#, 3),
        (r#"["talk",{"_placeholder":true,"num":0}]"#, 11),
    ]
    .into_iter()
    .enumerate()
    {
        libai.send(&format!("451-{}{packet}", 100 + number)).unwrap();
        libai.send_binary(vec![0; bytes]).unwrap();
        let answer = libai.answer(100 + number as u64).unwrap();
        assert_eq!(answer["ok"], false, "{packet}: {answer}");
    }

    assert_eq!(libai.ask(event::TALK, &["on".into()]).unwrap()["seq"], 1);
    assert_eq!(lying(&server).unwrap(), Vec::<String>::new());
}
