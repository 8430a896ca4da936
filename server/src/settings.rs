//! What the operator wants: flags over environment over file, in one documented struct.

pub mod files;
pub mod network;
pub mod orders;
pub mod tls;

use std::{
    collections::HashMap,
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
    error::{ContextKind, ContextValue},
};
use etcetera::BaseStrategy;

pub mod entering;

use self::{
    entering::{Entering, EnteringError},
    files::FileSettings,
    network::NetworkSettings,
    orders::Request,
    packet::Cramped,
    tls::TlsSettings,
};
use crate::{
    log::{LogFilter, LogFormat},
    policy::rate::Rate,
};

/// How many bytes any limit may be set to.
const MAX_BYTES: usize = 1 << 24;

/// A Socket.IO chat room server with durable history.
///
/// Every setting is a flag, an environment variable and a key of the TOML file (the flag's name
/// without the dashes); the flag counts before the variable, the variable before the file. An
/// empty variable is none.
#[derive(Debug, Clone, Parser)]
#[command(name = "kpl-server", version)]
pub struct Settings {
    /// Read settings from this TOML file [default: kpl/server.toml in the XDG config folder, if
    /// it exists]
    #[arg(long, env = "KPL_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "KPL_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000", value_parser = address)]
    pub listen: SocketAddr,

    /// Where history is kept: sqlite:PATH, or memory for a trial [default: kpl/kpl.db in the XDG
    /// data folder]
    #[arg(long, env = "KPL_STORE", value_name = "STORE", global = true)]
    pub store: Option<StoreSetting>,

    /// Who may enter.
    #[command(flatten)]
    pub entering: Entering,
    /// Whether it speaks TLS.
    #[command(flatten)]
    pub tls: TlsSettings,
    /// Who may connect, from where and how often.
    #[command(flatten)]
    pub network: NetworkSettings,

    /// Which files are taken.
    #[command(flatten)]
    pub files: FileSettings,

    /// How many lines an owner may say: `BURST,PER_SECOND` or off
    #[arg(long, env = "KPL_RATE", value_name = "RATE", default_value = "10,5")]
    pub rate: Rate,

    /// How many pages and lists an owner may ask for: `BURST,PER_SECOND` or off; what is over it
    /// is answered later
    #[arg(long, env = "KPL_SYNC_RATE", value_name = "RATE", default_value = "200,50")]
    pub sync_rate: Rate,

    /// How often an owner may search: `BURST,PER_SECOND` or off; what is over it is answered later
    #[arg(long, env = "KPL_SEARCH_RATE", value_name = "RATE", default_value = "20,5")]
    pub search_rate: Rate,

    /// How long a line may be, in bytes of UTF-8
    #[arg(long, env = "KPL_MAX_TEXT", value_name = "BYTES", default_value_t = kpl_shared::text::DEFAULT_TEXT_BYTES, value_parser = text_bytes)]
    pub max_text: usize,

    /// How long a message may be that a client sends, in bytes; also over polling. It is at
    /// least six times max-text and 1024 more, as a line can take so much in JSON
    #[arg(long, env = "KPL_MAX_MESSAGE", value_name = "BYTES", default_value_t = 65_536, value_parser = bytes)]
    pub max_message: usize,

    /// How long a WebSocket frame may be that a client sends, in bytes
    #[arg(long, env = "KPL_MAX_FRAME", value_name = "BYTES", default_value_t = 65_536, value_parser = bytes)]
    pub max_frame: usize,

    /// How long a client may take to send a request's headers, in seconds
    #[arg(long, env = "KPL_HEADER_TIMEOUT", value_name = "SECONDS", default_value_t = 10, value_parser = seconds)]
    pub header_timeout: u64,

    /// How long a client may take nothing of what it is sent before it is cut, in seconds
    #[arg(long, env = "KPL_STALL_TIMEOUT", value_name = "SECONDS", default_value_t = 3, value_parser = seconds)]
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
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Tell a running server to do something.
    #[command(flatten)]
    Order(Request),
    /// Print something.
    #[command(flatten)]
    Describe(Description),
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Description {
    /// Print what completes this command line in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page
    Man,
    /// Ask for a password, and print what may stand in the password file in its place
    Password,
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
    #[error("the settings file {} is not TOML: line {line}: {why}", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// Where, counted from 1.
        line: usize,
        /// Why.
        why: String,
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
    #[error("the settings file {}: {key} cannot be {value}: {why}", path.display())]
    WrongValue {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What it was given.
        value: String,
        /// What it takes instead.
        why: String,
    },
    /// The file gives a setting twice, under both spellings of its key.
    #[error("the settings file {} has {first} and {second}, which are one setting; keep one of them", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// One spelling.
        first: String,
        /// The other.
        second: String,
    },
    /// The longest line does not fit into a message.
    #[error(transparent)]
    Cramped(#[from] Cramped),
    /// Nobody can be let in, or everybody would be.
    #[error(transparent)]
    Entering(#[from] EnteringError),
    /// What is said of TLS does not go together.
    #[error("{0}")]
    Tls(&'static str),
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
        let mut command = Self::command().mut_args(without_empty_variable);
        let given = Self::from_arg_matches(&command.clone().try_get_matches_from(&args)?)?;
        let orders = matches!(given.command, Some(Command::Order(_)));
        if given.command.is_some() && !orders {
            return Ok(given); // A description needs no file.
        }
        let file = match given.config {
            Some(path) => Some(path),
            None => default_config().filter(|path| path.exists()),
        };
        if let Some(path) = &file {
            command = with_file(command, path)?;
        }
        let mut settings = Self::from_arg_matches(&command.try_get_matches_from(&args)?)?;
        settings.config = file;
        if orders {
            return Ok(settings); // The server has checked the rest.
        }
        packet::check(settings.max_text, settings.max_message, settings.max_frame)?;
        settings.entering.read_password()?;
        settings.entering.check(settings.listen.ip())?;
        settings.tls.certificate()?;
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

fn seconds(text: &str) -> Result<u64, String> {
    let seconds = text.parse().ok().filter(|seconds| (1..=86_400).contains(seconds));
    seconds.ok_or_else(|| "write a number of seconds from 1 to 86400".into())
}

fn bytes(text: &str) -> Result<usize, String> {
    bytes_to(MAX_BYTES, text)
}

fn text_bytes(text: &str) -> Result<usize, String> {
    bytes_to(packet::longest_text(MAX_BYTES), text)
}

fn bytes_to(most: usize, text: &str) -> Result<usize, String> {
    let bytes = text.parse().ok().filter(|bytes| (1..=most).contains(bytes));
    bytes.ok_or_else(|| format!("write a number of bytes from 1 to {most}"))
}

/// Where to listen. Names are not looked up, but everyone knows one.
fn address(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let address = local.as_deref().unwrap_or(text).parse();
    address.map_err(|_| "write ADDRESS:PORT such as 127.0.0.1:3000 or [::]:3000".into())
}

fn default_config() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?; // Without a home there is no file.
    Some(folders.config_dir().join("kpl").join("server.toml"))
}

fn table(path: &Path) -> Result<toml::Table, SettingsError> {
    let unreadable = |cause| SettingsError::Unreadable { path: path.into(), cause };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    text.parse().map_err(|error: toml::de::Error| {
        let at = text.floor_char_boundary(error.span().map_or(0, |span| span.start));
        let line = 1 + text[..at].matches('\n').count();
        let why = error.message().replace('\n', "; ");
        SettingsError::NotToml { path: path.into(), line, why }
    })
}

/// The command with the file's values as defaults.
fn with_file(mut command: clap::Command, path: &Path) -> Result<clap::Command, SettingsError> {
    let mut seen: HashMap<String, String> = HashMap::new();
    for (key, value) in table(path)? {
        let id = key.replace('-', "_");
        if let Some(text) = checked(&command, path, (&key, &id), &value)? {
            command = command.mut_arg(&id, |arg| arg.default_value(text));
        }
        if let Some(first) = seen.insert(id, key.clone()) {
            return Err(SettingsError::Twice { path: path.into(), first, second: key });
        }
    }
    Ok(command)
}

/// The value as one would write it after the flag, which takes it; none for an empty list.
fn checked(
    command: &clap::Command,
    path: &Path,
    (key, id): (&str, &str),
    value: &toml::Value,
) -> Result<Option<String>, SettingsError> {
    let known = |arg: &clap::Arg| !matches!(arg.get_id().as_str(), "config" | "help" | "version");
    let Some(arg) = command.get_arguments().find(|arg| known(arg) && arg.get_id() == id) else {
        let known = command.get_arguments().filter(|arg| known(arg));
        let mut names: Vec<&str> = known.filter_map(clap::Arg::get_long).collect();
        names.sort_unstable();
        let (path, key, known) = (path.into(), key.into(), names.join(", "));
        return Err(SettingsError::UnknownKey { path, key, known });
    };
    let wrong = |why: String| {
        let value = value.to_string().replace('\n', " ");
        SettingsError::WrongValue { path: path.into(), key: key.into(), value, why }
    };
    let text = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(flag) => flag.to_string(),
        toml::Value::Array(texts) if let Some(delimiter) = arg.get_value_delimiter() => {
            if texts.is_empty() {
                return Ok(None);
            }
            let texts: Option<Vec<&str>> = texts.iter().map(toml::Value::as_str).collect();
            let texts = texts.ok_or_else(|| wrong("write strings in the list".into()))?;
            texts.join(&delimiter.to_string())
        }
        _ => return Err(wrong("write one string or number".into())),
    };
    // A command that takes nothing else says whether the flag would take it.
    let flag = format!("--{}={text}", arg.get_long().unwrap_or(id));
    let alone = clap::Command::new("file").no_binary_name(true).arg(arg.clone());
    match alone.try_get_matches_from([flag]) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(wrong(reason(&error))),
    }
}

/// Why a flag does not take a value, without what clap says of command lines.
fn reason(error: &clap::Error) -> String {
    if let Some(ContextValue::Strings(possible)) = error.get(ContextKind::ValidValue)
        && !possible.is_empty()
    {
        return format!("write {}", possible.join(" or "));
    }
    std::error::Error::source(error).map_or_else(|| error.kind().to_string(), ToString::to_string)
}

/// A variable that was cleared says nothing.
fn without_empty_variable(arg: clap::Arg) -> clap::Arg {
    let cleared = arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    if cleared { arg.env(None::<&str>) } else { arg }
}

mod packet;
#[cfg(test)]
mod tests;
