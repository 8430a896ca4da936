//! What anybody may send, thrown at whatever reads it.
//!
//! A target takes bytes, makes of them what its subject reads, and fails by a panic where the
//! subject breaks a promise. `tests/fuzz/run` lets a coverage-guided fuzzer find the bytes; the
//! tests throw the kept seeds, and bytes made from them, at the same targets.
//!
//! - [`wire`]: what a client sends the server, and a server the client
//! - [`text`]: names and texts that reach a screen
//! - [`names`]: names that people ask for
//! - [`toml`]: settings files
//! - [`update`]: everything that can happen to the terminal client, and what it draws then

pub mod names;
pub mod text;
pub mod toml;
pub mod update;
pub mod wire;

/// A target: it panics where something is wrong.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("wire", wire::target),
    ("text", text::target),
    ("names", names::target),
    ("toml", toml::target),
    ("update", update::target),
];
