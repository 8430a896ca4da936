//! People: who is in the room, as far as the server said.

use kpl_shared::protocol::{MAX_NAMED_PRESENCE, Member, Members, Presence};

/// Who is here.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// Those who are known by name, longest here first.
    pub members: Vec<Member>,
    /// How many there are, if the server said so.
    pub total: Option<usize>,
}

impl People {
    /// Takes a whole list.
    pub fn list(&mut self, list: Members) {
        self.total = Some(list.total);
        self.members = list.members;
        self.members.truncate(MAX_NAMED_PRESENCE);
    }

    /// Someone came; whether this is news to us.
    pub fn join(&mut self, presence: &Presence) -> bool {
        self.total = Some(presence.total);
        let Some(member) = &presence.member else { return false };
        let news = !self.members.iter().any(|known| known.uid == member.uid);
        if news && self.members.len() < MAX_NAMED_PRESENCE {
            self.members.push(member.clone());
        }
        news
    }

    /// Someone went.
    pub fn leave(&mut self, presence: &Presence) {
        self.total = Some(presence.total);
        if let Some(member) = &presence.member {
            self.members.retain(|known| known.uid != member.uid);
        }
    }
}
