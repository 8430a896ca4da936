//! Evenings of a client, played without a terminal.

mod editing;
mod files;
mod ignoring;
mod lines;
mod link;
mod oneself;
mod ordering;
mod reading;
mod rebound;
pub(crate) mod script;
mod searching;
mod selecting;
mod told;
mod unlocking;
