//! The room server: one order, kept, then told.
//!
//! The modules, in the order in which a line travels:
//!
//! - [`settings`]: what the operator wants
//! - [`manual`]: what a shell and `man` want to know of it
//! - [`log`]: what is told of all this on standard error
//! - [`serve`]: the wiring
//! - [`password`]: what may be asked of whoever enters
//! - [`http`]: the accept loop, and what guards a connection
//! - [`socket`]: what clients send, one verb a file
//! - [`policy`]: the rules, pure
//! - [`control`]: the socket through which this machine orders
//! - [`files`]: pictures and files, over HTTP
//! - [`house`]: who keeps order, who is kept out, which room is slow
//! - [`steward`]: carries out orders
//! - [`room`]: the sequencer, which numbers, keeps, then tells
//! - [`store`]: what is kept
//! - [`fanout`]: who is told, and how
//! - [`clock`]: the machine's clock

pub mod clock;
pub mod control;
pub mod fanout;
pub mod files;
pub mod house;
pub mod http;
pub mod log;
pub mod manual;
pub mod password;
pub mod policy;
pub mod room;
pub mod serve;
pub mod settings;
pub mod socket;
pub mod steward;
pub mod store;
pub mod words;
