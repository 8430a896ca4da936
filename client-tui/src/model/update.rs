//! Update: takes in one event and says what the world should do about it.
//!
//! It reads no clock and touches no socket, so a test can replay any evening.

use crate::model::{
    attention,
    effect::Effect,
    event::Event,
    hand::{carry, command, complete, finding, jumping, paste, pointing, press, selecting},
    page::{reading, roster, sheet},
    room::{heard, unread},
    state::{PATIENCE, Standing, State},
    text::clean,
    words::clock::{Clock, Zone},
};

/// How often one says that one writes, in milliseconds.
const WRITING: i64 = 3_000;

/// Takes in one event and says what the world should do about it, in this order.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let (read, next) = (unread::reads(state), state.log.next());
    let by_hand = matches!(event, Event::Pressed(_) | Event::Typed(_) | Event::Pasted(_));
    let draft = state.composer.text().len();
    let mut effects = take_in(state, event);
    if by_hand && state.composer.text().len() != draft {
        effects.extend(say_that_one_writes(state));
    }
    roster::keep_up(state);
    state.come_back();
    unread::watch(state, read, next);
    watch_the_request(state);
    effects.extend(attention::settle(state));
    effects.extend(carry::go(state));
    effects.extend(complete::look(state));
    effects
}

fn take_in(state: &mut State, event: Event) -> Vec<Effect> {
    if matches!(event, Event::Pressed(_) | Event::Typed(_) | Event::Pasted(_)) {
        state.attention.pressed(state.clock.now);
    }
    match event {
        Event::Pressed(key) => press::pressed(state, key),
        Event::Typed(letters) => press::typed_in_a_row(state, &letters),
        Event::Pasted(text) if finding::pasted(state, &text) => vec![],
        Event::Pasted(text) if jumping::pasted(state, &text) => vec![],
        Event::Pasted(text) => {
            selecting::leave(state);
            paste::pasted(state, &text);
            vec![]
        }
        Event::Scrolled(rows) if sheet::scrolled(state, rows.into()) => vec![],
        Event::Scrolled(rows) => finding::scrolled(state, rows.into())
            .unwrap_or_else(|| reading::scroll(state, rows.into()).into_iter().collect()),
        Event::Clicked(column, row) => {
            pointing::clicked(state, column, row);
            vec![]
        }
        Event::Focused(focus) => {
            state.attention.focused(focus, state.clock.now);
            vec![]
        }
        Event::IgnoredNotKept(why) => {
            state.notify(state.language.not_kept_ignored(&clean::sentence(&why)));
            vec![]
        }
        Event::NotOpened(link) => {
            state.notify(state.language.not_opened(&link));
            vec![]
        }
        Event::Resized(columns, rows) => {
            state.size = (columns, rows);
            vec![]
        }
        Event::Reached(column, row) => {
            state.look.glyphs.learn(column, row);
            vec![]
        }
        Event::Ticked { now, zone } => ticked(state, now, zone),
        Event::Link(link) => heard::heard(state, link),
        Event::Carried(number, news) => carry::told(state, number, news),
        Event::Looked(seen) => {
            complete::looked(state, seen);
            vec![]
        }
        Event::InSight(sights) => state.pictures.see(&sights),
        Event::Drawn(sight, drawn) => state.pictures.come(&sight, drawn),
        Event::Noted(words) => {
            state.notify(clean::sentence(&words));
            vec![]
        }
        Event::Edited(left) => {
            paste::edited(state, left);
            vec![]
        }
        Event::HistoryFailed(why) => {
            let why = clean::sentence(&why);
            state.notify(state.language.history_failed(&why));
            vec![]
        }
        Event::OutboxFailed(why) => {
            let why = clean::sentence(&why);
            state.notify(state.language.not_kept(&why));
            vec![]
        }
    }
}

fn ticked(state: &mut State, now: i64, zone: Zone) -> Vec<Effect> {
    if state.clock.now == 0 {
        // Whoever has just started the program is there.
        state.attention.pressed(now);
        state.outbox.stamp(now);
    }
    state.clock = Clock { now, zone };
    let overdue = |since: i64| now.saturating_sub(since) >= PATIENCE;
    if state.outbox.flying_since().is_some_and(overdue) && matches!(state.link, Standing::Live(_)) {
        // Its answer was lost on a link that holds. Sent again under its id it is still kept once;
        // a plain server would keep it twice, and there the shell says when a line is gone.
        state.outbox.ground();
    }
    state.people.tick(now);
    if state.finding.asked.is_some_and(|(_, since)| now.saturating_sub(since) >= finding::PATIENCE)
    {
        finding::failed(state, state.language.search_none());
    }
    let mut effects = state.depart();
    effects.extend(unread::remember(state));
    if state.asked.is_some_and(|(_, since)| overdue(since)) {
        state.asked = None;
        effects.extend(state.log.overdue().map(Effect::Sync));
    }
    effects
}

/// Says that one writes, now and then, while the draft is something to be said.
fn say_that_one_writes(state: &mut State) -> Option<Effect> {
    let draft = state.composer.text();
    let is_said = !draft.trim().is_empty() && command::is_said(draft);
    let due = state.clock.now.saturating_sub(state.wrote?) >= WRITING;
    if !is_said || !due || !matches!(state.link, Standing::Live(_)) {
        return None;
    }
    state.wrote = Some(state.clock.now);
    Some(Effect::Typing)
}

/// Notes since when the last request is under way.
fn watch_the_request(state: &mut State) {
    let request = state.log.awaits();
    if state.asked.map(|(asked, _)| asked) != request {
        state.asked = request.map(|request| (request, state.clock.now));
    }
}
