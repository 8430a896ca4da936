//! A Socket.IO server that is not ours: one that only relays, or one that means harm.

use std::sync::Arc;

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use kpl_shared::protocol::event;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::broadcast,
    task::{AbortHandle, JoinSet},
};
use tokio_tungstenite::{accept_async, tungstenite::Message as Frame};

use super::{
    wait::runtime,
    wire::{self, Packet},
};

/// A server over WebSocket. Dropping it closes its connections.
#[derive(Debug)]
pub struct Stranger {
    port: u16,
    task: AbortHandle,
}

/// What the server says by itself to everyone who comes.
type Words = Vec<(&'static str, Vec<Value>)>;
/// That, and what it answers to which event.
type Script = (Words, (&'static str, Words));

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
        let listener = runtime().block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let port = listener.local_addr()?.port();
        let task = runtime().spawn(accept(listener, Arc::new((words, answer)))).abort_handle();
        Ok(Self { port, task })
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

async fn accept(listener: TcpListener, words: Arc<Script>) {
    let (room, _) = broadcast::channel(256);
    // The set ends what is in it when the server is dropped.
    let mut guests = JoinSet::new();
    let mut number = 0_u64;
    while let Ok((stream, _)) = listener.accept().await {
        number += 1;
        guests.spawn(serve(stream, number, words.clone(), room.clone()));
    }
}

async fn serve(
    stream: TcpStream,
    number: u64,
    words: Arc<Script>,
    room: broadcast::Sender<(u64, Vec<Value>)>,
) -> Result<()> {
    let mut socket = accept_async(stream).await?;
    let open = json!({
        "sid": format!("t{number}"), "upgrades": [], "pingInterval": 25_000, "pingTimeout": 20_000,
        "maxPayload": 1_000_000,
    });
    socket.send(Frame::text(format!("0{open}"))).await?;
    let mut heard = room.subscribe();
    loop {
        tokio::select! {
            frame = socket.next() => {
                let Some(frame) = frame else { return Ok(()) };
                let Frame::Text(text) = frame? else { continue };
                if text.starts_with("40") {
                    socket.send(Frame::text(format!("40{{\"sid\":\"s{number}\"}}"))).await?;
                    for (name, body) in &words.0 {
                        socket.send(Frame::text(wire::event(name, body, None))).await?;
                    }
                } else if let Ok(Packet::Event(name, body)) = wire::read(&text) {
                    let (asked, answers) = &words.1;
                    if name == event::TALK {
                        // Without another guest there is nobody to pass it on to.
                        drop(room.send((number, body)));
                    } else if name == *asked {
                        for (name, body) in answers {
                            socket.send(Frame::text(wire::event(name, body, None))).await?;
                        }
                    }
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
