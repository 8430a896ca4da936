//! Somebody's home, and the real `kpl-chat` started in it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use tempfile::TempDir;

use super::{binaries, program::Program};

/// A person with a home of their own: keys, outboxes and settings lie in it.
#[derive(Debug)]
pub struct Person {
    /// The name under which they chat.
    pub name: String,
    home: TempDir,
}

impl Person {
    /// Somebody who has never used the program.
    pub fn new(name: &str) -> Result<Self> {
        Ok(Self { name: name.into(), home: TempDir::new()? })
    }

    /// Their home folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The environment in which their programs run, and nothing of the tests' own.
    pub fn environment(&self) -> Vec<(String, String)> {
        let folder = |name: &str| self.home.path().join(name).display().to_string();
        let path = std::env::var("PATH").unwrap_or_default();
        [
            ("HOME", self.home.path().display().to_string()),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_STATE_HOME", folder("state")),
            ("XDG_CACHE_HOME", folder("cache")),
            ("PATH", path),
            ("LANG", "C.UTF-8".into()),
            ("TZ", "UTC".into()),
            ("TERM", "xterm-256color".into()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// The arguments that say who they are and where the server is.
    pub fn identity(&self, url: &str) -> Vec<String> {
        ["--name", &self.name, "--url", url].map(str::to_owned).to_vec()
    }

    /// `kpl-chat` with these arguments and nothing else, without a terminal.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(binaries::chat()?);
        command.env_clear().envs(self.environment()).args(arguments).current_dir(self.home());
        Ok(command)
    }

    /// Starts `kpl-chat [VERB]` at a server, with further arguments.
    pub fn runs(&self, url: &str, verb: &str, arguments: &[&str]) -> Result<Program> {
        let mut command = self.command(&[])?;
        command.args(self.identity(url));
        if !verb.is_empty() {
            command.arg(verb);
        }
        command.args(arguments);
        Program::start(command)
    }

    /// Every file in their home, for looking at what the program left there.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let mut folders = vec![self.home().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        Ok(files)
    }
}
