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
    request(port, &format!("GET {path} HTTP/1.1\r\n{headers}\r\nconnection: close\r\n\r\n"))
}

/// Posts a text to a path of the port of loopback.
pub fn post(port: u16, path: &str, body: &str) -> Result<Response> {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    request(
        port,
        &format!("{head}content-type: text/plain\r\ncontent-length: {length}\r\n\r\n{body}"),
    )
}

fn request(port: u16, request: &str) -> Result<Response> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    // A server that refuses a long body may hang up before it has read all of it.
    let sent = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    if answer.is_empty() {
        sent?;
        read?;
    }
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Response {
        status: status.context("an answer without a status")?,
        head: head.into(),
        body: body.into(),
    })
}
