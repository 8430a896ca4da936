//! Speaks TLS before anything else is said on a connection.

use std::{
    io,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    signal::unix::Signal,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    certificate::{Certificate, CertificateError, Source},
    guard::{Guarded, Stall},
};

/// What a TLS connection begins with: a record of a handshake.
const HANDSHAKE: u8 = 22;
/// What is answered to a client that speaks plain HTTP, as other servers do.
const TURNED_AWAY: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\n\
    connection: close\r\n\r\nthis server speaks TLS: write https:// before its address\n";
/// How long such a client has to take the answer.
const FAREWELL: Duration = Duration::from_secs(1);

/// The TLS of a server.
#[derive(Debug)]
pub struct Tls {
    source: Source,
    /// As it was read last. Connections keep what they began with.
    current: RwLock<Certificate>,
}

impl Tls {
    /// Reads the certificate, or makes it.
    pub fn load(source: Source) -> Result<Self, CertificateError> {
        let current = RwLock::new(source.load()?);
        Ok(Self { source, current })
    }

    /// What clients are shown now.
    pub fn certificate(&self) -> Certificate {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the certificate again each time the signal comes, for as long as it is polled. What
    /// cannot be read changes nothing.
    pub async fn reload_on(&self, mut signal: Signal) {
        while signal.recv().await.is_some() {
            if matches!(self.source, Source::Fleeting { .. }) {
                tracing::info!("the certificate is of this run only, and stays");
                continue;
            }
            let source = self.source.clone();
            let loaded = tokio::task::spawn_blocking(move || source.load()).await;
            match loaded {
                Ok(Ok(certificate)) => {
                    let fingerprint = certificate.fingerprint;
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = certificate;
                    tracing::info!(%fingerprint, "the certificate was read again");
                }
                Ok(Err(error)) => {
                    tracing::error!(%error, "the certificate stays as it was");
                }
                Err(error) => tracing::error!(%error, "the certificate stays as it was"),
            }
        }
    }

    /// Agrees with a client on how to speak. One that speaks plain HTTP is told to speak TLS.
    pub(super) async fn shake_hands(
        &self,
        mut stream: TcpStream,
        stall: Stall,
    ) -> io::Result<TlsStream<Guarded>> {
        let mut first = [0];
        stream.peek(&mut first).await?;
        if first[0].is_ascii_alphabetic() {
            turn_away(&mut stream).await;
            return Err(io::Error::other("it speaks plain HTTP"));
        }
        if first[0] != HANDSHAKE {
            return Err(io::Error::other("it speaks no TLS"));
        }
        let acceptor = TlsAcceptor::from(self.certificate().config);
        acceptor.accept(Guarded::new(stream, stall)).await
    }
}

/// Answers, and reads on for a moment: closing a connection with something unread in it would take
/// the answer away from the client.
async fn turn_away(stream: &mut TcpStream) {
    let farewell = async {
        stream.write_all(TURNED_AWAY).await?;
        stream.shutdown().await?;
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    // Whoever has gone needs no answer.
    let _gone = timeout(FAREWELL, farewell).await;
}
