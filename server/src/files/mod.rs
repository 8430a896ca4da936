//! Files, over HTTP: they are brought before they are said, and fetched by whoever was told of them.
//!
//! - `admit`: whether whoever asks may bring files
//! - `bring`: a file comes in, streamed to the disk
//! - `fetch`: it goes out again
//! - `sweep`: what nobody has said is thrown away

mod admit;
mod bring;
mod fetch;
pub mod sweep;

use std::sync::Arc;

use axum::{
    Json, Router,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kpl_shared::{
    file::FILES,
    protocol::Ack,
    refusal::{Code, Refusal},
};

use crate::socket::Context;

/// What a page of another host, which the operator has named, may send.
const PREFLIGHT: [(header::HeaderName, HeaderValue); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST")),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type")),
    (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
];

/// Where files are brought and fetched.
pub fn router(context: Arc<Context>) -> Router {
    let preflight = async || (StatusCode::NO_CONTENT, PREFLIGHT);
    Router::new()
        .route(FILES, post(bring::bring).options(preflight))
        .route(&format!("{FILES}/{{hash}}/{{name}}"), get(fetch::fetch))
        .with_state(context)
}

/// The answer to whoever brings a file that is not taken.
fn refused(refusal: &Refusal) -> Response {
    let answer = (status(refusal.code), Json(Ack::from(refusal)));
    match refusal.retry_ms {
        Some(wait) => {
            let seconds = wait.div_ceil(1000).to_string();
            ([(header::RETRY_AFTER, seconds)], answer).into_response()
        }
        None => answer.into_response(),
    }
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::TooFast | Code::TooManyConnections => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::QuotaExceeded => StatusCode::INSUFFICIENT_STORAGE,
        Code::PasswordRequired
        | Code::InviteOver
        | Code::KeyRequired
        | Code::Banned
        | Code::Muted => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}
