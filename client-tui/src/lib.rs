//! A terminal client for a KPL chat room.
//!
//! - [`settings`]: what it is asked to do; [`exit`]: how it ends
//! - [`run`]: THE loop of the screen; [`plain`], [`send`], [`tail`]: the same without a screen
//! - [`begin`]: what a first start asks
//! - [`start`], [`perform`]: what the screen and [`plain`] share
//! - [`post`], [`freight`], [`patience`], [`input`], [`print`](mod@print), [`unlock`]: what those
//!   without a screen share
//! - [`doctor`]: looks at everything that a chat needs
//! - [`key`]: takes one's key to another device
//! - [`manual`]: completions and the man page
//! - [`model`]: what the client knows; pure
//! - [`view`]: how it looks
//! - [`io`]: the terminal, the link, the disk

pub mod begin;
pub mod code;
pub mod doctor;
pub mod exit;
pub mod freight;
pub mod input;
pub mod io;
pub mod key;
pub mod manual;
pub mod model;
pub mod patience;
pub mod perform;
pub mod plain;
pub mod post;
pub mod print;
pub mod run;
pub mod send;
pub mod settings;
pub mod start;
pub mod tail;
pub mod unlock;
pub mod view;
