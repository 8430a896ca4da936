//! Searching: what is searched for, and where a text has it. The server finds by this rule and a
//! client marks by it, so both mean the same.
//!
//! A query is some words, all of which a text must have. A word is found at the beginning of any
//! word, and anywhere in scripts that put no spaces between theirs; quotes make a phrase of
//! several. Case, width and composition make no difference.
//!
//! - `fold`: a text as it is compared
//! - [`terms`]: the terms under which an index keeps a text, and by which it finds it again

mod fold;
pub mod terms;

use std::ops::Range;

use self::fold::{Class, Folded, class, fold};
use crate::refusal::{Code, Refusal};

/// How long a query may be, in bytes.
pub const MAX_QUERY_BYTES: usize = 256;

/// What is searched for, checked once: not empty, not too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What a text must have, folded; none is empty.
    pieces: Vec<String>,
}

impl Query {
    /// Reads words and quoted phrases. A quote that is never closed goes to the end.
    pub fn parse(raw: &str) -> Result<Self, Refusal> {
        if raw.len() > MAX_QUERY_BYTES {
            let message = format!("a query has at most {MAX_QUERY_BYTES} bytes");
            return Err(Refusal::new(Code::BadRequest, message));
        }
        let mut quoted = false;
        let ends_a_piece = |letter| match letter {
            '"' | '“' | '”' => {
                quoted = !quoted;
                true
            }
            letter => letter == ' ' && !quoted,
        };
        let folded = fold(raw);
        let pieces = folded.split(ends_a_piece).map(str::trim).filter(|piece| !piece.is_empty());
        let mut pieces: Vec<String> = pieces.map(Into::into).collect();
        pieces.sort_unstable();
        pieces.dedup();
        if pieces.is_empty() {
            return Err(Refusal::new(Code::BadRequest, "there is nothing to search for"));
        }
        Ok(Self { pieces })
    }

    /// Whether a text has all of it.
    pub fn matches(&self, text: &str) -> bool {
        let folded = fold(text);
        self.pieces.iter().all(|piece| places(&folded, piece).next().is_some())
    }

    /// Where a text has parts of it: places in bytes, in order and apart, each of whole graphemes.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let folded = Folded::of(text);
        let mut found: Vec<Range<usize>> = self
            .pieces
            .iter()
            .flat_map(|piece| places(&folded.text, piece))
            .map(|place| folded.unfold(&place))
            .collect();
        found.sort_unstable_by_key(|place| place.start);
        found.dedup_by(|later, earlier| {
            let joined = later.start <= earlier.end;
            if joined {
                earlier.end = earlier.end.max(later.end);
            }
            joined
        });
        found
    }

    /// The terms under which an index has each text that matches. There may be none.
    pub fn terms(&self) -> Vec<String> {
        terms::of_query(&self.pieces)
    }
}

/// Where a folded text has a folded piece. What begins with a letter begins a word.
fn places<'a>(folded: &'a str, piece: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let worded = piece.chars().next().is_some_and(|first| class(first) == Class::Word);
    folded.match_indices(piece).map(|(at, piece)| at..at + piece.len()).filter(move |place| {
        let before = folded[..place.start].chars().next_back();
        !(worded && before.is_some_and(|before| class(before) == Class::Word))
    })
}

#[cfg(test)]
mod tests;
