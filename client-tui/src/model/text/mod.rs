//! Text: what of it may reach a terminal, how it is broken into rows, and what is said in it.

pub mod clean;
pub mod filed;
pub mod links;
pub mod mention;
pub mod spans;
pub mod wrap;
