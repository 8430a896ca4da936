//! The places of connections: whoever has one gives it back when it goes.

use std::sync::{Arc, Mutex, PoisonError};

use kpl_shared::refusal::{Code, Refusal};
use tokio::time::Instant;

use super::peer::{Peer, Proxies};
use crate::policy::{
    address::Site,
    crowd::{Capacity, Crowd, Full, Pace},
};

/// Places for so many.
#[derive(Debug)]
pub(super) struct Places {
    crowd: Mutex<Crowd>,
    counts_loopback: bool,
    proxies: Proxies,
    start: Instant,
}

/// One place. It is given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    site: Option<Site>,
}

impl Places {
    /// Places for so many. Those of loopback are counted one by one only if they are to be; those
    /// of a proxy, which asks for many, never.
    pub(super) fn new(capacity: Capacity, counts_loopback: bool, proxies: Proxies) -> Arc<Self> {
        let (crowd, start) = (Mutex::new(Crowd::new(capacity)), Instant::now());
        Arc::new(Self { crowd, counts_loopback, proxies, start })
    }

    /// A place for someone from there.
    pub(super) fn take(self: &Arc<Self>, peer: Peer) -> Result<Place, Full> {
        let Peer(address) = peer;
        let counts = self.counts_loopback || !address.is_loopback();
        let site = (counts && !self.proxies.hold(address)).then(|| Site::of(address));
        let now = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.crowd.lock().unwrap_or_else(PoisonError::into_inner).enter(site, now)?;
        Ok(Place { places: self.clone(), site })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut crowd = self.places.crowd.lock().unwrap_or_else(PoisonError::into_inner);
        crowd.leave(self.site);
    }
}

/// The same in words that say what to do.
pub(super) fn refusal(full: Full) -> Refusal {
    let code = Code::TooManyConnections;
    match full {
        Full::Total => Refusal::new(code, "this server is full; try again later"),
        Full::AtOnce(most) => {
            let message = format!(
                "your address has {most} connections, and more are not allowed; close some, or ask \
                 whoever runs the server for a higher --address-connections"
            );
            Refusal::new(code, message)
        }
        Full::Anew { pace: Pace { count, seconds }, retry_ms } => {
            let message = format!(
                "your address has opened {count} connections, as many as are allowed in {seconds} \
                 seconds; try again in {}, or ask whoever runs the server for a higher \
                 --address-new",
                retry_ms.div_ceil(1000)
            );
            Refusal::for_now(code, message, retry_ms)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::crowd::{Most, Opening};

    fn places(counts_loopback: bool, proxies: &[&str]) -> Arc<Places> {
        let proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        let capacity = Capacity { at_once: Most(Some(1)), anew: Opening(None), total: 4 };
        Places::new(capacity, counts_loopback, Proxies(proxies))
    }

    fn peer(address: &str) -> Peer {
        Peer(address.parse().unwrap())
    }

    #[test]
    fn a_place_is_given_back_when_its_holder_goes() {
        let places = places(false, &[]);
        let first = places.take(peer("192.0.2.1")).unwrap();

        assert_eq!(places.take(peer("192.0.2.1")).unwrap_err(), Full::AtOnce(1));
        drop(first);
        places.take(peer("192.0.2.1")).unwrap();
    }

    #[test]
    fn loopback_and_proxies_are_counted_only_in_all() {
        let (free, strict) = (places(false, &["10.0.0.0/8"]), places(true, &[]));
        let taken: Vec<Place> = ["127.0.0.1", "127.0.0.1", "10.0.0.1", "10.0.0.1"]
            .map(|address| free.take(peer(address)).unwrap())
            .into();
        let _here = strict.take(peer("::1")).unwrap();

        assert_eq!(free.take(peer("127.0.0.1")).unwrap_err(), Full::Total);
        assert_eq!(strict.take(peer("::1")).unwrap_err(), Full::AtOnce(1));
        drop(taken);
    }

    #[test]
    fn whoever_finds_no_place_is_told_what_to_do() {
        let anew = Full::Anew { pace: Pace { count: 32, seconds: 600 }, retry_ms: 18_001 };

        let refused = refusal(anew);

        assert_eq!(refused.code, Code::TooManyConnections);
        assert!(refused.message.contains("try again in 19,"), "{refused}");
        assert!(refusal(Full::AtOnce(16)).message.contains("close some"));
        assert!(refusal(Full::Total).message.contains("try again later"));
    }
}
