//! The view: what the state looks like. It draws and decides nothing.
//!
//! From the top of the window: [`status`], [`timeline`], the rule, [`composer`] and the help bar;
//! beside the timeline the [`roster`], over it the [`popup`] of completion.
//! [`begin`] is what a first start shows instead. [`paint`] puts text on the screen and [`ink`] says
//! in which style.

pub mod begin;
pub mod composer;
pub mod hyperlink;
pub mod ink;
pub mod paint;
pub mod picture;
pub mod popup;
pub mod roster;
pub mod status;
pub mod timeline;

use std::sync::Arc;

use ratatui::Frame;

use crate::model::{
    hand::{complete, finding::Stage, mode::Mode, paste},
    page::{
        carried,
        geometry::{Geometry, HELPED},
        hits, legend, reading,
        rows::Ink,
        seen, sheet,
    },
    room::pictures::Sight,
    state::{Hint, State},
    text::clean,
};

/// Draws the state, and puts the caret where one types.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    let _pictures = see(state, frame);
}

/// The same; says which pictures are in the window.
pub fn see(state: &State, frame: &mut Frame<'_>) -> Vec<Arc<Sight>> {
    let area = frame.area();
    ink::spread(state, frame.buffer_mut());
    let Some(geometry) = Geometry::of(state, area.width, area.height) else {
        if area.height > 0 {
            let style = ink::style(state, Ink::Said);
            paint::text(frame.buffer_mut(), 0, 0, &state.language.too_small(), style);
        }
        return vec![];
    };
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    let window = reading::window(state, width, height);
    status::draw(state, frame.buffer_mut());
    if geometry.ruled {
        rule(state, frame, 1, "");
    }
    let sheet = sheet::window(state, width, height).or_else(|| hits::window(state, width, height));
    let rows = sheet.as_ref().unwrap_or(&window.rows);
    let (links, slices) = timeline::draw(state, rows, &geometry, frame.buffer_mut());
    if sheet.is_none() {
        let selected = seen::selected(state, &window, width);
        timeline::mark(state, &selected, &geometry, frame.buffer_mut());
        let found = seen::found(state, &window, width);
        timeline::point_at(state, &found, &geometry, frame.buffer_mut());
    }
    if sheet.is_none() && reading::is_silent(state) {
        timeline::explain(state, window.rows.len(), &geometry, frame.buffer_mut());
    }
    roster::draw(state, &geometry, frame.buffer_mut());
    rule(state, frame, geometry.rule, &said_on_the_rule(state, &window, width));
    let caret = composer::draw(state, &geometry, frame.buffer_mut());
    popup::draw(state, &geometry, frame.buffer_mut());
    frame.set_cursor_position(caret);
    if geometry.helped {
        help_bar(state, frame);
    }
    paint::settle(state.look.glyphs, frame.buffer_mut());
    if state.hyperlinks {
        // Last, as whatever lies over a link is none.
        hyperlink::link(frame.buffer_mut(), &links);
    }
    picture::show(state, frame.buffer_mut(), &slices)
}

/// What the rule above the composer carries: a word about the last key, or what lies below.
fn said_on_the_rule(state: &State, window: &reading::Window, width: usize) -> String {
    let words = state.language;
    match (&state.mode, state.hint) {
        (Mode::Leafing(_), _) => return legend::leafing(state),
        (Mode::Unlocking(secret), _) if secret.again => return words.password_again(),
        (Mode::Unlocking(_), _) => return words.password_asks(),
        (Mode::Jumping, _) => return said_of_the_jump(state, width),
        (Mode::Seeking(_), _) => return legend::seeking(state),
        (Mode::Asking(paste), _) => return words.paste_asks(paste::lines(paste)),
        (Mode::Choosing(_), _) => return words.choosing(),
        (Mode::Selecting(_), None) if width < HELPED.into() => return words.selecting_short(),
        (Mode::Selecting(_), None) => return legend::selecting(state),
        (Mode::Finding(doing), _) => return said_of_the_search(state, *doing, width),
        (Mode::Writing | Mode::Selecting(_), _) => {}
    }
    if let Some((at, count)) = complete::walked(state) {
        return legend::walking(state, at + 1, count);
    }
    if let (None, Some((form, about))) = (state.hint, complete::hint(state)) {
        return format!("{form}  {about}");
    }
    match (state.hint, state.reading, window.last) {
        (Some(Hint::AgainQuits), ..) => legend::again_quits(state),
        (None, None, _) if state.vi.as_ref().is_some_and(|vi| vi.normal) => legend::normal(state),
        (Some(Hint::PasteDropped), ..) => legend::dropped(state),
        (Some(Hint::DraftCut), ..) => state.language.draft_cut(),
        (Some(Hint::Copied), ..) => words.copied(),
        (Some(Hint::TooMuchToCopy), ..) => words.too_much_to_copy(),
        (Some(Hint::NothingUnread), ..) => words.nothing_unread(),
        (None, ..) if state.jump.is_some() => legend::jumping(state),
        (Some(Hint::NoLink), ..) => words.no_link(),
        (Some(Hint::NothingSaid), ..) => words.nothing_said(),
        (None, Some(anchor), Some(last)) if !window.at_end => {
            let below = state.timeline().lines_after(last);
            let said = match state.attention.others.saturating_sub(anchor.since) {
                0 => words.below(below),
                new => words.below_new(below, new),
            };
            let said = legend::with_key_to_now(state, said);
            // What is written while one reads old talk does not answer it there.
            if state.composer.is_empty() { said } else { words.stale(&said) }
        }
        _ => carried::said(state, width).unwrap_or_else(|| said_of_those_who_write(state)),
    }
}

/// Where one can go, or that one cannot go there.
fn said_of_the_jump(state: &State, width: usize) -> String {
    let words = state.language;
    match (state.destination.wrong, width < HELPED.into()) {
        (true, true) => words.no_such_time_short(),
        (true, false) => words.no_such_time(),
        (false, true) => words.jump_short(),
        (false, false) => words.jump_to(),
    }
}

/// How the search stands, and what its keys are.
fn said_of_the_search(state: &State, doing: Stage, width: usize) -> String {
    let (words, finding) = (state.language, &state.finding);
    match &finding.trouble {
        Some(why) if state.is_linked() => return words.search_failed(why),
        Some(why) => return words.search_failed_now(why),
        None => {}
    }
    let (at, count) = (finding.at + 1, finding.hits.len());
    match doing {
        _ if finding.asked.is_some() && count == 0 => words.search_under_way(),
        Stage::Asking if width < HELPED.into() => words.search_asking_short(),
        _ if width < HELPED.into() => words.search_walking_short(at, count),
        Stage::Asking if count == 0 => words.search_asking(),
        Stage::Asking => legend::searching_again(state),
        Stage::Listing if finding.next.is_some() => words.search_listing_more(at, count),
        Stage::Listing => words.search_listing(at, count),
        Stage::Reading => words.search_reading(at, count),
    }
}

/// Who writes just now.
fn said_of_those_who_write(state: &State) -> String {
    let names: Vec<String> =
        state.people.who_writes().take(3).map(|name| clean::name(name, 20)).collect();
    match &names[..] {
        [] => String::new(),
        [one] => state.language.one_writes(one),
        [one, other] => state.language.two_write(one, other),
        _ => state.language.many_write(state.people.who_writes().count()),
    }
}

fn rule(state: &State, frame: &mut Frame<'_>, row: u16, said: &str) {
    let width = usize::from(frame.area().width);
    let style = ink::style(state, Ink::Dim);
    let buffer = frame.buffer_mut();
    paint::text(buffer, 0, row, &state.look.glyphs.across().repeat(width), style);
    if !said.is_empty() {
        let said = clean::shortened(said, width.saturating_sub(4));
        paint::text(buffer, 3, row, &format!(" {said} "), ink::style(state, Ink::Said));
    }
}

fn help_bar(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let style = ink::style(state, Ink::Dim);
    let buffer = frame.buffer_mut();
    let row = area.height - 1;
    let help = legend::help(state);
    let writes = state.mode == Mode::Writing;
    let at = usize::from(area.width).saturating_sub(clean::drawn_width(&help) + 1);
    let keys = if writes { legend::bar(state, at.saturating_sub(3)) } else { String::new() };
    let end = paint::text(buffer, 1, row, &keys, style);
    if at > usize::from(end) {
        paint::text(buffer, u16::try_from(at).unwrap_or(0), row, &help, style);
    }
}

#[cfg(test)]
mod tests;
