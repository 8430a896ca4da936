//! A sheet over the timeline, laid out and leafed in. It lies there until one puts it away; typing
//! goes on to the draft and puts it away too.

use crate::model::{
    hand::{
        keymap::Action,
        mode::{Mode, Sheet},
    },
    key::{Key, KeyCode},
    page::{
        geometry::Geometry,
        rows::{Ink, Piece, Row},
    },
    state::State,
    text::{clean, wrap::wrap},
};

/// How many columns a row hangs in where there is no room for two columns.
const HANG: usize = 2;
/// How many columns what stands at the left may have, and still stand beside what it is about.
const MAX_LEFT: usize = 30;
/// With fewer, everything stands below each other.
const MIN_LEFT: usize = 20;

/// The rows of the sheet that are in the window, if one lies there.
pub fn window(state: &State, width: usize, height: usize) -> Option<Vec<Row>> {
    let sheet = match &state.mode {
        Mode::Leafing(sheet) => sheet,
        Mode::Choosing(choice) => &choice.sheet,
        Mode::Writing
        | Mode::Jumping
        | Mode::Seeking(_)
        | Mode::Asking(_)
        | Mode::Selecting(_)
        | Mode::Unlocking(_)
        | Mode::Finding(_) => return None,
    };
    let rows = rows(sheet, width);
    let top = sheet.top.min(rows.len().saturating_sub(height));
    Some(rows.into_iter().skip(top).take(height).collect())
}

/// Leafs, or puts the sheet away; whether the key was for the sheet alone.
pub(in crate::model) fn takes(state: &mut State, action: Option<Action>, key: Key) -> bool {
    let (width, page) = extent(state);
    let Mode::Leafing(sheet) = &mut state.mode else { return false };
    let last = rows(sheet, width).len().saturating_sub(page);
    let top = sheet.top.min(last);
    sheet.top = match action {
        Some(Action::Up) => top.saturating_sub(1),
        Some(Action::Down) => top + 1,
        Some(Action::PageUp) => top.saturating_sub(page.saturating_sub(1).max(1)),
        Some(Action::PageDown) => top + page.saturating_sub(1).max(1),
        Some(Action::LineStart) => 0,
        Some(Action::LineEnd | Action::Now) => last,
        Some(Action::Redraw | Action::Suspend | Action::Mouse) => return false,
        _ => {
            state.mode = sheet.over.take().map_or(Mode::Writing, Mode::Selecting);
            let puts_away = matches!(
                action,
                Some(Action::Cancel | Action::Help | Action::People | Action::Send)
            );
            return puts_away || (key == KeyCode::Char('q').into() && state.composer.is_empty());
        }
    }
    .min(last);
    true
}

/// The wheel turned, lines upward: leafs in the sheet. Whether one lies there.
pub(in crate::model) fn scrolled(state: &mut State, lines: isize) -> bool {
    let (width, page) = extent(state);
    let sheet = match &mut state.mode {
        Mode::Leafing(sheet) => sheet,
        Mode::Choosing(choice) => &mut choice.sheet,
        _ => return false,
    };
    let last = rows(sheet, width).len().saturating_sub(page);
    sheet.top = sheet.top.min(last).saturating_add_signed(-lines).min(last);
    true
}

/// How many columns and rows a sheet is seen in.
fn extent(state: &State) -> (usize, usize) {
    Geometry::now(state).map_or((1, 1), |geometry| {
        (usize::from(geometry.columns), usize::from(geometry.timeline_rows))
    })
}

/// All rows of a sheet, at that width. What stands at the left is a column if there is room for it.
pub fn rows(sheet: &Sheet, width: usize) -> Vec<Row> {
    let most = (width * 2 / 5).min(MAX_LEFT);
    let widths = sheet.entries.iter().map(|(left, _)| clean::drawn_width(left));
    let column = widths.filter(|&left| left <= most).max().unwrap_or(0) + 2;
    let from = if most >= MIN_LEFT { column } else { HANG };
    let mut rows = Vec::new();
    for (left, about) in &sheet.entries {
        if about.is_empty() {
            rows.extend(pieces(left, 0, width, Ink::Heading));
            continue;
        }
        let mut about = pieces(about, from, width, Ink::Said);
        match about.first_mut() {
            Some(first) if clean::drawn_width(left) + 2 <= from => {
                first.insert(0, Piece::new(0, left.as_str(), Ink::Key));
            }
            _ => rows.extend(pieces(left, 0, width, Ink::Key)),
        }
        rows.extend(about);
    }
    rows
}

fn pieces(text: &str, from: usize, width: usize, ink: Ink) -> Vec<Row> {
    let rows = wrap(text, width.saturating_sub(from).max(1)).into_iter();
    rows.map(|row| vec![Piece::new(from, &text[row], ink)]).collect()
}
