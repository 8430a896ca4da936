//! The promises of KPL chat, held by real parts: the real server, the real client in a terminal,
//! real sockets, and faults made on purpose. A module is a capability; a test's name is a promise.
//!
//! `KPL_SCALE=long` runs the same code for longer; `tests/soak` does so for the promises that time
//! and chance could break.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without fails it where it stands")]

mod abuse;
mod begin;
mod brought;
mod complaints;
mod completing;
mod crash;
mod crowds;
mod delivered;
mod described;
mod disk;
mod doctor;
mod editing;
mod entering;
mod files;
mod first_errors;
mod hostile;
mod inviting;
mod lifecycle;
mod limits;
mod logs;
mod looks;
mod malformed;
mod memory;
mod names;
mod order;
mod orders;
mod pages;
mod pictures;
mod plain;
mod proxied;
mod reading;
mod resume;
mod screens;
mod search;
mod secrets;
mod selecting;
mod send_tail;
mod shown;
mod stalled;
mod terminal;
mod texts;
mod tls;
mod tls_server;
mod together;
mod told;

/// The names of five people.
const FIVE: [&str; 5] = ["李白", "瑶", "吕布", "后羿", "貂蝉"];

/// The lines that an author says, numbered from 1.
fn lines_of(author: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{author} {number}")).collect()
}

/// Whether the status line tells that the link stands: `live`, or in a narrow window how fast.
fn is_linked(screen: &vt100::Screen) -> bool {
    let status = screen.rows(0, 120).next().unwrap_or_default();
    let is_time = |word: &str| word.strip_suffix("ms").is_some_and(|ms| ms.parse::<u32>().is_ok());
    status.split_whitespace().any(|word| word == "live" || is_time(word))
}
