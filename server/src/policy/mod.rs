//! The rules, pure: time is an argument.

pub mod address;
pub mod crowd;
pub mod origin;
pub mod picture;
pub mod rate;
