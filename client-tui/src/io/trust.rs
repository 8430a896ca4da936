//! Which certificates of a server are taken.

use std::{fmt, io, time::Duration};

use kpl_shared::fingerprint::Fingerprint;
use native_tls::{Certificate, Protocol, TlsConnector, TlsConnectorBuilder};
use tokio::{net::TcpStream, time::timeout};

use super::address::Address;
use crate::model::words::{trouble::Trouble, trust::Doubt};

/// How long looking at a certificate may take.
const LOOK_TIMEOUT: Duration = Duration::from_secs(5);

/// Whom to believe that a server is who it says.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// The authorities that this machine trusts.
    #[default]
    Machine,
    /// The authorities whose certificates are in this PEM text, and no others.
    Authorities(Vec<u8>),
    /// Nobody: only the certificate with this fingerprint is taken.
    Pinned(Fingerprint),
}

impl fmt::Debug for Trust {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine => out.write_str("Machine"),
            Self::Authorities(pem) => out.debug_tuple("Authorities").field(&pem.len()).finish(),
            Self::Pinned(fingerprint) => write!(out, "Pinned({fingerprint})"),
        }
    }
}

impl Trust {
    /// The authorities in a PEM text; `None` if it holds none.
    pub fn authorities(pem: Vec<u8>) -> Option<Self> {
        let certificates = Certificate::stack_from_pem(&pem).ok()?;
        (!certificates.is_empty()).then_some(Self::Authorities(pem))
    }

    /// What takes only a trusted certificate that holds for the host. Whoever trusts one
    /// certificate alone gets what takes any, and has to look at it.
    pub(super) fn connector(&self, address: &Address) -> native_tls::Result<TlsConnector> {
        match self {
            Self::Machine => builder(address).build(),
            Self::Authorities(pem) => {
                let mut builder = builder(address);
                builder.disable_built_in_roots(true);
                for certificate in Certificate::stack_from_pem(pem)? {
                    builder.add_root_certificate(certificate);
                }
                builder.build()
            }
            Self::Pinned(_) => undiscerning(address),
        }
    }
}

/// What takes exactly this certificate, whatever host it names. One that an authority issued it
/// does not take: the library wants a chain to its end.
pub(super) fn pinned(address: &Address, der: &[u8]) -> native_tls::Result<TlsConnector> {
    builder(address)
        .disable_built_in_roots(true)
        .add_root_certificate(Certificate::from_der(der)?)
        .danger_accept_invalid_hostnames(true)
        .build()
}

/// What takes any certificate, to look at it. Nothing must be said over such a connection that is
/// meant for one server.
pub(super) fn undiscerning(address: &Address) -> native_tls::Result<TlsConnector> {
    builder(address).danger_accept_invalid_certs(true).build()
}

/// The host as TLS wants it: an address of version 6 stands in brackets in a URL only.
pub(super) fn tls_name(address: &Address) -> String {
    address.host().trim_matches(['[', ']']).to_owned()
}

/// The certificate that a server shows, in DER, whoever issued it.
pub(super) async fn shown(address: &Address) -> Result<Vec<u8>, Trouble> {
    let (at, seconds) = (address.to_string(), LOOK_TIMEOUT.as_secs());
    timeout(LOOK_TIMEOUT, look(address)).await.unwrap_or(Err(Trouble::NoAnswer { at, seconds }))
}

/// A connection on which nothing has been said.
pub(super) async fn connected(address: &Address) -> Result<TcpStream, Trouble> {
    let (at, name) = (address.to_string(), tls_name(address));
    match TcpStream::connect((name.as_str(), address.port())).await {
        Ok(stream) => Ok(stream),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            Err(Trouble::NoServer { at })
        }
        Err(error) if is_unknown_host(&error.to_string()) => Err(Trouble::UnknownHost { at }),
        Err(error) => Err(Trouble::Unreachable { at, cause: error.to_string() }),
    }
}

async fn look(address: &Address) -> Result<Vec<u8>, Trouble> {
    let (at, name) = (address.to_string(), tls_name(address));
    let stream = connected(address).await?;
    let here = |error: native_tls::Error| Trouble::Here { cause: error.to_string() };
    let connector = tokio_native_tls::TlsConnector::from(undiscerning(address).map_err(here)?);
    let stream = match connector.connect(&name, stream).await {
        Ok(stream) => stream,
        Err(error) => return Err(no_tls(at, error.to_string())),
    };
    match stream.get_ref().peer_certificate().map_err(here)? {
        Some(certificate) => certificate.to_der().map_err(here),
        None => Err(Trouble::Untrusted { at, cause: Doubt::Absent, shown: None }),
    }
}

/// Whether an error says that nobody knows the host. It has no kind of its own.
pub(super) fn is_unknown_host(said: &str) -> bool {
    said.contains("failed to lookup address")
}

/// What it means that no TLS came about with a server whose certificate was not even looked at.
pub(super) fn no_tls(at: String, said: String) -> Trouble {
    // What a record of another protocol looks like, read as one of TLS.
    let odd = ["wrong version number", "packet length too long", "http request"];
    if odd.iter().any(|words| said.contains(words)) {
        Trouble::SpeaksPlain { at }
    } else {
        Trouble::NoTls { at, cause: said }
    }
}

/// Why a certificate is not trusted, by what the system's TLS says of a failure; `None` if that is
/// about something else. It tells causes apart by their words only.
pub(super) fn distrust(said: &str) -> Option<Doubt> {
    let (_, rest) = said.split_once("certificate verify failed")?;
    let cause = rest.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let cause = cause.map_or(rest, |(cause, _)| cause);
    Some(match cause {
        "self-signed certificate" | "self signed certificate" => Doubt::SelfSigned,
        "unable to get local issuer certificate"
        | "unable to get issuer certificate"
        | "unable to verify the first certificate"
        | "self-signed certificate in certificate chain"
        | "self signed certificate in certificate chain" => Doubt::UnknownAuthority,
        "hostname mismatch" | "Hostname mismatch" | "IP address mismatch" => Doubt::OtherHost,
        "certificate has expired" => Doubt::Expired,
        "certificate is not yet valid" => Doubt::Early,
        cause => Doubt::Other(cause.trim_matches([':', ' ']).to_owned()),
    })
}

fn builder(address: &Address) -> TlsConnectorBuilder {
    let mut builder = TlsConnector::builder();
    builder.min_protocol_version(Some(Protocol::Tlsv12));
    // The library would name the address with its brackets, at which a server may take offence.
    builder.use_sni(!address.host().starts_with('['));
    builder
}

#[cfg(test)]
mod tests {
    use std::{io::Read, net::TcpListener};

    use super::*;

    #[test]
    fn what_is_no_certificate_is_no_authority() {
        assert_eq!(Trust::authorities(b"".to_vec()), None);
        assert_eq!(Trust::authorities(b"-----BEGIN PRIVATE KEY-----".to_vec()), None);
    }

    #[test]
    fn what_the_library_says_of_a_certificate_is_told_in_its_own_few_words() {
        let said = "EngineIO Error: TLS error: native-tls error: error:0A000086:SSL \
                    routines:tls_post_process_server_certificate:certificate verify failed:\
                    ssl/statem/statem_clnt.c:2123: (self-signed certificate): error:0A000086";

        assert_eq!(distrust(said), Some(Doubt::SelfSigned));
        let strange = said.replace("self-signed certificate", "Path length exceeded");
        assert_eq!(distrust(&strange), Some(Doubt::Other("Path length exceeded".into())));
        assert_eq!(distrust("Connection refused (os error 111)"), None);
    }

    /// The versions of TLS that a client offers, in the extension 43 of its first message.
    fn offered(hello: &[u8]) -> Vec<usize> {
        let number = |at: usize| usize::from(u16::from_be_bytes([hello[at], hello[at + 1]]));
        // The heads of the record and of the message, a version, and what is drawn by chance.
        let session = 5 + 4 + 2 + 32;
        let suites = session + 1 + usize::from(hello[session]);
        let compressions = suites + 2 + number(suites);
        let mut extension = compressions + 1 + usize::from(hello[compressions]) + 2;
        while number(extension) != 43 {
            extension += 4 + number(extension + 2);
        }
        let count = usize::from(hello[extension + 4]) / 2;
        let first = extension + 5;
        (0..count).map(|which| number(first + 2 * which)).collect()
    }

    #[test]
    fn no_version_of_tls_below_1_2_is_offered() {
        let here = Address::parse("https://localhost").unwrap();
        for connector in [Trust::Machine.connector(&here), undiscerning(&here)] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let hearing = std::thread::spawn(move || {
                let mut hello = vec![0; 4096];
                let read = listener.accept().unwrap().0.read(&mut hello).unwrap();
                hello.truncate(read);
                hello
            });

            let stream = std::net::TcpStream::connect(address).unwrap();
            let refused = connector.unwrap().connect("localhost", stream);

            assert!(refused.is_err());
            assert_eq!(offered(&hearing.join().unwrap()), [0x0304, 0x0303]);
        }
    }
}
