//! What the tests of KPL chat are made with: real parts, and a network that fails on purpose.
//!
//! - [`harness`]: real programs, started, watched and ended
//! - [`proxy`]: the fault proxy, which stands between them where faults are the subject
//! - [`fuzz`]: what anybody may send, thrown at whatever reads it

pub mod fuzz;
pub mod harness;
pub mod proxy;
