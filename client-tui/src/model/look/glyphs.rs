//! The glyphs that a terminal draws as wide as Unicode says. It is asked at the start: each probe
//! is drawn in a row of its own, and the terminal says where its cursor stands then.

use std::borrow::Cow;

use crate::model::text::clean::{self, JOINER};

/// What is drawn to see how wide it comes out, and how many columns it should take.
pub const PROBES: [(&str, u16); 4] = [("─", 1), ("汉", 2), ("❤\u{FE0F}", 2), ("👨‍👩‍👧", 2)];
/// The row of the first probe, counted from 0. What stands in the very first row is told in the
/// same words as F3.
pub const FIRST_ROW: u16 = 1;
/// Makes an emoji of a character that is a letter otherwise.
const EMOJI: char = '\u{FE0F}';
/// The places of the probes.
const LINE: usize = 0;
const HAN: usize = 1;
const SELECTED: usize = 2;
const JOINED: usize = 3;

/// Which probes came out as wide as they should, as far as the terminal has told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Glyphs {
    told: [Option<bool>; PROBES.len()],
}

impl Glyphs {
    /// The cursor stands there, after a probe was drawn. Whoever says it twice is not heard.
    pub fn learn(&mut self, column: u16, row: u16) {
        let probe = usize::from(row.wrapping_sub(FIRST_ROW));
        if let (Some(told @ None), Some((_, columns))) =
            (self.told.get_mut(probe), PROBES.get(probe))
        {
            *told = Some(column == *columns);
        }
    }

    /// Whether the terminal has told of every probe.
    pub fn are_known(self) -> bool {
        self.told.iter().all(Option::is_some)
    }

    /// What a rule across the window is made of.
    pub fn across(self) -> &'static str {
        if self.has_lines() { "─" } else { "-" }
    }

    /// What a rule down the window is made of.
    pub fn down(self) -> &'static str {
        if self.has_lines() { "│" } else { "|" }
    }

    /// What is drawn instead of a grapheme in a terminal that draws it in another width than everybody
    /// reckons with: something of which the width is known, and which takes no more columns. It is borrowed if it is the grapheme itself.
    pub fn drawn(self, grapheme: &str) -> Cow<'_, str> {
        let mut drawn = Cow::Borrowed(grapheme);
        if self.told[JOINED] == Some(false)
            && let Some((first, _)) = grapheme.split_once(JOINER)
        {
            drawn = first.to_owned().into();
        }
        if self.told[SELECTED] == Some(false) && drawn.contains(EMOJI) {
            // What was joined to it is by itself without it, and takes columns of its own.
            let first = drawn.split(JOINER).next().unwrap_or_default();
            drawn = first.replace(EMOJI, "").into();
        }
        if clean::width(&drawn) > clean::width(grapheme) { grapheme.into() } else { drawn }
    }

    /// Lines are drawn where they are known to be one column wide, by a terminal that reads UTF-8.
    fn has_lines(self) -> bool {
        self.told[LINE] == Some(true) && self.told[HAN] == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(columns: [u16; 4]) -> Glyphs {
        let mut glyphs = Glyphs::default();
        for (row, column) in (FIRST_ROW..).zip(columns) {
            assert!(!glyphs.are_known());
            glyphs.learn(column, row);
        }
        assert!(glyphs.are_known());
        glyphs
    }

    #[test]
    fn lines_are_drawn_only_where_they_are_known_to_be_one_column_wide() {
        assert_eq!(told([1, 2, 2, 2]).across(), "─");
        assert_eq!(told([1, 2, 1, 6]).down(), "│");
        assert_eq!(told([2, 2, 2, 2]).across(), "-");
        assert_eq!(told([3, 3, 6, 18]).down(), "|");
        assert_eq!(Glyphs::default().across(), "-");
    }

    #[test]
    fn an_emoji_that_comes_out_wider_is_drawn_in_a_form_of_known_width() {
        let (good, poor) = (told([1, 2, 2, 2]), told([1, 2, 1, 6]));

        for (grapheme, reduced) in [
            ("👨‍👩‍👧", "👨"),
            ("❤️", "❤"),
            ("❤️‍🔥", "❤"),
            ("1️⃣", "1⃣"),
            ("汉", "汉"),
            ("👍🏽", "👍🏽"),
            ("e\u{301}", "e\u{301}"),
        ] {
            assert_eq!(good.drawn(grapheme), grapheme);
            assert_eq!(poor.drawn(grapheme), reduced);
        }
        assert_eq!(told([1, 2, 2, 6]).drawn("❤️‍🔥"), "❤️");
    }

    #[test]
    fn no_emoji_that_anybody_may_send_takes_more_columns_than_were_kept_for_it() {
        let (joined_well, selected_well) = (told([1, 2, 1, 2]), told([1, 2, 2, 6]));

        assert_eq!(joined_well.drawn("❤️‍👨‍👩‍👧"), "❤");
        for first in ["❤️", "👨", "1️⃣", "e", "汉", "\u{1F3FD}", "\u{FE0F}", "\u{200D}", "🇨🇳"]
        {
            for next in ["", "\u{200D}", "\u{200D}👨‍👩‍👧", "\u{200D}❤️", "\u{FE0F}\u{200D}🔥"]
            {
                let text = format!("{first}{next}");
                for grapheme in unicode_segmentation::UnicodeSegmentation::graphemes(&*text, true) {
                    for glyphs in [joined_well, selected_well, told([1, 2, 1, 6])] {
                        let drawn = glyphs.drawn(grapheme);
                        let (is, was) = (clean::width(&drawn), clean::width(grapheme));
                        assert!(is <= was, "{grapheme:?} {was}: {drawn:?} {is}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_nobody_asked_for_is_not_heard() {
        let mut glyphs = told([1, 2, 2, 2]);
        let before = glyphs;

        for (column, row) in [(9, 0), (9, 1), (9, 2), (9, 5), (u16::MAX, u16::MAX)] {
            glyphs.learn(column, row);
        }

        assert_eq!(glyphs, before);
    }
}
