//! The pure core: what the client knows, and what it does about what happens.
//!
//! An event comes in by [`update`], is taken up by the hand or by the room, and goes out as
//! effects:
//!
//! - [`event`], [`key`]: what happens
//! - [`update`]: the way in
//! - [`hand`]: what keys do: the draft, the commands, what is said
//! - [`room`]: what the link brings: the lines in their order, the people, the lines that wait
//! - [`state`]: everything that the client knows
//! - [`oneself`]: what of it is one's own
//! - [`attention`]: whether the person looks, and what calls for them
//! - [`effect`]: what the world should do about it
//!
//! - [`begin`]: the questions of a first start, a small core of their own
//!
//! And for the view, which draws it:
//!
//! - [`page`]: what is in the window, and how it is laid out
//! - [`look`]: in which colours
//! - [`text`]: the guard that all of it is drawn through, and how it is broken into rows
//! - [`words`]: every word of the interface, in both languages

pub mod attention;
pub mod begin;
pub mod effect;
pub mod event;
pub mod hand;
pub mod key;
pub mod look;
pub mod oneself;
pub mod page;
pub mod room;
pub mod state;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;
pub mod update;
pub mod words;
