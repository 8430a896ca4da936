//! A file comes in: onto the disk as it arrives, hashed meanwhile, and then among the files that
//! can be said. What does not come to its end leaves nothing behind.

use std::{fs::File, io::BufReader, sync::Arc, time::Duration};

use axum::{
    Extension, Json,
    body::{Body, BodyDataStream},
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use kpl_shared::{
    file::{self, FileName, Hash},
    refusal::{Code, Refusal},
};
use serde::Serialize;
use tempfile::TempPath;
use tokio::{
    io::AsyncWriteExt as _,
    task::spawn_blocking,
    time::{Instant, timeout},
};

use super::{admit::admit, refused};
use crate::{
    http::{gate::UploadSeat, peer::Peer},
    policy::picture,
    socket::Context,
    store::{Bringer, Brought},
};

/// How long nothing of a body may come.
const SILENCE: Duration = Duration::from_secs(10);
/// How slowly it may come once that has passed, in bytes a second.
const SLOWEST: u64 = 4096;
/// After how many bytes it is asked again whether the disk has room.
const STEP: u64 = 256 * 1024;
/// How long the rest of a file is waited for that is refused, so that its sender, which reads no
/// answer before it has sent everything, hears why.
const COURTESY: Duration = Duration::from_secs(5);
/// When a file may be tried again that could not be written.
const RETRY_MS: u64 = 1000;

/// The answer to whoever has brought a file.
#[derive(Debug, Serialize)]
struct Received {
    ok: bool,
    hash: Hash,
    size: u64,
    #[serde(rename = "type")]
    media: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
}

/// `POST /files?name=NAME`, with the file as the body.
pub(super) async fn bring(
    State(context): State<Arc<Context>>,
    Extension(peer): Extension<Peer>,
    Extension(seat): Extension<UploadSeat>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut body =
        Incoming { body: body.into_data_stream(), begin: Instant::now(), size: 0, over: false };
    let received = match seat.refusal {
        Some(refusal) => Err(refusal),
        None => receive(&context, peer, (&uri, &headers), &mut body).await,
    };
    match received {
        Ok((received, name)) => {
            let at = file::path(received.hash, name.as_str());
            let at = at.trim_start_matches('/').to_owned();
            (StatusCode::CREATED, [(header::LOCATION, at)], Json(received)).into_response()
        }
        Err(refusal) => {
            tracing::debug!(%refusal, "a file was not taken");
            body.pass_over().await;
            refused(&refusal)
        }
    }
}

/// A body on its way in.
struct Incoming {
    body: BodyDataStream,
    begin: Instant,
    /// How many bytes of it have come.
    size: u64,
    /// Whether nothing more comes.
    over: bool,
}

impl Incoming {
    /// The next piece; none at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        let piece = timeout(SILENCE, self.body.next()).await;
        let allowed = SILENCE + Duration::from_secs(self.size / SLOWEST);
        self.over = !matches!(piece, Ok(Some(Ok(_)))) || self.begin.elapsed() > allowed;
        let broken = |message| Err(Refusal::new(Code::BadRequest, message));
        match piece {
            Ok(None) => Ok(None),
            Ok(Some(Err(_gone))) => broken("the file ended in the middle"),
            Err(_silent) => broken("nothing of the file came for ten seconds"),
            Ok(Some(Ok(_))) if self.over => broken("the file comes too slowly"),
            Ok(Some(Ok(piece))) => {
                self.size += piece.len() as u64;
                Ok(Some(piece))
            }
        }
    }

    /// Takes the rest of a file that is refused.
    async fn pass_over(&mut self) {
        if !self.over {
            let rest = async { while let Some(Ok(_)) = self.body.next().await {} };
            let _late = timeout(COURTESY, rest).await;
        }
    }
}

async fn receive(
    context: &Context,
    Peer(address): Peer,
    (uri, headers): (&Uri, &HeaderMap),
    body: &mut Incoming,
) -> Result<(Received, FileName), Refusal> {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let name = query.into_iter().find(|(key, _)| key == "name").map(|(_, name)| name);
    let name = FileName::parse(name.as_deref().unwrap_or_default())?;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    context.takes_file(length, true)?;
    let by = admit(context, address, headers).await?;
    leave_room(context, length)?;
    let (at, hash) = write(context, body).await?;
    let brought = inspect(at, hash, body.size, by).await?;
    let (hash, size) = (brought.hash, brought.size);
    let (picture, guessed) = (brought.picture, mime_guess::from_path(name.as_str()).first_raw());
    context.store.keep(brought).await.map_err(unwritten)??;
    let media = picture.map(|picture| picture.media).or(guessed).unwrap_or(file::BYTES).into();
    let (width, height) = picture.map(|picture| (picture.width, picture.height)).unzip();
    Ok((Received { ok: true, hash, size, media, width, height }, name))
}

/// Writes a body to disk. Where it lies, and what its hash is.
async fn write(context: &Context, body: &mut Incoming) -> Result<(TempPath, Hash), Refusal> {
    let (file, path) = context.store.cabinet().begin().map_err(unwritten)?.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    let (mut hasher, mut asked) = (blake3::Hasher::new(), 0);
    while let Some(piece) = body.next().await? {
        context.takes_file(body.size, true)?;
        if body.size - asked >= STEP {
            // Others are on their way, too.
            leave_room(context, 2 * STEP)?;
            asked = body.size;
        }
        hasher.update(&piece);
        file.write_all(&piece).await.map_err(unwritten)?;
    }
    file.flush().await.map_err(unwritten)?;
    file.sync_all().await.map_err(unwritten)?;
    Ok((path, Hash::from_bytes(hasher.finalize().into())))
}

/// Whether so many bytes more leave the lines enough of the disk.
fn leave_room(context: &Context, bytes: u64) -> Result<(), Refusal> {
    if context.store.cabinet().is_full_for(bytes) {
        tracing::error!("a file was refused, as it would leave the lines too little of the disk");
        return Err(Refusal::for_now(Code::Unavailable, "the server's disk is full", RETRY_MS));
    }
    Ok(())
}

/// Looks what it is that has come.
async fn inspect(at: TempPath, hash: Hash, size: u64, by: Bringer) -> Result<Brought, Refusal> {
    let look = spawn_blocking(move || {
        let looks = picture::looks(&mut BufReader::new(File::open(&at)?));
        Ok(Brought { at, hash, size, picture: looks.map(Into::into), by })
    });
    look.await.map_err(std::io::Error::other).flatten().map_err(unwritten)
}

fn unwritten(error: impl std::fmt::Display) -> Refusal {
    tracing::error!(%error, "a file could not be written");
    Refusal::for_now(Code::Unavailable, "the server cannot store files now", RETRY_MS)
}
