//! What a connection passes before it is served, and a request before it is answered.

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header, request::Parts};
use kpl_shared::{
    file::FILES,
    refusal::{Code, Refusal},
};
use tokio::sync::oneshot;

use super::{
    certificate::machine,
    handshakes::{Handshake, Handshakes},
    peer::{Peer, Proxies},
    place::{Place, Places, refusal},
};
use crate::{
    policy::{
        crowd::{Capacity, Most, Opening},
        origin::{Claims, Origins, Source},
    },
    settings::network::NetworkSettings,
};

/// Where Socket.IO is.
const SOCKETS: &str = "/socket.io";
/// How many connections of TCP a session may have: one that waits for news and one that sends, both
/// of them twice while the one transport gives way to the other.
const CONNECTIONS_A_SESSION: u32 = 4;
/// How many files may be on their way in at once, so that they leave the lines room.
const UPLOADS: Capacity = Capacity { at_once: Most(Some(4)), anew: Opening(None), total: 64 };

/// When a file may be tried again for which there was no place.
const UPLOAD_RETRY_MS: u64 = 1000;

/// Who may come through.
#[derive(Debug)]
pub struct Gate {
    proxies: Proxies,
    origins: Origins,
    connections: Arc<Places>,
    handshakes: Arc<Handshakes>,
    sessions: Arc<Places>,
    /// For those who find no place among the sessions, so that they can be told why.
    turned_away: Arc<Places>,
    /// For files on their way in.
    uploads: Arc<Places>,
}

/// The place of a session, as an extension of the request that opens it. The library keeps that
/// request for as long as the session lives.
#[derive(Debug, Clone)]
pub struct Seat {
    _place: Arc<Place>,
    /// Why the session may not go on.
    pub refusal: Option<Refusal>,
}

/// The place of a file on its way in, as an extension of the request that brings it.
#[derive(Debug, Clone)]
pub struct UploadSeat {
    _place: Option<Arc<Place>>,
    /// Why the file may not come.
    pub refusal: Option<Refusal>,
}

/// The answer to whoever does not come through: a status and a sentence.
pub(super) type TurnedAway = (StatusCode, String);

impl Gate {
    /// A gate by the operator's settings, where the machine has descriptors for so many
    /// connections, and where TLS is spoken.
    pub fn new(settings: &NetworkSettings, descriptors: usize, speaks_tls: bool) -> Self {
        let proxies = Proxies(settings.trusted_proxy.clone());
        let places = |capacity| Places::new(capacity, settings.limit_loopback, proxies.clone());
        let (at_once, total) = (settings.address_connections, settings.max_connections);
        let connections = Capacity {
            at_once: Most(at_once.0.map(|most| most.saturating_mul(CONNECTIONS_A_SESSION))),
            anew: Opening(None),
            total: total.saturating_mul(2).min(descriptors),
        };
        let turned_away = Capacity { at_once, anew: Opening(None), total: settings.max_handshakes };
        let origins = Origins {
            named: settings.origin.clone(),
            machine: machine(),
            is_certified: speaks_tls,
        };
        Self {
            origins,
            connections: places(connections),
            handshakes: Handshakes::new(settings.max_handshakes),
            sessions: places(Capacity { at_once, anew: settings.address_new, total }),
            turned_away: places(turned_away),
            uploads: places(UPLOADS),
            proxies,
        }
    }

    /// A place for a connection, if there is one.
    pub(super) fn connect(&self, remote: IpAddr) -> Result<Place, Refusal> {
        self.connections.take(Peer(remote.to_canonical())).map_err(refusal)
    }

    /// A connection has been made from which nothing has been asked. It is to be given up when it
    /// is told so.
    pub(super) fn begin_handshake(&self) -> (Handshake, oneshot::Receiver<()>) {
        self.handshakes.begin()
    }

    /// Notes whose request it is, and lets it through or says why not. What it returns is to stand
    /// in the answer, so that the browser shows that to the page which asked.
    pub(super) fn admit(
        &self,
        remote: IpAddr,
        request: &mut Parts,
    ) -> Result<Option<HeaderValue>, TurnedAway> {
        let peer = self.proxies.peer(remote, &request.headers);
        request.extensions.insert(peer);
        let asks = Asks::of(request);
        if asks == Asks::Nothing {
            return Ok(None);
        }
        let from = match self.origins.check(claims(&request.headers)) {
            Ok(from) => from,
            // A link to a file leads there from wherever it stands.
            Err(_strange) if asks == Asks::ToFetch => return Ok(None),
            Err(strange) => {
                tracing::debug!(%strange, "a page was not let through");
                return Err((StatusCode::FORBIDDEN, format!("{strange}\n")));
            }
        };
        match asks {
            Asks::ToEnter => _ = request.extensions.insert(self.seat(peer)?),
            Asks::ToBring => _ = request.extensions.insert(self.upload_seat(peer)),
            Asks::InSession | Asks::ToFetch | Asks::Nothing => {}
        }
        let origin = request.headers.get(header::ORIGIN);
        Ok(origin.filter(|_| from == Source::Elsewhere).cloned())
    }

    fn upload_seat(&self, peer: Peer) -> UploadSeat {
        match self.uploads.take(peer) {
            Ok(place) => UploadSeat { _place: Some(place.into()), refusal: None },
            Err(_full) => {
                let message = "too many files are on their way at once; bring them one by one";
                let refusal = Refusal::for_now(Code::TooManyConnections, message, UPLOAD_RETRY_MS);
                UploadSeat { _place: None, refusal: Some(refusal) }
            }
        }
    }

    fn seat(&self, peer: Peer) -> Result<Seat, TurnedAway> {
        let full = match self.sessions.take(peer) {
            Ok(place) => return Ok(Seat { _place: place.into(), refusal: None }),
            Err(full) => full,
        };
        let Peer(address) = peer;
        tracing::debug!(%address, ?full, "too many connections");
        let refusal = refusal(full);
        match self.turned_away.take(peer) {
            Ok(place) => Ok(Seat { _place: place.into(), refusal: Some(refusal) }),
            Err(_full) => Err((StatusCode::TOO_MANY_REQUESTS, format!("{refusal}\n"))),
        }
    }
}

/// What a request is about, as far as that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    ToEnter,
    InSession,
    ToBring,
    ToFetch,
    Nothing,
}

impl Asks {
    fn of(request: &Parts) -> Self {
        let path = request.uri.path();
        if path.starts_with(SOCKETS) {
            return if in_session(&request.uri) { Self::InSession } else { Self::ToEnter };
        }
        match path.strip_prefix(FILES) {
            Some("") => Self::ToBring,
            Some(_) => Self::ToFetch,
            None => Self::Nothing,
        }
    }
}

/// Whether a request brings a file, or fetches one.
pub(super) fn is_about_a_file(uri: &Uri) -> bool {
    uri.path().starts_with(FILES)
}

/// What is no text says as much as a host that nobody has.
fn claims(headers: &HeaderMap) -> Claims<'_> {
    let claim = |name| {
        let value: Option<&HeaderValue> = headers.get(name);
        value.map(|value| value.to_str().unwrap_or_default())
    };
    Claims {
        host: claim(header::HOST),
        origin: claim(header::ORIGIN),
        site: claim(HeaderName::from_static("sec-fetch-site")),
    }
}

/// Whether a request belongs to a session that is open.
pub(super) fn in_session(uri: &Uri) -> bool {
    uri.query().unwrap_or_default().split('&').any(|part| part.starts_with("sid="))
}
