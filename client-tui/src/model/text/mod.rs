//! Text: what of it may reach a terminal, and how it is broken into rows.

pub mod clean;
pub mod links;
pub mod wrap;
