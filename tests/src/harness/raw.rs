//! A Socket.IO client that does exactly what a test says: it forgives nothing, repairs nothing,
//! and can stop reading.

use std::{
    collections::HashMap,
    net::SocketAddr,
    str::FromStr,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use kpl_shared::{
    handshake::Key,
    message::Message as Line,
    protocol::{Refused, Sync, TalkOptions, event},
};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::{mpsc, watch},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message as Frame, client::IntoClientRequest, http::HeaderName},
};

use super::{
    timeline::Timeline,
    wait::{PATIENCE, lock, runtime},
    wire::{self, Packet},
};

/// The tests' own requests are numbered from here: far above those of the timeline.
const FIRST_REQ: u64 = 1 << 40;

/// A client over WebSocket. Dropping it closes its connection.
#[derive(Debug)]
pub struct Raw {
    heard: Arc<Shared>,
    outgoing: mpsc::UnboundedSender<Frame>,
    reading: watch::Sender<bool>,
    next_ack: Mutex<u64>,
    /// The local port of its connection.
    pub port: u16,
}

/// What a client has heard so far.
#[derive(Debug, Default)]
pub struct Heard {
    /// Every event but `messages`, `head` and `heartbeat`, in order.
    pub events: Vec<(String, Vec<Value>)>,
    /// The texts of the `talk` events: what a plain client knows.
    pub talks: Vec<String>,
    /// What a v1 client holds.
    pub timeline: Timeline,
    /// The answers to the `sync` requests that the test made.
    pub pages: Vec<Value>,
    /// The heads that the beacon told.
    pub heads: Vec<Value>,
    /// The answers to events that asked for one.
    pub acks: HashMap<u64, Value>,
    /// Why the namespace refused us.
    pub refused: Option<String>,
    /// Whether the namespace let us in.
    pub connected: bool,
    /// Why the connection is over.
    pub closed: Option<String>,
}

#[derive(Debug, Default)]
struct Shared {
    heard: Mutex<Heard>,
    news: Condvar,
}

impl Raw {
    /// Connects as a plain client, which says nothing of itself.
    pub fn plain(port: u16) -> Result<Self> {
        Self::connect(port, &Value::Null)
    }

    /// Connects as a v1 client under a name and a key made of it, and waits for the greeting.
    pub fn v1(port: u16, name: &str) -> Result<Self> {
        Self::v1_with(port, json!({"name": name, "key": key_of(name)}))
    }

    /// Connects as a v1 client with more to say of itself, and waits for the greeting.
    pub fn v1_with(port: u16, mut auth: Value) -> Result<Self> {
        auth["v"] = 1.into();
        let raw = Self::connect(port, &auth)?;
        raw.wait("the greeting", |heard| heard.timeline.hello.is_some())?;
        Ok(raw)
    }

    /// Connects with this `auth`, and waits until the namespace lets us in.
    ///
    /// # Errors
    ///
    /// When it does not; the error is the server's message.
    pub fn connect(port: u16, auth: &Value) -> Result<Self> {
        Self::connect_with(port, auth, &[])
    }

    /// The same, with further headers in the request that opens the transport.
    pub fn connect_with(port: u16, auth: &Value, headers: &[(&str, &str)]) -> Result<Self> {
        let raw = Self::dial_with(port, headers)?;
        let packet = if auth.is_null() { "40".to_owned() } else { wire::connect(auth) };
        raw.send(&packet)?;
        raw.wait("an answer to CONNECT", |heard| heard.connected || heard.refused.is_some())?;
        if let Some(why) = raw.look(|heard| heard.refused.clone()) {
            bail!("{why}");
        }
        Ok(raw)
    }

    /// Opens the transport only: the namespace is not asked yet.
    pub fn dial(port: u16) -> Result<Self> {
        Self::dial_with(port, &[])
    }

    /// The same, with further headers, or others in place of the usual.
    pub fn dial_with(port: u16, headers: &[(&str, &str)]) -> Result<Self> {
        let url = format!("ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(HeaderName::from_str(name)?, value.parse()?);
        }
        let socket = TcpSocket::new_v4()?;
        // Small, so that one who stops reading is noticed after little.
        socket.set_recv_buffer_size(64 * 1024)?;
        let (stream, local) = runtime().block_on(async {
            let stream = socket.connect(SocketAddr::from(([127, 0, 0, 1], port))).await?;
            stream.set_nodelay(true)?;
            let local = stream.local_addr()?.port();
            let (stream, _) = client_async(request, stream).await?;
            anyhow::Ok((stream, local))
        })?;
        let heard = Arc::new(Shared::default());
        let (outgoing, frames) = mpsc::unbounded_channel();
        let (reading, may_read) = watch::channel(true);
        runtime().spawn(live(stream, frames, outgoing.downgrade(), may_read, heard.clone()));
        Ok(Self { heard, outgoing, reading, next_ack: Mutex::new(0), port: local })
    }

    /// Sends a text frame as it is.
    pub fn send(&self, packet: &str) -> Result<()> {
        self.send_frame(Frame::text(packet))
    }

    /// Sends a binary frame.
    pub fn send_binary(&self, bytes: Vec<u8>) -> Result<()> {
        self.send_frame(Frame::binary(bytes))
    }

    fn send_frame(&self, frame: Frame) -> Result<()> {
        self.outgoing.send(frame).ok().context("the connection is over")
    }

    /// Sends an event.
    pub fn emit(&self, name: &str, arguments: &[Value]) -> Result<()> {
        self.send(&wire::event(name, arguments, None))
    }

    /// Says a line.
    pub fn say(&self, text: &str) -> Result<()> {
        self.emit(event::TALK, &[text.into()])
    }

    /// Says a line under an id of its own.
    pub fn say_as(&self, text: &str, cid: &str) -> Result<()> {
        let options = TalkOptions { cid: Some(cid.into()), ..TalkOptions::default() };
        self.emit(event::TALK, &[text.into(), serde_json::to_value(options)?])
    }

    /// Says a line and returns what the server answers.
    pub fn ask(&self, name: &str, arguments: &[Value]) -> Result<Value> {
        let number = self.ask_later(name, arguments)?;
        self.answer(number)
    }

    /// Sends an event that asks for an answer, and returns the answer's number.
    pub fn ask_later(&self, name: &str, arguments: &[Value]) -> Result<u64> {
        let number = {
            let mut next = lock(&self.next_ack);
            *next += 1;
            *next
        };
        self.send(&wire::event(name, arguments, Some(number)))?;
        Ok(number)
    }

    /// Waits for an answer by its number.
    pub fn answer(&self, number: u64) -> Result<Value> {
        self.wait_for("an answer", |heard| heard.acks.get(&number).cloned())
    }

    /// Says lines, at most `window` of them not yet answered, and returns the answers in order.
    pub fn say_all(&self, texts: &[String], window: usize) -> Result<Vec<Value>> {
        let mut numbers = Vec::new();
        for (count, text) in texts.iter().enumerate() {
            if let Some(&earlier) = count.checked_sub(window).and_then(|place| numbers.get(place)) {
                self.answer(earlier)?;
            }
            numbers.push(self.ask_later(event::TALK, &[text.as_str().into()])?);
        }
        numbers.into_iter().map(|number| self.answer(number)).collect()
    }

    /// Asks for a page and returns the packet that answers it.
    pub fn page(&self, mut ask: Sync) -> Result<Value> {
        let req = FIRST_REQ + lock(&self.heard.heard).pages.len() as u64;
        ask.req = Some(req);
        self.emit(event::SYNC, &[serde_json::to_value(ask)?])?;
        self.wait_for("a page", |heard| heard.pages.iter().find(|p| p["req"] == req).cloned())
    }

    /// Stops reading from the socket, as a client does that hangs.
    pub fn stop_reading(&self) {
        self.reading.send_replace(false);
    }

    /// Reads on.
    pub fn go_on_reading(&self) {
        self.reading.send_replace(true);
    }

    /// Looks at what was heard so far.
    pub fn look<T>(&self, look: impl FnOnce(&Heard) -> T) -> T {
        look(&lock(&self.heard.heard))
    }

    /// The lines that a v1 client holds.
    pub fn lines(&self) -> Vec<Line> {
        self.look(|heard| heard.timeline.lines())
    }

    /// The texts of the lines that a v1 client holds.
    pub fn texts(&self) -> Vec<String> {
        self.look(|heard| heard.timeline.texts())
    }

    /// The `refused` events so far.
    pub fn refusals(&self) -> Vec<Refused> {
        self.look(|heard| {
            let refused = heard.events.iter().filter(|(name, _)| name == event::REFUSED);
            refused.filter_map(|(_, body)| serde_json::from_value(body[0].clone()).ok()).collect()
        })
    }

    /// Waits until what was heard is as the condition wants it.
    pub fn wait(&self, what: &str, mut condition: impl FnMut(&Heard) -> bool) -> Result<()> {
        self.wait_for(what, |heard| condition(heard).then_some(()))
    }

    /// Waits until something is found in what was heard.
    pub fn wait_for<T>(&self, what: &str, look: impl FnMut(&Heard) -> Option<T>) -> Result<T> {
        self.wait_within(PATIENCE, what, look)
    }

    /// Waits, but not longer than `deadline`.
    pub fn wait_within<T>(
        &self,
        deadline: Duration,
        what: &str,
        mut look: impl FnMut(&Heard) -> Option<T>,
    ) -> Result<T> {
        let end = Instant::now() + deadline;
        let mut heard = lock(&self.heard.heard);
        loop {
            if let Some(found) = look(&heard) {
                return Ok(found);
            }
            let left = end.saturating_duration_since(Instant::now());
            // Once the connection is over nothing more will come.
            if left.is_zero() || heard.closed.is_some() {
                bail!("waited in vain for this: {what}; {}", summary(&heard));
            }
            let woken = self.heard.news.wait_timeout(heard, left);
            heard = woken.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }
}

/// The key that belongs to a name in the tests: the same name is the same person.
pub fn key_of(name: &str) -> String {
    let mut bytes = [0; 32];
    for (byte, letter) in bytes.iter_mut().zip(name.bytes().cycle()) {
        *byte = letter;
    }
    Key::from_bytes(bytes).to_hex()
}

/// The life of a connection: what is to be sent goes out, what comes is heard.
async fn live(
    stream: WebSocketStream<TcpStream>,
    mut frames: mpsc::UnboundedReceiver<Frame>,
    answers: mpsc::WeakUnboundedSender<Frame>,
    mut may_read: watch::Receiver<bool>,
    shared: Arc<Shared>,
) {
    let (mut sink, mut stream) = stream.split();
    let send = async {
        while let Some(frame) = frames.recv().await {
            sink.send(frame).await?;
        }
        sink.close().await
    };
    let read = async {
        while may_read.wait_for(|&may| may).await.is_ok() {
            let Some(frame) = stream.next().await else { return "the stream ended".to_owned() };
            let frame = match frame {
                Ok(frame) => frame,
                Err(error) => return error.to_string(),
            };
            let Frame::Text(text) = frame else { continue };
            let answer = match wire::read(&text) {
                Ok(packet) => hear(&mut lock(&shared.heard), packet),
                Err(error) => return format!("{error:#} in {text:.200}"),
            };
            shared.news.notify_all();
            if let (Some(answer), Some(answers)) = (answer, answers.upgrade()) {
                // Nobody sends any more when the connection is over, which the next read tells.
                drop(answers.send(Frame::text(answer)));
            }
        }
        "the test let go of it".to_owned()
    };
    tokio::pin!(send);
    let why = tokio::select! {
        why = read => why,
        Ok(()) = &mut send => "closed by the test".to_owned(),
    };
    lock(&shared.heard).closed = Some(why);
    shared.news.notify_all();
}

/// Takes in a packet, and returns what it must be answered with.
fn hear(heard: &mut Heard, packet: Packet) -> Option<String> {
    match packet {
        Packet::Ping => return Some("3".into()),
        Packet::Connected(_) => heard.connected = true,
        Packet::Refused(why) => heard.refused = Some(why),
        Packet::Disconnected => heard.closed = Some("put out by the server".into()),
        Packet::Ack(number, mut values) => {
            let value = if values.is_empty() { Value::Null } else { values.remove(0) };
            heard.acks.insert(number, value);
        }
        Packet::Event(name, arguments) => return hear_event(heard, name, arguments),
        Packet::Open(_) | Packet::Other(_) => {}
    }
    None
}

fn hear_event(heard: &mut Heard, name: String, arguments: Vec<Value>) -> Option<String> {
    let body = || arguments.first().cloned().unwrap_or_default();
    let ask = match name.as_str() {
        event::HELLO => {
            let hello = serde_json::from_value(body()).ok();
            heard.events.push((name, arguments));
            heard.timeline.greet(hello?)
        }
        event::MESSAGES => {
            let body = body();
            if body["req"].as_u64().is_some_and(|req| req >= FIRST_REQ) {
                heard.pages.push(body.clone());
            }
            heard.timeline.take(serde_json::from_value(body).ok()?)
        }
        event::HEAD => {
            let body = body();
            heard.heads.push(body.clone());
            heard.timeline.beacon(&serde_json::from_value(body).ok()?)
        }
        event::HEARTBEAT => return None,
        event::TALK => {
            let text = body().as_str().unwrap_or("(not a string)").to_owned();
            heard.talks.push(text);
            heard.events.push((name, arguments));
            None
        }
        _ => {
            heard.events.push((name, arguments));
            None
        }
    };
    Some(wire::event(event::SYNC, &[serde_json::to_value(ask?).ok()?], None))
}

fn summary(heard: &Heard) -> String {
    let last: Vec<String> =
        heard.events.iter().rev().take(3).map(|(name, body)| format!("{name} {body:?}")).collect();
    format!(
        "connected {}, closed {:?}, {} talks, {} lines (next {}), last events {last:?}",
        heard.connected,
        heard.closed,
        heard.talks.len(),
        heard.timeline.log.len(),
        heard.timeline.log.next(),
    )
}
