//! Lines on their way out.

use kpl_shared::{message::Kind, protocol::Heard, refusal::Code};

use crate::model::{
    effect::Effect,
    event::{Event, Link},
    key::{Key, KeyCode},
    room::timeline::What,
    state::{Hint, Standing},
    tests::script::*,
};

fn keep(cid: &str, text: &str) -> Effect {
    Effect::Keep(outgoing(cid, text))
}

fn send(cid: &str, text: &str) -> Effect {
    Effect::Send(outgoing(cid, text))
}

fn forget(cid: &str) -> Effect {
    Effect::Forget { cid: cid.into() }
}

#[test]
fn a_line_is_kept_then_sent_and_forgotten_when_it_comes_back() {
    let mut state = live(0);

    let said = types(&mut state, "hello⏎");
    let back = play(&mut state, [heard(vec![own(1, "p-1", "hello")])]);

    assert_eq!(said, [keep("p-1", "hello"), send("p-1", "hello")]);
    assert_eq!(back, [forget("p-1"), Effect::Remember { epoch: "e".into(), after: 1 }]);
    assert!(state.outbox.is_empty() && state.composer.is_empty());
    assert_eq!(state.log.len(), 1);
}

#[test]
fn one_line_is_in_flight_and_the_next_follows_it() {
    let mut state = live(0);

    let said = types(&mut state, "a⏎b⏎");
    let back = play(&mut state, [heard(vec![own(1, "p-1", "a")])]);

    assert_eq!(said, [keep("p-1", "a"), send("p-1", "a"), keep("p-2", "b")]);
    assert_eq!(back.last(), Some(&send("p-2", "b")));
}

#[test]
fn a_line_said_offline_waits_and_goes_when_the_link_is_back() {
    let mut state = live(0);
    play(&mut state, [lost(3_000)]);

    let said = types(&mut state, "hello⏎");
    let back = play(&mut state, [Event::Link(Link::Dialled), greeted(0)]);

    assert_eq!(said, [keep("p-1", "hello")]);
    assert_eq!(back, [Effect::Who, send("p-1", "hello")]);
}

#[test]
fn a_line_in_flight_when_the_link_breaks_is_sent_again_under_its_id() {
    let mut state = live(0);
    types(&mut state, "hello⏎");

    let back = play(&mut state, [lost(200), greeted(0)]);

    assert!(back.contains(&send("p-1", "hello")));
}

#[test]
fn a_line_that_nobody_answers_is_sent_again_on_a_link_that_holds() {
    let mut state = live(0);
    types(&mut state, "hello⏎");

    assert_eq!(state.wake_at(), Some(EVENING + 10_000));
    assert_eq!(play(&mut state, [tick(EVENING + 9_999)]), []);
    assert_eq!(play(&mut state, [tick(EVENING + 10_000)]), [send("p-1", "hello")]);
    play(&mut state, [Event::Link(Link::FoundPlain)]);
    assert_eq!(play(&mut state, [tick(EVENING + 60_000)]), [], "a plain server would say it twice");
}

#[test]
fn lines_of_the_last_run_are_sent_or_recognised_in_what_was_kept() {
    let queued = vec![outgoing("old-1", "kept"), outgoing("old-2", "lost")];
    let mut state = start_with(|config| config.queued = queued);

    let effects = play(&mut state, [greeted(1)]);
    assert!(effects.contains(&send("old-1", "kept")));
    let Some(Effect::Sync(ask)) = effects.iter().find(|e| matches!(e, Effect::Sync(_))) else {
        panic!("the tail is asked for: {effects:?}")
    };
    let mut page = packet(vec![own(1, "old-1", "kept")]);
    page.req = ask.req;
    let effects = play(&mut state, [Event::Link(Link::Told(page))]);

    assert_eq!(effects, [forget("old-1"), send("old-2", "lost")]);
}

#[test]
fn nobody_else_can_make_a_waiting_line_vanish() {
    let mut state = live(0);
    types(&mut state, "hello⏎");
    let mut forged = line(1, "瑶", "mine now");
    forged.cid = Some("p-1".into());

    let effects = play(&mut state, [heard(vec![forged])]);

    assert!(!effects.contains(&forget("p-1")));
    assert_eq!(state.outbox.len(), 1);
}

#[test]
fn a_line_that_came_too_fast_goes_again_when_its_time_has_come() {
    let mut state = live(0);
    types(&mut state, "hello⏎");

    let effects = play(&mut state, [refused("p-1", Code::TooFast, Some(400))]);
    assert_eq!((effects, state.wake_at()), (vec![], Some(EVENING + 400)));

    assert_eq!(play(&mut state, [tick(EVENING + 399)]), []);
    assert_eq!(play(&mut state, [tick(EVENING + 400)]), [send("p-1", "hello")]);
}

#[test]
fn a_refused_line_is_given_back_and_stays_to_be_seen() {
    let mut state = live(0);
    types(&mut state, "/me waves⏎");

    let effects = play(&mut state, [refused("p-1", Code::TextTooLong, None)]);

    assert_eq!(effects, [forget("p-1")]);
    assert_eq!(state.composer.text(), "/me waves");
    let refused = state.locals.iter().last().unwrap();
    assert!(matches!(&refused.what, What::Refused { text, .. } if text == "waves"));
}

#[test]
fn a_refused_line_never_takes_the_place_of_a_draft() {
    let mut state = live(0);
    types(&mut state, "first⏎second⏎draft");

    let effects = play(&mut state, [refused("p-1", Code::TextInvalid, None)]);

    assert_eq!(effects, [forget("p-1"), send("p-2", "second")]);
    assert_eq!(state.composer.text(), "draft");
}

#[test]
fn a_line_that_cannot_be_sent_stays_in_the_composer() {
    let mut state = live(0);
    state.text_bytes = 4;

    let effects = types(&mut state, "hello⏎");

    assert_eq!(effects, []);
    assert_eq!(state.composer.text(), "hello");
}

#[test]
fn a_paste_is_a_draft_and_only_enter_sends_it() {
    let mut state = live(0);

    let pasted = play(&mut state, [Event::Pasted("a\r\n\tb\x1b[31m\n".into())]);
    let sent = types(&mut state, "⏎");

    assert_eq!(pasted, []);
    assert_eq!(sent.first(), Some(&keep("p-1", "a\n\tb[31m")));
}

#[test]
fn three_keys_begin_a_new_line_in_the_draft() {
    let mut state = live(0);
    let shift_enter = Key { shift: true, ..KeyCode::Enter.into() };

    types(&mut state, "a");
    play(&mut state, [press(Key::alt(KeyCode::Enter)), ctrl('j'), press(shift_enter)]);

    assert_eq!(state.composer.text(), "a\n\n\n");
}

#[test]
fn empty_rows_at_the_end_of_a_draft_are_not_sent() {
    let mut state = live(0);
    for (pasted, sent) in [
        ("one\n\ntwo\n", "one\n\ntwo"),
        ("one \n \t\n\n", "one "),
        ("\n one  ", "\n one  "),
        ("/me waves\n", "waves"),
    ] {
        play(&mut state, [Event::Pasted(pasted.into())]);
        let effects = types(&mut state, "⏎");
        let [Effect::Keep(line), ..] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(line.text, sent);
    }
}

#[test]
fn commands_do_what_they_say() {
    let mut state = live(2);

    assert_eq!(types(&mut state, "/names⏎"), [Effect::Who]);
    assert_eq!(types(&mut state, "/nick 貂蝉⏎"), [Effect::Rename("貂蝉".into())]);
    assert_eq!(types(&mut state, "/reconnect⏎"), [], "one is connected");
    assert_eq!(types(&mut state, "/clear⏎"), []);
    assert!(state.log.is_empty());
    play(&mut state, [lost(60_000)]);
    assert_eq!(types(&mut state, "/reconnect⏎"), [Effect::Reconnect]);
    play(&mut state, [greeted(2)]);
    let action = types(&mut state, "/me waves⏎");
    assert!(matches!(&action[0], Effect::Keep(line) if line.kind == Kind::Action));
    assert_eq!(types(&mut state, "//x⏎"), [keep("p-2", "/x")]);
    assert_eq!(types(&mut state, "/quit⏎"), [Effect::Quit]);
}

#[test]
fn a_line_that_is_too_long_for_the_server_is_given_back_and_holds_up_no_other() {
    let long = "x".repeat(5_000);
    let mut state = start_with(|config| {
        config.queued = vec![outgoing("old-1", &long), outgoing("old-2", "fits")];
    });

    let effects = play(&mut state, [greeted(0)]);

    assert!(effects.ends_with(&[forget("old-1"), send("old-2", "fits")]), "{effects:?}");
    let refused = |what: &What| matches!(what, What::Refused { text, .. } if *text == long);
    assert!(state.locals.iter().any(|local| refused(&local.what)));
}

#[test]
fn a_command_that_cannot_be_done_says_so_and_keeps_the_text() {
    for typed in ["/wave at all", "/nick a b", "/nick", "/me"] {
        let mut state = live(0);

        let effects = types(&mut state, &format!("{typed}⏎"));

        assert_eq!((effects, state.composer.text()), (vec![], typed));
        assert!(matches!(&state.locals.iter().last().unwrap().what, What::Notice(_)));
    }
}

#[test]
fn control_c_clears_the_draft_and_twice_on_nothing_quits() {
    let mut state = live(0);
    types(&mut state, "draft");

    assert_eq!(play(&mut state, [ctrl('c')]), []);
    assert!(state.composer.is_empty());
    assert_eq!(play(&mut state, [ctrl('c'), press(KeyCode::Left), ctrl('c')]), []);
    assert_eq!(state.hint, Some(Hint::AgainQuits));
    assert_eq!(play(&mut state, [ctrl('c')]), [Effect::Quit]);
}

#[test]
fn control_d_quits_only_where_there_is_no_draft() {
    let mut state = live(0);
    types(&mut state, "ab");

    assert_eq!(play(&mut state, [press(KeyCode::Home), ctrl('d'), ctrl('d')]), []);
    assert_eq!(play(&mut state, [ctrl('d')]), [Effect::Quit]);
}

#[test]
fn a_plain_server_takes_lines_and_shows_them_once() {
    let mut state = start();
    play(&mut state, [Event::Link(Link::FoundPlain)]);

    let said = types(&mut state, "hi⏎/me waves⏎");
    let passed = play(&mut state, [Event::Link(Link::Passed { cid: "p-1".into() })]);
    let heard = Heard {
        seq: 1,
        room: state.room.clone(),
        from: "瑶".into(),
        at: 0,
        guest: false,
        kind: Kind::Text,
        file: None,
    };
    play(
        &mut state,
        [
            Event::Link(Link::Relayed("hello".into(), Some(heard))),
            Event::Link(Link::Relayed("who?".into(), None)),
        ],
    );

    assert_eq!(state.link, Standing::Plain);
    assert_eq!(said, [keep("p-1", "hi"), send("p-1", "hi"), keep("p-2", "* 李白 waves")]);
    assert_eq!(passed, [forget("p-1"), send("p-2", "* 李白 waves")]);
    let said = state.locals.iter().filter(|local| matches!(local.what, What::Said { .. })).count();
    assert_eq!(said, 3);
}

#[test]
fn tab_completes_commands_and_names_that_are_the_only_ones() {
    let mut state = live(0);
    play(&mut state, [listed(&["李白", "貂蝉", "瑶"])]);

    types(&mut state, "/ni");
    play(&mut state, [press(KeyCode::Tab)]);
    assert_eq!(state.composer.text(), "/nick ");
    play(&mut state, [ctrl('u')]);
    types(&mut state, "/wh");
    play(&mut state, [press(KeyCode::Tab)]);
    types(&mut state, "@貂");
    play(&mut state, [press(KeyCode::Tab)]);

    assert_eq!(state.composer.text(), "/whois 貂蝉 ");
}
