//! The packet that brings a line: how long it may become, and whether the limits leave room for it.
//!
//! A client whose line is allowed, but not the packet that brings it, is cut without a word and
//! sends the line again when it is back, for ever. So limits that contradict each other are none.

use std::fmt;

/// How many bytes of JSON a byte of text can take. Nothing in JSON is longer than `\uXXXX`, which
/// may stand for one byte: all must escape `"` and `\`, with two bytes; Go writes `<` and .NET `"`
/// with six. Python escapes what is not ASCII: six bytes for two or three, twelve for four.
const ESCAPE: usize = 6;

/// How many bytes of a packet are not text: the types, an acknowledgement's number, the event's
/// name and the options, a `cid` of 64 bytes and a room's name of 64 among them, all of it escaped
/// like that.
const AROUND: usize = 1024;

/// The longest line does not fit into a message or a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cramped {
    text: usize,
    message: usize,
    frame: usize,
}

impl std::error::Error for Cramped {}

impl fmt::Display for Cramped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, message, frame } = *self;
        let needed = longest_packet(text);
        let small = match (message < needed, frame < needed) {
            (true, true) => "max-message and max-frame",
            (true, false) => "max-message",
            (false, _) => "max-frame",
        };
        write!(out, "a line of {text} bytes (max-text) can take {needed} in JSON; ")?;
        write!(out, "raise {small} to {needed} or more")?;
        match longest_text(message.min(frame)) {
            0 => Ok(()),
            fits => write!(out, ", or lower max-text to {fits} or less"),
        }
    }
}

/// Whether a message and a frame hold the longest line, however it is escaped.
pub(super) fn check(text: usize, message: usize, frame: usize) -> Result<(), Cramped> {
    let fits = longest_packet(text) <= message.min(frame);
    if fits { Ok(()) } else { Err(Cramped { text, message, frame }) }
}

/// How long the longest text may be that a message of so many bytes always holds.
pub(super) const fn longest_text(message: usize) -> usize {
    message.saturating_sub(AROUND) / ESCAPE
}

/// How long a packet can be with a text of so many bytes in it.
const fn longest_packet(text: usize) -> usize {
    text * ESCAPE + AROUND
}

#[cfg(test)]
mod tests {
    use kpl_shared::{protocol::MAX_CID_BYTES, text::DEFAULT_TEXT_BYTES};

    use super::*;

    /// A string of JSON in which everything is escaped that can be.
    fn escaped(text: &str) -> String {
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        format!("\"{}\"", units.collect::<String>())
    }

    fn packet(text: &str) -> String {
        let cid = "c".repeat(MAX_CID_BYTES);
        let options = [("cid", cid.as_str()), ("kind", "action"), ("room", &"r".repeat(64))];
        let options = options.map(|(key, value)| format!("{}: {}", escaped(key), escaped(value)));
        let arguments = [escaped("talk"), escaped(text), format!("{{{}}}", options.join(", "))];
        format!("42{}[{}]", u64::MAX, arguments.join(", "))
    }

    #[test]
    fn no_text_that_is_allowed_makes_a_longer_packet_than_is_reckoned_with() {
        for letter in ["a", "\"", "\\", "\n", "<", "é", "汉", "😀"] {
            let text = letter.repeat(DEFAULT_TEXT_BYTES / letter.len());

            let packet = packet(&text);

            assert!(packet.len() <= longest_packet(text.len()), "{letter}: {}", packet.len());
            let read: serde_json::Value =
                serde_json::from_str(packet.trim_start_matches(|c| c != '[')).unwrap();
            assert_eq!(read[1], text);
        }
    }

    #[test]
    fn the_longest_text_of_a_message_is_the_longest_that_fits() {
        for message in [AROUND + 6, 65_536, 65_541, 1 << 24] {
            let longest = longest_text(message);

            assert_eq!(check(longest, message, message), Ok(()));
            assert!(check(longest + 1, message, message).is_err());
            assert!(check(longest, message - 6, message).is_err());
            assert!(check(longest, message, message - 6).is_err());
        }
    }
}
