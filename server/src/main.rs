//! `kpl-server`: a Socket.IO chat room server with durable history.

fn main() {}
