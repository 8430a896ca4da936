//! The past: a window on history that is not loaded, around a line that was found far back.
//!
//! The log is dense from its first line to its last and must stay so. This is another one of the
//! same history; it grows at both ends as one reads, and is let go when one comes back.

use kpl_shared::protocol::{Messages, Sync};

use crate::model::room::{
    log::Log,
    outbox::Outbox,
    timeline::{Locals, Timeline},
};

/// Lines around a place far back.
#[derive(Debug, Clone)]
pub struct Past {
    log: Log,
    /// What stands between lines now does not stand between those.
    locals: Locals,
    outbox: Outbox,
    /// The line that one came for, until the lines before it are here.
    around: Option<u64>,
}

impl Past {
    /// How many bits of a request's number count the requests of one past; those above tell it
    /// from any other.
    pub const REQUEST_BITS: u32 = 40;

    /// Lines around that number of the log's history, none yet, and what to ask for. `requests`
    /// is the number above which its requests are counted.
    pub fn around(log: &Log, seq: u64, requests: u64) -> (Self, Vec<Sync>) {
        let mut log = log.elsewhere(seq, requests);
        let asks = log.newer(seq).into_iter().chain(log.older()).collect();
        let around = Some(seq);
        (Self { log, locals: Locals::default(), outbox: Outbox::default(), around }, asks)
    }

    /// Its lines as what can be read.
    pub fn timeline(&self) -> Timeline<'_> {
        Timeline { log: &self.log, locals: &self.locals, outbox: &self.outbox }
    }

    /// Its lines.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Takes in an answer to one of its requests. Nothing else is for it.
    pub fn take(&mut self, mut told: Messages) {
        // More is asked for when one comes near it, and not before.
        told.more = told.more && self.log.asked_before(told.req);
        let _what_is_new = self.log.take(told);
    }

    /// The line that one came for, if it is here and is to be shown: once with those before it.
    pub fn arrived(&mut self) -> Option<u64> {
        let around = self.around.filter(|&seq| self.log.index_of(seq).is_some());
        if around.is_some_and(|seq| self.log.first() < seq || self.log.is_whole()) {
            self.around = None;
        }
        around
    }

    /// Asks for what comes before its first line.
    pub fn older(&mut self) -> Option<Sync> {
        self.log.older()
    }

    /// Asks for what comes after its last line, of the `head` lines that there are.
    pub fn newer(&mut self, head: u64) -> Option<Sync> {
        (self.log.next() <= head).then(|| self.log.newer(head)).flatten()
    }

    /// An answer is overdue, or the link broke: it is asked for again when one moves.
    pub fn lost(&mut self) {
        self.log.lost();
    }
}
