//! The pure core: what the client knows, and what it does about what happens.

pub mod effect;
pub mod event;
pub mod key;
pub mod log;
