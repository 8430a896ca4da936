//! The room server.
