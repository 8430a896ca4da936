//! Finding: what a word may become, the likeliest first.

use std::{cmp::Reverse, collections::HashSet};

use super::{
    pinyin::{self, Fit},
    word::{Sort, Word},
};
use crate::model::{
    hand::{
        command::{self, Takes},
        path::{self, Style},
    },
    state::State,
    text::clean,
};

/// The languages of the interface, each in its own words.
const LANGUAGES: [(&str, &str); 2] = [("zh", "中文"), ("en", "English")];
/// For how many minutes of quiet one may ask without counting them; none end it.
const MINUTES: [u32; 4] = [0, 15, 60, 480];
/// How many columns of a part of a path are shown.
const PATH_COLUMNS: usize = 64;
/// How many candidates are offered at most; whoever looks for more types another letter.
const MAX_CANDIDATES: usize = 100;

/// What a word may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is chosen by.
    pub shown: String,
    /// What is to be said of it.
    pub about: String,
    /// What goes in the place of the word.
    pub text: String,
}

/// What a word may become.
pub(super) fn candidates(state: &State, word: &Word) -> Vec<Candidate> {
    match word.sort {
        Sort::Command => commands(state, &word.query),
        Sort::Emoji => emoji(&word.query),
        Sort::Argument(takes) => arguments(state, takes, &word.query),
        Sort::Path { style, .. } => paths(state, word, style),
        Sort::Mention => people(state, &word.query, "@"),
        // A name that begins a line speaks to somebody.
        Sort::Bare => people(state, &word.query, if word.start == 0 { "@" } else { "" }),
    }
}

fn commands(state: &State, query: &str) -> Vec<Candidate> {
    let op = state.you.as_ref().is_some_and(|you| you.op);
    command::beginning(&format!("/{}", query.to_lowercase()), state.language, op)
        .map(|(word, form, about)| Candidate { shown: form, about, text: format!("{word} ") })
        .collect()
}

/// What there is for a path to go on with. A folder ends so that one can go on into it.
fn paths(state: &State, word: &Word, style: Style) -> Vec<Candidate> {
    let entries = state.completing.looking.entries(word).into_iter().flatten();
    let can_be_typed = entries.filter(|entry| clean::draft(&entry.name) == entry.name);
    let candidates = can_be_typed.filter_map(|entry| {
        let end = if entry.is_folder { "/" } else { "" };
        let text = path::written(&entry.name, style)? + end;
        let shown = clean::name(&entry.name, PATH_COLUMNS) + end;
        Some(Candidate { shown, about: String::new(), text })
    });
    candidates.take(MAX_CANDIDATES).collect()
}

/// What a command takes that begins so.
fn arguments(state: &State, takes: Takes, query: &str) -> Vec<Candidate> {
    let words = state.language;
    let all: Vec<(String, String)> = match takes {
        Takes::Somebody | Takes::Why | Takes::While => return people(state, query, ""),
        Takes::Nothing
        | Takes::NewName
        | Takes::Action
        | Takes::Words
        | Takes::Place
        | Takes::Path
        | Takes::PlaceAndFolder
        | Takes::Seconds
        | Takes::Many
        | Takes::Number => return vec![],
        Takes::Theme if !state.look.is_coloured() => return vec![],
        Takes::Theme => {
            state.look.names().into_iter().map(|name| (name.to_owned(), String::new())).collect()
        }
        Takes::Pictures => ["on", "off"].map(|how| (how.into(), String::new())).into(),
        Takes::Language => LANGUAGES.map(|(code, name)| (code.into(), name.into())).into(),
        Takes::Minutes => {
            let about = |minutes| match minutes {
                0 => words.quiet_no_longer(),
                minutes => words.quiet_so_long(minutes),
            };
            MINUTES.map(|minutes| (minutes.to_string(), about(minutes))).into()
        }
    };
    let lower = query.to_lowercase();
    all.into_iter()
        .filter(|(shown, _)| shown.to_lowercase().starts_with(&lower))
        .map(|(shown, about)| Candidate { text: shown.clone(), shown, about })
        .collect()
}

/// Those here, whoever spoke last first and oneself last; then those who spoke and left.
fn people(state: &State, query: &str, at: &str) -> Vec<Candidate> {
    let mut seen = HashSet::new();
    let mut found: Vec<(Found, &str, bool)> = Vec::new();
    let here = state.people.members.iter().map(|member| {
        let (uid, name) = (member.uid.as_str(), member.name.as_str());
        (name, member.guest, state.is_me(uid, name), state.spoken.seq(uid, name), true)
    });
    let spoke = state.spoken.iter().map(|(uid, turn)| {
        let name = turn.name.as_str();
        (name, turn.guest, state.is_me(uid, name), Some(turn.seq), false)
    });
    for (name, guest, own, spoke, present) in here.chain(spoke) {
        let Some(fit) = pinyin::fit(name, query) else { continue };
        if (own && !present) || !can_be_typed(name) || !seen.insert(name) {
            continue;
        }
        let order = found.len();
        let rank = Found { own, fit, absent: !present, spoke: Reverse(spoke), order };
        found.push((rank, name, guest));
    }
    found.sort_unstable_by_key(|(rank, ..)| *rank);
    found.truncate(MAX_CANDIDATES);
    found
        .into_iter()
        .map(|(rank, name, guest)| Candidate {
            shown: format!("{}{}", clean::name(name, 32), if guest { "?" } else { "" }),
            about: if rank.absent { state.language.not_here() } else { String::new() },
            text: format!("{at}{name} "),
        })
        .collect()
}

/// The order of people: what stands first counts most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    own: bool,
    absent: bool,
    fit: Fit,
    spoke: Reverse<Option<u64>>,
    order: usize,
}

/// Whether a name can be put into a draft as it is, which a server need not see to.
fn can_be_typed(name: &str) -> bool {
    !name.is_empty() && !name.contains(char::is_whitespace) && clean::draft(name) == name
}

fn emoji(query: &str) -> Vec<Candidate> {
    let mut found: Vec<(u8, &str, &emojis::Emoji)> = emojis::iter()
        .flat_map(|emoji| emoji.shortcodes().map(move |code| (code, emoji)))
        .filter_map(|(code, emoji)| {
            let rank = if code == query {
                0
            } else if code.starts_with(query) {
                1
            } else if code.split('_').any(|part| part.starts_with(query)) {
                2
            } else {
                return None;
            };
            Some((rank, code, emoji))
        })
        .collect();
    found.sort_by_key(|(rank, code, _)| (*rank, code.len()));
    let mut seen = HashSet::new();
    found.retain(|(.., emoji)| seen.insert(emoji.as_str()));
    found.truncate(MAX_CANDIDATES);
    found
        .into_iter()
        .map(|(_, code, emoji)| Candidate {
            shown: format!("{} :{code}:", emoji.as_str()),
            about: String::new(),
            text: emoji.as_str().into(),
        })
        .collect()
}
