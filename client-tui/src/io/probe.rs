//! A look at a server without Socket.IO: name, connection, TLS, and one request, so that what is
//! wrong can be named by its step. It blocks; whoever waits for it does so beside the runtime.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    time::{Duration, Instant},
};

use jiff::{Timestamp, fmt::rfc2822};
use kpl_shared::fingerprint::Fingerprint;
use native_tls::{HandshakeError, TlsStream};

use super::{
    address::Address,
    trust::{self, Trust},
};
use crate::model::words::{trouble::Trouble, trust::Doubt};

/// How long each step may take.
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// How much of an answer is read; what is looked for in it stands before.
const MAX_ANSWER: u64 = 16 * 1024;

/// How far one came.
#[derive(Debug, Default)]
pub struct Steps {
    /// Where the host is.
    pub resolved: Option<SocketAddr>,
    /// How long it took to connect.
    pub connected: Option<Duration>,
    /// The connection is encrypted, and the server is who it says.
    pub encrypted: bool,
}

/// What a web server answers.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status, such as 200.
    pub status: u16,
    /// The server's clock, in seconds since 1970, UTC, if it tells it.
    pub date: Option<i64>,
    /// Our clock at that moment.
    pub at: i64,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// The host is not known.
    NoHost(String),
    /// Nobody listens, or nobody who is reached.
    NoServer(String),
    /// No TLS can be spoken there that is to be trusted, for this reason.
    Tls(Trouble),
    /// Nothing comes in time.
    Late,
    /// What comes is no HTTP.
    NoHttp,
}

/// Asks for `/health`, or whatever stands in its place there.
pub fn health(address: &Address, trust: &Trust) -> (Steps, Result<Answer, Unanswered>) {
    let mut steps = Steps::default();
    let head = ask(address, trust, "/health", &mut steps);
    let answer =
        head.and_then(|head| answer(&head, Timestamp::now().as_second()).ok_or(Unanswered::NoHttp));
    (steps, answer)
}

/// Whether a Socket.IO server answers. Nobody enters its room by this.
pub fn socket_io(address: &Address, trust: &Trust) -> Result<bool, Unanswered> {
    let path = "/socket.io/?EIO=4&transport=polling";
    let answer = ask(address, trust, path, &mut Steps::default())?;
    // The first packet of Engine.IO: what the session is called, as JSON.
    Ok(answer.contains("0{") && answer.contains("\"sid\""))
}

/// Asks for a path, and returns what comes, head and body, as far as it is of interest.
fn ask(
    address: &Address,
    trust: &Trust,
    path: &str,
    steps: &mut Steps,
) -> Result<String, Unanswered> {
    let host = address.host();
    let stream = connect(address, steps)?;
    if !address.is_encrypted() {
        return request(stream, &host, path);
    }
    let stream = encrypt(stream, address, trust)?;
    steps.encrypted = true;
    request(stream, &host, path)
}

fn connect(address: &Address, steps: &mut Steps) -> Result<TcpStream, Unanswered> {
    let resolved = (trust::tls_name(address), address.port())
        .to_socket_addrs()
        .map_err(|error| Unanswered::NoHost(error.to_string()))?;
    let mut refused = String::new();
    let mut late = false;
    let mut connected = None;
    for place in resolved {
        steps.resolved.get_or_insert(place);
        let begun = Instant::now();
        match TcpStream::connect_timeout(&place, TIMEOUT) {
            Ok(stream) => {
                (steps.resolved, steps.connected) = (Some(place), Some(begun.elapsed()));
                connected = Some(stream);
                break;
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => late = true,
            Err(error) => refused = error.to_string(),
        }
    }
    let missing = if late { Unanswered::Late } else { Unanswered::NoServer(refused) };
    let stream = connected.ok_or(missing)?;
    let timed = stream
        .set_read_timeout(Some(TIMEOUT))
        .and_then(|()| stream.set_write_timeout(Some(TIMEOUT)));
    timed.map_err(|error| Unanswered::NoServer(error.to_string()))?;
    Ok(stream)
}

/// Nothing is said to a server whose certificate is not trusted.
fn encrypt(
    stream: TcpStream,
    address: &Address,
    trust: &Trust,
) -> Result<TlsStream<TcpStream>, Unanswered> {
    let at = address.to_string();
    let connector = match trust.connector(address) {
        Ok(connector) => connector,
        Err(error) => return Err(Unanswered::Tls(Trouble::Here { cause: error.to_string() })),
    };
    let stream = match connector.connect(&trust::tls_name(address), stream) {
        Ok(stream) => stream,
        // The stream blocks, but for a time only.
        Err(HandshakeError::WouldBlock(_)) => return Err(Unanswered::Late),
        Err(HandshakeError::Failure(error)) => {
            let said = error.to_string();
            return Err(Unanswered::Tls(match trust::distrust(&said) {
                Some(cause) => Trouble::Untrusted { at, cause, shown: shown(address) },
                None => trust::no_tls(at, said),
            }));
        }
    };
    match (trust, fingerprint(&stream)) {
        (Trust::Pinned(wanted), Some(shown)) if shown != *wanted => {
            Err(Unanswered::Tls(Trouble::OtherCertificate { at, shown }))
        }
        // There is no TLS of ours without a certificate, but nothing must hang on that.
        (Trust::Pinned(_), None) => {
            let cause = Doubt::Absent;
            Err(Unanswered::Tls(Trouble::Untrusted { at, cause, shown: None }))
        }
        _ => Ok(stream),
    }
}

/// The fingerprint that a server shows whose certificate is not trusted.
fn shown(address: &Address) -> Option<Fingerprint> {
    // What fails now was told before.
    let stream = connect(address, &mut Steps::default()).ok()?;
    let connector = trust::undiscerning(address).ok()?;
    fingerprint(&connector.connect(&trust::tls_name(address), stream).ok()?)
}

fn fingerprint(stream: &TlsStream<TcpStream>) -> Option<Fingerprint> {
    // A server without a certificate shows none.
    let der = stream.peer_certificate().ok()??.to_der().ok()?;
    Some(Fingerprint::of(&der))
}

fn request(mut stream: impl Read + Write, host: &str, path: &str) -> Result<String, Unanswered> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(|_| Unanswered::NoHttp)?;
    read(stream).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Unanswered::Late,
        _ => Unanswered::NoHttp,
    })
}

fn read(stream: impl Read) -> io::Result<String> {
    let mut answer = Vec::new();
    match stream.take(MAX_ANSWER).read_to_end(&mut answer) {
        // It was asked to close the connection then, and may not have heard.
        Err(error) if answer.is_empty() => Err(error),
        _ => Ok(String::from_utf8_lossy(&answer).into_owned()),
    }
}

/// Reads the head of an answer; `None` if it is none of HTTP.
fn answer(head: &str, at: i64) -> Option<Answer> {
    let mut lines = head.lines();
    let (version, rest) = lines.next()?.split_once(' ')?;
    let status = rest.get(..3)?.parse().ok().filter(|_| version.starts_with("HTTP/"))?;
    let mut headers = lines.take_while(|line| !line.is_empty());
    let date = headers.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("date").then(|| value.trim())
    });
    // A date that cannot be read tells as much as none.
    let date = date.and_then(|date| rfc2822::parse(date).ok()).map(|date| date.timestamp());
    Some(Answer { status, date: date.map(Timestamp::as_second), at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_an_answer_tells_status_and_time() {
        let head =
            "HTTP/1.1 503 Service Unavailable\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\n\r\n";

        let expected = Answer { status: 503, date: Some(1_795_435_200), at: 5 };
        assert_eq!(answer(head, 5), Some(expected));
        assert_eq!(answer("HTTP/1.0 200 OK\r\n\r\ndate: x", 5).map(|a| a.date), Some(None));
        for strange in ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 汉字\r\n"] {
            assert_eq!(answer(strange, 5), None);
        }
    }
}
