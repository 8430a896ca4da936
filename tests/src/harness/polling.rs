//! A Socket.IO client over polling, which fetches what the server has for it only when the test
//! says so.

use std::{thread, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use kpl_shared::protocol::event;
use serde_json::Value;

use super::{
    http,
    wire::{self, Packet},
};

/// What parts the packets of one body.
const SEPARATOR: &str = "\u{1e}";

/// A client over polling. Dropping it says nothing to the server.
#[derive(Debug)]
pub struct Polling {
    port: u16,
    /// Where its session is.
    pub path: String,
}

impl Polling {
    /// Opens the transport only: the namespace is not asked yet.
    pub fn dial(port: u16) -> Result<Self> {
        let path = "/socket.io/?EIO=4&transport=polling";
        let opened = http::get(port, path)?;
        let Packet::Open(open) = wire::read(&opened.body)? else { bail!("{opened:?}") };
        let sid = open["sid"].as_str().context("a session without an id")?;
        Ok(Self { port, path: format!("{path}&sid={sid}") })
    }

    /// Connects with this `auth`, and polls until the namespace lets us in. What came with that is
    /// lost to the test.
    pub fn connect(port: u16, auth: &Value) -> Result<Self> {
        let client = Self::dial(port)?;
        client.post(&[if auth.is_null() { "40".into() } else { wire::connect(auth) }])?;
        loop {
            for packet in client.poll()? {
                match packet {
                    Packet::Connected(_) => return Ok(client),
                    Packet::Refused(why) => bail!("{why}"),
                    _ => {}
                }
            }
        }
    }

    /// Sends packets in one request, and returns when the server has taken them.
    pub fn post(&self, packets: &[String]) -> Result<()> {
        let answer = http::post(self.port, &self.path, &packets.join(SEPARATOR))?;
        ensure!(answer.status == 200, "{answer:?}");
        Ok(())
    }

    /// Fetches what there is, or waits for something.
    ///
    /// # Errors
    ///
    /// When the session is over.
    pub fn poll(&self) -> Result<Vec<Packet>> {
        let answer = http::get(self.port, &self.path)?;
        ensure!(answer.status == 200, "{answer:?}");
        let packets: Vec<Packet> =
            answer.body.split(SEPARATOR).map(wire::read).collect::<Result<_>>()?;
        if packets.contains(&Packet::Ping) {
            self.post(&["3".into()])?;
        }
        Ok(packets)
    }

    /// Polls until the session is over, with a pause between any two polls as a long way would
    /// make it, and returns the events that came.
    pub fn poll_to_the_end(&self, pause: Duration) -> Vec<(String, Vec<Value>)> {
        let mut events = Vec::new();
        while let Ok(packets) = self.poll() {
            for packet in packets {
                match packet {
                    Packet::Event(name, body) => events.push((name, body)),
                    Packet::Disconnected => return events,
                    _ => {}
                }
            }
            thread::sleep(pause);
        }
        events
    }
}

/// The texts of the lines among events, whichever way they were told.
pub fn texts(events: &[(String, Vec<Value>)]) -> Vec<String> {
    let mut texts = Vec::new();
    for (name, body) in events {
        let mut hear = |text: &Value| texts.extend(text.as_str().map(ToOwned::to_owned));
        match (name.as_str(), body.first()) {
            (event::TALK, Some(text)) => hear(text),
            (event::MESSAGES, Some(page)) => {
                let lines = page["messages"].as_array().into_iter().flatten();
                lines.for_each(|line| hear(&line["text"]));
            }
            _ => {}
        }
    }
    texts
}
