//! A room: where lines get their order, are kept, and are then told.
//!
//! - [`session`]: one client's place in a room
//! - [`presence`]: who is here, pure
//! - [`sequencer`]: the one task that everything passes through which needs an order

pub mod presence;
pub mod sequencer;
pub mod session;

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use kpl_shared::{message::Message, names::RoomName};
use socketioxide::extract::SocketRef;

use self::presence::Presence;
use crate::{
    fanout::Audience,
    store::{Page, Store, StoreError},
};

/// How many lines a room remembers beside the store, so that those who come back after a short
/// drop cost no question to the database.
const RECENT: usize = 256;
/// How many bytes of text of them: enough for ordinary lines, and little enough for many rooms.
const RECENT_BYTES: usize = 256 * 1024;

/// Up to so many rooms nobody looks for those that were let go.
const LEAST_PRUNED: usize = 64;

/// A room that someone is in.
#[derive(Debug)]
pub struct Room {
    /// Its name.
    pub name: RoomName,
    /// The sockets that hear it.
    pub audience: Audience,
    head: AtomicU64,
    live: Mutex<Live>,
}

/// What the sequencer alone changes.
#[derive(Debug, Default)]
pub struct Live {
    /// Who is here.
    pub presence: Presence<SocketRef>,
    /// The number that the last beacon told, and when, in seconds of the sequencer's clock.
    pub beacon: (u64, u64),
    recent: VecDeque<Message>,
    recent_bytes: usize,
}

impl Room {
    fn new(name: RoomName, head: u64) -> Self {
        let audience = Audience::of(&name);
        let live = Live { beacon: (head, 0), ..Live::default() };
        Self { name, audience, head: head.into(), live: live.into() }
    }

    /// The number of the last line that was told, 0 if nothing has been said.
    pub fn head(&self) -> u64 {
        self.head.load(Ordering::Acquire)
    }

    /// What the sequencer alone changes. It is never held across an await.
    pub fn live(&self) -> MutexGuard<'_, Live> {
        // What a panicking task left is still whole: each change is one call.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of lines that were kept, in their order.
    pub fn advance(&self, messages: &[Message]) {
        let Some(last) = messages.last() else { return };
        self.head.store(last.seq, Ordering::Release);
        let live = &mut *self.live();
        for message in messages {
            live.recent_bytes += message.text.len();
            live.recent.push_back(message.clone());
            while live.recent.len() > RECENT || live.recent_bytes > RECENT_BYTES {
                let Some(oldest) = live.recent.pop_front() else { break };
                live.recent_bytes -= oldest.text.len();
            }
        }
    }

    /// A page of the lines after a number, if the room remembers them.
    pub fn recent_after(&self, after: u64, limit: usize) -> Option<Page> {
        let live = self.live();
        let first = live.recent.front()?.seq;
        let skip = usize::try_from((after + 1).checked_sub(first)?).ok()?;
        let left = live.recent.len().saturating_sub(skip);
        Some(Page::of(live.recent.iter().skip(skip).take(limit).cloned().collect(), left))
    }
}

/// The rooms that someone is in. A room that everyone has left is let go; its lines are kept.
#[derive(Debug)]
pub struct Rooms {
    store: Store,
    rooms: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    rooms: HashMap<RoomName, Weak<Room>>,
    prune_at: usize,
}

impl Rooms {
    /// No rooms yet.
    pub fn new(store: Store) -> Self {
        Self { store, rooms: Mutex::default() }
    }

    /// The room of that name.
    pub async fn open(&self, name: &RoomName) -> Result<Arc<Room>, StoreError> {
        if let Some(room) = self.open_rooms().get(name) {
            return Ok(room);
        }
        let head = self.store.head(name.clone()).await?;
        let mut open = self.open_rooms();
        if let Some(room) = open.get(name) {
            return Ok(room); // Another opened it meanwhile.
        }
        let room = Arc::new(Room::new(name.clone(), head));
        open.insert(&room);
        Ok(room)
    }

    /// The rooms that someone is in now.
    pub fn open_now(&self) -> Vec<Arc<Room>> {
        self.open_rooms().rooms.values().filter_map(Weak::upgrade).collect()
    }

    fn open_rooms(&self) -> MutexGuard<'_, Open> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn get(&self, name: &RoomName) -> Option<Arc<Room>> {
        self.rooms.get(name).and_then(Weak::upgrade)
    }

    /// Forgets the rooms that were let go once there are twice as many as at the last look, so
    /// that opening one costs the same however many there are.
    fn insert(&mut self, room: &Arc<Room>) {
        if self.rooms.len() >= self.prune_at {
            self.rooms.retain(|_, room| room.strong_count() > 0);
            self.prune_at = (self.rooms.len() * 2).max(LEAST_PRUNED);
        }
        self.rooms.insert(room.name.clone(), Arc::downgrade(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kpl_shared::message::Kind;

    fn line(seq: u64) -> Message {
        let (from, uid, text) = ("瑶".into(), "u".into(), seq.to_string());
        Message {
            seq,
            at: 0,
            from,
            uid,
            guest: false,
            cid: None,
            kind: Kind::Text,
            text,
            file: None,
        }
    }

    #[test]
    fn a_room_remembers_its_last_lines_and_says_when_it_does_not() {
        let room = Room::new(RoomName::default(), 10);
        let lines: Vec<Message> = (11..=300).map(line).collect();

        room.advance(&lines);

        let seqs = |after, limit| {
            let page = room.recent_after(after, limit)?;
            Some((page.messages.iter().map(|line| line.seq).collect::<Vec<_>>(), page.more))
        };
        assert_eq!(room.head(), 300);
        assert_eq!(seqs(297, 2), Some((vec![298, 299], true)));
        assert_eq!(seqs(298, 2), Some((vec![299, 300], false)));
        assert_eq!(seqs(300, 2), Some((vec![], false)));
        assert_eq!(seqs(44, 1), Some((vec![45], true)));
        assert_eq!(seqs(43, 1), None);
    }

    #[test]
    fn a_room_remembers_fewer_lines_when_they_are_long() {
        let room = Room::new(RoomName::default(), 0);
        let long = |seq, bytes| Message { text: "x".repeat(bytes), ..line(seq) };
        let remembered = |room: &Room| room.live().recent.len();

        for seq in 1..=100 {
            room.advance(&[long(seq, RECENT_BYTES / 4)]);
        }
        let quarters = remembered(&room);
        room.advance(&[long(101, RECENT_BYTES + 1)]);
        let beyond = remembered(&room);
        room.advance(&(102..=120).map(line).collect::<Vec<_>>());

        assert_eq!((quarters, beyond, remembered(&room)), (4, 0, 19));
        assert_eq!(room.recent_after(100, 1), None);
        assert_eq!(room.recent_after(101, 1).unwrap().messages, [line(102)]);
    }

    fn named(number: usize) -> Arc<Room> {
        Arc::new(Room::new(RoomName::parse(&format!("r{number}")).unwrap(), 0))
    }

    #[test]
    fn rooms_that_were_let_go_are_forgotten() {
        let mut open = Open::default();
        let kept = named(0);
        open.insert(&kept);

        for number in 1..10_000 {
            open.insert(&named(number));
        }

        assert!(open.rooms.len() <= LEAST_PRUNED, "{}", open.rooms.len());
        assert!(open.get(&kept.name).is_some_and(|room| Arc::ptr_eq(&room, &kept)));
    }

    #[test]
    fn many_rooms_are_looked_through_seldom() {
        let mut open = Open::default();
        let rooms: Vec<Arc<Room>> = (0..10_000).map(named).collect();

        let mut looks = 0;
        for room in &rooms {
            let before = open.prune_at;
            open.insert(room);
            looks += usize::from(open.prune_at != before);
        }

        assert!(looks < 10, "{looks} times");
        assert!(rooms.iter().all(|room| open.get(&room.name).is_some()));
    }
}
