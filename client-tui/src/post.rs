//! Lines on their way without a screen: kept on disk, sent one at a time, and forgotten when they
//! come back numbered.

use std::time::Duration;

use kpl_shared::{
    file::File,
    message::Kind,
    protocol::{Messages, Refused, event},
    refusal::{Code, Refusal},
    text::Text,
};
use tokio::time::{Instant, sleep_until};

use crate::{
    exit,
    io::{
        connection::Connection,
        outbox::{Left, Outbox},
    },
    model::{
        effect::Outgoing,
        event::Link,
        room::outbox::Outbox as Queue,
        words::{Language, fault::Fault},
    },
    start,
};

/// How long a line may be on its way before it is sent again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a line that failed is shown.
const SHOWN_LETTERS: usize = 40;

/// The lines that one program has to deliver.
#[derive(Debug)]
pub struct Post {
    disk: Outbox,
    queue: Queue,
    language: Language,
    cid_prefix: String,
    lines: u64,
    server: Server,
    /// When the line on its way left.
    sent: Option<Instant>,
    /// How many lines were given up.
    refused: usize,
}

#[derive(Debug)]
enum Server {
    Away,
    Plain,
    V1 { uid: String, text_bytes: usize },
}

impl Post {
    /// The post of an outbox, with the lines that are in it.
    pub fn new(disk: Outbox, language: Language) -> anyhow::Result<Self> {
        let mut queue = Queue::default();
        for line in disk.lines() {
            queue.push(line.clone(), 0);
        }
        Ok(Self {
            disk,
            queue,
            language,
            cid_prefix: start::cid_prefix()?,
            lines: 0,
            server: Server::Away,
            sent: None,
            refused: 0,
        })
    }

    /// How many lines wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// The reader's language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether no line waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// How many lines were refused for good.
    pub fn refused(&self) -> usize {
        self.refused
    }

    /// Takes lines in. They are on disk when this returns; where the disk does not take them, none
    /// of them is sent.
    pub fn keep(&mut self, texts: impl IntoIterator<Item = String>) -> anyhow::Result<()> {
        let lines = texts.into_iter().map(|text| self.line(text)).collect();
        self.hold(lines)
    }

    /// Takes in the line that says a file, which the server has.
    pub fn keep_file(&mut self, file: Box<File>) -> anyhow::Result<()> {
        let line = self.line(file.name.clone());
        self.hold(vec![Outgoing { kind: Kind::File, file: Some(file), ..line }])
    }

    fn hold(&mut self, lines: Vec<Outgoing>) -> anyhow::Result<()> {
        if let Err(error) = self.disk.keep(lines.clone()) {
            exit::say(&self.language.given_up(lines.len()));
            return Err(Fault::NoOutbox { why: error.to_string() }.into());
        }
        for line in lines {
            self.queue.push(line, 0);
        }
        Ok(())
    }

    /// Gives a line up that never got as far as the outbox.
    pub fn give_up(&mut self, text: &str, why: &str) {
        self.refused += 1;
        let shown: String = text.chars().take(SHOWN_LETTERS).collect();
        let cut = if shown.len() < text.len() { "…" } else { "" };
        exit::say(&self.language.not_sent(&(shown + cut), why));
    }

    /// Gives up the lines of this run that wait, and returns how many there are. What an earlier one
    /// left goes on waiting.
    pub fn give_up_own(&mut self) -> anyhow::Result<usize> {
        let own = self.queue.remove_all(&self.cid_prefix);
        own.iter().try_for_each(|cid| self.disk.forget(cid))?;
        Ok(own.len())
    }

    /// Sends the first line if it is its turn. Lines that the server would not take are given up
    /// without asking: some of them it would answer by cutting the link.
    pub async fn depart(&mut self, connection: &Connection) -> anyhow::Result<()> {
        if matches!(self.server, Server::Away) {
            return Ok(());
        }
        while let Some(line) = self.queue.depart(start::now()) {
            if let Server::V1 { text_bytes, .. } = self.server
                && let Err(refusal) = Text::parse(line.text.clone(), text_bytes)
            {
                self.refuse(&line.cid, &refusal)?;
                continue;
            }
            connection.send(line).await;
            self.sent = Some(Instant::now());
        }
        Ok(())
    }

    /// Takes in what the link brings, as far as it is about these lines.
    pub fn hear(&mut self, link: &Link) -> anyhow::Result<()> {
        match link {
            Link::Greeted(hello) => {
                let (uid, text_bytes) = (hello.you.uid.clone(), hello.limits.text_bytes);
                self.server = Server::V1 { uid, text_bytes };
                self.ground();
            }
            Link::FoundPlain => {
                self.server = Server::Plain;
                self.ground();
            }
            Link::Passed { cid } => self.delivered(cid)?,
            Link::Told(told) => self.told(told)?,
            Link::Refused(refused) => self.heard_refusal(refused)?,
            Link::Lost { .. } | Link::TurnedAway(_) | Link::Distrusted(_) | Link::Dialled => {
                self.server = Server::Away;
                self.ground();
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns when the first line may go again: the server asked for patience, or never answered
    /// (then true).
    pub async fn is_due(&mut self) -> bool {
        let answer = self.sent.map(|sent| sent + ANSWER_TIMEOUT);
        let patience = self.queue.held_until().map(|until| {
            let wait = u64::try_from(until - start::now()).unwrap_or(0);
            Instant::now() + Duration::from_millis(wait)
        });
        let Some(due) = patience.or(answer) else { return std::future::pending().await };
        sleep_until(due).await;
        self.ground();
        patience.is_none()
    }

    /// Ends, and says what stays on disk.
    pub fn close(self) -> Left {
        self.disk.close()
    }

    fn line(&mut self, text: String) -> Outgoing {
        self.lines += 1;
        let cid = format!("{}-{}", self.cid_prefix, self.lines);
        Outgoing { cid, kind: Kind::Text, text, file: None }
    }

    fn told(&mut self, told: &Messages) -> anyhow::Result<()> {
        let Server::V1 { uid, .. } = &self.server else { return Ok(()) };
        let own = told.messages.iter().filter(|line| line.uid == *uid);
        let cids: Vec<String> = own.filter_map(|line| line.cid.clone()).collect();
        cids.iter().try_for_each(|cid| self.delivered(cid))
    }

    fn heard_refusal(&mut self, refused: &Refused) -> anyhow::Result<()> {
        let Some(cid) = refused.cid.as_deref().filter(|_| refused.event == event::TALK) else {
            return Ok(());
        };
        let waits =
            refused.retry_ms.is_some() || matches!(refused.code, Code::TooFast | Code::Unavailable);
        if waits {
            self.queue.postpone(cid, start::now(), refused.retry_ms);
            self.look_at_the_first();
            return Ok(());
        }
        self.refuse(cid, &Refusal::new(refused.code, refused.message.clone()))
    }

    fn refuse(&mut self, cid: &str, refusal: &Refusal) -> anyhow::Result<()> {
        if let Some(waiting) = self.queue.remove(cid) {
            self.look_at_the_first();
            self.disk.forget(cid)?;
            let why = self.language.refusal(refusal.code, &refusal.message);
            self.give_up(&waiting.line.text, &why);
        }
        Ok(())
    }

    fn delivered(&mut self, cid: &str) -> anyhow::Result<()> {
        if self.queue.remove(cid).is_some() {
            self.look_at_the_first();
            self.disk.forget(cid)?;
        }
        Ok(())
    }

    /// An answer came. If it was not about the line on its way, that one is still waited for.
    fn look_at_the_first(&mut self) {
        if self.queue.flying_since().is_none() {
            self.sent = None;
        }
    }

    fn ground(&mut self) {
        self.sent = None;
        self.queue.ground();
    }
}

#[cfg(test)]
mod tests;
