//! Why there is no link to the server: what is known of it, worded for the reader.

use kpl_shared::{fingerprint::Fingerprint, refusal::Refusal};

use crate::model::words::{Language, trust::Doubt};

/// Why a link broke, or an attempt to make one failed. `at` is the address that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody listens there.
    NoServer {
        /// The address.
        at: String,
    },
    /// The name of the host is not known.
    UnknownHost {
        /// The address.
        at: String,
    },
    /// Nothing comes back in time.
    NoAnswer {
        /// The address.
        at: String,
        /// How long was waited.
        seconds: u64,
    },
    /// A web server, but none of Socket.IO.
    WebServer {
        /// The address.
        at: String,
        /// What it answered.
        status: String,
    },
    /// A server of something else.
    Stranger {
        /// The address.
        at: String,
    },
    /// A server, or what stands before it, that is not ready.
    NotReady {
        /// The address.
        at: String,
        /// What it answered.
        status: String,
    },
    /// It opens a connection, and then neither lets anyone in nor turns anyone away.
    ClosedDoor {
        /// The address.
        at: String,
    },
    /// It says no hello, though it once did. Another server may stand there now.
    Ungreeted {
        /// The address.
        at: String,
        /// The file that says so.
        file: String,
    },
    /// Nobody who is trusted vouches for its certificate.
    Untrusted {
        /// The address.
        at: String,
        /// What is wrong with it.
        cause: Doubt,
        /// What tells it from others, as far as it was seen.
        shown: Option<Fingerprint>,
    },
    /// Its certificate is not the one that is trusted.
    OtherCertificate {
        /// The address.
        at: String,
        /// What tells the certificate that it shows from others.
        shown: Fingerprint,
    },
    /// Its certificate is the one that is trusted, but cannot be taken by itself.
    Unpinnable {
        /// The address.
        at: String,
        /// What is wrong with it.
        cause: Doubt,
    },
    /// It speaks TLS, and the address says otherwise.
    SpeaksTls {
        /// The address.
        at: String,
    },
    /// It speaks no TLS, and the address says otherwise.
    SpeaksPlain {
        /// The address.
        at: String,
    },
    /// It speaks TLS in a way on which we do not agree.
    NoTls {
        /// The address.
        at: String,
        /// What the system says.
        cause: String,
    },
    /// It breaks off what is not encrypted.
    Reset {
        /// The address.
        at: String,
    },
    /// Anything else that the system says.
    Unreachable {
        /// The address.
        at: String,
        /// What the system says.
        cause: String,
    },
    /// The server cannot take us now, as it says itself.
    Refused(Refusal),
    /// The connection broke.
    Broke,
    /// The server ended the connection.
    HungUp,
    /// The server says nothing any more.
    Silent,
    /// The server takes nothing any more.
    Stuck,
    /// What speaks to the server here has ended by itself.
    GaveUp,
    /// Something else on this machine failed.
    Here {
        /// What failed.
        cause: String,
    },
}

impl Trouble {
    /// Whether it may be another server than the one that is meant.
    pub fn is_distrust(&self) -> bool {
        matches!(
            self,
            Self::Untrusted { .. } | Self::OtherCertificate { .. } | Self::Unpinnable { .. }
        )
    }

    /// One sentence, that says what to do where something can be done.
    pub fn sentence(&self, language: Language) -> String {
        match self {
            Self::NoServer { at } => language.no_server(at),
            Self::UnknownHost { at } => language.unknown_host(at),
            Self::NoAnswer { at, seconds } => language.no_answer(at, *seconds),
            Self::WebServer { at, status } => language.web_server(at, status),
            Self::Stranger { at } => language.stranger(at),
            Self::NotReady { at, status } => language.not_ready(at, status),
            Self::ClosedDoor { at } => language.closed_door(at),
            Self::Ungreeted { at, file } => language.ungreeted(at, file),
            Self::Untrusted { at, cause, shown: Some(shown) } => {
                language.untrusted(at, &cause.words(language), &shown.to_string())
            }
            Self::Untrusted { at, cause, shown: None } => {
                language.untrusted_unseen(at, &cause.words(language))
            }
            Self::OtherCertificate { at, shown } => {
                language.other_certificate(at, &shown.to_string())
            }
            Self::Unpinnable { at, cause } => language.unpinnable(at, &cause.words(language)),
            Self::SpeaksTls { at } => {
                language.speaks_tls(at, &at.replacen("http://", "https://", 1))
            }
            Self::SpeaksPlain { at } => {
                language.speaks_plain(at, &at.replacen("https://", "http://", 1))
            }
            Self::NoTls { at, cause } => language.no_tls(at, cause),
            Self::Reset { at } => language.reset(at),
            Self::Unreachable { at, cause } => language.unreachable(at, cause),
            Self::Refused(refusal) => language.refusal(refusal.code, &refusal.message),
            Self::Broke => language.link_broke(),
            Self::HungUp => language.hung_up(),
            Self::Silent => language.silent(),
            Self::Stuck => language.stuck(),
            Self::GaveUp => language.gave_up(),
            Self::Here { cause } => language.failed_here(cause),
        }
    }
}
