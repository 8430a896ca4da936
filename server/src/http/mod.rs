//! What lies between the network and the handlers: the accept loop, the guard of a connection,
//! the pages of plain HTTP.

pub mod accept;
mod guard;
mod health;
pub mod pages;
