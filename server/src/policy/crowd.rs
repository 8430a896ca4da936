//! How many connections an address may have, and all together.

use std::{collections::HashMap, str::FromStr};

use super::address::Site;

/// How fast an address may open connections, if there is a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening(pub Option<Pace>);

/// So many in so many seconds, at most a thousand a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How many.
    pub count: u32,
    /// In how many seconds.
    pub seconds: u32,
}

/// How many connections there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// From one address at once.
    pub at_once: Most,
    /// That one address opens anew.
    pub anew: Opening,
    /// In all.
    pub total: usize,
}

/// How many there may be of something, if there is a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most(pub Option<u32>);

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The server has as many connections as it may have.
    Total,
    /// The address has as many as it may have.
    AtOnce(u32),
    /// The address has opened as many as it may for now.
    Anew {
        /// How many those are.
        pace: Pace,
        /// In how many milliseconds it may open one more.
        retry_ms: u64,
    },
}

/// Who is connected, by address.
///
/// An address stays known while it is connected, and then until it might open as many connections
/// as ever. Of those that are not connected at most [`MOST_REMEMBERED`] are remembered.
#[derive(Debug)]
pub struct Crowd {
    capacity: Capacity,
    sites: HashMap<Site, Stay>,
    total: usize,
    look_at: usize,
}

#[derive(Debug, Default)]
struct Stay {
    open: u32,
    /// By when all that it has opened is forgotten, in milliseconds.
    until: i64,
}

/// How many addresses that have no connection are remembered: some megabytes of them.
pub const MOST_REMEMBERED: usize = 1 << 16;
/// With fewer addresses than that, nobody looks for those that may be forgotten.
const LEAST_LOOKED_THROUGH: usize = 1024;

impl Crowd {
    /// Nobody is connected yet.
    pub fn new(capacity: Capacity) -> Self {
        Self { capacity, sites: HashMap::new(), total: 0, look_at: LEAST_LOOKED_THROUGH }
    }

    /// A connection is opened from `site` at `now` (milliseconds on a clock that does not jump), or
    /// from one that is not counted.
    pub fn enter(&mut self, site: Option<Site>, now: i64) -> Result<(), Full> {
        if self.total >= self.capacity.total {
            return Err(Full::Total);
        }
        if let Some(site) = site {
            self.forget(now);
            self.sites.entry(site).or_default().enter(self.capacity, now)?;
        }
        self.total += 1;
        Ok(())
    }

    /// A connection that was opened from there is over.
    pub fn leave(&mut self, site: Option<Site>) {
        self.total = self.total.saturating_sub(1);
        if let Some(stay) = site.and_then(|site| self.sites.get_mut(&site)) {
            stay.open = stay.open.saturating_sub(1);
        }
    }

    /// Forgets the addresses of which there is nothing to know once there are twice as many as at
    /// the last look, and all that are not connected where there are too many.
    fn forget(&mut self, now: i64) {
        if self.sites.len() < self.look_at {
            return;
        }
        self.sites.retain(|_, stay| stay.open > 0 || stay.until > now);
        let open = self.sites.values().filter(|stay| stay.open > 0).count();
        if self.sites.len() - open >= MOST_REMEMBERED {
            self.sites.retain(|_, stay| stay.open > 0);
        }
        let most = open + MOST_REMEMBERED;
        self.look_at = (self.sites.len() * 2).clamp(LEAST_LOOKED_THROUGH, most);
    }
}

impl Stay {
    fn enter(&mut self, capacity: Capacity, now: i64) -> Result<(), Full> {
        if let Some(most) = capacity.at_once.0.filter(|most| self.open >= *most) {
            return Err(Full::AtOnce(most));
        }
        if let Some(pace) = capacity.anew.0 {
            let window = i64::from(pace.seconds) * 1000;
            let until = self.until.max(now) + window / i64::from(pace.count);
            if let Ok(retry_ms @ 1..) = u64::try_from(until - now - window) {
                return Err(Full::Anew { pace, retry_ms });
            }
            self.until = until;
        }
        self.open += 1;
        Ok(())
    }
}

impl FromStr for Opening {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write COUNT,SECONDS (at most a thousand a second, and a day) or off";
        if text == "off" {
            return Ok(Self(None));
        }
        let (count, seconds) = text.split_once(',').ok_or(FORM)?;
        let number = |text: &str, most| {
            text.trim().parse().ok().filter(|n| (1..=most).contains(n)).ok_or(FORM)
        };
        let seconds = number(seconds, 86_400)?;
        Ok(Self(Some(Pace { count: number(count, seconds * 1000)?, seconds })))
    }
}

impl FromStr for Most {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a number from 1 to 1000000 or off";
        if text == "off" {
            return Ok(Self(None));
        }
        let most = text.parse().ok().filter(|most| (1..=1_000_000).contains(most));
        most.map(|most| Self(Some(most))).ok_or(FORM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEN_MINUTES: i64 = 600_000;

    fn crowd(at_once: u32, count: u32, total: usize) -> Crowd {
        let anew = Opening(Some(Pace { count, seconds: 600 }));
        Crowd::new(Capacity { at_once: Most(Some(at_once)), anew, total })
    }

    fn site(number: u32) -> Site {
        Site::of(std::net::Ipv4Addr::from_bits(number).into())
    }

    #[test]
    fn an_address_has_so_many_at_once_and_one_that_goes_makes_place() {
        let mut crowd = crowd(2, 100, 100);
        crowd.enter(Some(site(1)), 0).unwrap();
        crowd.enter(Some(site(1)), 0).unwrap();

        assert_eq!(crowd.enter(Some(site(1)), 0), Err(Full::AtOnce(2)));
        crowd.enter(Some(site(2)), 0).unwrap();
        crowd.leave(Some(site(1)));
        crowd.enter(Some(site(1)), 0).unwrap();
    }

    #[test]
    fn an_address_opens_so_many_and_then_one_each_time_that_the_pace_gives() {
        let mut crowd = crowd(100, 32, 100);
        let mut come_and_go = |now| {
            crowd.enter(Some(site(1)), now)?;
            crowd.leave(Some(site(1)));
            Ok::<(), Full>(())
        };
        for _ in 0..32 {
            come_and_go(0).unwrap();
        }

        let each = TEN_MINUTES / 32;
        let refused = come_and_go(1000).unwrap_err();
        let Full::Anew { retry_ms, .. } = refused else { panic!("{refused:?}") };
        assert_eq!(i64::try_from(retry_ms).unwrap(), each - 1000);
        come_and_go(each).unwrap();
        come_and_go(each).unwrap_err();
        for _ in 0..32 {
            come_and_go(each + TEN_MINUTES).unwrap();
        }
    }

    #[test]
    fn all_together_are_counted_with_those_who_have_no_limit_of_their_own() {
        let mut crowd = crowd(2, 2, 3);
        for who in [None, None, Some(site(1))] {
            crowd.enter(who, 0).unwrap();
        }

        assert_eq!([crowd.enter(None, 0), crowd.enter(Some(site(2)), 0)], [Err(Full::Total); 2]);
        crowd.leave(None);
        crowd.enter(Some(site(2)), 0).unwrap();
    }

    #[test]
    fn however_many_addresses_come_and_go_few_are_remembered_and_none_that_is_there() {
        let mut crowd = crowd(1, 1, 100);
        crowd.enter(Some(site(0)), 0).unwrap();

        let mut most = 0;
        for number in 1..300_000 {
            crowd.enter(Some(site(number)), 1).unwrap();
            crowd.leave(Some(site(number)));
            most = most.max(crowd.sites.len());
        }

        assert!(most <= MOST_REMEMBERED + 2, "{most}");
        assert_eq!(crowd.enter(Some(site(0)), TEN_MINUTES * 2), Err(Full::AtOnce(1)));
    }

    #[test]
    fn addresses_that_might_open_as_many_as_ever_are_forgotten() {
        let mut crowd = crowd(1, 1, 100);

        for number in 0..5000 {
            crowd.enter(Some(site(number)), i64::from(number) * TEN_MINUTES).unwrap();
            crowd.leave(Some(site(number)));
        }

        assert!(crowd.sites.len() <= LEAST_LOOKED_THROUGH, "{}", crowd.sites.len());
    }

    #[test]
    fn a_pace_is_two_numbers_and_a_most_is_one() {
        let pace = Pace { count: 32, seconds: 600 };
        assert_eq!("32,600".parse(), Ok(Opening(Some(pace))));
        assert_eq!("off".parse(), Ok(Opening(None)));
        assert_eq!(("16".parse(), "off".parse()), (Ok(Most(Some(16))), Ok(Most(None))));
        for wrong in ["", "32", "0,600", "32,0", "32,86401", "1,2,3", "a,b", "1001,1"] {
            assert!(wrong.parse::<Opening>().is_err(), "{wrong}");
        }
        for wrong in ["", "0", "-1", "x"] {
            assert!(wrong.parse::<Most>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn in_no_ten_minutes_does_an_address_open_twice_its_number(
            gaps in prop::collection::vec(0i64..60_000, 1..300),
        ) {
            let mut crowd = crowd(u32::MAX, 8, usize::MAX);
            let mut now = 0;
            let mut opened = Vec::new();
            for gap in gaps {
                now += gap;
                if crowd.enter(Some(site(1)), now).is_ok() {
                    opened.push(now);
                }
            }
            for (first, begin) in opened.iter().enumerate() {
                let within = opened[first..].iter().filter(|at| **at < begin + TEN_MINUTES);
                prop_assert!(within.count() < 16);
            }
        }
    }
}
