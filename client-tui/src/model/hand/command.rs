//! Commands: what a line that begins with a slash asks for. One table drives reading and `/help`.

use kpl_shared::message::Kind;

use crate::model::words::Language;

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Say it in the room.
    Say(Kind, String),
    /// List the commands.
    Help,
    /// Say who is here.
    Names,
    /// Say what is known of somebody.
    Whois(String),
    /// Take another name.
    Nick(String),
    /// Take a theme of this name, or list them if it is empty.
    Theme(String),
    /// Be quiet, or be quiet no more.
    Quiet(String),
    /// Hide what somebody says, or say who is hidden.
    Ignore(String),
    /// Show again what somebody says.
    Unignore(String),
    /// Search what was said.
    Search(String),
    /// Clear the screen.
    Clear,
    /// Speak another language, by its name.
    Speak(String),
    /// Try to connect now.
    Reconnect,
    /// Leave.
    Quit,
}

/// Why a line asks for nothing that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misread {
    /// There is no such command.
    Unknown(String),
    /// It lacks what it is about; this is how it is written.
    Incomplete(&'static str),
}

/// One command as the table has it.
struct Entry {
    word: &'static str,
    /// How it is written, where it takes something.
    form: &'static str,
    help: fn(Language) -> String,
    read: fn(String) -> Command,
}

const TABLE: &[Entry] = &[
    Entry { word: "/help", form: "/help", help: Language::help_help, read: |_| Command::Help },
    Entry { word: "/names", form: "/names", help: Language::help_names, read: |_| Command::Names },
    Entry { word: "/whois", form: "/whois NAME", help: Language::help_whois, read: Command::Whois },
    Entry {
        word: "/me",
        form: "/me ACTION",
        help: Language::help_me,
        read: |text| Command::Say(Kind::Action, text),
    },
    Entry { word: "/nick", form: "/nick NAME", help: Language::help_nick, read: Command::Nick },
    Entry {
        word: "/theme",
        form: "/theme [THEME]",
        help: Language::help_theme,
        read: Command::Theme,
    },
    Entry { word: "/dnd", form: "/dnd [MINUTES]", help: Language::help_dnd, read: Command::Quiet },
    Entry {
        word: "/ignore",
        form: "/ignore [NAME]",
        help: Language::help_ignore,
        read: Command::Ignore,
    },
    Entry {
        word: "/unignore",
        form: "/unignore NAME",
        help: Language::help_unignore,
        read: Command::Unignore,
    },
    Entry {
        word: "/search",
        form: "/search WORDS",
        help: Language::help_search,
        read: Command::Search,
    },
    Entry { word: "/clear", form: "/clear", help: Language::help_clear, read: |_| Command::Clear },
    Entry { word: "/lang", form: "/lang zh|en", help: Language::help_lang, read: Command::Speak },
    Entry {
        word: "/reconnect",
        form: "/reconnect",
        help: Language::help_reconnect,
        read: |_| Command::Reconnect,
    },
    Entry { word: "/quit", form: "/quit", help: Language::help_quit, read: |_| Command::Quit },
];

/// Reads a line as it was typed.
pub fn read(line: &str) -> Result<Command, Misread> {
    if let Some(said) = line.strip_prefix('/').filter(|rest| rest.starts_with('/')) {
        return Ok(Command::Say(Kind::Text, said.into()));
    }
    if !line.starts_with('/') {
        return Ok(Command::Say(Kind::Text, line.into()));
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let entry = TABLE
        .iter()
        .find(|entry| entry.word.eq_ignore_ascii_case(word))
        .ok_or_else(|| Misread::Unknown(word.into()))?;
    let needs = entry.form != entry.word && !entry.form.contains('[');
    if needs && rest.trim().is_empty() {
        return Err(Misread::Incomplete(entry.form));
    }
    Ok((entry.read)(rest.trim().into()))
}

/// A line of this kind and text as it would be typed, to give it back.
pub fn spelled(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Action => format!("/me {text}"),
        _ if text.starts_with('/') => format!("/{text}"),
        _ => text.into(),
    }
}

/// The commands that begin so: the word, how it is written, and what it does.
pub fn beginning(
    start: &str,
    language: Language,
) -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let begin = TABLE.iter().filter(move |entry| entry.word.starts_with(start));
    begin.map(move |entry| (entry.word, entry.form, (entry.help)(language)))
}

/// How a command is written, and what it does.
pub fn explained(word: &str, language: Language) -> Option<(&'static str, String)> {
    let entry = TABLE.iter().find(|entry| entry.word.eq_ignore_ascii_case(word))?;
    Some((entry.form, (entry.help)(language)))
}

/// Whether a line that begins so is a command about somebody who may be here.
pub fn is_about_somebody(line: &str) -> bool {
    let word = line.split(char::is_whitespace).next().unwrap_or_default();
    let entry = TABLE.iter().find(|entry| entry.word.eq_ignore_ascii_case(word));
    // The name that one takes is nobody's yet.
    entry.is_some_and(|entry| entry.form.contains("NAME") && entry.word != "/nick")
}

/// The table for a person: how each command is written, and what it does.
pub fn help(language: Language) -> Vec<(String, String)> {
    let mut help = vec![(language.help_commands(), String::new())];
    help.extend(TABLE.iter().map(|entry| (entry.form.into(), (entry.help)(language))));
    help.push(("//".into(), language.help_slash()));
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_no_slash_or_two_is_said() {
        assert_eq!(read(" hi /help"), Ok(Command::Say(Kind::Text, " hi /help".into())));
        assert_eq!(read("//help"), Ok(Command::Say(Kind::Text, "/help".into())));
    }

    #[test]
    fn commands_are_read_by_the_table() {
        assert_eq!(read("/HELP"), Ok(Command::Help));
        assert_eq!(read("/me  waves "), Ok(Command::Say(Kind::Action, "waves".into())));
        assert_eq!(read("/nick 瑶"), Ok(Command::Nick("瑶".into())));
        assert_eq!(read("/theme"), Ok(Command::Theme(String::new())));
        assert_eq!(read("/theme dark"), Ok(Command::Theme("dark".into())));
        assert_eq!(read("/quit now"), Ok(Command::Quit));
        assert_eq!(read("/me "), Err(Misread::Incomplete("/me ACTION")));
        assert_eq!(read("/usr/bin x"), Err(Misread::Unknown("/usr/bin".into())));
        assert_eq!(read("/"), Err(Misread::Unknown("/".into())));
    }

    #[test]
    fn a_line_given_back_reads_as_it_was() {
        for typed in ["hi", "//slash", "/me waves"] {
            let Ok(Command::Say(kind, text)) = read(typed) else { panic!("{typed}") };
            assert_eq!(spelled(kind, &text), typed);
        }
    }

    #[test]
    fn help_names_every_command_in_both_languages() {
        for language in [Language::En, Language::Zh] {
            let help = help(language);
            let told = |entry: &Entry| {
                help.iter().any(|(form, about)| form == entry.form && !about.is_empty())
            };
            assert!(TABLE.iter().all(told), "{help:?}");
        }
    }
}
