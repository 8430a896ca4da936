//! Rows: an item of the timeline laid out for a width. Scrolling counts them and the view draws
//! them, so both see the same.

use kpl_shared::message::Kind;

use crate::model::{
    page::geometry::WIDE,
    room::timeline::{Item, Place, What},
    state::State,
    text::{clean, wrap::wrap},
    words::clock::Day,
};

/// How many columns a time of day takes.
pub const TIME: usize = 5;
/// How many hidden items are passed over when the day of the item before is looked for.
const MAX_LOOK_BACK: usize = 16;

/// One row of the screen.
pub type Row = Vec<Piece>;

/// A piece of a row: one text in one ink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The column that it begins in.
    pub column: usize,
    /// The text, as it came: it is drawn through [`clean::shown`].
    pub text: String,
    /// The ink.
    pub ink: Ink,
}

/// What a text is, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// What people say.
    Said,
    /// What only stands beside it.
    Dim,
    /// A name, in the colour of this number.
    Name(u32),
    /// Something that went wrong.
    Wrong,
    /// What stands over a part of a text.
    Heading,
    /// A key or a command, as one presses or types it.
    Key,
}

/// An item laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Laid {
    /// The day, if the item is the first of it.
    pub day: Option<Row>,
    /// The item itself.
    pub rows: Vec<Row>,
}

impl Laid {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len() + usize::from(self.day.is_some())
    }

    /// Whether nothing of it is seen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Lays out what stands at a place.
pub fn laid(state: &State, place: Place, width: usize) -> Laid {
    let Some(item) = state.timeline().item(place).filter(|item| !item.is_hidden()) else {
        return Laid::default();
    };
    let entry = Entry::of(state, item);
    let rows = if width >= usize::from(WIDE) { entry.wide(width) } else { entry.narrow(width) };
    let day = first_of_its_day(state, place, item).map(|day| day_row(state, day, width));
    Laid { day, rows }
}

/// The parts of an item, worded.
struct Entry {
    time: String,
    name: String,
    guest: bool,
    ink: Ink,
    text: String,
    text_ink: Ink,
    /// How an own line stands.
    mark: Option<String>,
    /// Why an own line was refused.
    wrong: Option<String>,
}

impl Entry {
    fn of(state: &State, item: Item<'_>) -> Self {
        let words = state.language;
        let me = (state.name(), state.is_guest());
        let (from, kind, text) = match item {
            Item::Line(line) => ((line.from.as_str(), line.guest), line.kind, &line.text),
            Item::Waiting(waiting, ..) => (me, waiting.line.kind, &waiting.line.text),
            Item::Local(local) => match &local.what {
                What::Notice(text) => (("--", false), Kind::Unknown, text),
                What::Refused { kind, text, .. } | What::Said { own: true, kind, text, .. } => {
                    (me, *kind, text)
                }
                What::Said { from, guest, kind, text, .. } => {
                    ((from.as_deref().unwrap_or("-"), *guest), *kind, text)
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
        let mut entry = Self {
            time: state.clock.time(item.at()),
            name: from.0.to_owned(),
            guest: from.1,
            ink,
            text: text.clone(),
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
        entry
    }

    /// Time, name and text beside each other.
    fn wide(&self, width: usize) -> Vec<Row> {
        let names = if width >= 100 { 16 } else { 10 };
        let text = TIME + 1 + names + 2;
        let mut rows = self.text_rows(text, width);
        let name = self.shown_name(names);
        let at = TIME + 1 + names - clean::drawn_width(&name);
        if let Some(first) = rows.first_mut() {
            first.insert(0, piece(at, name, self.ink));
            first.insert(0, piece(0, self.time.clone(), Ink::Dim));
        }
        rows
    }

    /// The name above the text, for windows that have no room for columns.
    fn narrow(&self, width: usize) -> Vec<Row> {
        let name = self.shown_name(width - TIME - 1);
        let after = if name.is_empty() { 0 } else { clean::drawn_width(&name) + 1 };
        let head = vec![piece(0, name, self.ink), piece(after, self.time.clone(), Ink::Dim)];
        std::iter::once(head).chain(self.text_rows(1, width)).collect()
    }

    /// The text from a column on, with what is to be said of it at the right or below.
    fn text_rows(&self, from: usize, width: usize) -> Vec<Row> {
        let columns = width - from;
        let mut rows = part_rows(&self.text, self.text_ink, from, width);
        if let Some(mark) = &self.mark {
            let used = rows.last().map_or(0, row_width);
            let mark_width = clean::drawn_width(mark);
            if used + 1 + mark_width > columns {
                rows.push(Row::new());
            }
            if let Some(last) = rows.last_mut() {
                last.push(piece(width - mark_width, mark.clone(), Ink::Dim));
            }
        }
        if let Some(wrong) = &self.wrong {
            rows.extend(part_rows(wrong, Ink::Wrong, from, width));
        }
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

fn part_rows(text: &str, ink: Ink, from: usize, width: usize) -> Vec<Row> {
    let rows = wrap(text, width - from);
    rows.into_iter().map(|row| vec![piece(from, text[row].to_owned(), ink)]).collect()
}

/// How many columns the text of a row takes, less the white space that hangs over its edge.
fn row_width(row: &Row) -> usize {
    row.iter().map(|piece| clean::drawn_width(piece.text.trim_end())).sum()
}

fn piece(column: usize, text: String, ink: Ink) -> Piece {
    Piece { column, text, ink }
}

fn day_row(state: &State, day: Day, width: usize) -> Row {
    let text = format!("-- {} --", state.language.day(day));
    let column = width.saturating_sub(clean::drawn_width(&text)) / 2;
    vec![piece(column, text, Ink::Dim)]
}

/// The day of an item, if what stands before it is of another.
fn first_of_its_day(state: &State, place: Place, item: Item<'_>) -> Option<Day> {
    let day = state.clock.day(item.at())?;
    let timeline = state.timeline();
    let mut before = Some(place);
    for _ in 0..MAX_LOOK_BACK {
        before = timeline.before(before);
        let Some(item) = before.map(|place| timeline.item(place)) else { break };
        if let Some(item) = item.filter(|item| !item.is_hidden()) {
            return (state.clock.day(item.at()) != Some(day)).then_some(day);
        }
    }
    Some(day)
}

/// A number that is the same for a name on every screen and in every run (FNV-1a).
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
