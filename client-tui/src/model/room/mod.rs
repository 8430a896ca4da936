//! The room: what the link brings goes to `heard`, and from there into the log, which keeps the
//! order; the timeline is all of it that can be read.

pub mod carrying;
pub(super) mod departure;
pub(super) mod heard;
pub mod ignored;
pub mod log;
pub mod outage;
pub mod outbox;
pub mod past;
pub mod people;
pub mod pictures;
pub mod shelf;
pub mod spoken;
pub mod timeline;
pub mod unread;
