//! What may be said: the rule for a line's text.

use crate::refusal::{Code, Refusal};

/// The text of a line, checked once: not empty, not too long, nothing in it that steers a screen.
///
/// It is otherwise kept exactly as it was said: no trimming, no normalisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

/// How long a text may be unless a server says otherwise, in bytes of UTF-8.
pub const DEFAULT_TEXT_BYTES: usize = 4096;

impl Text {
    /// Checks `text` against the rule and a limit of `max_bytes` bytes.
    pub fn parse(text: String, max_bytes: usize) -> Result<Self, Refusal> {
        if text.len() > max_bytes {
            let message = format!("the line has {} bytes; {max_bytes} are allowed", text.len());
            return Err(Refusal::new(Code::TextTooLong, message));
        }
        if text.chars().all(char::is_whitespace) {
            return Err(Refusal::new(Code::TextEmpty, "the line is empty"));
        }
        if let Some(bad) = text.chars().find(|&letter| steers_a_screen(letter)) {
            let message = format!("the line holds U+{:04X}, which is not allowed", u32::from(bad));
            return Err(Refusal::new(Code::TextInvalid, message));
        }
        Ok(Self(text))
    }

    /// The text, exactly as it was said.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, exactly as it was said.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Whether a character could move a cursor or turn the direction of writing: C0 but newline and
/// tab, DEL, C1, and the controls of the bidirectional algorithm. The marks that merely hint at a
/// direction (U+200E, U+200F, U+061C) are ordinary text in Arabic and Hebrew.
pub fn steers_a_screen(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        _ => letter.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn verdict(text: &str) -> Result<String, Code> {
        Text::parse(text.into(), DEFAULT_TEXT_BYTES)
            .map(Text::into_string)
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn odd_but_harmless_texts_pass_unchanged() {
        let longest = "汉".repeat(DEFAULT_TEXT_BYTES / 3);
        for text in ["123", "null", "  two spaces", "a\nb", "a\tb", "👨‍👩‍👧", "a\u{2028}b", &longest]
        {
            assert_eq!(verdict(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_steers_a_screen_is_refused() {
        for text in ["\x1b[2J", "a\rb", "a\u{7f}", "a\u{9b}31m", "a\u{202e}b", "a\u{2066}b", "\0a"]
        {
            assert_eq!(verdict(text), Err(Code::TextInvalid), "{text:?}");
        }
    }

    #[test]
    fn nothing_to_say_is_refused() {
        for text in ["", " ", "\n\t", "\u{3000}"] {
            assert_eq!(verdict(text), Err(Code::TextEmpty), "{text:?}");
        }
    }

    #[test]
    fn a_line_over_the_limit_is_refused() {
        assert_eq!(verdict(&"a".repeat(DEFAULT_TEXT_BYTES + 1)), Err(Code::TextTooLong));
    }

    proptest! {
        #[test]
        fn a_text_is_kept_exactly_or_refused(text in ".{0,80}") {
            if let Ok(kept) = verdict(&text) {
                prop_assert_eq!(kept, text);
            }
        }
    }
}
