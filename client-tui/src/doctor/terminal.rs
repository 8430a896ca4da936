//! The terminal: its size, how wide it draws, and its colours.

use std::{
    env,
    io::{self, IsTerminal},
};

use super::finding::{
    Findings,
    Verdict::{Ok as Well, Warning, Wrong},
};
use crate::{
    io::{measure::measure, terminal},
    model::{page::geometry, text::clean, words::Language},
};

/// What is drawn to see how wide it comes out: Chinese, two sorts of emoji, lines, dots.
const SAMPLES: &[&str] = &["汉字", "😀", "👨‍👩‍👧", "❤️", "─│┌", "…"];

/// Looks at the terminal.
pub(super) fn look(findings: &mut Findings) -> io::Result<()> {
    let words = findings.words;
    if !(io::stdout().is_terminal() && io::stdin().is_terminal()) {
        return findings.found(Language::doc_terminal, Warning, &words.doc_no_terminal());
    }
    let term = env::var("TERM").unwrap_or_default();
    if term.is_empty() || term == "dumb" {
        return findings.found(Language::doc_terminal, Warning, &words.doc_dumb(&term));
    }
    let (columns, rows) = terminal::dimensions()?;
    let (verdict, sentence) = if geometry::is_too_small(columns, rows) {
        (Wrong, words.doc_small(&term, columns, rows))
    } else {
        (Well, words.doc_size(&term, columns, rows))
    };
    findings.found(Language::doc_terminal, verdict, &sentence)?;
    widths(findings)?;
    colours(&term, findings)
}

fn widths(findings: &mut Findings) -> io::Result<()> {
    let words = findings.words;
    let (verdict, sentence) = match measure(SAMPLES) {
        Some(columns) => {
            let wrong: Vec<&str> = SAMPLES
                .iter()
                .zip(columns)
                .filter(|(sample, columns)| clean::drawn_width(sample) != usize::from(*columns))
                .map(|(sample, _)| *sample)
                .collect();
            if wrong.is_empty() {
                (Well, words.doc_widths_right())
            } else {
                (Warning, words.doc_widths_wrong(&wrong.join(" ")))
            }
        }
        None => (Warning, words.doc_no_position()),
    };
    findings.found(Language::doc_width, verdict, &sentence)
}

fn colours(term: &str, findings: &mut Findings) -> io::Result<()> {
    let words = findings.words;
    let says = |variable: &str| env::var(variable).unwrap_or_default();
    let sentence = if !says("NO_COLOR").is_empty() {
        words.doc_colours_off()
    } else if matches!(says("COLORTERM").as_str(), "truecolor" | "24bit") {
        words.doc_colours_true()
    } else if term.contains("256") {
        words.doc_colours_256()
    } else {
        words.doc_colours_16()
    };
    findings.found(Language::doc_colours, Well, &sentence)
}
