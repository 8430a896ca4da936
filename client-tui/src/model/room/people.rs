//! People: who is in the room, as far as the server said.

use kpl_shared::protocol::{MAX_NAMED_PRESENCE, Member, Members, Presence};

/// Who is here.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// Those who are known by name, longest here first.
    pub members: Vec<Member>,
    /// How many there are, if the server said so.
    pub total: Option<usize>,
    /// Those who were here when the link broke. That they come back is no news.
    before: Vec<String>,
}

impl People {
    /// Takes a whole list.
    pub fn list(&mut self, list: Members) {
        self.total = Some(list.total);
        self.members = list.members;
        self.members.truncate(MAX_NAMED_PRESENCE);
    }

    /// The link broke: who is here is not known until it is back.
    pub fn lose_sight(&mut self) {
        self.total = None;
        if !self.members.is_empty() {
            self.before = self.members.drain(..).map(|member| member.uid).collect();
        }
    }

    /// Someone came; whether this is news to us.
    pub fn join(&mut self, presence: &Presence) -> bool {
        self.total = Some(presence.total);
        let Some(member) = &presence.member else { return false };
        if self.members.iter().any(|known| known.uid == member.uid) {
            return false;
        }
        if self.members.len() < MAX_NAMED_PRESENCE {
            self.members.push(member.clone());
        }
        let before = self.before.iter().position(|uid| *uid == member.uid);
        before.map(|at| self.before.swap_remove(at)).is_none()
    }

    /// Someone went.
    pub fn leave(&mut self, presence: &Presence) {
        self.total = Some(presence.total);
        if let Some(member) = &presence.member {
            self.members.retain(|known| known.uid != member.uid);
        }
    }
}
