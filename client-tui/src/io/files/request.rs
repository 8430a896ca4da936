//! One request to a server of files, over a connection that took the right certificate. Nothing is
//! followed that leads elsewhere, no proxy is asked, and nothing is kept for another request.

use std::time::Duration;

use hyper::{
    Request, Response, StatusCode,
    body::{Body, Incoming},
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use kpl_shared::refusal::{Code, Refusal};
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinHandle,
    time::timeout,
};

use super::FileServer;
use crate::{
    io::{
        address::Address,
        connection::guard::Guard,
        trust::{self, connected},
    },
    model::words::{files::FileTrouble, trouble::Trouble},
};

/// How long a connection and its encryption may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long nothing may move, in either direction.
pub(super) const SILENCE: Duration = Duration::from_secs(30);
/// How long an answer may take once all has left us: on the way much of it still waits.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
/// How much of an answer that is no file is read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// How much waits here for a slow connection, and how much in the system, so that what is told of a
/// file on its way is true. Left alone the system takes megabytes in at once.
const BUFFER_BYTES: usize = 64 * 1024;
const SENDING_BYTES: usize = 128 * 1024;

/// A connection for one request, which ends with this.
pub(super) struct Line<B> {
    sender: SendRequest<B>,
    driver: Driver,
    server: FileServer,
}

/// What moves the bytes of a connection, for as long as somebody wants the answer.
pub(super) struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<B> Line<B>
where
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    /// Connects. Nothing has been said then.
    pub(super) async fn open(server: &FileServer) -> Result<Self, FileTrouble> {
        let mut guard = server.guard().clone();
        let dialled = match dial(&server.address, &mut guard).await {
            Err(why) => Err(FileTrouble::Link(guard.look_closer(why).await)),
            Ok(stream) => Ok(stream),
        };
        *server.guard() = guard;
        let io = TokioIo::new(dialled?);
        let shaken = http1::Builder::new().max_buf_size(BUFFER_BYTES).handshake(io).await;
        let (sender, connection) = shaken.map_err(|_| FileTrouble::Broke)?;
        let driver = Driver(tokio::spawn(async {
            // Whoever waits for the answer hears of it.
            let _ended = connection.await;
        }));
        Ok(Self { sender, driver, server: server.clone() })
    }

    /// Says it, and waits for the head of the answer, however long that takes.
    pub(super) async fn ask(
        mut self,
        mut request: Request<B>,
    ) -> Result<(Response<Incoming>, Driver), FileTrouble> {
        let host = self.server.address.authority().parse();
        let host = host.map_err(|_| FileTrouble::Broke)?;
        request.headers_mut().insert(header::HOST, host);
        let answer = self.sender.send_request(request).await;
        Ok((answer.map_err(|_| FileTrouble::Broke)?, self.driver))
    }
}

/// Why an answer is not the one that was asked for: a refusal of ours, or whatever else stands there
/// instead of a server of files.
pub(super) async fn refused(answer: Response<Incoming>) -> FileTrouble {
    let status = answer.status();
    let body = small(answer.into_body()).await.unwrap_or_default();
    if let Ok(Refused { code, message, retry_ms }) = serde_json::from_slice(&body) {
        return FileTrouble::Refused(Refusal { code, message, retry_ms });
    }
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => FileTrouble::NotThere,
        status if status.is_server_error() => FileTrouble::NotReady { status: status.to_string() },
        status => FileTrouble::Odd { status: status.to_string() },
    }
}

/// The body of an answer that is no file, as far as one would believe it.
pub(super) async fn small(mut body: Incoming) -> Result<Vec<u8>, FileTrouble> {
    let mut read = Vec::new();
    while let Some(piece) = next(&mut body).await? {
        if read.len() + piece.len() > MAX_ANSWER_BYTES {
            return Err(FileTrouble::Broke);
        }
        read.extend_from_slice(&piece);
    }
    Ok(read)
}

/// The next piece of a body; none at its end.
pub(super) async fn next(body: &mut Incoming) -> Result<Option<hyper::body::Bytes>, FileTrouble> {
    loop {
        let frame = std::future::poll_fn(|context| {
            let body = std::pin::Pin::new(&mut *body);
            body.poll_frame(context)
        });
        let silent = FileTrouble::Silent { seconds: SILENCE.as_secs() };
        match timeout(SILENCE, frame).await.map_err(|_| silent)? {
            None => return Ok(None),
            Some(Err(_gone)) => return Err(FileTrouble::Broke),
            // What is no piece is of a sort that we do not ask for.
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

/// A refusal as it stands in an answer, which a later version may say more in.
#[derive(serde::Deserialize)]
struct Refused {
    code: Code,
    message: String,
    #[serde(default)]
    retry_ms: Option<u64>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn dial(address: &Address, guard: &mut Guard) -> Result<Box<dyn Stream>, Trouble> {
    let (at, seconds) = (address.to_string(), CONNECT_TIMEOUT.as_secs());
    let dialled = timeout(CONNECT_TIMEOUT, async {
        let connector = guard.connector().await?;
        let stream = connected(address).await?;
        // Where the system does otherwise, only what is told is less exact.
        let _as_it_was = SockRef::from(&stream).set_send_buffer_size(SENDING_BYTES);
        let Some(connector) = connector else { return Ok(Box::new(stream) as Box<dyn Stream>) };
        let connector = tokio_native_tls::TlsConnector::from(connector);
        match connector.connect(&trust::tls_name(address), stream).await {
            Ok(stream) => Ok(Box::new(stream) as Box<dyn Stream>),
            Err(error) => Err(untrusted(address, &error.to_string())),
        }
    });
    dialled.await.unwrap_or(Err(Trouble::NoAnswer { at, seconds }))
}

fn untrusted(address: &Address, said: &str) -> Trouble {
    let at = address.to_string();
    match trust::distrust(said) {
        Some(cause) => Trouble::Untrusted { at, cause, shown: None },
        None => trust::no_tls(at, said.to_owned()),
    }
}
