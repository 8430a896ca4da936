//! What lies between the network and the handlers: the accept loop, TLS and its certificate, the
//! gate that connections and requests pass, the guard of a connection, the pages of plain HTTP.

pub mod accept;
pub mod certificate;
pub mod gate;
mod guard;
mod handshakes;
mod health;
mod page;
pub mod pages;
pub mod peer;
mod place;
pub mod tls;
