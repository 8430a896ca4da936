//! Whether a client may enter at all, before anything else is asked of it.

use std::net::IpAddr;

use kpl_shared::{
    handshake::Password,
    invite::Code,
    names::Name,
    refusal::{self, Refusal},
};

use super::{Context, enter::unavailable};
use crate::{
    clock::now,
    house::{self, Invited, sanction::Marks},
    policy::rate::Rate,
    settings::entering::Guests,
    store::{KeyHash, Owner},
};

/// How many guesses at the password an address has at once, and then a second. Guessing goes no
/// faster than argon2id from many addresses either.
pub(super) const RATE: Rate = Rate::of(5, 1);

/// What lets somebody in.
#[derive(Debug)]
pub(crate) enum Way {
    /// Everybody may enter, or they know the password.
    Open,
    /// Their key is known: they keep order here, or were invited before.
    Known,
    /// An invite, which is [`redeem`]ed once nothing else stands in the way.
    Invited(Code),
}

/// Lets in whoever knows the password or was invited, where not everybody may enter. Whoever brings
/// nothing and whoever brings something wrong hear the same.
pub(crate) async fn open(
    context: &Context,
    address: IpAddr,
    key: Option<&KeyHash>,
    offered: Option<&Password>,
) -> Result<Way, Refusal> {
    if !context.entering.is_closed() {
        return Ok(Way::Open);
    }
    let password = context.entering.password.as_ref();
    let knows = |offered| password.is_some_and(|password| password.knows(offered));
    // Before the guesses are counted: who knows it is not kept out by whoever guesses next door.
    if offered.is_some_and(knows) {
        return Ok(Way::Open);
    }
    if key.is_some_and(|key| context.house.admits(key)) {
        return Ok(Way::Known);
    }
    let offered = offered.ok_or_else(closed)?;
    // Whoever copies a code may copy a blank with it.
    let code = Code::parse(offered.secret().trim());
    let invited = code.as_ref().and_then(|code| context.house.invite(code, now()));
    match invited {
        Some(Invited::By(_)) if key.is_none() => {
            let message = "an invite is for somebody with a key; bring one as auth.key";
            return Err(Refusal::new(refusal::Code::KeyRequired, message));
        }
        Some(Invited::By(_)) => return code.map(Way::Invited).ok_or_else(closed),
        Some(Invited::TooLate) => return Err(house::invite_is_over()),
        None => {}
    }
    context.take_guess(address).map_err(|retry_ms| {
        tracing::warn!(%address, "guesses at the password");
        let message = "too many guesses at the password from your address; wait a little";
        Refusal::for_now(refusal::Code::TooFast, message, retry_ms)
    })?;
    match password {
        Some(password) if password.is(offered.clone()).await => Ok(Way::Open),
        _ => Err(closed()),
    }
}

/// Takes the invite of whoever comes by one.
pub(super) async fn redeem(
    context: &Context,
    key: Option<KeyHash>,
    way: &Way,
    name: Option<&Name>,
) -> Result<(), Refusal> {
    let (Some(key), Way::Invited(code)) = (key, way) else { return Ok(()) };
    let let_in = context.steward.let_in(key, code, name).await?;
    let_in.ok_or_else(closed) // Taken back in this very moment.
}

pub(crate) fn closed() -> Refusal {
    let message = "this server lets in whoever knows its password or was invited; give the \
                   password, or the code of the invite, as auth.password";
    Refusal::new(refusal::Code::PasswordRequired, message)
}

/// Keeps out who is banned: by the name or one that looks like it, by the key, and by the address.
pub(crate) async fn refuse_the_banned(
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
pub(crate) fn admit_guest(context: &Context) -> Result<(), Refusal> {
    match context.entering.guests {
        Guests::On => Ok(()),
        Guests::Off => {
            let message = "this server takes no guests; bring a name, and a key of your own";
            Err(Refusal::new(refusal::Code::KeyRequired, message))
        }
    }
}
