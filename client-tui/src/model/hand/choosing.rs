//! Choosing: which of several links is meant, by its digit.

use crate::model::{
    effect::Effect,
    hand::{
        keymap::Action,
        mode::{Mode, Sheet},
        selecting::{self, Selection},
    },
    key::Key,
    state::State,
    words::Language,
};

/// Several links, of which one is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The links with their digits, as they lie over the timeline.
    pub sheet: Sheet,
    links: Vec<String>,
    /// What was selected.
    selection: Selection,
}

impl Choice {
    /// A choice among at most nine links.
    pub fn of(language: Language, links: Vec<String>, selection: Selection) -> Self {
        let mut entries = vec![(language.choose_link(), String::new())];
        let numbered = (1..).zip(&links);
        entries.extend(numbered.map(|(number, link): (u32, _)| (number.to_string(), link.clone())));
        Self { sheet: Sheet::of(entries), links, selection }
    }
}

/// Opens the link of a digit; anything else goes back to what was selected.
pub(in crate::model) fn takes(
    state: &mut State,
    action: Option<Action>,
    key: Key,
) -> Option<Vec<Effect>> {
    let Mode::Choosing(choice) = &state.mode else { return None };
    let digit = key.types().and_then(|letter| letter.to_digit(10));
    let number = digit.and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1));
    if let Some(link) = number.and_then(|number| choice.links.get(number)) {
        let effect = Effect::Open(link.clone());
        selecting::leave(state);
        return Some(vec![effect]);
    }
    if matches!(action, Some(Action::Redraw | Action::Suspend | Action::Mouse)) {
        return None;
    }
    state.mode = Mode::Selecting(choice.selection.clone());
    Some(vec![])
}
