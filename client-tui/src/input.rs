//! The lines of the standard input.

use std::{
    io::{self, BufRead, Read},
    thread,
};

use tokio::sync::mpsc;

use crate::model::words::Language;

/// How many lines are read ahead, and how many of them go to the disk at once.
pub const READ_AHEAD: usize = 4096;
/// How long a line may be, in bytes; sixteen times what a server takes by default.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// A line, or its beginning and what is wrong with it.
pub type Line = Result<String, (String, NoLine)>;

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoLine {
    /// It is longer than any line may be.
    TooLong,
    /// It is no text.
    NotText,
}

impl NoLine {
    /// The sentence in the reader's language.
    pub fn sentence(self, words: Language) -> String {
        match self {
            Self::TooLong => words.line_too_long(),
            Self::NotText => words.line_not_text(),
        }
    }
}

/// Which lines count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that say anything.
    Speaking,
    /// All of them.
    All,
}

/// Reads the standard input on a thread of its own, which nothing can interrupt: it ends with the
/// input, or with the program.
pub fn read_lines(wanted: Wanted) -> mpsc::Receiver<Line> {
    let (lines, read) = mpsc::channel(READ_AHEAD);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(line) = next_line(&mut input, wanted) {
            if lines.blocking_send(line).is_err() {
                return;
            }
        }
    });
    read
}

/// The next line. An input that fails has ended.
fn next_line(input: &mut impl BufRead, wanted: Wanted) -> Option<Line> {
    loop {
        let mut bytes = Vec::new();
        if input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes).ok()? == 0 {
            return None;
        }
        if bytes.last() != Some(&b'\n') && bytes.len() as u64 == MAX_LINE_BYTES {
            input.skip_until(b'\n').ok()?;
            return Some(Err((lossy(&bytes), NoLine::TooLong)));
        }
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        match String::from_utf8(bytes) {
            Ok(text) if wanted == Wanted::Speaking && text.chars().all(char::is_whitespace) => {}
            Ok(text) => return Some(Ok(text)),
            Err(error) => return Some(Err((lossy(error.as_bytes()), NoLine::NotText))),
        }
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<Line> {
        let mut input = input;
        std::iter::from_fn(|| next_line(&mut input, Wanted::Speaking)).collect()
    }

    fn texts(input: &str) -> Vec<String> {
        lines(input.as_bytes()).into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn a_line_keeps_its_leading_spaces_and_loses_its_end() {
        assert_eq!(texts("  a\nb\r\n汉字"), ["  a", "b", "汉字"]);
    }

    #[test]
    fn lines_that_say_nothing_are_passed_over() {
        assert_eq!(texts("\n\n  \na\n\u{3000}\n"), ["a"]);
    }

    #[test]
    fn what_cannot_be_a_line_is_told_and_the_next_one_is_read() {
        let long = "x".repeat(200_000) + "\na\n";

        let read = lines(long.as_bytes());

        assert!(matches!(&read[0], Err((_, NoLine::TooLong))), "{}", read.len());
        assert_eq!(read[1..], [Ok("a".to_owned())]);
        assert!(matches!(&lines(b"a\xffb\nc")[..], [Err((_, NoLine::NotText)), Ok(_)]));
    }
}
