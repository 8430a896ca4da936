//! What is told and written of orders.

use kpl_shared::{
    names::Name,
    order::{Order, Ordered, Sanction},
    protocol::Notice,
    refusal::{Code, Refusal},
};

use super::steward::By;
use crate::{
    clock::now,
    store::{Entry, StoreError},
};

/// Why somebody who is kept out is not let in.
pub fn refusal(ban: &Sanction) -> Refusal {
    let what = match ban.until.map(|until| until.saturating_sub(now())) {
        Some(left) => format!("you may not enter for another {}", lasting(left)),
        None => "you may not enter".into(),
    };
    Refusal::new(Code::Banned, with_reason(&what, Some(&ban.reason)))
}

/// What is written of an order that was carried out.
pub(super) const DONE: &str = "done";

pub(super) fn entry(order: &Order, by: &By, outcome: &str) -> Entry {
    Entry {
        at: now(),
        by: by.name.clone(),
        verb: order.verb().into(),
        name: order.name().map(str::to_owned),
        order: serde_json::to_string(order).unwrap_or_default(),
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

pub(super) fn with_reason(what: &str, reason: Option<&str>) -> String {
    match reason.filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("{what}: {reason}"),
        None => what.into(),
    }
}

pub(super) fn nobody(name: &Name) -> Refusal {
    Refusal::new(Code::NotFound, format!("nothing of the sort is known of {name}"))
}

pub(super) fn unavailable(error: &StoreError) -> Refusal {
    tracing::error!(%error, "an order could not be kept");
    Refusal::new(Code::Unavailable, "the server cannot keep it now; nothing was done")
}
