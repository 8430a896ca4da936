//! What a client says of itself when it connects: the Socket.IO `auth` object.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    hex,
    names::{Name, RoomName},
    refusal::{Code, Refusal},
    whole,
};

/// The version of the protocol that this crate speaks.
pub const VERSION: u64 = 1;

/// What a client asks for, read from its `auth`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Handshake {
    /// Whether the client speaks version 1; otherwise it is a plain Socket.IO client.
    #[serde(rename = "v", serialize_with = "as_version", skip_serializing_if = "is_plain")]
    pub v1: bool,
    /// The name asked for; without one a guest's name is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// What proves that the name is one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// What lets one in where not everybody may enter: the server's password, or an invite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Password>,
    /// The room to be in.
    pub room: RoomName,
    /// The history last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// The last sequence number held without a hole before it, in the history `epoch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
}

impl Handshake {
    /// Reads an `auth` value. Fields that nobody knows are passed over, so a client may send what
    /// it would send to any other server; a field that is known must be of its type.
    pub fn parse(auth: &Value) -> Result<Self, Refusal> {
        let bad = |what: &str| Refusal::new(Code::BadRequest, what);
        if !(auth.is_null() || auth.is_object()) {
            return Err(bad("auth is an object"));
        }
        let field = |name: &str| auth.get(name).filter(|value| !value.is_null());
        let whole = |value: &Value| value.as_number().and_then(whole::of);
        let v1 = match field("v") {
            None => false,
            Some(version) if whole(version) == Some(VERSION) => true,
            Some(_) => {
                let message = format!("this server speaks version {VERSION} only");
                return Err(Refusal::new(Code::Version, message));
            }
        };
        let name = field("name")
            .map(|name| {
                let name = name.as_str().ok_or_else(|| "a name is a string".to_owned())?;
                Name::parse(name).map_err(|error| error.to_string())
            })
            .transpose()
            .map_err(|why| Refusal::new(Code::NameInvalid, why))?;
        let room = field("room")
            .map(|room| {
                let room = room.as_str().ok_or_else(|| "a room's name is a string".to_owned())?;
                RoomName::parse(room).map_err(|error| error.to_string())
            })
            .transpose()
            .map_err(|why| Refusal::new(Code::RoomInvalid, why))?
            .unwrap_or_default();
        let key = field("key")
            .map(|key| {
                key.as_str()
                    .and_then(Key::parse)
                    .ok_or_else(|| Refusal::new(Code::KeyInvalid, "a key is 64 hex digits"))
            })
            .transpose()?;
        let password = field("password")
            .map(|password| {
                let message = "a password is a string of 1 to 256 bytes";
                let password = password.as_str().and_then(|text| Password::parse(text).ok());
                password.ok_or_else(|| Refusal::new(Code::PasswordRequired, message))
            })
            .transpose()?;
        let epoch = field("epoch")
            .map(|epoch| epoch.as_str().ok_or_else(|| bad("an epoch is a string")))
            .transpose()?
            .map(str::to_owned);
        let after = field("after")
            .map(|after| whole(after).ok_or_else(|| bad("after is a whole number from 0")))
            .transpose()?;
        Ok(Self { v1, name, key, password, room, epoch, after })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field by reference")]
fn as_version<S: serde::Serializer>(_: &bool, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_u64(VERSION)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field by reference")]
fn is_plain(v1: &bool) -> bool {
    !v1
}

/// A secret of 32 bytes that proves a name to one server. It is shown to nobody: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key([u8; 32]);

impl Key {
    /// The key of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hex digits, of either case.
    pub fn parse(digits: &str) -> Option<Self> {
        hex::read(digits.chars()).map(Self)
    }

    /// The secret itself, for hashing.
    pub fn secret(&self) -> &[u8; 32] {
        &self.0
    }

    /// The secret as 64 hex digits, for the wire and the key file.
    pub fn to_hex(&self) -> String {
        hex::written(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Key(hidden)")
    }
}

impl TryFrom<String> for Key {
    type Error = &'static str;

    fn try_from(hex: String) -> Result<Self, Self::Error> {
        Self::parse(&hex).ok_or("a key is 64 hex digits")
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.to_hex()
    }
}

/// What lets one in where not everybody may enter. It is shown to nobody: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Password(String);

/// How long a password may be, in bytes of UTF-8.
pub const MAX_PASSWORD_BYTES: usize = 256;

/// The text is empty or longer than [`MAX_PASSWORD_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password has 1 to {MAX_PASSWORD_BYTES} bytes")]
pub struct PasswordError;

impl Password {
    /// Takes a password as it was typed.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        let fits = (1..=MAX_PASSWORD_BYTES).contains(&text.len());
        if fits { Ok(Self(text.to_owned())) } else { Err(PasswordError) }
    }

    /// The secret itself.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(hidden)")
    }
}

impl TryFrom<String> for Password {
    type Error = PasswordError;

    fn try_from(text: String) -> Result<Self, PasswordError> {
        Self::parse(&text)
    }
}

impl From<Password> for String {
    fn from(password: Password) -> Self {
        password.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn code(auth: &Value) -> Option<Code> {
        Handshake::parse(auth).err().map(|refusal| refusal.code)
    }

    #[test]
    fn a_client_that_says_nothing_is_plain_and_in_the_default_room() {
        for auth in [json!(null), json!({}), json!({"token": [1], "name": null})] {
            assert_eq!(Handshake::parse(&auth), Ok(Handshake::default()), "{auth}");
        }
    }

    #[test]
    fn what_a_client_asks_for_is_read_back_from_its_wire_form() {
        let asked = Handshake {
            v1: true,
            name: Name::parse("李白").ok(),
            key: Some(Key::from_bytes([0xab; 32])),
            password: Password::parse("open sesame").ok(),
            room: RoomName::parse("峡谷").unwrap(),
            epoch: Some("e".into()),
            after: Some(7),
        };

        let wire = serde_json::to_value(&asked).unwrap();

        assert_eq!(wire["v"], 1);
        assert_eq!(Handshake::parse(&wire), Ok(asked));
    }

    #[test]
    fn whole_numbers_may_be_written_as_floats() {
        let asked = Handshake::parse(&json!({"v": 1.0, "after": 7.0})).unwrap();

        assert_eq!((asked.v1, asked.after), (true, Some(7)));
    }

    #[test]
    fn a_known_field_of_a_wrong_form_is_refused_by_its_code() {
        for (auth, expected) in [
            (json!({"v": 2}), Code::Version),
            (json!({"v": "1"}), Code::Version),
            (json!({"v": 1.5}), Code::Version),
            (json!({"name": 5}), Code::NameInvalid),
            (json!({"name": "a b"}), Code::NameInvalid),
            (json!({"room": ""}), Code::RoomInvalid),
            (json!([{"v": 1}]), Code::BadRequest),
            (json!("x"), Code::BadRequest),
            (json!({"after": "3"}), Code::BadRequest),
            (json!({"after": -1}), Code::BadRequest),
            (json!({"after": 2.5}), Code::BadRequest),
            (json!({"epoch": 3}), Code::BadRequest),
            (json!({"key": "abc"}), Code::KeyInvalid),
            (json!({"password": 5}), Code::PasswordRequired),
            (json!({"password": ""}), Code::PasswordRequired),
            (json!({"password": "x".repeat(257)}), Code::PasswordRequired),
            (json!({"key": "é".repeat(32)}), Code::KeyInvalid),
        ] {
            assert_eq!(code(&auth), Some(expected), "{auth}");
        }
    }

    #[test]
    fn secrets_hide_themselves_from_debug() {
        let asked = Handshake {
            key: Some(Key::from_bytes([7; 32])),
            password: Password::parse("open sesame").ok(),
            ..Handshake::default()
        };

        let shown = format!("{asked:?}");

        assert!(shown.contains("Key(hidden)") && shown.contains("Password(hidden)"), "{shown}");
        assert!(!shown.contains("sesame") && !shown.contains("0707"), "{shown}");
    }

    proptest! {
        #[test]
        fn a_key_is_read_back_from_its_digits(bytes in any::<[u8; 32]>()) {
            let key = Key::from_bytes(bytes);
            prop_assert_eq!(Key::parse(&key.to_hex()), Some(key));
        }
    }
}
