//! What the person says and asks for: lines and commands.

use kpl_shared::{file::File, message::Kind, names::Name, text::Text};

use crate::model::{
    effect::{Effect, Outgoing},
    hand::{
        carry,
        command::{self, Command, Misread},
        copied, finding, ignore, inviting, keymap, letters,
        mode::{Mode, Sheet},
        orders, vi, whois,
    },
    key::Key,
    page::roster,
    room::{people::Folding, timeline::What},
    state::{Standing, State},
    text::clean,
    words::Language,
};

/// How many minutes of quiet one can ask for: a week.
const MAX_QUIET_MINUTES: u32 = 7 * 24 * 60;

/// Enter: the draft is sent, or done as a command. What cannot be stays in the composer.
pub(in crate::model) fn submitted(state: &mut State) -> Vec<Effect> {
    if state.composer.text().trim().is_empty() {
        return reconnect(state);
    }
    let words = state.language;
    match command::read(state.composer.text()) {
        Ok(Command::Say(kind, text)) => return say(state, kind, text),
        Ok(Command::Upload(paths)) => return carry::upload(state, &paths),
        Ok(Command::Nick(name)) => return rename(state, &name),
        Ok(Command::Search(words)) => {
            state.composer.take();
            return finding::search(state, &words);
        }
        Ok(command) => {
            let mut effects = done(state);
            state.reading = None;
            effects.extend(obey(state, &command));
            return effects;
        }
        Err(Misread::Unknown(word)) => {
            state.notify(words.unknown_command(&clean::name(&word, 40)));
        }
        Err(Misread::Incomplete(word)) => {
            state.notify(usage(words, word));
        }
    }
    vec![]
}

/// Lists the commands and the keys.
pub(in crate::model) fn help(state: &mut State) {
    let words = state.language;
    let mut entries = command::help(words);
    entries.push((words.help_keys(), String::new()));
    for entry in keymap::TABLE {
        let keys: Vec<String> = state.keymap.keys(entry).iter().map(Key::to_string).collect();
        if !keys.is_empty() {
            entries.push((keys.join(" "), (entry.help)(words)));
        }
    }
    entries.push((words.help_selecting(), String::new()));
    entries.extend(letters::help(letters::SELECTING, words));
    entries.push((words.help_hits(), String::new()));
    entries.extend(letters::help(letters::HITS, words));
    if state.vi.is_some() {
        entries.push((words.help_vi(), String::new()));
        entries.extend(vi::help(words));
    }
    entries.extend(command::help_for_operators(words));
    state.mode = Mode::Leafing(Sheet::of(entries));
}

/// Folds the list of people in or out, or lays it over the timeline where there is no room for it.
pub(in crate::model) fn fold_people(state: &mut State) {
    let columns = state.size.0;
    if !roster::fits(columns) || state.link == Standing::Plain {
        state.mode = Mode::Leafing(roster::sheet(state));
        return;
    }
    state.folding = if roster::is_seen(state, columns) { Folding::Off } else { Folding::On };
}

/// Says who is here.
pub(in crate::model) fn names(state: &mut State) {
    if !roster::fits(state.size.0) {
        state.mode = Mode::Leafing(roster::sheet(state));
        return;
    }
    let Some(total) = state.people.total else {
        return state.notify(state.language.names_unknown());
    };
    let names: Vec<String> = state
        .people
        .members
        .iter()
        .map(|member| format!("{}{}", clean::name(&member.name, 64), roster::mark(member)))
        .collect();
    state.notify(state.language.names(total, &state.language.enumeration(&names)));
}

fn obey(state: &mut State, command: &Command) -> Vec<Effect> {
    match command {
        Command::Help => help(state),
        Command::Names if matches!(state.link, Standing::Live(_)) => {
            state.names_wanted = true;
            return vec![Effect::Who];
        }
        Command::Names => names(state),
        Command::Pictures(how) => return carry::pictures(state, how),
        Command::Theme(name) => theme(state, name),
        Command::Clear => {
            state.log.keep(0);
            state.locals.clear();
        }
        Command::Whois(name) => whois::show(state, name),
        Command::Speak(name) => match Language::named(name) {
            Some(language) => state.language = language,
            None => state.notify(state.language.lang_unknown(&clean::name(name, 20))),
        },
        Command::Quiet(minutes) => quiet(state, minutes),
        Command::Ignore(name) if name.is_empty() => ignore::list(state),
        Command::Ignore(name) => return ignore::ignore(state, name),
        Command::Unignore(name) => return ignore::unignore(state, name),
        Command::Copy(place) => return counted(state, "/copy", place, copied::copy),
        Command::Open(place) => return counted(state, "/open", place, copied::open),
        Command::Save(what) => return carry::save(state, what),
        Command::Cancel => return carry::cancel(state),
        Command::Key => inviting::key(state),
        Command::Reconnect if state.is_linked() => state.notify(state.language.linked_already()),
        Command::Reconnect => return vec![Effect::Reconnect],
        Command::Order(verb, rest) => return orders::give(state, *verb, rest),
        Command::Quit => return vec![Effect::Quit],
        Command::Say(..) | Command::Nick(_) | Command::Search(_) | Command::Upload(_) => {}
    }
    vec![]
}

/// Does something with what is so far from the newest, which is the first.
fn counted(
    state: &mut State,
    word: &str,
    place: &str,
    does: fn(&mut State, usize) -> Vec<Effect>,
) -> Vec<Effect> {
    match place.parse() {
        Ok(place @ 1..) => does(state, place),
        _ if place.is_empty() => does(state, 1),
        _ => {
            state.notify(usage(state.language, word));
            vec![]
        }
    }
}

/// How a command is written.
pub(super) fn usage(words: Language, word: &str) -> String {
    let form = command::explained(word, words).map(|(form, _)| form);
    words.usage(form.as_deref().unwrap_or(word))
}

/// Takes another theme, or says which there are.
fn theme(state: &mut State, name: &str) {
    let words = state.language;
    if !state.look.is_coloured() {
        return state.notify(words.themes_off());
    }
    if name.is_empty() || !state.look.take(name) {
        let all = words.enumeration(&state.look.names());
        let said = words.themes(state.look.theme.name, &all);
        let known = name.is_empty() || state.look.names().contains(&name);
        let unknown = (!known).then(|| words.no_theme(&clean::name(name, 40)));
        state.notify(unknown.map_or(said.clone(), |unknown| unknown + &said));
    }
}

/// Asks for quiet, for so many minutes if they are given, or for no more of it.
fn quiet(state: &mut State, minutes: &str) {
    let (words, now) = (state.language, state.clock.now);
    let said = match minutes.parse() {
        Ok(minutes @ 1..=MAX_QUIET_MINUTES) => {
            state.attention.quieten(Some(minutes), now);
            words.quiet_for_minutes(minutes)
        }
        _ if minutes == "0" || (minutes.is_empty() && state.attention.quiet(now).is_some()) => {
            state.attention.unquieten();
            words.quiet_no_more()
        }
        _ if minutes.is_empty() => {
            state.attention.quieten(None, now);
            words.quiet_now()
        }
        _ => words.quiet_wrong(),
    };
    state.notify(said);
}

fn say(state: &mut State, mut kind: Kind, mut text: String) -> Vec<Effect> {
    if state.link == Standing::Plain && kind == Kind::Action {
        // A plain server knows no kinds, only text.
        text = format!("* {} {text}", state.name());
        kind = Kind::Text;
    }
    text.truncate(rows_end(&text));
    let text = match Text::parse(text, state.text_bytes) {
        Ok(text) => text.into_string(),
        Err(refusal) => {
            let why = state.language.refusal(refusal.code, &refusal.message);
            state.notify(state.language.refused(&why));
            return vec![];
        }
    };
    let mut effects = done(state);
    state.reading = None;
    effects.extend(utter(state, kind, text, None));
    effects
}

/// A line goes into the outbox, and from there on its way.
pub(super) fn utter(
    state: &mut State,
    kind: Kind,
    text: String,
    file: Option<Box<File>>,
) -> Vec<Effect> {
    state.cids += 1;
    let line = Outgoing { cid: format!("{}-{}", state.cid_prefix, state.cids), kind, text, file };
    state.outbox.push(line.clone(), state.clock.now);
    let mut effects = vec![Effect::Keep(line)];
    effects.extend(state.depart());
    effects
}

/// Where the last row ends that says anything. Lines that are copied end in a line's end, which
/// everybody would see as an empty row.
fn rows_end(text: &str) -> usize {
    let said = text.trim_end().len();
    text[said..].find('\n').map_or(text.len(), |end| said + end)
}

/// The draft was sent or obeyed, and is kept for recall unless it begins with a space.
pub(super) fn done(state: &mut State) -> Vec<Effect> {
    let draft = state.composer.take();
    if draft.starts_with(' ') { vec![] } else { vec![Effect::Record(draft)] }
}

fn rename(state: &mut State, name: &str) -> Vec<Effect> {
    match Name::parse(name) {
        Ok(name) => {
            let mut effects = done(state);
            state.wanted = name.as_str().into();
            // Until the new name is let in, this is the one to go back to.
            state.former = state.you.take().map(|you| you.name).or(state.former.take());
            effects.push(Effect::Rename(name.into()));
            effects
        }
        Err(error) => {
            let why = clean::sentence(&state.language.name_error(&error));
            state.notify(state.language.name_invalid(&why));
            vec![]
        }
    }
}

/// Enter with nothing to say: tries to connect, if there is no link.
fn reconnect(state: &mut State) -> Vec<Effect> {
    match state.link {
        Standing::Lost(_) | Standing::TurnedAway(_) | Standing::Distrusted => {
            vec![Effect::Reconnect]
        }
        Standing::Dialling | Standing::Live(_) | Standing::Plain => vec![],
    }
}

/// A line is refused for good: it stays to be seen, and its words go back to whoever wrote them.
pub(in crate::model) fn give_back(state: &mut State, cid: &str, why: String) -> Vec<Effect> {
    let mut effects: Vec<Effect> = hand_back(state, cid, why).into_iter().collect();
    effects.extend(state.depart());
    effects
}

/// The same, and nothing more is sent.
pub(in crate::model) fn hand_back(state: &mut State, cid: &str, why: String) -> Option<Effect> {
    let Outgoing { cid, kind, text, file } = state.outbox.remove(cid)?.line;
    // Words can be said again as they are; a file has to be brought again.
    if state.composer.is_empty() && kind != Kind::File {
        state.composer.replace(&clean::draft(&command::spelled(kind, &text)));
    }
    state.note(What::Refused { kind, text, file, why });
    Some(Effect::Forget { cid })
}
