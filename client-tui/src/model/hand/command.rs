//! Commands: what a line that begins with a slash asks for. One table drives reading and `/help`.

use kpl_shared::message::Kind;

use crate::model::words::{Language, Words};

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
    /// Search what was said for these words, or go on with the last search if there are none.
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
    /// This command lacks what it is about.
    Incomplete(&'static str),
}

/// One command as the table has it.
struct Entry {
    word: &'static str,
    takes: Takes,
    help: Words,
    read: fn(String) -> Command,
}

/// What a command takes, and what that is called.
#[derive(Clone, Copy)]
enum Takes {
    Nothing,
    /// It cannot do without.
    This(Words),
    Perhaps(Words),
    /// The name of somebody who may be here.
    Somebody,
    PerhapsSomebody,
}

const TABLE: &[Entry] = &[
    entry("/help", Takes::Nothing, Language::help_help, |_| Command::Help),
    entry("/names", Takes::Nothing, Language::help_names, |_| Command::Names),
    entry("/whois", Takes::Somebody, Language::help_whois, Command::Whois),
    entry("/me", Takes::This(Language::form_action), Language::help_me, |text| {
        Command::Say(Kind::Action, text)
    }),
    entry("/nick", Takes::This(Language::form_name), Language::help_nick, Command::Nick),
    entry("/theme", Takes::Perhaps(Language::form_theme), Language::help_theme, Command::Theme),
    entry("/dnd", Takes::Perhaps(Language::form_minutes), Language::help_dnd, Command::Quiet),
    entry("/ignore", Takes::PerhapsSomebody, Language::help_ignore, Command::Ignore),
    entry("/unignore", Takes::Somebody, Language::help_unignore, Command::Unignore),
    entry("/search", Takes::Perhaps(Language::form_words), Language::help_search, Command::Search),
    entry("/clear", Takes::Nothing, Language::help_clear, |_| Command::Clear),
    entry("/lang", Takes::This(|_| "zh|en".into()), Language::help_lang, Command::Speak),
    entry("/reconnect", Takes::Nothing, Language::help_reconnect, |_| Command::Reconnect),
    entry("/quit", Takes::Nothing, Language::help_quit, |_| Command::Quit),
];

const fn entry(
    word: &'static str,
    takes: Takes,
    help: Words,
    read: fn(String) -> Command,
) -> Entry {
    Entry { word, takes, help, read }
}

impl Entry {
    /// How it is written.
    fn form(&self, words: Language) -> String {
        let word = self.word;
        match self.takes {
            Takes::Nothing => word.into(),
            Takes::This(what) => format!("{word} {}", what(words)),
            Takes::Somebody => format!("{word} {}", words.form_name()),
            Takes::Perhaps(what) => format!("{word} [{}]", what(words)),
            Takes::PerhapsSomebody => format!("{word} [{}]", words.form_name()),
        }
    }
}

/// Reads a line as it was typed.
pub fn read(line: &str) -> Result<Command, Misread> {
    if let Some(said) = line.strip_prefix('/').filter(|rest| rest.starts_with('/')) {
        return Ok(Command::Say(Kind::Text, said.into()));
    }
    if !line.starts_with('/') {
        return Ok(Command::Say(Kind::Text, line.into()));
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let entry = find(word).ok_or_else(|| Misread::Unknown(word.into()))?;
    let needs = matches!(entry.takes, Takes::This(_) | Takes::Somebody);
    if needs && rest.trim().is_empty() {
        return Err(Misread::Incomplete(entry.word));
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
) -> impl Iterator<Item = (&'static str, String, String)> {
    let begin = TABLE.iter().filter(move |entry| entry.word.starts_with(start));
    begin.map(move |entry| (entry.word, entry.form(language), (entry.help)(language)))
}

/// How a command is written, and what it does.
pub fn explained(word: &str, language: Language) -> Option<(String, String)> {
    find(word).map(|entry| (entry.form(language), (entry.help)(language)))
}

/// Whether a line that begins so is a command about somebody who may be here.
pub fn is_about_somebody(line: &str) -> bool {
    let word = line.split(char::is_whitespace).next().unwrap_or_default();
    let about = |entry: &Entry| matches!(entry.takes, Takes::Somebody | Takes::PerhapsSomebody);
    find(word).is_some_and(about)
}

/// The word of each command.
pub fn words() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|entry| entry.word)
}

/// The table for a person: how each command is written, and what it does.
pub fn help(language: Language) -> Vec<(String, String)> {
    let mut help = vec![(language.help_commands(), String::new())];
    help.extend(TABLE.iter().map(|entry| (entry.form(language), (entry.help)(language))));
    help.push(("//".into(), language.help_slash()));
    help
}

fn find(word: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.word.eq_ignore_ascii_case(word))
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
        assert_eq!(read("/me "), Err(Misread::Incomplete("/me")));
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
                help.iter().any(|(form, about)| *form == entry.form(language) && !about.is_empty())
            };
            assert!(TABLE.iter().all(told), "{help:?}");
        }
    }
}
