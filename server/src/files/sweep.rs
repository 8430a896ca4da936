//! What was brought and never said is thrown away after a while.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::{clock::now, store::Store};

/// How often it is looked for at most, and at least.
const SELDOM: Duration = Duration::from_mins(10);
const OFTEN: Duration = Duration::from_secs(1);

/// Throws away for ever what nobody has said within `hold`.
pub async fn sweep(store: Store, hold: Duration) {
    let mut round = interval((hold / 4).clamp(OFTEN, SELDOM));
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        let millis = i64::try_from(hold.as_millis()).unwrap_or(i64::MAX);
        match store.sweep(now().saturating_sub(millis)).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "files that nobody has said are gone"),
            Err(error) => tracing::warn!(%error, "files that nobody has said could not be removed"),
        }
    }
}
