//! The guard before the screen: everything that somebody else wrote is drawn through here.
//!
//! Names and texts come from servers and people that need not be friendly. What could steer the
//! terminal (controls, escapes), turn the direction of writing, hide, or pile up without end is
//! taken out, one grapheme at a time, so that what is measured is exactly what is drawn.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many marks may stand on one letter; more are piled up to deface a screen.
const MAX_MARKS: usize = 8;
/// How many characters of a grapheme are drawn. The longest family with skin tones has 11.
const MAX_CHARS: usize = 16;
/// How much of a name is looked at, in bytes: names are at most 64.
const MAX_NAME_BYTES: usize = 256;
/// How much of a text is kept, in bytes, sixteen times what a server allows unless told otherwise.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// What a tab is drawn as.
const TAB: &str = "    ";
/// The zero-width joiner, which makes one emoji of several.
pub const JOINER: char = '\u{200D}';

/// What is drawn for one grapheme: itself, less what must not reach a terminal; perhaps nothing.
pub fn shown(grapheme: &str) -> Cow<'_, str> {
    if let [byte] = grapheme.as_bytes() {
        return match byte {
            b'\t' => TAB.into(),
            b' '..=b'~' => grapheme.into(),
            _ => "".into(),
        };
    }
    let mut kept = String::new();
    let mut marks = 0;
    let mut joined = true; // Whether the next character is a base rather than a mark.
    for letter in grapheme.chars().filter(|&letter| !is_forbidden(letter)).take(MAX_CHARS) {
        if letter == JOINER {
            // A joiner with nothing before it joins nothing.
            joined = !kept.is_empty();
            if joined {
                kept.push(letter);
            }
            continue;
        }
        let base = joined && !(kept.is_empty() && letter.width() == Some(0));
        if !base {
            marks += 1;
        }
        if base || marks <= MAX_MARKS {
            kept.push(letter);
        }
        joined = false;
    }
    kept.truncate(kept.trim_end_matches(JOINER).len());
    if kept.chars().all(is_selector) {
        return "".into();
    }
    while kept.chars().next().is_some_and(|first| first.width() == Some(0)) {
        // A mark without a letter gets the circle that such marks are shown on in print, as it
        // would otherwise fall on whatever stands to its left.
        let circled = format!("\u{25CC}{kept}");
        if circled.graphemes(true).count() == 1 {
            return circled.into();
        }
        // It is no mark, and nobody would see it.
        kept.remove(0);
    }
    if kept == grapheme { grapheme.into() } else { kept.into() }
}

/// How many columns a drawn grapheme takes.
pub fn width(shown: &str) -> usize {
    shown.width()
}

/// How many columns a text of one line takes when it is drawn.
pub fn drawn_width(text: &str) -> usize {
    text.graphemes(true).map(|grapheme| width(&shown(grapheme))).sum()
}

/// A name, or anything else of one line, in at most `columns` columns; what is cut off shows.
pub fn name(raw: &str, columns: usize) -> String {
    let raw = bounded(raw, MAX_NAME_BYTES);
    let clean = |text: &str| -> String {
        text.graphemes(true).filter(|&grapheme| grapheme != "\t").map(shown).collect()
    };
    // Once more, as a mark that stood on a space that goes stands on nothing then.
    let name = shortened(&clean(clean(raw).trim()), columns);
    if name.is_empty() { "?".into() } else { name }
}

/// A sentence that came from elsewhere, on one line.
pub fn sentence(raw: &str) -> String {
    let raw = bounded(raw, MAX_NAME_BYTES * 4);
    raw.graphemes(true)
        .map(|grapheme| if is_newline(grapheme) { " ".into() } else { shown(grapheme) })
        .collect()
}

/// A clean text in at most `columns` columns, with an ellipsis where it was cut.
pub fn shortened(clean: &str, columns: usize) -> String {
    if drawn_width(clean) <= columns {
        return clean.into();
    }
    let mut short = String::new();
    let mut used = 1;
    for grapheme in clean.graphemes(true) {
        used += width(grapheme);
        if used > columns {
            break;
        }
        short.push_str(grapheme);
    }
    if columns > 0 {
        short.push('…');
    }
    short
}

/// The end of a text of one line, in at most `columns` columns.
pub fn ending(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let mut graphemes = text.grapheme_indices(true).rev();
    let cut = graphemes.find(|(_, grapheme)| {
        used += width(&shown(grapheme));
        used > columns
    });
    &text[cut.map_or(0, |(at, grapheme)| at + grapheme.len())..]
}

/// Takes out of what is typed or pasted what a server would refuse, and makes line ends one.
pub fn draft(raw: &str) -> String {
    let raw = raw.replace("\r\n", "\n").replace('\r', "\n");
    raw.chars().filter(|&letter| !kpl_shared::text::steers_a_screen(letter)).collect()
}

/// The beginning of a text, at most `bytes` long and never in the middle of a character.
pub fn bounded(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Whether a grapheme ends a line.
pub fn is_newline(grapheme: &str) -> bool {
    matches!(grapheme, "\n" | "\r\n" | "\r" | "\u{85}" | "\u{2028}" | "\u{2029}")
}

/// Controls, marks of direction, and what is there without being seen. Left are the joiner, the
/// variation selectors, and marks that belong to a letter.
fn is_forbidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
}

fn is_selector(letter: char) -> bool {
    letter == JOINER || matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(text: &str) -> String {
        text.graphemes(true).map(shown).collect()
    }

    #[test]
    fn ordinary_text_is_drawn_as_it_is() {
        for text in
            ["hello", "李白", "👨‍👩‍👧", "❤️", "🇨🇳", "e\u{301}", "한", "क्षि", "👍🏽", "葛\u{E0100}"]
        {
            assert_eq!(drawn(text), text);
        }
    }

    #[test]
    fn what_steers_a_terminal_is_gone() {
        assert_eq!(drawn("\x1b]52;c;AAAA\x07a\x1b[2J"), "]52;c;AAAAa[2J");
        assert_eq!(drawn("a\u{9b}31mb\u{7f}c\rd\0"), "a31mbcd");
        assert_eq!(drawn("a\u{202e}b\u{2066}c\u{200f}d\u{61c}"), "abcd");
        assert_eq!(drawn("a\u{200b}b\u{feff}c\u{2060}d\u{e0041}"), "abcd");
        assert_eq!(drawn("a\tb"), "a    b");
    }

    #[test]
    fn marks_do_not_pile_up_and_do_not_stand_alone() {
        let zalgo = format!("e{}", "\u{301}".repeat(500));

        assert_eq!(drawn(&zalgo), format!("e{}", "\u{301}".repeat(8)));
        assert_eq!(drawn("\u{301}"), "\u{25CC}\u{301}");
        assert_eq!(drawn("\u{200d}\u{fe0f}"), "");
        assert_eq!(drawn("a\u{200d}b"), "ab");
        assert_eq!(drawn("\u{5c8}a\u{5c8}"), "a");
    }

    #[test]
    fn an_emoji_of_several_is_two_columns() {
        for (text, columns) in [("👨‍👩‍👧", 2), ("❤️", 2), ("e\u{301}", 1), ("汉", 2), ("🇨🇳", 2)]
        {
            assert_eq!(drawn_width(text), columns, "{text}");
        }
    }

    #[test]
    fn a_name_is_short_whatever_its_length() {
        assert_eq!(name("李白", 8), "李白");
        assert_eq!(name("a\x1b[31m\nb", 20), "a[31mb");
        assert_eq!(name("诸葛孔明诸葛孔明", 8), "诸葛孔…");
        assert_eq!(name(&"x".repeat(10_000_000), 5), "xxxx…");
        assert_eq!(name(&"\u{301}".repeat(5_000_000), 5).chars().count(), 9);
        assert_eq!(name("\u{200b}\t ", 5), "?");
        assert_eq!(name("李白", 0), "?");
        assert_eq!(name(" \u{301}a", 3), "\u{25CC}\u{301}a");
        assert_eq!(name(&" \u{301}".repeat(9), 8).width(), 8);
    }

    #[test]
    fn a_paste_keeps_lines_and_tabs_and_nothing_that_steers() {
        assert_eq!(draft("a\r\nb\rc\td\x1b[31m\u{202e}é👨‍👩‍👧"), "a\nb\nc\td[31mé👨‍👩‍👧");
    }

    proptest! {
        #[test]
        fn nothing_that_steers_is_ever_drawn(text in "(\\PC|[\u{0}-\u{a0}\u{200b}-\u{206f}\u{300}-\u{310}]){0,60}") {
            for grapheme in text.graphemes(true) {
                let shown = shown(grapheme);
                prop_assert!(!shown.chars().any(is_forbidden), "{:?}", shown);
                prop_assert!(shown.chars().count() <= MAX_CHARS + 1);
                prop_assert!(shown.is_empty() || width(&shown) > 0, "{:?}", shown);
                prop_assert_eq!(drawn(&shown), shown.as_ref(), "what is clean stays as it is");
            }
        }

        #[test]
        fn a_name_never_exceeds_its_columns(raw in ".{0,40}", columns in 1..20_usize) {
            prop_assert!(width(&name(&raw, columns)) <= columns.max(1));
        }
    }
}
