//! The hand: what the person does. A key goes to `press`; Enter goes on to `said`.

pub mod command;
pub mod composer;
pub(super) mod press;
pub(super) mod said;
