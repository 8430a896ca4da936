//! Links: where in a text one stands, and where it ends.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

/// How long a link may be, in bytes. Browsers take no longer ones, and a screen holds none.
const MAX_BYTES: usize = 2_048;

/// The web addresses in a text, as ranges of its bytes, in order. One ends before the full stop of
/// its sentence, before a bracket that it did not open, and before a mark that is not ASCII: in
/// `看https://kpl.example/m.png，OK` the address ends with its file. Chinese letters belong to it
/// where ASCII follows them, as in `http://kpl.example/中文?page=1`, but not at its end, where they
/// rather go on with the sentence.
pub fn links(text: &str) -> Vec<Range<usize>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_can_be_iri(false);
    let mut found = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive(ends_a_link) {
        let links = finder.links(part).filter(|link| is_of_the_web(link.as_str()));
        found.extend(links.map(|link| start + link.start()..start + link.end()));
        start += part.len();
    }
    found
}

/// Whether a letter is in no address, such as a Chinese comma: what comes after it is another one.
fn ends_a_link(letter: char) -> bool {
    !letter.is_ascii() && !letter.is_alphanumeric()
}

/// Whether what was found is an address of a page: other schemes start other programs.
fn is_of_the_web(link: &str) -> bool {
    let has = |scheme: &str| {
        link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    link.len() <= MAX_BYTES && (has("http://") || has("https://"))
}

/// Where a link leads, as it may stand in an escape to the terminal: a page of the web, in printable
/// ASCII and nothing else. What else it holds is percent-encoded; anything else than a link is
/// `None`. Whatever hands a link to a terminal takes it from here.
pub fn target(link: &str) -> Option<String> {
    if !is_of_the_web(link) {
        return None;
    }
    let encoded = link.bytes().map(|byte| match byte {
        b'!'..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    Some(encoded.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        links(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_link_ends_where_a_reader_sees_it_end() {
        for (text, link) in [
            ("see https://kpl.example/a.", "https://kpl.example/a"),
            ("(https://kpl.example/a_(b))", "https://kpl.example/a_(b)"),
            ("看https://kpl.example/m.png，好", "https://kpl.example/m.png"),
            ("看https://kpl.example/m.png，OK", "https://kpl.example/m.png"),
            ("（见https://kpl.example/a）then go", "https://kpl.example/a"),
            ("http://kpl.example/中文路径?q=1 好", "http://kpl.example/中文路径?q=1"),
            ("<HTTP://KPL.example/?a=b&c=%E7%91%B6#d>", "HTTP://KPL.example/?a=b&c=%E7%91%B6#d"),
            ("https://kpl.example/看图", "https://kpl.example/"),
            ("http://127.0.0.1:3000/x、", "http://127.0.0.1:3000/x"),
            ("https://a.example\x1b[31m", "https://a.example"),
        ] {
            assert_eq!(found(text), [link], "{text}");
        }
    }

    #[test]
    fn a_target_cannot_hold_what_steers_a_terminal() {
        let hostile = "https://a.example/\x1b\\\x1b]0;x\x07 \u{9c}好";

        let target = target(hostile).unwrap();

        assert_eq!(target, "https://a.example/%1B\\%1B]0;x%07%20%C2%9C%E5%A5%BD");
        for other in ["javascript:alert(1)", "file:///etc/passwd", "", "\x1bhttps://a.example"] {
            assert_eq!(super::target(other), None, "{other:?}");
        }
    }

    #[test]
    fn all_links_are_found_and_nothing_else_is_one() {
        assert_eq!(
            found("http://a.example http://b.example，http://c.example/x、http://d.example"),
            ["http://a.example", "http://b.example", "http://c.example/x", "http://d.example"]
        );
        for text in ["", "kpl.example", "javascript:alert(1)", "file:///etc/passwd", "ssh://a.b"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        assert_eq!(found(&format!("https://a.example/{}", "x".repeat(MAX_BYTES))), [""; 0]);
    }
}
