//! Holds the rules that ARCHITECTURE.md marks: who may know what, and what is deliberately absent.

#![expect(clippy::unwrap_used, reason = "a repository that cannot be read fails the test")]

mod readme;
mod source;
mod supply;
mod threats;
mod wording;

use std::fs;

use kpl_shared::protocol::event;

use source::{root, sources};

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
    "TimeZone::system",
];

const EVENTS: &[&str] = &[
    event::TALK,
    event::WELCOME,
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
    event::SEARCH,
    event::FOUND,
    event::TYPING,
    event::ORDER,
    event::ORDERED,
];

/// Words that are spelled like an event and are none: what people read, keys, actions, inks,
/// settings and what the log says.
const NAMESAKES: &[(&str, &[&str])] = &[
    ("client-tui/src/model/words", EVENTS),
    ("client-tui/src/model/look/theme.rs", &["found"]),
    ("client-tui/src/settings", &["typing"]),
    ("client-tui/src/io/connection/journal.rs", &["found", "refused", "notice", "left", "ordered"]),
    ("client-tui/src/model/key.rs", &["left"]),
    ("client-tui/src/model/hand/keymap.rs", &["left", "search"]),
];

/// Folders and files, and the modules of their own crate that they must not name.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("client-tui/src/model", &["io", "view", "run", "plain", "send", "tail", "settings"]),
    ("client-tui/src/model/text", &["model::state", "model::hand", "model::room", "model::page"]),
    ("client-tui/src/model/words", &["model::state", "model::hand", "model::room", "model::page"]),
    ("client-tui/src/model/room/log.rs", &["model::state", "model::hand", "model::page"]),
    ("client-tui/src/model/room/timeline.rs", &["model::state", "model::hand", "model::page"]),
    ("client-tui/src/model/hand/composer", &["model::state", "model::room", "model::page"]),
    ("client-tui/src/model/state.rs", &["model::page", "model::update"]),
    ("client-tui/src/view", &["io", "run", "plain", "send", "tail", "settings"]),
    ("client-tui/src/io", &["view", "run", "plain", "send", "tail"]),
    (
        "server/src/store",
        &["serve", "http", "socket", "web", "policy", "room", "fanout", "house", "steward"],
    ),
    (
        "server/src/fanout.rs",
        &["serve", "http", "socket", "web", "policy", "room", "store", "house", "steward"],
    ),
    (
        "server/src/policy",
        &["serve", "http", "socket", "web", "room", "store", "fanout", "house", "steward"],
    ),
    (
        "server/src/house",
        &["serve", "http", "socket", "web", "room", "fanout", "steward", "control"],
    ),
    ("server/src/steward", &["serve", "http", "socket", "web", "control"]),
    ("server/src/room", &["serve", "http", "socket", "web", "steward", "control"]),
    ("server/src/files", &["serve"]),
    ("server/src/socket", &["serve", "files"]),
    ("server/src/http", &["serve", "files"]),
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
        let namesakes = NAMESAKES.iter().filter(|(place, _)| source.name().starts_with(place));
        let namesakes: Vec<&str> = namesakes.flat_map(|(_, words)| *words).copied().collect();
        let events = literals.filter(|(_, literal)| {
            EVENTS.contains(&literal.as_str()) && !namesakes.contains(&literal.as_str())
        });
        events.map(|(line, name)| format!("{}:{line}: {name:?}", source.name())).collect::<Vec<_>>()
    });

    assert_none(spelled, "event names stand in shared/src/protocol.rs; use its constants");
}

#[test]
fn imports_point_one_way() {
    let backwards = DIRECTIONS.iter().flat_map(|(place, above)| {
        let above: Vec<String> = above.iter().map(|module| format!("crate::{module}")).collect();
        sources(&[place]).iter().flat_map(|source| source.importing(&above)).collect::<Vec<_>>()
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

#[track_caller]
fn assert_none(found: impl IntoIterator<Item = String>, rule: &str) {
    let found: Vec<String> = found.into_iter().map(|one| format!("  {one}\n")).collect();
    assert!(found.is_empty(), "{rule}, but:\n{}", found.concat());
}
