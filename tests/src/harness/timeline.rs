//! What one client holds of a room, by the real client's log.

use std::collections::HashSet;

use anyhow::{Result, bail, ensure};
use kpl_chat::model::room::{log::Log, shelf::Line};
use kpl_shared::{
    message::Message,
    protocol::{Heads, Hello, Messages, Sync},
};

/// The lines that a v1 client has, and in which order they came to it.
#[derive(Debug, Default)]
pub struct Timeline {
    /// Once, in one order, without a hole: what a person would see.
    pub log: Log,
    /// The numbers in the order in which packets brought them that nobody had asked for.
    pub arrived: Vec<u64>,
    /// The numbers of the lines of each such packet: how many there were together.
    pub packets: Vec<usize>,
    /// The last greeting.
    pub hello: Option<Hello>,
}

impl Timeline {
    /// Takes in the server's first word, and says what to ask it for.
    pub fn greet(&mut self, hello: Hello) -> Option<Sync> {
        let ask = self.log.greet(&hello).ask;
        self.hello = Some(hello);
        ask
    }

    /// Takes in a packet of lines, and says what to ask the server for.
    pub fn take(&mut self, told: Messages) -> Option<Sync> {
        if told.req.is_none() {
            self.arrived.extend(told.messages.iter().map(|line| line.seq));
            self.packets.push(told.messages.len());
        }
        let ask = self.log.take(told).ask;
        // The whole history is wanted, not only what a screen would show.
        ask.or_else(|| self.log.older())
    }

    /// Takes in the beacon, and says what to ask the server for.
    pub fn beacon(&mut self, heads: &Heads) -> Option<Sync> {
        let room = &self.hello.as_ref()?.room;
        self.log.beacon(*heads.rooms.get(room)?)
    }

    /// The texts in order.
    pub fn texts(&self) -> Vec<String> {
        self.log.lines().map(|line| line.text.to_owned()).collect()
    }

    /// The lines in order.
    pub fn lines(&self) -> Vec<Message> {
        self.log.lines().map(Line::to_message).collect()
    }
}

/// Fails unless the numbers are dense from 1 and no text stands twice. The texts of a test are its
/// own and all different, so that a line kept twice under two numbers shows.
pub fn assert_whole(lines: &[Message]) -> Result<()> {
    let mut texts = HashSet::new();
    for (line, expected) in lines.iter().zip(1..) {
        ensure!(line.seq == expected, "line {} stands where {expected} belongs", line.seq);
        if !texts.insert(&line.text) {
            bail!("{:?} stands twice, the second time as {}", line.text, line.seq);
        }
    }
    Ok(())
}

/// Fails unless the lines of each author, of the form `AUTHOR NUMBER`, are numbered from 1 without
/// a gap or an inversion.
pub fn assert_each_in_order(texts: &[String], authors: &[&str], each: usize) -> Result<()> {
    for author in authors {
        let own = texts.iter().filter_map(|text| text.strip_prefix(author)?.strip_prefix(' '));
        let mut count = 0;
        for (number, expected) in own.zip(1..) {
            ensure!(number == format!("{expected}"), "{author} {number} instead of {expected}");
            count = expected;
        }
        ensure!(count == each, "{author} has {count} lines instead of {each}");
    }
    Ok(())
}
