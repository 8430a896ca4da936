//! The accept loop. axum's own has no time limit for a request's headers, and cannot put a guard
//! round a connection.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{body::Body, response::IntoResponse};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use kpl_shared::refusal::Refusal;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tower::{Service, ServiceExt};

use super::{
    gate::{Gate, in_session, is_about_a_file},
    guard::{Guarded, Stall},
    handshakes::Handshake,
    tls::Tls,
};

/// How long to wait when the machine has no more descriptors: connections that end give some back.
const OUT_OF_DESCRIPTORS: Duration = Duration::from_millis(50);
/// How long a request's line and headers may be.
const HEADER_BYTES: usize = 64 * 1024;
/// How long a client may take nothing of a file. Unlike a room's lines it only waits on the disk.
const FILE_STALL: Duration = Duration::from_secs(30);

/// How patient the loop is.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a client may take to agree on TLS, then for the headers of a request, and then for
    /// its body.
    pub headers: Duration,
    /// How long a client may take nothing of what it is sent.
    pub stall: Duration,
}

/// Whether the server stops. From then on only open sessions are served, so that whoever polls, be
/// it over a new connection each time, can fetch the last words.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// It stops.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn turns_away<B>(&self, request: &Request<B>) -> bool {
        !in_session(request.uri()) && self.0.load(Ordering::Acquire)
    }
}

/// By what the loop goes.
#[derive(Debug, Clone)]
pub struct Terms {
    /// How patient it is.
    pub patience: Patience,
    /// Whether the server stops.
    pub stopping: Stopping,
    /// Who may come through.
    pub gate: Arc<Gate>,
}

/// Serves connections, over TLS if it is given, until it is dropped. Those that it has accepted live
/// on.
pub async fn accept<S, B>(listener: &TcpListener, tls: Option<Arc<Tls>>, terms: Terms, service: S)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let place = match terms.gate.connect(peer.ip()) {
                    Ok(place) => place,
                    Err(refusal) => {
                        turn_away(&stream, tls.is_some(), &refusal);
                        tracing::debug!(%peer, %refusal, "a connection was not taken");
                        continue;
                    }
                };
                // Only costs latency if it fails.
                let _slower = stream.set_nodelay(true);
                let (tls, service) = (tls.clone(), service.clone());
                let (handshake, given_up) = terms.gate.begin_handshake();
                let handshake = handshake.into();
                let (terms, stall) = (terms.clone(), Stall::of(terms.patience.stall));
                let conversation = Conversation { peer, terms, handshake, stall };
                tokio::spawn(async move {
                    tokio::select! {
                        () = serve(stream, tls, conversation, service) => {}
                        Ok(()) = given_up => {
                            tracing::debug!(%peer, "too many ask for nothing; the oldest is cut");
                        }
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(OUT_OF_DESCRIPTORS).await;
            }
        }
    }
}

/// Says why, to whoever speaks plain HTTP. It has not been read what is asked for, and nobody waits
/// until the answer has gone: there are many.
fn turn_away(stream: &TcpStream, speaks_tls: bool, refusal: &Refusal) {
    if !speaks_tls {
        let head = "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\
                    content-type: text/plain; charset=utf-8\r\n\r\n";
        let _gone = stream.try_write(format!("{head}{refusal}\n").as_bytes());
    }
}

/// What a connection's requests are answered by.
#[derive(Clone)]
struct Conversation {
    peer: SocketAddr,
    terms: Terms,
    handshake: Arc<Handshake>,
    stall: Stall,
}

async fn serve<S, B>(
    stream: TcpStream,
    tls: Option<Arc<Tls>>,
    conversation: Conversation,
    service: S,
) where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let headers = conversation.terms.patience.headers;
    let stall = conversation.stall.clone();
    let Some(tls) = tls else {
        return converse(Guarded::new(stream, stall), conversation, service).await;
    };
    let peer = conversation.peer;
    match timeout(headers, tls.shake_hands(stream, stall)).await {
        Ok(Ok(stream)) => converse(stream, conversation, service).await,
        Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS was agreed on"),
        Err(_late) => tracing::debug!(%peer, "TLS was not agreed on in time"),
    }
}

async fn converse<I, S, B>(stream: I, conversation: Conversation, service: S)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: std::error::Error + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let (peer, headers) = (conversation.peer, conversation.terms.patience.headers);
    let service = service_fn(move |request| {
        conversation.handshake.finish();
        answer(service.clone(), conversation.clone(), own(request))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(headers)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    if let Err(error) = pin!(connection).await {
        tracing::debug!(%peer, %error, "a connection ended");
    }
}

/// A request that brings a body is answered as soon as the body is there, so a body that drips is
/// known by how long the answer takes. A poll, which waits for news, brings none.
async fn answer<S, B>(
    service: S,
    conversation: Conversation,
    request: Request<Incoming>,
) -> Result<Response<Body>, Box<dyn std::error::Error + Send + Sync>>
where
    S: Service<Request<Incoming>, Response = Response<B>>,
    S::Error: std::error::Error + Send + Sync + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let Terms { patience, stopping, gate } = conversation.terms;
    if stopping.turns_away(&request) {
        return Err("the server stops".into());
    }
    let (mut parts, body) = request.into_parts();
    let page = match gate.admit(conversation.peer.ip(), &mut parts) {
        Ok(page) => page,
        Err(turned_away) => return Ok(turned_away.into_response()),
    };
    // A file's body has a pace of its own.
    let is_about_a_file = is_about_a_file(&parts.uri);
    conversation.stall.set(if is_about_a_file { FILE_STALL } else { patience.stall });
    let brings_a_body = parts.method == Method::POST && !is_about_a_file;
    let answer = service.oneshot(Request::from_parts(parts, body));
    let answer =
        if brings_a_body { timeout(patience.headers, answer).await? } else { answer.await };
    let mut answer = answer?.map(Body::new);
    if let Some(page) = page {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, page);
        answer.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    }
    Ok(answer)
}

/// The request with headers of its own. As hyper hands them over they are slices of its
/// read buffer; the library keeps them as long as the socket lives, and with them 16 KB each.
fn own(request: Request<Incoming>) -> Request<Incoming> {
    let (mut parts, body) = request.into_parts();
    let mut headers = HeaderMap::with_capacity(parts.headers.len());
    for (name, value) in &parts.headers {
        if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.append(name.clone(), copy);
        }
    }
    parts.headers = headers;
    if let Ok(copy) = parts.uri.to_string().parse() {
        parts.uri = copy;
    }
    Request::from_parts(parts, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_sessions_are_served_once_the_server_stops() {
        let stopping = Stopping::default();
        let turns_away = |uri| stopping.turns_away(&Request::get(uri).body(()).unwrap());
        let (poll, knock) = ("/socket.io/?EIO=4&sid=a", "/socket.io/?EIO=4&transport=polling");

        let before = [turns_away(poll), turns_away(knock), turns_away("/health")];
        stopping.begin();
        let after = [turns_away(poll), turns_away(knock), turns_away("/health")];

        assert_eq!((before, after), ([false; 3], [false, true, true]));
    }
}
