//! Ignoring somebody, and ending it.

use std::collections::BTreeSet;

use crate::model::{
    effect::Effect,
    room::{
        ignored::{Change, Ignored, alike},
        timeline::What,
    },
    state::State,
    text::clean,
};

/// Among how many of the newest lines somebody of a name is looked for.
const LOOKED_THROUGH: usize = 5_000;

/// `/ignore NAME`: what that person says is hidden from now on, and what they said.
pub(in crate::model) fn ignore(state: &mut State, name: &str) -> Vec<Effect> {
    let found = find(state, bare(name));
    let shown = clean::name(&found.name, 64);
    if alike(&found.name, state.name()) {
        state.notify(state.language.ignores_oneself());
        return vec![];
    }
    let (told, not) = (state.language.ignored(&shown), state.language.ignored_already(&shown));
    change(state, Change::Add(found), told, not)
}

/// `/ignore` alone: says who is ignored.
pub(in crate::model) fn list(state: &mut State) {
    let names = state.ignoring.people().iter().map(|ignored| clean::name(&ignored.name, 64));
    let names: Vec<String> = names.collect();
    let words = state.language;
    state.notify(if names.is_empty() {
        words.ignores_nobody()
    } else {
        words.ignores(&words.enumeration(&names))
    });
}

/// `/unignore NAME`: what that person says is seen again.
pub(in crate::model) fn unignore(state: &mut State, name: &str) -> Vec<Effect> {
    let name = bare(name);
    let shown = clean::name(name, 64);
    let (told, not) = (state.language.unignored(&shown), state.language.not_ignored(&shown));
    change(state, Change::Remove(name.to_owned()), told, not)
}

/// Changes who is ignored, and says so, or that it changes nothing.
fn change(state: &mut State, change: Change, told: String, not: String) -> Vec<Effect> {
    if !state.ignoring.change(&change) {
        state.notify(not);
        return vec![];
    }
    meet_all(state);
    state.notify(told);
    vec![Effect::KeepIgnored(change)]
}

/// A name as it is written to somebody, without the mark before it.
fn bare(name: &str) -> &str {
    name.strip_prefix('@').unwrap_or(name)
}

/// Who is meant by a name: somebody here, or else whoever spoke last under it; one of exactly that
/// name before one whose name only looks like it.
fn find(state: &State, name: &str) -> Ignored {
    let exactly = |known: &str| known == name;
    match known(state, exactly).or_else(|| known(state, |known| alike(known, name))) {
        // A guest has another identity at each connection, and that of another name of one's own is
        // one's own.
        Some((name, uid, guest)) => {
            let lasts = !guest && !state.is_own(uid);
            Ignored { name: name.into(), uid: lasts.then(|| uid.to_owned()) }
        }
        None => Ignored { name: name.into(), uid: None },
    }
}

/// The name, the identity, and whether it is a guest, of somebody here or who spoke lately.
fn known(state: &State, is_meant: impl Fn(&str) -> bool) -> Option<(&str, &str, bool)> {
    let members = state.people.members.iter().map(|m| (m.name.as_str(), m.uid.as_str(), m.guest));
    let lines = state.log.latest(LOOKED_THROUGH).rev();
    let lines = lines.map(|line| (line.from, line.uid, line.guest));
    members.chain(lines).find(|(name, ..)| is_meant(name))
}

/// Compares the names of all that is there.
fn meet_all(state: &mut State) {
    let State { ignoring, log, locals, .. } = state;
    let relayed = locals.iter().filter_map(|local| match &local.what {
        What::Said { from, .. } => from.as_deref(),
        What::Notice(_) | What::Refused { .. } => None,
    });
    let names: BTreeSet<&str> = log.lines().map(|line| line.from).chain(relayed).collect();
    for name in names {
        ignoring.meet(name);
    }
}
