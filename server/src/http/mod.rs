//! What lies between the network and the handlers: the accept loop, TLS and its certificate, the
//! guard of a connection, the pages of plain HTTP.

pub mod accept;
pub mod certificate;
mod guard;
mod health;
pub mod pages;
pub mod tls;
