//! Orders: what operators ask for, read from what they type, and what comes of it.

use kpl_shared::order::{Measure, Order, Ordered, Sanction, seconds};

use crate::model::{
    effect::Effect,
    hand::{
        inviting,
        mode::{Mode, Sheet},
    },
    state::{Standing, State},
    text::clean,
};

/// How many answers are awaited at once; no server keeps so many waiting.
const MAX_AWAITED: usize = 16;

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
    /// Make an invite.
    Invite,
    /// Say which invites there are.
    Invites,
    /// Take an invite back.
    Uninvite,
    /// Make somebody an operator.
    Op,
    /// Make them one no longer.
    Deop,
}

impl Verb {
    /// How an answer names it.
    fn word(self) -> &'static str {
        match self {
            Self::Kick => "kick",
            Self::Ban => "ban",
            Self::Unban => "unban",
            Self::Bans => "bans",
            Self::Mute => "mute",
            Self::Unmute => "unmute",
            Self::Slow => "slow",
            Self::Release => "release",
            Self::Announce => "announce",
            Self::Invite => "invite",
            Self::Invites => "invites",
            Self::Uninvite => "uninvite",
            Self::Op => "op",
            Self::Deop => "deop",
        }
    }
}

/// Has an order carried out, if it can be read.
pub(in crate::model) fn give(state: &mut State, verb: Verb, rest: &str) -> Vec<Effect> {
    let words = state.language;
    if !matches!(state.link, Standing::Live(_)) {
        state.notify(words.order_needs_a_link());
        return vec![];
    }
    let order = read(verb, rest);
    if order.is_some() {
        state.ordered.truncate(MAX_AWAITED - 1);
        state.ordered.push(verb);
    } else {
        state.notify(match verb {
            Verb::Invite => words.invite_wrong(),
            Verb::Uninvite => words.uninvite_wrong(),
            _ => words.order_wrong(),
        });
    }
    order.map(Effect::Order).into_iter().collect()
}

/// The answer to an order came, and whatever it was, there is one less to come.
pub(in crate::model) fn answered(state: &mut State, verb: Option<&str>) -> Option<Verb> {
    let is_it = |awaited: &Verb| verb.is_none_or(|verb| awaited.word() == verb);
    let place = state.ordered.iter().position(is_it)?;
    Some(state.ordered.remove(place))
}

/// What was ordered is done.
pub(in crate::model) fn done(state: &mut State, ordered: &Ordered) -> Vec<Effect> {
    match answered(state, Some(&ordered.verb)) {
        None => {}
        Some(Verb::Bans) => list(state, ordered),
        Some(Verb::Invite) => return inviting::made(state, ordered),
        Some(Verb::Invites) => inviting::listed(state, &ordered.invites),
        Some(verb) => {
            let verb = verb.word();
            let name = ordered.name.as_deref().map(|name| clean::name(name, 64));
            let what = format!("/{verb} {}", name.unwrap_or_default());
            state.notify(state.language.order_done(what.trim_end()));
        }
    }
    vec![]
}

/// Who is kept out, or may not speak.
fn list(state: &mut State, ordered: &Ordered) {
    let words = state.language;
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
        Verb::Invite => invite(rest)?,
        Verb::Invites => Order::Invites,
        Verb::Uninvite => Order::Uninvite { id: rest.trim().parse().ok()? },
    })
}

/// How many an invite lets in and for how long, each of which can do without the other.
fn invite(rest: &str) -> Option<Order> {
    let (mut uses, mut holds) = (None, None);
    for word in rest.split_whitespace() {
        match (word.parse(), seconds(word)) {
            (Ok(count), _) if uses.is_none() => uses = Some(count),
            (_, Some(time)) if holds.is_none() => holds = Some(time),
            _ => return None,
        }
    }
    Some(Order::Invite { uses, seconds: holds })
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
    fn an_invite_is_for_so_many_and_so_long_in_either_order() {
        let invite = |rest| match read(Verb::Invite, rest) {
            Some(Order::Invite { uses, seconds }) => Some((uses, seconds)),
            _ => None,
        };

        assert_eq!(invite(""), Some((None, None)));
        assert_eq!(invite("5 2h"), Some((Some(5), Some(7_200))));
        assert_eq!(invite("2h  5"), invite("5 2h"));
        assert_eq!(invite("1d"), Some((None, Some(86_400))));
        for wrong in ["瑶", "5 6", "1h 1d", "-1", "5 2h 3"] {
            assert_eq!(invite(wrong), None, "{wrong}");
        }
        assert_eq!(read(Verb::Uninvite, " 3 "), Some(Order::Uninvite { id: 3 }));
        assert_eq!(read(Verb::Uninvite, "瑶"), None);
    }

    #[test]
    fn a_slow_room_is_told_in_seconds_or_with_a_unit() {
        assert_eq!(read(Verb::Slow, "30"), Some(Order::Slow { seconds: 30 }));
        assert_eq!(read(Verb::Slow, "2m"), Some(Order::Slow { seconds: 120 }));
        assert_eq!(read(Verb::Slow, "0"), Some(Order::Slow { seconds: 0 }));
        assert_eq!(read(Verb::Slow, "fast"), None);
    }
}
