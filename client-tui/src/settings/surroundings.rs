//! What the program finds around it: its streams, the login name, the locale.

use std::{
    env,
    fs::File,
    io::{self, IsTerminal},
    os::{fd::AsFd, unix::fs::FileTypeExt},
};

use crate::model::look::colour::Depth;

/// What the program is connected to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Streams {
    /// Somebody can read the standard output as it comes.
    pub(super) output_is_terminal: bool,
    /// The standard input holds lines, rather than keys or nothing.
    pub(super) input_is_piped: bool,
    /// The terminal can move its cursor.
    pub(super) is_able: bool,
    /// Which colours the terminal has, as far as one may draw in them.
    pub(super) depth: Depth,
}

impl Streams {
    pub(super) fn of_process() -> Self {
        let dumb = env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        Self {
            output_is_terminal: io::stdout().is_terminal(),
            input_is_piped: input_is_piped(),
            is_able: !dumb,
            depth: depth(),
        }
    }
}

/// Nobody says more of a terminal's colours than `COLORTERM`, where it is set.
fn depth() -> Depth {
    let said = |variable| env::var(variable).unwrap_or_default().to_ascii_lowercase();
    if !said("NO_COLOR").is_empty() {
        return Depth::None;
    }
    let all = matches!(said("COLORTERM").as_str(), "truecolor" | "24bit");
    if all || said("TERM").ends_with("-direct") { Depth::Full } else { Depth::Indexed }
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

pub(super) fn login_name() -> Option<String> {
    let named = |variable| env::var(variable).ok().filter(|name| !name.is_empty());
    named("USER").or_else(|| named("LOGNAME"))
}

/// The locale that counts for a category such as `LC_CTYPE`; empty if nothing names one.
pub(crate) fn locale_of(category: &str) -> String {
    let named = |variable| env::var(variable).ok().filter(|locale| !locale.is_empty());
    named("LC_ALL").or_else(|| named(category)).or_else(|| named("LANG")).unwrap_or_default()
}

/// The locale of what is said to people.
pub(super) fn locale() -> String {
    locale_of("LC_MESSAGES")
}
