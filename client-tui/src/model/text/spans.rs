//! Spans: the parts of a text that are more than text: code, links, and the reader's own name.

use std::ops::Range;

use crate::model::text::{links, mention};

/// A part of a text that is drawn in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub sort: Sort,
}

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Code, with the backticks around it, which say so without colour.
    Code,
    /// The address of a page.
    Link,
    /// The reader's name.
    Mention,
    /// What a file is called that can be fetched.
    File,
}

/// How many backticks begin and end several lines of code.
const FENCE: usize = 3;

/// The spans of a text in order, none over another. A name counts in code too, as it does for
/// whoever is told of it; a link does not.
pub fn spans(text: &str, me: Option<&str>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut add = |sort, ranges: Vec<Range<usize>>| {
        for range in ranges {
            let taken = std::mem::take(&mut spans);
            // What is laid over code parts it; nothing else can lie over anything.
            spans = taken.iter().flat_map(|span| around(span, &range)).collect();
            let at = spans.partition_point(|span| span.range.start < range.start);
            spans.insert(at, Span { range, sort });
        }
    };
    let code = if text.contains('`') { code(text) } else { vec![] };
    let outside = |link: &Range<usize>| {
        code.iter().all(|code| code.end <= link.start || link.end <= code.start)
    };
    let links = if text.contains("://") { links::links(text) } else { vec![] };
    let links = links.into_iter().filter(outside).collect();
    let names = me.map_or_else(Vec::new, |me| mention::names(text, me));
    add(Sort::Code, code);
    add(Sort::Link, links);
    add(Sort::Mention, names);
    spans
}

/// What is left of a span beside a range that is laid over it.
fn around(span: &Span, over: &Range<usize>) -> impl Iterator<Item = Span> + use<> {
    let Range { start, end } = span.range.clone();
    let sort = span.sort;
    let left = start..end.min(over.start);
    let right = start.max(over.end)..end;
    let apart = end <= over.start || over.end <= start;
    let parts = if apart { [start..end, end..end] } else { [left, right] };
    let parts = parts.into_iter().filter(|part| part.start < part.end);
    parts.map(move |range| Span { range, sort })
}

/// The code in a text: lines between two lines of three backticks, and what stands between as many
/// backticks in one line as before it.
fn code(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut lines = lines(text).into_iter().peekable();
    let mut closes = true; // Whether a fence may still be closed: what no line closed, none will.
    while let Some(line) = lines.next() {
        if closes && opens(&text[line.clone()]) {
            let close = lines.clone().position(|line| is_fence(&text[line]));
            if let Some(end) = close.and_then(|count| lines.nth(count)) {
                found.push(line.start..end.end);
                continue;
            }
            closes = false;
        }
        found.extend(inline(&text[line.clone()], line.start));
    }
    found
}

/// The lines of a text without their ends.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let parts = text.split_inclusive(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    let lines = parts.map(|part| {
        let line = start
            ..start + part.trim_end_matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).len();
        start += part.len();
        line
    });
    lines.collect()
}

/// Whether a line begins several lines of code: it may name their language after the backticks.
fn opens(line: &str) -> bool {
    let line = line.trim_start();
    let rest = line.trim_start_matches('`');
    line.len() - rest.len() >= FENCE && !rest.contains('`')
}

fn is_fence(line: &str) -> bool {
    line.trim().len() >= FENCE && line.trim().chars().all(|letter| letter == '`')
}

/// The code within one line that begins at `from`.
fn inline(line: &str, from: usize) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in line.match_indices('`') {
        match runs.last_mut().filter(|run| run.end == at) {
            Some(run) => run.end += 1,
            None => runs.push(at..at + 1),
        }
    }
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(open) = runs.get(next) {
        let same = |run: &Range<usize>| run.len() == open.len();
        next += 1;
        if let Some(count) = runs[next..].iter().position(same) {
            found.push(from + open.start..from + runs[next + count].end);
            next += count + 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'a>(text: &'a str, me: &str) -> Vec<(Sort, &'a str)> {
        spans(text, Some(me)).into_iter().map(|span| (span.sort, &text[span.range])).collect()
    }

    #[test]
    fn code_stands_in_backticks_and_in_fences() {
        assert_eq!(
            found("run `ls -l` or ``a`b``", ""),
            [(Sort::Code, "`ls -l`"), (Sort::Code, "``a`b``")]
        );
        assert_eq!(
            found("so:\n```rust\n  fn f() {}\n\n  `\n```\n好", ""),
            [(Sort::Code, "```rust\n  fn f() {}\n\n  `\n```")]
        );
        assert_eq!(found("```one line``` 好", ""), [(Sort::Code, "```one line```")]);
        for text in ["it`s", "``", "```\nnever closed", "a ``b` c", "`a\nb`"] {
            assert_eq!(found(text, ""), [], "{text}");
        }
    }

    #[test]
    fn links_and_names_are_found_beside_code() {
        assert_eq!(
            found("@李白 看 https://kpl.example/李白 `https://a.example` `让李白`", "李白"),
            [
                (Sort::Mention, "@李白"),
                (Sort::Link, "https://kpl.example/"),
                (Sort::Mention, "李白"),
                (Sort::Code, "`https://a.example`"),
                (Sort::Code, "`让"),
                (Sort::Mention, "李白"),
                (Sort::Code, "`"),
            ]
        );
        assert_eq!(
            found("https://kpl.example/@ann/x", "ann"),
            [(Sort::Link, "https://kpl.example/@ann/x")]
        );
    }

    #[test]
    fn a_text_of_nothing_but_backticks_is_read_at_once() {
        let fences = "```x\n".repeat(13_000);
        let runs: String = (1..350).map(|count| "`".repeat(count) + " ").collect();

        assert_eq!(found(&fences, ""), []);
        assert_eq!(found(&runs, ""), []);
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_on_letters(
            text in "([`\n a]|```|https://a.example/|@李白|ann|\\PC){0,40}",
            me in "(李白|ann)",
        ) {
            let mut end = 0;
            for span in spans(&text, Some(&me)) {
                prop_assert!(span.range.start >= end && span.range.start < span.range.end);
                prop_assert!(text.get(span.range.clone()).is_some());
                end = span.range.end;
            }
        }
    }
}
