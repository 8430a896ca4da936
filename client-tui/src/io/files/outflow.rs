//! Outflow: a file of the disk as the body of a request. Its last piece leaves only when the file
//! was the same from the first to the last, so that a server never has half of one and half of
//! another.

use std::{
    convert::Infallible,
    fs,
    io::{self, Read},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use kpl_shared::file::Hash;
use tokio::{
    sync::{mpsc, watch},
    task::{JoinHandle, spawn_blocking},
};

use crate::model::words::files::FileTrouble;

/// How much is read at once, in bytes.
const PIECE: usize = 64 * 1024;
/// How many pieces wait for the connection.
const AHEAD: usize = 2;

/// The body of a request that has none.
pub(super) struct Nothing;

impl Body for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

/// A file that can be brought: it is there, and is nothing but a file.
#[derive(Debug)]
pub(super) struct Source {
    file: fs::File,
    path: String,
    /// How many bytes it has.
    pub(super) size: u64,
}

impl Source {
    /// Opens a file. What is none, such as a pipe or a device, is not even touched.
    pub(super) fn open(path: &Path) -> Result<Self, FileTrouble> {
        let shown = path.display().to_string();
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => FileTrouble::Absent { path: shown.clone() },
            _ => FileTrouble::NotReadable { path: shown.clone(), why: error.to_string() },
        };
        let no_file = FileTrouble::NoFile { path: shown.clone() };
        if !fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(no_file);
        }
        // What has become a pipe meanwhile must not be waited for.
        let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
        let opened = fs::OpenOptions::new().read(true).custom_flags(flags).open(path);
        let file = opened.map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(no_file);
        }
        Ok(Self { file, path: shown, size: metadata.len() })
    }

    /// Begins to read it. What has left so far is told as a number of bytes, until all has. The task
    /// ends with the hash of what it read, or with what is wrong with the file.
    pub(super) fn flow(
        self,
    ) -> (Outflow, watch::Receiver<u64>, JoinHandle<Result<Hash, FileTrouble>>) {
        let (pieces, read) = mpsc::channel(AHEAD);
        let (moved, told) = watch::channel(0);
        let outflow = Outflow { pieces: read, left: self.size, size: self.size, moved };
        (outflow, told, spawn_blocking(move || self.read(&pieces)))
    }

    fn read(mut self, pieces: &mpsc::Sender<io::Result<Bytes>>) -> Result<Hash, FileTrouble> {
        let read = self.read_all(pieces);
        if read.is_err() {
            // Whoever sends it breaks off then, and may have done so already.
            let _unheard = pieces.blocking_send(Err(io::ErrorKind::InvalidData.into()));
        }
        read
    }

    fn read_all(&mut self, pieces: &mpsc::Sender<io::Result<Bytes>>) -> Result<Hash, FileTrouble> {
        let path = self.path.clone();
        let unreadable =
            |error: io::Error| FileTrouble::NotReadable { path, why: error.to_string() };
        self.flow_into(pieces)
            .map_err(unreadable)?
            .ok_or(FileTrouble::Changed { path: self.path.clone() })
    }

    /// The hash of what was sent; none if the file was not the same all the time.
    fn flow_into(&mut self, pieces: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<Option<Hash>> {
        let before = Stamp::of(&self.file)?;
        let (mut hasher, mut left, mut last) = (blake3::Hasher::new(), self.size, Bytes::new());
        while left > 0 {
            let mut piece = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
            let length = self.file.read(&mut piece)?;
            if length == 0 {
                return Ok(None);
            }
            piece.truncate(length);
            left -= length as u64;
            hasher.update(&piece);
            let piece = std::mem::replace(&mut last, piece.into());
            if !piece.is_empty() && pieces.blocking_send(Ok(piece)).is_err() {
                break; // Nobody wants it any more.
            }
        }
        if Stamp::of(&self.file)? != before {
            return Ok(None);
        }
        let _unwanted = pieces.blocking_send(Ok(last));
        Ok(Some(Hash::from_bytes(*hasher.finalize().as_bytes())))
    }
}

/// What changes with a file.
#[derive(PartialEq)]
struct Stamp(u64, i64, i64);

impl Stamp {
    fn of(file: &fs::File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self(metadata.len(), metadata.mtime(), metadata.mtime_nsec()))
    }
}

/// A file on its way out.
pub(super) struct Outflow {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    left: u64,
    size: u64,
    moved: watch::Sender<u64>,
}

impl Body for Outflow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.pieces.poll_recv(context).map(|piece| {
            let piece = match piece? {
                Ok(piece) => piece,
                Err(error) => return Some(Err(error)),
            };
            self.left = self.left.saturating_sub(piece.len() as u64);
            self.moved.send_replace(self.size - self.left);
            Some(Ok(Frame::data(piece)))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn only_a_file_is_brought() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();

        for path in [folder.path(), &pipe, Path::new("/dev/null")] {
            let opened = Source::open(path);
            assert!(matches!(opened, Err(FileTrouble::NoFile { .. })), "{opened:?}");
        }
        let absent = Source::open(&folder.path().join("absent"));
        assert!(matches!(absent, Err(FileTrouble::Absent { .. })), "{absent:?}");
    }

    /// Reads what leaves of a file which something happens to once its first piece has left.
    async fn flown(content: &[u8], meanwhile: impl FnOnce(&Path)) -> (Vec<u8>, bool, bool) {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().write_all(content).unwrap();
        let source = Source::open(file.path()).unwrap();
        let mut left = Vec::new();

        let (mut outflow, _told, read) = source.flow();
        left.extend(outflow.pieces.recv().await.unwrap().unwrap());
        meanwhile(file.path());
        let mut broken = false;
        while let Some(piece) = outflow.pieces.recv().await {
            match piece {
                Ok(piece) => left.extend(piece),
                Err(_) => broken = true,
            }
        }
        let hash = read.await.unwrap();
        let is_it = hash.is_ok_and(|hash| hash.as_bytes() == blake3::hash(content).as_bytes());
        (left, broken, is_it)
    }

    #[tokio::test]
    async fn a_file_leaves_as_it_is_with_its_hash() {
        let content: Vec<u8> = (0..=250).cycle().take(10 * PIECE + 5).collect();

        let (left, broken, is_it) = flown(&content, |_| {}).await;

        assert!(left == content && !broken && is_it);
    }

    #[tokio::test]
    async fn a_file_that_changes_while_it_is_read_never_leaves_as_a_whole() {
        let content = vec![7; 10 * PIECE];
        let append = |path: &Path| {
            fs::OpenOptions::new().append(true).open(path).unwrap().write_all(b"x").unwrap();
        };
        let cut = |path: &Path| fs::write(path, b"x").unwrap();

        for (left, broken, is_it) in [flown(&content, append).await, flown(&content, cut).await] {
            assert!(left.len() < content.len() && broken && !is_it);
        }
    }
}
