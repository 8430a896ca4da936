//! Terms: what an index keeps of a text, so that each search is a look at a few of them.
//!
//! A word is kept under its beginnings, a dense run under its characters and each two neighbours,
//! a sign under itself. So a beginning, or one or two Chinese characters, is one term, however
//! many texts have it. The terms lead to all texts that match and to a few that do not: whoever
//! finds a text by them asks [`Query::matches`](super::Query::matches).

use super::fold::{Class, class, fold};

/// How many characters of a word its longest kept beginning has.
const MAX_BEGINNING: usize = 8;
/// How many terms of a query are looked for.
const MAX_TERMS: usize = 16;

/// The terms of a text, parted by spaces, perhaps some of them twice.
///
/// Each consists of small ASCII letters and digits and of characters beyond ASCII, and of nothing
/// that a query language could take for its own.
pub fn of_text(text: &str) -> String {
    let mut terms = String::with_capacity(text.len() * 3);
    for (class, run) in runs(&fold(text)) {
        let ends = || run.char_indices().map(|(at, letter)| at + letter.len_utf8());
        match class {
            Class::Word => {
                for end in ends().take(MAX_BEGINNING) {
                    add(&mut terms, &run[..end]);
                }
            }
            Class::Dense => {
                let mut starts = run.char_indices().map(|(at, _)| at).zip(ends()).peekable();
                while let Some((start, end)) = starts.next() {
                    add(&mut terms, &run[start..end]);
                    if let Some(&(_, end)) = starts.peek() {
                        add(&mut terms, &run[start..end]);
                    }
                }
            }
            Class::Sign => add(&mut terms, run),
            Class::Gap => {}
        }
    }
    terms
}

/// The terms that every text has which has all of these folded pieces.
pub(super) fn of_query(pieces: &[String]) -> Vec<String> {
    let mut terms = Vec::new();
    for (class, run) in pieces.iter().flat_map(|piece| runs(piece)) {
        let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
        match class {
            Class::Word => {
                let end = starts.get(MAX_BEGINNING).copied().unwrap_or(run.len());
                terms.push(run[..end].to_owned());
            }
            Class::Dense if starts.len() > 2 => {
                terms.extend(starts.windows(3).map(|pair| run[pair[0]..pair[2]].to_owned()));
            }
            Class::Dense | Class::Sign => terms.push(run.to_owned()),
            Class::Gap => {}
        }
    }
    terms.sort_unstable();
    terms.dedup();
    terms.truncate(MAX_TERMS);
    terms
}

fn add(terms: &mut String, term: &str) {
    terms.push_str(term);
    terms.push(' ');
}

/// A folded text cut where the class changes, and between signs.
fn runs(folded: &str) -> impl Iterator<Item = (Class, &str)> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        let first = class(rest.chars().next()?);
        let end = match first {
            Class::Sign => rest.chars().next().map(char::len_utf8),
            _ => rest.find(|letter| class(letter) != first),
        };
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some((first, run))
    })
}
