//! Whether the server is the one that is meant, as far as its certificate tells.

use kpl_shared::fingerprint::Fingerprint;
use native_tls::TlsConnector;

use crate::{
    io::{
        address::Address,
        trust::{self, Trust},
    },
    model::words::trouble::Trouble,
};

/// What a server's certificate is held against. What takes it is kept, so that coming back costs
/// no look at the certificate.
#[derive(Debug, Clone)]
pub(in crate::io) struct Guard {
    address: Address,
    trust: Trust,
    connector: Option<TlsConnector>,
}

impl Guard {
    pub(in crate::io) fn new(address: Address, trust: Trust) -> Self {
        Self { address, trust, connector: None }
    }

    /// What takes the server's certificate and no other; `None` where nothing is encrypted.
    pub(in crate::io) async fn connector(&mut self) -> Result<Option<TlsConnector>, Trouble> {
        if !self.address.is_encrypted() {
            return Ok(None);
        }
        if let Some(connector) = &self.connector {
            return Ok(Some(connector.clone()));
        }
        let made = match &self.trust {
            Trust::Machine | Trust::Authorities(_) => self.trust.connector(&self.address),
            Trust::Pinned(wanted) => {
                let der = trust::shown(&self.address).await?;
                let shown = Fingerprint::of(&der);
                if shown != *wanted {
                    return Err(self.other(shown));
                }
                trust::pinned(&self.address, &der)
            }
        };
        let connector = made.map_err(|error| Trouble::Here { cause: error.to_string() })?;
        self.connector = Some(connector.clone());
        Ok(Some(connector))
    }

    /// Looks closer at why an attempt failed: which certificate it was, and whether the server
    /// speaks TLS where the address says otherwise.
    pub(in crate::io) async fn look_closer(&mut self, why: Trouble) -> Trouble {
        match why {
            Trouble::Untrusted { at, cause, .. } => {
                self.connector = None;
                // What cannot be seen now need not be shown.
                let shown = trust::shown(&self.address).await.ok();
                let shown = shown.map(|der| Fingerprint::of(&der));
                match (&self.trust, shown) {
                    (Trust::Pinned(wanted), Some(shown)) if shown == *wanted => {
                        Trouble::Unpinnable { at, cause }
                    }
                    (Trust::Pinned(_), Some(shown)) => self.other(shown),
                    (_, shown) => Trouble::Untrusted { at, cause, shown },
                }
            }
            why if self.may_speak_tls(&why) && trust::shown(&self.address).await.is_ok() => {
                Trouble::SpeaksTls { at: self.address.to_string() }
            }
            why => why,
        }
    }

    /// Servers that speak TLS answer plain HTTP with 400, or break it off.
    fn may_speak_tls(&self, why: &Trouble) -> bool {
        let odd = match why {
            Trouble::WebServer { status, .. } => status.starts_with("400"),
            Trouble::Stranger { .. } | Trouble::Reset { .. } => true,
            _ => false,
        };
        odd && !self.address.is_encrypted()
    }

    fn other(&self, shown: Fingerprint) -> Trouble {
        Trouble::OtherCertificate { at: self.address.to_string(), shown }
    }
}
