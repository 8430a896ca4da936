//! Hits: the list of what a search found, as rows, and where the words stand in what is read.

use std::ops::Range;

use kpl_shared::{message::Message, search::Query};
use unicode_segmentation::UnicodeSegmentation;

use crate::model::{
    hand::{
        finding::{Finding, Stage},
        mode::Mode,
    },
    page::{
        entry,
        geometry::WIDE,
        rows::{Ink, Piece, Row},
    },
    state::State,
    text::{clean, filed},
    words::Language,
};

/// How many columns a name has in the list.
const NAME: usize = 10;
/// How many columns are seen before the first word that was found, where not all is.
const BEFORE: usize = 8;

/// The rows of the list that are in the window, the newest hit at the bottom, if one lies there.
pub fn window(state: &State, width: usize, height: usize) -> Option<Vec<Row>> {
    let finding = &state.finding;
    if state.mode != Mode::Finding(Stage::Listing) || finding.hits.is_empty() {
        return None;
    }
    let rows_each = if width >= usize::from(WIDE) { 1 } else { 2 };
    let seen = (height / rows_each).max(1);
    let last = finding.hits.len() - 1;
    // The hit that one is at stands in the middle, but for both ends.
    let newest = finding.at.saturating_sub(seen / 2).min((last + 1).saturating_sub(seen));
    let oldest = (newest + seen - 1).min(last);
    let rows = (newest..=oldest).rev().flat_map(|at| hit(state, finding, at, width));
    Some(rows.take(height).collect())
}

/// Marks the words that are searched for in the rows of a text, while one reads around a hit.
pub fn mark(state: &State, text: &str, rows: &mut [Row]) {
    let (Mode::Finding(Stage::Reading), Some(query)) = (state.mode.clone(), &state.finding.query)
    else {
        return;
    };
    let places = query.places(text);
    if places.is_empty() {
        return;
    }
    let mut from = 0;
    for row in rows {
        let pieces = std::mem::take(row);
        for piece in pieces {
            let is_said = !matches!(piece.ink, Ink::Dim | Ink::Name(_) | Ink::Wrong);
            // The pieces of a text stand in its order, each once.
            match text.get(from..).and_then(|rest| rest.find(&piece.text)).filter(|_| is_said) {
                Some(at) => {
                    let start = from + at;
                    from = start + piece.text.len();
                    row.extend(split(&piece, start, &places));
                }
                None => row.push(piece),
            }
        }
    }
}

/// A hit as rows: which one is at, when, who, and what around the first of the words.
fn hit(state: &State, finding: &Finding, at: usize, width: usize) -> Vec<Row> {
    let Some(line) = finding.hits.get(at) else { return vec![] };
    let here = if at == finding.at { ">" } else { " " };
    let when = match state.clock.day(line.at) {
        Some(day) => format!("{:02}-{:02} {}", day.month, day.day, state.clock.time(line.at)),
        None => state.clock.time(line.at),
    };
    let name_at = 2 + when.len() + 1;
    let mut head = vec![
        Piece::new(0, here, Ink::Key),
        Piece::new(2, &when, if at == finding.at { Ink::Key } else { Ink::Dim }),
    ];
    let wide = width >= usize::from(WIDE);
    let name = clean::name(&line.from, if wide { NAME } else { width - name_at });
    let name_width = clean::drawn_width(&name);
    let ink = Ink::Name(entry::hash(&line.from));
    if wide {
        head.push(Piece::new(name_at + NAME - name_width, &name, ink));
        let from = name_at + NAME + 2;
        head.extend(excerpt(state.language, line, finding.query.as_ref(), from, width));
        return vec![head];
    }
    head.push(Piece::new(name_at, &name, ink));
    vec![head, excerpt(state.language, line, finding.query.as_ref(), 2, width)]
}

/// As much of a line as fits into a row, from a little before the first of the words.
fn excerpt(
    words: Language,
    line: &Message,
    query: Option<&Query>,
    from: usize,
    width: usize,
) -> Row {
    let columns = width.saturating_sub(from).max(1);
    let said = filed::said(words, line.kind, &line.text, line.file.as_deref());
    let text = said.replace(['\n', '\r', '\t'], " ");
    let places = query.map(|query| query.places(&text)).unwrap_or_default();
    let first = places.first().map_or(0, |place| place.start);
    let mut start = 0;
    if clean::drawn_width(&text) > columns {
        let mut before = 0;
        start = first;
        for (at, grapheme) in text[..first].grapheme_indices(true).rev() {
            before += clean::drawn_width(grapheme);
            if before > BEFORE.min(columns / 2) {
                break;
            }
            start = at;
        }
    }
    let mut row = Row::new();
    let mut column = from;
    if start > 0 {
        row.push(Piece::new(column, "..", Ink::Dim));
        column += 2;
    }
    let shown = clean::shortened(&text[start..], (from + columns).saturating_sub(column));
    let end = start + shown.trim_end_matches(['…', '.']).len().min(text.len() - start);
    let end = text.floor_char_boundary(end);
    row.extend(split(&Piece::new(column, &text[start..end], Ink::Said), start, &places));
    let drawn = clean::drawn_width(&text[start..end]);
    if let Some(rest) = shown.get(end - start..).filter(|rest| !rest.is_empty()) {
        row.push(Piece::new(column + drawn, rest, Ink::Said));
    }
    row
}

/// A piece of a text that begins at `start` in it, cut where words that were found begin and end.
fn split(whole: &Piece, start: usize, places: &[Range<usize>]) -> Vec<Piece> {
    let end = start + whole.text.len();
    let mut pieces = Vec::new();
    let mut column = whole.column;
    let mut add = |range: Range<usize>, ink| {
        if let Some(text) = whole.text.get(range.start - start..range.end - start)
            && !text.is_empty()
        {
            pieces.push(Piece { link: whole.link.clone(), ..Piece::new(column, text, ink) });
            column += clean::drawn_width(text);
        }
    };
    let mut done = start;
    for place in places {
        let (from, to) = (place.start.clamp(done, end), place.end.clamp(done, end));
        add(done..from, whole.ink);
        add(from..to, Ink::Found);
        done = to;
    }
    add(done..end, whole.ink);
    pieces
}
