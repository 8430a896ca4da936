//! Mentions: where a text speaks to somebody by name.
//!
//! Words of most scripts are parted, so a name is looked for as a word. Chinese is written without
//! spaces, and a name of two characters turns up inside other words by chance, as 李白 does in
//! 小李白天来: there a side of it has to stand free.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::model::text::links;

/// What one writes before a name; the second is what input methods for Chinese write.
const AT: [char; 2] = ['@', '＠'];
/// From how many characters on a name is not met by chance in the middle of a Chinese sentence.
const TELLING: usize = 3;

/// Where `name` is spoken to in `text`, as ranges of its bytes, in order; each begins at the `@` if
/// there is one. The case of letters says nothing.
///
/// After an `@` a name counts wherever it stands, unless a longer word goes on there (`@anna` is
/// not `ann`) or it is part of an address (`bob@ann.example`). Without one it needs two characters
/// or more, and must not be cut out of a longer word; among Chinese characters a name of two must
/// stand beside an end of the text, a space, a mark or another script on one side at least. Nobody
/// is spoken to by a link.
pub fn names(text: &str, name: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, letter) in text.char_indices() {
        if found.last().is_some_and(|found| start < found.end) {
            continue;
        }
        let at = AT.contains(&letter);
        let from = if at { start + letter.len_utf8() } else { start };
        if let Some(end) = end_of(name, text, from)
            && stands(text, start..end, name, at)
        {
            found.push(start..end);
        }
    }
    if !found.is_empty() {
        // Whose page a link leads to says nothing about whom a text speaks to.
        let links = links::links(text);
        found.retain(|found| links.iter().all(|link| !link.contains(&found.start)));
    }
    found
}

/// Where the name ends, if it stands at `from`.
fn end_of(name: &str, text: &str, from: usize) -> Option<usize> {
    let mut letters = text[from..].char_indices();
    let same = |a: char, b: char| a == b || a.to_lowercase().eq(b.to_lowercase());
    for wanted in name.chars() {
        letters.next().filter(|&(_, letter)| same(letter, wanted))?;
    }
    (!name.is_empty()).then(|| from + letters.offset())
}

/// Whether what was found is a name and no part of a longer word.
fn stands(text: &str, found: Range<usize>, name: &str, at: bool) -> bool {
    if !at && text[..found.start].ends_with(AT) {
        return false; // It was looked at together with its `@`.
    }
    let left = Side::of(name.chars().next(), text[..found.start].chars().rev());
    let right = Side::of(name.chars().next_back(), text[found.end..].chars());
    if left == Side::Cut || right == Side::Cut {
        return false;
    }
    let free = left == Side::Free || right == Side::Free;
    let characters = name.chars().count();
    at || (characters >= 2 && (free || characters >= TELLING))
}

/// What stands beside a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Nothing that could belong to it.
    Free,
    /// Another character of a script that is written without spaces.
    Close,
    /// The word goes on: it is another word.
    Cut,
}

impl Side {
    /// What stands beside the outermost letter of a name, going away from it.
    fn of(edge: Option<char>, mut beside: impl Iterator<Item = char>) -> Self {
        let Some(next) = beside.next() else { return Self::Free };
        if next.width() == Some(0) && !next.is_control() {
            return Self::Cut; // A mark on the letter makes another letter of it.
        }
        let edge = edge.map_or(Script::None, Script::of);
        // A dot or a dash joins two words of letters, and ends a sentence before anything else.
        let next = if matches!(next, '-' | '.') { beside.next().unwrap_or(' ') } else { next };
        match (edge, Script::of(next)) {
            (Script::Spaced, Script::Spaced) => Self::Cut,
            (Script::Unspaced, Script::Unspaced) => Self::Close,
            _ => Self::Free,
        }
    }
}

/// How a letter's script parts its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    /// With spaces.
    Spaced,
    /// Not at all: Chinese and its neighbours, whose letters are wide.
    Unspaced,
    /// It is no letter.
    None,
}

impl Script {
    fn of(letter: char) -> Self {
        match letter {
            '_' => Self::Spaced,
            _ if !letter.is_alphanumeric() => Self::None,
            _ if letter.width() == Some(2) => Self::Unspaced,
            _ => Self::Spaced,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
        names(text, name).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn after_an_at_a_chinese_name_counts_anywhere() {
        assert_eq!(found("快来@李白帮忙，＠李白", "李白"), ["@李白", "＠李白"]);
        assert_eq!(found("快来@瑶辅助", "瑶"), ["@瑶"]);
        assert_eq!(found("@Ann @ann，问@ANN吧", "ann"), ["@Ann", "@ann", "@ANN"]);
    }

    #[test]
    fn a_chinese_name_counts_where_a_side_of_it_is_free() {
        for text in
            ["李白快来", "让李白", "你好 李白打野", "（李白）", "ok李白来", "李白", "👍李白吧"]
        {
            assert_eq!(found(text, "李白"), ["李白"], "{text}");
        }
        assert_eq!(found("小李白天来", "李白"), [""; 0]);
        assert_eq!(found("我等诸葛亮来", "诸葛亮"), ["诸葛亮"]);
        assert_eq!(found("琼瑶的书，瑶池", "瑶"), [""; 0], "one character is too little");
    }

    #[test]
    fn a_name_of_letters_counts_as_a_word() {
        for text in ["ann: hi", "Hi, ANN!", "问ann吧", "thanks ann.", "it's ann's", "<ann>", "ann-"]
        {
            assert_eq!(found(text, "Ann").len(), 1, "{text}");
        }
        for text in
            ["anna", "@anna", "joann", "ann_b", "ann2", "mary-ann", "ann.lee", "annnn", "an"]
        {
            assert_eq!(found(text, "Ann"), [""; 0], "{text}");
        }
        assert_eq!(found("bob@ann.example bob@ann", "ann"), [""; 0], "an address");
        assert_eq!(found("a b a", "a"), [""; 0], "one letter is too little");
        assert_eq!(found("ann ann", "ann").len(), 2);
        assert_eq!(found("Ärger über ÄRGER", "ärger"), ["Ärger", "ÄRGER"]);
    }

    #[test]
    fn a_mark_on_its_last_letter_makes_another_name() {
        assert_eq!(found("jose\u{301} jose", "jose"), ["jose"]);
        assert_eq!(found("李白\u{200d}来", "李白"), [""; 0]);
    }

    #[test]
    fn a_link_speaks_to_nobody() {
        assert_eq!(found("https://kpl.example/@ann/ann @ann", "ann"), ["@ann"]);
    }

    #[test]
    fn nobody_is_mentioned_without_a_name_or_a_text() {
        assert_eq!(found("@ hello", ""), [""; 0]);
        assert_eq!(found("", "李白"), [""; 0]);
    }

    proptest! {
        #[test]
        fn what_is_found_is_the_name(
            text in "([abAB@_. ]|李|白|，|\u{301}|\\PC){0,40}",
            name in "(ab|[ab]{1,3}|李白|李|\\PC{0,3})",
        ) {
            let mut end = 0;
            for range in names(&text, &name) {
                prop_assert!(range.start >= end);
                let found = text[range.clone()].trim_start_matches(AT);
                let name = name.trim_start_matches(AT);
                prop_assert_eq!(found.to_lowercase(), name.to_lowercase());
                end = range.end;
            }
        }
    }
}
