//! Where things stand in a window of some size. Scrolling goes by rows, so the model knows it too.

use crate::model::{hand::mode::Mode, page::roster, state::State, text::clean};

/// The smallest window that is drawn in.
const MIN_COLUMNS: u16 = 20;
/// The fewest rows that are drawn in.
const MIN_ROWS: u16 = 5;
/// How many rows of a draft are seen at most.
const MAX_COMPOSER_ROWS: u16 = 5;
/// What one looks for, and what was found.
const SEEK_ROWS: usize = 2;
/// From how many columns on a name stands beside its text.
pub const WIDE: u16 = 41;
/// From how many columns on there is a help bar.
pub const HELPED: u16 = 72;

/// The rows of a window, from the top, and the columns of the timeline. What is above and below it
/// is as wide as the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// How many columns the window has.
    pub window: u16,
    /// How many columns the timeline has, and whatever lies over it.
    pub columns: u16,
    /// The first column of the list of people, if it stands beside the timeline.
    pub roster: Option<u16>,
    /// Whether a rule stands under the status line, which is the first row.
    pub ruled: bool,
    /// The first row of the timeline.
    pub timeline: u16,
    /// How many rows the timeline has.
    pub timeline_rows: u16,
    /// The rule between the timeline and the composer.
    pub rule: u16,
    /// The first row of the composer.
    pub composer: u16,
    /// How many rows the composer has.
    pub composer_rows: u16,
    /// How many columns the prompt has, with the space after it.
    pub prompt: u16,
    /// Whether the last row is a help bar.
    pub helped: bool,
}

impl Geometry {
    /// Divides the window as it is; `None` if it is too small to be used.
    pub fn now(state: &State) -> Option<Self> {
        Self::of(state, state.size.0, state.size.1)
    }

    /// Divides a window; `None` if it is too small to be used.
    pub fn of(state: &State, columns: u16, rows: u16) -> Option<Self> {
        if is_too_small(columns, rows) {
            return None;
        }
        let ruled = rows >= 10;
        let helped = rows >= 16 && columns >= HELPED;
        let width = clean::drawn_width(&prompt(state, columns));
        let prompt = u16::try_from(width).unwrap_or(0);
        let roster = roster::is_seen(state, columns).then(|| columns - roster::WIDTH);
        let fixed = Self {
            window: columns,
            // A column parts what is said from the list.
            columns: roster.map_or(columns, |left| left - 1),
            roster,
            ruled,
            timeline: 1 + u16::from(ruled),
            timeline_rows: 0,
            rule: 0,
            composer: 0,
            composer_rows: 0,
            prompt,
            helped,
        };
        let draft = match state.mode {
            Mode::Seeking(_) => SEEK_ROWS,
            Mode::Unlocking(_) => 1,
            _ => state.line().rows(fixed.draft_columns()).len(),
        };
        let most = MAX_COMPOSER_ROWS.min(rows / 3).max(1);
        let composer_rows = u16::try_from(draft).unwrap_or(most).clamp(1, most);
        let composer = rows - u16::from(helped) - composer_rows;
        let rule = composer - 1;
        Some(Self { rule, composer, composer_rows, timeline_rows: rule - fixed.timeline, ..fixed })
    }

    /// How many columns a draft is wrapped to. One more is there, for the caret after the last.
    pub fn draft_columns(&self) -> usize {
        usize::from(self.window - self.prompt - 1)
    }
}

/// Whether a window is too small to be used.
pub fn is_too_small(columns: u16, rows: u16) -> bool {
    columns < MIN_COLUMNS || rows < MIN_ROWS
}

/// What stands before the draft: the name under which it will be said.
pub fn prompt(state: &State, columns: u16) -> String {
    match state.mode {
        Mode::Finding(_) => return format!("{}> ", state.language.search_prompt()),
        Mode::Jumping => return format!("{}> ", state.language.jump_prompt()),
        Mode::Unlocking(_) => return format!("{}> ", state.language.password_prompt()),
        _ => {}
    }
    let most = usize::from(columns / 3).clamp(4, 24);
    let guest = if state.is_guest() { "?" } else { "" };
    format!("{}{guest}> ", clean::name(state.name(), most - 2 - guest.len()))
}
