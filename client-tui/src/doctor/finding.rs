//! What was found, and how it is printed: a sign, a word and a sentence, so that nothing is told by
//! colour alone.

use std::{
    env,
    io::{self, IsTerminal, Stdout, Write},
};

use crate::model::{
    text::clean,
    words::{Language, Words},
};

/// How many columns the word of a verdict, and what it is about, have.
const VERDICT: usize = 8;
const SUBJECT: usize = 12;

/// How it stands with what was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// One can chat, but not as well as one could.
    Warning,
    /// One cannot chat until this is mended.
    Wrong,
}

/// Prints what is found as it is found.
pub(super) struct Findings {
    /// The reader's language.
    pub(super) words: Language,
    out: Stdout,
    colour: bool,
    worst: Verdict,
}

impl Findings {
    pub(super) fn new(words: Language, out: Stdout) -> Self {
        let wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { words, colour: wanted && out.is_terminal(), out, worst: Verdict::Ok }
    }

    /// Prints one finding.
    pub(super) fn found(
        &mut self,
        subject: Words,
        verdict: Verdict,
        sentence: &str,
    ) -> io::Result<()> {
        self.worst = self.worst.max(verdict);
        let (sign, word, colour) = match verdict {
            Verdict::Ok => ("+", self.words.doc_ok(), 32),
            Verdict::Warning => ("!", self.words.doc_warning(), 33),
            Verdict::Wrong => ("x", self.words.doc_wrong(), 31),
        };
        let verdict = padded(&format!("{sign} {word}"), VERDICT + 2);
        let verdict = if self.colour { format!("\x1b[{colour}m{verdict}\x1b[0m") } else { verdict };
        let subject = padded(&subject(self.words), SUBJECT);
        writeln!(self.out, "{verdict} {subject} {}", clean::sentence(sentence))?;
        self.out.flush()
    }

    /// The worst that was found.
    pub(super) fn worst(&self) -> Verdict {
        self.worst
    }

    /// Says whether one can chat.
    pub(super) fn conclude(&mut self) -> io::Result<()> {
        let sentence = match self.worst {
            Verdict::Wrong => self.words.doc_not_well(),
            Verdict::Ok | Verdict::Warning => self.words.doc_all_well(),
        };
        writeln!(self.out, "{sentence}")
    }
}

fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(clean::drawn_width(text))))
}
