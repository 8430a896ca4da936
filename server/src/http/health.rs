//! `/health`: 200 when a line could be stored.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use tokio::sync::Mutex;

use crate::store::Store;

/// For how long an answer holds, so that nobody can make the disk busy by asking.
const HOLDS: Duration = Duration::from_millis(500);
/// How long the store may take.
const LIMIT: Duration = Duration::from_secs(3);

/// The page `/health`.
pub(super) fn router(store: Store) -> Router {
    Router::new()
        .route("/health", get(health))
        .with_state(Arc::new(Health { store, last: Mutex::new(None) }))
}

#[derive(Debug)]
struct Health {
    store: Store,
    last: Mutex<Option<Probed>>,
}

#[derive(Debug)]
struct Probed {
    at: Instant,
    /// How often lines could not be kept until then.
    failures: u64,
    stores: bool,
}

async fn health(State(health): State<Arc<Health>>) -> (StatusCode, &'static str) {
    // Held across the probe on purpose: whoever asks meanwhile gets the same answer.
    let mut last = health.last.lock().await;
    let failures = health.store.failures();
    let stores = match &*last {
        Some(probed) if probed.at.elapsed() < HOLDS && probed.failures == failures => probed.stores,
        _ => {
            let probe = tokio::time::timeout(LIMIT, health.store.probe()).await;
            let stores = match probe {
                Ok(Ok(())) => true,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "nothing can be stored");
                    false
                }
                Err(_late) => {
                    tracing::warn!("the store does not answer");
                    false
                }
            };
            *last = Some(Probed { at: Instant::now(), failures, stores });
            stores
        }
    };
    if stores {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "nothing can be stored\n")
    }
}
