//! Orders: what operators ask for, read from what they type, and what comes of it.

use kpl_shared::order::{Measure, Order, Ordered, Sanction, seconds};

use crate::model::{
    effect::Effect,
    hand::mode::{Mode, Sheet},
    state::{Standing, State},
    text::clean,
};

/// An order without what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Close somebody's connections.
    Kick,
    /// Keep somebody out.
    Ban,
    /// Let them in again.
    Unban,
    /// Say who is kept out.
    Bans,
    /// Let somebody read but not speak.
    Mute,
    /// Let them speak again.
    Unmute,
    /// Make the room slow.
    Slow,
    /// Take a name from its owner.
    Release,
    /// Say something to everyone.
    Announce,
    /// Make somebody an operator.
    Op,
    /// Make them one no longer.
    Deop,
}

/// Has an order carried out, if it can be read.
pub(in crate::model) fn give(state: &mut State, verb: Verb, rest: &str) -> Vec<Effect> {
    let words = state.language;
    if !matches!(state.link, Standing::Live(_)) {
        state.notify(words.order_needs_a_link());
        return vec![];
    }
    let order = read(verb, rest);
    if order.is_none() {
        state.notify(words.order_wrong());
    }
    order.map(Effect::Order).into_iter().collect()
}

/// What was ordered is done.
pub(in crate::model) fn done(state: &mut State, ordered: &Ordered) {
    let words = state.language;
    if ordered.verb != Order::Bans.verb() {
        let name = ordered.name.as_deref().map(|name| clean::name(name, 64));
        let what = format!("/{} {}", clean::name(&ordered.verb, 20), name.unwrap_or_default());
        return state.notify(words.order_done(what.trim_end()));
    }
    if ordered.sanctions.is_empty() {
        return state.notify(words.nobody_is_banned());
    }
    let mut entries = vec![(words.sanctions(), String::new())];
    entries.extend(
        ordered
            .sanctions
            .iter()
            .map(|sanction| (clean::name(&sanction.name, 32), told(state, sanction))),
    );
    state.mode = Mode::Leafing(Sheet::of(entries));
}

fn told(state: &State, sanction: &Sanction) -> String {
    let words = state.language;
    let what = if sanction.mute { words.is_muted() } else { words.is_banned() };
    let until = match sanction.until {
        Some(until) => words.until(&state.clock.when(until)),
        None => words.until_lifted(),
    };
    let by = words.by(&clean::name(&sanction.by, 32));
    let reason = clean::sentence(&sanction.reason);
    let reason = (!reason.is_empty()).then_some(reason);
    let parts = [Some(what), Some(until), Some(by), reason];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

/// The order, or `None` if it is not written as it should be.
fn read(verb: Verb, rest: &str) -> Option<Order> {
    let (name, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let name = name.strip_prefix(['@', '＠']).unwrap_or(name).to_owned();
    Some(match verb {
        Verb::Kick => Order::Kick { name, reason: reason(more) },
        Verb::Ban => Order::Ban(measure(name, more)),
        Verb::Mute => Order::Mute(measure(name, more)),
        Verb::Unban => Order::Unban { name },
        Verb::Unmute => Order::Unmute { name },
        Verb::Release => Order::Release { name },
        Verb::Op => Order::Op { name },
        Verb::Deop => Order::Deop { name },
        Verb::Bans => Order::Bans,
        Verb::Slow => {
            let digits = rest.trim();
            let seconds = digits.parse().ok().or_else(|| seconds(digits))?;
            Order::Slow { seconds }
        }
        Verb::Announce => Order::Announce { text: rest.into() },
    })
}

/// For how long and why something is done to somebody, where that stands behind the name.
fn measure(name: String, more: &str) -> Measure {
    let (seconds, more) = lasting(more);
    Measure { name, seconds, reason: reason(more) }
}

fn reason(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// How long, if that is what comes first, and the rest.
fn lasting(rest: &str) -> (Option<u64>, &str) {
    let rest = rest.trim_start();
    let (first, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match seconds(first) {
        Some(seconds) => (Some(seconds), more),
        None => (None, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ban_has_a_name_perhaps_a_time_and_perhaps_a_reason() {
        let ban = |rest| match read(Verb::Ban, rest) {
            Some(Order::Ban(Measure { name, seconds, reason })) => (name, seconds, reason),
            other => panic!("{other:?}"),
        };
        let (name, none) = ("吕布".to_owned(), None::<String>);

        assert_eq!(ban("吕布"), (name.clone(), None, none.clone()));
        assert_eq!(ban("@吕布 10m"), (name.clone(), Some(600), none));
        assert_eq!(ban("吕布 2h  刷 屏"), (name.clone(), Some(7_200), Some("刷 屏".into())));
        assert_eq!(ban("吕布 spams"), (name.clone(), None, Some("spams".into())));
        assert_eq!(
            ban("吕布 99999999999999999999d"),
            (name, None, Some("99999999999999999999d".into()))
        );
    }

    #[test]
    fn a_slow_room_is_told_in_seconds_or_with_a_unit() {
        assert_eq!(read(Verb::Slow, "30"), Some(Order::Slow { seconds: 30 }));
        assert_eq!(read(Verb::Slow, "2m"), Some(Order::Slow { seconds: 120 }));
        assert_eq!(read(Verb::Slow, "0"), Some(Order::Slow { seconds: 0 }));
        assert_eq!(read(Verb::Slow, "fast"), None);
    }
}
