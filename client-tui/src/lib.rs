//! A terminal client for a KPL chat room.

pub mod io;
pub mod model;
