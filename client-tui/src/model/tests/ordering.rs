//! What operators order, and what comes back.

use kpl_shared::{
    invite::{Code, Invite},
    order::{Order, Ordered},
};

use super::script::*;
use crate::model::{
    effect::Effect,
    event::{Event, Link},
    hand::mode::Mode,
    state::State,
};

fn invited() -> Event {
    Event::Link(Link::Ordered(Ordered {
        ok: true,
        verb: "invite".into(),
        name: None,
        until: None,
        seconds: None,
        sanctions: vec![],
        invites: vec![Invite {
            id: 3,
            by: "李白".into(),
            at: EVENING,
            until: EVENING + 24 * 60 * MINUTE,
            uses: 5,
            used: 0,
        }],
        code: Some(Code::from_bytes(*b"0123456789abcdef")),
    }))
}

fn sheet(state: &State) -> Option<String> {
    let Mode::Leafing(sheet) = &state.mode else { return None };
    let rows = sheet.entries.iter().map(|(left, about)| format!("{left}: {about}\n"));
    Some(rows.collect())
}

#[test]
fn an_invite_that_was_made_lies_before_one_and_in_the_clipboard() {
    let mut state = live(1);

    let asked = types(&mut state, "/invite 5 1d⏎");
    let made = play(&mut state, [invited()]);

    assert!(asked.contains(&Effect::Order(Order::Invite { uses: Some(5), seconds: Some(86_400) })));
    let link = "http://127.0.0.1:3000/#invite=30313233343536373839616263646566";
    assert_eq!(made, [Effect::Copy(link.into())]);
    let sheet = sheet(&state).unwrap();
    for part in [link, "0 of 5", "/uninvite 3", "this very machine"] {
        assert!(sheet.contains(part), "{part}: {sheet}");
    }
}

#[test]
fn what_a_server_answers_unasked_changes_nothing_and_is_not_copied() {
    let mut state = live(1);

    let unasked = play(&mut state, [invited()]);
    types(&mut state, "/invites⏎");
    let another = play(&mut state, [invited()]);
    types(&mut state, "/invite⏎");
    play(&mut state, [lost(1_000)]);
    let late = play(&mut state, [invited()]);

    assert_eq!((unasked, another, late), (vec![], vec![], vec![]));
    assert_eq!(sheet(&state), None);
}
