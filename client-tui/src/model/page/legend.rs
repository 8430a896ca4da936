//! The legend: which keys do what just now, as the help bar and the rule tell it. A key is told as
//! it is bound, and what no key does is not told.

use crate::model::{
    hand::keymap::Action,
    key::{Key, KeyCode},
    state::State,
    text::clean,
};

/// What the help bar says at its left, in so many columns: of what one can do without, as much as
/// there is room for.
pub fn bar(state: &State, columns: usize) -> String {
    let words = state.language;
    let brief = |action| state.keymap.key(action).map(Key::brief);
    let complete = brief(Action::Complete).map(|key| words.bar_complete(&key));
    let select = brief(Action::Select).map(|key| words.bar_select(&key));
    let with = |complete: Option<&String>, select: Option<&String>| {
        let parts = [
            brief(Action::Send).map(|key| words.bar_send(&key)),
            brief(Action::NewLine).map(|key| words.bar_new_line(&key)),
            complete.cloned(),
            pair(state, Action::PageUp, Action::PageDown).map(|keys| words.bar_scroll(&keys)),
            select.cloned(),
            brief(Action::ClearOrQuit).map(|key| words.bar_quit(&key)),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
    };
    let bars = [with(complete.as_ref(), select.as_ref()), with(complete.as_ref(), None)];
    let fits = bars.into_iter().find(|bar| clean::drawn_width(bar) <= columns);
    fits.unwrap_or_else(|| with(None, None))
}

/// What it says at its right.
pub fn help(state: &State) -> String {
    told(state, Action::Help).map_or_else(String::new, |key| state.language.bar_help(&key))
}

/// A remark, with the key in brackets that goes there.
pub fn with_key(state: &State, said: String, action: Action) -> String {
    match told(state, action) {
        Some(key) => format!("{said} ({key})"),
        None => said,
    }
}

/// The same for what lies below, to which the key End goes that stands on every keyboard.
pub fn with_key_to_now(state: &State, said: String) -> String {
    let end = state.keymap.does(KeyCode::End.into());
    if matches!(end, Some(Action::LineEnd | Action::Now)) {
        return format!("{said} ({})", Key::from(KeyCode::End).told());
    }
    with_key(state, said, Action::Now)
}

/// A sheet lies over the timeline.
pub fn leafing(state: &State) -> String {
    let words = state.language;
    let pages = pair(state, Action::PageUp, Action::PageDown);
    list(state, [Some(words.leafing_closes()), pages.map(|keys| words.leafing_leafs(&keys))])
}

/// One looks for something that one said.
pub fn seeking(state: &State) -> String {
    let words = state.language;
    let older = told(state, Action::Seek).or_else(|| told(state, Action::Up));
    let older = older.map(|key| words.seeking_older(&key));
    list(state, [older, Some(words.seeking_takes()), Some(words.esc_back())])
}

/// One writes what is searched for, and there are hits already.
pub fn searching_again(state: &State) -> String {
    let words = state.language;
    let hits = told(state, Action::Up).map(|key| words.search_to_hits(&key));
    list(state, [Some(words.search_searches()), hits, Some(words.esc_back())])
}

/// One walks among the candidates of a completion.
pub fn walking(state: &State, at: usize, count: usize) -> String {
    let words = state.language;
    let next = told(state, Action::Complete).or_else(|| told(state, Action::Down));
    let next = next.map(|key| words.walking_next(&key));
    let parts = [next, Some(words.walking_keeps()), Some(words.walking_undoes())];
    format!("{at}/{count} {}", list(state, parts))
}

/// One walks among the messages.
pub fn selecting(state: &State) -> String {
    let words = state.language;
    let walks = pair(state, Action::Up, Action::Down).map(|keys| words.selecting_walks(&keys));
    walks.into_iter().chain([words.selecting()]).collect::<Vec<_>>().join("  ")
}

/// One is in normal, of vi.
pub fn normal(state: &State) -> String {
    let words = state.language;
    let sends = told(state, Action::Send).map(|key| words.vi_sends(&key));
    list(state, [Some(words.vi_normal()), sends])
}

/// A paste was dropped.
pub fn dropped(state: &State) -> String {
    let words = state.language;
    let had = told(state, Action::Yank).map(|key| words.paste_had(&key));
    remark(state, words.paste_dropped(), had)
}

/// Older lines are on their way, to where one wants to go.
pub fn jumping(state: &State) -> String {
    let words = state.language;
    let stays = told(state, Action::Cancel).map(|key| words.jumping_stays(&key));
    remark(state, words.jumping(), stays)
}

/// The same key once more quits.
pub fn again_quits(state: &State) -> String {
    // Somebody has just pressed one.
    let key = told(state, Action::ClearOrQuit).unwrap_or_default();
    state.language.again_quits(&key)
}

/// What a room is for in which nobody has said anything: two paragraphs.
pub fn empty_room(state: &State, url: &str) -> [String; 2] {
    let words = state.language;
    let sends = told(state, Action::Send).map(|key| words.room_sends(&key));
    let helps = told(state, Action::Help).map(|key| words.room_helps(&key));
    let invites = [Some(words.room_invites(url)), helps].into_iter().flatten();
    [list(state, [Some(words.room_is_empty()), sends]), invites.collect::<Vec<_>>().join("   ")]
}

/// How the key of an action is called, if it has one.
fn told(state: &State, action: Action) -> Option<String> {
    state.keymap.key(action).map(Key::told)
}

fn pair(state: &State, one: Action, other: Action) -> Option<String> {
    Some(format!("{}/{}", told(state, one)?, told(state, other)?))
}

fn list<const COUNT: usize>(state: &State, parts: [Option<String>; COUNT]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(state.language.comma())
}

fn remark(state: &State, said: String, more: Option<String>) -> String {
    [Some(said), more].into_iter().flatten().collect::<Vec<_>>().join(state.language.semicolon())
}
