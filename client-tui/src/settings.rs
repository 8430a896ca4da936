//! What the program is asked to do: flags over environment over file.

pub mod arguments;
pub mod entries;
mod file;
mod secret;
pub(crate) mod surroundings;
mod themed;
mod trusted;
mod values;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use kpl_shared::{
    handshake::Password,
    names::{Name, RoomName},
};

use self::{
    arguments::{Arguments, Command, KeyAction, Shell, TAIL_LINES},
    file::{Configured, configured},
    surroundings::{Streams, locale, login_name},
    themed::Themed,
    trusted::trust,
};
use crate::{
    io::{
        address::{self, Address},
        folders, graphics, hyperlinks,
        trust::Trust,
    },
    key::KeyMode,
    model::{
        attention::Notify,
        begin::{Answers, Questions},
        hand::keymap::Keymap,
        look::{Look, colour::Depth, theme::Theme},
        room::people::Folding,
        room::pictures::Means,
        words::Language,
    },
};

/// Where to chat, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The server.
    pub address: Address,
    /// Whom to believe that the server there is the one that is meant.
    pub trust: Trust,
    /// The room.
    pub room: RoomName,
    /// The language of the interface.
    pub language: Language,
    /// What to do.
    pub mode: Mode,
    /// Which key does what on the screen.
    pub keymap: Keymap,
    /// Whether the people are listed beside the timeline.
    pub people: Folding,
    /// Whether the keys of vi edit on the screen.
    pub vi: bool,
    /// In which colours it is drawn.
    pub look: Look,
    /// Whether links on the screen can be opened by the terminal.
    pub hyperlinks: bool,
    /// By what the terminal shows pictures.
    pub pictures: Means,
    /// What is to be asked before one can chat, at a first start.
    pub questions: Option<Questions>,
    /// How one is called when somebody names one.
    pub notify: Notify,
    /// Whether the others are told that one writes.
    pub typing: bool,
    /// Where the program logs what it does; nowhere unless somebody asks.
    pub log: Option<PathBuf>,
    /// What lets one in where the server asks for it.
    pub password: Option<Password>,
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
        /// Whether it is code.
        code: bool,
        /// The files to show, by their paths.
        files: Vec<String>,
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
    /// Print what completes the command line in a shell.
    Completions(Shell),
    /// Look at everything that a chat needs.
    Doctor,
    /// Take one's key to another device.
    Key(KeyMode),
    /// Print the man page.
    Man,
}

/// What is wrong with the settings, as a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

impl Settings {
    /// Reads flags, environment and file. Ends the program on `--help`, `--version`, and flags
    /// that nobody knows.
    pub fn read() -> Result<Self, SettingsError> {
        let words: Vec<OsString> = env::args_os().collect();
        let guessed = language_before_reading(&words);
        let arguments = arguments::read(words, guessed).map_err(|error| {
            if error.exit_code() == 0 {
                error.exit();
            }
            SettingsError(arguments::complaint(&error, guessed))
        })?;
        let configured = match &arguments.config {
            Some(path) => configured(path, guessed)?.ok_or_else(|| missing(path, guessed))?,
            // Without a home there is no file; what needs the home later says so.
            None => match folders::config_file() {
                Ok(path) => configured(&path, guessed)?.unwrap_or_default(),
                Err(_) => Configured::default(),
            },
        };
        let password = secret::password(
            arguments.password_file.as_deref(),
            configured.password_file.as_deref(),
            guessed,
        )?;
        let settings =
            Self::resolve(arguments, configured, Streams::of_process(), login_name(), &locale())?;
        Ok(Self { password, ..settings })
    }

    fn resolve(
        arguments: Arguments,
        configured: Configured,
        streams: Streams,
        login: Option<String>,
        locale: &str,
    ) -> Result<Self, SettingsError> {
        let is_first =
            arguments.name.is_none() && arguments.config.is_none() && !configured.is_there;
        let (asks_server, asks_language) = (arguments.url.is_none(), arguments.lang.is_none());
        let guessed = Language::of_locale(locale);
        let language = given(arguments.lang, configured.lang, guessed, values::language)?;
        let language = language.unwrap_or(guessed);
        let address = given(arguments.url, configured.url, language, values::address)?;
        let address = match address {
            Some(address) => address,
            None => values::address(address::DEFAULT, language).map_err(SettingsError)?,
        };
        // A fingerprint in the file is of the server in the file.
        let of_the_file = configured.fingerprint.filter(|_| asks_server);
        let print = given(arguments.fingerprint, of_the_file, language, values::fingerprint)?;
        let authorities =
            given(arguments.ca_cert, configured.ca_cert, language, values::authorities)?;
        let room = given(arguments.room, configured.room, language, values::room)?;
        let mode = mode(arguments.command, arguments.plain, streams, language)?;
        let questions = (is_first && mode == Mode::Screen).then(|| Questions {
            name: login.clone().filter(|login| Name::parse(login).is_ok()).unwrap_or_default(),
            server: asks_server.then(|| address.to_string()),
            language,
            ask_language: asks_language,
        });
        let notify = given(arguments.notify, configured.notify, language, values::notify)?;
        let typing = given(arguments.typing, configured.typing, language, values::typing)?;
        let name = arguments.name.map(|name| values::name(&name, language).map_err(SettingsError));
        let pictures = given(arguments.pictures, configured.pictures, language, values::pictures)?;
        let pictures = match pictures.unwrap_or_default() {
            values::Pictures::Auto => graphics::supported(|name| env::var(name).ok()),
            values::Pictures::By(means) => means,
        };
        let is_coloured = streams.depth != Depth::None;
        let detected = || hyperlinks::supported(|name| env::var(name).ok());
        Ok(Self {
            notify: notify.unwrap_or_default(),
            trust: trust(print, authorities, &address, language)?,
            address,
            room: room.unwrap_or_default(),
            language,
            mode,
            questions,
            keymap: configured.keymap,
            people: configured.people,
            vi: configured.vi,
            look: look(arguments.theme, configured.theme, streams.depth, language)?,
            hyperlinks: configured.links.unwrap_or_else(detected),
            pictures: if is_coloured { pictures } else { Means::Off },
            typing: typing.unwrap_or(true),
            log: arguments.log.map(|path| values::path(&path)).or(configured.log),
            password: None,
            name: name.or(configured.name).unwrap_or_else(|| named_by(login, language)),
        })
    }

    /// The settings with what was answered at the first start.
    pub fn answered(self, answers: &Answers) -> Result<Self, SettingsError> {
        let language = answers.language.unwrap_or(self.language);
        let address = match &answers.server {
            Some(server) => {
                Address::parse(server).map_err(|error| SettingsError(error.sentence(language)))?
            }
            None => self.address,
        };
        Ok(Self { address, language, questions: None, name: Ok(answers.name.clone()), ..self })
    }

    /// The name to chat under.
    pub fn name(&self) -> Result<&Name, SettingsError> {
        self.name.as_ref().map_err(Clone::clone)
    }
}

/// The language of help and complaints, which cannot wait until everything has been read.
fn language_before_reading(arguments: &[OsString]) -> Language {
    let variable = || env::var("KPL_LANG").ok().filter(|value| !value.is_empty());
    let told = arguments::told(arguments, "--lang").or_else(variable);
    let told = told.and_then(|name| Language::named(&name));
    let path = || match arguments::told(arguments, "--config") {
        Some(path) => Some(path.into()),
        None => folders::config_file().ok(),
    };
    told.or_else(|| file::language(&path()?)).unwrap_or_else(|| Language::of_locale(&locale()))
}

/// What a flag or a variable says, or else the file.
fn given<T>(
    written: Option<String>,
    configured: Option<T>,
    words: Language,
    read: fn(&str, Language) -> Result<T, String>,
) -> Result<Option<T>, SettingsError> {
    match written {
        Some(written) => read(&written, words).map(Some).map_err(SettingsError),
        None => Ok(configured),
    }
}

/// The theme that is asked for; the terminal's own colours where it may not have all others.
fn look(
    wanted: Option<String>,
    configured: Themed,
    depth: Depth,
    words: Language,
) -> Result<Look, SettingsError> {
    let Themed { theme, own, painted } = configured;
    let usual = if depth == Depth::Full { Theme::named("dark") } else { None };
    let theme = own.clone().or(theme).or(usual).unwrap_or_default();
    let mut look = Look { theme, own, depth, painted, ..Look::default() };
    match wanted {
        Some(name) if !look.take(&name) => {
            let known = words.enumeration(&look.names());
            Err(SettingsError(words.theme_unusable(&name, &known)))
        }
        _ => Ok(look),
    }
}

/// The login name, where nobody has given another one.
fn named_by(login: Option<String>, words: Language) -> Result<Name, SettingsError> {
    let Some(login) = login else { return Err(SettingsError(words.nameless())) };
    Name::parse(&login)
        .map_err(|error| SettingsError(words.login_unusable(&login, &words.name_error(&error))))
}

fn mode(
    command: Option<Command>,
    plain: bool,
    streams: Streams,
    words: Language,
) -> Result<Mode, SettingsError> {
    Ok(match command {
        Some(Command::Send { text, code, file: files }) if text.is_empty() => {
            Mode::Send { text: None, code, files }
        }
        Some(Command::Send { text, code, file: files }) => {
            let text = text.join(" ");
            if text.trim().is_empty() {
                return Err(SettingsError(words.nothing_to_say()));
            }
            Mode::Send { text: Some(text), code, files }
        }
        Some(Command::Completions { shell }) => Mode::Completions(shell),
        Some(Command::Doctor) => Mode::Doctor,
        Some(Command::Key { action }) => Mode::Key(match action {
            KeyAction::Export => KeyMode::Export,
            KeyAction::Import { file } => KeyMode::Import { file },
            KeyAction::Link => KeyMode::Link,
            KeyAction::Fingerprint => KeyMode::Fingerprint,
        }),
        Some(Command::Man) => Mode::Man,
        Some(Command::Tail { lines, follow, json }) => Mode::Tail { lines, follow, json },
        None if streams.input_is_piped && !plain => {
            Mode::Send { text: None, code: false, files: vec![] }
        }
        None if plain => Mode::Plain,
        None if !streams.output_is_terminal => {
            Mode::Tail { lines: TAIL_LINES, follow: true, json: false }
        }
        None if !streams.is_able => Mode::Plain,
        None => Mode::Screen,
    })
}

fn missing(path: &Path, words: Language) -> SettingsError {
    SettingsError(words.file_missing(&path.display().to_string()))
}

#[cfg(test)]
mod tests;
