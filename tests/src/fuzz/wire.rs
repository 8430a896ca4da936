//! What goes over the wire, in both directions: whatever comes is read or refused, and what was
//! read is written as it was.

use std::fmt::Debug;

use kpl_chat::io::connection::wire;
use kpl_shared::{
    handshake::Handshake,
    message::Message,
    protocol::{Messages, Refused, Search, Sync, event},
    search::Query,
    talk::Talk,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The events that a server may send.
const EVENTS: &[&str] = &[
    event::HELLO,
    event::MESSAGES,
    event::HEAD,
    event::FOUND,
    event::TYPING,
    event::MEMBERS,
    event::JOINED,
    event::LEFT,
    event::REFUSED,
    event::NOTICE,
    event::HEARTBEAT,
    event::TALK,
    "unknown",
];

/// Reads the bytes as JSON, and that as anything that it could be.
pub fn target(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(query) = Query::parse(&text) {
        // It looks into a text of which nobody knows anything, too.
        let _places = query.places(&text);
    }
    let Ok(value) = serde_json::from_str::<Value>(&text) else { return };
    if let Ok(asked) = Handshake::parse(&value) {
        let again = serde_json::to_value(&asked).map(|wire| Handshake::parse(&wire));
        assert!(matches!(again, Ok(Ok(read)) if read == asked), "another handshake");
    }
    let arguments = match &value {
        Value::Array(arguments) => arguments.clone(),
        other => vec![other.clone()],
    };
    if let Ok(talk) = Talk::parse(&arguments) {
        assert!(talk.cid.is_none_or(|cid| (1..=64).contains(&cid.len())), "a strange cid");
    }
    for name in EVENTS {
        let _heard = wire::parse(name, arguments.clone());
    }
    round::<Message>(&value);
    round::<Messages>(&value);
    round::<Refused>(&value);
    read::<Sync>(&value);
    read::<Search>(&value);
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok() // What it is not is no fault.
}

fn round<T: DeserializeOwned + Serialize + PartialEq + Debug>(value: &Value) {
    let Some(first) = read::<T>(value) else { return };
    let wire = serde_json::to_string(&first).unwrap_or_default();
    let second = serde_json::from_str(&wire).ok();
    assert_eq!(second.as_ref(), Some(&first), "it is not read back");
}
