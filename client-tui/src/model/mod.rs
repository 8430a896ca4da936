//! The pure core: what the client knows, and what it does about what happens.
//!
//! In the order in which an event travels:
//!
//! - [`event`], [`key`]: what happens
//! - [`update`]: the way in; keys go on to `typed` and `said`, the server's words to `heard`
//! - [`state`]: everything that the client knows, made of
//!   [`log`], [`outbox`], [`composer`], [`people`] and [`clock`]
//! - [`command`]: what a line that begins with a slash asks for
//! - [`effect`]: what the world should do about it
//!
//! And for the view, which draws it:
//!
//! - [`timeline`]: all that can be read, in order; [`reading`]: what of it is in the window
//! - [`rows`], [`wrap`], [`geometry`]: how it is laid out
//! - [`clean`]: the guard that all of it is drawn through
//! - [`words`]: every word of the interface; [`trouble`]: why there is no link

pub mod clean;
pub mod clock;
pub mod command;
pub mod composer;
pub mod effect;
pub mod event;
pub mod geometry;
mod heard;
pub mod key;
pub mod log;
pub mod outbox;
pub mod people;
pub mod reading;
pub mod rows;
mod said;
pub mod state;
#[cfg(test)]
pub(crate) mod tests;
pub mod timeline;
pub mod trouble;
mod typed;
pub mod update;
pub mod words;
pub mod wrap;
