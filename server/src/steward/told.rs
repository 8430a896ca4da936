//! What is told and written of orders.

use std::fmt::Display;

use kpl_shared::{
    names::Name,
    order::{Order, Ordered},
    protocol::Notice,
    refusal::{Code, Refusal},
};

use super::By;
use crate::{clock::now, store::Entry};

/// What is written of an order that was carried out.
pub(super) const DONE: &str = "done";

/// How much is written of an order that was refused, in bytes: it may be anything.
const MAX_REFUSED_BYTES: usize = 1024;
/// How many characters are written of a name that may be none.
const MAX_NAME_CHARS: usize = 64;

pub(super) fn entry(order: &Order, by: &By, outcome: &str) -> Entry {
    let whole = serde_json::to_string(order).unwrap_or_default();
    let is_too_much = outcome != DONE && whole.len() > MAX_REFUSED_BYTES;
    let verb_alone = || format!("{{\"verb\":\"{}\"}}", order.verb());
    Entry {
        at: now(),
        by: by.name.clone(),
        verb: order.verb().into(),
        name: order.name().map(|name| name.chars().take(MAX_NAME_CHARS).collect()),
        order: if is_too_much { verb_alone() } else { whole },
        outcome: outcome.into(),
    }
}

pub(super) fn done(order: &Order) -> Ordered {
    Ordered {
        ok: true,
        verb: order.verb().into(),
        name: order.name().map(str::to_owned),
        until: None,
        seconds: None,
        sanctions: vec![],
        invites: vec![],
        code: None,
    }
}

pub(super) fn notice(order: &Order, by: &By) -> Notice {
    let (verb, name) = (order.verb(), order.name());
    Notice {
        code: verb.into(),
        text: format!("{}: {verb} {}", by.name, name.unwrap_or_default()).trim_end().into(),
        name: name.map(str::to_owned),
        by: by.key.is_some().then(|| by.name.clone()),
        ..Notice::default()
    }
}

pub(super) fn nobody(name: &Name) -> Refusal {
    Refusal::new(Code::NotFound, format!("nothing of the sort is known of {name}"))
}

pub(super) fn unavailable(error: &impl Display) -> Refusal {
    tracing::error!(%error, "an order could not be kept");
    Refusal::new(Code::Unavailable, "the server cannot keep it now; nothing was done")
}
