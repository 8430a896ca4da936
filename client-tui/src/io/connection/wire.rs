//! What comes over the wire, read into the words of the protocol.

use kpl_shared::protocol::{Heard as Meta, Heartbeat, Welcome, event};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{event::Link, words::trouble::Trouble};

/// One thing that a connection brings.
#[derive(Debug, PartialEq)]
pub enum Heard {
    /// The server let us in.
    Entered,
    /// The server turned us away, with this message.
    Refused(String),
    /// The connection is over, for this reason.
    Ended(Trouble),
    /// The server is a v1 server, and its greeting will come.
    Welcomed,
    /// A heartbeat came back.
    Beat(u64),
    /// Something for the model.
    Brought(Link),
}

/// Reads an event. What is unknown, or not of the form that the protocol gives it, is nothing:
/// a later server may say more than we understand.
pub fn parse(name: &str, arguments: Vec<Value>) -> Option<Heard> {
    let mut arguments = arguments.into_iter();
    let first = arguments.next()?;
    let link = match name {
        event::WELCOME => return body::<Welcome>(first).map(|_| Heard::Welcomed),
        event::HELLO => Link::Greeted(body(first)?),
        event::MESSAGES => Link::Told(body(first)?),
        event::HEAD => Link::Beaconed(body(first)?),
        event::FOUND => Link::Found(body(first)?),
        event::TYPING => Link::Writes(body(first)?),
        event::MEMBERS => Link::Listed(body(first)?),
        event::JOINED => Link::Joined(body(first)?),
        event::LEFT => Link::Left(body(first)?),
        event::REFUSED => Link::Refused(body(first)?),
        event::NOTICE => Link::Noticed(body(first)?),
        event::ORDERED => Link::Ordered(body(first)?),
        event::HEARTBEAT => return body::<Heartbeat>(first).map(|beat| Heard::Beat(beat.n)),
        event::TALK => {
            let Value::String(text) = first else { return None };
            // A plain server may relay anything as second argument; only ours is understood.
            Link::Relayed(text, arguments.next().and_then(body::<Meta>))
        }
        _ => return None,
    };
    Some(Heard::Brought(link))
}

fn body<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok() // A body of a strange form is skipped, as `parse` says.
}

/// The message in the body of a `connect_error`, which is `{"message": ...}` by the protocol and
/// a bare string by older servers.
pub(super) fn refusal_message(frame: &str) -> String {
    match serde_json::from_str(frame) {
        Ok(Value::String(message)) => message,
        Ok(Value::Object(body)) => match body.get("message") {
            Some(Value::String(message)) => message.clone(),
            _ => frame.to_owned(),
        },
        _ => frame.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn heard(name: &str, arguments: &Value) -> Option<Heard> {
        parse(name, arguments.as_array().unwrap().clone())
    }

    #[test]
    fn a_plain_line_is_its_text_with_or_without_more() {
        let relayed = |meta| Some(Heard::Brought(Link::Relayed("123".into(), meta)));

        assert_eq!(heard("talk", &json!(["123"])), relayed(None));
        assert_eq!(heard("talk", &json!(["123", {"strange": [1]}, 7])), relayed(None));
        let meta = json!({"seq": 1, "room": "KPL", "from": "瑶", "at": 2});
        let read = serde_json::from_value(meta.clone()).unwrap();
        assert_eq!(heard("talk", &json!(["123", meta])), relayed(Some(read)));
    }

    #[test]
    fn what_is_not_of_the_protocol_is_nothing() {
        for (name, arguments) in [
            ("talk", json!([123])),
            ("talk", json!([])),
            ("hello", json!(["hi"])),
            ("messages", json!([{"room": "KPL"}])),
            ("heartbeat", json!([{"n": -1}])),
            ("welcome", json!(["to the club"])),
            ("weather", json!([{"n": 1}])),
        ] {
            assert_eq!(heard(name, &arguments), None, "{name} {arguments}");
        }
    }

    #[test]
    fn a_heartbeat_is_known_by_its_number() {
        assert_eq!(heard("heartbeat", &json!([{"n": 7}])), Some(Heard::Beat(7)));
    }

    #[test]
    fn a_refusal_is_read_from_each_form_that_servers_use() {
        assert_eq!(refusal_message(r#"{"message":"name_taken: x"}"#), "name_taken: x");
        assert_eq!(refusal_message(r#""not today""#), "not today");
        assert_eq!(refusal_message("{broken"), "{broken");
    }
}
