//! A file is brought: streamed from the disk to the server, which says what it has got.

use std::path::Path;

use hyper::{Method, Request, StatusCode, header};
use kpl_shared::file::{FILES, File, FileName, Hash, encoded};
use tokio::{task::spawn_blocking, time::timeout};

use super::{
    FileServer,
    outflow::{Outflow, Source},
    request::{self, ANSWER_TIMEOUT, Line, SILENCE},
};
use crate::model::words::files::FileTrouble;

/// The server's answer to whoever has brought a file.
#[derive(serde::Deserialize)]
struct Received {
    hash: Hash,
    size: u64,
    #[serde(rename = "type")]
    media: String,
    #[serde(default)]
    width: Option<u32>,
    #[serde(default)]
    height: Option<u32>,
}

/// Brings a file of at most `most` bytes. `tell` hears how many have left, of how many.
pub async fn bring(
    server: &FileServer,
    path: &Path,
    most: u64,
    mut tell: impl FnMut(u64, u64),
) -> Result<File, FileTrouble> {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let name = FileName::parse(&name).map_err(FileTrouble::Refused)?;
    let source = opened(path).await?;
    let size = source.size;
    if size > most {
        return Err(FileTrouble::TooLarge { size, most });
    }
    tell(0, size);
    let line = Line::open(server).await?;
    let (outflow, mut moved, read) = source.flow();
    let request = request(server, &name, size, outflow)?;
    let mut answer = std::pin::pin!(line.ask(request));
    let silent = FileTrouble::Silent { seconds: SILENCE.as_secs() };
    let answered = loop {
        tokio::select! {
            answer = &mut answer => break answer,
            more = timeout(SILENCE, moved.changed()) => match more {
                Ok(Ok(())) => tell(*moved.borrow_and_update(), size),
                // All of it has left.
                Ok(Err(_)) => {
                    let late = FileTrouble::Silent { seconds: ANSWER_TIMEOUT.as_secs() };
                    break timeout(ANSWER_TIMEOUT, &mut answer).await.unwrap_or(Err(late));
                }
                Err(_) => return Err(silent),
            },
        }
    };
    // What was wrong with the file explains why the connection broke, and not the other way round.
    let hash = async { read.await.unwrap_or(Err(FileTrouble::Broke)) };
    let (answer, _driver) = match answered {
        Ok(answer) => answer,
        Err(FileTrouble::Broke) => return Err(hash.await.err().unwrap_or(FileTrouble::Broke)),
        Err(why) => return Err(why),
    };
    if answer.status() != StatusCode::CREATED {
        return Err(request::refused(answer).await);
    }
    tell(size, size);
    let body = request::small(answer.into_body()).await?;
    let received: Received = serde_json::from_slice(&body).map_err(|_| FileTrouble::Broke)?;
    let Received { hash: theirs, size: got, media, width, height } = received;
    if theirs != hash.await? || got != size {
        return Err(FileTrouble::Broke);
    }
    Ok(File { hash: theirs, name: name.into_string(), size, media, width, height })
}

async fn opened(path: &Path) -> Result<Source, FileTrouble> {
    let path = path.to_owned();
    let opened = spawn_blocking(move || Source::open(&path)).await;
    opened.unwrap_or(Err(FileTrouble::Broke))
}

fn request(
    server: &FileServer,
    name: &FileName,
    size: u64,
    body: Outflow,
) -> Result<Request<Outflow>, FileTrouble> {
    let place = format!("{FILES}?name={}", encoded(name.as_str()));
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(server.address.below(&place))
        .header(header::CONTENT_TYPE, kpl_shared::file::BYTES)
        .header(header::CONTENT_LENGTH, size);
    if let Some(secrets) = server.authorization() {
        request = request.header(header::AUTHORIZATION, secrets);
    }
    // Whatever stands in an address can stand in a request.
    request.body(body).map_err(|_| FileTrouble::NotThere)
}
