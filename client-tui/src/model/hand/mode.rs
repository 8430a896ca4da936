//! The mode: what keys are for just now.

use crate::model::hand::{
    choosing::Choice, finding::Stage, seek::Seek, selecting::Selection, unlocking::Secret,
};

/// What keys are for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Mode {
    /// They write the draft.
    #[default]
    Writing,
    /// They look for something that one said.
    Seeking(Seek),
    /// They answer whether this paste shall be a draft.
    Asking(String),
    /// They say where to go; see [`super::jumping`].
    Jumping,
    /// They leaf in a sheet.
    Leafing(Sheet),
    /// They walk among the messages.
    Selecting(Selection),
    /// They choose one of several links.
    Choosing(Choice),
    /// They write the server's password, which is not shown.
    Unlocking(Secret),
    /// They search; see [`super::finding`].
    Finding(Stage),
}

/// A text of the program's own that lies over the timeline, such as the help, and how far one has
/// leafed in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The paragraphs: what stands at the left, and what it is about; a heading is about nothing.
    pub entries: Vec<(String, String)>,
    /// How many rows lie above the window.
    pub top: usize,
    /// Whether it lists who is here, and so changes as people come, go and write.
    pub lists_people: bool,
    /// What was selected, to which one goes back.
    pub over: Option<Selection>,
}

impl Sheet {
    /// A sheet, seen from its beginning.
    pub fn of(entries: Vec<(String, String)>) -> Self {
        Self { entries, ..Self::default() }
    }
}
