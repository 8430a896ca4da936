//! A connection on which a test says byte by byte what it wants, also over WebSocket.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

/// How long one look at what comes may take.
const GLANCE: Duration = Duration::from_millis(10);
/// How much of what comes is kept.
const KEPT: usize = 64 * 1024;

/// What the first byte of a WebSocket frame says.
pub mod first {
    /// A whole text.
    pub const TEXT: u8 = 0x81;
    /// A whole text that is said to be compressed.
    pub const COMPRESSED: u8 = 0xc1;
    /// The beginning of a text.
    pub const BEGIN: u8 = 0x01;
    /// A part of a text, but not the last.
    pub const GO_ON: u8 = 0x00;
    /// A ping.
    pub const PING: u8 = 0x89;
}

/// A connection to the port of loopback.
#[derive(Debug)]
pub struct Bare {
    stream: TcpStream,
    /// What has come, as far as it was looked at; of much, the beginning.
    pub heard: Vec<u8>,
}

impl Bare {
    /// Connects, and says nothing.
    pub fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(GLANCE))?;
        stream.set_write_timeout(Some(Duration::from_secs(5)))?;
        Ok(Self { stream, heard: Vec::new() })
    }

    /// Opens a WebSocket at a path, with further headers.
    pub fn websocket(port: u16, path: &str, headers: &str) -> Result<Self> {
        let mut bare = Self::connect(port)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\n\
             upgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        );
        bare.send(request.as_bytes())?;
        let end = Instant::now() + Duration::from_secs(10);
        while !bare.heard.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
            ensure!(!bare.is_over() && Instant::now() < end, "no answer: {}", bare.text());
        }
        ensure!(bare.heard.starts_with(b"HTTP/1.1 101 "), "{}", bare.text());
        Ok(bare)
    }

    /// Opens a session of Socket.IO over WebSocket.
    pub fn session(port: u16) -> Result<Self> {
        Self::websocket(port, "/socket.io/?EIO=4&transport=websocket", "")
    }

    /// Sends bytes.
    pub fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Takes in what has come; whether the connection is over.
    pub fn is_over(&mut self) -> bool {
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes) {
            Ok(0) => true,
            Ok(read) => {
                let room = KEPT.saturating_sub(self.heard.len()).min(read);
                self.heard.extend(&bytes[..room]);
                false
            }
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        }
    }

    /// What has come as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.heard).into_owned()
    }
}

/// A frame as a client sends it.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = head(first, payload.len() as u64);
    // Masked with zeros, it is what it is.
    frame.extend(payload);
    frame
}

/// The beginning of a frame whose payload is said to be so long.
pub fn head(first: u8, length: u64) -> Vec<u8> {
    let mut head = vec![first, 0x80 | 127];
    head.extend(length.to_be_bytes());
    head.extend([0; 4]);
    head
}
