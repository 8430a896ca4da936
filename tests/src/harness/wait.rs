//! Waiting on a condition; how long the long form of a test is.

use std::{
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use tokio::runtime::{Builder, Runtime};

/// How long a test waits for what should come at once: long enough for a machine that does much
/// else, and never used up by a test that passes.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How often a condition is looked at that nobody announces.
const GLANCE: Duration = Duration::from_millis(5);

/// Waits until `condition` holds.
///
/// # Errors
///
/// When it has not held within `deadline`; `what` says in words what was waited for.
pub fn eventually(
    what: &str,
    deadline: Duration,
    mut condition: impl FnMut() -> bool,
) -> Result<()> {
    eventually_some(what, deadline, || condition().then_some(()))
}

/// Waits until `look` finds something, and returns it.
///
/// # Errors
///
/// When nothing was found within `deadline`; `what` says in words what was waited for.
pub fn eventually_some<T>(
    what: &str,
    deadline: Duration,
    mut look: impl FnMut() -> Option<T>,
) -> Result<T> {
    let end = Instant::now() + deadline;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if Instant::now() >= end {
            bail!("waited {deadline:?} for this: {what}");
        }
        thread::sleep(GLANCE);
    }
}

/// Whether the long form was asked for, with `KPL_SCALE=long`. It runs the same code for longer.
pub fn long() -> bool {
    std::env::var("KPL_SCALE").is_ok_and(|scale| scale == "long")
}

/// The measure of a test: `short` as a rule, `far` in the long form.
pub fn scaled<T>(short: T, far: T) -> T {
    if long() { far } else { short }
}

/// The runtime on which the sockets of all tests of this process live.
///
/// # Panics
///
/// When no thread can be started, as then no test can run.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        let built = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        built.unwrap_or_else(|error| panic!("no runtime for the tests: {error}"))
    });
    &RUNTIME
}

/// Locks what threads of the harness share. A test that panicked while it looked leaves it whole.
pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
