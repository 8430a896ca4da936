//! Cuts a connection that takes nothing of what it is sent.
//!
//! A client that stops reading fills the kernel's buffers, then its socket's; its writer then hangs
//! in a write that nobody ends, as the library's own timeouts do not fire meanwhile. So a write
//! that makes no progress for a while shuts the connection down here. An error alone would not do:
//! the library ignores those of writes.

use std::{
    io,
    net::Shutdown,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

/// How long a client may take nothing of what it is sent. It may change while the connection lives.
#[derive(Debug, Clone)]
pub(super) struct Stall(Arc<AtomicU64>);

impl Stall {
    /// So long.
    pub(super) fn of(patience: Duration) -> Self {
        let stall = Self(Arc::default());
        stall.set(patience);
        stall
    }

    /// So long from now on.
    pub(super) fn set(&self, patience: Duration) {
        let millis = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        self.0.store(millis, Ordering::Relaxed);
    }

    fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// A connection under guard.
#[derive(Debug)]
pub(super) struct Guarded {
    stream: TcpStream,
    stall: Stall,
    /// Runs while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Guarded {
    /// Cuts `stream` once a write has waited for so long.
    pub(super) fn new(stream: TcpStream, stall: Stall) -> Self {
        Self { stream, stall, stalled: None }
    }

    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.stall.get();
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        if stalled.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.stalled = None;
        tracing::info!(?patience, "a client takes nothing of what it is sent, and is cut");
        // It may have gone meanwhile, which is as well.
        let socket = SockRef::from(&self.stream);
        // Closing it then is a reset: the kernel need not keep what will never be taken, and the
        // client learns of its end at once rather than when the kernel gives up in silence.
        let _reset = socket.set_linger(Some(Duration::ZERO));
        let _gone = socket.shutdown(Shutdown::Both);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        time::{Instant, timeout},
    };

    const CHUNK: [u8; 8192] = [7; 8192];

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dialled = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (listener.accept().await.unwrap().0, dialled)
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_cut() {
        let (ours, mut theirs) = pair().await;
        let mut guarded = Guarded::new(ours, Stall::of(Duration::from_millis(100)));
        let start = Instant::now();

        let error = loop {
            if let Err(error) = guarded.write_all(&CHUNK).await {
                break error;
            }
        };

        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(start.elapsed() >= Duration::from_millis(100));
        let rest = timeout(Duration::from_secs(5), theirs.read_to_end(&mut Vec::new())).await;
        assert!(rest.is_ok(), "the connection is still open");
        drop(guarded);
        assert!(theirs.write_all(&CHUNK).await.is_err(), "it was closed, but not reset");
    }

    #[tokio::test]
    async fn a_client_that_reads_is_left_alone() {
        let (ours, mut theirs) = pair().await;
        let mut guarded = Guarded::new(ours, Stall::of(Duration::from_millis(500)));
        let reading = tokio::spawn(async move { theirs.read_to_end(&mut Vec::new()).await });

        for _ in 0..200 {
            guarded.write_all(&CHUNK).await.unwrap();
        }
        guarded.shutdown().await.unwrap();
        drop(guarded);

        assert_eq!(reading.await.unwrap().unwrap(), 200 * CHUNK.len());
    }
}
