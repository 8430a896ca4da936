//! Commands: what a line that begins with a slash asks for. One table drives reading and `/help`.

use kpl_shared::message::Kind;

use crate::model::{
    hand::orders::Verb,
    words::{Language, Words},
};

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
    /// Show pictures, or none, or the other of the two.
    Pictures(String),
    /// Be quiet, or be quiet no more.
    Quiet(String),
    /// Hide what somebody says, or say who is hidden.
    Ignore(String),
    /// Show again what somebody says.
    Unignore(String),
    /// Search what was said for these words, or go on with the last search if there are none.
    Search(String),
    /// Copy the message that is so far from the newest.
    Copy(String),
    /// Open the link that is so far from the newest.
    Open(String),
    /// Bring files of these paths, and say them.
    Upload(String),
    /// Save the file that is so far from the newest, in this folder.
    Save(String),
    /// Leave the files that are brought or saved.
    Cancel,
    /// Clear the screen.
    Clear,
    /// Speak another language, by its name.
    Speak(String),
    /// Try to connect now.
    Reconnect,
    /// What only operators may ask for.
    Order(Verb, String),
    /// Say which key proves one's names.
    Key,
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

/// What a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// What one does, in words.
    Action,
    /// Words, as they are said.
    Words,
    /// The name of somebody who may be here.
    Somebody,
    /// A name that is nobody's yet.
    NewName,
    /// A theme.
    Theme,
    /// Whether pictures are shown.
    Pictures,
    /// A language.
    Language,
    /// Minutes.
    Minutes,
    /// How far from the newest, which is 1.
    Place,
    /// The path of a file.
    Path,
    /// How far from the newest, and the path of a folder.
    PlaceAndFolder,
    /// The name of somebody, and why.
    Why,
    /// The name of somebody, for how long, and why.
    While,
    /// Seconds.
    Seconds,
    /// How many, and for how long.
    Many,
    /// A number by which something is known.
    Number,
}

/// One command as the table has it.
struct Entry {
    word: &'static str,
    takes: Takes,
    /// Whether it can do without.
    perhaps: bool,
    help: Words,
    read: fn(String) -> Command,
}

const TABLE: &[Entry] = &[
    entry("/help", Takes::Nothing, Language::help_help, |_| Command::Help),
    entry("/names", Takes::Nothing, Language::help_names, |_| Command::Names),
    entry("/whois", Takes::Somebody, Language::help_whois, Command::Whois),
    entry("/me", Takes::Action, Language::help_me, |text| Command::Say(Kind::Action, text)),
    entry("/nick", Takes::NewName, Language::help_nick, Command::Nick),
    perhaps("/theme", Takes::Theme, Language::help_theme, Command::Theme),
    perhaps("/pictures", Takes::Pictures, Language::help_pictures, Command::Pictures),
    perhaps("/dnd", Takes::Minutes, Language::help_dnd, Command::Quiet),
    perhaps("/ignore", Takes::Somebody, Language::help_ignore, Command::Ignore),
    entry("/unignore", Takes::Somebody, Language::help_unignore, Command::Unignore),
    perhaps("/search", Takes::Words, Language::help_search, Command::Search),
    perhaps("/copy", Takes::Place, Language::help_copy, Command::Copy),
    perhaps("/open", Takes::Place, Language::help_open, Command::Open),
    entry("/upload", Takes::Path, Language::help_upload, Command::Upload),
    perhaps("/save", Takes::PlaceAndFolder, Language::help_save, Command::Save),
    entry("/cancel", Takes::Nothing, Language::help_cancel, |_| Command::Cancel),
    entry("/clear", Takes::Nothing, Language::help_clear, |_| Command::Clear),
    entry("/lang", Takes::Language, Language::help_lang, Command::Speak),
    entry("/key", Takes::Nothing, Language::help_key, |_| Command::Key),
    entry("/reconnect", Takes::Nothing, Language::help_reconnect, |_| Command::Reconnect),
    entry("/quit", Takes::Nothing, Language::help_quit, |_| Command::Quit),
];

/// What only operators may ask for.
const ORDERS: &[Entry] = &[
    entry("/kick", Takes::Why, Language::help_kick, |rest| Command::Order(Verb::Kick, rest)),
    entry("/ban", Takes::While, Language::help_ban, |rest| Command::Order(Verb::Ban, rest)),
    entry("/unban", Takes::Somebody, Language::help_unban, |rest| {
        Command::Order(Verb::Unban, rest)
    }),
    entry("/bans", Takes::Nothing, Language::help_bans, |_| {
        Command::Order(Verb::Bans, String::new())
    }),
    entry("/mute", Takes::While, Language::help_mute, |rest| Command::Order(Verb::Mute, rest)),
    entry("/unmute", Takes::Somebody, Language::help_unmute, |rest| {
        Command::Order(Verb::Unmute, rest)
    }),
    entry("/slow", Takes::Seconds, Language::help_slow, |rest| Command::Order(Verb::Slow, rest)),
    entry("/release", Takes::Somebody, Language::help_release, |rest| {
        Command::Order(Verb::Release, rest)
    }),
    entry("/announce", Takes::Words, Language::help_announce, |rest| {
        Command::Order(Verb::Announce, rest)
    }),
    perhaps("/invite", Takes::Many, Language::help_invite, |rest| {
        Command::Order(Verb::Invite, rest)
    }),
    entry("/invites", Takes::Nothing, Language::help_invites, |_| {
        Command::Order(Verb::Invites, String::new())
    }),
    entry("/uninvite", Takes::Number, Language::help_uninvite, |rest| {
        Command::Order(Verb::Uninvite, rest)
    }),
    entry("/op", Takes::Somebody, Language::help_op, |rest| Command::Order(Verb::Op, rest)),
    entry("/deop", Takes::Somebody, Language::help_deop, |rest| Command::Order(Verb::Deop, rest)),
];

const fn entry(
    word: &'static str,
    takes: Takes,
    help: Words,
    read: fn(String) -> Command,
) -> Entry {
    Entry { word, takes, perhaps: false, help, read }
}

/// The same where what it takes may be left out.
const fn perhaps(
    word: &'static str,
    takes: Takes,
    help: Words,
    read: fn(String) -> Command,
) -> Entry {
    Entry { word, takes, perhaps: true, help, read }
}

impl Entry {
    /// How it is written, and what it does.
    fn told(&self, words: Language) -> (String, String) {
        (self.form(words), (self.help)(words))
    }

    /// How it is written.
    fn form(&self, words: Language) -> String {
        let word = self.word;
        match self.takes.called(words) {
            None => word.into(),
            Some(what) if self.perhaps && !what.starts_with('[') => format!("{word} [{what}]"),
            Some(what) => format!("{word} {what}"),
        }
    }
}

impl Takes {
    fn called(self, words: Language) -> Option<String> {
        Some(match self {
            Self::Nothing => return None,
            Self::Action => words.form_action(),
            Self::Words => words.form_words(),
            Self::Somebody | Self::NewName => words.form_name(),
            Self::Theme => words.form_theme(),
            Self::Pictures => "on|off".into(),
            Self::Language => "zh|en".into(),
            Self::Minutes => words.form_minutes(),
            Self::Place => words.form_place(),
            Self::Path => words.form_path(),
            Self::PlaceAndFolder => words.form_place_and_folder(),
            Self::Why => words.form_why(),
            Self::While => words.form_while(),
            Self::Seconds => words.form_seconds(),
            Self::Many => words.form_many(),
            Self::Number => words.form_number(),
        })
    }
}

/// The signs that begin a command: the slash, and the wide one of a Chinese input method.
const SLASHES: [char; 2] = ['/', '／'];
/// What the key of the slash types with such a method. It begins a command only where the word of
/// one stands behind it, as a sentence may begin with it, too.
const ENUMERATION: char = '、';

/// Reads a line as it was typed.
pub fn read(line: &str) -> Result<Command, Misread> {
    let Some(asked) = asked(line) else {
        return Ok(Command::Say(Kind::Text, escaped(line).unwrap_or(line).into()));
    };
    let (word, rest) = asked.split_once(char::is_whitespace).unwrap_or((asked, ""));
    let entry = find(word).ok_or_else(|| Misread::Unknown(format!("/{word}")))?;
    let needs = entry.takes != Takes::Nothing && !entry.perhaps;
    if needs && rest.trim().is_empty() {
        return Err(Misread::Incomplete(entry.word));
    }
    Ok((entry.read)(rest.trim().into()))
}

/// Whether a line is said as it stands, and asks for no command.
pub fn is_said(line: &str) -> bool {
    asked(line).is_none()
}

/// Whether a slash keeps a line from being a command.
pub fn is_escaped(line: &str) -> bool {
    escaped(line).is_some()
}

/// The word of a command that is being typed, without its sign.
pub fn begun(line: &str) -> Option<&str> {
    let begun = match line.strip_prefix(ENUMERATION) {
        Some(word) => Some(word).filter(|word| {
            let lower = word.to_lowercase();
            !word.is_empty() && words().any(|known| known[1..].starts_with(&lower))
        }),
        None => asked(line),
    };
    begun.filter(|word| !word.contains(char::is_whitespace))
}

/// What a line asks for, behind the sign that begins a command; `None` if it asks for nothing.
fn asked(line: &str) -> Option<&str> {
    if escaped(line).is_some() {
        return None;
    }
    line.strip_prefix(SLASHES).or_else(|| enumerated(line))
}

/// What a line says that a slash keeps from being a command.
fn escaped(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(SLASHES)?;
    (rest.starts_with(SLASHES) || enumerated(rest).is_some()).then_some(rest)
}

fn enumerated(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(ENUMERATION)?;
    find(rest.split(char::is_whitespace).next()?).map(|_| rest)
}

/// The command of this word, which is given without its sign.
fn find(word: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.word[1..].eq_ignore_ascii_case(word))
}

/// A line of this kind and text as it would be typed, to give it back.
pub fn spelled(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Action => format!("/me {text}"),
        _ if text.starts_with(SLASHES) || !is_said(text) => format!("/{text}"),
        _ => text.into(),
    }
}

/// The commands that begin so, those of operators only for one: the word, how it is written, and
/// what it does.
pub fn beginning(
    start: &str,
    language: Language,
    op: bool,
) -> impl Iterator<Item = (&'static str, String, String)> {
    let orders = if op { ORDERS } else { &[] };
    let begin = TABLE.iter().chain(orders).filter(move |entry| entry.word.starts_with(start));
    begin.map(move |entry| (entry.word, entry.form(language), (entry.help)(language)))
}

/// How the command is written with which a line begins, and what it does.
pub fn explained(line: &str, language: Language) -> Option<(String, String)> {
    begins_with(line).map(|entry| (entry.form(language), (entry.help)(language)))
}

/// What the command takes with which a line begins.
pub fn takes(line: &str) -> Option<Takes> {
    begins_with(line).map(|entry| entry.takes)
}

fn begins_with(line: &str) -> Option<&'static Entry> {
    find(asked(line)?.split(char::is_whitespace).next()?)
}

/// The word of each command.
pub fn words() -> impl Iterator<Item = &'static str> {
    all().map(|entry| entry.word)
}

fn all() -> impl Iterator<Item = &'static Entry> {
    TABLE.iter().chain(ORDERS)
}

/// The table for a person: how each command is written, and what it does.
pub fn help(language: Language) -> Vec<(String, String)> {
    let mut help = vec![(language.help_commands(), String::new())];
    help.extend(TABLE.iter().map(|entry| entry.told(language)));
    help.push(("//".into(), language.help_slash()));
    help
}

/// The same of what only operators may ask for.
pub fn help_for_operators(language: Language) -> Vec<(String, String)> {
    let mut help = vec![(language.help_orders(), String::new())];
    help.extend(ORDERS.iter().map(|entry| entry.told(language)));
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_no_slash_or_two_is_said() {
        assert_eq!(read(" hi /help"), Ok(Command::Say(Kind::Text, " hi /help".into())));
        assert_eq!(read("//help"), Ok(Command::Say(Kind::Text, "/help".into())));
        assert_eq!(read("／／help"), Ok(Command::Say(Kind::Text, "／help".into())));
        assert_eq!(read("/／"), Ok(Command::Say(Kind::Text, "／".into())));
    }

    #[test]
    fn what_a_chinese_input_method_types_for_the_slash_begins_a_command() {
        assert_eq!(read("／help"), Ok(Command::Help));
        assert_eq!(read("／nick　瑶"), Ok(Command::Nick("瑶".into())));
        assert_eq!(read("／wave"), Err(Misread::Unknown("/wave".into())));
        assert_eq!(read("、HELP"), Ok(Command::Help));
        assert_eq!(read("、nick 瑶"), Ok(Command::Nick("瑶".into())));
        assert_eq!(read("、nick"), Err(Misread::Incomplete("/nick")));
        for said in ["、wave at all", "、", "、 help", "、、help", "、helping"] {
            assert_eq!(read(said), Ok(Command::Say(Kind::Text, said.into())));
        }
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
        for typed in ["hi", "//slash", "/／slash", "/、help", "、 help", "/me waves"] {
            let Ok(Command::Say(kind, text)) = read(typed) else { panic!("{typed}") };
            assert_eq!(spelled(kind, &text), typed);
        }
    }

    #[test]
    fn help_names_every_command_in_both_languages() {
        for language in [Language::En, Language::Zh] {
            let help = [help(language), help_for_operators(language)].concat();
            let told = |entry: &Entry| {
                help.iter().any(|(form, about)| *form == entry.form(language) && !about.is_empty())
            };
            assert!(all().all(told), "{help:?}");
        }
    }
}
