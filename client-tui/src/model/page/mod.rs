//! The page: how the window is divided, which rows of the timeline are in it, and how a row is made.

pub mod follow;
pub mod geometry;
pub mod reading;
pub mod rows;
pub mod seen;
pub mod sheet;
