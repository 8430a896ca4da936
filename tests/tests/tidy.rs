//! Holds the rules that ARCHITECTURE.md marks: who may know what, and what is deliberately absent.

#![expect(clippy::unwrap_used, reason = "a repository that cannot be read fails the test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use kpl_shared::protocol::event;

/// About 400: a file may end its thought.
const MAX_LINES: usize = 420;

/// What must not be named where nothing is done: no files, no network, no clock, no chance.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io",
    "tokio",
    "getrandom",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
];

const EVENTS: &[&str] = &[
    event::TALK,
    event::HELLO,
    event::MESSAGES,
    event::SYNC,
    event::HEAD,
    event::WHO,
    event::MEMBERS,
    event::JOINED,
    event::LEFT,
    event::HEARTBEAT,
    event::REFUSED,
    event::NOTICE,
];

/// Folders and files, and the modules of their own crate that they must not name.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("client-tui/src/model", &["io", "view", "run", "plain", "send", "tail", "settings"]),
    ("client-tui/src/view", &["io", "run", "plain", "send", "tail", "settings"]),
    ("client-tui/src/io", &["view", "run", "plain", "send", "tail"]),
    ("server/src/store", &["serve", "http", "socket", "web", "policy", "room", "fanout"]),
    ("server/src/fanout.rs", &["serve", "http", "socket", "web", "policy", "room", "store"]),
    ("server/src/policy", &["serve", "http", "socket", "web", "room", "store", "fanout"]),
    ("server/src/room", &["serve", "http", "socket", "web"]),
    ("server/src/socket", &["serve"]),
    ("server/src/http", &["serve"]),
];

#[test]
fn no_file_is_longer_than_one_can_take_in() {
    let long = sources(&["server", "client-tui", "shared", "tests"])
        .into_iter()
        .filter(|source| source.text.lines().count() > MAX_LINES)
        .map(|source| format!("{}: {} lines", source.name(), source.text.lines().count()));

    assert_none(long, &format!("no file has more than {MAX_LINES} lines"));
}

#[test]
fn the_pure_halves_touch_nothing() {
    let pure = sources(&["client-tui/src/model", "client-tui/src/view", "shared/src"]);

    let impure = pure.iter().flat_map(|source| source.naming(IMPURE));

    assert_none(impure, "the model, the view and the shared words do no I/O and read no clock");
}

#[test]
fn the_model_knows_no_terminal_and_the_view_no_keyboard() {
    let model = sources(&["client-tui/src/model"]);
    let view = sources(&["client-tui/src/view"]);

    let of_model = model.iter().flat_map(|source| source.naming(&["crossterm", "ratatui"]));
    let of_view = view.iter().flat_map(|source| source.naming(&["crossterm"]));

    assert_none(of_model.chain(of_view), "only io/terminal.rs knows the terminal");
}

#[test]
fn only_the_connection_names_the_socket_library() {
    let others = sources(&["client-tui/src", "shared/src", "server/src"])
        .into_iter()
        .filter(|source| !source.name().starts_with("client-tui/src/io/connection"));

    let naming = others.flat_map(|source| source.naming(&["rust_socketio"]));

    assert_none(naming, "rust_socketio is named in client-tui/src/io/connection only");
}

#[test]
fn event_names_are_spelled_once() {
    let others = sources(&["client-tui/src", "shared/src", "server/src"])
        .into_iter()
        .filter(|source| source.name() != "shared/src/protocol.rs");

    let spelled = others.flat_map(|source| {
        let literals = source.code.literals.iter();
        let events = literals.filter(|(_, literal)| EVENTS.contains(&literal.as_str()));
        events.map(|(line, name)| format!("{}:{line}: {name:?}", source.name())).collect::<Vec<_>>()
    });

    assert_none(spelled, "event names stand in shared/src/protocol.rs; use its constants");
}

#[test]
fn imports_point_one_way() {
    let backwards = DIRECTIONS.iter().flat_map(|(place, above)| {
        let names: Vec<String> = above.iter().map(|module| format!("crate::{module}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        sources(&[place]).iter().flat_map(|source| source.naming(&names)).collect::<Vec<_>>()
    });

    assert_none(backwards, "what lies below does not know what lies above it");
}

#[test]
fn packages_depend_one_way() {
    let forbidden = [
        ("shared", &["kpl-server", "kpl-chat", "kpl-tests"][..]),
        ("server", &["kpl-chat", "kpl-tests"]),
        ("client-tui", &["kpl-server", "kpl-tests"]),
    ];

    let wrong = forbidden.into_iter().flat_map(|(package, others)| {
        let manifest = fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
        let depends = |other: &&&str| {
            manifest.lines().any(|line| {
                line.strip_prefix(**other).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
            })
        };
        let named = others.iter().filter(depends);
        named.map(|other| format!("{package} depends on {other}")).collect::<Vec<_>>()
    });

    assert_none(wrong, "the server and the client share kpl-shared, and nobody needs the tests");
}

#[test]
fn nothing_is_left_undone_or_ignored() {
    // Put together here, so that this file does not name them itself.
    let words = [concat!("#[ig", "nore"), concat!("to", "do!("), concat!("unimple", "mented!(")];

    let all = sources(&["server", "client-tui", "shared", "tests"]);
    let undone = all.iter().flat_map(|source| {
        let lines = (1..).zip(source.text.lines());
        let undone = lines.filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        undone.map(|(number, _)| format!("{}:{number}", source.name())).collect::<Vec<_>>()
    });

    assert_none(undone, "a test runs or is not there, and code does what it says");
}

#[test]
fn the_reader_of_sources_tells_code_from_comments_strings_and_tests() {
    let text = r##"
// tokio in a comment
let a = "tokio\" // in a string"; let b = 'x'; let c = '"'; fn f<'a>() {}
let raw = r#"a "raw" one"#; /* tokio /* nested */ */ code();
#[cfg(test)]
mod tests { fn inner() { "talk"; } }
after();
"##;

    let code = Code::read(text);

    assert!(!code.text.contains("tokio") && code.text.contains("code();"), "{}", code.text);
    assert!(!code.text.contains("inner") && code.text.contains("after();"), "{}", code.text);
    let literals: Vec<&str> = code.literals.iter().map(|(_, literal)| literal.as_str()).collect();
    assert_eq!(literals, [r#"tokio\" // in a string"#, r#"a "raw" one"#]);
    assert_eq!(code.literals[0].0, 3);
}

#[track_caller]
fn assert_none(found: impl IntoIterator<Item = String>, rule: &str) {
    let found: Vec<String> = found.into_iter().map(|one| format!("  {one}\n")).collect();
    assert!(found.is_empty(), "{rule}, but:\n{}", found.concat());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A source file, and what of it is compiled into the programs.
struct Source {
    path: PathBuf,
    text: String,
    code: Code,
}

impl Source {
    fn name(&self) -> String {
        let path = self.path.strip_prefix(root()).unwrap_or(&self.path);
        path.display().to_string()
    }

    /// The places of the code where one of these words stands as a whole.
    fn naming(&self, words: &[&str]) -> Vec<String> {
        let lines = (1..).zip(self.code.text.lines());
        let named = lines.flat_map(|(number, line)| {
            let here = words.iter().filter(move |word| has_word(line, word));
            here.map(move |word| format!("{}:{number}: {word}", self.name()))
        });
        named.collect()
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// All Rust files below these places of the repository; a place may be a file, or not there yet.
fn sources(places: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    let mut places: Vec<PathBuf> = places.iter().map(|place| root().join(place)).collect();
    while let Some(path) = places.pop() {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !matches!(name, "target" | "node_modules") && !name.starts_with('.') {
            places.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.exists() {
            let text = fs::read_to_string(&path).unwrap();
            let of_tests =
                path.components().any(|part| part.as_os_str() == "tests") || name == "tests.rs";
            let code = if of_tests { Code::default() } else { Code::read(&text) };
            found.push(Source { path, text, code });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// What is compiled into the programs: no comments, no unit tests; strings stand apart, with the
/// numbers of their lines.
#[derive(Default)]
struct Code {
    text: String,
    literals: Vec<(usize, String)>,
}

impl Code {
    fn read(text: &str) -> Self {
        let text = without_tests(&without_comments(text));
        let mut code = Self::default();
        let mut rest = text.as_str();
        while let Some(letter) = rest.chars().next() {
            if let Some((literal, length)) = string(rest, code.text.chars().next_back()) {
                let line = code.text.matches('\n').count() + 1;
                code.literals.push((line, literal.into()));
                code.text.push_str("\"\"");
                // What follows keeps its line.
                code.text.extend(literal.matches('\n'));
                rest = &rest[length..];
            } else {
                let length = character(rest).unwrap_or(letter.len_utf8());
                code.text.push_str(&rest[..length]);
                rest = &rest[length..];
            }
        }
        code
    }
}

/// The string that a text begins with, and how long it is with its quotes.
fn string(text: &str, before: Option<char>) -> Option<(&str, usize)> {
    let raw = text.strip_prefix('r').filter(|_| !before.is_some_and(char::is_alphanumeric));
    let hashes = raw.map_or(0, |raw| raw.len() - raw.trim_start_matches('#').len());
    if let Some(inner) = raw.and_then(|raw| raw[hashes..].strip_prefix('"')) {
        let end = inner.find(&format!("\"{}", "#".repeat(hashes)))?;
        return Some((&inner[..end], 1 + hashes + 1 + end + 1 + hashes));
    }
    let inner = text.strip_prefix('"')?;
    let mut escaped = false;
    for (place, letter) in inner.char_indices() {
        match letter {
            '"' if !escaped => return Some((&inner[..place], place + 2)),
            _ => escaped = letter == '\\' && !escaped,
        }
    }
    None
}

/// How long the character literal is that a text begins with; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        return inner[2..].find('\'').map(|end| end + 4);
    }
    inner[first.len_utf8()..].starts_with('\'').then_some(first.len_utf8() + 2)
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else {
            let string = string(rest, kept.chars().next_back()).map(|(_, length)| length);
            let length = string.or_else(|| character(rest)).unwrap_or(letter.len_utf8());
            kept.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        };
        kept.extend(rest[..length].matches('\n'));
        rest = &rest[length..];
    }
    kept
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut place = 0;
    while place < text.len() {
        let rest = &text.as_bytes()[place..];
        match rest {
            [b'/', b'*', ..] => (depth, place) = (depth + 1, place + 2),
            [b'*', b'/', ..] => (depth, place) = (depth - 1, place + 2),
            _ => place += 1,
        }
        if depth == 0 {
            return place;
        }
    }
    text.len()
}

/// Takes out the modules that are compiled for unit tests only.
fn without_tests(text: &str) -> String {
    let Some(start) = text.find("#[cfg(test)]") else { return text.into() };
    let rest = &text[start..];
    let end = match (rest.find('{'), rest.find(';')) {
        (Some(brace), semicolon) if semicolon.is_none_or(|semicolon| brace < semicolon) => {
            closing(rest, brace)
        }
        (_, Some(semicolon)) => semicolon + 1,
        _ => rest.len(),
    };
    let lines = "\n".repeat(rest[..end].matches('\n').count());
    format!("{}{lines}{}", &text[..start], without_tests(&rest[end..]))
}

/// The place after the brace that closes the one at `open`.
fn closing(text: &str, open: usize) -> usize {
    let mut depth = 0;
    let mut place = open;
    while let Some(letter) = text[place..].chars().next() {
        let quoted = string(&text[place..], text[..place].chars().next_back());
        if let Some((_, length)) = quoted {
            place += length;
            continue;
        }
        place += character(&text[place..]).unwrap_or(letter.len_utf8());
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    text.len()
}
