//! People: who is in the room, as far as the server said.
//!
//! As at the server, somebody is an identity and a name: one key may be here under several.

use kpl_shared::protocol::{MAX_NAMED_PRESENCE, Member, Members, Presence};

/// How long somebody writes after having said so, in milliseconds.
const WRITES_FOR: i64 = 6_000;

/// Whether the people are listed beside the timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Folding {
    /// Where the window is wide.
    #[default]
    Auto,
    /// Wherever there is room.
    On,
    /// Nowhere.
    Off,
}

/// Who is here.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// Those who are known by name, longest here first.
    pub members: Vec<Member>,
    /// How many there are, if the server said so.
    pub total: Option<usize>,
    /// Those who were here when the link broke. That they come back is no news.
    before: Vec<Member>,
    /// Those who write, and until when one takes them to.
    writers: Vec<Writer>,
}

/// Somebody who writes.
#[derive(Debug, Clone)]
struct Writer {
    uid: String,
    name: String,
    until: i64,
}

impl People {
    /// Takes a whole list.
    pub fn list(&mut self, list: Members) {
        self.total = Some(list.total);
        self.members = list.members;
        self.members.truncate(MAX_NAMED_PRESENCE);
    }

    /// Somebody writes, as was said at `now`, in milliseconds since 1970, UTC.
    pub fn write(&mut self, uid: &str, name: &str, now: i64) {
        self.stop_writing(uid, name);
        if self.writers.len() < MAX_NAMED_PRESENCE {
            let until = now.saturating_add(WRITES_FOR);
            self.writers.push(Writer { uid: uid.into(), name: name.into(), until });
        }
    }

    /// Somebody wrote, and is taken to write no more.
    pub fn stop_writing(&mut self, uid: &str, name: &str) {
        self.writers.retain(|writer| writer.uid != uid || writer.name != name);
    }

    /// Forgets those of whom nothing was heard for long.
    pub fn tick(&mut self, now: i64) {
        self.writers.retain(|writer| writer.until > now);
    }

    /// The names of those who write, in the order in which they said so last.
    pub fn who_writes(&self) -> impl Iterator<Item = &str> {
        self.writers.iter().map(|writer| writer.name.as_str())
    }

    /// Whether somebody writes, by their identity.
    pub fn writes(&self, uid: &str) -> bool {
        self.writers.iter().any(|writer| writer.uid == uid)
    }

    /// When the next of them is forgotten, in milliseconds since 1970, UTC.
    pub fn writes_until(&self) -> Option<i64> {
        self.writers.iter().map(|writer| writer.until).min()
    }

    /// The link broke: who is here is not known until it is back.
    pub fn lose_sight(&mut self) {
        self.total = None;
        self.writers.clear();
        if !self.members.is_empty() {
            self.before = std::mem::take(&mut self.members);
        }
    }

    /// Someone came; whether this is news to us.
    pub fn join(&mut self, presence: &Presence) -> bool {
        self.total = Some(presence.total);
        let Some(member) = &presence.member else { return false };
        if self.members.iter().any(|known| is_same(known, member)) {
            return false;
        }
        if self.members.len() < MAX_NAMED_PRESENCE {
            self.members.push(member.clone());
        }
        let before = self.before.iter().position(|known| is_same(known, member));
        before.map(|at| self.before.swap_remove(at)).is_none()
    }

    /// Somebody is an operator, or no longer.
    pub fn appoint(&mut self, name: &str, op: bool) {
        for member in self.members.iter_mut().filter(|member| member.name == name) {
            member.op = op;
        }
    }

    /// Someone went.
    pub fn leave(&mut self, presence: &Presence) {
        self.total = Some(presence.total);
        if let Some(member) = &presence.member {
            self.members.retain(|known| !is_same(known, member));
            self.stop_writing(&member.uid, &member.name);
        }
    }
}

fn is_same(one: &Member, other: &Member) -> bool {
    (&one.uid, &one.name) == (&other.uid, &other.name)
}
