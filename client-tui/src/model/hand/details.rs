//! Details: who said something, when, and under which number and id.

use crate::model::{
    hand::{
        mode::{Mode, Sheet},
        selecting::Selection,
    },
    room::timeline::{Item, Place, What},
    state::State,
    text::clean,
    words::files::bytes,
};

/// Lays what is known of a message over the timeline.
pub(in crate::model) fn show(state: &mut State, selection: Selection, place: Place) {
    let Some(item) = state.timeline().item(place) else { return };
    let words = state.language;
    let (mut entries, at) = (vec![(words.details(), String::new())], item.at());
    let mut tell = |what: String, about: String| entries.push((what, about));
    match item {
        Item::Line(line) => {
            let name = clean::name(line.from, 64);
            let name = if line.guest { words.details_guest(&name) } else { name };
            tell(words.details_who(), name);
            tell(words.details_when(), moment(state, at));
            tell(words.details_number(), line.seq.to_string());
            tell(words.details_identity(), clean::name(line.uid, 64));
            if let Some(cid) = &line.cid {
                tell(words.details_id(), clean::name(cid, 64));
            }
        }
        Item::Waiting(waiting, ..) => {
            tell(words.details_who(), clean::name(state.name(), 64));
            tell(words.details_when(), moment(state, at));
            tell(words.details_number(), words.details_unnumbered());
            tell(words.details_id(), clean::name(&waiting.line.cid, 64));
        }
        Item::Local(local) => {
            let from = match &local.what {
                What::Said { own: false, from, .. } => from.as_deref().unwrap_or("-"),
                _ => state.name(),
            };
            tell(words.details_who(), clean::name(from, 64));
            tell(words.details_when(), moment(state, at));
            tell(words.details_number(), words.details_unnumbered());
        }
    }
    if let Some(file) = item.file() {
        entries.push((words.details_file(), clean::name(&file.name, 120)));
        entries.push((words.details_type(), clean::name(&file.media, 64)));
        entries.push((words.details_size(), bytes(file.size)));
    }
    if let Some(file) = item.said_file() {
        entries.push((words.details_address(), state.address_of(file)));
    }
    let mut sheet = Sheet::of(entries);
    sheet.over = Some(selection);
    state.mode = Mode::Leafing(sheet);
}

/// A moment, as exactly as it is known.
pub(super) fn moment(state: &State, at: i64) -> String {
    let Some(day) = state.clock.day(at) else { return state.clock.time(at) };
    format!("{} {} {}", state.language.day(day), state.clock.exact_time(at), state.clock.offset(at))
}
