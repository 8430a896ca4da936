//! Invites: what comes of making one and of asking which there are; and one's own key, `/key`.

use kpl_shared::{invite::Invite, order::Ordered};

use crate::model::{
    effect::Effect,
    hand::mode::{Mode, Sheet},
    state::{Hint, State},
    text::clean,
};

/// How the address of this very machine begins, which leads others to theirs.
const HERE: [&str; 3] = ["://127.", "://localhost", "://[::1]"];

/// An invite was made: its link lies before whoever made it, and in the clipboard.
pub(super) fn made(state: &mut State, ordered: &Ordered) -> Vec<Effect> {
    let (words, invite) = (state.language, ordered.invites.first());
    let Some((code, invite)) = ordered.code.as_ref().zip(invite) else { return vec![] };
    let link = code.link(&state.url);
    let mut entries = vec![
        (words.invite_made(), String::new()),
        (words.invite_link(), link.clone()),
        (words.invite_holds(), holds(state, invite)),
        (words.invite_mind(), words.invite_bearer()),
        (words.invite_back(), format!("/uninvite {}", invite.id)),
    ];
    if HERE.iter().any(|here| state.url.contains(here)) {
        entries.push((words.invite_address(), words.invite_here()));
    }
    state.mode = Mode::Leafing(Sheet::of(entries));
    state.hint = Some(Hint::Copied);
    vec![Effect::Copy(link)]
}

/// Which invites there are.
pub(super) fn listed(state: &mut State, invites: &[Invite]) {
    let words = state.language;
    if invites.is_empty() {
        return state.notify(words.no_invites());
    }
    let mut entries = vec![(words.invites(), String::new())];
    entries.extend(invites.iter().map(|invite| {
        let by = words.by(&clean::name(&invite.by, 32));
        (invite.id.to_string(), format!("{}  {by}", holds(state, invite)))
    }));
    state.mode = Mode::Leafing(Sheet::of(entries));
}

/// How many an invite has let in of how many, and until when it lets in others.
fn holds(state: &State, invite: &Invite) -> String {
    let words = state.language;
    let until = words.until(&state.clock.when(invite.until));
    format!("{}  {until}", words.invite_used(invite.used, invite.uses))
}

/// `/key`: which key proves one's names, and how it is taken to another device.
pub(in crate::model) fn key(state: &mut State) {
    let words = state.language;
    let print = state.fingerprint.clone().unwrap_or_else(|| words.key_unknown());
    let entries = vec![
        (words.key_yours(), String::new()),
        (words.key_print(), print),
        (words.key_elsewhere(), words.key_how()),
        (words.key_lost(), words.key_release()),
    ];
    state.mode = Mode::Leafing(Sheet::of(entries));
}
