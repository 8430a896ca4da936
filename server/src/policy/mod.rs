//! The rules, pure: time is an argument.

pub mod rate;
