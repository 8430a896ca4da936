//! A file goes out again, to whoever was told its hash: nobody can guess one.
//!
//! Whatever it holds, a browser takes it for no page of ours: it is an attachment that is never
//! sniffed, and shown as a picture it has no rights.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kpl_shared::file::{self, FileName, Hash};
use tower_http::services::ServeFile;

use crate::socket::Context;

/// A content never changes under its hash.
const KEEP: &str = "public, max-age=31536000, immutable";
const POLICY: &str = "default-src 'none'; sandbox";

/// `GET /files/HASH/NAME`; the name is only what the file is to be called.
pub(super) async fn fetch(
    State(context): State<Arc<Context>>,
    Path((hash, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Ok(hash) = hash.parse::<Hash>() else { return not_found() };
    let found = match context.store.said(hash).await {
        Ok(Some(found)) => found,
        Ok(None) => return not_found(),
        Err(error) => {
            tracing::error!(%error, "a file could not be looked up");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let tag = format!("\"{hash}\"");
    let is_held = request.headers().get_all(header::IF_NONE_MATCH).iter();
    let is_held = is_held.flat_map(|tags| tags.to_str()).any(|tags| tags.contains(&tag));
    let mut answer = if is_held {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match ServeFile::new(context.store.cabinet().path(hash)).try_call(request).await {
            Ok(answer) if answer.status() != StatusCode::NOT_FOUND => answer.map(Body::new),
            Ok(_) => return not_found(),
            Err(error) => {
                tracing::error!(%error, %hash, "a file could not be read");
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
        }
    };
    if !(answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED) {
        return answer; // A range that is not there.
    }
    let kind = found.picture.as_deref().unwrap_or(file::BYTES);
    let shown = FileName::parse(&name).map_or_else(|_| "file".into(), FileName::into_string);
    let path = file::path(hash, &shown);
    let encoded = path.rsplit('/').next().unwrap_or_default();
    let disposition = format!("attachment; filename*=UTF-8''{encoded}");
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, &disposition),
        (header::ETAG, &tag),
        (header::CACHE_CONTROL, KEEP),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "there is no such file\n").into_response()
}
