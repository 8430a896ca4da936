//! Operators, sanctions, slow rooms, invites, and the audit log of what was ordered.

use std::collections::HashMap;

use kpl_shared::{
    names::{Name, RoomName},
    order::Sanction,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    KeyHash,
    invite::{self, Issued},
};

/// How many entries the audit log has; the oldest go.
const MAX_AUDIT: i64 = 10_000;

/// A sanction as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imposed {
    /// Its number in the store.
    pub id: i64,
    /// What is told of it.
    pub told: Sanction,
    /// The name, as claims go: look-alikes have one of the two.
    pub claims: [String; 2],
    /// The hash of the key that owned the name.
    pub key: Option<KeyHash>,
    /// Where they were connected from: networks as they are written.
    pub sites: Vec<String>,
}

/// All that is kept of the house.
#[derive(Debug, Default)]
pub struct Household {
    /// The keys of operators.
    pub operators: Vec<KeyHash>,
    /// The sanctions.
    pub sanctions: Vec<Imposed>,
    /// How slow rooms are, in seconds.
    pub slow: HashMap<RoomName, u64>,
    /// The invites.
    pub invites: Vec<Issued>,
    /// The keys that were let in by an invite, and by which.
    pub invited: HashMap<KeyHash, u64>,
}

/// What an order changes.
#[derive(Debug, Clone)]
pub enum Change {
    /// Nothing that is kept.
    Nothing,
    /// Somebody is under a sanction; its number is given when it is kept.
    Impose(Imposed),
    /// Sanctions are lifted, by their numbers.
    Lift(Vec<i64>),
    /// A room is slow, or no longer if it is 0 seconds.
    Slow(RoomName, u64),
    /// A name is nobody's any more.
    Release(Name),
    /// A key is an operator's.
    Op(KeyHash),
    /// A key is an operator's no longer.
    Deop(KeyHash),
    /// There is an invite; its number is given when it is kept.
    Invite(Issued),
    /// An invite lets in a key.
    LetIn(KeyHash, u64),
    /// An invite is taken back, by its number.
    Uninvite(u64),
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// When, in milliseconds since 1970, UTC.
    pub at: i64,
    /// Who ordered it.
    pub by: String,
    /// What was ordered.
    pub verb: String,
    /// On whom.
    pub name: Option<String>,
    /// The whole order, as JSON.
    pub order: String,
    /// What came of it: `done`, or the code of a refusal.
    pub outcome: String,
}

/// Applies a change and writes the entry, both or neither; the number of a new sanction or invite.
pub(super) fn carry(
    connection: &mut Connection,
    change: &Change,
    entry: &Entry,
) -> rusqlite::Result<i64> {
    let step = connection.transaction()?;
    let mut id = 0;
    match change {
        Change::Nothing => {}
        Change::Impose(kept) => {
            impose(&step, kept)?;
            id = step.last_insert_rowid();
        }
        Change::Lift(ids) => {
            for id in ids {
                step.execute("DELETE FROM sanctions WHERE id = ?1", [id])?;
            }
        }
        Change::Slow(room, 0) => {
            step.execute("DELETE FROM slow WHERE room = ?1", [room.as_str()])?;
        }
        Change::Slow(room, seconds) => {
            step.execute(
                "INSERT OR REPLACE INTO slow (room, seconds) VALUES (?1, ?2)",
                params![room.as_str(), i64::try_from(*seconds).unwrap_or(i64::MAX)],
            )?;
        }
        Change::Release(name) => {
            let [heard, _] = name.skeleton().claims();
            step.execute(
                "DELETE FROM names WHERE name = (SELECT name FROM names WHERE skeleton = ?1)",
                [heard],
            )?;
        }
        Change::Op(key) => {
            step.execute(
                "INSERT OR IGNORE INTO operators (key_hash, since, by) VALUES (?1, ?2, ?3)",
                params![key.as_bytes(), entry.at, entry.by],
            )?;
        }
        Change::Deop(key) => {
            step.execute("DELETE FROM operators WHERE key_hash = ?1", [key.as_bytes()])?;
        }
        Change::Invite(issued) => {
            invite::issue(&step, issued)?;
            id = step.last_insert_rowid();
        }
        Change::LetIn(key, by) => invite::let_in(&step, key, *by)?,
        Change::Uninvite(id) => invite::take_back(&step, *id)?,
    }
    step.execute(
        "INSERT INTO audit (at, by, verb, name, what, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![entry.at, entry.by, entry.verb, entry.name, entry.order, entry.outcome],
    )?;
    let written = step.last_insert_rowid();
    step.execute("DELETE FROM audit WHERE id <= ?1", [written - MAX_AUDIT])?;
    step.commit()?;
    Ok(id)
}

fn impose(step: &Connection, kept: &Imposed) -> rusqlite::Result<usize> {
    let Imposed { told, claims: [heard, seen], key, sites, .. } = kept;
    step.execute("DELETE FROM sanctions WHERE until <= ?1", [told.at])?;
    step.execute(
        "INSERT INTO sanctions
             (mute, name, heard, seen, key_hash, sites, by, at, until, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            told.mute,
            told.name,
            heard,
            seen,
            key.as_ref().map(|key| key.as_bytes().to_vec()),
            sites.join(" "),
            told.by,
            told.at,
            told.until,
            told.reason,
        ],
    )
}

/// All that is kept of the house.
pub(super) fn household(connection: &Connection) -> rusqlite::Result<Household> {
    let mut operators = connection.prepare("SELECT key_hash FROM operators")?;
    let operators = operators.query_map([], |row| row.get(0).map(KeyHash::from_bytes))?;
    let mut sanctions = connection.prepare(
        "SELECT id, mute, name, heard, seen, key_hash, sites, by, at, until, reason
         FROM sanctions ORDER BY id",
    )?;
    let sanctions = sanctions.query_map([], sanction)?;
    let mut slow = connection.prepare("SELECT room, seconds FROM slow")?;
    let slow = slow.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let mut rooms = HashMap::new();
    for row in slow {
        let (room, seconds) = row?;
        if let Ok(room) = RoomName::parse(&room) {
            rooms.insert(room, seconds.unsigned_abs());
        }
    }
    Ok(Household {
        operators: operators.collect::<Result<_, _>>()?,
        sanctions: sanctions.collect::<Result<_, _>>()?,
        slow: rooms,
        invites: invite::issued(connection)?,
        invited: invite::invited(connection)?,
    })
}

fn sanction(row: &Row<'_>) -> rusqlite::Result<Imposed> {
    let told = Sanction {
        mute: row.get(1)?,
        name: row.get(2)?,
        by: row.get(7)?,
        at: row.get(8)?,
        until: row.get(9)?,
        reason: row.get(10)?,
    };
    let sites: String = row.get(6)?;
    Ok(Imposed {
        id: row.get(0)?,
        told,
        claims: [row.get(3)?, row.get(4)?],
        key: row.get::<_, Option<[u8; 32]>>(5)?.map(KeyHash::from_bytes),
        sites: sites.split_whitespace().map(str::to_owned).collect(),
    })
}

/// The key that owns a name, however its letters are cased: not one that only looks like it, as that
/// is somebody else.
pub(super) fn key_of(connection: &Connection, name: &Name) -> rusqlite::Result<Option<KeyHash>> {
    let [heard, _] = name.skeleton().claims();
    let question = "SELECT key_hash FROM names WHERE skeleton = ?1";
    let mut statement = connection.prepare_cached(question)?;
    let key = statement.query_row([heard], |row| row.get(0)).optional()?;
    Ok(key.map(KeyHash::from_bytes))
}

/// The newest entries of the audit log, oldest of them first.
pub(super) fn audit(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Entry>> {
    let question = "SELECT at, by, verb, name, what, outcome FROM audit ORDER BY id DESC LIMIT ?1";
    let mut statement = connection.prepare_cached(question)?;
    let entries = statement.query_map([limit], |row| {
        Ok(Entry {
            at: row.get(0)?,
            by: row.get(1)?,
            verb: row.get(2)?,
            name: row.get(3)?,
            order: row.get(4)?,
            outcome: row.get(5)?,
        })
    })?;
    let mut entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
    entries.reverse();
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{settings::StoreSetting, store::Store};

    fn entry(at: i64) -> Entry {
        let (by, verb) = ("console".into(), "announce".into());
        Entry { at, by, verb, name: None, order: "{}".into(), outcome: "done".into() }
    }

    #[tokio::test]
    async fn the_audit_log_keeps_the_newest_entries_and_no_more() {
        let store = Store::open(&StoreSetting::Memory).unwrap();

        for at in 0..MAX_AUDIT + 50 {
            store.carry(Change::Nothing, entry(at)).await.unwrap();
        }

        let entries = store.audit(u32::MAX).await.unwrap();
        let (first, last) = (entries.first().unwrap().at, entries.last().unwrap().at);
        assert_eq!((first, last), (50, MAX_AUDIT + 49));
        assert_eq!(store.audit(1).await.unwrap(), [entry(MAX_AUDIT + 49)]);
    }

    #[tokio::test]
    async fn a_name_that_only_looks_like_anothers_is_not_taken_for_it() {
        let store = Store::open(&StoreSetting::Memory).unwrap();
        let name = |name| Name::parse(name).unwrap();
        let key: KeyHash = [1; 32].into();
        store.claim(name("Alice"), key, 0).await.unwrap();

        assert_eq!(store.key_of(name("alice")).await.unwrap(), Some(key));
        assert_eq!(store.key_of(name("AIice")).await.unwrap(), None);
        store.carry(Change::Release(name("AIice")), entry(1)).await.unwrap();
        assert_eq!(store.key_of(name("Alice")).await.unwrap(), Some(key));
        store.carry(Change::Release(name("alice")), entry(2)).await.unwrap();
        assert_eq!(store.owner(name("Alice"), None).await.unwrap(), crate::store::Owner::Nobody);
    }

    #[tokio::test]
    async fn what_is_lifted_or_over_is_kept_no_longer() {
        let store = Store::open(&StoreSetting::Memory).unwrap();
        let ban = |name: &str, at, until| Imposed {
            id: 0,
            told: Sanction {
                name: name.into(),
                mute: false,
                by: "console".into(),
                at,
                until,
                reason: String::new(),
            },
            claims: Name::parse(name).unwrap().skeleton().claims(),
            key: Some([1; 32].into()),
            sites: vec!["203.0.113.7".into(), "2001:db8::/64".into()],
        };
        let impose =
            async |kept: Imposed| store.carry(Change::Impose(kept), entry(0)).await.unwrap();

        impose(ban("Eve", 0, Some(10))).await;
        let lifted = impose(ban("Mallory", 0, None)).await;
        let stays = ban("Trudy", 20, Some(30));
        let id = impose(stays.clone()).await;
        store.carry(Change::Lift(vec![lifted]), entry(21)).await.unwrap();

        let household = store.household().await.unwrap();
        assert_eq!(household.sanctions, [Imposed { id, ..stays }]);
    }
}
