//! What the link to the server brings.

use kpl_shared::{
    file::File,
    message::{Kind, Message},
    protocol::{
        Heads, Heard, Hello, Member, Members, Messages, Notice, Presence, Refused, Typing, event,
    },
    refusal::{Code, Refusal},
    text::DEFAULT_TEXT_BYTES,
};

use crate::model::{
    attention,
    effect::{Effect, Outgoing},
    event::Link,
    hand::{finding, orders, said, unlocking},
    page::jump,
    room::{past::Past, timeline::What, unread},
    state::{Standing, State},
    text::clean,
    words::trouble::Trouble,
};

/// How much of a name or an id is kept, in bytes. Both have at most 64 where the server is ours.
const MAX_ID_BYTES: usize = 256;

/// The link changed or brought something.
pub(in crate::model) fn heard(state: &mut State, link: Link) -> Vec<Effect> {
    match link {
        Link::Dialled => {
            unlinked(state, Standing::Dialling);
            vec![]
        }
        Link::Greeted(hello) => greeted(state, hello),
        Link::FoundPlain => found_plain(state),
        Link::Told(told) => self::told(state, told),
        Link::Relayed(text, heard) => relayed(state, &text, heard),
        Link::Beaconed(heads) => beaconed(state, &heads),
        Link::Found(found) => {
            finding::found(state, found);
            vec![]
        }
        Link::Writes(typing) => {
            writes(state, &typing);
            vec![]
        }
        Link::Listed(list) => listed(state, list),
        Link::Joined(presence) => joined(state, &presence),
        Link::Left(presence) => left(state, &presence),
        Link::Refused(refused) => self::refused(state, refused),
        Link::Noticed(notice) => {
            noticed(state, &notice);
            vec![]
        }
        Link::Ordered(ordered) => orders::done(state, &ordered),
        Link::Measured(round_trip) => {
            if let Standing::Live(last) = &mut state.link {
                *last = Some(round_trip);
            }
            vec![]
        }
        Link::Passed { cid } => passed(state, cid),
        Link::Lost { why, retry_ms } => lost(state, &why, retry_ms),
        Link::TurnedAway(refusal) => turned_away(state, refusal),
        Link::Distrusted(why) => distrusted(state, &why),
    }
}

fn greeted(state: &mut State, hello: Hello) -> Vec<Effect> {
    let had = state.log.resume().is_some();
    if state.link == Standing::Plain {
        // It was slow, not plain. What was said meanwhile has numbers, and comes with them.
        state.locals.drop_said();
    }
    let greeting = state.log.greet(&hello);
    if greeting.anew {
        finding::abandon(state);
        state.reading = None;
        state.spoken.clear();
        state.locals.rebase(state.log.next().saturating_sub(1));
        if had {
            state.notify(state.language.new_history());
        }
    }
    state.attention.entered(hello.head);
    unread::greeted(state, greeting.anew);
    let new_name = state.name() != hello.you.name;
    let was_guest = state.is_guest();
    state.own(clean::bounded(&hello.you.uid, MAX_ID_BYTES));
    let name = clean::name(&hello.you.name, 64);
    if hello.you.guest && (!was_guest || new_name) {
        state.notify(state.language.guest(&name));
    } else if new_name {
        state.notify(state.language.renamed(&name));
    }
    state.you = Some(hello.you);
    state.former = None;
    state.room = hello.room;
    state.topic = hello.topic;
    state.pictures.retry();
    state.text_bytes = hello.limits.text_bytes;
    state.file_bytes = hello.limits.file_bytes;
    linked(state, Standing::Live(None));
    let mut effects = vec![Effect::Who];
    effects.extend(greeting.ask.map(Effect::Sync));
    effects.extend(state.remember());
    effects.extend(state.depart());
    effects
}

fn found_plain(state: &mut State) -> Vec<Effect> {
    let known = state.locals.iter().any(|local| matches!(&local.what, What::Said { .. }));
    state.you = None;
    state.topic = None;
    state.text_bytes = DEFAULT_TEXT_BYTES;
    state.file_bytes = 0;
    linked(state, Standing::Plain);
    if !known {
        state.notify(state.language.welcome_plain());
    }
    state.depart().into_iter().collect()
}

/// Numbered lines came. Ours have arrived once they are shown: one that is held above a hole is
/// on the server's disk, but whoever said it would miss it on the screen.
fn told(state: &mut State, mut told: Messages) -> Vec<Effect> {
    if !state.log.is_ours(&told) {
        return vec![];
    }
    let far_back = |req: u64| req >> Past::REQUEST_BITS == state.pasts && state.past.is_some();
    if told.req.is_some_and(far_back) {
        return told_of_the_past(state, told);
    }
    let mut own = Vec::new();
    for line in &mut told.messages {
        bound(line);
        own.extend(waited_for(state, &line.uid, line.cid.as_deref()).map(|cid| (line.seq, cid)));
        state.people.stop_writing(&line.uid, &line.from);
    }
    for line in &told.messages {
        state.ignoring.meet(&line.from);
    }
    let taken = state.log.take(told);
    let come = state.log.lines().take(taken.older).chain(state.log.latest(taken.fresh));
    come.for_each(|line| state.spoken.hear(line));
    unread::told(state);
    own.retain(|(seq, _)| *seq < state.log.next());
    // Those that were held until now.
    let fresh = state.log.latest(taken.fresh);
    own.extend(fresh.filter_map(|line| Some((line.seq, waited_for(state, line.uid, line.cid)?))));
    let mut effects = attention::heard(state, taken.fresh);
    for (_, cid) in own {
        if state.outbox.remove(&cid).is_some() {
            effects.push(Effect::Forget { cid });
        }
    }
    if let Some((first, last)) = taken.skipped {
        let words = state.language;
        let one = first == last;
        state.notify(if one {
            words.line_missing(first)
        } else {
            words.lines_missing(first, last)
        });
    }
    state.forget_old();
    effects.extend(taken.ask.map(Effect::Sync));
    effects.extend(jump::onward(state));
    effects.extend(state.remember());
    effects.extend(state.depart());
    effects
}

/// The id of a line that is ours and still waits.
fn waited_for(state: &State, uid: &str, cid: Option<&str>) -> Option<String> {
    let cid = cid.filter(|_| state.is_own(uid))?;
    state.outbox.holds(cid).then(|| cid.to_owned())
}

/// Lines came around one that was found far back.
fn told_of_the_past(state: &mut State, mut told: Messages) -> Vec<Effect> {
    told.messages.iter_mut().for_each(bound);
    let Some(past) = &mut state.past else { return vec![] };
    past.take(told);
    match past.arrived() {
        Some(seq) => finding::show(state, seq).into_iter().collect(),
        None => vec![],
    }
}

fn writes(state: &mut State, typing: &Typing) {
    state.ignoring.meet(&typing.name);
    let (uid, name) = (typing.uid.as_str(), typing.name.as_str());
    if typing.room == state.room && !state.ignores(uid, name) && !state.is_me(uid, name) {
        let [uid, name] = [uid, name].map(|what| clean::bounded(what, MAX_ID_BYTES));
        state.people.write(uid, name, state.clock.now);
    }
}

fn relayed(state: &mut State, text: &str, heard: Option<Heard>) -> Vec<Effect> {
    let text = clean::bounded(text, clean::MAX_TEXT_BYTES).to_owned();
    let (from, guest, kind, mut file) = match heard {
        Some(heard) => (Some(clean::name(&heard.from, 64)), heard.guest, heard.kind, heard.file),
        None => (None, false, Kind::Text, None),
    };
    if let Some(file) = &mut file {
        bound_file(file);
    }
    if kind == Kind::Unknown {
        return vec![];
    }
    let name = from.as_deref().unwrap_or_default();
    state.ignoring.meet(name);
    let effects = attention::relayed(state, name, &text);
    state.note(What::Said { from, guest, own: false, kind, text, file });
    effects
}

/// A plain server took a line. It does not send it back, so it is shown as it went.
fn passed(state: &mut State, cid: String) -> Vec<Effect> {
    let Some(waiting) = state.outbox.remove(&cid) else { return vec![] };
    let Outgoing { kind, text, file, .. } = waiting.line;
    state.note(What::Said { from: None, guest: false, own: true, kind, text, file });
    let mut effects = vec![Effect::Forget { cid }];
    effects.extend(state.depart());
    effects
}

fn beaconed(state: &mut State, heads: &Heads) -> Vec<Effect> {
    let head = heads.rooms.get(&state.room).copied();
    head.and_then(|head| state.log.beacon(head)).map(Effect::Sync).into_iter().collect()
}

fn listed(state: &mut State, list: Members) -> Vec<Effect> {
    if list.room == state.room {
        state.people.list(list);
        if std::mem::take(&mut state.names_wanted) {
            said::names(state);
        }
    }
    vec![]
}

fn joined(state: &mut State, presence: &Presence) -> Vec<Effect> {
    if let Some(member) = &presence.member {
        state.ignoring.meet(&member.name);
    }
    if presence.room == state.room
        && state.people.join(presence)
        && let Some(member) = presence.member.as_ref().filter(|member| is_news(state, member))
    {
        state.notify(state.language.joined(&clean::name(&member.name, 64)));
    }
    vec![]
}

/// Whether anybody wants to know of somebody's coming and going.
fn is_news(state: &State, member: &Member) -> bool {
    !state.is_me(&member.uid, &member.name) && !state.ignores(&member.uid, &member.name)
}

fn left(state: &mut State, presence: &Presence) -> Vec<Effect> {
    if presence.room == state.room {
        state.people.leave(presence);
        if let Some(member) = presence.member.as_ref().filter(|member| is_news(state, member)) {
            state.notify(state.language.left(&clean::name(&member.name, 64)));
        }
    }
    vec![]
}

fn noticed(state: &mut State, notice: &Notice) {
    let until = notice.until.map(|until| state.clock.when(until));
    state.notify(state.language.noticed(notice, until.as_deref()));
    let op = match notice.code.as_str() {
        "op" => true,
        "deop" => false,
        _ => return,
    };
    let Some(name) = &notice.name else { return };
    state.people.appoint(name, op);
    if let Some(you) = state.you.as_mut().filter(|you| you.name == *name) {
        you.op = op;
    }
}

fn refused(state: &mut State, refused: Refused) -> Vec<Effect> {
    let message = clean::sentence(&refused.message);
    let why = state.language.refusal(refused.code, &message);
    match refused.cid.filter(|cid| state.outbox.holds(cid)) {
        Some(cid) => {
            let waiting_helps = matches!(refused.code, Code::TooFast | Code::Unavailable);
            if waiting_helps || refused.retry_ms.is_some() {
                state.outbox.postpone(&cid, state.clock.now, refused.retry_ms);
                return vec![];
            }
            said::give_back(state, &cid, why)
        }
        // A page that was refused for its haste is asked for again when it is overdue.
        None if refused.event == event::SYNC => vec![],
        None if refused.event == event::SEARCH => {
            finding::failed(state, why);
            vec![]
        }
        None if refused.event == event::CONNECT => {
            state.notify(state.language.turned_out(&why));
            vec![]
        }
        None => {
            if refused.event == event::ORDER {
                orders::answered(state, None);
            }
            let what = clean::name(&state.language.request(&refused.event), 40);
            state.notify(state.language.request_refused(&what, &why));
            vec![]
        }
    }
}

fn lost(state: &mut State, why: &Trouble, retry_ms: u64) -> Vec<Effect> {
    unlinked(state, Standing::Lost(state.clock.now.saturating_add_unsigned(retry_ms)));
    let why = clean::sentence(&why.sentence(state.language));
    if state.outage.begin(&why, state.clock.now) {
        state.notify(state.language.link_lost(&why));
    }
    vec![]
}

fn turned_away(state: &mut State, refusal: Refusal) -> Vec<Effect> {
    let words = state.language;
    if let Code::PasswordRequired | Code::InviteOver = refusal.code {
        if refusal.code == Code::InviteOver {
            unlocking::end(state);
            state.notify(words.refusal(refusal.code, ""));
        }
        unlinked(state, Standing::TurnedAway(refusal));
        unlocking::begin(state);
        return vec![];
    }
    unlocking::end(state);
    let why = words.refusal(refusal.code, &clean::sentence(&refusal.message));
    let is_about_the_name = matches!(refusal.code, Code::NameTaken | Code::NameInvalid);
    if let Some(former) = state.former.take().filter(|_| is_about_the_name) {
        return go_back_to(state, former, &why);
    }
    state.notify(words.not_let_in(&why, &words.remedy(refusal.code)));
    state.outage.settle();
    unlinked(state, Standing::TurnedAway(refusal));
    vec![]
}

/// The name that was wanted is not to be had: under the one before it the door is still open.
fn go_back_to(state: &mut State, former: String, why: &str) -> Vec<Effect> {
    let (refused, kept) = (clean::name(&state.wanted, 64), clean::name(&former, 64));
    state.notify(state.language.nick_refused(&refused, why, &kept));
    unlinked(state, Standing::Dialling);
    state.wanted.clone_from(&former);
    vec![Effect::Rename(former)]
}

fn distrusted(state: &mut State, why: &Trouble) -> Vec<Effect> {
    let words = state.language;
    let why = clean::sentence(&why.sentence(words));
    state.notify(words.not_trusted(&why, &words.try_again()));
    state.outage.settle();
    unlinked(state, Standing::Distrusted);
    vec![]
}

fn linked(state: &mut State, standing: Standing) {
    if state.outage.end() {
        state.notify(state.language.link_back());
    }
    unlocking::end(state);
    state.outbox.ground();
    state.asked = None;
    state.link = standing;
}

fn unlinked(state: &mut State, standing: Standing) {
    state.outbox.ground();
    state.log.lost();
    state.people.lose_sight();
    finding::failed(state, state.language.search_no_link());
    if let Some(past) = &mut state.past {
        past.lost();
    }
    state.names_wanted = false;
    state.ordered.clear();
    state.asked = None;
    state.link = standing;
}

/// Cuts what no honest server sends: a name of megabytes would be measured at every draw.
pub(in crate::model) fn bound(line: &mut Message) {
    let Message { from, uid, text, cid, file, .. } = line;
    for (what, most) in [(from, MAX_ID_BYTES), (uid, MAX_ID_BYTES), (text, clean::MAX_TEXT_BYTES)] {
        if what.len() > most {
            *what = clean::bounded(what, most).into();
        }
    }
    if cid.as_ref().is_some_and(|cid| cid.len() > MAX_ID_BYTES) {
        *cid = None;
    }
    if let Some(file) = file {
        bound_file(file);
    }
}

/// What is told of a file, cut likewise.
fn bound_file(file: &mut File) {
    for what in [&mut file.name, &mut file.media] {
        if what.len() > MAX_ID_BYTES {
            *what = clean::bounded(what, MAX_ID_BYTES).into();
        }
    }
}
