//! What is brought in: from where, and under which licence. `deny.toml` says what may be.

use std::{
    collections::{HashMap, HashSet},
    process::Command,
};

use serde_json::Value;

use crate::source::root;

/// From where alone a package comes.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // Not offline: what only other systems need has been brought in by nothing before.
    command.args(["metadata", "--locked", "--format-version", "1"]);
    let told = command.current_dir(root()).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    told["packages"].as_array().unwrap().clone()
}

fn allowed() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let allow = table["licenses"]["allow"].as_array().unwrap();
    allow.iter().map(|licence| licence.as_str().unwrap().to_owned()).collect()
}

/// Whether a licence, as SPDX writes it or as older packages do, is among those that are allowed.
fn is_allowed(licence: &str, allowed: &[String]) -> bool {
    let licence = licence.replace(" / ", " OR ").replace('/', " OR ");
    let mut words = licence.replace('(', " ( ").replace(')', " ) ");
    words.push_str(" )");
    let mut words = words.split_whitespace().peekable();
    any(&mut words, allowed)
}

type Words<'a, 'b> = &'a mut std::iter::Peekable<std::str::SplitWhitespace<'b>>;

fn any(words: Words<'_, '_>, allowed: &[String]) -> bool {
    let mut found = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        found |= all(words, allowed);
    }
    words.next_if_eq(&")");
    found
}

fn all(words: Words<'_, '_>, allowed: &[String]) -> bool {
    let mut found = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        found &= one(words, allowed);
    }
    found
}

fn one(words: Words<'_, '_>, allowed: &[String]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        return any(words, allowed);
    }
    let mut licence = words.next().unwrap_or_default().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    allowed.contains(&licence)
}

#[test]
fn everything_comes_from_the_registry_under_a_licence_that_is_allowed() {
    let allowed = allowed();
    let packages = packages();
    let mut wrong = vec![];
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let (name, licence) = (&package["name"], package["license"].as_str().unwrap_or("none"));
        if package["source"] != REGISTRY {
            wrong.push(format!("{name} comes from {}", package["source"]));
        }
        if !is_allowed(licence, &allowed) {
            wrong.push(format!("{name} is under {licence}"));
        }
    }

    assert!(packages.len() > 100, "{} packages", packages.len());
    assert!(wrong.is_empty(), "deny.toml allows none of this:\n  {}", wrong.join("\n  "));
}

#[test]
fn a_licence_is_read_as_spdx_writes_it() {
    let allowed = ["MIT", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);

    for yes in ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "(GPL-3.0 OR MIT) AND MIT"] {
        assert!(is_allowed(yes, &allowed), "{yes}");
    }
    assert!(is_allowed("GPL-2.0 OR Apache-2.0 WITH LLVM-exception", &allowed));
    for no in ["GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "(MIT OR ISC) AND GPL-3.0", ""] {
        assert!(!is_allowed(no, &allowed), "{no}");
    }
}

/// The packages of a lock: each name and version, with the names of what it needs.
fn locked(path: &str) -> HashMap<(String, String), HashSet<String>> {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let word = |value: &toml::Value| value.as_str().unwrap().to_owned();
    // A version stands behind a name only where there are several.
    let bare = |need: &toml::Value| word(need).split(' ').next().unwrap().to_owned();
    let packages = table["package"].as_array().unwrap().iter();
    let read = packages.map(|package| {
        let needs = package.get("dependencies").and_then(toml::Value::as_array);
        let needs = needs.into_iter().flatten().map(bare).collect();
        ((word(&package["name"]), word(&package["version"])), needs)
    });
    read.collect()
}

#[test]
fn the_fuzzers_lock_follows_that_of_the_workspace() {
    let (ours, fuzz) = (locked("Cargo.lock"), locked("tests/fuzz/Cargo.lock"));
    let known: HashSet<&String> = ours.keys().map(|(name, _)| name).collect();
    let (mut wrong, mut found) = (vec![], 0);
    for (package, _) in fuzz.iter().filter(|((name, _), _)| known.contains(name)) {
        if !ours.contains_key(package) {
            wrong.push(format!("{} {} is another version", package.0, package.1));
        }
    }
    for folder in ["server", "client-tui", "shared", "tests"] {
        let text = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let table: toml::Table = text.parse().unwrap();
        let name = table["package"]["name"].as_str().unwrap();
        let Some((_, locked)) = fuzz.iter().find(|((other, _), _)| other == name) else { continue };
        found += 1;
        let needs = table["dependencies"].as_table().unwrap().keys();
        let missing = needs.filter(|need| !locked.contains(*need));
        wrong.extend(missing.map(|need| format!("{name} lacks {need}")));
    }

    assert!(found > 2, "{found} packages of ours");
    let update = "(cd tests/fuzz && cargo update --workspace)";
    assert!(wrong.is_empty(), "run {update}:\n  {}", wrong.join("\n  "));
}
