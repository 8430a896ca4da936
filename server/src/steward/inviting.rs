//! Invites: made, listed, taken back, and whom they let in.

use kpl_shared::{
    invite::{self, Code, Invite},
    names::Name,
    order::{Order, Ordered},
    refusal::{self, Refusal},
};

use super::{
    By, MAX_TOLD, Steward,
    told::{DONE, done, entry, unavailable},
};
use crate::{
    clock::now,
    fanout,
    house::{self, Invited},
    store::{Change, Entry, Issued, KeyHash},
};

impl Steward {
    pub(super) async fn invite(
        &self,
        order: &Order,
        by: &By,
        uses: Option<u64>,
        seconds: Option<u64>,
    ) -> Result<Ordered, Refusal> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| unavailable(&error))?;
        let (code, at) = (Code::from_bytes(bytes), now());
        let millis = i64::try_from(seconds.unwrap_or(invite::SECONDS).saturating_mul(1000));
        let until = at.saturating_add(millis.unwrap_or(i64::MAX));
        let (uses, by_name) = (uses.unwrap_or(1), by.name.clone());
        let told = Invite { id: 0, by: by_name, at, until, uses, used: 0 };
        let issued = Issued { hash: Issued::hash(&code), told };
        let id = self.keep(Change::Invite(issued.clone()), entry(order, by, DONE)).await?;
        let told = Invite { id: id.unsigned_abs(), ..issued.told };
        self.house.change(|household| {
            household.invites.retain(|kept| kept.told.until > at || kept.told.used > 0);
            household.invites.push(Issued { told: told.clone(), ..issued });
        });
        Ok(Ordered { invites: vec![told], code: Some(code), ..done(order) })
    }

    pub(super) async fn invites(&self, order: &Order, by: &By) -> Result<Ordered, Refusal> {
        let mut invites = self.house.invites();
        invites.drain(..invites.len().saturating_sub(MAX_TOLD));
        self.keep(Change::Nothing, entry(order, by, DONE)).await?;
        Ok(Ordered { invites, ..done(order) })
    }

    pub(super) async fn uninvite(
        &self,
        order: &Order,
        by: &By,
        id: u64,
    ) -> Result<Ordered, Refusal> {
        if !self.house.invites().iter().any(|invite| invite.id == id) {
            let message = format!("there is no invite {id}");
            return Err(Refusal::new(refusal::Code::NotFound, message));
        }
        self.keep(Change::Uninvite(id), entry(order, by, DONE)).await?;
        self.house.change(|household| {
            household.invites.retain(|kept| kept.told.id != id);
            household.invited.retain(|_, by| *by != id);
        });
        // Those on their way in are asked again by the sequencer.
        for (socket, session) in self.sessions() {
            if session.is_uninvited(&self.house) {
                fanout::turn_out(&socket, house::invite_is_taken_back());
            }
        }
        Ok(done(order))
    }

    /// Lets in whoever has a key and the code of an invite, now and from now on. `None` if there
    /// is no such invite.
    pub async fn let_in(
        &self,
        key: KeyHash,
        code: &Code,
        name: Option<&Name>,
    ) -> Result<Option<()>, Refusal> {
        let _turn = self.turn.lock().await;
        if self.house.invited_by(&key).is_some() {
            return Ok(Some(())); // At another screen, at the same moment.
        }
        let (id, at) = match self.house.invite(code, now()) {
            None => return Ok(None),
            Some(Invited::TooLate) => return Err(house::invite_is_over()),
            Some(Invited::By(id)) => (id, now()),
        };
        let entry = Entry {
            at,
            by: format!("(invite {id})"),
            verb: "enter".into(),
            name: name.map(ToString::to_string),
            order: "{}".into(),
            outcome: DONE.into(),
        };
        self.keep(Change::LetIn(key, id), entry).await?;
        self.house.change(|household| {
            let mut invites = household.invites.iter_mut();
            if let Some(issued) = invites.find(|issued| issued.told.id == id) {
                issued.told.used += 1;
            }
            household.invited.insert(key, id);
        });
        Ok(Some(()))
    }
}
