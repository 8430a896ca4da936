//! The log: a file, when one is asked for. It tells what the program does, never what anybody says,
//! and nothing of it ever reaches the screen.

use std::{
    fs::{OpenOptions, Permissions},
    io::{self, IsTerminal},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
    sync::Mutex,
};

use tracing::Level;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::model::words::fault::Fault;

/// What we ourselves say. Libraries say what goes over the wire, too, and that is nobody's business.
const OURS: &str = "kpl_chat";

/// Begins to log to the end of a file that nobody else can read.
pub fn begin(path: &Path) -> Result<(), Fault> {
    let why = |why: String| Fault::NoLog { path: path.display().to_string(), why };
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    let file = file.map_err(|error| why(error.to_string()))?;
    if file.is_terminal() {
        return Err(Fault::LogOnScreen { path: path.display().to_string() });
    }
    // Of an earlier program, or of an editor's; what is no file of its own stays as it is.
    if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        file.set_permissions(Permissions::from_mode(0o600))
            .map_err(|error| why(error.to_string()))?;
    }
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .log_internal_errors(false)
        .with_writer(Mutex::new(file));
    let ours = Targets::new().with_target(OURS, Level::INFO);
    let begun = tracing_subscriber::registry().with(ours).with(lines).try_init();
    begun.map_err(|error| why(io::Error::other(error).to_string()))?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), pid = std::process::id(), "started");
    Ok(())
}
