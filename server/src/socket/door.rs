//! Whether a client may enter at all, before anything else is asked of it.

use std::net::IpAddr;

use kpl_shared::{
    handshake::Password,
    names::Name,
    refusal::{Code, Refusal},
};

use super::{Context, enter::unavailable};
use crate::{
    clock::now,
    house::{self, sanction::Marks},
    policy::rate::Rate,
    settings::entering::Guests,
    store::{KeyHash, Owner},
};

/// How many guesses at the password an address has at once, and then a second. Guessing goes no
/// faster than argon2id from many addresses either.
pub(super) const RATE: Rate = Rate::of(5, 1);

/// Lets in whoever knows the password, if there is one. Whoever brings none and whoever brings a
/// wrong one hear the same.
pub(super) async fn open(
    context: &Context,
    address: IpAddr,
    offered: Option<&Password>,
) -> Result<(), Refusal> {
    let Some(password) = &context.entering.password else { return Ok(()) };
    let closed = || {
        let message = "this server lets in whoever knows its password; give it as auth.password";
        Refusal::new(Code::PasswordRequired, message)
    };
    let offered = offered.ok_or_else(closed)?;
    // Before the guesses are counted: who knows it is not kept out by whoever guesses next door.
    if password.knows(offered) {
        return Ok(());
    }
    context.take_guess(address).map_err(|retry_ms| {
        tracing::warn!(%address, "guesses at the password");
        let message = "too many guesses at the password from your address; wait a little";
        Refusal::for_now(Code::TooFast, message, retry_ms)
    })?;
    if password.is(offered.clone()).await { Ok(()) } else { Err(closed()) }
}

/// Keeps out who is banned: by the name or one that looks like it, by the key, and by the address.
pub(super) async fn refuse_the_banned(
    context: &Context,
    name: Option<&Name>,
    key: Option<KeyHash>,
    address: IpAddr,
) -> Result<(), Refusal> {
    if context.house.is_calm() {
        return Ok(());
    }
    let claims = name.map_or_else(Default::default, |name| name.skeleton().claims());
    let owner = match name {
        Some(name) => context.store.owner(name.clone(), key).await.map_err(unavailable)?,
        None => Owner::Nobody,
    };
    let known_since = match owner {
        Owner::You { since } => Some(since),
        Owner::Nobody | Owner::Another => None,
    };
    let site = context.house.site(address);
    let marks = Marks { claims: &claims, key, site, known_since };
    match context.house.ban(&marks, now()) {
        Some(ban) => Err(house::refusal(&ban.told)),
        None => Ok(()),
    }
}

/// Lets a guest in, where there are guests.
pub(super) fn admit_guest(context: &Context) -> Result<(), Refusal> {
    match context.entering.guests {
        Guests::On => Ok(()),
        Guests::Off => {
            let message = "this server takes no guests; bring a name, and a key of your own";
            Err(Refusal::new(Code::KeyRequired, message))
        }
    }
}
