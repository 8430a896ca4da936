//! One client's place in a room: who it is, where, and which form of the protocol it hears.

use std::{
    net::IpAddr,
    sync::{Arc, atomic::AtomicBool},
};

use kpl_shared::names::Name;
use tokio::sync::SetOnce;

use super::Room;
use crate::{
    house::{House, sanction::Marks},
    store::KeyHash,
};

/// What was settled in the handshake. It does not change while the socket lives.
#[derive(Debug)]
pub struct Session {
    /// The name under which its lines are stamped.
    pub name: Name,
    /// The identity under which its lines are stamped: one a key, or one a guest's connection.
    pub uid: Arc<str>,
    /// Whether nobody has proved to own the name.
    pub guest: bool,
    /// The hash of the key that it brought, if it brought one.
    pub key: Option<KeyHash>,
    /// Where it is connected from.
    pub address: IpAddr,
    /// The room it is in.
    pub room: Arc<Room>,
    /// Whether it speaks version 1; otherwise it is a plain Socket.IO client.
    pub v1: bool,
    /// Since when it is connected, in milliseconds since 1970, UTC.
    pub since: i64,
    /// Since when it has owned its name; none if that is a guest's.
    pub known_since: Option<i64>,
    /// Whether it may be here only as its key is one of those that the house admits.
    pub by_invite: bool,
    /// How many names had been given free when it was asked whose its name is.
    pub releases: u64,
    /// The last number that it holds, if it holds this very history.
    pub after: Option<u64>,
    /// Set once it is in: what must not come before `hello` waits for that.
    pub inside: SetOnce<()>,
    /// Whether it counts as present. Only the sequencer changes it.
    pub present: AtomicBool,
}

impl Session {
    /// Its name, as claims go.
    pub fn claims(&self) -> [String; 2] {
        self.name.skeleton().claims()
    }

    /// Whether it was let in by an invite that has been taken back since.
    pub fn is_uninvited(&self, house: &House) -> bool {
        self.by_invite && !self.key.is_some_and(|key| house.admits(&key))
    }

    /// By what it is known to those who keep order.
    pub fn marks<'a>(&self, claims: &'a [String; 2], house: &House) -> Marks<'a> {
        let (key, site) = (self.key, house.site(self.address));
        Marks { claims, key, site, known_since: self.known_since }
    }
}
