//! A client connects, and is somebody in a room from then on.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
};

use kpl_shared::{
    handshake::{Handshake, Key, VERSION},
    names::Name,
    protocol::{Welcome, event},
    refusal::{Code, Refusal},
};
use serde_json::Value;
use socketioxide::extract::SocketRef;
use tokio::sync::{SetOnce, oneshot};

use super::{Context, door};
use crate::{
    clock::now,
    fanout,
    http::{gate::Seat, peer::Peer},
    room::{sequencer::Item, session::Session},
    store::{KeyHash, Owner, StoreError},
};

/// How many hex digits a `uid` has: 96 bits, which nobody can hit by trying keys.
const UID_DIGITS: usize = 24;
/// Under what the identity is derived from a key, so that it says nothing of the stored hash.
const UID_CONTEXT: &str = "kpl-server 2026-11-23 uid of a key";

/// Decides who a client is, or why it may not come in.
pub(super) async fn admit(
    context: &Context,
    socket: &SocketRef,
    auth: &Value,
) -> Result<Session, Refusal> {
    let seat = socket.req_parts().extensions.get::<Seat>();
    if let Some(refusal) = seat.and_then(|seat| seat.refusal.clone()) {
        return Err(refusal);
    }
    let asked = Handshake::parse(&with_query(auth, socket.req_parts().uri.query()))?;
    let address = address(socket);
    let (key, since) = (asked.key.as_ref().map(hash), now());
    // Read before the name's owner is: if it has grown since, the sequencer asks again.
    let releases = context.house.releases();
    let way = door::open(context, address, key.as_ref(), asked.password.as_ref()).await?;
    // Before a name is claimed, which the banned do not, and before an invite is used up by them.
    door::refuse_the_banned(context, asked.name.as_ref(), key, address).await?;
    door::redeem(context, key, &way, asked.name.as_ref()).await?;
    let (name, known_since) = name(context, asked.name.clone(), key, since).await?;
    let guest = known_since.is_none();
    if guest {
        door::admit_guest(context)?;
    }
    let uid = match &asked.key {
        Some(key) => identity(key),
        None => digits(random().map_err(unavailable)?),
    };
    let room = context.rooms.open(&asked.room).await.map_err(unavailable)?;
    let same_history = asked.epoch.as_deref().is_none_or(|epoch| epoch == context.store.epoch());
    tracing::debug!(sid = %socket.id, %name, %uid, guest, v1 = asked.v1, "enters");
    Ok(Session {
        name,
        uid: uid.into(),
        guest,
        key,
        address,
        room,
        v1: asked.v1,
        since,
        known_since,
        by_invite: !matches!(way, door::Way::Open),
        releases,
        after: asked.after.filter(|_| same_history),
        inside: SetOnce::new(),
        present: AtomicBool::new(false),
    })
}

/// What may be said in the address as well, for clients that cannot give an `auth`. A secret may
/// not: addresses are written into logs.
const IN_QUERY: [&str; 2] = ["name", "room"];

/// `auth`, with what the address says where it says nothing itself.
fn with_query(auth: &Value, query: Option<&str>) -> Value {
    let said = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let said: Vec<_> = said.filter(|(name, _)| IN_QUERY.contains(&name.as_ref())).collect();
    let mut fields = match auth {
        _ if said.is_empty() => return auth.clone(),
        Value::Object(fields) => fields.clone(),
        Value::Null => serde_json::Map::new(),
        _no_object => return auth.clone(),
    };
    for (name, value) in said {
        let field = fields.entry(name).or_insert(Value::Null);
        if field.is_null() {
            *field = value.into();
        }
    }
    fields.into()
}

/// Tells a v1 client at once that this is a server of its kind: its `hello` waits in the queue,
/// behind whatever the disk is busy with.
pub(super) fn welcome(socket: &SocketRef) {
    let session = socket.extensions.get::<Arc<Session>>();
    if session.is_some_and(|session| session.v1) {
        fanout::send(socket, event::WELCOME, &Welcome { v: VERSION });
    }
}

/// Queues the entering, before the client is told that it is in.
pub(super) async fn announce(
    context: &Context,
    socket: &SocketRef,
    session: &Arc<Session>,
) -> Result<(), Refusal> {
    let place = context.queue.reserve().await.map_err(|_stops| stops())?;
    let (say, connected) = oneshot::channel();
    socket.extensions.insert(Connecting(Arc::new(Mutex::new(Some(say)))));
    place.send(Item::Enter(connected, session.clone()));
    Ok(())
}

/// The client has been told that it is in: what waits for that goes on.
pub(super) fn connected(socket: SocketRef) {
    let connecting = socket.extensions.remove::<Connecting>();
    let say = connecting
        .and_then(|Connecting(say)| say.lock().unwrap_or_else(PoisonError::into_inner).take());
    if let Some(say) = say {
        // Nobody waits for it once the server stops.
        let _stops = say.send(socket);
    }
}

/// Who waits for a socket to be connected. It goes with the socket if that never happens.
#[derive(Debug, Clone)]
struct Connecting(Arc<Mutex<Option<oneshot::Sender<SocketRef>>>>);

/// The name that a client gets, and since when it has owned it; none for a guest's.
///
/// A name belongs to the key that first claimed it. There is no seat to hold: whoever has the key
/// may sit at several screens, so the ghost of a dropped connection is in nobody's way.
async fn name(
    context: &Context,
    name: Option<Name>,
    key: Option<KeyHash>,
    now: i64,
) -> Result<(Name, Option<i64>), Refusal> {
    let Some(name) = name else {
        let bytes = random().map_err(unavailable)?;
        let number = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        return Ok((Name::of_guest(number), None));
    };
    if name.is_of_guests() {
        let message = format!("{name} looks like a name that the server gives to guests");
        return Err(Refusal::new(Code::NameInvalid, message));
    }
    let mut owner = context.store.owner(name.clone(), key).await.map_err(unavailable)?;
    if let (Owner::Nobody, Some(key)) = (owner, key) {
        owner = context.store.claim(name.clone(), key, now).await.map_err(unavailable)?;
        if matches!(owner, Owner::You { .. }) {
            send_off_guests(context, &name);
        }
    }
    match owner {
        Owner::You { since } => Ok((name, Some(since))),
        Owner::Nobody => Ok((name, None)),
        Owner::Another => {
            let message = format!(
                "{name}, or a name that looks like it, belongs to another key; take another name, \
                 or bring the key that claimed it"
            );
            Err(Refusal::new(Code::NameTaken, message))
        }
    }
}

/// A name that has just been claimed is no guest's any more, nor is one that looks like it. Guests
/// on their way in are asked again by the sequencer, once they can hear why.
fn send_off_guests(context: &Context, name: &Name) {
    let claimed = name.skeleton();
    for socket in context.io.sockets() {
        let session = socket.extensions.get::<Arc<Session>>();
        let Some(guest) = session.filter(|session| session.guest && socket.connected()) else {
            continue;
        };
        if guest.name.skeleton().resembles(&claimed) {
            fanout::send_off(&socket, &guest.name);
        }
    }
}

/// Where a socket is connected from.
fn address(socket: &SocketRef) -> IpAddr {
    let peer = socket.req_parts().extensions.get::<Peer>().map(|peer| peer.0);
    // The gate gives every request its peer.
    peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into())
}

/// The identity of whoever has a key.
pub(crate) fn identity(key: &Key) -> String {
    digits(blake3::derive_key(UID_CONTEXT, key.secret()))
}

fn digits(uid: [u8; 32]) -> String {
    blake3::Hash::from_bytes(uid).to_hex()[..UID_DIGITS].into()
}

/// What the store keeps of a key.
pub(crate) fn hash(key: &Key) -> KeyHash {
    blake3::hash(key.secret())
}

fn stops() -> Refusal {
    Refusal::new(Code::Unavailable, "the server is stopping; try again later")
}

fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn unavailable(error: impl Into<Cause>) -> Refusal {
    let error = error.into();
    tracing::error!(%error, "a client could not be let in");
    Refusal::new(Code::Unavailable, "the server cannot let anyone in now; try again later")
}

/// What may keep the server from letting someone in, for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_address_says_name_and_room_where_auth_does_not() {
        let query = Some("EIO=4&name=%E6%9D%8E%E7%99%BD&room=a+b&key=ff&transport=polling");

        assert_eq!(with_query(&Value::Null, query), json!({"name": "李白", "room": "a b"}));
        let auth = json!({"name": "瑶", "room": null, "v": 1});
        assert_eq!(with_query(&auth, query), json!({"name": "瑶", "room": "a b", "v": 1}));
        assert_eq!(with_query(&json!([1]), query), json!([1]));
        assert_eq!(with_query(&Value::Null, Some("EIO=4")), Value::Null);
        assert_eq!(with_query(&auth, None), auth);
    }
}
