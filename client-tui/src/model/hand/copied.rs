//! What is copied, and what is opened: what somebody said, without what steers a terminal, and the
//! links in it; by commands counted from the newest.

use std::{borrow::Cow, iter};

use kpl_shared::file::File;

use crate::model::{
    effect::Effect,
    page::seen,
    room::timeline::{Item, Place, What},
    state::State,
    text::{clean, links::links},
};

/// How much is copied at once, in bytes: terminals take no more, or less of it without a word.
pub(super) const MAX_BYTES: usize = clean::MAX_TEXT_BYTES;
/// In how many of the newest messages links and files are looked for.
const LOOKED_THROUGH: usize = 5_000;

/// `/copy [N]`: copies the message that is so far from the newest.
pub(in crate::model) fn copy(state: &mut State, place: usize) -> Vec<Effect> {
    let words = state.language;
    let found = newest_first(state)
        .nth(place - 1)
        .map(|said| (clean::draft(&said.text), words.copied_of(&clean::name(said.from, 64))));
    let Some((text, done)) = found else {
        state.notify(words.no_such_message());
        return vec![];
    };
    state.notify(done);
    vec![Effect::Copy(text)]
}

/// `/open [N]`: opens the link that is so far from the newest.
pub(in crate::model) fn open(state: &mut State, place: usize) -> Vec<Effect> {
    let of = |said: Said<'_>| {
        let text = clean::draft(&said.text);
        let links = links(&text).into_iter().rev();
        links.map(|range| text[range].to_owned()).collect::<Vec<_>>()
    };
    let link = newest_first(state).take(LOOKED_THROUGH).flat_map(of).nth(place - 1);
    if link.is_none() {
        state.notify(state.language.no_such_link());
    }
    link.map(Effect::Open).into_iter().collect()
}

/// The files that were said and can be fetched, from the newest on.
pub(super) fn files(state: &State) -> impl Iterator<Item = &File> {
    let items = places(state).filter_map(|place| state.timeline().item(place));
    items.take(LOOKED_THROUGH).filter_map(|item| item.said_file())
}

/// What was said and is shown, from the newest on.
fn newest_first(state: &State) -> impl Iterator<Item = Said<'_>> {
    places(state).filter_map(|place| Said::at(state, place))
}

fn places(state: &State) -> impl Iterator<Item = Place> {
    let before = |place: Option<Place>| state.timeline().before(place);
    iter::successors(before(None), move |place| before(Some(*place)))
        .filter(|place| seen::can_be_selected(state, *place))
}

/// What somebody said, as far as one copies it.
pub(super) struct Said<'a> {
    pub(super) from: &'a str,
    is_action: bool,
    /// Of a file that can be fetched, where.
    pub(super) text: Cow<'a, str>,
}

impl<'a> Said<'a> {
    pub(super) fn at(state: &'a State, place: Place) -> Option<Self> {
        use kpl_shared::message::Kind;
        let item = state.timeline().item(place)?;
        let (from, kind, text) = match item {
            Item::Line(line) => (line.from, line.kind, line.text),
            Item::Waiting(waiting, ..) => {
                (state.name(), waiting.line.kind, waiting.line.text.as_str())
            }
            Item::Local(local) => match &local.what {
                What::Notice(_) => return None,
                What::Refused { kind, text, .. } | What::Said { own: true, kind, text, .. } => {
                    (state.name(), *kind, text.as_str())
                }
                What::Said { from, kind, text, .. } => {
                    (from.as_deref().unwrap_or("-"), *kind, text.as_str())
                }
            },
        };
        let address = item.said_file().map(|file| state.address_of(file).into());
        let text = address.unwrap_or(Cow::Borrowed(text));
        Some(Self { from, is_action: kind == Kind::Action, text })
    }

    pub(super) fn with_name(&self) -> String {
        let (from, text) = (clean::name(self.from, 64), clean::draft(&self.text));
        if self.is_action { format!("* {from} {text}") } else { format!("{from}: {text}") }
    }
}
