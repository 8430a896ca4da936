//! A sanction: who is kept out, or may not speak, by what marks they are known.

use crate::{
    policy::address::Site,
    store::{Imposed, KeyHash},
};

/// By what somebody who connects is known.
#[derive(Debug, Clone, Copy)]
pub struct Marks<'a> {
    /// The name, as claims go.
    pub claims: &'a [String; 2],
    /// The hash of the key.
    pub key: Option<KeyHash>,
    /// Where they are connected from; none where many may be behind one address.
    pub site: Option<Site>,
    /// Since when they have been known under the name, in milliseconds since 1970, UTC; none for
    /// guests.
    pub known_since: Option<i64>,
}

impl Imposed {
    /// Whether it is over.
    pub fn is_over(&self, now: i64) -> bool {
        self.told.until.is_some_and(|until| until <= now)
    }

    /// Whether it is about somebody.
    ///
    /// An address is a weak mark, as others may have it, too: it does not count against those who
    /// had a name of their own before the sanction was given.
    pub fn is_about(&self, marks: &Marks<'_>) -> bool {
        let is_known = marks.known_since.is_some_and(|since| since < self.told.at);
        let by_site =
            !is_known && marks.site.is_some_and(|site| self.sites.contains(&site.to_string()));
        by_site
            || (self.key.is_some() && self.key == marks.key)
            || self.claims.iter().any(|claim| marks.claims.contains(claim))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kpl_shared::{names::Name, order::Sanction};

    fn claims(name: &str) -> [String; 2] {
        Name::parse(name).unwrap().skeleton().claims()
    }

    fn site(address: &str) -> Site {
        Site::of(address.parse().unwrap())
    }

    fn ban() -> Imposed {
        let told = Sanction {
            name: "Mallory".into(),
            mute: false,
            by: "李白".into(),
            at: 100,
            until: Some(200),
            reason: String::new(),
        };
        let sites = vec![site("203.0.113.7").to_string()];
        Imposed { id: 1, told, claims: claims("Mallory"), key: Some([7; 32].into()), sites }
    }

    fn is_about(name: &str, key: Option<u8>, address: Option<&str>, since: Option<i64>) -> bool {
        let claims = claims(name);
        let key = key.map(|byte| [byte; 32].into());
        let site = address.map(site);
        ban().is_about(&Marks { claims: &claims, key, site, known_since: since })
    }

    #[test]
    fn it_holds_for_the_name_its_look_alikes_the_key_and_the_address() {
        assert!(is_about("Mallory", None, None, None));
        assert!(is_about("MaIlory", None, None, None), "a look-alike");
        assert!(is_about("Eve", Some(7), None, Some(1)), "the key under another name");
        assert!(is_about("Eve", Some(8), Some("203.0.113.7"), Some(150)), "a new key from there");
        assert!(is_about("Eve", None, Some("203.0.113.7"), None), "a guest from there");
        assert!(!is_about("Eve", Some(8), Some("203.0.113.8"), Some(150)));
        assert!(!is_about("Eve", Some(8), Some("203.0.113.7"), Some(99)), "a neighbour of old");
    }

    #[test]
    fn it_is_over_when_its_time_has_come() {
        assert!(!ban().is_over(199) && ban().is_over(200));
        let mut endless = ban();
        endless.told.until = None;
        assert!(!endless.is_over(i64::MAX));
    }
}
