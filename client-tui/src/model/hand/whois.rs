//! Whois: what is known of somebody.

use std::cmp::Reverse;

use crate::model::{
    hand::{
        details::moment,
        mode::{Mode, Sheet},
    },
    state::State,
    text::clean,
};

/// Shows what is known of somebody who is here, or who spoke and left.
pub(super) fn show(state: &mut State, asked: &str) {
    let name = asked.trim_start_matches(['@', '＠']).trim_end_matches('?');
    let mut found = about_all(state, |known| known == name);
    if found.is_empty() {
        let lower = name.to_lowercase();
        found = about_all(state, |known| known.to_lowercase() == lower);
    }
    if found.is_empty() {
        return state.notify(state.language.whois_nobody(&clean::name(name, 40)));
    }
    state.mode = Mode::Leafing(Sheet::of(found));
}

/// A part of the sheet for each who is meant: several guests may go by one name.
fn about_all(state: &State, is_meant: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let words = state.language;
    let here: Vec<_> =
        state.people.members.iter().filter(|member| is_meant(&member.name)).collect();
    let is_here =
        |uid: &str, name: &str| here.iter().any(|member| member.uid == uid && member.name == name);
    let mut gone: Vec<_> = state.spoken.iter().collect();
    gone.retain(|(uid, turn)| is_meant(&turn.name) && !is_here(uid, &turn.name));
    gone.sort_unstable_by_key(|(_, turn)| Reverse(turn.seq));
    let mut entries = Vec::new();
    for member in &here {
        let since = words.here_since(&moment(state, member.since));
        entries.extend(about(state, &member.name, &member.uid, member.guest, since));
    }
    for (uid, turn) in gone {
        entries.extend(about(state, &turn.name, uid, turn.guest, words.not_here()));
    }
    entries
}

fn about(state: &State, name: &str, uid: &str, guest: bool, here: String) -> [(String, String); 5] {
    let words = state.language;
    let said = state.spoken.turn(uid, name);
    let said = said.map_or_else(|| words.whois_silent(), |turn| moment(state, turn.at));
    let who = if guest { words.whois_guest() } else { words.whois_owner() };
    [
        (clean::name(name, 64), String::new()),
        (words.whois_who(), who),
        (words.whois_identity(), clean::name(uid, 64)),
        (words.whois_here(), here),
        (words.whois_said(), said),
    ]
}
