//! Where a server is: an address that was checked once, on entry.

use std::fmt;

use kpl_shared::invite::Code;
use url::{Host, Url};

use crate::model::words::address::{AddressError, AddressFault, EXAMPLE};

/// Where a server is when nobody says.
pub const DEFAULT: &str = EXAMPLE;

/// The address of a Socket.IO server: `http` or `https`, a host, perhaps a port and a path, and
/// perhaps an invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    url: Url,
    invite: Option<Code>,
}

impl Address {
    /// Reads an address, or a link that is an invite. `host:3000` is short for `http://host:3000`.
    pub fn parse(link: &str) -> Result<Self, AddressError> {
        let link = link.trim();
        // What lets one in is a secret: no sentence about the address has it.
        let (address, fragment) = match link.split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (link, None),
        };
        let wrong = |fault| AddressError { address: without_secret(address), fault };
        let whole = match address.split_once("://") {
            None => format!("http://{address}"),
            Some(("ws", rest)) => format!("http://{rest}"),
            Some(("wss", rest)) => format!("https://{rest}"),
            Some(_) => address.to_owned(),
        };
        let url = Url::parse(&whole).map_err(|error| {
            wrong(match error {
                url::ParseError::EmptyHost => AddressFault::NoHost,
                url::ParseError::InvalidPort => AddressFault::Port,
                _ => AddressFault::Form,
            })
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(AddressFault::Scheme));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(wrong(AddressFault::NoHost));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(AddressFault::Secret));
        }
        let read =
            |fragment| Code::of_fragment(fragment).ok_or_else(|| wrong(AddressFault::Invite));
        Ok(Self { url, invite: fragment.map(read).transpose()? })
    }

    /// The invite that stands in the link.
    pub fn invite(&self) -> Option<&Code> {
        self.invite.as_ref()
    }

    /// The address as the client library wants it.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The host, as it stands in the address.
    pub fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// The host and the port as a request names them.
    pub fn authority(&self) -> String {
        match self.url.port() {
            Some(port) => format!("{}:{port}", self.host()),
            None => self.host(),
        }
    }

    /// Where a path of the server's is: below what stands before its Socket.IO endpoint, as a proxy
    /// may have it.
    pub fn below(&self, path: &str) -> String {
        let endpoint = self.url.path().trim_end_matches('/');
        let before = endpoint.strip_suffix("/socket.io").unwrap_or(endpoint);
        format!("{before}{path}")
    }

    /// The whole address of a path of the server's.
    pub fn link(&self, path: &str) -> String {
        format!("{}://{}{}", self.url.scheme(), self.authority(), self.below(path))
    }

    /// Whether what is said on the way there is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether it is on this very machine.
    pub fn is_here(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether what is said on the way there can be read by others.
    pub fn is_readable(&self) -> bool {
        !self.is_encrypted() && !self.is_here()
    }

    /// Who the server is, apart from any path: scheme, host and port.
    ///
    /// The names of this very machine are one: whoever was at `127.0.0.1` yesterday and is at
    /// `localhost` today is the same person with the same key.
    pub fn origin(&self) -> String {
        let host = if self.is_here() { "127.0.0.1".into() } else { self.host() };
        format!("{}://{host}:{}", self.url.scheme(), self.port())
    }
}

/// An address as it may be printed: without the name and the password that stand in it.
fn without_secret(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://…{}", &rest[at..]),
        None => address.to_owned(),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.url.as_str();
        out.write_str(text.strip_suffix('/').unwrap_or(text))
    }
}

impl std::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(address: &str) -> Result<Self, AddressError> {
        Self::parse(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> String {
        Address::parse(address).unwrap().origin()
    }

    #[test]
    fn an_address_without_a_scheme_is_an_http_one() {
        assert_eq!(
            Address::parse("kpl.example:3000").unwrap().to_string(),
            "http://kpl.example:3000"
        );
        assert_eq!(Address::parse("ws://kpl.example").unwrap().to_string(), "http://kpl.example");
    }

    #[test]
    fn what_is_no_address_says_why_and_shows_one_that_is() {
        for (address, why) in [
            ("", "names no host"),
            ("http://", "names no host"),
            ("ftp://host", "neither http"),
            ("host:99999", "no port"),
            ("http://a b", "nothing can be called so"),
            ("http://me:secret@host", "belong elsewhere"),
            ("me:secret@host:1/a@b", "belong elsewhere"),
            ("ftp://secret@host", "neither http"),
            ("http://host/#invite=3", "no whole invite"),
        ] {
            let sentence = Address::parse(address).unwrap_err().to_string();
            assert!(sentence.contains(why) && sentence.ends_with(DEFAULT), "{sentence}");
            assert!(!sentence.contains("secret"), "{sentence}");
        }
    }

    #[test]
    fn a_link_may_be_an_invite_which_is_shown_nowhere() {
        let digits = "30313233343536373839616263646566";
        let address = Address::parse(&format!("https://kpl.example/#invite={digits}")).unwrap();

        assert_eq!(address.invite().unwrap().to_hex(), digits);
        assert_eq!((address.as_str(), address.port()), ("https://kpl.example/", 443));
        assert!(!format!("{address} {address:?} {}", address.origin()).contains("303"));
        for cut in ["https://kpl.example/#invite=3031", "ftp://x/#invite=3031", "kpl.example#x303"]
        {
            let sentence = Address::parse(cut).unwrap_err().to_string();
            assert!(!sentence.contains("303"), "{sentence}");
        }
        assert_eq!(Address::parse("https://kpl.example").unwrap().invite(), None);
    }

    #[test]
    fn a_server_is_known_by_scheme_host_and_port() {
        assert_eq!(origin("https://KPL.example/chat?x=1"), "https://kpl.example:443");
        assert_ne!(origin("http://kpl.example"), origin("https://kpl.example"));
        assert_ne!(origin("http://kpl.example:1"), origin("http://kpl.example:2"));
    }

    #[test]
    fn what_else_a_server_has_is_beside_its_endpoint() {
        for (address, link) in [
            ("kpl.example:3000", "http://kpl.example:3000/files"),
            ("https://kpl.example:443/", "https://kpl.example/files"),
            ("https://kpl.example/chat/socket.io/", "https://kpl.example/chat/files"),
            ("https://kpl.example/chat?x=1", "https://kpl.example/chat/files"),
            ("http://[::1]:3000/socket.io", "http://[::1]:3000/files"),
        ] {
            assert_eq!(Address::parse(address).unwrap().link("/files"), link);
        }
    }

    #[test]
    fn only_what_leaves_this_machine_in_the_clear_is_readable() {
        let readable = |address: &str| Address::parse(address).unwrap().is_readable();

        assert!(readable("kpl.example:3000") && readable("http://192.168.1.2"));
        assert!(!readable("https://kpl.example") && !readable("localhost:3000"));
        assert!(!readable("http://127.9.9.9") && !readable("http://[::1]:3000"));
    }

    #[test]
    fn the_names_of_this_machine_are_one() {
        for address in ["localhost:3000", "127.0.0.1:3000", "http://[::1]:3000"] {
            assert_eq!(origin(address), "http://127.0.0.1:3000");
        }
    }
}
