//! Lines about files, and what is done with them.

use kpl_shared::message::Kind;

use crate::model::{
    effect::{Effect, Outgoing},
    event::{Event, Link},
    room::{
        carrying::{Errand, News},
        timeline::What,
    },
    state::State,
    tests::script::*,
    words::files::FileTrouble,
};

/// What the client said last in the timeline.
fn noted(state: &State) -> String {
    let notices = state.locals.iter().filter_map(|local| match &local.what {
        What::Notice(words) => Some(words.clone()),
        _ => None,
    });
    notices.last().unwrap_or_default()
}

/// Types a text; returns the effects, but for looks at the disk on the way.
fn asks(state: &mut State, text: &str) -> Vec<Effect> {
    let effects = types(state, text).into_iter();
    effects.filter(|effect| !matches!(effect, Effect::Look(_))).collect()
}

fn carries(number: u64, path: &str) -> Effect {
    Effect::Carry(number, Errand::Bring { path: path.into(), most: 10_000_000 })
}

fn brought(number: u64, name: &str) -> Event {
    Event::Carried(number, News::Brought(Box::new(picture(name))))
}

fn failed(number: u64, why: FileTrouble) -> Event {
    Event::Carried(number, News::Failed(why))
}

/// The line that says a picture.
fn showing(cid: &str, name: &str) -> Outgoing {
    let file = Some(Box::new(picture(name)));
    Outgoing { kind: Kind::File, file, ..outgoing(cid, name) }
}

#[test]
fn copying_a_file_copies_where_it_is_fetched_and_opening_it_leads_there() {
    let mut state = live(0);
    play(&mut state, [heard(vec![line(1, "瑶", "看图"), shown(2, "瑶", "截 1.png")])]);
    let address = format!("http://127.0.0.1:3000{}", picture("截 1.png").path());

    let copied = types(&mut state, "/copy⏎");
    let opened = types(&mut state, "/open⏎");

    assert_eq!(copied, [Effect::Copy(address.clone())]);
    assert_eq!(opened, [Effect::Open(address)]);
}

#[test]
fn a_line_of_an_outbox_of_before_there_were_files_is_read() {
    let read = |json: &str| serde_json::from_str::<Outgoing>(json).unwrap();
    let file = Outgoing {
        kind: Kind::File,
        file: Some(Box::new(picture("a.png"))),
        ..outgoing("1", "a.png")
    };

    assert_eq!(read(r#"{"cid":"1","text":"x"}"#), outgoing("1", "x"));
    assert_eq!(serde_json::to_string(&outgoing("1", "x")).unwrap(), r#"{"cid":"1","text":"x"}"#);
    assert_eq!(read(&serde_json::to_string(&file).unwrap()), file);
}

#[test]
fn a_file_is_brought_first_and_said_then_like_any_line() {
    let mut state = live(0);

    assert_eq!(asks(&mut state, "/upload ~/截图 1.png⏎"), [carries(1, "~/截图 1.png")]);
    play(&mut state, [Event::Carried(1, News::Moved { done: 3, of: 4 })]);
    let said = play(&mut state, [brought(1, "截图 1.png")]);

    let line = showing("p-1", "截图 1.png");
    assert_eq!(said, [Effect::Keep(line.clone()), Effect::Send(line)]);
    assert!(state.carrying.is_empty());
    let back = heard(vec![own(1, "p-1", "截图 1.png")]);
    assert!(play(&mut state, [back]).contains(&Effect::Forget { cid: "p-1".into() }));
}

#[test]
fn several_files_are_brought_one_after_the_other() {
    let mut state = live(0);

    assert_eq!(asks(&mut state, "/upload '/a b.png' /c.png⏎"), [carries(1, "/a b.png")]);
    assert_eq!(asks(&mut state, "/upload d.png⏎"), []);

    let said = play(&mut state, [brought(1, "a b.png")]);
    assert_eq!(said.last(), Some(&carries(2, "/c.png")));
    let next = play(&mut state, [failed(2, FileTrouble::Absent { path: "/c.png".into() })]);
    assert_eq!(next, [carries(3, "d.png")]);
    assert_eq!(noted(&state), "c.png was not uploaded: there is no file /c.png");
}

#[test]
fn a_server_that_takes_no_files_is_asked_for_nothing_and_the_draft_stays() {
    let mut takes_none = start();
    let mut hello = hello("e", 0);
    hello.limits.file_bytes = 0;
    play(&mut takes_none, [Event::Link(Link::Greeted(hello))]);
    let mut plain = start();
    play(&mut plain, [Event::Link(Link::FoundPlain)]);

    for mut state in [takes_none, plain] {
        assert_eq!(asks(&mut state, "/upload a.png⏎"), []);
        assert_eq!(noted(&state), "this server takes no files");
        assert_eq!(state.composer.text(), "/upload a.png");
    }
}

#[test]
fn without_a_link_a_file_waits_for_one_and_says_so() {
    let mut state = live(0);
    play(&mut state, [lost(5_000)]);

    assert_eq!(asks(&mut state, "/upload a.png⏎"), []);
    assert!(noted(&state).starts_with("not connected; it is uploaded once you are"));

    assert!(play(&mut state, [greeted(0)]).contains(&carries(1, "a.png")));
}

#[test]
fn what_broke_off_is_tried_again_once_there_is_a_link_and_its_time_has_come() {
    let mut state = live(0);
    asks(&mut state, "/upload a.png⏎");

    assert_eq!(play(&mut state, [failed(1, FileTrouble::Broke), lost(5_000)]), []);
    assert_eq!(play(&mut state, [tick(EVENING + 1_000)]), []);
    assert!(play(&mut state, [greeted(0)]).contains(&carries(1, "a.png")));

    assert_eq!(play(&mut state, [failed(1, FileTrouble::Broke)]), []);
    assert_eq!(state.wake_at(), Some(EVENING + 2_000), "the seconds are counted down");
    assert_eq!(play(&mut state, [tick(EVENING + 3_000)]), [carries(1, "a.png")]);
    let said = play(&mut state, [brought(1, "a.png"), brought(1, "a.png")]);
    let kept = said.iter().filter(|effect| matches!(effect, Effect::Keep(_))).count();
    assert_eq!(kept, 1, "it is said once");
}

#[test]
fn what_is_cancelled_is_never_said_whatever_comes_of_it() {
    let mut state = live(0);
    asks(&mut state, "/upload a.png⏎/upload b.png⏎");

    assert_eq!(asks(&mut state, "/cancel⏎"), [Effect::StopCarrying]);
    assert_eq!(noted(&state), "stopped: a.png, b.png");
    assert_eq!(play(&mut state, [brought(1, "a.png"), failed(2, FileTrouble::Broke)]), []);
    assert_eq!(asks(&mut state, "/cancel⏎"), []);
    assert_eq!(asks(&mut state, "/upload c.png⏎"), [carries(3, "c.png")]);
}

#[test]
fn the_newest_file_is_saved_or_the_nth_from_it_in_the_folder_that_one_names() {
    let mut state = live(0);
    let lines = vec![shown(1, "瑶", "old.png"), shown(2, "吕布", "new.png"), line(3, "瑶", "hi")];
    play(&mut state, [heard(lines)]);
    let saves = |number, name: &str, folder: &str| {
        let (file, folder) = (Box::new(picture(name)), folder.into());
        Effect::Carry(number, Errand::Save { file, folder })
    };

    assert_eq!(asks(&mut state, "/save⏎"), [saves(1, "new.png", "")]);
    play(&mut state, [Event::Carried(1, News::Saved("/home/a/new.png".into()))]);
    assert_eq!(noted(&state), "new.png is saved as /home/a/new.png");
    let typed = ["/save 2⏎", "/save ~/我的 图片⏎", "/save 2 '/x y'⏎"];
    let expected = [("old.png", ""), ("new.png", "~/我的 图片"), ("old.png", "/x y")];
    for (number, (typed, (name, folder))) in (2..).zip(typed.into_iter().zip(expected)) {
        assert_eq!(asks(&mut state, typed), [saves(number, name, folder)]);
        play(&mut state, [Event::Carried(number, News::Saved("x".into()))]);
    }
    for typed in ["/save 3⏎", "/save 0⏎"] {
        assert_eq!(asks(&mut state, typed), []);
        assert_eq!(noted(&state), "there are not so many files here");
    }
    asks(&mut state, "/save⏎");
    play(&mut state, [failed(5, FileTrouble::Other)]);
    assert!(noted(&state).starts_with("new.png was not saved: what came is not the file"));
}
