//! The steward: carries out orders, one at a time. What an order changes is on disk, with its entry
//! in the audit log, before anybody hears of it.
//!
//! - `inviting`: invites, and whom they let in
//! - `told`: what is told and written of orders

mod inviting;
mod told;

use std::{collections::BTreeMap, sync::Arc};

use kpl_shared::{
    names::{Name, RoomName},
    order::{Measure, Order, Ordered, Sanction},
    protocol::Notice,
    refusal::{Code, Refusal},
};
use socketioxide::{SocketIo, extract::SocketRef};
use tokio::sync::{Mutex, mpsc};

use self::told::{DONE, done, entry, nobody, notice, unavailable};
use crate::{
    clock::now,
    fanout,
    house::{self, House, sanction::Marks},
    room::{Room, Rooms, sequencer::Item, session::Session},
    store::{Change, Entry, Imposed, KeyHash, Store},
};

/// How many sanctions or invites are told at once.
const MAX_TOLD: usize = 200;

/// Who orders something.
#[derive(Debug, Clone)]
pub struct By {
    /// The name.
    pub name: String,
    /// The key; none at the machine itself.
    pub key: Option<KeyHash>,
    /// In which room.
    pub room: RoomName,
}

/// What it works with.
#[derive(Debug)]
pub struct Steward {
    /// The sockets.
    pub io: SocketIo,
    /// The store.
    pub store: Store,
    /// The rooms.
    pub rooms: Arc<Rooms>,
    /// The house.
    pub house: Arc<House>,
    /// The way to the sequencer, which knows who is present.
    pub queue: mpsc::Sender<Item>,
    /// How long a line may be, in bytes.
    pub text_bytes: usize,
    /// One order at a time, so that memory has them in the order of the disk.
    pub turn: Mutex<()>,
}

/// Whom an order is about: those who are here, and the key of whoever owns the name.
struct Target {
    name: Name,
    claims: [String; 2],
    key: Option<KeyHash>,
    here: Vec<(SocketRef, Arc<Session>)>,
}

impl Steward {
    /// Carries out an order, or says why not.
    pub async fn carry_out(&self, order: &Order, by: &By) -> Result<Ordered, Refusal> {
        let _turn = self.turn.lock().await;
        let done = self.obey(order, by).await;
        if let Err(refusal) = &done {
            tracing::info!(by = by.name, verb = order.verb(), %refusal, "an order was refused");
            let entry = entry(order, by, refusal.code.as_str());
            self.keep(Change::Nothing, entry).await?;
        }
        done
    }

    async fn obey(&self, order: &Order, by: &By) -> Result<Ordered, Refusal> {
        order.check(self.text_bytes)?;
        match order {
            Order::Kick { name, reason } => self.kick(order, by, name, reason.as_deref()).await,
            Order::Ban(measure) => self.impose(order, by, measure, false).await,
            Order::Mute(measure) => self.impose(order, by, measure, true).await,
            Order::Unban { name } => self.lift(order, by, name, false).await,
            Order::Unmute { name } => self.lift(order, by, name, true).await,
            Order::Bans => {
                let mut sanctions = self.house.sanctions(now());
                sanctions.drain(..sanctions.len().saturating_sub(MAX_TOLD));
                self.keep(Change::Nothing, entry(order, by, DONE)).await?;
                let sanctions = sanctions.into_iter().map(|kept| kept.told).collect();
                Ok(Ordered { sanctions, ..done(order) })
            }
            Order::Slow { seconds } => self.slow(order, by, *seconds).await,
            Order::Release { name } => self.release(order, by, name).await,
            Order::Announce { text } => self.announce(order, by, text).await,
            Order::Invite { uses, seconds } => self.invite(order, by, *uses, *seconds).await,
            Order::Invites => self.invites(order, by).await,
            Order::Uninvite { id } => self.uninvite(order, by, *id).await,
            Order::Op { name } => self.appoint(order, by, name, true).await,
            Order::Deop { name } => self.appoint(order, by, name, false).await,
        }
    }

    async fn kick(
        &self,
        order: &Order,
        by: &By,
        name: &str,
        reason: Option<&str>,
    ) -> Result<Ordered, Refusal> {
        let target = self.target(name).await?;
        if target.here.is_empty() {
            return Err(nobody(&target.name));
        }
        self.spare_operators(&target, by)?;
        self.keep(Change::Nothing, entry(order, by, DONE)).await?;
        let notice = Notice { reason: reason.map(str::to_owned), ..notice(order, by) };
        self.tell(&target.rooms(), &notice).await;
        let refusal = Refusal::new(Code::Kicked, house::with_reason("you were sent out", reason));
        for (socket, _) in &target.here {
            fanout::turn_out(socket, refusal.clone());
        }
        Ok(done(order))
    }

    async fn impose(
        &self,
        order: &Order,
        by: &By,
        measure: &Measure,
        mute: bool,
    ) -> Result<Ordered, Refusal> {
        let Measure { name, seconds, reason } = measure;
        let target = self.target(name).await?;
        self.spare_operators(&target, by)?;
        let at = now();
        let millis = |seconds: u64| i64::try_from(seconds.saturating_mul(1000)).ok();
        let until = seconds.and_then(millis).map(|millis| at.saturating_add(millis));
        let told = Sanction {
            name: target.name.to_string(),
            mute,
            by: by.name.clone(),
            at,
            until,
            reason: reason.clone().unwrap_or_default(),
        };
        let sites = self.sites(&target);
        let kept = Imposed { id: 0, told, claims: target.claims.clone(), key: target.key, sites };
        let id = self.keep(Change::Impose(kept.clone()), entry(order, by, DONE)).await?;
        self.house.change(|household| {
            household.sanctions.retain(|kept| !kept.is_over(at));
            household.sanctions.push(Imposed { id, ..kept });
        });
        let (reason, seconds) = (reason.clone(), *seconds);
        let notice = Notice { reason, until, seconds, ..notice(order, by) };
        self.tell(&target.rooms(), &notice).await;
        if !mute {
            self.turn_out_the_banned();
        }
        Ok(Ordered { until, seconds, ..done(order) })
    }

    /// Closes the connections of all who are kept out.
    fn turn_out_the_banned(&self) {
        let now = now();
        for (socket, session) in self.sessions() {
            if let Some(ban) = self.house.ban(&self.marks(&session, &session.claims()), now) {
                fanout::turn_out(&socket, house::refusal(&ban.told));
            }
        }
    }

    async fn lift(
        &self,
        order: &Order,
        by: &By,
        name: &str,
        mute: bool,
    ) -> Result<Ordered, Refusal> {
        let target = self.target(name).await?;
        let marks =
            Marks { claims: &target.claims, key: target.key, site: None, known_since: None };
        let sanctions = self.house.sanctions(now()).into_iter();
        let lifted = sanctions.filter(|kept| kept.told.mute == mute && kept.is_about(&marks));
        let ids: Vec<i64> = lifted.map(|kept| kept.id).collect();
        if ids.is_empty() {
            return Err(nobody(&target.name));
        }
        self.keep(Change::Lift(ids.clone()), entry(order, by, DONE)).await?;
        self.house.change(|household| household.sanctions.retain(|kept| !ids.contains(&kept.id)));
        self.tell(&target.rooms(), &notice(order, by)).await;
        Ok(done(order))
    }

    async fn slow(&self, order: &Order, by: &By, seconds: u64) -> Result<Ordered, Refusal> {
        self.keep(Change::Slow(by.room.clone(), seconds), entry(order, by, DONE)).await?;
        self.house.slow_down(&by.room, seconds);
        let notice = Notice { seconds: Some(seconds), ..notice(order, by) };
        let rooms = self.rooms.open_now().into_iter().filter(|room| room.name == by.room);
        self.tell(&rooms.collect::<Vec<_>>(), &notice).await;
        Ok(Ordered { seconds: Some(seconds), ..done(order) })
    }

    async fn release(&self, order: &Order, by: &By, name: &str) -> Result<Ordered, Refusal> {
        let target = self.target(name).await?;
        if target.key.is_none() {
            return Err(nobody(&target.name));
        }
        self.keep(Change::Release(target.name.clone()), entry(order, by, DONE)).await?;
        self.house.released();
        self.tell(&target.rooms(), &notice(order, by)).await;
        // Or they would go on speaking beside whoever claims it next. Those on their way in are
        // asked again by the sequencer.
        let released = target.name.skeleton();
        for (socket, session) in self.sessions() {
            if session.key == target.key && session.name.skeleton().resembles(&released) {
                let message = format!("the name {} was given free", session.name);
                fanout::turn_out(&socket, Refusal::new(Code::Kicked, message));
            }
        }
        Ok(done(order))
    }

    async fn announce(&self, order: &Order, by: &By, text: &str) -> Result<Ordered, Refusal> {
        if text.trim().is_empty() {
            return Err(Refusal::new(Code::TextEmpty, "say what is to be announced"));
        }
        self.keep(Change::Nothing, entry(order, by, DONE)).await?;
        let notice = Notice { text: text.into(), ..notice(order, by) };
        self.tell(&self.rooms.open_now(), &notice).await;
        Ok(done(order))
    }

    async fn appoint(
        &self,
        order: &Order,
        by: &By,
        name: &str,
        op: bool,
    ) -> Result<Ordered, Refusal> {
        let target = self.target(name).await?;
        let Some(key) = target.key else {
            let message = format!(
                "{} is nobody's; only who has claimed a name with a key can be an operator",
                target.name
            );
            return Err(Refusal::new(Code::NotFound, message));
        };
        if !op && !self.house.is_operator(Some(&key)) {
            return Err(nobody(&target.name));
        }
        let change = if op { Change::Op(key) } else { Change::Deop(key) };
        self.keep(change, entry(order, by, DONE)).await?;
        self.house.change(|household| {
            household.operators.retain(|known| *known != key);
            if op {
                household.operators.push(key);
            }
        });
        let mut rooms = Vec::new();
        for (_, session) in self.sessions().filter(|(_, session)| session.key == Some(key)) {
            rooms.push(session.room.clone());
            // The queue ends with the server.
            let _ended = self.queue.send(Item::Appointed(session, op)).await;
        }
        self.tell(&distinct(rooms), &notice(order, by)).await;
        Ok(done(order))
    }

    /// Nothing is done to operators, and nobody does it to themselves by a slip: they are made
    /// operators no longer first.
    fn spare_operators(&self, target: &Target, by: &By) -> Result<(), Refusal> {
        let here = target.here.iter().filter_map(|(_, session)| session.key);
        let mut keys = here.chain(target.key);
        if keys.any(|key| self.house.is_operator(Some(&key)) || Some(key) == by.key) {
            let message = format!("{} is an operator; take that away first", target.name);
            return Err(Refusal::new(Code::Protected, message));
        }
        Ok(())
    }

    /// From where they are connected, but for where an operator is, too.
    fn sites(&self, target: &Target) -> Vec<String> {
        let site = |session: &Session| self.house.site(session.address);
        let of_operators: Vec<_> = self
            .sessions()
            .filter(|(_, session)| self.house.is_operator(session.key.as_ref()))
            .filter_map(|(_, session)| site(&session))
            .collect();
        let sites = target.here.iter().filter_map(|(_, session)| site(session));
        let mut sites: Vec<String> = sites
            .filter(|site| !of_operators.contains(site))
            .map(|site| site.to_string())
            .collect();
        sites.sort_unstable();
        sites.dedup();
        sites
    }

    async fn target(&self, name: &str) -> Result<Target, Refusal> {
        let name = name.strip_prefix('@').unwrap_or(name);
        let name = Name::parse(name)
            .map_err(|error| Refusal::new(Code::NameInvalid, error.to_string()))?;
        let skeleton = name.skeleton();
        let key = self.store.key_of(name.clone()).await.map_err(|error| unavailable(&error))?;
        let is_meant = |session: &Session| {
            session.name.skeleton().resembles(&skeleton) || (key.is_some() && session.key == key)
        };
        let here = self.sessions().filter(|(_, session)| is_meant(session)).collect();
        Ok(Target { claims: skeleton.claims(), name, key, here })
    }

    fn sessions(&self) -> impl Iterator<Item = (SocketRef, Arc<Session>)> {
        self.io.sockets().into_iter().filter(|socket| socket.connected()).filter_map(|socket| {
            let session = socket.extensions.get::<Arc<Session>>()?;
            Some((socket, session))
        })
    }

    fn marks<'a>(&self, session: &Session, claims: &'a [String; 2]) -> Marks<'a> {
        session.marks(claims, &self.house)
    }

    async fn tell(&self, rooms: &[Arc<Room>], notice: &Notice) {
        for room in rooms {
            room.audience.notify(&self.io, notice).await;
        }
    }

    async fn keep(&self, change: Change, entry: Entry) -> Result<i64, Refusal> {
        self.store.carry(change, entry).await.map_err(|error| unavailable(&error))
    }
}

impl Target {
    fn rooms(&self) -> Vec<Arc<Room>> {
        distinct(self.here.iter().map(|(_, session)| session.room.clone()))
    }
}

fn distinct(rooms: impl IntoIterator<Item = Arc<Room>>) -> Vec<Arc<Room>> {
    let rooms = rooms.into_iter().map(|room| (room.name.clone(), room));
    rooms.collect::<BTreeMap<_, _>>().into_values().collect()
}
