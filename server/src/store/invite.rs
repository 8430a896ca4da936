//! Invites, and whom they have let in.

use std::collections::HashMap;

use kpl_shared::invite::{Code, Invite};
use rusqlite::{Connection, params};

use super::KeyHash;

/// An invite as it is kept: by a hash of its code, from which the code cannot be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The hash of its code.
    pub hash: blake3::Hash,
    /// What is told of it.
    pub told: Invite,
}

impl Issued {
    /// What is kept of a code.
    pub fn hash(code: &Code) -> blake3::Hash {
        blake3::hash(code.secret())
    }

    /// Whether it lets nobody in any more.
    pub fn is_over(&self, now: i64) -> bool {
        self.told.until <= now || self.told.used >= self.told.uses
    }
}

/// Keeps an invite. Those that are over and have let nobody in are of no use to anyone.
pub(super) fn issue(step: &Connection, issued: &Issued) -> rusqlite::Result<()> {
    let Issued { hash, told } = issued;
    step.execute("DELETE FROM invites WHERE until <= ?1 AND used = 0", [told.at])?;
    step.execute(
        "INSERT INTO invites (code_hash, by, at, until, uses, used) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        params![hash.as_bytes(), told.by, told.at, told.until, number(told.uses)],
    )?;
    Ok(())
}

/// Lets in a key from now on.
pub(super) fn let_in(step: &Connection, key: &KeyHash, by: u64) -> rusqlite::Result<()> {
    step.execute("UPDATE invites SET used = used + 1 WHERE id = ?1", [number(by)])?;
    step.execute(
        "INSERT OR IGNORE INTO invited (key_hash, invite) VALUES (?1, ?2)",
        params![key.as_bytes(), number(by)],
    )?;
    Ok(())
}

/// Takes an invite back, and with it the right to enter of those whom it has let in.
pub(super) fn take_back(step: &Connection, id: u64) -> rusqlite::Result<()> {
    step.execute("DELETE FROM invited WHERE invite = ?1", [number(id)])?;
    step.execute("DELETE FROM invites WHERE id = ?1", [number(id)])?;
    Ok(())
}

/// All invites, oldest first.
pub(super) fn issued(connection: &Connection) -> rusqlite::Result<Vec<Issued>> {
    let question = "SELECT id, code_hash, by, at, until, uses, used FROM invites ORDER BY id";
    let mut statement = connection.prepare(question)?;
    let invites = statement.query_map([], |row| {
        Ok(Issued {
            hash: row.get(1).map(blake3::Hash::from_bytes)?,
            told: Invite {
                id: row.get::<_, i64>(0)?.unsigned_abs(),
                by: row.get(2)?,
                at: row.get(3)?,
                until: row.get(4)?,
                uses: row.get::<_, i64>(5)?.unsigned_abs(),
                used: row.get::<_, i64>(6)?.unsigned_abs(),
            },
        })
    })?;
    invites.collect()
}

/// Who was let in, and by which invite.
pub(super) fn invited(connection: &Connection) -> rusqlite::Result<HashMap<KeyHash, u64>> {
    let mut statement = connection.prepare("SELECT key_hash, invite FROM invited")?;
    let invited = statement.query_map([], |row| {
        Ok((row.get(0).map(KeyHash::from_bytes)?, row.get::<_, i64>(1)?.unsigned_abs()))
    })?;
    invited.collect()
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        settings::StoreSetting,
        store::{Change, Entry, Store},
    };

    fn entry() -> Entry {
        let (by, verb) = ("console".into(), "invite".into());
        Entry { at: 0, by, verb, name: None, order: "{}".into(), outcome: "done".into() }
    }

    fn issued(code: u8, at: i64, until: i64) -> Issued {
        let told = Invite { id: 0, by: "console".into(), at, until, uses: 2, used: 0 };
        Issued { hash: Issued::hash(&Code::from_bytes([code; 16])), told }
    }

    #[tokio::test]
    async fn an_invite_is_kept_with_those_whom_it_let_in_until_it_is_taken_back() {
        let store = Store::open(&StoreSetting::Memory).unwrap();
        let carry = async |change| store.carry(change, entry()).await.unwrap().unsigned_abs();
        let (first, second): (KeyHash, KeyHash) = ([1; 32].into(), [2; 32].into());

        let unused = carry(Change::Invite(issued(1, 0, 10))).await;
        let id = carry(Change::Invite(issued(2, 5, 100))).await;
        for key in [first, second] {
            carry(Change::LetIn(key, id)).await;
        }
        let other = carry(Change::Invite(issued(3, 50, 100))).await;
        let household = store.household().await.unwrap();
        carry(Change::Uninvite(id)).await;
        let after = store.household().await.unwrap();

        let kept = |issued: &Issued| (issued.told.id, issued.told.used);
        assert!(unused < id, "{unused} was over and let nobody in, and is gone");
        assert_eq!(household.invites.iter().map(kept).collect::<Vec<_>>(), [(id, 2), (other, 0)]);
        assert_eq!(household.invites[0].hash, issued(2, 0, 0).hash);
        assert_eq!(household.invited, HashMap::from([(first, id), (second, id)]));
        assert_eq!(after.invites.iter().map(kept).collect::<Vec<_>>(), [(other, 0)]);
        assert_eq!(after.invited, HashMap::new());
    }

    #[test]
    fn an_invite_is_over_when_its_time_is_or_all_have_come() {
        let invite = issued(1, 0, 10);
        let used = Issued { told: Invite { used: 2, ..invite.told.clone() }, ..invite.clone() };

        assert!(!invite.is_over(9) && invite.is_over(10) && used.is_over(0));
    }
}
