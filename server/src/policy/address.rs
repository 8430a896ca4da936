//! Addresses: what counts as one, and which belong to a network.

use std::{
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

/// How many bits of an IPv6 address are its network's: whoever has one address there has them all.
const SITE_BITS: u32 = 64;

/// What counts as one address: an IPv4 address, or a network of IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Site(IpAddr);

impl Site {
    /// Where an address belongs to. One of IPv4 that is written as one of IPv6 is one of IPv4.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.into()),
            IpAddr::V6(address) => {
                let mask = u128::MAX << (Ipv6Addr::BITS - SITE_BITS);
                Self(Ipv6Addr::from_bits(address.to_bits() & mask).into())
            }
        }
    }
}

impl std::fmt::Display for Site {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(out, "{address}"),
            IpAddr::V6(address) => write!(out, "{address}/{SITE_BITS}"),
        }
    }
}

/// The addresses that begin with the same bits, written as `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address is one of them.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(its)) => {
                let rest = 32 - self.bits;
                ours.to_bits().checked_shr(rest) == its.to_bits().checked_shr(rest)
            }
            (IpAddr::V6(ours), IpAddr::V6(its)) => {
                let rest = 128 - self.bits;
                ours.to_bits().checked_shr(rest) == its.to_bits().checked_shr(rest)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write an address such as 127.0.0.1, or a network such as 10.0.0.0/8";
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| FORM)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most).ok_or(FORM)?,
            None => most,
        };
        Ok(Self { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_site_is_one_address_of_version_4_and_a_64th_of_version_6() {
        let one = |a: &str, b: &str| Site::of(address(a)) == Site::of(address(b));

        assert!(one("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(!one("192.0.2.1", "192.0.2.2"));
        assert!(one("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
        assert!(!one("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert_eq!(Site::of(address("2001:db8::7")).to_string(), "2001:db8::/64");
    }

    #[test]
    fn a_network_holds_what_begins_with_its_bits() {
        let holds = |network: &str, of| network.parse::<Network>().unwrap().holds(address(of));

        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3") && !holds("::/0", "10.1.2.3"));
        assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("0.0.0.0/0", "203.0.113.9") && holds("::/0", "2001:db8::1"));
        assert!(holds("2001:db8::/33", "2001:db8:7fff::1"));
        assert!(!holds("2001:db8::/33", "2001:db8:8000::1"));
        for wrong in ["", "10.0.0/8", "10.0.0.0/33", "::/129", "here", "10.0.0.0/-1", "1.2.3.4/"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
