//! Where what must survive this program lies: the folders of the XDG base directory specification.

use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;

use crate::model::words::fault::Fault;

/// Our part of each folder.
const PROGRAM: &str = "kpl-chat";

/// Where the key and the outbox lie: `$XDG_STATE_HOME/kpl-chat`, made if need be and readable by
/// nobody else.
pub fn state() -> Result<PathBuf, Fault> {
    let state = state_path()?;
    make_private(&state).map_err(|error| {
        let (path, why) = (state.display().to_string(), error.to_string());
        Fault::NoFolder { path, why }
    })?;
    Ok(state)
}

/// Where that folder is, or will be.
pub fn state_path() -> Result<PathBuf, Fault> {
    let base = base()?;
    Ok(base.state_dir().unwrap_or_else(|| base.data_dir()).join(PROGRAM))
}

/// Where the settings lie: `$XDG_CONFIG_HOME/kpl-chat/config.toml`.
pub fn config_file() -> Result<PathBuf, Fault> {
    Ok(base()?.config_dir().join(PROGRAM).join("config.toml"))
}

/// Makes a folder, and those above it, that only its owner can look into.
pub fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn base() -> Result<impl BaseStrategy, Fault> {
    etcetera::choose_base_strategy().map_err(|_| Fault::NoHome)
}
