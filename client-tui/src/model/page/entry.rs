//! An entry: one item of the timeline in words, and in rows of a width.

use std::{ops::Range, sync::Arc};

use kpl_shared::{file::File, message::Kind};

use crate::model::{
    page::{
        group::Head,
        picture,
        rows::{Ink, Piece, Row, TIME},
    },
    room::timeline::{Item, What},
    state::State,
    text::{
        clean, filed,
        spans::{Sort, Span, spans},
        wrap::wrap,
    },
};

/// The parts of an item, worded.
pub(super) struct Entry<'a> {
    state: &'a State,
    time: String,
    name: String,
    guest: bool,
    ink: Ink,
    text: String,
    text_ink: Ink,
    /// What of the text is more than text.
    spans: Vec<Span>,
    /// Where the file is fetched that it is about.
    link: Option<Arc<str>>,
    /// The file, if whoever is told of it can fetch it.
    file: Option<&'a File>,
    /// How an own line stands.
    mark: Option<String>,
    /// Why an own line was refused.
    wrong: Option<String>,
}

impl<'a> Entry<'a> {
    pub(super) fn of(state: &'a State, item: Item<'a>) -> Self {
        let words = state.language;
        let me = (state.name(), state.is_guest());
        let (from, kind, text) = match item {
            Item::Line(line) => ((line.from, line.guest), line.kind, line.text),
            Item::Waiting(waiting, ..) => (me, waiting.line.kind, waiting.line.text.as_str()),
            Item::Local(local) => match &local.what {
                What::Notice(text) => (("--", false), Kind::Unknown, text.as_str()),
                What::Refused { kind, text, .. } | What::Said { own: true, kind, text, .. } => {
                    (me, *kind, text.as_str())
                }
                What::Said { from, guest, kind, text, .. } => {
                    ((from.as_deref().unwrap_or("-"), *guest), *kind, text.as_str())
                }
            },
        };
        let mark = match item {
            Item::Line(line) => state.sent_in_this_run(line).then(|| words.delivered()),
            Item::Waiting(_, _, true) => Some(words.sent()),
            Item::Waiting(_, place, false) => Some(words.queued(place + 1)),
            Item::Local(local) => match &local.what {
                What::Said { own: true, .. } => Some(words.delivered()),
                _ => None,
            },
        };
        let wrong = match item {
            Item::Local(local) => match &local.what {
                What::Refused { why, .. } => Some(words.refused(why)),
                _ => None,
            },
            _ => None,
        };
        let ink = match kind {
            Kind::Unknown => Ink::Dim,
            _ => Ink::Name(hash(from.0)),
        };
        let file = item.file().map(|file| filed::told(words, file));
        let mut entry = Self {
            state,
            time: state.clock.time(item.at()),
            name: from.0.to_owned(),
            guest: from.1,
            ink,
            text: text.to_owned(),
            spans: vec![],
            link: None,
            file: item.said_file(),
            text_ink: if kind == Kind::Unknown { Ink::Dim } else { Ink::Said },
            mark,
            wrong,
        };
        if kind == Kind::Action {
            // Who acts stands in the sentence, as in "* 瑶 waves".
            entry.text = format!("* {} {text}", entry.shown_name(32));
            entry.text_ink = ink;
            entry.name.clear();
        }
        if let Some((told, name)) = file {
            entry.link = item.said_file().map(|file| state.address_of(file).into());
            entry.spans = vec![Span { range: name, sort: Sort::File }];
            (entry.text, entry.text_ink) = (told, Ink::Dim);
        } else if kind != Kind::Unknown {
            let own = item.is_own(|line| state.is_mine(line));
            entry.spans = spans(&entry.text, (!own).then(|| state.name()));
        }
        entry
    }

    /// What is said in it, as it stands in the rows.
    pub(super) fn said(&self) -> &str {
        &self.text
    }

    /// Time, name and text beside each other.
    pub(super) fn beside(&self, width: usize, head: &Head) -> Vec<Row> {
        let names = if width >= 90 { 16 } else { 10 };
        let text = TIME + 1 + names + 2;
        let mut rows = self.text_rows(text, width);
        if let Some(first) = rows.first_mut() {
            if head.named && !self.name.is_empty() {
                let name = self.shown_name(names);
                let at = TIME + 1 + names - clean::drawn_width(&name);
                first.insert(0, Piece::new(at, name, self.ink));
            }
            if head.timed {
                first.insert(0, Piece::new(0, self.time.clone(), Ink::Dim));
            }
        }
        rows
    }

    /// The name and the time in a row of their own, for windows that have no room for columns.
    pub(super) fn head(&self, width: usize, head: &Head) -> Option<Row> {
        if self.name.is_empty() {
            return head.timed.then(|| vec![Piece::new(0, self.time.clone(), Ink::Dim)]);
        }
        let name = self.shown_name(width - TIME - 1);
        let after = clean::drawn_width(&name) + 1;
        let row =
            vec![Piece::new(0, name, self.ink), Piece::new(after, self.time.clone(), Ink::Dim)];
        head.headed.then_some(row)
    }

    /// The text below its name.
    pub(super) fn below(&self, width: usize) -> Vec<Row> {
        self.text_rows(1, width)
    }

    /// The text from a column on, with what is to be said of it at the right or below.
    fn text_rows(&self, from: usize, width: usize) -> Vec<Row> {
        let columns = width - from;
        let mut rows =
            part_rows(&self.text, self.text_ink, &self.spans, self.link.as_ref(), from, width);
        if let Some(mark) = &self.mark {
            let used = rows.last().map_or(0, |row| row_width(row, from));
            let mark_width = clean::drawn_width(mark);
            if used + 1 + mark_width > columns {
                rows.push(Row::new());
            }
            if let Some(last) = rows.last_mut() {
                last.push(Piece::new(width - mark_width, mark.as_str(), Ink::Dim));
            }
        }
        if let Some(wrong) = &self.wrong {
            rows.extend(part_rows(wrong, Ink::Wrong, &[], None, from, width));
        }
        let sight = self.file.and_then(|file| picture::sight(self.state, file, columns));
        let slices = sight.iter().flat_map(picture::slices);
        rows.extend(
            slices.map(|slice| {
                vec![Piece { picture: Some(slice), ..Piece::new(from, "", Ink::Dim) }]
            }),
        );
        rows
    }

    fn shown_name(&self, columns: usize) -> String {
        if self.name.is_empty() {
            return String::new();
        }
        let mark = if self.guest { "?" } else { "" };
        format!("{}{mark}", clean::name(&self.name, columns - mark.len()))
    }
}

/// A text in rows, in its ink but for its spans.
fn part_rows(
    text: &str,
    ink: Ink,
    spans: &[Span],
    file: Option<&Arc<str>>,
    from: usize,
    width: usize,
) -> Vec<Row> {
    let leads = |span: &Span| match span.sort {
        Sort::Link => Some(text[span.range.clone()].into()),
        Sort::File => file.cloned(),
        Sort::Code | Sort::Mention => None,
    };
    let links: Vec<Option<Arc<str>>> = spans.iter().map(leads).collect();
    let rows = wrap(text, width - from).into_iter();
    rows.map(|row| {
        let mut pieces = Row::new();
        let mut column = from;
        let mut add = |part: Range<usize>, ink, link| {
            if !part.is_empty() {
                let piece = Piece { link, ..Piece::new(column, &text[part], ink) };
                column += clean::drawn_width(&piece.text);
                pieces.push(piece);
            }
        };
        let mut at = row.start;
        let first = spans.partition_point(|span| span.range.end <= row.start);
        for (span, link) in spans.iter().zip(&links).skip(first) {
            if span.range.start >= row.end {
                break;
            }
            add(at..span.range.start.max(at), ink, None);
            at = span.range.end.min(row.end);
            add(span.range.start.max(row.start)..at, ink_of(span.sort), link.clone());
        }
        add(at..row.end, ink, None);
        pieces
    })
    .collect()
}

fn ink_of(sort: Sort) -> Ink {
    match sort {
        Sort::Code => Ink::Code,
        Sort::Link | Sort::File => Ink::Link,
        Sort::Mention => Ink::Mention,
    }
}

/// How many columns the text of a row takes, less the white space that hangs over its edge.
fn row_width(row: &Row, from: usize) -> usize {
    row.last().map_or(0, |piece| piece.column - from + clean::drawn_width(piece.text.trim_end()))
}

/// A number that is the same for a name on every screen and in every run (FNV-1a).
pub(super) fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
