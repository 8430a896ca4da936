//! What the program is asked to do: flags over environment over file.

use std::{
    env,
    fs::File,
    io::{self, IsTerminal},
    os::{fd::AsFd, unix::fs::FileTypeExt},
    path::{Path, PathBuf},
};

use clap::{Parser, Subcommand, ValueEnum};
use kpl_shared::names::{Name, RoomName};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    io::{
        address::{self, Address},
        folders,
    },
    model::{hand::keymap::Keymap, words::Language},
};

/// How many lines `tail` prints unless told otherwise.
const TAIL_LINES: u32 = 10;
/// What the file may hold.
const KEYS: [&str; 5] = ["name", "url", "room", "lang", "keys"];

/// Where to chat, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The server.
    pub address: Address,
    /// The room.
    pub room: RoomName,
    /// The language of the interface.
    pub language: Language,
    /// What to do.
    pub mode: Mode,
    /// Which key does what on the screen.
    pub keymap: Keymap,
    name: Result<Name, SettingsError>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// The full screen.
    Screen,
    /// Line by line, for terminals that can do no more.
    Plain,
    /// Say something and end.
    Send {
        /// What to say; each line of the standard input when absent.
        text: Option<String>,
    },
    /// Print what was said.
    Tail {
        /// How many of the last lines.
        lines: u32,
        /// Whether to go on with what is said from now on.
        follow: bool,
        /// Whether to print each line as JSON.
        json: bool,
    },
}

/// What is wrong with the settings, as a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

/// A terminal client for a KPL chat room.
///
/// Without a command it opens the screen. When its output is no terminal it prints the room as
/// `tail --follow` does, and when its input is piped it says each line of it as `send` does.
#[derive(Debug, Parser)]
#[command(name = "kpl-chat", version, args_conflicts_with_subcommands = false)]
struct Arguments {
    /// Your name; the configured one or the login name when absent
    #[arg(long, env = "KPL_NAME", global = true)]
    name: Option<String>,
    /// The server's address, by default that of this machine, port 3000
    #[arg(long, env = "KPL_URL", global = true)]
    url: Option<String>,
    /// The room, by default KPL
    #[arg(long, env = "KPL_ROOM", global = true)]
    room: Option<String>,
    /// The settings file, by default kpl-chat/config.toml in the XDG config folder
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The language of the interface; that of the locale when absent
    #[arg(long, env = "KPL_LANG", global = true)]
    lang: Option<String>,
    /// Chat line by line, without the screen
    #[arg(long)]
    plain: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Say one line, or each line of the standard input; ends with 0 when all of it was kept
    Send {
        /// What to say
        #[arg(allow_negative_numbers = true)]
        text: Vec<String>,
    },
    /// Print the room's last lines
    Tail {
        /// How many
        #[arg(short = 'n', long, value_name = "N", default_value_t = TAIL_LINES,
              value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
        lines: u32,
        /// Go on with what is said from now on
        #[arg(short, long)]
        follow: bool,
        /// Print each line as a JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lang {
    Zh,
    En,
}

/// Where each value comes from when no flag gives it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Configured {
    name: Option<String>,
    url: Option<String>,
    room: Option<String>,
    lang: Option<String>,
    keymap: Keymap,
}

/// What the program is connected to.
#[derive(Debug, Clone, Copy)]
struct Streams {
    /// Somebody can read the standard output as it comes.
    output_is_terminal: bool,
    /// The standard input holds lines, rather than keys or nothing.
    input_is_piped: bool,
    /// The terminal can move its cursor.
    is_able: bool,
}

impl Arguments {
    /// An empty value, as an environment has it that was cleared, is none.
    fn without_empty(self) -> Self {
        let given = |value: Option<String>| value.filter(|value| !value.is_empty());
        Self {
            name: given(self.name),
            url: given(self.url),
            room: given(self.room),
            lang: given(self.lang),
            ..self
        }
    }
}

impl Settings {
    /// Reads flags, environment and file. Ends the program on `--help`, `--version`, and flags
    /// that nobody knows.
    pub fn read() -> Result<Self, SettingsError> {
        let arguments = Arguments::parse().without_empty();
        let configured = match &arguments.config {
            Some(path) => configured(path)?.ok_or_else(|| missing(path))?,
            // Without a home there is no file; what needs the home later says so.
            None => match folders::config_file() {
                Ok(path) => configured(&path)?.unwrap_or_default(),
                Err(_) => Configured::default(),
            },
        };
        Self::resolve(arguments, configured, Streams::of_process(), login_name(), &locale())
    }

    fn resolve(
        arguments: Arguments,
        configured: Configured,
        streams: Streams,
        login: Option<String>,
        locale: &str,
    ) -> Result<Self, SettingsError> {
        let url = arguments.url.or(configured.url);
        let address = Address::parse(url.as_deref().unwrap_or(address::DEFAULT));
        let room = arguments.room.or(configured.room).map(|room| {
            RoomName::parse(&room)
                .map_err(|error| SettingsError(format!("no room is called {room:?}: {error}")))
        });
        let language = match arguments.lang.or(configured.lang) {
            None => Language::of_locale(locale),
            Some(lang) => match Lang::from_str(&lang, true) {
                Ok(Lang::Zh) => Language::Zh,
                Ok(Lang::En) => Language::En,
                Err(_) => return Err(SettingsError(format!("lang is zh or en, not {lang:?}"))),
            },
        };
        Ok(Self {
            address: address.map_err(|error| SettingsError(error.to_string()))?,
            room: room.transpose()?.unwrap_or_default(),
            language,
            mode: mode(arguments.command, arguments.plain, streams)?,
            keymap: configured.keymap,
            name: name(arguments.name.or(configured.name), login),
        })
    }

    /// The name to chat under.
    pub fn name(&self) -> Result<&Name, SettingsError> {
        self.name.as_ref().map_err(Clone::clone)
    }
}

fn name(given: Option<String>, login: Option<String>) -> Result<Name, SettingsError> {
    let sentence = match (given, login) {
        (Some(given), _) => match Name::parse(&given) {
            Ok(name) => return Ok(name),
            Err(error) => format!("{given:?} cannot be your name: {error}"),
        },
        (None, Some(login)) => match Name::parse(&login) {
            Ok(name) => return Ok(name),
            Err(error) => format!(
                "your login name {login:?} cannot be your name here ({error}); give one with --name"
            ),
        },
        (None, None) => "nobody says who you are; give a name with --name".into(),
    };
    Err(SettingsError(sentence))
}

fn mode(command: Option<Command>, plain: bool, streams: Streams) -> Result<Mode, SettingsError> {
    Ok(match command {
        Some(Command::Send { text }) if text.is_empty() => Mode::Send { text: None },
        Some(Command::Send { text }) => {
            let text = text.join(" ");
            if text.trim().is_empty() {
                return Err(SettingsError("there is nothing to say: the text is empty".into()));
            }
            Mode::Send { text: Some(text) }
        }
        Some(Command::Tail { lines, follow, json }) => Mode::Tail { lines, follow, json },
        None if streams.input_is_piped && !plain => Mode::Send { text: None },
        None if plain => Mode::Plain,
        None if !streams.output_is_terminal => {
            Mode::Tail { lines: TAIL_LINES, follow: true, json: false }
        }
        None if !streams.is_able => Mode::Plain,
        None => Mode::Screen,
    })
}

/// Reads the file. `None` if there is none.
fn configured(path: &Path) -> Result<Option<Configured>, SettingsError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SettingsError(format!("cannot read {}: {error}", path.display()))),
    }
}

fn parse(text: &str, path: &Path) -> Result<Configured, SettingsError> {
    let wrong = |at: usize, why: &str| {
        let line = 1 + text[..text.floor_char_boundary(at)].matches('\n').count();
        SettingsError(format!("{}: line {line}: {why}", path.display()))
    };
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        wrong(at, &error.message().replace('\n', " "))
    })?;
    let mut configured = Configured::default();
    for (key, value) in table.into_inner() {
        let place = match key.get_ref().as_ref() {
            "name" => &mut configured.name,
            "url" => &mut configured.url,
            "room" => &mut configured.room,
            "lang" => &mut configured.lang,
            "keys" => {
                bind(&mut configured.keymap, &value).map_err(|(at, why)| wrong(at, &why))?;
                continue;
            }
            unknown => {
                let known = KEYS.join(", ");
                let why = format!("nobody knows the key `{unknown}`; there are {known}");
                return Err(wrong(key.span().start, &why));
            }
        };
        let Some(value) = value.get_ref().as_str() else {
            let why = format!("`{}` is a text: write it in quotes", key.get_ref());
            return Err(wrong(value.span().start, &why));
        };
        *place = Some(value.to_owned());
    }
    Ok(configured)
}

/// Binds the keys of the `[keys]` table, or says where and why one cannot be bound.
fn bind(keymap: &mut Keymap, keys: &Spanned<DeValue<'_>>) -> Result<(), (usize, String)> {
    let Some(table) = keys.get_ref().as_table() else {
        return Err((keys.span().start, "`keys` is a table: [keys]".into()));
    };
    for (key, action) in table {
        let at = key.span().start;
        let Some(action) = action.get_ref().as_str() else {
            return Err((at, format!("`{}` is bound to the name of an action", key.get_ref())));
        };
        keymap.bind(key.get_ref(), action).map_err(|error| (at, error.to_string()))?;
    }
    Ok(())
}

fn missing(path: &Path) -> SettingsError {
    SettingsError(format!("there is no file {}", path.display()))
}

impl Streams {
    fn of_process() -> Self {
        let dumb = env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        Self {
            output_is_terminal: io::stdout().is_terminal(),
            input_is_piped: input_is_piped(),
            is_able: !dumb,
        }
    }
}

/// Whether the standard input is a pipe, a socket or a file. `/dev/null`, which services and
/// background jobs get, is not: it holds no lines.
fn input_is_piped() -> bool {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return false;
    }
    let metadata = stdin.as_fd().try_clone_to_owned().map(File::from).and_then(|f| f.metadata());
    metadata.is_ok_and(|metadata| !metadata.file_type().is_char_device())
}

fn login_name() -> Option<String> {
    let named = |variable| env::var(variable).ok().filter(|name| !name.is_empty());
    named("USER").or_else(|| named("LOGNAME"))
}

fn locale() -> String {
    let named = |variable| env::var(variable).ok().filter(|locale| !locale.is_empty());
    named("LC_ALL").or_else(|| named("LC_MESSAGES")).or_else(|| named("LANG")).unwrap_or_default()
}

#[cfg(test)]
mod tests;
