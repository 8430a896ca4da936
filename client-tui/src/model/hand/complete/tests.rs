use proptest::prelude::*;

use crate::model::{
    effect::Effect,
    event::Event,
    hand::{
        command,
        complete::folder::{Entry, Glimpse, Seen},
    },
    key::KeyCode,
    state::State,
    tests::script::*,
    words::Language,
};

/// A room of six, in which 貂蝉 spoke last and before her 李元芳.
fn room() -> State {
    let mut state = start();
    let names = ["李白", "瑶", "李元芳", "貂蝉", "吕布", "alice"];
    play(&mut state, [greeted(0), measured(23), listed(&names)]);
    play(&mut state, [heard(vec![line(1, "李元芳", "来了"), line(2, "貂蝉", "好")])]);
    // In the script we are 李白 under the identity "me".
    state.people.members[0].uid = "me".into();
    state
}

/// Presses keys: ⇥ is Tab, ⇤ Shift-Tab, ⎋ Escape, ↑ and ↓ the arrows, ← the arrow and ⌫ Backspace.
fn press_all(state: &mut State, keys: &str) {
    for key in keys.chars() {
        let key = match key {
            '⇥' => KeyCode::Tab,
            '⇤' => KeyCode::BackTab,
            '⎋' => KeyCode::Esc,
            '↑' => KeyCode::Up,
            '↓' => KeyCode::Down,
            '←' => KeyCode::Left,
            '⌫' => KeyCode::Backspace,
            '⏎' => KeyCode::Enter,
            letter => KeyCode::Char(letter),
        };
        play(state, [press(key)]);
    }
}

fn after(keys: &str) -> State {
    let mut state = room();
    press_all(&mut state, keys);
    state
}

fn draft(keys: &str) -> String {
    let state = after(keys);
    let (before, behind) = state.composer.text().split_at(state.composer.caret());
    format!("{before}|{behind}")
}

fn offered(keys: &str) -> Vec<String> {
    let state = after(keys);
    let popup = super::popup(&state).cloned();
    popup.map_or(vec![], |popup| popup.candidates.into_iter().map(|to| to.shown).collect())
}

/// The looks at the disk that keys ask for.
fn looked_for(state: &mut State, keys: &str) -> Vec<Glimpse> {
    let effects = keys.chars().flat_map(|key| {
        let key = if key == '⇥' { KeyCode::Tab } else { KeyCode::Char(key) };
        play(state, [press(key)])
    });
    let looks = effects.map(|effect| match effect {
        Effect::Look(glimpse) => glimpse,
        other => panic!("{other:?}"),
    });
    looks.collect()
}

/// The shell has seen folders, which end so, and files.
fn seen(folder: &str, beginning: &str, names: &[&str]) -> Event {
    let entry = |name: &&str| Entry {
        name: name.trim_end_matches('/').into(),
        is_folder: name.ends_with('/'),
    };
    let of = Glimpse { folder: folder.into(), beginning: beginning.into() };
    Event::Looked(Seen { of, entries: names.iter().map(entry).collect(), all: true })
}

fn glimpse(folder: &str, beginning: &str) -> Glimpse {
    Glimpse { folder: folder.into(), beginning: beginning.into() }
}

#[test]
fn a_path_is_completed_by_what_there_is_and_the_disk_is_looked_at_once_a_folder() {
    let mut state = room();

    assert_eq!(
        looked_for(&mut state, "/upload ~/"),
        [glimpse("", ""), glimpse("", "~"), glimpse("~/", "")]
    );
    play(&mut state, [seen("~/", "", &["我的 图片/", "Music/", "match.png"])]);
    assert_eq!(looked_for(&mut state, "m"), [], "that is known already");
    let shown = super::popup(&state).map(|popup| popup.candidates.clone()).unwrap_or_default();
    assert_eq!(
        shown.iter().map(|to| to.shown.as_str()).collect::<Vec<_>>(),
        ["Music/", "match.png"]
    );
    press_all(&mut state, "⌫我⇥");
    assert_eq!(state.composer.text(), "/upload ~/我的 图片/");
    assert_eq!(looked_for(&mut state, "⇥"), [glimpse("~/我的 图片/", "")]);
    play(&mut state, [seen("~/我的 图片/", "", &["截图 1.png"])]);
    assert_eq!(state.composer.text(), "/upload ~/我的 图片/截图 1.png", "Tab waited for it");
}

#[test]
fn a_path_is_completed_as_it_is_written_and_for_saving_only_by_folders() {
    for (typed, folder, completed) in [
        ("/upload /a\\ b/", "/a b/", "/upload /a\\ b/x\\ y.png"),
        ("/upload '/a b/", "/a b/", "/upload '/a b/x y.png"),
        ("/upload /a b/", "/a b/", "/upload /a b/x y.png"),
        ("/save 2 /a b/", "/a b/", "/save 2 /a b/z/"),
    ] {
        let mut state = room();
        let looks = looked_for(&mut state, typed);
        assert_eq!(looks.last(), Some(&glimpse(folder, "")), "{typed}");
        play(&mut state, [seen(folder, "", &["x y.png", "z/"])]);
        press_all(&mut state, "⇥");
        assert_eq!(state.composer.text(), completed);
    }
}

#[test]
fn what_was_looked_for_and_is_not_typed_any_more_changes_nothing() {
    let mut state = room();
    looked_for(&mut state, "/upload a⇥");
    press_all(&mut state, "⎋⌫⌫⌫⌫⌫⌫⌫⌫⌫hi");

    play(&mut state, [seen("", "a", &["a.png"])]);

    assert_eq!(state.composer.text(), "hi");
    assert!(super::popup(&state).is_none());
}

#[test]
fn a_name_is_completed_by_pinyin_initials_and_by_full_pinyin() {
    assert_eq!(draft("@dc⇥"), "@貂蝉 |");
    assert_eq!(draft("@diaochan⇥"), "@貂蝉 |");
    assert_eq!(draft("@lyf⇥"), "@李元芳 |");
    assert_eq!(draft("@li白⇥"), "@李白 |");
}

#[test]
fn a_name_at_the_start_of_a_draft_speaks_to_somebody_and_elsewhere_only_names_them() {
    assert_eq!(draft("ali⇥"), "@alice |");
    assert_eq!(draft("hi ali⇥"), "hi alice |");
    assert_eq!(draft("hi @ali⇥"), "hi @alice |");
    assert_eq!(draft("来了dc⇥"), "来了貂蝉 |");
    assert_eq!(draft("来了@dc⇥"), "来了@貂蝉 |");
}

#[test]
fn completion_is_at_the_caret_and_leaves_what_follows() {
    assert_eq!(draft("@ali，走←←⇥"), "@alice |，走");
    assert_eq!(draft("@ali 走←←⇥"), "@alice| 走");
}

#[test]
fn whoever_spoke_last_comes_first_and_oneself_last() {
    assert_eq!(offered("@l"), ["李元芳", "吕布", "李白"]);
    assert_eq!(offered("@李"), ["李元芳", "李白"]);

    let mut state = room();
    play(&mut state, [heard(vec![line(3, "吕布", "在")])]);
    press_all(&mut state, "@l⇥");
    assert_eq!(state.composer.text(), "@吕布 ");
}

#[test]
fn somebody_who_spoke_and_left_can_still_be_named() {
    let mut state = room();
    state.people.members.retain(|member| member.name != "貂蝉");

    press_all(&mut state, "@d⇥");

    assert_eq!(state.composer.text(), "@貂蝉 ");
}

#[test]
fn tab_walks_through_the_candidates_and_round() {
    assert_eq!(draft("@l⇥"), "@李元芳 |");
    assert_eq!(draft("@l⇥⇥"), "@吕布 |");
    assert_eq!(draft("@l⇥⇥⇥⇥"), "@李元芳 |");
    assert_eq!(draft("@l⇤"), "@李白 |");
    assert_eq!(draft("@l↓↓"), "@吕布 |");
    assert_eq!(draft("@l⇥↑"), "@李白 |");
}

#[test]
fn esc_gives_the_draft_back_as_it_was_and_the_popup_stays_away_from_that_word() {
    assert_eq!(draft("hi @l⇥⇥⎋"), "hi @l|");
    assert!(offered("@l⎋i").is_empty());
    assert!(!offered("@l⎋ @l").is_empty());
}

#[test]
fn a_walk_among_candidates_is_undone_at_once() {
    let mut state = after("hi @l⇥⇥⇥");

    play(&mut state, [ctrl('_')]);

    assert_eq!(state.composer.text(), "hi @l");
}

#[test]
fn enter_keeps_what_was_walked_to_and_only_then_sends() {
    let mut state = after("@l⇥");

    press_all(&mut state, "⏎");
    assert_eq!(state.composer.text(), "@李元芳 ");
    assert!(super::popup(&state).is_none());
    press_all(&mut state, "⏎");

    assert_eq!(state.outbox.len(), 1);
}

#[test]
fn a_popup_that_only_offers_takes_nothing_from_enter() {
    assert_eq!(offered("@l").len(), 3);
    let state = after("@l⏎");

    assert_eq!(state.outbox.len(), 1);
    assert!(state.composer.is_empty());
}

#[test]
fn a_popup_opens_by_itself_for_names_commands_and_emoji_and_typing_narrows_it() {
    assert_eq!(offered("@ly"), ["李元芳"]);
    assert_eq!(offered("@l⌫l"), ["李元芳", "吕布", "李白"]);
    assert!(offered("@李白").is_empty(), "it is whole already");
    assert_eq!(offered("/n"), ["/names", "/nick NAME"]);
    assert_eq!(offered("@").len(), 6);
    assert_eq!(offered("来了@").len(), 6);
    let ours = command::beginning("/", Language::En, false).count();
    assert_eq!(offered("/").len(), ours);
    assert_eq!(offered("／").len(), ours);
    assert!(ours < command::words().count(), "what only operators may do is offered to them");
    assert!(offered(":s").is_empty());
    assert!(offered(":smi").iter().any(|shown| shown == "😄 :smile:"));
}

#[test]
fn nothing_opens_by_itself_while_one_only_writes() {
    for keys in ["hello", "来了", "10:30", "a@l", "https://sm", "@ l", "//n", "@l←"] {
        assert!(offered(keys).is_empty(), "{keys}");
    }
    let mut state = room();
    play(&mut state, [Event::Pasted("@l".into())]);
    assert!(super::popup(&state).is_none(), "a paste is not typed");
}

#[test]
fn emoji_are_completed_by_their_names() {
    assert_eq!(draft("好:smile⇥"), "好😄|");
    assert_eq!(draft(":thumbsu⇥"), "👍|");
    assert_eq!(draft(":smile:⇥"), "😄|");
    assert_eq!(draft(":nosuchthing⇥"), ":nosuchthing|");
}

#[test]
fn commands_are_completed_and_explained_as_one_types() {
    assert_eq!(draft("/ni⇥"), "/nick |");
    assert_eq!(draft("/NI⇥"), "/nick |");
    assert_eq!(super::hint(&after("/nick")).unwrap().0, "/nick NAME");
    assert_eq!(super::hint(&after("/nick 青莲")).unwrap().0, "/nick NAME");
    assert_eq!(super::hint(&after("/ni")), None);
    assert_eq!(super::hint(&after("nick")), None);
}

#[test]
fn what_a_command_takes_is_offered_and_nothing_else() {
    assert_eq!(offered("/theme "), ["dark", "light", "contrast", "16"]);
    assert_eq!(draft("/theme d⇥"), "/theme dark|");
    assert_eq!(draft("/theme dc⇥"), "/theme dc|", "貂蝉 is no theme");
    assert_eq!(draft("/theme dark d⇥"), "/theme dark d|");
    assert_eq!(offered("/lang "), ["zh", "en"]);
    assert_eq!(draft("/lang E⇥"), "/lang en|");
    assert_eq!(offered("/dnd "), ["0", "15", "60", "480"]);
    assert_eq!(draft("/dnd l⇥"), "/dnd l|");
    assert_eq!(draft("/nick l⇥"), "/nick l|", "nobody's name yet");
    assert_eq!(draft("/help l⇥"), "/help l|");
    // Names where a name is taken, and wherever one writes.
    for word in ["/whois", "/ignore", "/unignore"] {
        assert_eq!(draft(&format!("{word} dc⇥")), format!("{word} 貂蝉 |"));
        assert_eq!(offered(&format!("{word} ")).len(), 6);
    }
    assert_eq!(draft("/me hugs dc⇥"), "/me hugs 貂蝉 |");
    assert_eq!(draft("/search dc⇥"), "/search 貂蝉 |");
}

#[test]
fn a_command_is_completed_behind_what_a_chinese_input_method_types_for_the_slash() {
    assert_eq!(draft("／ni⇥"), "/nick |");
    assert_eq!(draft("、ni⇥"), "/nick |");
    assert_eq!(offered("、n"), ["/names", "/nick NAME"]);
    assert!(offered("、").is_empty() && offered("、走").is_empty());
    assert_eq!(draft("、theme d⇥"), "、theme dark|");
    assert_eq!(super::hint(&after("／nick")).unwrap().0, "/nick NAME");
    assert_eq!(super::hint(&after("、nick 青莲")).unwrap().0, "/nick NAME");
}

#[test]
fn in_a_window_without_room_for_a_popup_tab_still_cycles_and_enter_sends() {
    let mut state = room();
    play(&mut state, [Event::Resized(20, 5)]);

    press_all(&mut state, "@l⇥⇥");
    assert_eq!(state.composer.text(), "@吕布 ");
    press_all(&mut state, "⏎");

    assert_eq!(state.outbox.len(), 1, "nobody sees a popup that Enter could mean");
}

#[test]
fn a_name_that_would_steer_the_draft_is_not_offered() {
    let mut state = start();
    play(&mut state, [greeted(0), listed(&["a\nb", "a\x1b[2J", "a b", "abc"])]);

    press_all(&mut state, "@a⇥");

    assert_eq!(state.composer.text(), "@abc ");
}

proptest! {
    #[test]
    fn esc_always_gives_back_what_was_typed(
        before in "[a-z李@:/ ，]{0,12}", word in "[@:]?[a-z李]{1,4}", behind in "[a-z李 ]{0,6}",
        walk in "[⇥⇤]{1,4}",
    ) {
        let mut state = room();
        press_all(&mut state, &format!("{behind}{}", "←".repeat(behind.chars().count())));
        press_all(&mut state, &format!("{before}{word}"));

        let mut typed = (state.composer.text().to_owned(), state.composer.caret());
        for key in walk.chars() {
            if super::walked(&state).is_none() {
                // An only candidate was kept by the key before, and a new word is begun.
                typed = (state.composer.text().to_owned(), state.composer.caret());
            }
            press_all(&mut state, &key.to_string());
        }
        let open = super::popup(&state).is_some();
        press_all(&mut state, "⎋");

        if open {
            prop_assert_eq!((state.composer.text().to_owned(), state.composer.caret()), typed);
        }
    }

    #[test]
    fn keys_in_any_order_leave_a_caret_that_stands_between_two_characters(
        keys in "[a-z李白@:/ 👍⇥⇤⎋↑↓←⌫⏎]{0,60}", columns in 10..60_u16, rows in 3..20_u16,
    ) {
        let mut state = room();
        play(&mut state, [Event::Resized(columns, rows)]);
        press_all(&mut state, &keys);
        prop_assert!(state.composer.text().is_char_boundary(state.composer.caret()));
    }
}
