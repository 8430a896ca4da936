//! Inflow: a file as it comes, held against what the line said of it. Whoever reads it to its end
//! has exactly that file.

use hyper::{
    Method, Request, StatusCode,
    body::{Bytes, Incoming},
};
use kpl_shared::file::{File, Hash};
use tokio::time::timeout;

use super::{
    FileServer,
    outflow::Nothing,
    request::{self, Driver, Line, SILENCE},
};
use crate::model::words::files::FileTrouble;

/// A file on its way to us.
pub(super) struct Inflow {
    body: Incoming,
    hasher: blake3::Hasher,
    wanted: Hash,
    left: u64,
    _driver: Driver,
}

impl Inflow {
    /// Asks for a file. Nobody needs a key for one, so none is shown.
    pub(super) async fn begin(server: &FileServer, file: &File) -> Result<Self, FileTrouble> {
        let request = Request::builder()
            .method(Method::GET)
            .uri(server.address.below(&file.path()))
            .body(Nothing)
            .map_err(|_| FileTrouble::NotThere)?;
        let line = Line::open(server).await?;
        let silent = FileTrouble::Silent { seconds: SILENCE.as_secs() };
        let (answer, driver) = timeout(SILENCE, line.ask(request)).await.map_err(|_| silent)??;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Err(FileTrouble::Gone),
            _ => return Err(request::refused(answer).await),
        }
        Ok(Self {
            body: answer.into_body(),
            hasher: blake3::Hasher::new(),
            wanted: file.hash,
            left: file.size,
            _driver: driver,
        })
    }

    /// The next piece; none at the end, which is only reached by the right content.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, FileTrouble> {
        let Some(piece) = request::next(&mut self.body).await? else {
            let came = Hash::from_bytes(*self.hasher.finalize().as_bytes());
            return match self.left {
                0 if came == self.wanted => Ok(None),
                0 => Err(FileTrouble::Other),
                _ => Err(FileTrouble::Broke),
            };
        };
        self.left = self.left.checked_sub(piece.len() as u64).ok_or(FileTrouble::Other)?;
        self.hasher.update(&piece);
        Ok(Some(piece))
    }
}
