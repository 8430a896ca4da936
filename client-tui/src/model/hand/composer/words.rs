//! Words: where one begins and ends, for moving and cutting.
//!
//! A word is a run of letters and digits, as readline has it; within a run the rules of Unicode
//! part what is written without spaces, so that each Chinese character is a step.

use unicode_segmentation::UnicodeSegmentation;

/// Where the word before this place begins; the beginning of the text if there is none.
pub(super) fn start_before(text: &str, at: usize) -> usize {
    let mut graphemes = text[..at].grapheme_indices(true).rev();
    let Some((last, grapheme)) = graphemes.find(|(_, grapheme)| is_part(grapheme)) else {
        return 0;
    };
    let end = last + grapheme.len();
    let run = graphemes.take_while(|(_, grapheme)| is_part(grapheme)).last();
    let start = run.map_or(last, |(start, _)| start);
    let word = text[start..end].split_word_bound_indices().next_back();
    start + word.map_or(0, |(word, _)| word)
}

/// Where the word after this place ends; the end of the text if there is none.
pub(super) fn end_after(text: &str, at: usize) -> usize {
    let mut graphemes = text[at..].grapheme_indices(true);
    let Some((start, first)) = graphemes.find(|(_, grapheme)| is_part(grapheme)) else {
        return text.len();
    };
    let start = at + start;
    let run = graphemes.take_while(|(_, grapheme)| is_part(grapheme)).last();
    let end = run.map_or(start + first.len(), |(end, last)| at + end + last.len());
    start + text[start..end].split_word_bounds().next().map_or(0, str::len)
}

/// Where the white space ends that stands before the word before this place.
pub(super) fn after_space_before(text: &str, at: usize) -> usize {
    let before = text[..at].trim_end();
    let space = before.char_indices().rev().find(|(_, letter)| letter.is_whitespace());
    space.map_or(0, |(at, letter)| at + letter.len_utf8())
}

fn is_part(grapheme: &str) -> bool {
    grapheme.starts_with(char::is_alphanumeric)
}
