//! How the program ends: the exit codes, and the last sentence.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use kpl_shared::refusal::Refusal;
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    io::{keys::KeyError, outbox::Left},
    model::{
        text::clean,
        words::{Language, fault::Fault, trouble::Trouble},
    },
    settings::SettingsError,
};

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for is done.
    Done,
    /// Something on this machine failed.
    Failed,
    /// The program was called in a way that it does not understand.
    Usage,
    /// The server could not be reached.
    Unreachable,
    /// The server refused something.
    Refused,
    /// A signal of this number ended it.
    Signal(u8),
}

impl Exit {
    /// ^C, where it is a signal.
    pub const INTERRUPTED: Self = Self::Signal(2);
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
            Exit::Refused => 4,
            Exit::Signal(number) => 128_u8.saturating_add(number),
        })
    }
}

/// Ends the program as it was run, with the error as its last sentence.
pub fn code(ended: anyhow::Result<Exit>, words: Language) -> ExitCode {
    ended
        .unwrap_or_else(|error| {
            say(&sentence(&error, words));
            if error.is::<SettingsError>() { Exit::Usage } else { Exit::Failed }
        })
        .into()
}

/// What failed, in the reader's language, and what the system says of it in its own.
pub fn sentence(error: &anyhow::Error, words: Language) -> String {
    let causes = error.chain().map(|cause| {
        let within = || cause.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref::<Fault>();
        let fault = cause.downcast_ref::<Fault>().or_else(within);
        let fault = fault.map(|fault| fault.sentence(words));
        let key = || cause.downcast_ref::<KeyError>().map(|error| error.sentence(words));
        fault.or_else(key).unwrap_or_else(|| cause.to_string())
    });
    causes.collect::<Vec<_>>().join(": ")
}

/// Tells the person something, beside whatever the program prints. A part of it may be a server's,
/// so what could steer a terminal is left out.
pub fn say(sentence: &str) {
    // Where nobody can be told, nobody is left to tell about that.
    let _unsaid = writeln!(io::stderr(), "kpl-chat: {}", harmless(sentence));
}

fn harmless(sentence: &str) -> String {
    let letters = clean::bounded(sentence, clean::MAX_TEXT_BYTES).graphemes(true);
    letters
        .map(|letter| if clean::is_newline(letter) { "\n".into() } else { clean::shown(letter) })
        .collect()
}

/// Says what becomes of the lines that wait. Who lost some of them is not done.
pub fn farewell(
    language: Language,
    left: &Left,
    ended: anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    if let Some(sentence) = language.parting(left.kept, left.lost, &left.why) {
        say(&clean::sentence(&sentence));
    }
    ended.map(|exit| if left.lost > 0 && exit == Exit::Done { Exit::Failed } else { exit })
}

/// Says why the server did not let us in, and what to do about it.
pub fn turned_away(language: Language, refusal: &Refusal) {
    let why = language.refusal(refusal.code, &clean::sentence(&refusal.message));
    say(&language.doc_turned_away(&why, &language.remedy_by_flag(refusal.code)));
}

/// Says why the server may be another than the one that is meant, and what became of `kept` lines.
pub fn distrusted(language: Language, why: &Trouble, kept: usize) {
    let mut said = why.sentence(language);
    if kept > 0 {
        said.push_str(&language.and_kept(kept));
    }
    say(&clean::sentence(&said));
}

/// Whether an error only says that the reader of our output has gone, as `head` does.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_said_steers_no_terminal() {
        let said = harmless("a\x1b]0;EVIL\x07\u{9b}31m\u{202e}b\r\nc\td");

        assert_eq!(said, "a]0;EVIL31mb\nc    d");
    }

    #[test]
    fn what_failed_is_told_in_the_readers_language_with_what_the_system_says() {
        let why = io::Error::from(io::ErrorKind::PermissionDenied).to_string();
        let fault = Fault::NoOutbox { why: why.clone() };
        let key = KeyError::Exposed("/key".into());
        let own = anyhow::Error::from(io::Error::other("no room"));

        let error = anyhow::Error::from(fault);
        assert_eq!(sentence(&error, Language::En), format!("cannot keep lines on disk: {why}"));
        assert_eq!(sentence(&error, Language::Zh), format!("内容无法存到磁盘：{why}"));
        assert!(sentence(&key.into(), Language::Zh).starts_with("其他人可以读取 /key"));
        assert_eq!(sentence(&own, Language::Zh), "no room");
        let broken = anyhow::Error::from(io::Error::other(Fault::Panicked));
        assert!(sentence(&broken, Language::Zh).starts_with("程序出错"));
    }
}
