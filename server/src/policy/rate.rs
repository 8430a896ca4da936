//! How fast an owner may speak: a token bucket for each.

use std::{collections::HashMap, str::FromStr};

/// A burst that is always allowed, and how fast it is given back. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(Option<Limit>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    burst: u32,
    per_second: u32,
}

impl Rate {
    /// No limit.
    pub const OFF: Self = Self(None);

    /// A burst, and so many a second after it.
    pub const fn of(burst: u32, per_second: u32) -> Self {
        Self(Some(Limit { burst, per_second }))
    }
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write BURST,PER_SECOND (two numbers from 1 to 1000000) or off";
        if text == "off" {
            return Ok(Self::OFF);
        }
        let (burst, per_second) = text.split_once(',').ok_or(FORM)?;
        let number = |text: &str| text.trim().parse().ok().filter(|n| (1..=1_000_000).contains(n));
        let (burst, per_second) = number(burst).zip(number(per_second)).ok_or(FORM)?;
        Ok(Self(Some(Limit { burst, per_second })))
    }
}

/// The buckets of all owners. A bucket that is full again says nothing and is let go.
#[derive(Debug)]
pub struct Buckets {
    rate: Rate,
    owners: HashMap<String, Bucket>,
    prune_at: usize,
}

/// Tokens are kept in thousandths, times in milliseconds, so that nothing is lost to rounding.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    millitokens: u64,
    at: i64,
}

const LEAST_PRUNED: usize = 1024;

impl Buckets {
    /// Full buckets for everyone.
    pub fn new(rate: Rate) -> Self {
        Self { rate, owners: HashMap::new(), prune_at: LEAST_PRUNED }
    }

    /// Takes one token of `owner` at `now` (milliseconds on any clock that does not jump), or says
    /// in how many milliseconds there will be one.
    pub fn take(&mut self, owner: &str, now: i64) -> Result<(), u64> {
        let Some(limit) = self.rate.0 else { return Ok(()) };
        self.prune(now, limit);
        let full = Bucket { millitokens: u64::from(limit.burst) * 1000, at: now };
        let bucket = match self.owners.get_mut(owner) {
            Some(bucket) => bucket,
            None => self.owners.entry(owner.into()).or_insert(full),
        };
        *bucket = bucket.refilled(now, limit);
        if bucket.millitokens >= 1000 {
            bucket.millitokens -= 1000;
            Ok(())
        } else {
            Err((1000 - bucket.millitokens).div_ceil(u64::from(limit.per_second)).max(1))
        }
    }

    /// Lets full buckets go once the map has doubled since it was last looked through, so that
    /// the cost a line stays constant and the map as large as the crowd that is speaking.
    fn prune(&mut self, now: i64, limit: Limit) {
        if self.owners.len() < self.prune_at {
            return;
        }
        let full = u64::from(limit.burst) * 1000;
        self.owners.retain(|_, bucket| bucket.refilled(now, limit).millitokens < full);
        self.prune_at = (self.owners.len() * 2).max(LEAST_PRUNED);
    }
}

impl Bucket {
    /// `per_second` tokens a second are as many thousandths a millisecond.
    fn refilled(self, now: i64, limit: Limit) -> Self {
        let elapsed = u64::try_from(now.saturating_sub(self.at)).unwrap_or(0);
        let gained = elapsed.saturating_mul(u64::from(limit.per_second));
        let full = u64::from(limit.burst) * 1000;
        Self { millitokens: self.millitokens.saturating_add(gained).min(full), at: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn buckets(rate: &str) -> Buckets {
        Buckets::new(rate.parse().unwrap())
    }

    #[test]
    fn a_burst_passes_and_then_so_many_a_second() {
        let mut buckets = buckets("10,5");

        let passed = (0..20).filter(|_| buckets.take("a", 0).is_ok()).count();

        assert_eq!(passed, 10);
        assert_eq!(buckets.take("a", 0), Err(200));
        assert_eq!(buckets.take("a", 199), Err(1));
        assert_eq!(buckets.take("a", 200), Ok(()));
        assert_eq!(buckets.take("b", 200), Ok(()));
    }

    #[test]
    fn a_rate_is_two_numbers_or_off() {
        assert_eq!("off".parse(), Ok(Rate::OFF));
        for text in ["", "10", "0,5", "5,0", "-1,2", "1,2,3", "a,b", "9999999,1"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn owners_who_fell_silent_are_forgotten() {
        let mut buckets = buckets("10,5");
        for owner in 0..5000 {
            buckets.take(&owner.to_string(), owner * 10).unwrap();
        }

        assert!(buckets.owners.len() <= LEAST_PRUNED, "{}", buckets.owners.len());
    }

    proptest! {
        #[test]
        fn whoever_waits_as_told_passes(mut gaps in prop::collection::vec(0i64..400, 1..60)) {
            let mut buckets = buckets("3,7");
            let mut now = 0;
            while let Some(gap) = gaps.pop() {
                now += gap;
                if let Err(wait) = buckets.take("a", now) {
                    now += i64::try_from(wait).unwrap();
                    prop_assert_eq!(buckets.take("a", now), Ok(()));
                }
            }
        }

        #[test]
        fn no_more_pass_than_the_rate_allows(times in prop::collection::vec(0i64..10_000, 1..200)) {
            let mut times = times;
            times.sort_unstable();
            let mut buckets = buckets("3,7");
            let span = times.last().unwrap() - times.first().unwrap();
            let passed = times.iter().filter(|now| buckets.take("a", **now).is_ok()).count();
            prop_assert!(passed as u64 <= 3 + u64::try_from(span).unwrap() * 7 / 1000 + 1);
        }
    }
}
