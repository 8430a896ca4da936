//! A Socket.IO server that is not ours: one that only relays, or one that means harm.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use kpl_shared::protocol::event;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::broadcast,
    task::{AbortHandle, JoinSet},
    time::sleep,
};
use tokio_tungstenite::{accept_async, tungstenite::Message as Frame};

use super::{
    wait::{lock, runtime},
    wire::{self, Packet},
};

/// A server over WebSocket. Dropping it closes its connections.
#[derive(Debug)]
pub struct Stranger {
    port: u16,
    script: Arc<Script>,
    task: AbortHandle,
}

/// Events that the server says.
type Words = Vec<(&'static str, Vec<Value>)>;

/// What the server does, and what came of it.
#[derive(Debug, Default)]
struct Script {
    /// What it says by itself to everyone who comes.
    words: Words,
    /// How late each who comes in turn hears that, or that they never do. Empty: all at once.
    turns: Vec<Option<Duration>>,
    /// What it answers to which event.
    answer: (&'static str, Words),
    /// What it answers, byte by byte, to whoever asks for a file.
    file: Vec<u8>,
    /// The texts that were said to it.
    said: Mutex<Vec<String>>,
}

impl Script {
    /// How late the guest of that number, from 1, hears the words.
    fn turn(&self, number: u64) -> Option<Duration> {
        let place = usize::try_from(number).unwrap_or(usize::MAX) - 1;
        if self.turns.is_empty() { Some(Duration::ZERO) } else { *self.turns.get(place)? }
    }
}

impl Stranger {
    /// A server that passes `talk` on to all others, and does nothing else: the six lines of a
    /// Socket.IO tutorial.
    pub fn relaying() -> Result<Self> {
        Self::saying(vec![])
    }

    /// A server that says these events to everyone who comes.
    pub fn saying(words: Words) -> Result<Self> {
        Self::answering(words, ("", vec![]))
    }

    /// A server that says these events to everyone who comes, and others to whoever emits one of
    /// that name.
    pub fn answering(words: Words, answer: (&'static str, Words)) -> Result<Self> {
        Self::playing(Script { words, answer, ..Script::default() })
    }

    /// A server that says these events so late to each who comes in turn, or never; and never to
    /// those who come after them.
    pub fn in_turn(words: Words, turns: Vec<Option<Duration>>) -> Result<Self> {
        Self::playing(Script { words, turns, ..Script::default() })
    }

    /// A server that says these events to everyone who comes, and answers these bytes to whoever
    /// asks for a file.
    pub fn handing_out(words: Words, file: Vec<u8>) -> Result<Self> {
        Self::playing(Script { words, file, ..Script::default() })
    }

    fn playing(script: Script) -> Result<Self> {
        let listener = runtime().block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let port = listener.local_addr()?.port();
        let script = Arc::new(script);
        let task = runtime().spawn(accept(listener, script.clone())).abort_handle();
        Ok(Self { port, script, task })
    }

    /// The port of loopback on which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The texts that were said to it, in order.
    pub fn said(&self) -> Vec<String> {
        lock(&self.script.said).clone()
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, script: Arc<Script>) {
    let (room, _) = broadcast::channel(256);
    // The set ends what is in it when the server is dropped.
    let mut guests = JoinSet::new();
    let mut number = 0_u64;
    while let Ok((stream, _)) = listener.accept().await {
        number += 1;
        guests.spawn(serve(stream, number, script.clone(), room.clone()));
    }
}

async fn serve(
    mut stream: TcpStream,
    number: u64,
    script: Arc<Script>,
    room: broadcast::Sender<(u64, Vec<Value>)>,
) -> Result<()> {
    let mut first = [0; 10];
    if stream.peek(&mut first).await? == first.len() && first == *b"GET /files" {
        stream.write_all(&script.file).await?;
        stream.shutdown().await?;
        // What is not read when a connection is closed takes the answer with it.
        stream.read_to_end(&mut Vec::new()).await?;
        return Ok(());
    }
    let mut socket = accept_async(stream).await?;
    let open = json!({
        "sid": format!("t{number}"), "upgrades": [], "pingInterval": 25_000, "pingTimeout": 20_000,
        "maxPayload": 1_000_000,
    });
    socket.send(Frame::text(format!("0{open}"))).await?;
    let mut heard = room.subscribe();
    let mut due = std::pin::pin!(sleep(Duration::MAX));
    loop {
        tokio::select! {
            frame = socket.next() => {
                let Some(frame) = frame else { return Ok(()) };
                let Frame::Text(text) = frame? else { continue };
                if text.starts_with("40") {
                    socket.send(Frame::text(format!("40{{\"sid\":\"s{number}\"}}"))).await?;
                    if let Some(late) = script.turn(number) {
                        due.set(sleep(late));
                    }
                } else if let Ok(Packet::Event(name, body)) = wire::read(&text) {
                    let (asked, answers) = &script.answer;
                    if name == event::TALK {
                        let text = body.first().and_then(Value::as_str).unwrap_or_default();
                        lock(&script.said).push(text.into());
                        // Without another guest there is nobody to pass it on to.
                        drop(room.send((number, body)));
                    } else if name == *asked {
                        for (name, body) in answers {
                            socket.send(Frame::text(wire::event(name, body, None))).await?;
                        }
                    }
                }
            }
            () = &mut due => {
                due.set(sleep(Duration::MAX));
                for (name, body) in &script.words {
                    socket.send(Frame::text(wire::event(name, body, None))).await?;
                }
            }
            Ok((author, body)) = heard.recv() => {
                if author != number {
                    socket.send(Frame::text(wire::event(event::TALK, &body, None))).await?;
                }
            }
        }
    }
}
