//! The hand: what the person does. A key goes to `press`, which finds in the keymap what
//! it does; Enter goes on to `said`.

pub mod carry;
pub mod choosing;
pub mod command;
pub mod complete;
pub mod composer;
mod copied;
pub(super) mod details;
pub(super) mod edit;
pub mod finding;
pub(super) mod ignore;
pub(super) mod inviting;
pub mod jumping;
pub mod keymap;
pub mod letters;
pub mod mode;
pub mod orders;
pub mod paste;
pub(super) mod path;
pub(super) mod pointing;
pub(super) mod press;
pub(super) mod said;
pub mod seek;
pub mod selecting;
pub mod unlocking;
pub mod vi;
pub(super) mod whois;
