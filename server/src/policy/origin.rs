//! Which web pages may reach the room.
//!
//! A browser lets any page send requests anywhere, and says in `Origin` whose page it is. Programs
//! that are no browsers mostly say nothing there, and are not asked. A page of the server's own is
//! known by having the same host as the server is asked under; but a stranger can give their own
//! host's name this machine's address (DNS rebinding), so that host must be one that no stranger can
//! own.

use std::{net::IpAddr, str::FromStr};

use http::uri::{Authority, Uri};

/// Where a page comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

/// Whose pages may reach the room.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// Those of others that the operator has named. The server is known under their hosts, too.
    pub named: Vec<Origin>,
    /// What this machine is called.
    pub machine: Option<String>,
    /// Whether whoever has reached the server has seen a certificate of it: then the host is right.
    pub is_certified: bool,
}

/// What a request says of where it comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Claims<'a> {
    /// `Host`.
    pub host: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub site: Option<&'a str>,
}

/// Whose page, or whether any, a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From no page, or from the server's own.
    Here,
    /// From another's that the operator has named.
    Elsewhere,
}

/// Why a request is not let through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Strange {
    /// The page is another's.
    #[error(
        "pages of {0:.200} may not reach this room; whoever runs the server can let them with \
         --origin {0:.200}"
    )]
    Page(String),
    /// The page is another's, and does not say whose.
    #[error("pages of other sites may not reach this room")]
    Site,
    /// The server is asked under a name that may be another's.
    #[error(
        "this server is not known as {0:.200}; whoever runs it can say that it is, with \
         --origin http://{0:.200} or --origin https://{0:.200}"
    )]
    Host(String),
}

impl Origins {
    /// Whether a request may reach the room.
    pub fn check(&self, claims: Claims<'_>) -> Result<Source, Strange> {
        let Claims { host, origin, site } = claims;
        let page = origin.and_then(|origin| origin.parse::<Origin>().ok());
        if page.as_ref().is_some_and(|page| self.named.contains(page)) {
            return Ok(Source::Elsewhere);
        }
        let from_a_page = origin.is_some() || site.is_some_and(|site| site != "none");
        if !from_a_page {
            return Ok(Source::Here);
        }
        let host = host.unwrap_or_default();
        let own = host.parse().ok().filter(|own| self.knows(own));
        let own = own.ok_or_else(|| Strange::Host(host.into()))?;
        match (origin, page) {
            (None, _) if site == Some("same-origin") => Ok(Source::Here),
            (None, _) => Err(Strange::Site),
            (Some(_), Some(page)) if page.is_of(&own) => Ok(Source::Here),
            (Some(origin), _) => Err(Strange::Page(origin.into())),
        }
    }

    /// Whether nobody else can own a host: it is an address, a name without a dot, or one that this
    /// machine is known to have.
    fn knows(&self, own: &Authority) -> bool {
        let host = bare(own.host());
        let is_machine = |name: &str| {
            host == name || host.strip_suffix(".local").is_some_and(|first| first == name)
        };
        self.is_certified
            || host.parse::<IpAddr>().is_ok()
            || !(host.is_empty() || host.contains('.'))
            || host.ends_with(".localhost")
            || self.machine.as_deref().is_some_and(|name| is_machine(&name.to_ascii_lowercase()))
            || self.named.iter().any(|origin| origin.host == host)
    }
}

impl Origin {
    /// Whether it is that of pages of a host.
    fn is_of(&self, own: &Authority) -> bool {
        let usual = match self.scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => return false,
        };
        self.host == bare(own.host()) && self.port.or(usual) == own.port_u16().or(usual)
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a scheme, a host, and the port if it is not the usual, as in \
                            https://kpl.example or http://localhost:8080";
        let uri: Uri = text.parse().map_err(|_| FORM)?;
        let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or(FORM)?;
        let is_bare = uri.path() == "/" && uri.query().is_none() && !text.ends_with('/');
        if !is_bare || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(FORM);
        }
        let scheme = scheme.to_ascii_lowercase();
        let port = authority
            .port_u16()
            .filter(|port| !matches!((scheme.as_str(), port), ("http", 80) | ("https", 443)));
        Ok(Self { host: bare(authority.host()), scheme, port })
    }
}

/// A host as it is compared: without the brackets of an address, without a dot at its end.
fn bare(host: &str) -> String {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = address.unwrap_or(host);
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        let named = vec!["https://kpl.example".parse().unwrap()];
        Origins { named, machine: Some("mybox".into()), is_certified: false }
    }

    fn check(host: &str, origin: &str) -> Result<Source, Strange> {
        origins().check(Claims { host: Some(host), origin: Some(origin), site: None })
    }

    #[test]
    fn whoever_is_no_browser_may_ask_under_any_name() {
        for host in [None, Some("evil.example"), Some("mybox:3000"), Some("")] {
            let claims = Claims { host, ..Claims::default() };

            assert_eq!(origins().check(claims), Ok(Source::Here), "{host:?}");
            assert_eq!(origins().check(Claims { site: Some("none"), ..claims }), Ok(Source::Here));
        }
    }

    #[test]
    fn a_page_of_the_same_host_may() {
        for (host, origin) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("[::1]:3000", "http://[::1]:3000"),
            ("localhost:3000", "http://LOCALHOST:3000"),
            ("mybox:3000", "http://mybox:3000"),
            ("mybox.local", "http://mybox.local"),
            ("192.0.2.1", "http://192.0.2.1:80"),
            ("192.0.2.1", "https://192.0.2.1"),
            ("room.localhost:1", "http://room.localhost:1"),
        ] {
            assert_eq!(check(host, origin), Ok(Source::Here), "{host} {origin}");
        }
    }

    #[test]
    fn a_page_of_another_host_may_not_unless_it_is_named() {
        for origin in [
            "http://evil.example",
            "http://127.0.0.1:3001",
            "https://127.0.0.1",
            "http://127.0.0.1:3000@evil.example",
            "http://127.0.0.1:3000.evil.example",
            "http://kpl.example",
            "https://kpl.example.evil.example",
            "null",
            "file://",
            "",
            "\u{0}",
        ] {
            let strange = check("127.0.0.1:3000", origin).unwrap_err();
            assert_eq!(strange, Strange::Page(origin.into()));
        }
        assert_eq!(check("127.0.0.1:3000", "https://kpl.example"), Ok(Source::Elsewhere));
        assert_eq!(check("anything.example", "https://kpl.example:443"), Ok(Source::Elsewhere));
    }

    #[test]
    fn a_name_that_a_stranger_may_have_given_this_address_is_not_the_servers() {
        for host in
            ["evil.example", "evil.example:3000", "mybox.evil.example", "localhost.evil.", ""]
        {
            let origin = format!("http://{host}");

            assert_eq!(check(host, &origin), Err(Strange::Host(host.into())));
            let claims = Claims { host: Some(host), origin: None, site: Some("same-origin") };
            assert_eq!(origins().check(claims), Err(Strange::Host(host.into())));
        }
        let certified = Origins { is_certified: true, ..origins() };
        let claims =
            Claims { host: Some("chat.example"), origin: Some("https://chat.example"), site: None };
        assert_eq!(certified.check(claims), Ok(Source::Here));
    }

    #[test]
    fn what_a_browser_loads_for_a_page_without_saying_whose_goes_by_its_site() {
        let check = |host, site| origins().check(Claims { host, origin: None, site: Some(site) });

        assert_eq!(check(Some("localhost:3000"), "same-origin"), Ok(Source::Here));
        assert_eq!(check(Some("kpl.example"), "same-origin"), Ok(Source::Here));
        for site in ["cross-site", "same-site", "?"] {
            assert_eq!(check(Some("localhost:3000"), site), Err(Strange::Site));
        }
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let read = |text: &str| text.parse::<Origin>();

        assert_eq!(read("https://KPL.example:443"), read("https://kpl.example"));
        assert_eq!(read("http://[::1]:80"), read("http://[::1]"));
        read("capacitor://localhost").unwrap();
        for wrong in
            ["kpl.example", "https://", "https://a/b", "https://a/", "https://u@a", "*", ""]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
