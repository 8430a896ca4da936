//! The roster: who is here, as a list beside the timeline, or as a sheet where there is no room for
//! one. Whoever came first stands first and stays there, so that nobody jumps about.

use kpl_shared::protocol::Member;

use crate::model::{
    hand::mode::{Mode, Sheet},
    page::{
        entry,
        rows::{Ink, Piece, Row},
    },
    room::people::Folding,
    state::{Standing, State},
    text::clean,
};

/// How many columns it takes, with its edge.
pub(super) const WIDTH: u16 = 24;
/// From how many columns on it is there unless one says otherwise.
const WIDE: u16 = 100;
/// With fewer columns it leaves too few for what people say.
const MIN_COLUMNS: u16 = 72;
/// What stands behind the name of somebody who writes.
const WRITES: &str = "...";

/// Whether it stands beside the timeline in a window of so many columns.
pub(in crate::model) fn is_seen(state: &State, columns: u16) -> bool {
    let wanted = match state.folding {
        Folding::Auto => columns >= WIDE,
        Folding::On => fits(columns),
        Folding::Off => false,
    };
    // Whoever selects with the terminal's own mouse wants the lines, and not what is beside them;
    // and a plain server does not say who is here.
    wanted && state.mouse && state.link != Standing::Plain
}

/// Whether a window of so many columns has room for it.
pub(in crate::model) fn fits(columns: u16) -> bool {
    columns >= MIN_COLUMNS
}

/// The rows of the list. Columns count from its own first one, in which its edge stands.
pub fn rows(state: &State, height: usize) -> Vec<Row> {
    let words = state.language;
    let (seen, total) = seen(state, height);
    let mut rows = vec![vec![]];
    if state.people.total.is_some() {
        rows[0].push(Piece::new(2, words.people(total), Ink::Heading));
    }
    rows.extend(state.people.members.iter().take(seen).map(|member| row(state, member)));
    if total > seen {
        rows.push(vec![Piece::new(2, words.and_more(total - seen), Ink::Dim)]);
    }
    rows.truncate(height);
    rows.resize(height, vec![]);
    for row in &mut rows {
        row.insert(0, Piece::new(0, state.look.glyphs.down(), Ink::Dim));
    }
    rows
}

/// Whoever stands in a row of the list.
pub(super) fn in_row(state: &State, height: usize, row: usize) -> Option<&Member> {
    let (seen, _) = seen(state, height);
    row.checked_sub(1).filter(|&at| at < seen).and_then(|at| state.people.members.get(at))
}

/// How many people have a row in a list of that height, and how many there are.
fn seen(state: &State, height: usize) -> (usize, usize) {
    let known = state.people.members.len();
    let total = state.people.total.map_or(known, |total| total.max(known));
    let room = height.saturating_sub(1);
    let seen = if total > room { room.saturating_sub(1) } else { total };
    (seen.min(known), total)
}

/// The list as a sheet, for windows that have no room for it.
pub(in crate::model) fn sheet(state: &State) -> Sheet {
    let words = state.language;
    let Some(total) = state.people.total else {
        let entries = vec![(words.names_unknown(), String::new())];
        return Sheet { lists_people: true, ..Sheet::of(entries) };
    };
    let mut entries = vec![(words.people(total), String::new())];
    for member in &state.people.members {
        let mut about = words.here_since(&state.clock.when(member.since));
        let guest = member.guest.then(|| words.a_guest());
        let guest = guest.or_else(|| member.op.then(|| words.an_operator()));
        let writes = state.people.writes(&member.uid).then(|| words.writes());
        for word in guest.into_iter().chain(oneself(state, member)).chain(writes) {
            about = format!("{about}  {word}");
        }
        entries.push((shown_name(member, 32), about));
    }
    let hidden = total.saturating_sub(state.people.members.len());
    if hidden > 0 {
        entries.push((words.and_more(hidden), String::new()));
    }
    Sheet { lists_people: true, ..Sheet::of(entries) }
}

/// Brings the sheet up to date, if it lies there: people come, go and write meanwhile.
pub(in crate::model) fn keep_up(state: &mut State) {
    if let Mode::Leafing(Sheet { lists_people: true, .. }) = &state.mode {
        let now = sheet(state);
        if let Mode::Leafing(sheet) = &mut state.mode {
            sheet.entries = now.entries;
        }
    }
}

/// A row of the list: the name, whether it is one's own or its owner writes, and at the end since
/// when they are here.
fn row(state: &State, member: &Member) -> Row {
    let since = state.clock.when(member.since);
    let right = usize::from(WIDTH) - clean::drawn_width(&since);
    let writes = state.people.writes(&member.uid).then(|| (WRITES.to_owned(), Ink::Key));
    let about = oneself(state, member).map(|oneself| (oneself, Ink::Dim)).or(writes);
    let room = about.as_ref().map_or(0, |(about, _)| clean::drawn_width(about) + 1);
    let name = shown_name(member, right.saturating_sub(2 + 1 + room).max(2));
    let after = 2 + clean::drawn_width(&name) + 1;
    let mut row = vec![Piece::new(2, name, Ink::Name(entry::hash(&member.name)))];
    row.extend(about.map(|(about, ink)| Piece::new(after, about, ink)));
    row.push(Piece::new(right, since, Ink::Dim));
    row
}

/// What stands behind a name: that it is a guest's, or an operator's.
pub(in crate::model) fn mark(member: &Member) -> &'static str {
    match member {
        Member { guest: true, .. } => "?",
        Member { op: true, .. } => "*",
        _ => "",
    }
}

fn shown_name(member: &Member, columns: usize) -> String {
    let mark = mark(member);
    format!("{}{mark}", clean::name(&member.name, columns - mark.len()))
}

fn oneself(state: &State, member: &Member) -> Option<String> {
    state.is_me(&member.uid, &member.name).then(|| state.language.oneself())
}
