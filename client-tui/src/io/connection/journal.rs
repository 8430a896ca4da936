//! The journal: what the log says of the link. It tells numbers, ids, codes and times, and never
//! what was said or searched for, nor what proves a name. What a server sends is cut short, and
//! written so that it stays on its line.

use std::time::Instant;

use kpl_shared::protocol::Messages;
use tracing::{info, warn};

use super::{Command, ConnectionSettings};
use crate::model::{
    event::Link,
    text::clean,
    words::{trouble::Trouble, trust::Doubt},
};

/// How much of an id or a word of a server's is told, in bytes.
const MAX_BYTES: usize = 64;
/// A round trip that is told whenever it is measured, in milliseconds.
const SLOW: u32 = 500;

/// What is remembered for the times that are told.
#[derive(Debug)]
pub(super) struct Journal {
    /// When the attempt began that is under way, or that the link came of.
    dialled: Instant,
    /// The line on its way, and when it left.
    sent: Option<(String, Instant)>,
    /// Whether a round trip of this link has been told.
    measured: bool,
}

impl Journal {
    pub(super) fn new() -> Self {
        Self { dialled: Instant::now(), sent: None, measured: false }
    }

    /// An attempt begins.
    pub(super) fn dials(&mut self, settings: &ConnectionSettings) {
        *self = Self::new();
        let origin = settings.address.origin();
        let name = settings.name.as_ref().map_or("", |name| name.as_str());
        let after = settings.resume.as_ref().map(|(_, after)| *after);
        info!(origin, room = settings.room.as_str(), name, after, "dialled");
    }

    /// The server says that it will greet us.
    pub(super) fn welcomed(&self) {
        info!(ms = millis(self.dialled), "welcomed");
    }

    /// The link brings something.
    pub(super) fn brings(&mut self, link: &Link) {
        let ms = millis(self.dialled);
        match link {
            Link::Greeted(hello) => {
                let (server, epoch) = (bounded(&hello.server), bounded(&hello.epoch));
                let (head, guest) = (hello.head, hello.you.guest);
                info!(ms, ?server, ?epoch, head, guest, "greeted");
            }
            Link::FoundPlain => info!(ms, "plain"),
            Link::Told(told) => self.told(told),
            Link::Found(found) => info!(req = found.req, hits = found.hits.len(), "found"),
            Link::Refused(refused) => {
                let (event, cid) = (bounded(&refused.event), refused.cid.as_deref().map(bounded));
                let code = refused.code.as_str();
                warn!(?event, code, ?cid, retry_ms = refused.retry_ms, "refused");
            }
            Link::Noticed(notice) => info!(code = ?bounded(&notice.code), "notice"),
            Link::Measured(round_trip) => {
                if *round_trip >= SLOW || !std::mem::replace(&mut self.measured, true) {
                    info!(ms = round_trip, "measured");
                }
            }
            Link::Passed { cid } => info!(?cid, "passed"),
            Link::Lost { why, retry_ms } => {
                let (what, why) = reason(why);
                warn!(ms, what, ?why, retry_ms, "lost");
            }
            Link::Distrusted(why) => {
                let (what, why) = reason(why);
                warn!(ms, what, ?why, "distrusted");
            }
            Link::TurnedAway(refusal) => warn!(ms, code = refusal.code.as_str(), "turned-away"),
            // `dials` has told of it; the rest is what people say and do.
            Link::Dialled
            | Link::Relayed(..)
            | Link::Beaconed(_)
            | Link::Writes(_)
            | Link::Listed(_)
            | Link::Joined(_)
            | Link::Left(_)
            | Link::Ordered(_) => {}
        }
    }

    /// Something is asked of a server.
    pub(super) fn asks(&mut self, command: &Command) {
        match command {
            Command::Send(line) => {
                info!(cid = line.cid, bytes = line.text.len(), "sent");
                self.sent = Some((line.cid.clone(), Instant::now()));
            }
            Command::Sync(page) => {
                info!(req = page.req, after = page.after, before = page.before, "asked");
            }
            Command::Search(search) => info!(req = search.req, "searched"),
            Command::Order(order) => info!(verb = order.verb(), "ordered"),
            Command::Rename(name) => info!(name = name.as_str(), "renamed"),
            Command::Reconnect
            | Command::Typing
            | Command::Who
            | Command::Remember(..)
            | Command::Unlock(_) => {}
        }
    }

    /// We leave of our own will.
    pub(super) fn leaves(&self) {
        info!(ms = millis(self.dialled), "left");
    }

    fn told(&mut self, told: &Messages) {
        let (first, last) = (told.messages.first(), told.messages.last());
        if let Some(req) = told.req {
            let lines = told.messages.len();
            let (first, last) = (first.map(|line| line.seq), last.map(|line| line.seq));
            info!(req, lines, first, last, more = told.more, "page");
        }
        let Some((cid, sent)) = &self.sent else { return };
        if let Some(line) = told.messages.iter().find(|line| line.cid.as_ref() == Some(cid)) {
            info!(cid, seq = line.seq, ms = millis(*sent), "numbered");
            self.sent = None;
        }
    }
}

/// What broke a link, in a word, and what is known beyond that. An address may hold more than is
/// to be told.
fn reason(why: &Trouble) -> (&'static str, String) {
    let plain = |what| (what, String::new());
    match why {
        Trouble::NoServer { .. } => plain("no-server"),
        Trouble::UnknownHost { .. } => plain("unknown-host"),
        Trouble::NoAnswer { seconds, .. } => ("no-answer", format!("{seconds}s")),
        Trouble::WebServer { status, .. } => ("web-server", bounded(status).into()),
        Trouble::Stranger { .. } => plain("stranger"),
        Trouble::NotReady { status, .. } => ("not-ready", bounded(status).into()),
        Trouble::ClosedDoor { .. } => plain("closed-door"),
        Trouble::Ungreeted { .. } => plain("ungreeted"),
        Trouble::Untrusted { cause, .. } => ("untrusted", doubt(cause)),
        Trouble::OtherCertificate { shown, .. } => ("other-certificate", shown.to_string()),
        Trouble::Unpinnable { cause, .. } => ("unpinnable", doubt(cause)),
        Trouble::SpeaksTls { .. } => plain("speaks-tls"),
        Trouble::SpeaksPlain { .. } => plain("speaks-plain"),
        Trouble::NoTls { cause, .. } => ("no-tls", bounded(cause).into()),
        Trouble::Reset { .. } => plain("reset"),
        Trouble::Unreachable { cause, .. } => ("unreachable", bounded(cause).into()),
        Trouble::Refused(refusal) => ("refused", refusal.code.as_str().into()),
        Trouble::Broke => plain("broke"),
        Trouble::HungUp => plain("hung-up"),
        Trouble::Silent => plain("silent"),
        Trouble::Stuck => plain("stuck"),
        Trouble::GaveUp => plain("gave-up"),
        Trouble::Here { cause } => ("here", bounded(cause).into()),
    }
}

fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::SelfSigned => "self-signed".into(),
        Doubt::UnknownAuthority => "unknown-authority".into(),
        Doubt::OtherHost => "other-host".into(),
        Doubt::Expired => "expired".into(),
        Doubt::Early => "early".into(),
        Doubt::Absent => "absent".into(),
        Doubt::Other(said) => bounded(said).into(),
    }
}

fn bounded(text: &str) -> &str {
    clean::bounded(text, MAX_BYTES)
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
