//! A terminal client for a KPL chat room.

pub mod model;
