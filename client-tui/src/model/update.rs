//! Update: takes in one event and says what the world should do about it.
//!
//! It reads no clock and touches no socket, so a test can replay any evening.

use super::{
    effect::Effect,
    event::Event,
    heard, reading,
    state::{Hint, PATIENCE, State},
    typed,
};

/// Takes in one event and says what the world should do about it, in this order.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Pressed(key) => typed::pressed(state, key),
        Event::Pasted(text) => {
            // A paste is a draft, however many line ends it has: only Enter sends.
            state.hint = (!state.composer.insert(&text)).then_some(Hint::DraftCut);
            vec![]
        }
        Event::Scrolled(rows) => reading::scroll(state, rows.into()).into_iter().collect(),
        Event::Resized(columns, rows) => {
            state.size = (columns, rows);
            vec![]
        }
        Event::Ticked { now, offset } => ticked(state, now, offset),
        Event::Link(link) => heard::heard(state, link),
        Event::OutboxFailed(why) => {
            let why = super::clean::sentence(&why);
            state.notify(state.language.not_kept(&why));
            vec![]
        }
    }
}

fn ticked(state: &mut State, now: i64, offset: i32) -> Vec<Effect> {
    if state.clock.now == 0 {
        state.outbox.stamp(now);
    }
    state.clock.now = now;
    state.clock.offset = offset;
    let mut effects: Vec<Effect> = state.depart().into_iter().collect();
    state.asked = match (state.log.awaits(), state.asked) {
        (None, _) => None,
        (Some(request), Some((asked, since))) if asked == request => {
            if now.saturating_sub(since) < PATIENCE {
                Some((asked, since))
            } else {
                effects.extend(state.log.overdue().map(Effect::Sync));
                state.log.awaits().map(|request| (request, now))
            }
        }
        (Some(request), _) => Some((request, now)),
    };
    effects
}
