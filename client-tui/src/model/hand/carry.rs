//! Carrying files: what one asks for by `/upload`, `/save` and `/cancel`, and what the shell tells
//! of it; and whether their pictures are shown.

use kpl_shared::{file::File, message::Kind};

use crate::model::{
    effect::Effect,
    hand::{copied, path, said},
    room::{
        carrying::{Carried, Errand, News},
        pictures::Means,
    },
    state::{Standing, State},
    text::clean,
    words::files::FileTrouble,
};

/// How many files wait at once.
const MAX_WAITING: usize = 100;
/// How many columns of a name or a path are told.
const NAME_COLUMNS: usize = 200;

/// `/upload PATH`: brings files, to say each once the server has it. Where none are taken, the draft
/// stays.
pub(in crate::model) fn upload(state: &mut State, typed: &str) -> Vec<Effect> {
    let words = state.language;
    let paths = path::read(typed);
    if takes_none(state) {
        state.notify(words.no_files_here());
        return vec![];
    }
    if state.carrying.iter().len() + paths.len() > MAX_WAITING {
        state.notify(words.upload_too_many());
        return vec![];
    }
    if !state.is_linked() {
        state.notify(words.upload_later());
    }
    let mut effects = said::done(state);
    state.reading = None;
    for path in paths {
        state.carrying.push(Errand::Bring { path, most: 0 });
    }
    effects.extend(go(state));
    effects
}

/// `/save [N] [FOLDER]`: saves the file that is so far from the newest.
pub(in crate::model) fn save(state: &mut State, typed: &str) -> Vec<Effect> {
    let words = state.language;
    let (first, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let (place, folder) = match first.parse::<usize>() {
        Ok(place) => (place, rest),
        Err(_) => (1, typed),
    };
    let file = place.checked_sub(1).and_then(|before| copied::files(state).nth(before));
    let Some(file) = file.cloned() else {
        state.notify(words.no_such_file());
        return vec![];
    };
    if state.carrying.iter().len() >= MAX_WAITING {
        state.notify(words.upload_too_many());
        return vec![];
    }
    let folder = path::read(folder).into_iter().next().unwrap_or_default();
    state.carrying.push(Errand::Save { file: Box::new(file), folder });
    go(state).into_iter().collect()
}

/// `/cancel`: what is carried, and what waits for that, is left.
pub(in crate::model) fn cancel(state: &mut State) -> Vec<Effect> {
    let words = state.language;
    let left: Vec<String> = state.carrying.clear().iter().map(name).collect();
    if left.is_empty() {
        state.notify(words.nothing_carried());
        return vec![];
    }
    state.notify(words.carrying_left(&words.enumeration(&left)));
    vec![Effect::StopCarrying]
}

/// `/pictures [on|off]`: shows pictures from now on, or none.
pub(in crate::model) fn pictures(state: &mut State, how: &str) -> Vec<Effect> {
    let words = state.language;
    let wants = match how {
        "on" => true,
        "off" => false,
        "" => state.pictures.means == Means::Off,
        _ => {
            state.notify(said::usage(words, "/pictures"));
            return vec![];
        }
    };
    let able = state.pictures.able;
    if wants && able == Means::Off {
        state.notify(words.pictures_impossible());
        return vec![];
    }
    state.pictures.means = if wants { able } else { Means::Off };
    state.notify(if wants { words.pictures_on() } else { words.pictures_off() });
    state.pictures.forget()
}

/// Carries the next file, if it is its turn.
pub(in crate::model) fn go(state: &mut State) -> Option<Effect> {
    let is_live = matches!(state.link, Standing::Live(_));
    let takes = (is_live || takes_none(state)).then_some(state.file_bytes);
    while let Some((number, errand)) = state.carrying.depart(state.clock.now, takes) {
        if !matches!(errand, Errand::Bring { most: 0, .. }) {
            return Some(Effect::Carry(number, errand));
        }
        // The server is another than when one asked for it.
        told(state, number, News::Failed(FileTrouble::NotThere));
    }
    None
}

/// Whether it is known that the server takes no files.
fn takes_none(state: &State) -> bool {
    match state.link {
        Standing::Live(_) => state.file_bytes == 0,
        Standing::Plain => true,
        _ => false,
    }
}

/// The shell tells of a file that it carries.
pub(in crate::model) fn told(state: &mut State, number: u64, news: News) -> Vec<Effect> {
    let words = state.language;
    match news {
        News::Moved { done, of } => state.carrying.moved(number, done, of),
        News::Brought(file) => {
            return state.carrying.done(number).map_or_else(Vec::new, |_| say(state, file));
        }
        News::Saved(path) => {
            if let Some(carried) = state.carrying.done(number) {
                state.notify(words.saved(&name(&carried), &clean::name(&path, NAME_COLUMNS)));
            }
        }
        News::Failed(why) => {
            if let Some(carried) = state.carrying.hindered(number, &why, state.clock.now) {
                let why = clean::sentence(&why.sentence(words));
                let name = name(&carried);
                state.notify(match carried.errand {
                    Errand::Bring { .. } => words.not_brought(&name, &why),
                    Errand::Save { .. } => words.not_saved(&name, &why),
                });
            }
        }
    }
    vec![]
}

/// The server has the file, so it can be said. From here on it is a line like any other.
fn say(state: &mut State, file: Box<File>) -> Vec<Effect> {
    let name = file.name.clone();
    said::utter(state, Kind::File, name, Some(file))
}

/// The files that are carried, or wait for that, as one would tell whoever leaves.
pub fn unfinished(state: &State) -> Option<String> {
    let names: Vec<String> = state.carrying.iter().map(name).collect();
    (!names.is_empty()).then(|| state.language.enumeration(&names))
}

/// What a file is called that is carried.
pub(in crate::model) fn name(carried: &Carried) -> String {
    clean::name(carried.errand.name(), 64)
}
