//! Finding: keys write what is searched for, walk among the hits, and go to one of them.

use kpl_shared::{
    message::Message,
    protocol::{Found, MAX_HITS, Search},
    search::Query,
};

use crate::model::{
    effect::Effect,
    hand::{
        composer::Composer,
        edit::edit,
        keymap::Action,
        letters::{self, Hits},
        mode::Mode,
    },
    key::Key,
    page::{geometry::Geometry, reading},
    room::{
        log::MAX_SEQ,
        past::Past,
        timeline::{Anchor, Place},
    },
    state::{Standing, State},
};

/// After how many milliseconds a server that does not answer is taken for one without a search.
pub(in crate::model) const PATIENCE: i64 = 5_000;
/// How many hits are walked among.
const MAX_FOUND: usize = 2_000;
/// How near the last hit one must come for the next page to be asked for.
const AHEAD: usize = 10;

/// What keys do in a search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    /// They write what is searched for.
    #[default]
    Asking,
    /// They walk in the list of hits.
    Listing,
    /// They read around a hit.
    Reading,
}

/// A search: what is searched for, and what was found.
#[derive(Debug, Clone, Default)]
pub struct Finding {
    /// What is being written.
    pub line: Composer,
    /// What the hits are of.
    pub query: Option<Query>,
    /// The hits, newest first.
    pub hits: Vec<Message>,
    /// The hit that one is at, counted from the newest.
    pub at: usize,
    /// Before which number there may be more.
    pub next: Option<u64>,
    /// What went wrong.
    pub trouble: Option<String>,
    /// The request under way, and since when.
    pub asked: Option<(u64, i64)>,
    /// How many requests were made: an answer to an old one must not be taken for a new one's.
    requests: u64,
    /// Where one was before.
    came_from: (Option<Anchor>, Option<Box<Past>>),
}

/// The number of the hit that one reads around.
pub fn reads_around(state: &State) -> Option<u64> {
    let hit = state.finding.hits.get(state.finding.at);
    hit.filter(|_| state.mode == Mode::Finding(Stage::Reading)).map(|hit| hit.seq)
}

/// Begins to search, or goes on writing what is searched for.
pub(in crate::model) fn begin(state: &mut State) {
    if state.link == Standing::Plain {
        return state.notify(state.language.search_plain());
    }
    if !matches!(state.mode, Mode::Finding(_)) {
        let came_from = (state.reading, state.past.clone());
        let requests = state.finding.requests;
        state.finding = Finding { requests, came_from, ..Finding::default() };
    }
    state.mode = Mode::Finding(Stage::Asking);
}

/// Searches for words that were given with the command.
pub(in crate::model) fn search(state: &mut State, words: &str) -> Vec<Effect> {
    begin(state);
    if !matches!(state.mode, Mode::Finding(_)) {
        return vec![];
    }
    state.finding.line.insert(words);
    ask(state)
}

/// Does what a key means to the search. What it means nothing to is done as always.
pub(in crate::model) fn takes(
    state: &mut State,
    action: Option<Action>,
    key: Key,
) -> Option<Vec<Effect>> {
    let Mode::Finding(doing) = state.mode else { return None };
    if let Some(Action::Redraw | Action::Suspend | Action::Mouse) = action {
        return None;
    }
    match doing {
        Stage::Asking => asking(state, action, key),
        Stage::Listing => Some(listing(state, action, key)),
        Stage::Reading => reading(state, action, key),
    }
}

/// Something was pasted: it is searched for. Whether it was taken.
pub(in crate::model) fn pasted(state: &mut State, text: &str) -> bool {
    if !matches!(state.mode, Mode::Finding(Stage::Asking | Stage::Listing)) {
        return false;
    }
    state.mode = Mode::Finding(Stage::Asking);
    state.finding.line.insert(&text.replace(['\n', '\r'], " "));
    true
}

/// The wheel turned, lines upward: it walks where the list lies over the timeline.
pub(in crate::model) fn scrolled(state: &mut State, rows: isize) -> Option<Vec<Effect>> {
    (state.mode == Mode::Finding(Stage::Listing)).then(|| walk(state, rows))
}

/// Hits came.
pub(in crate::model) fn found(state: &mut State, found: Found) {
    let ours = state.log.resume().is_some_and(|(epoch, _)| epoch == found.epoch);
    let finding = &mut state.finding;
    let awaited = finding.asked.is_some_and(|(req, _)| found.req == Some(req));
    if !ours || !awaited || found.room != state.room {
        return;
    }
    let first = finding.hits.is_empty();
    finding.asked = None;
    // The server need not be honest: each page must lead further back, or it was the last.
    let mut bound = finding.next.unwrap_or(MAX_SEQ + 1);
    let mut hits = Vec::new();
    for mut line in found.hits.into_iter().take(MAX_HITS.into()) {
        if line.seq > 0 && line.seq < bound {
            bound = line.seq;
            crate::model::room::heard::bound(&mut line);
            state.ignoring.meet(&line.from);
            hits.push(line);
        }
    }
    hits.retain(|line| !state.ignores(&line.uid, &line.from));
    let finding = &mut state.finding;
    finding.hits.append(&mut hits);
    let before = finding.next.take();
    let further = |next: &u64| *next <= bound && before.is_none_or(|before| *next < before);
    let next = found.next.filter(further).filter(|_| found.more && bound > 1);
    finding.next = next.filter(|_| finding.hits.len() < MAX_FOUND);
    let nothing = finding.hits.is_empty() && finding.next.is_none();
    finding.trouble = nothing.then(|| state.language.search_nothing());
    if first && !finding.hits.is_empty() && state.mode == Mode::Finding(Stage::Asking) {
        state.mode = Mode::Finding(Stage::Listing);
    }
}

/// What was asked for will not be answered, for this reason.
pub(in crate::model) fn failed(state: &mut State, why: String) {
    if state.finding.asked.take().is_some() {
        state.finding.trouble = Some(why);
    }
}

/// The history is another one: nothing of the search is in it.
pub(in crate::model) fn abandon(state: &mut State) {
    state.past = None;
    let requests = state.finding.requests;
    state.finding = Finding { requests, ..Finding::default() };
    if let Mode::Finding(_) = state.mode {
        state.mode = Mode::Writing;
    }
}

/// Keys write what is searched for.
fn asking(state: &mut State, action: Option<Action>, key: Key) -> Option<Vec<Effect>> {
    let line = &mut state.finding.line;
    match action {
        Some(Action::Send | Action::Search) => return Some(ask(state)),
        Some(Action::Cancel) => leave(state),
        Some(Action::ClearOrQuit | Action::DeleteOrQuit) if line.is_empty() => leave(state),
        Some(Action::ClearOrQuit) => line.clear(),
        Some(Action::LineEnd) => _ = line.end(),
        Some(action) if edit(line, action) => {}
        Some(Action::Up | Action::Down | Action::PageUp) if !state.finding.hits.is_empty() => {
            state.mode = Mode::Finding(Stage::Listing);
        }
        Some(Action::PageUp | Action::PageDown) => return None,
        Some(_) => {}
        None => {
            if let Some(letter) = key.types() {
                line.type_in(letter.encode_utf8(&mut [0; 4]));
            }
        }
    }
    Some(vec![])
}

/// Keys walk in the list.
fn listing(state: &mut State, action: Option<Action>, key: Key) -> Vec<Effect> {
    let page = Geometry::now(state).map_or(1, |geometry| rows(geometry.timeline_rows));
    match (action, letters::does(letters::HITS, key)) {
        (Some(Action::Up), _) | (None, Some(Hits::Older)) => walk(state, 1),
        (Some(Action::Down), _) | (None, Some(Hits::Newer)) => walk(state, -1),
        (Some(Action::PageUp), _) => walk(state, page),
        (Some(Action::PageDown), _) => walk(state, -page),
        (Some(Action::LineStart), _) => walk(state, isize::MAX),
        (Some(Action::LineEnd | Action::Now), _) => walk(state, -isize::MAX),
        (Some(Action::Send), _) => go(state),
        (Some(Action::Cancel | Action::ClearOrQuit), _) => {
            leave(state);
            vec![]
        }
        (Some(Action::Search), _) | (None, Some(Hits::Again)) => {
            state.mode = Mode::Finding(Stage::Asking);
            vec![]
        }
        _ => {
            state.mode = Mode::Finding(Stage::Asking);
            asking(state, action, key).unwrap_or_default()
        }
    }
}

/// Keys read around a hit. Whoever writes has found what was searched for.
fn reading(state: &mut State, action: Option<Action>, key: Key) -> Option<Vec<Effect>> {
    match (action, letters::does(letters::HITS, key)) {
        (Some(Action::Up), _) | (None, Some(Hits::Older)) => {
            let mut effects = walk(state, 1);
            effects.extend(go(state));
            return Some(effects);
        }
        (Some(Action::Down), _) | (None, Some(Hits::Newer)) => {
            let mut effects = walk(state, -1);
            effects.extend(go(state));
            return Some(effects);
        }
        (Some(Action::Cancel | Action::Search), _) => {
            state.mode = Mode::Finding(Stage::Listing);
            return Some(vec![]);
        }
        (Some(Action::PageUp | Action::PageDown), _) => {}
        (Some(Action::Send), _) => {
            state.mode = Mode::Writing;
            return Some(vec![]);
        }
        _ => state.mode = Mode::Writing,
    }
    None
}

/// Asks for what is written.
fn ask(state: &mut State) -> Vec<Effect> {
    let finding = &mut state.finding;
    match Query::parse(finding.line.text()) {
        Ok(query) => {
            finding.query = Some(query);
            finding.hits.clear();
            (finding.at, finding.next) = (0, None);
            send(state)
        }
        Err(_) if finding.line.text().trim().is_empty() => vec![],
        Err(_) => {
            finding.trouble = Some(state.language.search_not_so());
            vec![]
        }
    }
}

/// Asks for the page of hits that comes next.
fn send(state: &mut State) -> Vec<Effect> {
    let finding = &mut state.finding;
    if !matches!(state.link, Standing::Live(_)) {
        finding.trouble = Some(state.language.search_no_link());
        return vec![];
    }
    finding.trouble = None;
    finding.requests += 1;
    finding.asked = Some((finding.requests, state.clock.now));
    vec![Effect::Search(Search {
        room: Some(state.room.clone()),
        query: finding.line.text().into(),
        before: finding.next,
        limit: Some(MAX_HITS),
        req: Some(finding.requests),
    })]
}

/// Goes that many hits further back, or forward, and asks for more near the end.
fn walk(state: &mut State, hits: isize) -> Vec<Effect> {
    let finding = &mut state.finding;
    let last = finding.hits.len().saturating_sub(1);
    finding.at = finding.at.saturating_add_signed(hits).min(last);
    let near = finding.at + AHEAD > last;
    if hits > 0 && near && finding.next.is_some() && finding.asked.is_none() {
        return send(state);
    }
    vec![]
}

/// Goes to the hit in the timeline.
fn go(state: &mut State) -> Vec<Effect> {
    let Some(seq) = state.finding.hits.get(state.finding.at).map(|hit| hit.seq) else {
        return vec![];
    };
    state.mode = Mode::Finding(Stage::Reading);
    let mut effects = vec![];
    if state.log.index_of(seq).is_some() {
        state.past = None;
    } else if state.past.as_ref().is_none_or(|past| past.log().index_of(seq).is_none()) {
        state.pasts += 1;
        let (past, asks) = Past::around(&state.log, seq, state.pasts << Past::REQUEST_BITS);
        state.past = Some(Box::new(past));
        effects.extend(asks.into_iter().map(Effect::Sync));
    }
    effects.extend(show(state, seq));
    effects
}

/// Brings a line into the window, with some of what was said before it.
pub(in crate::model) fn show(state: &mut State, seq: u64) -> Option<Effect> {
    let place = Place { seq, local: 0 };
    state.reading = Some(reading::anchor(state, place, 0));
    let geometry = Geometry::now(state)?;
    let (width, height) = (usize::from(geometry.columns), usize::from(geometry.timeline_rows));
    let top = reading::window(state, width, height).top;
    if let Some((top, row)) = top.filter(|&top| top != (place, 0)) {
        // It is so near the end that the window cannot begin with it: it is seen already.
        state.reading = Some(reading::anchor(state, top, row));
        return None;
    }
    reading::scroll(state, rows(geometry.timeline_rows / 3))
}

/// Goes back to where one was.
fn leave(state: &mut State) {
    state.mode = Mode::Writing;
    (state.reading, state.past) = std::mem::take(&mut state.finding.came_from);
    state.finding.asked = None;
}

fn rows(rows: u16) -> isize {
    isize::try_from(rows).unwrap_or(1)
}
