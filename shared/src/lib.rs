//! The words that the server and its clients share.
//!
//! Everything here is pure: no I/O, no clock, no randomness. A value that exists has been checked
//! when it was made, so nothing inside either program checks it again.
//!
//! The modules, in the order in which a line meets them:
//!
//! - [`names`]: who speaks, and where ([`names::Name`], [`names::RoomName`])
//! - [`text`]: what may be said ([`text::Text`])
//! - [`handshake`]: what a client says of itself when it connects
//! - [`protocol`]: the events and their bodies; event names are spelled only there
//! - `whole`: whole numbers in them, as clients of any language write them; `hex`: bytes
//! - [`talk`]: a line as a client says it
//! - [`refusal`]: why something was not done, as a code, a sentence and a time to wait
//! - [`message`]: a line as it is kept and told
//! - [`mod@file`]: a file that a line is about
//! - [`fingerprint`]: what tells one certificate from another
//! - [`order`]: what an operator orders; [`invite`]: what lets somebody in
//! - [`notice`]: what the server says by itself
//! - [`search`]: how a line is found again

pub mod file;
pub mod fingerprint;
pub mod handshake;
mod hex;
pub mod invite;
pub mod message;
pub mod names;
pub mod notice;
pub mod order;
pub mod protocol;
pub mod refusal;
pub mod search;
pub mod talk;
pub mod text;
mod whole;
