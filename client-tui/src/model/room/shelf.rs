//! The shelf: lines in their order, packed so that a great many fit.
//!
//! Few people say many lines, so who said a line is kept once for all lines in a row of theirs; a
//! line's number follows from its place.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::Arc,
};

use kpl_shared::{
    file::File,
    message::{Kind, Message},
};

/// How many authors are remembered at once; a line of another one brings its own.
const MAX_AUTHORS: usize = 1_024;
/// What a line takes beside its texts, about, with what the allocator adds.
const LINE_BYTES: usize = 100;
/// What a file takes beside its name, about.
const FILE_BYTES: usize = 240;

/// Lines with numbers that follow each other.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    lines: VecDeque<Packed>,
    /// The number of the first line.
    first: u64,
    authors: HashSet<Arc<Author>>,
    /// What the few lines are about that are about a file, by their numbers.
    files: BTreeMap<u64, Box<File>>,
    bytes: usize,
}

/// A line as it stands on the shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number in its room.
    pub seq: u64,
    /// When the server took it, in milliseconds since 1970, UTC.
    pub at: i64,
    /// The name of whoever said it.
    pub from: &'a str,
    /// The identity of whoever said it.
    pub uid: &'a str,
    /// Whether that is a guest.
    pub guest: bool,
    /// The author's own id for it.
    pub cid: Option<&'a str>,
    /// What sort of line it is.
    pub kind: Kind,
    /// What was said.
    pub text: &'a str,
    /// The file that it is about.
    pub file: Option<&'a File>,
}

#[derive(Debug, Clone)]
struct Packed {
    at: i64,
    by: Arc<Author>,
    kind: Kind,
    cid: Option<Box<str>>,
    text: Box<str>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Author {
    from: String,
    uid: String,
    guest: bool,
}

impl Shelf {
    /// Puts a line at the end. Its number is the one after the last, or any if there is none.
    pub fn push_back(&mut self, line: Message) {
        if self.lines.is_empty() {
            self.first = line.seq;
        }
        let line = self.pack(line);
        if self.lines.len() == self.lines.capacity() {
            // By an eighth, rather than twofold: most of a large shelf is to be lines.
            self.lines.reserve_exact(self.lines.len() / 8 + 64);
        }
        self.lines.push_back(line);
    }

    /// Puts a line before the first. Its number is the one before it.
    pub fn push_front(&mut self, line: Message) {
        self.first = line.seq;
        let line = self.pack(line);
        self.lines.push_front(line);
    }

    /// Drops the first line; whether there was one.
    pub fn pop_front(&mut self) -> bool {
        let Some(line) = self.lines.pop_front() else { return false };
        let file = self.files.remove(&self.first);
        self.first += 1;
        self.bytes -= line.bytes() + weight(file.as_deref());
        true
    }

    /// Drops all lines.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Gives back the room that is not used.
    pub fn shrink(&mut self) {
        self.lines.shrink_to(self.lines.len() / 8 * 9 + 64);
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many bytes the lines take, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of the first line, if there is one.
    pub fn first(&self) -> Option<u64> {
        (!self.lines.is_empty()).then_some(self.first)
    }

    /// The line at a place, counted from the first.
    pub fn get(&self, index: usize) -> Option<Line<'_>> {
        self.lines.get(index).map(|line| self.unpacked(line, self.first + index as u64))
    }

    /// The lines from a place on, in order.
    pub fn from(
        &self,
        index: usize,
    ) -> impl DoubleEndedIterator<Item = Line<'_>> + ExactSizeIterator {
        let index = index.min(self.lines.len());
        let first = self.first + index as u64;
        let lines = self.lines.range(index..).enumerate();
        lines.map(move |(at, line)| self.unpacked(line, first + at as u64))
    }

    fn pack(&mut self, line: Message) -> Packed {
        let Message { seq, at, from, uid, guest, cid, kind, text, file } = line;
        let author = Author { from, uid, guest };
        let by = if let Some(known) = self.authors.get(&author) {
            known.clone()
        } else {
            if self.authors.len() >= MAX_AUTHORS {
                self.authors.clear();
            }
            let author = Arc::new(author);
            self.authors.insert(author.clone());
            author
        };
        let packed = Packed {
            at,
            by,
            kind,
            cid: cid.map(String::into_boxed_str),
            text: text.into_boxed_str(),
        };
        self.bytes += packed.bytes() + weight(file.as_deref());
        self.files.extend(file.map(|file| (seq, file)));
        packed
    }

    fn unpacked<'a>(&'a self, line: &'a Packed, seq: u64) -> Line<'a> {
        Line {
            seq,
            at: line.at,
            from: &line.by.from,
            uid: &line.by.uid,
            guest: line.by.guest,
            cid: line.cid.as_deref(),
            kind: line.kind,
            text: &line.text,
            file: self.files.get(&seq).map(Box::as_ref),
        }
    }
}

impl<'a> From<&'a Message> for Line<'a> {
    fn from(line: &'a Message) -> Self {
        Self {
            seq: line.seq,
            at: line.at,
            from: &line.from,
            uid: &line.uid,
            guest: line.guest,
            cid: line.cid.as_deref(),
            kind: line.kind,
            text: &line.text,
            file: line.file.as_deref(),
        }
    }
}

impl Line<'_> {
    /// The line as it came.
    pub fn to_message(self) -> Message {
        Message {
            seq: self.seq,
            at: self.at,
            from: self.from.to_owned(),
            uid: self.uid.to_owned(),
            guest: self.guest,
            cid: self.cid.map(str::to_owned),
            kind: self.kind,
            text: self.text.to_owned(),
            file: self.file.cloned().map(Box::new),
        }
    }
}

impl Packed {
    /// Whoever said it counts with each line: many people with long names are as heavy.
    fn bytes(&self) -> usize {
        let cid = self.cid.as_ref().map_or(0, |cid| cid.len());
        LINE_BYTES + self.by.from.len() + self.by.uid.len() + self.text.len() + cid
    }
}

/// What a file takes beside the line about it, about.
fn weight(file: Option<&File>) -> usize {
    file.map_or(0, |file| FILE_BYTES + file.name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        let (name, media) = ("a.png".into(), "image/png".into());
        let hash = kpl_shared::file::Hash::from_bytes([7; 32]);
        File { hash, name, size: 9, media, width: Some(3), height: None }
    }

    fn line(seq: u64, from: &str) -> Message {
        Message {
            seq,
            at: 7,
            from: from.into(),
            uid: format!("uid of {from}"),
            guest: from.is_empty(),
            cid: seq.is_multiple_of(2).then(|| format!("cid-{seq}")),
            kind: Kind::Action,
            text: format!("line {seq}"),
            file: seq.is_multiple_of(3).then(|| Box::new(file())),
        }
    }

    #[test]
    fn a_line_comes_back_as_it_went() {
        let mut shelf = Shelf::default();
        let lines: Vec<Message> =
            (3..9).map(|seq| line(seq, if seq > 5 { "瑶" } else { "" })).collect();

        for line in &lines[2..] {
            shelf.push_back(line.clone());
        }
        shelf.push_front(lines[1].clone());
        shelf.push_front(lines[0].clone());

        let back: Vec<Message> = shelf.from(0).map(Line::to_message).collect();
        assert_eq!(back, lines);
        assert_eq!(shelf.get(2).map(Line::to_message).as_ref(), lines.get(2));
        assert_eq!((shelf.first(), shelf.len()), (Some(3), 6));
    }

    #[test]
    fn what_is_dropped_weighs_nothing_any_more() {
        let mut shelf = Shelf::default();
        for seq in 1..=2 * MAX_AUTHORS as u64 {
            shelf.push_back(line(seq, &seq.to_string()));
        }
        assert!(shelf.authors.len() <= MAX_AUTHORS);

        while shelf.pop_front() {}

        assert_eq!((shelf.bytes(), shelf.first()), (0, None));
    }
}
