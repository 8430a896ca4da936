//! The status line: where one is, how the link stands, and how many are here.

use ratatui::{buffer::Buffer, style::Modifier};

use super::{ink, paint};
use crate::model::{
    page::{carried, geometry::WIDE, rows::Ink},
    state::{Standing, State},
    text::clean,
    words::Language,
};

/// Draws the status line into the first row.
pub fn draw(state: &State, buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width);
    let wide = width >= usize::from(WIDE);
    let room = format!("#{}", clean::name(state.room.as_str(), if wide { 24 } else { 8 }));
    let left = usize::from(wide) + clean::drawn_width(&room) + 1;
    let link = if wide { link(state) } else { link_short(state) };
    let mut right = Vec::new();
    if !state.mouse {
        right.push(state.language.mouse_free());
    }
    if let Some(minutes) = state.attention.quiet(state.clock.now) {
        right.push(quiet(state.language, minutes, wide));
    }
    right.extend(carried::brief(state, wide));
    right.push(link.clone());
    if let Some(total) = state.people.total {
        let words = state.language;
        let online = if wide { words.online(total) } else { words.online_short(total) };
        if left + clean::drawn_width(&link) + 2 + clean::drawn_width(&online) < width {
            right.push(online);
        }
    }
    match state.attention.mentions {
        0 => {}
        count if wide => right.push(state.language.mentions(count)),
        count => right.insert(0, format!("@{count}")),
    }
    let right = clean::shortened(&right.join("  "), width - left.min(width));
    let bold = ink::style(state, Ink::Said).add_modifier(Modifier::BOLD);
    let end = usize::from(paint::text(buffer, u16::from(wide), 0, &room, bold));
    let at = width.saturating_sub(clean::drawn_width(&right) + usize::from(wide)).max(end + 1);
    if let Some(topic) = &state.topic {
        let topic = clean::name(topic, at.saturating_sub(end + 4));
        if at > end + 8 {
            let style = ink::style(state, Ink::Dim);
            paint::text(buffer, u16::try_from(end + 2).unwrap_or(0), 0, &topic, style);
        }
    }
    let style = ink::style(state, if state.is_linked() { Ink::Said } else { Ink::Wrong });
    paint::text(buffer, u16::try_from(at).unwrap_or(u16::MAX), 0, &right, style);
}

fn quiet(words: Language, minutes: Option<i64>, wide: bool) -> String {
    match (minutes, wide) {
        (None, true) => words.quiet(),
        (None, false) => words.quiet_short(),
        (Some(minutes), true) => words.quiet_minutes(minutes),
        (Some(minutes), false) => words.quiet_minutes_short(minutes),
    }
}

/// How the link stands, in a few words; with what waits, if something does.
fn link(state: &State) -> String {
    let words = state.language;
    let queued = state.outbox.len();
    let standing = match &state.link {
        Standing::Dialling => words.dialling(),
        Standing::Live(Some(round_trip)) => words.live(*round_trip),
        Standing::Live(None) => words.live_unmeasured(),
        Standing::Plain => words.text_only(),
        Standing::Lost(until) => {
            let left = u64::try_from(until.saturating_sub(state.clock.now)).unwrap_or(0);
            words.reconnecting(left.div_ceil(1_000))
        }
        Standing::TurnedAway(_) => words.turned_away(),
        Standing::Distrusted => words.distrusted(),
    };
    match queued {
        0 => standing,
        _ if state.is_linked() => format!("{standing}, {}", words.queued_count(queued)),
        _ => format!("{}, {}, {standing}", words.offline(), words.queued_count(queued)),
    }
}

/// The same as counters, for a window without room for words.
fn link_short(state: &State) -> String {
    let words = state.language;
    let standing = match &state.link {
        Standing::Live(Some(round_trip)) => format!("{round_trip}ms"),
        Standing::Lost(until) => {
            let left = u64::try_from(until.saturating_sub(state.clock.now)).unwrap_or(0);
            words.offline_short(left.div_ceil(1_000))
        }
        _ => return link(state),
    };
    match state.outbox.len() {
        0 => standing,
        queued => format!("{standing}  {}", words.queued_short(queued)),
    }
}
