//! Links: where in a text one stands, and where it ends.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

/// How long a link may be, in bytes. Browsers take no longer ones, and a screen holds none.
const MAX_BYTES: usize = 2_048;

/// The web addresses in a text, as ranges of its bytes, in order. One ends before the full stop of
/// its sentence, before a bracket that it did not open, and before whatever is not ASCII: in
/// `看https://kpl.example/m.png，好` the address has no Chinese in it.
pub fn links(text: &str) -> Vec<Range<usize>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_can_be_iri(false);
    let found = finder.links(text).filter(|link| is_of_the_web(link.as_str()));
    found.map(|link| link.start()..link.end()).collect()
}

/// Whether what was found is an address of a page: other schemes start other programs.
fn is_of_the_web(link: &str) -> bool {
    let has = |scheme: &str| {
        link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    link.len() <= MAX_BYTES && (has("http://") || has("https://"))
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
            ("<HTTP://KPL.example/?a=b&c=%E7%91%B6#d>", "HTTP://KPL.example/?a=b&c=%E7%91%B6#d"),
            ("https://kpl.example/看图", "https://kpl.example/"),
            ("http://127.0.0.1:3000/x、", "http://127.0.0.1:3000/x"),
            ("https://a.example\x1b[31m", "https://a.example"),
        ] {
            assert_eq!(found(text), [link], "{text}");
        }
    }

    #[test]
    fn all_links_are_found_and_nothing_else_is_one() {
        assert_eq!(
            found("http://a.example http://b.example"),
            ["http://a.example", "http://b.example"]
        );
        for text in ["", "kpl.example", "javascript:alert(1)", "file:///etc/passwd", "ssh://a.b"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        assert_eq!(found(&format!("https://a.example/{}", "x".repeat(MAX_BYTES))), [""; 0]);
    }
}
