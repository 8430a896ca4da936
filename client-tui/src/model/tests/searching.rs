//! Searching: what is asked, what is done with the answers, and coming back.

use kpl_shared::protocol::Search;

use crate::model::{
    effect::Effect,
    event::{Event, Link},
    hand::{finding::Stage, mode::Mode},
    key::KeyCode,
    page::{
        geometry::Geometry,
        reading,
        rows::{Ink, Piece},
    },
    state::State,
    tests::script::*,
};

fn hits(seqs: impl IntoIterator<Item = u64>) -> Vec<kpl_shared::message::Message> {
    seqs.into_iter().map(|seq| line(seq, "瑶", &format!("line {seq} 李白"))).collect()
}

/// Searches, and is answered with these hits.
fn search(state: &mut State, seqs: impl IntoIterator<Item = u64>, next: Option<u64>) {
    play(state, [ctrl('s')]);
    let asked = types(state, "李白⏎");
    let [Effect::Search(Search { query, req: Some(req), .. })] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!(query, "李白");
    let answer = found(hits(seqs), next.is_some(), next, *req);
    play(state, [Event::Link(Link::Found(answer))]);
}

fn texts(state: &State) -> Vec<String> {
    let geometry = Geometry::now(state).unwrap();
    let (width, height) = (geometry.columns.into(), geometry.timeline_rows.into());
    let rows = reading::window(state, width, height).rows;
    let said = |piece: &&Piece| matches!(piece.ink, Ink::Said | Ink::Found);
    rows.iter()
        .map(|row| row.iter().filter(said).map(|piece| piece.text.as_str()).collect())
        .collect()
}

fn answer(ask: &kpl_shared::protocol::Sync, seqs: std::ops::RangeInclusive<u64>) -> Event {
    let mut page = packet(seqs.map(|seq| line(seq, "瑶", &format!("line {seq} 李白"))).collect());
    (page.req, page.more) = (ask.req, true);
    Event::Link(Link::Told(page))
}

#[test]
fn the_hits_are_listed_and_escape_leads_back_to_where_one_was() {
    let mut state = live(100);
    play(&mut state, [press(KeyCode::PageUp)]);
    types(&mut state, "draft");
    let before = (texts(&state), state.reading);

    search(&mut state, [90, 50, 7], None);
    assert_eq!(state.mode, Mode::Finding(Stage::Listing));
    play(&mut state, [press(KeyCode::Esc)]);

    assert_eq!((texts(&state), state.reading), before);
    assert_eq!((&state.mode, state.composer.text()), (&Mode::Writing, "draft"));
}

#[test]
fn a_hit_that_is_loaded_is_gone_to_at_once() {
    let mut state = live(100);
    search(&mut state, [90, 50, 7], None);

    let effects = play(&mut state, [press(KeyCode::Up), press(KeyCode::Enter)]);

    assert_eq!(effects, []);
    assert!(texts(&state).contains(&"line 50".into()), "{:?}", texts(&state));
    types(&mut state, "n");
    assert!(texts(&state).contains(&"line 7".into()), "{:?}", texts(&state));
    types(&mut state, "NN");
    assert!(texts(&state).contains(&"line 90".into()), "{:?}", texts(&state));
    play(&mut state, [press(KeyCode::Esc), press(KeyCode::Esc)]);
    assert_eq!((state.reading, &state.mode), (None, &Mode::Writing));
}

#[test]
fn a_hit_among_the_newest_lines_is_in_the_window_and_stays_there() {
    for seq in [100, 98, 90, 83, 82, 81, 60] {
        let mut state = live(100);
        search(&mut state, [seq], None);

        play(&mut state, [press(KeyCode::Enter)]);

        let before = texts(&state);
        assert!(before.contains(&format!("line {seq}")), "{seq}: {before:?}");
        play(&mut state, [told(101..=110)]);
        assert_eq!(texts(&state), before);
    }
}

#[test]
fn a_hit_far_back_is_read_in_a_window_of_its_own() {
    let mut state = start();
    play(&mut state, [greeted(50_000), told(50_001..=50_020)]);
    search(&mut state, [30_000], None);

    let effects = play(&mut state, [press(KeyCode::Enter)]);
    let [Effect::Sync(after), Effect::Sync(before)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((after.after, before.before), (Some(29_999), Some(30_000)));
    play(&mut state, [answer(before, 29_800..=29_999), answer(after, 30_000..=30_199)]);

    let seen = texts(&state);
    let at = seen.iter().position(|text| text == "line 30000 李白");
    assert!(at.is_some_and(|at| at > 2 && at < seen.len() - 2), "{seen:?}");
    // It can be read on from, and what is said meanwhile does not move it.
    let before = texts(&state);
    play(&mut state, [told(50_021..=50_040)]);
    assert_eq!(texts(&state), before);
    let mut asked = vec![];
    for _ in 0..9 {
        asked.extend(play(&mut state, [press(KeyCode::PageDown)]));
    }
    let on = |effect: &Effect| matches!(effect, Effect::Sync(ask) if ask.after == Some(30_199));
    assert_eq!(asked.iter().filter(|effect| on(effect)).count(), 1, "{asked:?}");
    play(&mut state, [press(KeyCode::Enter), press(KeyCode::End)]);
    assert!(state.past.is_none());
    assert_eq!(texts(&state).last().unwrap(), "line 50040");
}

#[test]
fn more_hits_are_asked_for_near_the_last() {
    let mut state = live(100);
    search(&mut state, (51..=100).rev(), Some(51));

    let effects = play(&mut state, std::iter::repeat_n(press(KeyCode::PageUp), 5));

    let [Effect::Search(ask)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(ask.before, Some(51));
    let more = found(hits((1..=50).rev()), false, None, ask.req.unwrap());
    play(&mut state, [Event::Link(Link::Found(more))]);
    assert_eq!(state.finding.hits.len(), 100);
}

#[test]
fn a_server_that_leads_in_circles_or_shouts_is_not_followed() {
    let mut state = live(100);
    search(&mut state, [90, 95, 90, 0, u64::MAX, 80], Some(95));

    let seqs =
        |state: &State| -> Vec<u64> { state.finding.hits.iter().map(|hit| hit.seq).collect() };
    assert_eq!(seqs(&state), [90, 80]);
    assert_eq!(state.finding.next, None, "95 is no way back");
    let uncalled = found(hits([5, 4]), true, Some(4), 1);
    play(&mut state, [Event::Link(Link::Found(uncalled))]);
    assert_eq!(seqs(&state), [90, 80]);
}

#[test]
fn without_an_answer_the_server_has_no_search() {
    let mut state = live(10);
    play(&mut state, [ctrl('s')]);
    types(&mut state, "x⏎");
    assert!(state.wake_at().is_some_and(|wake| wake <= EVENING + 5_000));

    play(&mut state, [tick(EVENING + 5_000)]);

    assert!(state.finding.trouble.as_ref().unwrap().contains("no search"));
    assert_eq!(state.finding.asked, None);
}

#[test]
fn a_plain_server_is_said_to_have_no_search() {
    let mut state = start();
    play(&mut state, [Event::Link(Link::FoundPlain)]);

    types(&mut state, "/search 李白⏎");

    assert_eq!(state.mode, Mode::Writing);
    let rows = reading::window(&state, 80, 20).rows;
    let told = |row: &Vec<Piece>| row.iter().any(|piece| piece.text.contains("nothing to search"));
    assert!(rows.iter().any(told));
}

#[test]
fn one_says_that_one_writes_at_most_once_in_three_seconds() {
    let mut state = live(0);
    state.wrote = Some(i64::MIN);
    let count = |effects: Vec<Effect>| effects.iter().filter(|e| **e == Effect::Typing).count();

    assert_eq!(count(types(&mut state, "hello")), 1);
    play(&mut state, [tick(EVENING + 2_999)]);
    assert_eq!(count(types(&mut state, " you")), 0);
    play(&mut state, [tick(EVENING + 3_000)]);
    assert_eq!(count(types(&mut state, "!")), 1);
    play(&mut state, [tick(EVENING + 9_000), ctrl('u')]);
    assert_eq!(count(types(&mut state, "/nick x")), 0, "a command is said to nobody");
    state.wrote = None;
    play(&mut state, [ctrl('u')]);
    assert_eq!(count(types(&mut state, "hello")), 0);
}

#[test]
fn who_writes_is_forgotten_after_six_seconds_or_a_line() {
    let mut state = live(0);
    let who =
        |state: &State| -> Vec<String> { state.people.who_writes().map(str::to_owned).collect() };
    let writing = |name: &str| Event::Link(Link::Writes(writes(&format!("uid of {name}"), name)));
    play(&mut state, [writing("吕布"), writing("后羿"), writing("吕布")]);
    play(&mut state, [Event::Link(Link::Writes(writes("me", "李白")))]);

    assert_eq!(who(&state), ["后羿", "吕布"]);
    play(&mut state, [heard(vec![line(1, "后羿", "well")])]);
    assert_eq!(who(&state), ["吕布"]);
    assert_eq!(state.wake_at(), Some(EVENING + 6_000));
    play(&mut state, [tick(EVENING + 6_000)]);
    assert!(who(&state).is_empty());
}
