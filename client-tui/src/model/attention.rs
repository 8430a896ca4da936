//! Attention: whether the person looks at the window, and what calls for them when they do not.

use crate::model::{
    effect::Effect,
    hand::mode::Mode,
    room::{shelf::Line, timeline::Item},
    state::State,
    text::{clean, mention},
};

/// How long after a key somebody is taken to look, where the terminal does not tell.
const LOOKS_AFTER_KEY: i64 = 60_000;
/// How far apart two calls are at least.
const PAUSE: i64 = 5_000;
/// A click so soon after the window came into focus was meant for the window alone.
const CLICK_OF_FOCUS: i64 = 300;
/// How much of what was said a notice of the desktop tells, in columns.
const TOLD_COLUMNS: usize = 200;
/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// How one is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Notify {
    /// By the bell of the terminal.
    #[default]
    Bell,
    /// By a notice on the desktop.
    Desktop,
    /// By both.
    Both,
    /// Not at all.
    Off,
}

/// Whether the person looks, and what waits for them to look.
#[derive(Debug, Clone, Default)]
pub struct Attention {
    /// How one is called.
    pub notify: Notify,
    /// How often one was named since one last looked.
    pub mentions: u64,
    /// How many lines others have said that are shown, since the program began.
    pub others: u64,
    /// Whether the window is in focus, where the terminal tells.
    focus: Option<bool>,
    focused_at: i64,
    pressed_at: i64,
    called_at: Option<i64>,
    /// Until when nothing calls.
    quiet_until: Option<i64>,
    /// The number from which on lines are said now: what is below is history.
    live_from: u64,
    titled: Option<String>,
}

impl Attention {
    /// Nothing has happened yet.
    pub fn new(notify: Notify) -> Self {
        Self { notify, ..Self::default() }
    }

    /// The window came into focus or went out of it.
    pub(super) fn focused(&mut self, focus: bool, now: i64) {
        self.focus = Some(focus);
        if focus {
            self.focused_at = now;
        }
    }

    /// A key was pressed: somebody is there, whatever the terminal told last. Not each one that
    /// tells of the focus going tells of its coming back, as when a multiplexer stands between.
    pub(super) fn pressed(&mut self, now: i64) {
        self.pressed_at = now;
        self.focus = self.focus.map(|_| true);
    }

    /// Whether a click only brought the window into focus.
    pub(super) fn takes_click(&self, now: i64) -> bool {
        self.focus.is_some() && now.saturating_sub(self.focused_at) < CLICK_OF_FOCUS
    }

    /// What a server has said up to this number is history.
    pub(super) fn entered(&mut self, head: u64) {
        self.live_from = head.saturating_add(1);
    }

    /// Whether the person looks at the window.
    pub fn looks(&self, now: i64) -> bool {
        self.focus.unwrap_or(now.saturating_sub(self.pressed_at) < LOOKS_AFTER_KEY)
    }

    /// Whether the terminal told that another window is in focus.
    pub fn is_away(&self) -> bool {
        self.focus == Some(false)
    }

    /// Asks for quiet, for so many minutes or until it is asked for no more.
    pub(super) fn quieten(&mut self, minutes: Option<u32>, now: i64) {
        let until = |minutes| now.saturating_add(i64::from(minutes) * MINUTE);
        self.quiet_until = Some(minutes.map_or(i64::MAX, until));
    }

    /// Asks for quiet no more.
    pub(super) fn unquieten(&mut self) {
        self.quiet_until = None;
    }

    /// Whether quiet is asked for, and for how many minutes more if they are counted.
    pub fn quiet(&self, now: i64) -> Option<Option<i64>> {
        let until = self.quiet_until.filter(|&until| until > now)?;
        let minutes = until.saturating_sub(now).saturating_add(MINUTE - 1) / MINUTE;
        Some((until != i64::MAX).then_some(minutes))
    }

    fn may_call(&self, now: i64) -> bool {
        let paused =
            self.called_at.is_none_or(|at| !(0..PAUSE).contains(&(now.saturating_sub(at))));
        paused && !self.looks(now) && self.quiet(now).is_none()
    }
}

/// What the newest lines call for, where somebody else names the person.
pub(super) fn heard(state: &mut State, fresh: usize) -> Vec<Effect> {
    let of_another = |line: &Line<'_>| !state.is_mine(*line) && !state.hides(&Item::Line(*line));
    let names = |line: &Line<'_>| !mention::names(line.text, state.name()).is_empty();
    let mut others = 0;
    let calling = state.log.latest(fresh).filter(of_another).inspect(|_| others += 1);
    let calling: Vec<(u64, String, String)> = calling
        .filter(names)
        .map(|line| (line.seq, line.from.to_owned(), line.text.to_owned()))
        .collect();
    state.attention.others += others;
    let called =
        |(seq, from, text): (u64, String, String)| named_in(state, Some(seq), &from, &text);
    calling.into_iter().flat_map(called).collect()
}

/// What a line without a number calls for.
pub(super) fn relayed(state: &mut State, from: &str, text: &str) -> Vec<Effect> {
    if state.ignoring.hides(None, from) || mention::names(text, state.name()).is_empty() {
        return vec![];
    }
    named_in(state, None, from, text)
}

/// Somebody else named the person; in the line `seq` where it has a number.
fn named_in(state: &mut State, seq: Option<u64>, from: &str, text: &str) -> Vec<Effect> {
    let now = state.clock.now;
    if !sees_the_end(state) {
        state.attention.mentions += 1;
    }
    let live = seq.is_none_or(|seq| seq >= state.attention.live_from);
    if !live || !state.attention.may_call(now) {
        return vec![];
    }
    state.attention.called_at = Some(now);
    let notify = state.attention.notify;
    let mut effects = Vec::new();
    if matches!(notify, Notify::Bell | Notify::Both) {
        effects.push(Effect::Ring);
    }
    if matches!(notify, Notify::Desktop | Notify::Both) {
        let room = clean::name(state.room.as_str(), 32);
        let title = state.language.somebody_in_room(&clean::name(from, 32), &room);
        let text = clean::shortened(clean::sentence(text).trim(), TOLD_COLUMNS);
        effects.push(Effect::Tell { title, text });
    }
    effects
}

/// Forgets the mentions that have been looked at, and keeps the terminal's title true.
pub(super) fn settle(state: &mut State) -> Option<Effect> {
    if sees_the_end(state) {
        state.attention.mentions = 0;
    }
    let title = title(state);
    if state.attention.titled.as_ref() == Some(&title) {
        return None;
    }
    state.attention.titled = Some(title.clone());
    Some(Effect::Title(title))
}

/// What the window is called: the room, and how often one was named in it.
pub fn title(state: &State) -> String {
    let room = clean::name(state.room.as_str(), 32);
    match state.attention.mentions {
        0 => format!("#{room}"),
        count => format!("({count}) #{room}"),
    }
}

/// Whether the newest line is before somebody's eyes.
fn sees_the_end(state: &State) -> bool {
    let covered = matches!(state.mode, Mode::Leafing(_) | Mode::Choosing(_));
    state.attention.looks(state.clock.now) && state.reading.is_none() && !covered
}
