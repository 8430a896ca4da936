//! The few requests that a test makes without Socket.IO.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result};

/// The status and the body of a response.
#[derive(Debug)]
pub struct Response {
    /// The status, such as 200.
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    /// The body as text.
    pub body: String,
}

/// Asks the port of loopback for a path.
pub fn get(port: u16, path: &str) -> Result<Response> {
    get_with(port, path, &["host: localhost"])
}

/// The same with these headers, and no others but that the connection is to be closed.
pub fn get_with(port: u16, path: &str, headers: &[&str]) -> Result<Response> {
    let headers = headers.join("\r\n");
    let asked = format!("GET {path} HTTP/1.1\r\n{headers}\r\nconnection: close\r\n\r\n");
    request(port, asked.as_bytes())
}

/// Posts a text to a path of the port of loopback.
pub fn post(port: u16, path: &str, body: &str) -> Result<Response> {
    post_bytes(port, path, &["content-type: text/plain"], body.as_bytes())
}

/// Posts bytes to a path of the port of loopback, with these headers.
pub fn post_bytes(port: u16, path: &str, headers: &[&str], body: &[u8]) -> Result<Response> {
    let usual = ["host: localhost", "connection: close"];
    let headers = [&usual, headers].concat().join("\r\n");
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\n{headers}\r\ncontent-length: {length}\r\n\r\n");
    request(port, &[head.as_bytes(), body].concat())
}

/// Asks the port of loopback for a path, and returns the head and the bytes of the answer.
pub fn get_bytes(port: u16, path: &str, headers: &[&str]) -> Result<(String, Vec<u8>)> {
    let headers = [&["host: localhost", "connection: close"], headers].concat().join("\r\n");
    let answer = exchange(port, format!("GET {path} HTTP/1.1\r\n{headers}\r\n\r\n").as_bytes())?;
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let end = end.context("an answer without a head")?;
    Ok((String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec()))
}

fn request(port: u16, request: &[u8]) -> Result<Response> {
    let answer = String::from_utf8_lossy(&exchange(port, request)?).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Response {
        status: status.context("an answer without a status")?,
        head: head.into(),
        body: body.into(),
    })
}

/// Sends a request, and returns all that comes back.
fn exchange(port: u16, request: &[u8]) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    // A server that refuses a long body may hang up before it has read all of it.
    let sent = stream.write_all(request);
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    if answer.is_empty() {
        sent?;
        read?;
    }
    Ok(answer)
}
