//! The table of threats in docs/security.md: no row without code that answers and a test that
//! shows it.

use std::{collections::HashSet, fs};

use crate::source::{root, sources};

/// The rows of the table: a threat, the code, the test.
fn rows(text: &str) -> Vec<[&str; 3]> {
    let table = text.lines().filter(|line| line.starts_with('|')).skip(2);
    table
        .map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            [(); 3].map(|()| cells.next().unwrap_or_default().trim_matches('`'))
        })
        .collect()
}

/// All tests, by the last part of their module's path and their name.
fn tests() -> HashSet<String> {
    let mut tests = HashSet::new();
    for source in sources(&["server", "client-tui", "shared", "tests"]) {
        let path = source.name();
        let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
        let modules = parts.iter().rev().filter(|part| !matches!(**part, "tests" | "mod" | "src"));
        let marked =
            source.text.split("test]\n").skip(1).filter_map(|rest| rest.split("fn ").nth(1));
        for name in marked.filter_map(|rest| rest.split('(').next()) {
            tests.extend(modules.clone().take(2).map(|module| format!("{module}::{name}")));
        }
    }
    tests.extend(javascript_tests());
    tests
}

/// The tests of other people's clients and of the page, by their file and their name.
fn javascript_tests() -> impl Iterator<Item = String> {
    let files = fs::read_dir(root().join("tests/clients")).unwrap().map(|file| file.unwrap());
    let files = files.filter(|file| file.file_name().to_string_lossy().ends_with(".test.js"));
    files.flat_map(|file| {
        let name = file.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(file.path()).unwrap();
        let tests = text.split("\ntest('").skip(1).filter_map(|rest| rest.split('\'').next());
        tests.map(|test| format!("{name}: {test}")).collect::<Vec<_>>()
    })
}

#[test]
fn every_threat_is_answered_by_code_and_shown_by_a_test() {
    let text = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let (rows, tests) = (rows(&text), tests());
    let mut wrong = vec![];
    for [threat, code, test] in &rows {
        if threat.is_empty() || !root().join(code).is_file() {
            wrong.push(format!("{threat}: there is no {code}"));
        }
        if !tests.contains(*test) {
            wrong.push(format!("{threat}: there is no test {test}"));
        }
    }

    assert!(rows.len() > 30, "{} rows", rows.len());
    assert!(wrong.is_empty(), "docs/security.md:\n  {}", wrong.join("\n  "));
}
