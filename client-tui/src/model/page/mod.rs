//! The page: how the window is divided, which rows of the timeline are in it, and how a row is made:
//! the [`rows`] of an entry, less what its group has said already.

pub mod carried;
mod entry;
pub mod follow;
pub mod geometry;
mod group;
pub mod hits;
pub mod jump;
pub mod legend;
mod picture;
pub mod popup;
pub mod reading;
pub mod roster;
pub mod rows;
pub mod seen;
pub mod sheet;
