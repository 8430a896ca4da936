//! A text as it is compared: without case, width, composition, or what is not seen.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

/// What a folded character is to a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Part of a word that has spaces or marks around it.
    Word,
    /// A character of a script that puts no spaces between words.
    Dense,
    /// An emoji or another sign that one may look for.
    Sign,
    /// What stands between words.
    Gap,
}

/// What a folded character is.
pub(super) fn class(letter: char) -> Class {
    match letter {
        'a'..='z' | '0'..='9' => Class::Word,
        '\0'..='\u{7f}' => Class::Gap,
        '\u{4e00}'..='\u{9fff}' | '\u{30fc}' => Class::Dense,
        _ if is_dense(letter) => Class::Dense,
        _ if letter.is_alphanumeric() => Class::Word,
        _ if letter.general_category_group() == GeneralCategoryGroup::Symbol => Class::Sign,
        _ => Class::Gap,
    }
}

fn is_dense(letter: char) -> bool {
    letter.is_alphanumeric()
        && matches!(
            letter.script(),
            Script::Han
                | Script::Hiragana
                | Script::Katakana
                | Script::Bopomofo
                | Script::Hangul
                | Script::Thai
                | Script::Lao
                | Script::Khmer
                | Script::Myanmar
                | Script::Tibetan
        )
}

/// Folds a text. White space of any kind and length becomes one space.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.chars().all(|letter| simple(letter).is_some()) {
        for letter in text.chars().filter_map(simple) {
            push(&mut folded, letter);
        }
    } else {
        for grapheme in text.graphemes(true) {
            fold_grapheme(&mut folded, grapheme);
        }
    }
    folded
}

/// A folded text, and where each part of it comes from.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) text: String,
    /// Where each grapheme of the text begins: in the folded text, and in the text.
    graphemes: Vec<(usize, usize)>,
    length: usize,
}

impl Folded {
    pub(super) fn of(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut graphemes = Vec::with_capacity(text.len());
        for (at, grapheme) in text.grapheme_indices(true) {
            graphemes.push((folded.len(), at));
            fold_grapheme(&mut folded, grapheme);
        }
        Self { text: folded, graphemes, length: text.len() }
    }

    /// The graphemes of the text that a place in the folded one, which is not empty, comes from.
    pub(super) fn unfold(&self, place: &Range<usize>) -> Range<usize> {
        // Of graphemes that begin at one place all but the last are folded to nothing.
        let first = self.graphemes.partition_point(|&(folded, _)| folded <= place.start);
        let after = self.graphemes.partition_point(|&(folded, _)| folded < place.end);
        let start = self.graphemes.get(first.saturating_sub(1)).map_or(0, |&(_, at)| at);
        let end = self.graphemes.get(after).map_or(self.length, |&(_, at)| at);
        start..end
    }
}

fn fold_grapheme(folded: &mut String, grapheme: &str) {
    let mut letters = grapheme.chars();
    if let (Some(letter), None) = (letters.next(), letters.next())
        && let Some(simple) = simple(letter)
    {
        return push(folded, simple);
    }
    let seen: String = grapheme.nfkc().filter(|&letter| !is_unseen(letter)).collect();
    for letter in unicase::UniCase::unicode(seen).to_folded_case().nfkc() {
        push(folded, letter);
    }
}

fn push(folded: &mut String, letter: char) {
    if !letter.is_whitespace() {
        folded.push(letter);
    } else if !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// The fold of a character that needs no tables. None of these joins the one before it, but for a
/// line end of two characters, which is white space either way.
fn simple(letter: char) -> Option<char> {
    match letter {
        '\0'..='\u{7f}' => Some(letter.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' | '\u{3001}' | '\u{3002}' | '\u{300c}'..='\u{300f}' => Some(letter),
        // The wide forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(letter) - 0xfee0).map(|letter| letter.to_ascii_lowercase())
        }
        _ => None,
    }
}

/// What stands in a text and is not seen: joiners, variation selectors, soft hyphens.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}
