//! Source files, read as far as the rules need it.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The repository. No part of its path is that of this package: what lies in a folder of tests is
/// read as tests.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A source file, and what of it is compiled into the programs.
pub(super) struct Source {
    path: PathBuf,
    pub(super) text: String,
    pub(super) code: Code,
}

impl Source {
    pub(super) fn name(&self) -> String {
        let path = self.path.strip_prefix(root()).unwrap_or(&self.path);
        path.display().to_string()
    }

    /// The places of the code where one of these words stands as a whole.
    pub(super) fn naming(&self, words: &[&str]) -> Vec<String> {
        let lines = (1..).zip(self.code.text.lines());
        let named = lines.flat_map(|(number, line)| {
            let here = words.iter().filter(move |word| has_word(line, word));
            here.map(move |word| format!("{}:{number}: {word}", self.name()))
        });
        named.collect()
    }

    /// The places where a module is imported, or named in full, that is one of these or in one.
    pub(super) fn importing(&self, modules: &[String]) -> Vec<String> {
        let words: Vec<&str> = modules.iter().map(String::as_str).collect();
        let mut found = self.naming(&words);
        for import in self.code.text.split("use ").skip(1) {
            let tree = import.split(';').next().unwrap_or_default();
            let mut paths = Vec::new();
            expand(&tree.split_whitespace().collect::<String>(), "", &mut paths);
            let above = |path: &String| words.iter().any(|word| has_word(path, word));
            found.extend(
                paths
                    .iter()
                    .filter(|path| above(path))
                    .map(|path| format!("{}: use {path}", self.name())),
            );
        }
        found
    }
}

/// Takes a tree of imports apart: `a::{b, c}` is `a::b` and `a::c`.
fn expand(tree: &str, before: &str, paths: &mut Vec<String>) {
    let Some((path, branches)) = tree.split_once('{').filter(|_| tree.ends_with('}')) else {
        return paths.push(format!("{before}{tree}"));
    };
    let (mut depth, mut start) = (0, 0);
    let branches = &branches[..branches.len() - 1];
    for (at, letter) in branches.char_indices().chain([(branches.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let branch = branches[start..at].trim();
                if !branch.is_empty() {
                    expand(branch, &format!("{before}{path}"), paths);
                }
                start = at + 1;
            }
            _ => {}
        }
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
pub(super) fn sources(places: &[&str]) -> Vec<Source> {
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
pub(super) struct Code {
    pub(super) text: String,
    pub(super) literals: Vec<(usize, String)>,
}

impl Code {
    pub(super) fn read(text: &str) -> Self {
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

#[test]
fn a_tree_of_imports_is_read_to_its_leaves() {
    let mut paths = Vec::new();

    expand("crate::{a::{self, b}, c::D as E}", "", &mut paths);

    assert_eq!(paths, ["crate::a::self", "crate::a::b", "crate::c::D as E"]);
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

#[test]
fn the_code_of_the_programs_is_read_and_that_of_tests_is_not() {
    let read = |place| sources(&[place]).iter().any(|source| !source.code.text.is_empty());

    for place in ["client-tui/src/model", "client-tui/src/view", "shared/src", "server/src"] {
        assert!(read(place), "{place} is not read");
    }
    assert!(!read("tests/tests") && !read("client-tui/src/view/tests"));
}
