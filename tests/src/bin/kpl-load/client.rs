//! One connection: a Socket.IO client over WebSocket, as cheap as can be.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    io,
    net::SocketAddr,
    rc::Rc,
    sync::LazyLock,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    sync::Notify,
};

use crate::{
    frame::{self, Frames, Kind},
    reception::{Reception, number},
};

/// How long a client may take to enter.
const ENTERING: Duration = Duration::from_secs(20);

thread_local! {
    /// Where bytes are read to. One thread reads for all clients, so one place is enough.
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; 256 * 1024]);
}

/// Which of the two populations of a room a client belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Population {
    /// Any Socket.IO client: text only.
    Plain,
    /// A client of version 1 of the protocol.
    V1,
}

/// How a client enters.
#[derive(Debug, Clone)]
pub(crate) struct Entrance {
    pub(crate) population: Population,
    /// The room; the server's default if there is none.
    pub(crate) room: Option<String>,
    /// The history and the last line that the client holds.
    pub(crate) held: Option<(String, u64)>,
    /// The size of the kernel's buffer for what has not been read yet; the system's if none.
    pub(crate) receive_buffer: Option<u32>,
}

impl Entrance {
    pub(crate) fn of(population: Population) -> Self {
        Self { population, room: None, held: None, receive_buffer: None }
    }

    /// The Socket.IO packet that asks to enter.
    fn packet(&self) -> String {
        let mut fields = Vec::new();
        if self.population == Population::V1 {
            fields.push(r#""v":1"#.to_owned());
        }
        if let Some(room) = &self.room {
            fields.push(format!(r#""room":"{room}""#));
        }
        if let Some((epoch, after)) = &self.held {
            fields.push(format!(r#""epoch":"{epoch}","after":{after}"#));
        }
        if fields.is_empty() { "40".into() } else { format!("40{{{}}}", fields.join(",")) }
    }
}

/// What all the clients of a crowd have heard together, and how long their lines took.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) deliveries: Cell<u64>,
    pub(crate) acked: Cell<u64>,
    pub(crate) ack_times: RefCell<Vec<Duration>>,
    /// Whether lines say when they were said, so that it is known how long they were on their way.
    pub(crate) is_timed: Cell<bool>,
    /// How long each line was on its way to each v1 client.
    pub(crate) ways: RefCell<Vec<Duration>>,
}

/// What the times in lines are counted from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);
/// What stands before the time in a line.
const SAID_AT: &[u8] = br#""text":"@"#;

/// One connection.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    entrance: Entrance,
    tally: Rc<Tally>,
    frames: RefCell<Frames>,
    unsent: RefCell<Vec<u8>>,
    state: Cell<State>,
    /// Something happened that a waiting task may have waited for.
    stirred: Notify,
    reading: Cell<bool>,
    epoch: RefCell<String>,
    pub(crate) reception: RefCell<Reception>,
    /// How many lines a plain client has heard.
    pub(crate) talks: Cell<u64>,
    /// When each line was said that is not acknowledged yet.
    waiting: RefCell<VecDeque<Instant>>,
    said: Cell<u64>,
    pub(crate) acked: Cell<u64>,
    pub(crate) refused: Cell<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Entering,
    In,
    Gone,
}

impl Client {
    /// Connects and enters.
    pub(crate) async fn enter(
        server: SocketAddr,
        entrance: Entrance,
        tally: Rc<Tally>,
    ) -> anyhow::Result<Rc<Self>> {
        tokio::time::timeout(ENTERING, Self::try_to_enter(server, entrance, tally))
            .await
            .context("the server did not let a client in within 20 s")?
    }

    async fn try_to_enter(
        server: SocketAddr,
        entrance: Entrance,
        tally: Rc<Tally>,
    ) -> anyhow::Result<Rc<Self>> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = entrance.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        let mut stream = socket.connect(server).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        let early = upgrade(&mut stream, server).await?;
        let client = Rc::new(Self {
            stream,
            entrance,
            tally,
            frames: RefCell::default(),
            unsent: RefCell::default(),
            state: Cell::new(State::Entering),
            stirred: Notify::new(),
            reading: Cell::new(true),
            epoch: RefCell::default(),
            reception: RefCell::default(),
            talks: Cell::new(0),
            waiting: RefCell::default(),
            said: Cell::new(0),
            acked: Cell::new(0),
            refused: Cell::new(0),
        });
        client.take(&early);
        client.flush().await?;
        tokio::task::spawn_local(Rc::clone(&client).listen());
        while client.state.get() == State::Entering {
            client.stirred.notified().await;
        }
        ensure!(client.state.get() == State::In, "the server refused a client");
        Ok(client)
    }

    /// Says a line, asking for an acknowledgement. It leaves with the next [`Client::flush`].
    pub(crate) fn say(&self, text: &str) {
        let id = self.said.replace(self.said.get() + 1);
        let timed = self.tally.is_timed.get().then(|| format!("@{} ", START.elapsed().as_micros()));
        let timed = timed.unwrap_or_default();
        let packet = match self.entrance.population {
            Population::Plain => format!(r#"42{id}["talk","{timed}{text}"]"#),
            Population::V1 => format!(r#"42{id}["talk","{timed}{text}",{{"cid":"load-{id}"}}]"#),
        };
        self.waiting.borrow_mut().push_back(Instant::now());
        frame::put_text(&mut self.unsent.borrow_mut(), packet.as_bytes());
    }

    /// Asks for the lines after the last one held in order.
    pub(crate) fn ask_for_the_rest(&self) {
        let after = self.reception.borrow().last();
        let packet = format!(r#"42["sync",{{"after":{after},"limit":200}}]"#);
        frame::put_text(&mut self.unsent.borrow_mut(), packet.as_bytes());
    }

    /// Sends what is to be sent.
    pub(crate) async fn flush(&self) -> io::Result<()> {
        while !self.unsent.borrow().is_empty() {
            self.stream.writable().await?;
            // No await between the write and the cut, so two tasks never mix their bytes.
            let mut unsent = self.unsent.borrow_mut();
            match self.stream.try_write(&unsent) {
                Ok(sent) => drop(unsent.drain(..sent)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// How many lines are neither acknowledged nor refused yet.
    pub(crate) fn unanswered(&self) -> usize {
        self.waiting.borrow().len()
    }

    /// Waits until something was answered, or the connection ended.
    pub(crate) async fn answered(&self) {
        self.stirred.notified().await;
    }

    pub(crate) fn is_in(&self) -> bool {
        self.state.get() == State::In
    }

    pub(crate) fn is_v1(&self) -> bool {
        self.entrance.population == Population::V1
    }

    /// How many lines were heard, each counted once.
    pub(crate) fn lines(&self) -> u64 {
        if self.is_v1() { self.reception.borrow().lines } else { self.talks.get() }
    }

    /// Stops reading, or goes on: what the server sends meanwhile waits in the kernel.
    pub(crate) fn set_reading(&self, reading: bool) {
        self.reading.set(reading);
        self.stirred.notify_waiters();
    }

    /// The address of this end, by which the server knows the client.
    pub(crate) fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.stream.local_addr()?)
    }

    /// How to enter again without missing a line.
    pub(crate) fn entrance_after_what_is_held(&self) -> Entrance {
        let held = (self.epoch.borrow().clone(), self.reception.borrow().last());
        Entrance { held: Some(held), receive_buffer: None, ..self.entrance.clone() }
    }

    async fn listen(self: Rc<Self>) {
        loop {
            while !self.reading.get() {
                self.stirred.notified().await;
            }
            let read = match self.stream.readable().await {
                Ok(()) => SCRATCH.with_borrow_mut(|scratch| {
                    let read = self.stream.try_read(scratch);
                    if let Ok(read) = read {
                        self.take(&scratch[..read]);
                    }
                    read
                }),
                Err(error) => Err(error),
            };
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(_) => break,
            }
            if self.state.get() == State::Gone || self.flush().await.is_err() {
                break;
            }
        }
        self.state.set(State::Gone);
        self.stirred.notify_waiters();
        self.stirred.notify_one();
    }

    fn take(&self, bytes: &[u8]) {
        self.frames.borrow_mut().feed(bytes, |kind, payload| match kind {
            Kind::Text => self.take_packet(payload),
            Kind::Ping => frame::put_pong(&mut self.unsent.borrow_mut(), payload),
            Kind::Close | Kind::Other => self.state.set(State::Gone),
        });
    }

    fn take_packet(&self, packet: &[u8]) {
        if packet.starts_with(br#"42["talk","#) {
            self.talks.set(self.talks.get() + 1);
            self.tally.deliveries.set(self.tally.deliveries.get() + 1);
        } else if packet.starts_with(br#"42["messages","#) {
            let (fresh, missing) = self.reception.borrow_mut().hear(packet);
            self.tally.deliveries.set(self.tally.deliveries.get() + fresh);
            if missing {
                self.ask_for_the_rest();
            }
            if self.tally.is_timed.get() {
                self.take_times(packet);
            }
        } else if packet.starts_with(b"43") {
            self.take_ack(packet);
        } else if packet == b"2" {
            frame::put_text(&mut self.unsent.borrow_mut(), b"3");
        } else if packet.starts_with(b"0") {
            frame::put_text(&mut self.unsent.borrow_mut(), self.entrance.packet().as_bytes());
        } else if packet.starts_with(br#"42["hello","#) {
            self.take_hello(packet);
        } else if packet.starts_with(b"40") && self.entrance.population == Population::Plain {
            self.state.set(State::In);
            self.stirred.notify_one();
        } else if packet.starts_with(b"41") || packet.starts_with(b"44") {
            self.state.set(State::Gone);
            self.stirred.notify_one();
        }
    }

    fn take_times(&self, packet: &[u8]) {
        let (now, mut rest) = (START.elapsed(), packet);
        while let Some(said) = after(rest, SAID_AT) {
            let way = now.saturating_sub(Duration::from_micros(number(said)));
            self.tally.ways.borrow_mut().push(way);
            rest = said;
        }
    }

    fn take_hello(&self, packet: &[u8]) {
        if let Some(epoch) = after(packet, br#""epoch":""#) {
            let end = epoch.iter().position(|&byte| byte == b'"').unwrap_or(0);
            *self.epoch.borrow_mut() = String::from_utf8_lossy(&epoch[..end]).into_owned();
        }
        let head = after(packet, br#""head":"#).map_or(0, number);
        let start = self.entrance.held.as_ref().map_or(head, |&(_, after)| after);
        self.reception.borrow_mut().start_after(start);
        self.state.set(State::In);
        self.stirred.notify_one();
    }

    fn take_ack(&self, packet: &[u8]) {
        let Some(said) = self.waiting.borrow_mut().pop_front() else { return };
        if after(packet, br#""ok":false"#).is_some() {
            self.refused.set(self.refused.get() + 1);
        } else {
            self.acked.set(self.acked.get() + 1);
            self.tally.acked.set(self.tally.acked.get() + 1);
            self.tally.ack_times.borrow_mut().push(said.elapsed());
        }
        self.stirred.notify_one();
    }
}

/// Makes a WebSocket of the connection. What came after the server's answer is returned.
pub(crate) async fn upgrade(stream: &mut TcpStream, server: SocketAddr) -> anyhow::Result<Vec<u8>> {
    let request = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {server}\r\n\
         Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: a3BsLWxvYWQta3BsLWxvYQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut answer).await? == 0 {
            bail!("the server closed during the upgrade");
        }
    }
    ensure!(answer.starts_with(b"HTTP/1.1 101"), "the server does not speak WebSocket");
    let rest = after(&answer, b"\r\n\r\n").unwrap_or_default();
    Ok(rest.to_vec())
}

/// What follows the first `mark` in `bytes`.
fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some(&bytes[at + mark.len()..])
}
