//! One Socket.IO connection, for as long as it lives. The only file that knows the library.
//!
//! The library is used in one way only, each part of which was measured against version 0.6.0:
//!
//! - WebSocket only: the other transports do not fall back, and break on bodies over 8 KB.
//! - Arguments go out as `Payload::Text`: a bare string would change its type when it parses as
//!   JSON, so that the line `123` would arrive as a number.
//! - `connect()` returns before the server's answer; the connection counts from `Event::Connect`.
//! - Any error is the end. A clean close by the server fires no event at all; the only prompt sign
//!   of it is that the library asks how to reconnect. That hook reports the end and then waits for
//!   ever, so the library never reconnects by itself (its own way spins after 15 minutes).
//! - A refusal comes as an error whose text begins with [`REFUSAL`].
//! - Callbacks only push into a bounded channel, as they are awaited one after another.
//! - There is no handle to stop its tasks: each connection lives in a runtime of its own, of one
//!   thread, which is dropped with it.

use std::{error::Error as _, io, time::Duration};

use futures_util::FutureExt;
use native_tls::TlsConnector;
use rust_socketio::{
    Error, Event, Payload, TransportType,
    asynchronous::{Client, ClientBuilder},
};
use serde_json::Value;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::mpsc,
    time::timeout,
};

use super::wire::{self, Heard};
use crate::{
    io::{address::Address, trust},
    model::words::trouble::Trouble,
};

/// How long the server has for TCP, WebSocket and the library's first packets.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long it then has to let us in or turn us away.
const ENTER_TIMEOUT: Duration = Duration::from_secs(3);
/// How long one event may take to leave; a full send buffer would hold it for ever.
const EMIT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a polite farewell may take.
const FAREWELL_TIMEOUT: Duration = Duration::from_millis(300);
/// How many events wait for us before the server has to wait.
const HEARD_CAPACITY: usize = 64;
/// How the library's report of a refused entry begins.
const REFUSAL: &str = "Received an ConnectError frame: ";

/// A connection that the server has let in.
pub(super) struct Socket {
    client: Client,
    runtime: Isolated,
    heard: mpsc::Receiver<Heard>,
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server turned us away, with this message.
    Refused(String),
    /// Nothing came of it, for this reason.
    Failed(Trouble),
}

impl Socket {
    /// Connects, and waits until the server lets us in. The connector says which certificates are
    /// taken of a server that speaks TLS.
    pub(super) async fn dial(
        address: &Address,
        connector: Option<TlsConnector>,
        auth: Value,
    ) -> Result<Self, Failure> {
        let runtime = Isolated::new()?;
        let (told, heard) = mpsc::channel(HEARD_CAPACITY);
        let builder = builder(address, auth, told);
        let builder = match connector {
            Some(connector) => builder.tls_config(connector),
            None => builder,
        };
        let connecting = runtime.handle.spawn(builder.connect());
        let client = match timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(Ok(Ok(client))) => client,
            Ok(Ok(Err(error))) => return Err(Failure::Failed(why(address, &error))),
            Ok(Err(_)) => return Err(Failure::Failed(gave_up())),
            Err(_) => {
                let (at, seconds) = (address.to_string(), CONNECT_TIMEOUT.as_secs());
                return Err(Failure::Failed(Trouble::NoAnswer { at, seconds }));
            }
        };
        let mut socket = Self { client, runtime, heard };
        match timeout(ENTER_TIMEOUT, socket.hear()).await {
            Ok(Heard::Entered) => Ok(socket),
            Ok(Heard::Refused(message)) => Err(Failure::Refused(message)),
            Ok(Heard::Ended(why)) => Err(Failure::Failed(why)),
            // Nothing may come before the server's answer; a server that does otherwise is none.
            Ok(_) | Err(_) => Err(Failure::Failed(Trouble::ClosedDoor { at: address.to_string() })),
        }
    }

    /// What comes next. After [`Heard::Ended`] nothing more does.
    pub(super) async fn hear(&mut self) -> Heard {
        let next = self.heard.recv().await;
        next.unwrap_or(Heard::Ended(Trouble::HungUp))
    }

    /// Sends an event. An error is the end of the connection.
    pub(super) async fn emit(&self, event: &str, arguments: Vec<Value>) -> Result<(), Trouble> {
        match timeout(EMIT_TIMEOUT, self.client.emit(event, Payload::Text(arguments))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Trouble::Broke),
            Err(_) => Err(Trouble::Stuck),
        }
    }

    /// Whether the library still reads: its one task may die of a panic, and tells nobody.
    pub(super) fn is_read(&self) -> bool {
        self.runtime.handle.metrics().num_alive_tasks() > 0
    }

    /// Says goodbye, so that the others see us leave at once.
    pub(super) async fn hang_up(self) {
        // Whether the server still hears it makes no difference to us.
        let _farewell = timeout(FAREWELL_TIMEOUT, self.client.disconnect()).await;
    }
}

fn builder(address: &Address, auth: Value, told: mpsc::Sender<Heard>) -> ClientBuilder {
    let ended = told.clone();
    ClientBuilder::new(address.as_str())
        .transport_type(TransportType::Websocket)
        .auth(auth)
        .reconnect(true)
        .reconnect_on_disconnect(true)
        .on_reconnect(move || {
            let ended = ended.clone();
            async move {
                tell(&ended, Heard::Ended(Trouble::HungUp)).await;
                std::future::pending().await
            }
            .boxed()
        })
        .on(Event::Connect, report(&told, |_| Heard::Entered))
        .on(Event::Close, report(&told, |_| Heard::Ended(Trouble::HungUp)))
        .on(Event::Error, report(&told, error_heard))
        .on_any(move |event, payload, _| {
            let told = told.clone();
            async move {
                let (Event::Custom(name), Payload::Text(arguments)) = (event, payload) else {
                    return; // Binary, or an event without arguments: nothing of this protocol.
                };
                if let Some(heard) = wire::parse(&name, arguments) {
                    tell(&told, heard).await;
                }
            }
            .boxed()
        })
}

type Callback =
    Box<dyn FnMut(Payload, Client) -> futures_util::future::BoxFuture<'static, ()> + Send + Sync>;

fn report(told: &mpsc::Sender<Heard>, heard: fn(Payload) -> Heard) -> Callback {
    let told = told.clone();
    Box::new(move |payload, _| {
        let told = told.clone();
        async move { tell(&told, heard(payload)).await }.boxed()
    })
}

async fn tell(told: &mpsc::Sender<Heard>, heard: Heard) {
    // Nobody listens any more when the connection has been dropped; then nobody misses it.
    let _unheard = told.send(heard).await;
}

fn error_heard(payload: Payload) -> Heard {
    let text = match payload {
        Payload::Text(arguments) => {
            arguments.first().and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    };
    match text.strip_prefix(REFUSAL) {
        Some(frame) => Heard::Refused(wire::refusal_message(frame)),
        None => Heard::Ended(Trouble::Broke),
    }
}

/// The reason of a failed attempt.
fn why(address: &Address, error: &Error) -> Trouble {
    let mut causes = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>()
            && error.kind() == io::ErrorKind::ConnectionRefused
        {
            return Trouble::NoServer { at: address.to_string() };
        }
        causes.push(error.to_string());
        cause = error.source();
    }
    let innermost = causes.last().map_or("", String::as_str);
    trouble(address, &causes.join(": "), innermost)
}

/// The library tells causes apart by their words only.
fn trouble(address: &Address, causes: &str, innermost: &str) -> Trouble {
    let (at, cause) = (address.to_string(), innermost.to_owned());
    let status = causes.split_once("HTTP error: ").map(|(_, status)| status);
    // The causes behind it say the same again.
    let status = status.map(|status| status.split(": ").next().unwrap_or(status).to_owned());
    match status {
        Some(status) if status.starts_with('5') => Trouble::NotReady { at, status },
        Some(status) => Trouble::WebServer { at, status },
        None if trust::is_unknown_host(causes) => Trouble::UnknownHost { at },
        None if causes.contains("TLS error") => match trust::distrust(causes) {
            Some(cause) => Trouble::Untrusted { at, cause, shown: None },
            None => trust::no_tls(at, cause),
        },
        None if causes.contains("protocol") || causes.contains("httparse") => {
            Trouble::Stranger { at }
        }
        None if causes.contains("reset by peer") && address.as_str().starts_with("http:") => {
            Trouble::Reset { at }
        }
        None => Trouble::Unreachable { at, cause },
    }
}

pub(super) fn gave_up() -> Trouble {
    Trouble::GaveUp
}

/// A runtime of one thread that ends, with whatever still runs in it, when it is dropped.
struct Isolated {
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Isolated {
    fn new() -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("kpl-link")
            .enable_all()
            .build()
            .map_err(|error| Failure::Failed(Trouble::Here { cause: error.to_string() }))?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }
}

impl Drop for Isolated {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::words::Language;
    use serde_json::json;

    async fn failure(address: &str) -> String {
        let address = Address::parse(address).unwrap();
        match Socket::dial(&address, None, json!({})).await {
            Err(Failure::Failed(why)) => why.sentence(Language::En),
            Err(Failure::Refused(message)) => panic!("refused: {message}"),
            Ok(_) => panic!("connected"),
        }
    }

    /// Answers every connection with these bytes, and tells where.
    async fn a_server_that_says(bytes: &'static str) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let _request = socket.read(&mut request).await;
                let _answer = socket.write_all(bytes.as_bytes()).await;
            }
        });
        address
    }

    #[tokio::test]
    async fn where_nobody_listens_the_sentence_asks_whether_it_runs() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);

        let why = failure(&address).await;

        assert!(why.starts_with(&format!("no server answers at http://{address};")), "{why}");
    }

    #[tokio::test]
    async fn a_web_server_without_socket_io_is_told_apart() {
        let found = a_server_that_says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await;
        let page = a_server_that_says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").await;
        let other = a_server_that_says("SSH-2.0-OpenSSH_9.2\r\n").await;

        for (address, expected) in
            [(found, "HTTP 404"), (page, "HTTP 200"), (other, "no Socket.IO")]
        {
            let why = failure(&address).await;
            assert!(why.contains(expected) && why.ends_with("check the address"), "{why}");
        }
    }
}
