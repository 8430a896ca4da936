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
    fn tmux_gets_each_escape_twice() {
        assert_eq!(through_tmux("\x1b]9;a\x1b\\"), "\x1bPtmux;\x1b\x1b]9;a\x1b\x1b\\\x1b\\");
    }
}
