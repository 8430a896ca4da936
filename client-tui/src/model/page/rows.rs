//! Rows: an item of the timeline laid out for a width. Scrolling counts them and the view draws
//! them, so both see the same.

use std::sync::Arc;

use crate::model::{
    hand::keymap::Action,
    page::{entry::Entry, geometry::WIDE, group::Head, hits, legend},
    room::{
        pictures::Slice,
        timeline::{Item, Place},
        unread,
    },
    state::State,
    text::clean,
    words::clock::Day,
};

/// How many columns a time of day takes.
pub const TIME: usize = 5;

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
    /// The whole link that it is a part of.
    pub link: Option<Arc<str>>,
    /// The row of a picture that stands in its place.
    pub picture: Option<Slice>,
}

/// What a text is, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// What people say.
    Said,
    /// Code in what people say.
    Code,
    /// A link in what people say.
    Link,
    /// The reader's name in what others say.
    Mention,
    /// The line above what is not read.
    Unread,
    /// What only stands beside it.
    Dim,
    /// A name, in the colour of this number.
    Name(u32),
    /// Something that went wrong.
    Wrong,
    /// What stands over a part of a text.
    Heading,
    /// A word that was searched for, where it was found.
    Found,
    /// A key or a command, as one presses or types it.
    Key,
}

impl Piece {
    /// A text in an ink from a column on.
    pub fn new(column: usize, text: impl Into<String>, ink: Ink) -> Self {
        Self { column, text: text.into(), ink, link: None, picture: None }
    }
}

/// An item laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Laid {
    /// What stands above it because of what stands before it: the day, if it is the first of it,
    /// and in a narrow window the name. This can change when older lines come.
    pub above: Vec<Row>,
    /// The item itself, which is the same whatever stands around it but for a name or a time in
    /// the columns at the left.
    pub rows: Vec<Row>,
}

impl Laid {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.above.len() + self.rows.len()
    }

    /// Whether nothing of it is seen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of its first row, from which on those of the item itself count from 0.
    pub fn first(&self) -> isize {
        -isize::try_from(self.above.len()).unwrap_or(0)
    }
}

/// Lays out what stands at a place.
pub fn laid(state: &State, place: Place, width: usize) -> Laid {
    let Some(item) = state.timeline().item(place).filter(|item| !state.hides(item)) else {
        return Laid::default();
    };
    let new = unread_row(state, place, width);
    let head = match new {
        Some(_) => Head { day: Head::of(state, place, item).day, ..Head::whole() },
        None => Head::of(state, place, item),
    };
    let entry = Entry::of(state, item);
    let mark = |rows| marked(state, item, &entry, rows);
    let mut above: Vec<Row> = head.day.map(|day| day_row(state, day, width)).into_iter().collect();
    above.extend(new);
    if is_wide(width) {
        return Laid { above, rows: mark(entry.beside(width, &head)) };
    }
    above.extend(entry.head(width, &head));
    Laid { above, rows: mark(entry.below(width)) }
}

/// The first row of what stands at a place, with the name and the time that what stands before it
/// made needless; `None` where the name has rows of its own.
pub fn named(state: &State, place: Place, width: usize) -> Option<Row> {
    let item = state.timeline().item(place).filter(|_| is_wide(width))?;
    let entry = Entry::of(state, item);
    marked(state, item, &entry, entry.beside(width, &Head::whole())).into_iter().next()
}

/// The rows of an entry, with the words in them that are searched for.
fn marked(state: &State, item: Item<'_>, entry: &Entry, mut rows: Vec<Row>) -> Vec<Row> {
    if matches!(item, Item::Line(_)) {
        hits::mark(state, entry.said(), &mut rows);
    }
    rows
}

fn is_wide(width: usize) -> bool {
    width >= usize::from(WIDE)
}

/// The line above what is not read, if that begins here.
fn unread_row(state: &State, place: Place, width: usize) -> Option<Row> {
    if !unread::begins_at(state, place) {
        return None;
    }
    let (_, count, at) = unread::first(state)?;
    let words = state.language;
    let said = words.unread(count, &words.moment(&state.clock, at));
    let said = legend::with_key(state, said, Action::Unread);
    let across = state.look.glyphs.across();
    let text = clean::shortened(&format!("{} {said} ", across.repeat(3)), width);
    let rest = across.repeat(width - clean::drawn_width(&text));
    Some(vec![Piece::new(0, text + &rest, Ink::Unread)])
}

fn day_row(state: &State, day: Day, width: usize) -> Row {
    let text = format!("-- {} --", state.language.day(day));
    let column = width.saturating_sub(clean::drawn_width(&text)) / 2;
    vec![Piece::new(column, text, Ink::Dim)]
}
