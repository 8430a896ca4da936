//! `kpl-chat`: a terminal client for a KPL chat room.

fn main() {}
