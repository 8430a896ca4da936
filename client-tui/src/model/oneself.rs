//! Oneself: what on the screen is one's own.
//!
//! One key may own several names, and several programs of one login share it. So an identity alone
//! says whose line may be taken out of the outbox, but not who sits here: that is an identity under
//! the name of this very program. Its other names are other people, who come, go and call like
//! anybody else. The same name at another screen is oneself.

use crate::model::{room::shelf::Line, state::State};

/// How many identities of our own are remembered. A guest has a new one at each connection.
const MAX_OWN: usize = 64;

impl State {
    /// Whether an identity is ours, under whatever name: lines that wait come back under it.
    pub fn is_own(&self, uid: &str) -> bool {
        self.own.iter().any(|own| own == uid)
    }

    /// Whether somebody is the one who sits here, at this screen or at another.
    pub fn is_me(&self, uid: &str, name: &str) -> bool {
        self.name() == name && self.is_own(uid)
    }

    /// Whether a line was said by the one who sits here, if only under an earlier name.
    pub fn is_mine(&self, line: Line<'_>) -> bool {
        self.is_me(line.uid, line.from) || self.sent_in_this_run(line)
    }

    /// Whether a line is one that this very program sent.
    pub fn sent_in_this_run(&self, line: Line<'_>) -> bool {
        let cid = line.cid.and_then(|cid| cid.strip_prefix(&self.cid_prefix));
        !self.cid_prefix.is_empty() && cid.is_some() && self.is_own(line.uid)
    }

    /// Whether what somebody does is hidden. One can ignore a name of one's own and take it
    /// afterwards: nobody is hidden from oneself.
    pub fn ignores(&self, uid: &str, name: &str) -> bool {
        self.ignoring.hides(Some(uid), name) && !self.is_me(uid, name)
    }

    /// An identity of ours.
    pub(super) fn own(&mut self, uid: &str) {
        if !self.is_own(uid) {
            self.own.push(uid.into());
        }
        if self.own.len() > MAX_OWN {
            self.own.remove(0);
        }
    }
}
