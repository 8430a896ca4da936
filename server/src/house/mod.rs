//! The house: who keeps order in it, who is kept out, who may not speak, and which room is slow.
//!
//! All of it is in memory, as every line and every connection asks; and all of it is on disk before
//! an order that changes it is answered.
//!
//! - [`sanction`]: whom a ban or a silence is about

pub mod sanction;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use kpl_shared::{
    invite::{self, Invite},
    names::RoomName,
    order::Sanction,
    refusal::{Code, Refusal},
};

use self::sanction::Marks;
use crate::{
    clock::now,
    policy::address::{Network, Site},
    store::{Household, Imposed, Issued, KeyHash},
};

/// How many owners of a slow room are remembered before those are forgotten who may speak again.
const SPOKEN: usize = 1024;

/// The house.
#[derive(Debug)]
pub struct House {
    household: RwLock<Household>,
    /// When an owner spoke last in a slow room, in milliseconds of the caller's clock.
    spoken: Mutex<HashMap<(RoomName, Arc<str>), i64>>,
    proxies: Vec<Network>,
    /// How many names have been given free.
    releases: AtomicU64,
}

/// What an invite does for whoever has its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// It lets them in; its number.
    By(u64),
    /// It lets nobody in any more.
    TooLate,
}

impl House {
    /// As the store has it. Many may be behind one of these proxies.
    pub fn new(household: Household, proxies: Vec<Network>) -> Self {
        let (household, spoken) = (household.into(), Mutex::default());
        Self { household, spoken, proxies, releases: AtomicU64::new(0) }
    }

    /// How many names have been given free since the start: what was known of a name's owner before
    /// the last of them may not hold any more.
    pub fn releases(&self) -> u64 {
        self.releases.load(Ordering::Acquire)
    }

    /// A name has been given free.
    pub fn released(&self) {
        self.releases.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether a key is an operator's.
    pub fn is_operator(&self, key: Option<&KeyHash>) -> bool {
        key.is_some_and(|key| self.read().operators.contains(key))
    }

    /// Where an address belongs to, as far as that tells one from another.
    pub fn site(&self, address: IpAddr) -> Option<Site> {
        let tells =
            !address.is_loopback() && !self.proxies.iter().any(|proxy| proxy.holds(address));
        tells.then(|| Site::of(address))
    }

    /// Why somebody is kept out, if they are.
    pub fn ban(&self, marks: &Marks<'_>, now: i64) -> Option<Imposed> {
        self.sanction(false, marks, now)
    }

    /// Why somebody may not speak, if they may not.
    pub fn mute(&self, marks: &Marks<'_>, now: i64) -> Option<Imposed> {
        self.sanction(true, marks, now)
    }

    fn sanction(&self, mute: bool, marks: &Marks<'_>, now: i64) -> Option<Imposed> {
        let household = self.read();
        let mut sanctions = household.sanctions.iter();
        let found = sanctions
            .find(|kept| kept.told.mute == mute && !kept.is_over(now) && kept.is_about(marks))?;
        (!marks.key.is_some_and(|key| household.operators.contains(&key))).then(|| found.clone())
    }

    /// Whether nobody is under a sanction, which is asked for each line.
    pub fn is_calm(&self) -> bool {
        self.read().sanctions.is_empty()
    }

    /// Takes the one line that an owner may say in the time that a slow room sets; or says in how
    /// many milliseconds there is one.
    pub fn take_turn(
        &self,
        room: &RoomName,
        owner: &Arc<str>,
        now: i64,
    ) -> Result<Option<Turn>, u64> {
        let Some(seconds) = self.read().slow.get(room).copied() else { return Ok(None) };
        let pause = i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
        let mut spoken = self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
        let last = spoken.get(&(room.clone(), owner.clone()));
        let wait = last.map_or(0, |last| last.saturating_add(pause).saturating_sub(now));
        if let Ok(wait @ 1..) = u64::try_from(wait) {
            return Err(wait);
        }
        if spoken.len() >= SPOKEN {
            spoken.retain(|(other, _), last| other != room || last.saturating_add(pause) > now);
        }
        spoken.insert((room.clone(), owner.clone()), now);
        Ok(Some(Turn { whose: (room.clone(), owner.clone()), at: now }))
    }

    /// The line for which a turn was taken, if it was, was not kept.
    pub fn give_back(&self, turn: Option<&Turn>) {
        let Some(turn) = turn else { return };
        let mut spoken = self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
        if spoken.get(&turn.whose) == Some(&turn.at) {
            spoken.remove(&turn.whose);
        }
    }

    /// From now on each may speak once in so many seconds in a room; 0 ends that.
    pub fn slow_down(&self, room: &RoomName, seconds: u64) {
        self.change(|household| match seconds {
            0 => _ = household.slow.remove(room),
            seconds => _ = household.slow.insert(room.clone(), seconds),
        });
        let mut spoken = self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
        spoken.retain(|(other, _), _| other != room);
    }

    /// Whether whoever has this key needs neither password nor invite: they keep order here, or
    /// were invited before.
    pub fn admits(&self, key: &KeyHash) -> bool {
        let household = self.read();
        household.operators.contains(key) || household.invited.contains_key(key)
    }

    /// Which invite once let in whoever has this key, if one did.
    pub fn invited_by(&self, key: &KeyHash) -> Option<u64> {
        self.read().invited.get(key).copied()
    }

    /// What the invite of this code does, if there is one.
    pub fn invite(&self, code: &invite::Code, now: i64) -> Option<Invited> {
        let hash = Issued::hash(code);
        let household = self.read();
        // Hashes are compared in constant time.
        let issued = household.invites.iter().find(|issued| issued.hash == hash)?;
        Some(if issued.is_over(now) { Invited::TooLate } else { Invited::By(issued.told.id) })
    }

    /// The invites that there are, oldest first.
    pub fn invites(&self) -> Vec<Invite> {
        self.read().invites.iter().map(|issued| issued.told.clone()).collect()
    }

    /// The sanctions that are not over, oldest first.
    pub fn sanctions(&self, now: i64) -> Vec<Imposed> {
        self.read().sanctions.iter().filter(|kept| !kept.is_over(now)).cloned().collect()
    }

    /// Changes it as the store has been changed.
    pub fn change(&self, change: impl FnOnce(&mut Household)) {
        change(&mut self.household.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn read(&self) -> RwLockReadGuard<'_, Household> {
        self.household.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn that somebody has taken in a slow room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    whose: (RoomName, Arc<str>),
    at: i64,
}

/// Why an invite lets nobody in any more.
pub fn invite_is_over() -> Refusal {
    let message = "this invite has let in all that it may, or its time is over; ask for another";
    Refusal::new(Code::InviteOver, message)
}

/// Why somebody may not be here any more whom an invite had let in.
pub fn invite_is_taken_back() -> Refusal {
    Refusal::new(Code::PasswordRequired, "your invite was taken back")
}

/// Why somebody may not speak.
pub fn muted(mute: &Sanction) -> Refusal {
    let message = match mute.until.map(|until| until.saturating_sub(now())) {
        Some(left) => format!("you may not speak for another {}", lasting(left)),
        None => "you may not speak".into(),
    };
    Refusal::new(Code::Muted, message)
}

/// Why somebody who is kept out is not let in.
pub fn refusal(ban: &Sanction) -> Refusal {
    let what = match ban.until.map(|until| until.saturating_sub(now())) {
        Some(left) => format!("you may not enter for another {}", lasting(left)),
        None => "you may not enter".into(),
    };
    Refusal::new(Code::Banned, with_reason(&what, Some(&ban.reason)))
}

/// How long that is, in the largest unit of which there is one.
pub fn lasting(millis: i64) -> String {
    let seconds = millis.max(0).cast_unsigned().div_ceil(1000);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds.div_ceil(60)),
        7_200..172_800 => format!("{} h", seconds.div_ceil(3_600)),
        _ => format!("{} days", seconds.div_ceil(86_400)),
    }
}

/// What is said, and why it is so.
pub fn with_reason(what: &str, reason: Option<&str>) -> String {
    match reason.filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("{what}: {reason}"),
        None => what.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_slow_room_each_has_one_turn_in_so_many_seconds() {
        let room = RoomName::default();
        let slow = HashMap::from([(room.clone(), 10)]);
        let house = House::new(Household { slow, ..Household::default() }, vec![]);
        let (libai, yao): (Arc<str>, Arc<str>) = ("李白".into(), "瑶".into());
        let elsewhere = RoomName::parse("elsewhere").unwrap();

        let turn = house.take_turn(&room, &libai, 0).unwrap().unwrap();
        house.give_back(Some(&turn));
        assert!(house.take_turn(&room, &libai, 0).is_ok());
        assert_eq!(house.take_turn(&room, &libai, 4_000), Err(6_000));
        assert!(house.take_turn(&room, &yao, 4_000).is_ok());
        assert!(house.take_turn(&room, &libai, 10_000).is_ok());
        house.give_back(Some(&turn));
        assert!(house.take_turn(&room, &libai, 10_001).is_err(), "that turn was over long ago");
        assert_eq!(house.take_turn(&elsewhere, &libai, 10_000), Ok(None));
    }

    #[test]
    fn those_who_spoke_long_ago_are_forgotten() {
        let room = RoomName::default();
        let slow = HashMap::from([(room.clone(), 1)]);
        let house = House::new(Household { slow, ..Household::default() }, vec![]);

        for owner in 0..10 * i64::try_from(SPOKEN).unwrap() {
            let name: Arc<str> = owner.to_string().into();
            house.take_turn(&room, &name, owner * 10).unwrap();
        }

        assert!(house.spoken.lock().unwrap().len() <= SPOKEN);
    }
}
