//! Where the programs under test are, built if need be.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

/// The server, built from the present sources.
pub fn server() -> Result<&'static Path> {
    Ok(&BUILT.as_ref().map_err(|error| anyhow!("{error}"))?.server)
}

/// The terminal client, built from the present sources.
pub fn chat() -> Result<&'static Path> {
    Ok(&BUILT.as_ref().map_err(|error| anyhow!("{error}"))?.chat)
}

struct Binaries {
    server: PathBuf,
    chat: PathBuf,
}

/// Built once a process. Cargo tells tests of other packages nothing of where binaries lie, and
/// does not build them for us, so that we ask it: a fraction of a second when nothing changed.
static BUILT: LazyLock<Result<Binaries, String>> =
    LazyLock::new(|| build().map_err(|error| format!("{error:#}")));

fn build() -> Result<Binaries> {
    let (target, profile) = where_this_test_lies()?;
    let output = Command::new(env!("CARGO"))
        // The whole workspace, so that the features are those of every other build of it.
        .args(["build", "--quiet", "--workspace", "--bins"])
        .args(["--message-format", "json-render-diagnostics", "--profile", &profile])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the programs under test do not build");
    }
    let messages = String::from_utf8(output.stdout)?;
    let executable = |name: &str| {
        let messages = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
        let mut built = messages.filter(|message: &Value| message["target"]["name"] == name);
        let path = built.find_map(|message| message["executable"].as_str().map(PathBuf::from));
        path.with_context(|| format!("cargo built no {name}"))
    };
    Ok(Binaries { server: executable("kpl-server")?, chat: executable("kpl-chat")? })
}

/// The target folder and the profile of the running test, from its own path:
/// `target/<profile>/deps/<test>`.
fn where_this_test_lies() -> Result<(PathBuf, String)> {
    let exe = std::env::current_exe()?;
    let folder = exe.ancestors().find(|path| path.ends_with("deps")).unwrap_or(&exe);
    let profile = folder.parent().context("a test in no target folder")?;
    let target = profile.parent().context("a test in no target folder")?;
    let name = profile.file_name().and_then(|name| name.to_str()).context("no profile")?;
    let name = if name == "debug" { "dev" } else { name };
    Ok((target.to_owned(), name.to_owned()))
}
