//! Wrapping: a text broken into rows by the columns that it takes.
//!
//! A row breaks after white space where it can, between two Chinese characters anywhere (but not
//! before a closing or after an opening mark), and inside a word only when the word alone is too
//! long. White space at a row's end hangs over the edge: it belongs to the row and is not drawn
//! there. Nothing is lost and no grapheme is split: the rows, with the line ends between them, are
//! the text.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::model::text::clean;

/// Breaks `text` into rows of at most `width` columns, as ranges of its bytes. There is always at
/// least one row. Line ends part rows and belong to none.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut row = Row::from(0);
    let mut before = Class::Space;
    for (at, grapheme) in text.grapheme_indices(true) {
        let end = at + grapheme.len();
        if clean::is_newline(grapheme) {
            rows.push(row.start..at);
            row = Row::from(end);
            before = Class::Space;
            continue;
        }
        let columns = columns(grapheme);
        let class = Class::of(grapheme, columns);
        if class == Class::Space {
            row.columns += columns;
            row.break_at = end;
            before = class;
            continue;
        }
        if before.parts_from(class) {
            row.break_at = at;
        }
        if row.columns + columns > width && at > row.start {
            let start = if row.break_at > row.start { row.break_at } else { at };
            rows.push(row.start..start);
            row = Row::from(start);
            row.columns = drawn(&text[start..at]);
            if row.columns + columns > width && at > start {
                rows.push(start..at);
                row = Row::from(at);
            }
        }
        row.columns += columns;
        before = class;
    }
    rows.push(row.start..text.len());
    rows
}

/// The row being filled.
struct Row {
    start: usize,
    columns: usize,
    /// Where it could be broken last; no further than `start` if nowhere.
    break_at: usize,
}

impl Row {
    fn from(start: usize) -> Self {
        Self { start, columns: 0, break_at: start }
    }
}

/// What a grapheme is to the breaking of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// White space: a row may break after it.
    Space,
    /// Part of a word.
    Word,
    /// A wide character: a row may break on both sides.
    Wide,
    /// A mark that must not begin a row.
    Closing,
    /// A mark that must not end a row.
    Opening,
}

impl Class {
    fn of(grapheme: &str, columns: usize) -> Self {
        match grapheme {
            " " | "\t" | "\u{3000}" => Self::Space,
            "，" | "。" | "、" | "；" | "：" | "？" | "！" | "）" | "】" | "》" | "〉" | "」"
            | "』" | "”" | "’" | "…" | "～" | "％" | "·" | "ー" => Self::Closing,
            "（" | "【" | "《" | "〈" | "「" | "『" | "“" | "‘" | "￥" => Self::Opening,
            _ if columns > 1 => Self::Wide,
            _ => Self::Word,
        }
    }

    fn parts_from(self, next: Self) -> bool {
        match (self, next) {
            (Self::Space | Self::Opening, _)
            | (_, Self::Closing | Self::Space)
            | (Self::Word, Self::Word) => false,
            (Self::Word | Self::Wide | Self::Closing, _) => true,
        }
    }
}

fn columns(grapheme: &str) -> usize {
    clean::width(&clean::shown(grapheme))
}

fn drawn(text: &str) -> usize {
    clean::drawn_width(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrapped(text: &str, width: usize) -> Vec<&str> {
        wrap(text, width).into_iter().map(|row| &text[row]).collect()
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrapped("the quick brown fox", 10), ["the quick ", "brown fox"]);
        assert_eq!(wrapped("supercalifragilistic", 8), ["supercal", "ifragili", "stic"]);
        assert_eq!(wrapped("a supercalifragilistic", 8), ["a ", "supercal", "ifragili", "stic"]);
        assert_eq!(wrapped("ab  cd", 2), ["ab  ", "cd"]);
    }

    #[test]
    fn chinese_breaks_anywhere_but_at_its_marks() {
        assert_eq!(wrapped("我打野，不给就送", 6), ["我打", "野，不", "给就送"]);
        assert_eq!(wrapped("看（图）", 4), ["看", "（图", "）"]);
        assert_eq!(wrapped("中路ok来了", 6), ["中路ok", "来了"]);
    }

    #[test]
    fn an_emoji_of_several_is_never_split() {
        assert_eq!(wrapped("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 4), ["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]);
        assert_eq!(wrapped("👨‍👩‍👧👨‍👩‍👧", 1), ["👨‍👩‍👧", "👨‍👩‍👧"]);
    }

    #[test]
    fn line_ends_begin_rows() {
        assert_eq!(wrapped("", 5), [""]);
        assert_eq!(wrapped("a\n\nb\r\nc\u{2028}d\n", 5), ["a", "", "b", "c", "d", ""]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_split_or_too_wide(
            text in "([a-c ，（\n\t汉é👍]|👨‍👩‍👧|e\u{301}|\\PC){0,80}",
            width in 16..50_usize,
        ) {
            let rows = wrap(&text, width);

            let bounds: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
            let mut end = 0;
            for row in &rows {
                let between = &text[end..row.start];
                prop_assert!(between.is_empty() || clean::is_newline(between));
                prop_assert!(row.start == text.len() || bounds.contains(&row.start));
                let seen = text[row.clone()].trim_end_matches([' ', '\t', '\u{3000}']);
                prop_assert!(drawn(seen) <= width, "{:?}", seen);
                end = row.end;
            }
            prop_assert_eq!(end, text.len());
        }
    }
}
