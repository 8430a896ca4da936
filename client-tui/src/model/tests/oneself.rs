//! Several names under one key: each is somebody, and only the name that one has here is oneself.

use kpl_shared::{
    message::Message,
    names::RoomName,
    protocol::{Hello, Member, Members, Presence, You},
};

use crate::model::{
    attention::Notify,
    effect::Effect,
    event::{Event, Link},
    hand::{complete, mode::Mode},
    key::KeyCode,
    page::{
        reading, roster,
        rows::{Ink, Piece},
    },
    room::{
        timeline::{Item, What},
        unread::{self, Bookmark},
    },
    state::State,
    tests::script::*,
};

/// Somebody of our key.
fn ours(name: &str) -> Member {
    Member { uid: "me".into(), ..member(name) }
}

fn here(names: &[&str]) -> Event {
    let members: Vec<Member> = names.iter().map(|name| ours(name)).collect();
    let (room, total) = (RoomName::default(), members.len());
    Event::Link(Link::Listed(Members { room, members, total }))
}

fn of(name: &str, total: usize) -> Presence {
    Presence { member: Some(ours(name)), ..presence(name, total) }
}

fn came(name: &str, total: usize) -> Event {
    Event::Link(Link::Joined(of(name, total)))
}

fn went(name: &str, total: usize) -> Event {
    Event::Link(Link::Left(of(name, total)))
}

/// A line that another program of ours said under a name.
fn said(seq: u64, name: &str, text: &str) -> Message {
    let cid = Some(format!("another-{seq}"));
    Message { uid: "me".into(), cid, ..line(seq, name, text) }
}

fn renamed(name: &str, head: u64) -> Event {
    let you = You { name: name.into(), uid: "me".into(), guest: false, op: false };
    Event::Link(Link::Greeted(Hello { you, ..hello("e", head) }))
}

/// 李白, and 瑶 and 吕布 of the same key after him.
fn three() -> State {
    let mut state = start_with(|config| config.notify = Notify::Bell);
    let first = [greeted(0), measured(23), here(&["李白"])];
    play(&mut state, first.into_iter().chain([came("瑶", 2), came("吕布", 3)]));
    state
}

fn names(state: &State) -> Vec<&str> {
    state.people.members.iter().map(|member| member.name.as_str()).collect()
}

fn notices(state: &State) -> Vec<&str> {
    let notices = state.locals.iter().filter_map(|local| match &local.what {
        What::Notice(words) => Some(words.as_str()),
        _ => None,
    });
    notices.collect()
}

fn listed_rows(state: &State) -> Vec<String> {
    let words = |row: Vec<Piece>| {
        let pieces = row.iter().filter(|piece| piece.column == 2 || piece.text == "you");
        pieces.map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    roster::rows(state, 5).into_iter().map(words).collect()
}

/// What is drawn as one's own name in what others say.
fn marked(state: &State) -> Vec<String> {
    let rows = reading::window(state, 80, 30).rows;
    let pieces = rows.into_iter().flatten().filter(|piece| piece.ink == Ink::Mention);
    pieces.map(|piece| piece.text).collect()
}

fn rings(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| **effect == Effect::Ring).count()
}

#[test]
fn names_of_one_key_come_and_go_each_by_itself() {
    let mut state = three();

    assert_eq!(names(&state), ["李白", "瑶", "吕布"]);
    assert_eq!(listed_rows(&state), ["3 here", "李白 you", "瑶", "吕布", ""]);
    play(&mut state, [went("吕布", 2)]);

    assert_eq!(names(&state), ["李白", "瑶"]);
    assert_eq!(listed_rows(&state)[..3], ["2 here", "李白 you", "瑶"]);
    assert_eq!(notices(&state), ["瑶 came", "吕布 came", "吕布 left"]);
}

#[test]
fn names_of_one_key_that_come_back_with_the_server_are_no_news_and_others_are() {
    let mut state = three();

    play(&mut state, [lost(100), greeted(0), here(&["李白"])]);
    let told = notices(&state).len();
    play(&mut state, [came("瑶", 2), came("后羿", 3), came("吕布", 4)]);

    assert_eq!(notices(&state)[told..], ["后羿 came"]);
    assert_eq!(names(&state), ["李白", "瑶", "后羿", "吕布"]);
}

#[test]
fn another_name_of_ones_own_key_calls_and_the_same_name_at_another_screen_does_not() {
    let mut state = three();
    play(&mut state, [Event::Focused(false)]);

    let same = play(&mut state, [heard(vec![said(1, "李白", "我是李白")])]);
    assert_eq!((rings(&same), state.attention.mentions), (0, 0));
    assert!(marked(&state).is_empty());
    let other = play(&mut state, [heard(vec![said(2, "瑶", "@李白 在吗")])]);

    assert_eq!((rings(&other), state.attention.mentions), (1, 1));
    assert_eq!(marked(&state), ["@李白"]);
}

#[test]
fn what_another_name_of_ones_own_key_said_while_one_was_away_is_told_at_the_start() {
    let bookmark = Bookmark { epoch: "e".into(), seq: 1, at: EVENING };
    let mut state = start_with(|config| config.bookmark = Some(bookmark));
    play(&mut state, [greeted(3)]);
    let mut page = packet(vec![said(2, "李白", "李白 走了"), said(3, "瑶", "李白 在吗")]);
    page.req = Some(1);

    play(&mut state, [Event::Link(Link::Told(page))]);

    let told = notices(&state);
    assert!(told.iter().any(|words| words.contains("1 name")), "{told:?}");
}

#[test]
fn what_another_name_of_ones_own_key_says_is_unread_until_one_speaks_at_another_screen() {
    let mut state = three();
    let count = |state: &State| unread::first(state).map(|(seq, count, _)| (seq, count));
    play(&mut state, [heard(vec![said(1, "瑶", "read")]), Event::Focused(false)]);

    play(&mut state, [heard(vec![said(2, "瑶", "a"), said(3, "吕布", "b")])]);
    assert_eq!(count(&state), Some((2, 2)));
    play(&mut state, [heard(vec![said(4, "李白", "at another screen"), said(5, "瑶", "c")])]);

    assert_eq!(count(&state), Some((5, 1)));
}

#[test]
fn another_name_of_ones_own_key_is_seen_writing_until_it_speaks() {
    let mut state = three();
    let writing = |name: &str| Event::Link(Link::Writes(writes("me", name)));
    let who = |state: &State| state.people.who_writes().collect::<Vec<_>>().join(" ");

    play(&mut state, [writing("瑶"), writing("吕布"), writing("李白")]);
    assert_eq!(who(&state), "瑶 吕布");
    play(&mut state, [heard(vec![said(1, "李白", "x"), said(2, "瑶", "y")])]);
    assert_eq!(who(&state), "吕布");
    play(&mut state, [went("吕布", 2)]);

    assert_eq!(who(&state), "");
}

#[test]
fn whois_and_completion_know_each_name_of_ones_own_key() {
    let mut state = three();
    play(&mut state, [heard(vec![said(1, "瑶", "x"), said(2, "吕布", "y"), said(3, "李白", "z")])]);
    play(&mut state, [went("吕布", 2)]);

    for (name, minute, is_here) in [("瑶", 1, true), ("吕布", 2, false), ("李白", 3, true)] {
        types(&mut state, &format!("/whois {name}⏎"));
        let Mode::Leafing(sheet) = &state.mode else { panic!("{:?}", notices(&state)) };
        let known = format!("{:?}", sheet.entries);
        assert!(known.contains(&format!("20:0{minute}:00")), "{known}");
        assert_eq!(!known.contains("not here"), is_here, "{known}");
        play(&mut state, [press(KeyCode::Esc)]);
    }
    types(&mut state, "@l");
    let popup = complete::popup(&state).unwrap();
    let offered: Vec<&str> = popup.candidates.iter().map(|one| one.shown.as_str()).collect();
    assert_eq!(offered, ["吕布", "李白"], "who left is offered too, and oneself last");
}

#[test]
fn another_name_of_ones_own_key_can_be_ignored_and_one_never_hides_from_oneself() {
    let mut state = three();
    play(&mut state, [heard(vec![said(1, "瑶", "from 瑶"), said(2, "李白", "from 李白")])]);
    let seen = |state: &State| -> Vec<String> {
        let lines = state.log.lines().map(Item::Line);
        let shown = lines.filter(|item| !state.hides(item));
        shown.map(|item| format!("{item:?}")).collect()
    };
    let shows = |state: &State, text: &str| seen(state).iter().any(|item| item.contains(text));

    types(&mut state, "/ignore 李白⏎");
    assert_eq!(notices(&state).last(), Some(&"that is you"));
    types(&mut state, "/ignore 瑶⏎");
    assert!(!shows(&state, "from 瑶") && shows(&state, "from 李白"), "{:?}", seen(&state));
    play(&mut state, [Event::Focused(false), heard(vec![said(3, "瑶", "@李白")]), went("瑶", 2)]);
    assert_eq!(state.attention.mentions, 0);
    assert!(!notices(&state).contains(&"瑶 left"));
    play(&mut state, [renamed("瑶", 3)]);

    assert!(shows(&state, "from 瑶") && shows(&state, "from 李白"), "{:?}", seen(&state));
}

#[test]
fn under_a_new_name_the_old_one_is_somebody_else() {
    let mut state = three();
    types(&mut state, "瑶，我来换你⏎");
    play(&mut state, [Event::Focused(false)]);

    // The line was on its way when the name changed, and comes back under the old one.
    play(&mut state, [went("瑶", 2), renamed("瑶", 1), here(&["吕布", "瑶"])]);
    let effects = play(&mut state, [heard(vec![own(1, "p-1", "瑶，我来换你")])]);
    assert!(effects.contains(&Effect::Forget { cid: "p-1".into() }));
    assert_eq!((rings(&effects), state.attention.mentions), (0, 0), "one does not call oneself");
    let effects = play(&mut state, [came("李白", 3), heard(vec![said(2, "李白", "@瑶 谢谢")])]);

    assert_eq!((rings(&effects), state.attention.mentions), (1, 1));
    assert_eq!(notices(&state).last(), Some(&"李白 came"));
    assert_eq!(listed_rows(&state), ["3 here", "吕布", "瑶 you", "李白", ""]);
}
