use std::io::Write;

use kpl_shared::{
    file::Hash,
    names::RoomName,
    refusal::{Code, Refusal},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{bring::bring, *};

/// A server that answers each connection with these bytes once it has read a head, and tells what
/// it has read when the client is done.
async fn a_server_that_says(answer: Vec<u8>) -> (FileServer, tokio::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::parse(&format!("{}/kpl/socket.io/", listener.local_addr().unwrap()));
    let (told, heard) = tokio::sync::mpsc::channel(4);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut read = Vec::with_capacity(4096);
            let is_asked = |read: &[u8]| {
                let is_whole = if read.starts_with(b"POST") { "content" } else { "\r\n\r\n" };
                read.ends_with(is_whole.as_bytes())
            };
            while !is_asked(&read) {
                assert_ne!(socket.read_buf(&mut read).await.unwrap(), 0);
            }
            socket.write_all(&answer).await.unwrap();
            socket.shutdown().await.unwrap();
            // What is not read when a connection is closed takes the answer with it.
            let _reset = socket.read_to_end(&mut read).await;
            told.send(String::from_utf8_lossy(&read).into()).await.unwrap();
        }
    });
    let settings = ConnectionSettings {
        password: Some(Password::parse("王者").unwrap()),
        ..ConnectionSettings::new(
            address.unwrap(),
            None,
            Some(Key::from_bytes([0; 32])),
            RoomName::default(),
        )
    };
    (FileServer::of(&settings), heard)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn file(content: &[u8]) -> File {
    File {
        hash: Hash::from_bytes(*blake3::hash(content).as_bytes()),
        name: "a b.png".into(),
        size: content.len() as u64,
        media: "image/png".into(),
        width: None,
        height: None,
    }
}

#[tokio::test]
async fn what_is_fetched_is_the_file_and_nobody_is_shown_a_secret_for_it() {
    let (server, mut heard) = a_server_that_says(answer("200 OK", b"content")).await;

    let got = fetch(&server, &file(b"content"), 100).await;

    assert_eq!(got.unwrap(), b"content");
    let asked = heard.recv().await.unwrap();
    let line = format!("GET /kpl{} HTTP/1.1\r\n", file(b"content").path());
    assert!(asked.starts_with(&line), "{asked}");
    assert!(asked.contains("host: 127.0.0.1:") && !asked.contains("authorization"), "{asked}");
}

#[tokio::test]
async fn what_is_not_the_file_is_not_fetched() {
    for (sent, why) in [
        (answer("200 OK", b"another"), FileTrouble::Other),
        (answer("200 OK", b"contents"), FileTrouble::Other),
        (answer("200 OK", b"conten"), FileTrouble::Broke),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nc".to_vec(), FileTrouble::Broke),
        (answer("404 Not Found", b""), FileTrouble::Gone),
        (b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), FileTrouble::Broke),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n".to_vec(),
            FileTrouble::Odd { status: "302 Found".into() },
        ),
        (
            answer("503 Service Unavailable", b"{"),
            FileTrouble::NotReady { status: "503 Service Unavailable".into() },
        ),
    ] {
        let (server, _heard) = a_server_that_says(sent).await;
        assert_eq!(fetch(&server, &file(b"content"), 100).await, Err(why));
    }
    let (server, _heard) = a_server_that_says(answer("200 OK", b"content")).await;
    let too_large = FileTrouble::TooLarge { size: 7, most: 6 };
    assert_eq!(fetch(&server, &file(b"content"), 6).await, Err(too_large));
}

#[tokio::test]
async fn a_file_is_brought_with_its_name_and_what_lets_one_in() {
    let on_disk = tempfile::Builder::new().prefix("截 ").tempfile().unwrap();
    on_disk.as_file().write_all(b"content").unwrap();
    let hash = file(b"content").hash;
    let body = format!(
        r#"{{"ok":true,"hash":"{hash}","size":7,"type":"image/png","width":2,"height":1}}"#
    );
    let (server, mut heard) = a_server_that_says(answer("201 Created", body.as_bytes())).await;
    let mut told = Vec::new();

    let brought = bring(&server, on_disk.path(), 7, |moved, of| told.push((moved, of))).await;

    let name = on_disk.path().file_name().unwrap().to_str().unwrap().to_owned();
    let expected = File { name: name.clone(), width: Some(2), height: Some(1), ..file(b"content") };
    assert_eq!(brought, Ok(expected));
    assert_eq!((told.first(), told.last()), (Some(&(0, 7)), Some(&(7, 7))));
    let asked = heard.recv().await.unwrap();
    let line = format!("POST /kpl/files?name={} HTTP/1.1\r\n", kpl_shared::file::encoded(&name));
    let secrets = STANDARD.encode(format!("{}:王者", "0".repeat(64)));
    assert!(asked.starts_with(&line) && asked.ends_with("\r\n\r\ncontent"), "{asked}");
    assert!(asked.contains("content-length: 7\r\n"), "{asked}");
    assert!(asked.contains(&format!("authorization: Basic {secrets}\r\n")), "{asked}");
    assert!(!format!("{server:?}").contains("王者"));
}

#[tokio::test]
async fn what_the_server_says_against_a_file_is_told_with_its_reason() {
    let on_disk = tempfile::NamedTempFile::new().unwrap();
    on_disk.as_file().write_all(b"content").unwrap();
    let refused = br#"{"ok":false,"code":"too_fast","message":"slowly","retry_ms":500}"#;
    let (server, _heard) = a_server_that_says(answer("429 Too Many Requests", refused)).await;

    let why = bring(&server, on_disk.path(), 7, |_, _| {}).await;

    let refusal = Refusal::for_now(Code::TooFast, "slowly", 500);
    assert_eq!(why, Err(FileTrouble::Refused(refusal)));
    let (server, _heard) = a_server_that_says(answer("404 Not Found", b"<html>")).await;
    assert_eq!(bring(&server, on_disk.path(), 7, |_, _| {}).await, Err(FileTrouble::NotThere));
    // Another content than ours: what the server has is not what one would say.
    let other = format!(r#"{{"hash":"{}","size":7,"type":"a/b"}}"#, file(b"other").hash);
    let (server, _heard) = a_server_that_says(answer("201 Created", other.as_bytes())).await;
    assert_eq!(bring(&server, on_disk.path(), 7, |_, _| {}).await, Err(FileTrouble::Broke));
}
