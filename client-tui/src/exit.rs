//! How the program ends: the exit codes, and the last sentence.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use kpl_shared::refusal::Refusal;

use crate::{model::words::Language, settings::SettingsError};

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
pub fn code(ended: anyhow::Result<Exit>) -> ExitCode {
    ended
        .unwrap_or_else(|error| {
            say(&format!("{error:#}"));
            if error.is::<SettingsError>() { Exit::Usage } else { Exit::Failed }
        })
        .into()
}

/// Tells the person something, beside whatever the program prints.
pub fn say(sentence: &str) {
    // Where nobody can be told, nobody is left to tell about that.
    let _unsaid = writeln!(io::stderr(), "kpl-chat: {sentence}");
}

/// Says why the server did not let us in, and what to do about it.
pub fn turned_away(language: Language, refusal: &Refusal) {
    let why = language.refusal(refusal.code, &refusal.message);
    say(&language.doc_turned_away(&why, &language.remedy_by_flag(refusal.code)));
}

/// Whether an error only says that the reader of our output has gone, as `head` does.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
