//! Escape sequences: what a terminal is told beside what it shows. All of them end with ST, as a
//! terminal that does not know one may ring at BEL.

use std::env;

use base64::{Engine, prelude::BASE64_STANDARD};

/// Puts a text into the clipboard of the terminal (OSC 52).
pub fn clipboard(text: &str) -> String {
    let sequence = format!("\x1b]52;c;{}\x1b\\", BASE64_STANDARD.encode(text));
    // tmux takes it for itself, hands it on, or neither, as it is set.
    format!("{sequence}{}", if in_tmux() { through_tmux(&sequence) } else { String::new() })
}

/// Keeps the title that the window has, to be given back by [`TITLE_BACK`].
pub const TITLE_KEPT: &str = "\x1b[22;0t";
/// Gives the window the title back that it had.
pub const TITLE_BACK: &str = "\x1b[23;0t";
/// Rings the bell. tmux hears it and tells which window it was.
pub const BELL: &str = "\x07";

/// Gives the window a title (OSC 2). The console of Linux, which has none, would print it.
pub fn title(title: &str) -> String {
    match env::var_os("TERM") {
        Some(term) if term == "linux" => String::new(),
        _ => format!("\x1b]2;{}\x1b\\", harmless(title)),
    }
}

/// Tells the desktop something, if the terminal is one that is known to do so.
pub fn notice(title: &str, text: &str) -> Option<String> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let sequence = Notices::of(variable)?.sequence(title, text);
    Some(if in_tmux() { through_tmux(&sequence) } else { sequence })
}

/// The two sequences for notices, of which a terminal that knows neither might print one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notices {
    /// OSC 9: one text.
    Osc9,
    /// OSC 777: a title and a text.
    Osc777,
}

impl Notices {
    /// What the terminal takes, by what it says of itself in the environment. Inside tmux that is
    /// what the terminal said in which tmux was started.
    fn of(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let is = |name: &str, values: &[&str]| {
            variable(name).is_some_and(|value| values.iter().any(|start| value.starts_with(start)))
        };
        if is("TERM_PROGRAM", &["iTerm.app"]) || is("LC_TERMINAL", &["iTerm2"]) {
            return Some(Self::Osc9);
        }
        let by_term =
            is("TERM", &["xterm-kitty", "xterm-ghostty", "foot", "rxvt-unicode", "wezterm"]);
        let by_program = is("TERM_PROGRAM", &["WezTerm", "ghostty"]);
        let by_mark = ["KITTY_WINDOW_ID", "WEZTERM_PANE", "GHOSTTY_RESOURCES_DIR", "VTE_VERSION"];
        let marked = by_mark.iter().any(|name| variable(name).is_some());
        (by_term || by_program || marked).then_some(Self::Osc777)
    }

    fn sequence(self, title: &str, text: &str) -> String {
        let (title, text) = (harmless(title), harmless(text));
        match self {
            // A number at its beginning would ask for something else.
            Self::Osc9 => format!("\x1b]9;@ {title}: {text}\x1b\\"),
            Self::Osc777 => format!("\x1b]777;notify;{};{text}\x1b\\", title.replace(';', ",")),
        }
    }
}

/// A text without what would end the sequence that it stands in.
fn harmless(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// Whether what is written goes to a tmux first.
pub fn in_tmux() -> bool {
    env::var_os("TMUX").is_some_and(|tmux| !tmux.is_empty())
}

/// Hands a sequence through a tmux that lets it pass to the terminal around it.
fn through_tmux(sequence: &str) -> String {
    format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_cannot_end_its_own_sequence() {
        let copied = clipboard("a\x1b\\b\x07李白");

        assert!(copied.starts_with("\x1b]52;c;YRtcYgfmnY7nmb0=\x1b\\"), "{copied:?}");
    }

    #[test]
    fn a_title_and_a_notice_cannot_be_ended_from_within() {
        let evil = "a\x1b\\\x07\u{9c}b;c";

        assert_eq!(title(evil), "\x1b]2;a\\b;c\x1b\\");
        let notice = Notices::Osc777.sequence(evil, evil);
        assert_eq!(notice, "\x1b]777;notify;a\\b,c;a\\b;c\x1b\\");
        assert_eq!(Notices::Osc9.sequence("4", "x"), "\x1b]9;@ 4: x\x1b\\");
    }

    #[test]
    fn only_a_terminal_that_is_known_to_take_notices_gets_one() {
        let of = |set: &[(&str, &str)]| {
            Notices::of(|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };

        assert_eq!(of(&[("TERM", "xterm-256color")]), None);
        assert_eq!(of(&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux")]), None);
        assert_eq!(
            of(&[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")]),
            Some(Notices::Osc777)
        );
        assert_eq!(of(&[("TERM", "foot-extra")]), Some(Notices::Osc777));
        assert_eq!(of(&[("TERM_PROGRAM", "iTerm.app")]), Some(Notices::Osc9));
    }

    #[test]
    fn tmux_gets_each_escape_twice() {
        assert_eq!(through_tmux("\x1b]9;a\x1b\\"), "\x1bPtmux;\x1b\x1b]9;a\x1b\x1b\\\x1b\\");
    }
}
