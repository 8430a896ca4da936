//! The command line: its shape, and what it is told in the reader's language.

use std::{ffi::OsString, path::PathBuf};

use clap::{Arg, ArgAction, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};

use super::entries::{ENTRIES, Entry};
use crate::model::words::{Language, Words};

/// How many lines `tail` prints unless told otherwise.
pub(super) const TAIL_LINES: u32 = 10;

/// The shape of the command line. What each part is about stands in [`ABOUT`].
#[derive(Debug, Parser)]
#[command(name = "kpl-chat", version, args_conflicts_with_subcommands = false)]
pub(super) struct Arguments {
    #[arg(long, env = "KPL_NAME", global = true)]
    pub(super) name: Option<String>,
    #[arg(long, env = "KPL_URL", global = true, value_hint = ValueHint::Url)]
    pub(super) url: Option<String>,
    #[arg(long, env = "KPL_ROOM", global = true)]
    pub(super) room: Option<String>,
    #[arg(long, env = "KPL_PASSWORD_FILE", global = true, value_hint = ValueHint::FilePath)]
    pub(super) password_file: Option<PathBuf>,
    #[arg(long, env = "KPL_CA_CERT", global = true, value_hint = ValueHint::FilePath)]
    pub(super) ca_cert: Option<String>,
    #[arg(long, env = "KPL_FINGERPRINT", global = true, value_name = "SHA256")]
    pub(super) fingerprint: Option<String>,
    #[arg(long, global = true, value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
    #[arg(long, env = "KPL_LANG", global = true, value_name = "zh|en")]
    pub(super) lang: Option<String>,
    #[arg(long, env = "KPL_THEME")]
    pub(super) theme: Option<String>,
    #[arg(long, env = "KPL_NOTIFY", value_name = "bell|desktop|both|off")]
    pub(super) notify: Option<String>,
    #[arg(long, env = "KPL_PICTURES", value_name = "auto|kitty|sixel|iterm2|blocks|off")]
    pub(super) pictures: Option<String>,
    #[arg(long, env = "KPL_TYPING", global = true, value_name = "on|off")]
    pub(super) typing: Option<String>,
    #[arg(long)]
    pub(super) plain: bool,
    #[arg(long, env = "KPL_CHAT_LOG", global = true, value_hint = ValueHint::FilePath)]
    pub(super) log: Option<String>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Clone, Subcommand)]
pub(super) enum Command {
    Send {
        #[arg(allow_negative_numbers = true)]
        text: Vec<String>,
        #[arg(long)]
        code: bool,
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: Vec<String>,
    },
    Tail {
        #[arg(short = 'n', long, default_value_t = TAIL_LINES,
              value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
        lines: u32,
        #[arg(short, long)]
        follow: bool,
        #[arg(long)]
        json: bool,
    },
    Doctor,
    Key {
        #[command(subcommand)]
        action: KeyAction,
    },
    Completions {
        #[arg(value_name = "bash|zsh|fish", hide_possible_values = true)]
        shell: Shell,
    },
    Man,
}

/// What is to be done with the key.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(super) enum KeyAction {
    Export,
    Import {
        #[arg(value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    Link,
    Fingerprint,
}

/// The shells that can be told how to complete the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
}

/// What each flag, value and command is about, by the name of its command, if it has one, and its
/// own.
const ABOUT: &[(&str, &str, Words)] = &[
    ("", "", Language::flag_about),
    ("", "name", Language::flag_name),
    ("", "url", Language::flag_url),
    ("", "room", Language::flag_room),
    ("", "password_file", Language::flag_password_file),
    ("", "ca_cert", Language::flag_ca_cert),
    ("", "fingerprint", Language::flag_fingerprint),
    ("", "config", Language::flag_config),
    ("", "lang", Language::flag_lang),
    ("", "theme", Language::flag_theme),
    ("", "notify", Language::flag_notify),
    ("", "pictures", Language::flag_pictures),
    ("", "typing", Language::flag_typing),
    ("", "plain", Language::flag_plain),
    ("", "log", Language::flag_log),
    ("", "help", Language::flag_help),
    ("", "version", Language::flag_version),
    ("send", "", Language::flag_send),
    ("send", "text", Language::flag_send_text),
    ("send", "code", Language::flag_send_code),
    ("send", "file", Language::flag_send_file),
    ("tail", "", Language::flag_tail),
    ("tail", "lines", Language::flag_tail_lines),
    ("tail", "follow", Language::flag_tail_follow),
    ("tail", "json", Language::flag_tail_json),
    ("doctor", "", Language::flag_doctor),
    ("key", "", Language::flag_key),
    ("export", "", Language::flag_key_export),
    ("import", "", Language::flag_key_import),
    ("import", "file", Language::flag_key_import_file),
    ("link", "", Language::flag_key_link),
    ("fingerprint", "", Language::flag_key_fingerprint),
    ("completions", "", Language::flag_completions),
    ("completions", "shell", Language::flag_completions_shell),
    ("man", "", Language::flag_man),
    ("help", "", Language::flag_help_command),
    ("help", "subcommand", Language::flag_help_of),
];

/// What the value of each flag and command is called, but for those that list what they take.
const VALUES: &[(&str, Words)] = &[
    ("name", Language::form_name),
    ("url", Language::form_address),
    ("room", Language::form_room),
    ("ca_cert", Language::form_file),
    ("config", Language::form_file),
    ("password_file", Language::form_file),
    ("file", Language::form_file),
    ("log", Language::form_file),
    ("theme", Language::form_theme),
    ("text", Language::form_text),
    ("lines", Language::form_count),
    ("subcommand", Language::flag_command),
];

/// The command line, worded.
pub fn command(language: Language) -> clap::Command {
    let mut command = Arguments::command();
    command.build();
    command = worded(command, "", language).after_help(after_help(language));
    with_worded_commands(command, language)
}

/// What the program does without a command, and what its settings file may hold.
fn after_help(language: Language) -> String {
    let mut text = format!("{}\n\n{}\n", language.flag_bare(), language.heading_entries());
    for Entry { key, example, about } in ENTRIES {
        text.extend([&format!("  {key} = {example}\n"), "          ", &about(language), "\n"]);
    }
    text.truncate(text.trim_end().len());
    text
}

fn with_worded_commands(command: clap::Command, language: Language) -> clap::Command {
    command.mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        let sub = worded(sub, &name, language);
        // The commands below `help` are copies, which it words itself.
        if name == "help" { sub } else { with_worded_commands(sub, language) }
    })
}

/// Reads the arguments. A wrong one, or what was asked for instead of a chat, is an error of clap.
pub(super) fn read(
    arguments: impl IntoIterator<Item = OsString>,
    language: Language,
) -> Result<Arguments, clap::Error> {
    let matches = command(language).try_get_matches_from(arguments)?;
    clap::FromArgMatches::from_arg_matches(&matches).map(Arguments::without_empty)
}

/// What the arguments say behind a flag such as `--lang`, before they have been read.
pub(super) fn told(arguments: &[OsString], flag: &str) -> Option<String> {
    let mut words = arguments.iter().skip(1).filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        match word.strip_prefix(flag) {
            Some("") => return words.next().map(str::to_owned),
            Some(rest) if rest.starts_with('=') => return Some(rest[1..].to_owned()),
            _ if word == "--" => return None,
            _ => {}
        }
    }
    None
}

fn worded(command: clap::Command, name: &str, language: Language) -> clap::Command {
    let about = |arg: &str| {
        let of = |of: &str| ABOUT.iter().find(|(c, a, _)| (*c, *a) == (of, arg));
        of(name).or_else(|| of("")).map(|(.., about)| about(language))
    };
    let command = command.mut_args(|arg| {
        let value = VALUES.iter().find(|(id, _)| arg.get_id() == id);
        match value {
            Some((_, value)) => arg.value_name(value(language)),
            None => arg,
        }
    });
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let usage = usage
        .replace("[OPTIONS]", &format!("[{}]", language.flag_options().to_uppercase()))
        .replace("[COMMAND]", &format!("[{}]", language.flag_command()))
        .replace("<COMMAND>", &format!("<{}>", language.flag_command()));
    let template = template(&command, language);
    let mut command =
        command.about(about("").unwrap_or_default()).help_template(template).override_usage(usage);
    if name == "help" {
        // Clap copies the commands into this one, to be completed.
        command = command.mut_subcommands(|sub| {
            let about = ABOUT.iter().find(|(c, a, _)| *c == sub.get_name() && a.is_empty());
            let about = about.map(|(.., about)| about(language));
            sub.about(about.unwrap_or_default())
        });
    }
    command.mut_args(|arg| {
        let Some(about) = about(arg.get_id().as_str()) else { return arg };
        let about = about + &beside(&arg, language);
        // A command's own flags come first, those of all commands after them, help last; each in
        // the order of the table.
        let place = ABOUT.iter().position(|(of, id, _)| *of == name && arg.get_id() == id);
        let place = place.or_else(|| ABOUT.iter().position(|(_, id, _)| arg.get_id() == id));
        let own = !arg.is_global_set() || name.is_empty();
        let order = match arg.get_id().as_str() {
            "help" | "version" => 2 * ABOUT.len(),
            _ if own => place.unwrap_or_default(),
            _ => place.unwrap_or_default() + ABOUT.len(),
        };
        arg.help(about).hide_env(true).hide_default_value(true).display_order(order)
    })
}

/// What the help shows, below headings in the reader's language.
fn template(command: &clap::Command, language: Language) -> String {
    let mut template = format!("{{about-with-newline}}\n{}{{usage}}", language.flag_usage());
    let mut show = |heading: String, part: &str| {
        template.extend(["\n\n", &heading, "\n", part]);
    };
    if command.has_subcommands() {
        show(language.heading_commands(), "{subcommands}");
    }
    if command.get_positionals().next().is_some() {
        show(language.heading_values(), "{positionals}");
    }
    show(language.heading_options(), "{options}");
    template + "{after-help}"
}

/// Where else a value may come from, and what it is when none is given.
fn beside(arg: &Arg, language: Language) -> String {
    if !matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) {
        return String::new();
    }
    let mut beside = String::new();
    if let Some(variable) = arg.get_env().and_then(|variable| variable.to_str()) {
        beside.push_str(&language.flag_env(variable));
    }
    if let Some(value) = arg.get_default_values().first().and_then(|value| value.to_str()) {
        beside.push_str(&language.flag_default(value));
    }
    beside
}

impl Arguments {
    /// An empty value, as an environment has it that was cleared, is none.
    fn without_empty(self) -> Self {
        let given = |value: Option<String>| value.filter(|value| !value.is_empty());
        Self {
            name: given(self.name),
            url: given(self.url),
            room: given(self.room),
            password_file: self.password_file.filter(|path| !path.as_os_str().is_empty()),
            ca_cert: given(self.ca_cert),
            fingerprint: given(self.fingerprint),
            lang: given(self.lang),
            theme: given(self.theme),
            notify: given(self.notify),
            pictures: given(self.pictures),
            typing: given(self.typing),
            log: given(self.log),
            ..self
        }
    }
}

/// What is wrong with the arguments, in one sentence that says what to do.
pub(super) fn complaint(error: &clap::Error, language: Language) -> String {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        _ => None,
    };
    let (arg, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let suggested = context(ContextKind::SuggestedArg)
        .or_else(|| context(ContextKind::SuggestedSubcommand))
        .map(|suggested| language.flag_suggested(&suggested))
        .unwrap_or_default();
    let what = match (error.kind(), arg, value) {
        (ErrorKind::UnknownArgument, Some(arg), _) => language.flag_unknown(&arg),
        (ErrorKind::InvalidSubcommand, ..) => {
            let word = context(ContextKind::InvalidSubcommand).unwrap_or_default();
            language.flag_unknown_command(&word)
        }
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Some(arg), Some(value))
            if !value.is_empty() =>
        {
            language.flag_wrong_value(&arg, &value)
        }
        (ErrorKind::InvalidValue, Some(arg), _) => language.flag_no_value(&arg),
        (ErrorKind::MissingRequiredArgument, Some(arg), _) => language.flag_missing(&arg),
        (ErrorKind::ArgumentConflict, Some(arg), _) => language.flag_twice(&arg),
        (ErrorKind::TooManyValues, Some(arg), _) => language.flag_takes_none(&arg),
        (ErrorKind::InvalidUtf8, ..) => language.flag_not_text(),
        _ => language.flag_not_understood(),
    };
    format!("{what}{suggested}{}", language.flag_see_help())
}
