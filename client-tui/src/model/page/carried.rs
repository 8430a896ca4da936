//! How far the file is that is carried: on the rule with a bar, and in the status line in a word.

use crate::model::{
    hand::carry,
    page::geometry::HELPED,
    room::carrying::{Carried, Errand},
    state::State,
    text::clean,
};

/// How many columns the bar has.
const BAR: usize = 20;
/// How many it has in a narrow window.
const SHORT_BAR: usize = 6;

/// What the rule says of it in a window of so many columns, if anything is carried.
pub fn said(state: &State, width: usize) -> Option<String> {
    let words = state.language;
    let first = state.carrying.first()?;
    let name = carry::name(first);
    let said = match (state.carrying.until(), &first.trouble) {
        _ if first.is_under_way() => {
            let columns = if width < HELPED.into() { SHORT_BAR } else { BAR };
            format!("{:>3}% {} {name}", first.percent(), bar(first, columns))
        }
        (Some(until), Some(why)) => {
            let left = u64::try_from(until.saturating_sub(state.clock.now)).unwrap_or(0);
            let why = clean::sentence(&why.sentence(words));
            words.carried_again(&name, &why, left.div_ceil(1_000))
        }
        _ => words.carried_later(&name),
    };
    Some(match state.carrying.iter().len() - 1 {
        0 => said,
        more => said + &words.carried_more(more),
    })
}

/// What the status line says of it.
pub fn brief(state: &State, wide: bool) -> Option<String> {
    let words = state.language;
    let first = state.carrying.first().filter(|first| first.is_under_way())?;
    let percent = first.percent();
    Some(match first.errand {
        _ if !wide => format!("{percent}%"),
        Errand::Bring { .. } => words.bringing(percent),
        Errand::Save { .. } => words.saving(percent),
    })
}

fn bar(carried: &Carried, columns: usize) -> String {
    let percent = usize::try_from(carried.percent()).unwrap_or(100);
    let done = columns * percent / 100;
    format!("[{}{}]", "#".repeat(done), "-".repeat(columns - done))
}
