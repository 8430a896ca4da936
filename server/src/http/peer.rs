//! Whose address a request comes from. Nothing else answers that.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

use crate::policy::address::Network;

/// By which a proxy says for whom it asks.
const FORWARDED: &str = "x-forwarded-for";

/// The address of whoever sent a request, as an extension of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The proxies that are believed when they say for whom they ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(pub Vec<Network>);

impl Proxies {
    /// Whether an address is a proxy's.
    pub fn hold(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// Whose address a request comes from that arrived from `remote`.
    ///
    /// Each proxy adds to the end of the list whom it was asked by. So the list is read from its
    /// end, for as long as those who wrote it are believed; anybody may have written what stands
    /// before that.
    pub(super) fn peer(&self, remote: IpAddr, headers: &HeaderMap) -> Peer {
        let mut peer = remote.to_canonical();
        let lists = headers.get_all(FORWARDED).iter().rev();
        let entries = lists.flat_map(|list| list.as_bytes().rsplit(|byte| *byte == b','));
        for entry in entries {
            if !self.hold(peer) {
                break;
            }
            let Some(address) = address(entry) else { break };
            peer = address.to_canonical();
        }
        Peer(peer)
    }
}

/// Some proxies write the port, too.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(entry).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse().or_else(|_| with_port()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The peer of a request that came from `remote` with these lists, where 10.0.0.0/8 and
    /// loopback are believed.
    fn peer(remote: &str, lists: &[&str]) -> String {
        let proxies = ["10.0.0.0/8", "127.0.0.1"].map(|network| network.parse().unwrap());
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(FORWARDED, list.parse().unwrap());
        }
        Proxies(proxies.into()).peer(remote.parse().unwrap(), &headers).0.to_string()
    }

    #[test]
    fn a_proxy_is_believed_and_nobody_else() {
        assert_eq!(peer("127.0.0.1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(peer("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(peer("127.0.0.2", &["198.51.100.1"]), "127.0.0.2");
        assert_eq!(peer("::ffff:127.0.0.1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(peer("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(
            Proxies::default().peer([127, 0, 0, 1].into(), &{
                let mut headers = HeaderMap::new();
                headers.append(FORWARDED, "1.2.3.4".parse().unwrap());
                headers
            }),
            Peer([127, 0, 0, 1].into())
        );
    }

    #[test]
    fn what_a_client_wrote_before_the_proxies_is_passed_over() {
        assert_eq!(peer("127.0.0.1", &["1.1.1.1, 203.0.113.5"]), "203.0.113.5");
        assert_eq!(peer("127.0.0.1", &["1.1.1.1", "203.0.113.5"]), "203.0.113.5");
        assert_eq!(peer("127.0.0.1", &["127.0.0.1, 203.0.113.5, 10.1.1.1"]), "203.0.113.5");
        assert_eq!(peer("127.0.0.1", &["10.9.9.9, 10.1.1.1"]), "10.9.9.9");
    }

    #[test]
    fn an_entry_that_is_no_address_ends_the_list() {
        assert_eq!(peer("127.0.0.1", &["1.1.1.1, unknown, 10.1.1.1"]), "10.1.1.1");
        assert_eq!(peer("127.0.0.1", &["1.1.1.1,"]), "127.0.0.1");
        assert_eq!(peer("127.0.0.1", &["203.0.113.5:4711"]), "203.0.113.5");
        assert_eq!(peer("127.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(peer("127.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
    }
}
