//! How long to wait between attempts.

use std::time::Duration;

/// The first attempt after a loss comes within this time.
const FIRST: Duration = Duration::from_millis(250);
/// The next ones come within this time.
const NEXT: Duration = Duration::from_millis(500);
/// Attempts are at most so far apart.
const LONGEST: Duration = Duration::from_secs(5);
/// Not even the luckiest draw tries more often than this.
const SHORTEST: Duration = Duration::from_millis(20);

/// How long to wait after an outage of this length. `jitter` is drawn evenly from 0 to 1, so that
/// the clients of a server that comes back do not come back all at once.
///
/// The wait grows with the outage, up to a quarter of it: who was gone for four seconds is back
/// within a second of the server, and a long outage costs an attempt every few seconds.
pub(super) fn pause(outage: Duration, jitter: f64) -> Duration {
    let longest = if outage < SHORTEST { FIRST } else { (outage / 4).clamp(NEXT, LONGEST) };
    longest.mul_f64(jitter.clamp(0.0, 1.0)).max(SHORTEST)
}

/// A number drawn evenly from 0 to 1.
pub(super) fn jitter() -> f64 {
    // Without randomness the wait is the longest, which is safe.
    getrandom::u32().map_or(1.0, |drawn| f64::from(drawn) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_attempt_comes_within_a_quarter_of_a_second() {
        assert_eq!(pause(Duration::ZERO, 1.0), Duration::from_millis(250));
        assert_eq!(pause(Duration::ZERO, 0.0), SHORTEST);
    }

    #[test]
    fn the_wait_grows_with_the_outage_up_to_five_seconds() {
        assert_eq!(pause(Duration::from_secs(4), 1.0), Duration::from_secs(1));
        assert_eq!(pause(Duration::from_secs(4), 0.5), Duration::from_millis(500));
        assert_eq!(pause(Duration::from_hours(24), 1.0), LONGEST);
    }
}
