//! The link that takes a name and its key at one server to another device: `URL/#key=HEX&name=NAME`,
//! as the page writes it, too. Whatever stands behind the `#` is sent to no server.

use kpl_shared::{handshake::Key, names::Name};
use url::form_urlencoded;

use super::address::Address;

/// Who one is at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The server.
    pub address: Address,
    /// What proves the name there.
    pub key: Key,
    /// The name.
    pub name: Option<Name>,
}

impl Identity {
    /// The link.
    pub fn link(&self) -> String {
        let mut said = form_urlencoded::Serializer::new(String::new());
        said.append_pair("key", &self.key.to_hex());
        if let Some(name) = &self.name {
            said.append_pair("name", name.as_str());
        }
        format!("{}/#{}", self.address, said.finish())
    }

    /// Reads a link.
    pub fn parse(link: &str) -> Option<Self> {
        let (address, said) = link.trim().split_once('#')?;
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(said.as_bytes());
            pairs.find_map(|(key, value)| (key == name).then_some(value))
        };
        Some(Self {
            address: Address::parse(address).ok()?,
            key: Key::parse(&value("key")?)?,
            name: value("name").and_then(|name| Name::parse(&name).ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_is_written() {
        for (address, name) in [
            ("http://127.0.0.1:3000", Some("李白")),
            ("https://kpl.example:8443", Some("Zoë-1")),
            ("http://[::1]:3000", None),
        ] {
            let identity = Identity {
                address: Address::parse(address).unwrap(),
                key: Key::from_bytes([0xab; 32]),
                name: name.map(|name| Name::parse(name).unwrap()),
            };

            let link = identity.link();

            assert!(link.starts_with(&format!("{address}/#key=abab")), "{link}");
            assert_eq!(Identity::parse(&format!(" {link}\n")), Some(identity));
        }
    }

    #[test]
    fn what_is_no_such_link_is_none() {
        let key = "ab".repeat(32);
        for text in [
            "",
            "http://127.0.0.1:3000",
            "http://127.0.0.1:3000/#key=abc",
            "http://127.0.0.1:3000/#invite=0123456789abcdef0123456789abcdef",
            &format!("#key={key}"),
            &key,
        ] {
            assert_eq!(Identity::parse(text), None, "{text}");
        }
    }
}
