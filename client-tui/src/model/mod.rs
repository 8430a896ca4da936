//! The pure core: what the client knows, and what it does about what happens.

pub mod effect;
pub mod event;
pub mod key;
pub mod log;
pub mod clean;
pub mod clock;
pub mod wrap;
pub mod words;
pub mod command;
pub mod composer;
pub mod outbox;
