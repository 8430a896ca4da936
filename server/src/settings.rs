//! What the operator wants: flags over environment over file, in one documented struct.

use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use etcetera::BaseStrategy;

use crate::{
    log::{LogFilter, LogFormat},
    policy::rate::Rate,
};

/// A Socket.IO chat room server with durable history.
///
/// Every setting is a flag, an environment variable and a key of the TOML file (the flag's name
/// without the dashes); the flag counts before the variable, the variable before the file.
#[derive(Debug, Clone, Parser)]
#[command(name = "kpl-server", version)]
pub struct Settings {
    /// Read settings from this TOML file [default: kpl/server.toml in the XDG config folder, if
    /// it exists]
    #[arg(long, env = "KPL_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "KPL_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// Where history is kept: sqlite:PATH, or memory for a trial [default: kpl/kpl.db in the XDG
    /// data folder]
    #[arg(long, env = "KPL_STORE", value_name = "STORE")]
    pub store: Option<StoreSetting>,

    /// How many lines an owner may say: `BURST,PER_SECOND` or off
    #[arg(long, env = "KPL_RATE", value_name = "RATE", default_value = "10,5")]
    pub rate: Rate,

    /// How long a line may be, in bytes of UTF-8
    #[arg(long, env = "KPL_MAX_TEXT", value_name = "BYTES", default_value_t = kpl_shared::text::DEFAULT_TEXT_BYTES, value_parser = bytes)]
    pub max_text: usize,

    /// How long a message may be that a client sends, in bytes; also over polling
    #[arg(long, env = "KPL_MAX_MESSAGE", value_name = "BYTES", default_value_t = 65_536, value_parser = bytes)]
    pub max_message: usize,

    /// How long a WebSocket frame may be that a client sends, in bytes
    #[arg(long, env = "KPL_MAX_FRAME", value_name = "BYTES", default_value_t = 65_536, value_parser = bytes)]
    pub max_frame: usize,

    /// How long a client may take to send a request's headers, in seconds
    #[arg(long, env = "KPL_HEADER_TIMEOUT", value_name = "SECONDS", default_value_t = 10, value_parser = seconds())]
    pub header_timeout: u64,

    /// How long a client may take nothing of what it is sent before it is cut, in seconds
    #[arg(long, env = "KPL_STALL_TIMEOUT", value_name = "SECONDS", default_value_t = 3, value_parser = seconds())]
    pub stall_timeout: u64,

    /// What the log looks like
    #[arg(long, env = "KPL_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// What is logged: off, error, warn, info, debug or trace, or such a level for a part, as in
    /// `warn,kpl_server=debug`
    #[arg(long, env = "KPL_LOG", value_name = "FILTER", default_value = "info")]
    pub log: LogFilter,

    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do instead of serving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Print what completes this command line in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page
    Man,
}

/// The shells that can be told how to complete the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
}

/// Where history is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreSetting {
    /// In an `SQLite` file.
    Sqlite(PathBuf),
    /// In memory, gone with the process.
    Memory,
}

impl FromStr for StoreSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() && !path.starts_with(':') => {
                // A name that `SQLite` gives a meaning of its own (":memory:", "file:...") is none.
                let path = std::path::absolute(path).map_err(|error| error.to_string())?;
                Ok(Self::Sqlite(path))
            }
            _ => Err("write sqlite:PATH or memory".into()),
        }
    }
}

/// Why the settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The command line or the environment is not understood, or help was asked for.
    #[error(transparent)]
    Arguments(#[from] clap::Error),
    /// The file could not be read.
    #[error("cannot read the settings file {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is not TOML.
    #[error("the settings file {} is not TOML: {cause}", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        cause: Box<toml::de::Error>,
    },
    /// The file has a key that is no setting.
    #[error("the settings file {} has an unknown key {key:?}; the keys are: {known}", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// The keys that there are.
        known: String,
    },
    /// The file gives a key a value that it does not take.
    #[error("the settings file {}: {key} takes one value, a string, number or boolean", path.display())]
    WrongValue {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
    },
    /// There is no home folder to put the store in.
    #[error("there is no home folder to keep history in; say --store sqlite:PATH")]
    Homeless,
}

impl Settings {
    /// Reads the command line, the environment and the file.
    ///
    /// The file's values become the defaults of the flags, so that clap itself holds the order of
    /// precedence and checks all three alike.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, SettingsError> {
        let args: Vec<OsString> = args.into_iter().collect();
        let given = Self::try_parse_from(&args)?;
        if given.command.is_some() {
            return Ok(given); // A description needs no file.
        }
        let file = match given.config {
            Some(path) => Some(path),
            None => default_config().filter(|path| path.exists()),
        };
        let mut command = Self::command();
        if let Some(path) = &file {
            for (key, value) in table(path)? {
                command = with_default(command, path, &key, &value)?;
            }
        }
        let mut settings = Self::from_arg_matches(&command.try_get_matches_from(&args)?)?;
        settings.config = file;
        Ok(settings)
    }

    /// Where history is kept, the default worked out.
    pub fn store(&self) -> Result<StoreSetting, SettingsError> {
        if let Some(store) = &self.store {
            return Ok(store.clone());
        }
        let folders = etcetera::choose_base_strategy().map_err(|_| SettingsError::Homeless)?;
        Ok(StoreSetting::Sqlite(folders.data_dir().join("kpl").join("kpl.db")))
    }
}

fn seconds() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=86_400)
}

fn bytes(text: &str) -> Result<usize, String> {
    let bytes = text.parse().ok().filter(|bytes| (1..=1 << 24).contains(bytes));
    bytes.ok_or_else(|| "write a number of bytes from 1 to 16777216".into())
}

fn default_config() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?; // Without a home there is no file.
    Some(folders.config_dir().join("kpl").join("server.toml"))
}

fn table(path: &Path) -> Result<toml::Table, SettingsError> {
    let unreadable = |cause| SettingsError::Unreadable { path: path.into(), cause };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    text.parse()
        .map_err(|cause| SettingsError::NotToml { path: path.into(), cause: Box::new(cause) })
}

fn with_default(
    command: clap::Command,
    path: &Path,
    key: &str,
    value: &toml::Value,
) -> Result<clap::Command, SettingsError> {
    let id = key.replace('-', "_");
    let known = |arg: &clap::Arg| !matches!(arg.get_id().as_str(), "config" | "help" | "version");
    if !command.get_arguments().any(|arg| known(arg) && arg.get_id() == id.as_str()) {
        let mut names: Vec<&str> = command
            .get_arguments()
            .filter(|arg| known(arg))
            .filter_map(clap::Arg::get_long)
            .collect();
        names.sort_unstable();
        return Err(SettingsError::UnknownKey {
            path: path.into(),
            key: key.into(),
            known: names.join(", "),
        });
    }
    let text = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(flag) => flag.to_string(),
        _ => return Err(SettingsError::WrongValue { path: path.into(), key: key.into() }),
    };
    Ok(command.mut_arg(id, |arg| arg.default_value(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Settings, SettingsError> {
        Settings::read(
            std::iter::once("kpl-server").chain(args.iter().copied()).map(OsString::from),
        )
    }

    fn with_file(text: &str, args: &[&str]) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.toml");
        std::fs::write(&path, text).unwrap();
        read(&[&["--config", path.to_str().unwrap()], args].concat())
    }

    #[test]
    fn the_file_counts_where_no_flag_does() {
        let settings = with_file("max-text = 100\nlisten = \"127.0.0.1:9\"", &["--max-text", "7"]);

        let settings = settings.unwrap();
        assert_eq!((settings.max_text, settings.listen.port()), (7, 9));
    }

    #[test]
    fn a_key_that_is_no_setting_is_named() {
        let error = with_file("listn = 1", &[]).unwrap_err().to_string();

        assert!(error.contains("\"listn\"") && error.contains("listen"), "{error}");
    }

    #[test]
    fn a_value_that_a_setting_does_not_take_is_named() {
        let error = with_file("rate = \"often\"", &[]).unwrap_err().to_string();

        assert!(error.contains("often") && error.contains("--rate"), "{error}");
    }

    #[test]
    fn the_store_is_a_file_or_memory() {
        assert_eq!("memory".parse(), Ok(StoreSetting::Memory));
        assert_eq!("sqlite:/a:b".parse(), Ok(StoreSetting::Sqlite("/a:b".into())));
        assert!("sqlite:".parse::<StoreSetting>().is_err());
        assert!("sqlite::memory:".parse::<StoreSetting>().is_err());
        assert!("mysql:x".parse::<StoreSetting>().is_err());
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = read(&["--config", "/nowhere/x.toml"]).unwrap_err().to_string();

        assert!(error.contains("/nowhere/x.toml"), "{error}");
    }
}
