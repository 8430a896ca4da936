//! Every sentence that a person may read stands in the words of both languages.

use super::{assert_none, source::sources};

/// Where both languages stand beside each other, and a test holds them against each other.
const WORDS: &str = "client-tui/src/model/words";

/// What is no sentence for people, and why.
const EXCEPTIONS: &[(&str, &[&str])] = &[
    // What the client library and the system say, by which causes are told apart.
    (
        "client-tui/src/io/connection/socket.rs",
        &["Received an ConnectError frame: ", "HTTP error: ", "TLS error", "reset by peer"],
    ),
    (
        "client-tui/src/io/trust.rs",
        &[
            "failed to lookup address",
            "wrong version number",
            "packet length too long",
            "http request",
            "certificate verify failed",
            "self-signed certificate",
            "self signed certificate",
            "unable to get local issuer certificate",
            "unable to get issuer certificate",
            "unable to verify the first certificate",
            "self-signed certificate in certificate chain",
            "self signed certificate in certificate chain",
            "hostname mismatch",
            "Hostname mismatch",
            "IP address mismatch",
            "certificate has expired",
            "certificate is not yet valid",
        ],
    ),
    // A script for a program of the desktop.
    (
        "client-tui/src/io/desktop.rs",
        &[
            "on run words",
            "display notification (item 2 of words) with title (item 1 of words)",
            "end run",
        ],
    ),
    // What keys are derived for: another word would be another key.
    (
        "client-tui/src/io/keys.rs",
        &[
            "kpl-chat 2026-11-23 a person's key at one server",
            "kpl-chat 2026-11-24 a fingerprint of a person's key",
        ],
    ),
    // A name.
    ("client-tui/src/manual.rs", &["KPL chat"]),
];

/// Two English words beside each other, with which no other language says anything.
fn looks_like_a_sentence(literal: &str) -> bool {
    let mut text = String::new();
    let mut depth = 0;
    for letter in literal.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => text.push(letter),
            _ => {}
        }
    }
    let is_word = |word: &str| {
        let word = word.trim_matches(|letter: char| ",.;:?!()`'\"".contains(letter));
        word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'\'')
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).any(|pair| pair.iter().all(|word| is_word(word)))
}

#[test]
fn every_sentence_of_the_terminal_client_stands_in_the_words_of_both_languages() {
    let others =
        sources(&["client-tui/src"]).into_iter().filter(|source| !source.name().starts_with(WORDS));

    let said = others.flat_map(|source| {
        let excepted = EXCEPTIONS.iter().find(|(place, _)| *place == source.name());
        let excepted = excepted.map_or(&[][..], |(_, literals)| literals);
        let literals = source.code.literals.iter();
        let said = literals.filter(|(_, literal)| {
            looks_like_a_sentence(literal) && !excepted.contains(&literal.as_str())
        });
        said.map(|(line, text)| format!("{}:{line}: {text:?}", source.name())).collect::<Vec<_>>()
    });

    assert_none(said, "what a person may read stands in client-tui/src/model/words");
}

#[test]
fn every_exception_is_still_needed() {
    let sources = sources(&["client-tui/src"]);
    let is_there = |place: &str, text: &str| {
        let source = sources.iter().find(|source| source.name() == place);
        source.is_some_and(|source| source.code.literals.iter().any(|(_, said)| said == text))
    };

    let needless = EXCEPTIONS.iter().flat_map(|(place, texts)| {
        let gone = texts.iter().filter(|text| !is_there(place, text));
        gone.map(|text| format!("{place}: {text:?}")).collect::<Vec<_>>()
    });

    assert_none(needless, "what is excepted is there");
}

#[test]
fn sentences_are_told_from_names_and_forms() {
    for said in ["the line is too long", "{0:?} is no colour", "cannot start", "{path}: no key"] {
        assert!(looks_like_a_sentence(said), "{said}");
    }
    for unsaid in ["kpl-chat", "{} ({})", "Content-Type: text/plain", "%s {name} now", "汉字 ab"]
    {
        assert!(!looks_like_a_sentence(unsaid), "{unsaid}");
    }
}
