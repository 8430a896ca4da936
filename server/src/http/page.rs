//! The page that browsers chat with: files in the binary, with nothing from elsewhere.

use std::{io::Write, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

/// What the page may do. Its scripts and styles are files of ours, it talks to this server alone,
/// and a text never becomes markup: the browser holds its code to that, too.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'";

/// Files of the page, each with its name.
macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_bytes!(concat!("../../page/", $name)).as_slice()),)*]
    };
}

static PAGE: LazyLock<Page> = LazyLock::new(|| {
    Page::new(files![
        "style.css" "icon.svg" "announce.js" "commands.js" "entry.js" "kept.js" "line.js" "log.js" "main.js" "outbox.js"
        "panels.js" "qr.js" "reading.js" "room.js" "socket.js" "timeline.js" "uploads.js" "words.js" "writing.js"
    ])
});

/// The page in one version: its files stand below a name that says which, so that a browser that
/// has them need not ask for them again.
#[derive(Debug)]
struct Page {
    index: File,
    version: String,
    files: Vec<File>,
}

impl Page {
    fn new<const N: usize>(files: [(&'static str, &'static [u8]); N]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for (_, content) in &files {
            hasher.update(content);
        }
        let version = hasher.finalize().to_hex()[..16].to_owned();
        let index = include_str!("../../page/index.html");
        let index = index.replace("\"page/", &format!("\"page/{version}/"));
        Self {
            index: File::new("index.html", index.into()),
            version,
            files: files.map(|(name, content)| File::new(name, content.into())).into(),
        }
    }
}

#[derive(Debug)]
struct File {
    name: &'static str,
    plain: Bytes,
    packed: Bytes,
    /// Names this content, so that a browser that has it need not fetch it again.
    tag: String,
}

impl File {
    fn new(name: &'static str, plain: Bytes) -> Self {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        // Writing into memory does not fail; what is empty is never sent.
        let packed = packed.write_all(&plain).and_then(|()| packed.finish()).unwrap_or_default();
        let tag = format!("W/\"{}\"", &blake3::hash(&plain).to_hex()[..16]);
        Self { name, packed: packed.into(), plain, tag }
    }

    fn kind(&self) -> &'static str {
        match self.name.rsplit_once('.') {
            Some((_, "html")) => "text/html; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "svg")) => "image/svg+xml",
            _ => "text/javascript; charset=utf-8",
        }
    }

    /// The answer, which may be kept for as long as `keep` says.
    fn answer(&self, asked: &HeaderMap, keep: &'static str) -> Response {
        let says = |name, what: &str| {
            let said = asked.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
            said.is_some_and(|said| said.contains(what))
        };
        let headers = [
            (header::ETAG, self.tag.as_str()),
            (header::CACHE_CONTROL, keep),
            (header::VARY, "Accept, Accept-Encoding"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ];
        if says(header::IF_NONE_MATCH, &self.tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let kind = [(header::CONTENT_TYPE, self.kind())];
        if says(header::ACCEPT_ENCODING, "gzip") && !self.packed.is_empty() {
            let packed = [(header::CONTENT_ENCODING, "gzip")];
            return (headers, kind, packed, self.packed.clone()).into_response();
        }
        (headers, kind, self.plain.clone()).into_response()
    }
}

/// The files that the page at `/` is made of.
pub(super) fn router() -> Router {
    Router::new().route("/page/{version}/{name}", get(file))
}

/// The page itself.
pub(super) fn index(asked: &HeaderMap) -> Response {
    PAGE.index.answer(asked, "no-cache")
}

async fn file(Path((version, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    // A page of before an update that still wants a file gets that of today.
    let keep =
        if version == PAGE.version { "public, max-age=31536000, immutable" } else { "no-store" };
    match PAGE.files.iter().find(|file| file.name == name) {
        Some(file) => file.answer(&asked, keep),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
