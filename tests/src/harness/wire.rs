//! Engine.IO and Socket.IO packets as text, as they stand in WebSocket frames.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A packet from a server, as far as a client has to tell them apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Packet {
    /// The transport is open.
    Open(Value),
    /// The server asks whether we are there.
    Ping,
    /// The namespace lets us in.
    Connected(Value),
    /// The namespace does not let us in; the message says why.
    Refused(String),
    /// An event with its arguments.
    Event(String, Vec<Value>),
    /// The answer to an event that asked for one, by its number.
    Ack(u64, Vec<Value>),
    /// The server has put us out.
    Disconnected,
    /// Something that needs no answer.
    Other(String),
}

/// Reads a packet.
pub fn read(text: &str) -> Result<Packet> {
    let body = text.get(1..).unwrap_or_default();
    Ok(match text.get(..1) {
        Some("0") => Packet::Open(serde_json::from_str(body)?),
        Some("1") => Packet::Disconnected,
        Some("2") => Packet::Ping,
        Some("4") => message(body)?,
        _ => Packet::Other(text.into()),
    })
}

fn message(text: &str) -> Result<Packet> {
    let body = text.get(1..).unwrap_or_default();
    Ok(match text.get(..1) {
        Some("0") => Packet::Connected(serde_json::from_str(body).unwrap_or_default()),
        Some("1") => Packet::Disconnected,
        Some("2") => {
            let mut arguments: Vec<Value> = serde_json::from_str(body)?;
            if arguments.is_empty() {
                bail!("an event without a name");
            }
            let name = arguments.remove(0);
            Packet::Event(name.as_str().context("an event's name is a string")?.into(), arguments)
        }
        Some("3") => {
            let digits = body.find('[').context("an answer without arguments")?;
            Packet::Ack(body[..digits].parse()?, serde_json::from_str(&body[digits..])?)
        }
        Some("4") => {
            let why: Value = serde_json::from_str(body)?;
            Packet::Refused(why["message"].as_str().unwrap_or(body).into())
        }
        _ => Packet::Other(text.into()),
    })
}

/// The packet that asks the default namespace to let us in.
pub fn connect(auth: &Value) -> String {
    format!("40{auth}")
}

/// The packet of an event; with a number it asks for an answer.
pub fn event(name: &str, arguments: &[Value], ack: Option<u64>) -> String {
    let number = ack.map(|ack| ack.to_string()).unwrap_or_default();
    let mut all = vec![Value::from(name)];
    all.extend_from_slice(arguments);
    format!("42{number}{}", Value::from(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_read_back_from_its_packet() {
        let packet = event("talk", &[json!("[1"), json!({"cid": "c"})], None);

        let arguments = vec![json!("[1"), json!({"cid": "c"})];
        assert_eq!(read(&packet).unwrap(), Packet::Event("talk".into(), arguments));
    }

    #[test]
    fn an_answer_carries_its_number() {
        assert_eq!(
            read(r#"4312[{"ok":true}]"#).unwrap(),
            Packet::Ack(12, vec![json!({"ok": true})])
        );
    }

    #[test]
    fn a_refusal_carries_its_message() {
        let refusal = read(r#"44{"message":"name_taken: no"}"#).unwrap();

        assert_eq!(refusal, Packet::Refused("name_taken: no".into()));
    }
}
