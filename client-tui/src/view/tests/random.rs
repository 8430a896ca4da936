//! Whatever happens in whatever window, the screen is drawn and the caret is in it.

use kpl_shared::{
    message::{Kind, Message},
    protocol::{Heads, Messages, Notice},
    refusal::Code,
};
use proptest::prelude::*;

use super::draw;
use crate::model::{
    effect::Effect,
    event::{Event, Link},
    hand::vi::Vi,
    key::{Key, KeyCode},
    look::colour::Depth,
    page::{
        geometry::Geometry,
        reading,
        rows::{Ink, Row},
    },
    state::State,
    tests::script::*,
    words::{Language, clock::Zone},
};

/// Text of all the sorts that have broken terminal programs.
const TEXT: &str = "([a-z /?`@\n\t]|https://a\\.b/c|https://a\\.b/汉a|```|[\u{0}-\u{9f}]|汉|，|👨‍👩‍👧|❤️|🇨🇳|e\u{301}|\u{301}|\u{200d}|\u{202e}|\\PC){0,60}";

fn any_key() -> impl Strategy<Value = Key> {
    let code = prop_oneof![
        4 => any::<char>().prop_map(KeyCode::Char),
        6 => prop::sample::select(vec!['a', 'b', '汉', '/', ' ', '\u{301}', '\u{200d}', '👨'])
            .prop_map(KeyCode::Char),
        4 => prop::sample::select("abcdefhjklnprtuwxyz".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
        12 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Tab, KeyCode::BackTab, KeyCode::Backspace, KeyCode::Delete,
            KeyCode::Esc, KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Home,
            KeyCode::End, KeyCode::PageUp, KeyCode::PageDown, KeyCode::F(1),
            KeyCode::F(6), KeyCode::F(7),
        ]),
    ];
    (code, prop::bool::weighted(0.2), prop::bool::weighted(0.2), any::<bool>())
        .prop_map(|(code, ctrl, alt, shift)| Key { code, ctrl, alt, shift })
}

fn any_line() -> impl Strategy<Value = Message> {
    (
        prop_oneof![6 => 0..60_u64, 1 => any::<u64>()],
        prop_oneof![4 => Just(EVENING), 1 => any::<i64>()],
        TEXT,
        TEXT,
        prop::option::of("p-[0-9]"),
        prop::sample::select(vec![Kind::Text, Kind::Action, Kind::Unknown]),
        any::<bool>(),
    )
        .prop_map(|(seq, at, from, text, cid, kind, guest)| {
            let uid = if guest { "me" } else { "uid" }.into();
            Message { seq, at, from, uid, guest, cid, kind, text }
        })
}

fn any_packet() -> impl Strategy<Value = Messages> {
    let lines = prop_oneof![
        3 => (0..60_u64, 0..30_u64).prop_map(|(first, count)| {
            (first..first + count).map(|seq| line(seq, "瑶", &format!("line {seq}"))).collect()
        }),
        1 => prop::collection::vec(any_line(), 0..12),
    ];
    (lines, any::<bool>(), prop::option::of(0..12_u64)).prop_map(|(lines, more, req)| Messages {
        more,
        req,
        ..packet(lines)
    })
}

fn any_link() -> impl Strategy<Value = Link> {
    prop_oneof![
        1 => Just(Link::Dialled),
        2 => (prop_oneof![0..70_u64, any::<u64>()], "[ef]")
            .prop_map(|(head, epoch)| Link::Greeted(hello(&epoch, head))),
        1 => Just(Link::FoundPlain),
        6 => any_packet().prop_map(Link::Told),
        1 => TEXT.prop_map(|text| Link::Relayed(text, None)),
        1 => any::<u64>().prop_map(|head| {
            Link::Beaconed(Heads { rooms: [(kpl_shared::names::RoomName::default(), head)].into() })
        }),
        1 => TEXT.prop_map(|name| match listed(&[&name, "瑶"]) {
            Event::Link(link) => link,
            _ => Link::FoundPlain,
        }),
        1 => (TEXT, any::<usize>()).prop_map(|(name, total)| Link::Joined(presence(&name, total))),
        1 => (TEXT, any::<usize>()).prop_map(|(name, total)| Link::Left(presence(&name, total))),
        1 => ("p-[0-9]", prop::sample::select(Code::ALL), prop::option::of(any::<u64>()))
            .prop_map(|(cid, code, retry)| match refused(&cid, code, retry) {
                Event::Link(link) => link,
                _ => Link::FoundPlain,
            }),
        2 => (prop::collection::vec(any_line(), 0..12), any::<bool>(), prop::option::of(any::<u64>()), 0..4_u64)
            .prop_map(|(hits, more, next, req)| Link::Found(found(hits, more, next, req))),
        1 => (TEXT, TEXT).prop_map(|(uid, name)| Link::Writes(writes(&uid, &name))),
        1 => TEXT.prop_map(|text| Link::Noticed(Notice { code: "restart".into(), text })),
        1 => any::<u32>().prop_map(Link::Measured),
        1 => "p-[0-9]".prop_map(|cid| Link::Passed { cid }),
        1 => (TEXT, any::<u64>()).prop_map(|(why, retry_ms)| {
            let why = crate::model::words::trouble::Trouble::NoServer { at: why };
            Link::Lost { why, retry_ms }
        }),
        1 => prop::sample::select(Code::ALL).prop_map(|code| match turned_away(code) {
            Event::Link(link) => link,
            _ => Link::FoundPlain,
        }),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => any_key().prop_map(Event::Pressed),
        1 => TEXT.prop_map(Event::Pasted),
        1 => any::<i16>().prop_map(Event::Scrolled),
        2 => (-9..9_i16).prop_map(Event::Scrolled),
        2 => (0..130_u16, 0..45_u16).prop_map(|(column, row)| Event::Clicked(column, row)),
        1 => Just(press(Key::alt(KeyCode::Up))),
        1 => any::<bool>().prop_map(Event::Focused),
        2 => (0..130_u16, 0..45_u16).prop_map(|(columns, rows)| Event::Resized(columns, rows)),
        1 => (any::<i64>(), any::<i32>())
            .prop_map(|(now, east)| Event::Ticked { now, zone: Zone::fixed(east) }),
        1 => (0..100_000_i64).prop_map(|later| tick(EVENING + later)),
        8 => any_link().prop_map(Event::Link),
        1 => TEXT.prop_map(Event::OutboxFailed),
    ]
}

/// What people said in each row of the window.
fn said(state: &State) -> Vec<String> {
    let geometry = Geometry::now(state).unwrap();
    let window = reading::window(state, geometry.columns.into(), geometry.timeline_rows.into());
    let said = |row: &Row| {
        row.iter().filter(|piece| piece.ink == Ink::Said).map(|piece| piece.text.as_str()).collect()
    };
    window.rows.iter().map(said).collect()
}

proptest! {
    // Each case draws up to sixty screens; PROPTEST_CASES asks for more of them.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8))]

    #[test]
    fn nothing_that_happens_breaks_the_screen(
        events in prop::collection::vec(any_event(), 0..60),
        chinese: bool,
        coloured: bool,
    ) {
        let mut state = start_with(|config| {
            config.language = if chinese { Language::Zh } else { Language::En };
            config.look.depth = if coloured { Depth::Full } else { Depth::None };
            config.look.painted = chinese;
            config.hyperlinks = true;
        });
        state.vi = chinese.then(Vi::default);
        for event in events {
            play(&mut state, [event]);
            // A loop that woke at a moment that is past would never sleep.
            prop_assert!(state.wake_at().is_none_or(|wake| wake > state.clock.now));
            let (columns, rows) = (state.size.0.max(1), state.size.1.max(1));
            let screen = draw(&state, columns, rows);
            prop_assert!(screen.caret.0 < columns && screen.caret.1 < rows);
            let steers = |letter: char| letter != '\n' && kpl_shared::text::steers_a_screen(letter);
            prop_assert!(!screen.text.chars().any(steers));
            state.hyperlinks = false;
            prop_assert_eq!(draw(&state, columns, rows).text, screen.text, "a link hides something");
            state.hyperlinks = true;
        }
    }

    #[test]
    fn what_one_reads_stays_in_its_row_whatever_comes(
        lines in prop::collection::vec((0..3_usize, 0..9_i64, 0..4_usize), 40..90),
        loaded in 14..34_u64,
        newer in 0..6_u64,
        rows in 1..60_i16,
        columns in prop::sample::select(vec![24, 40, 80, 120]),
    ) {
        let mut at = EVENING;
        let lines: Vec<Message> = (1..).zip(lines).map(|(seq, (who, minutes, words))| {
            at += minutes * MINUTE;
            let text = format!("line {seq} {}", "and so on ".repeat(words * 3));
            Message { at, ..line(seq, ["瑶", "李白", "貂蝉"][who], &text) }
        }).collect();
        let here = lines.len() as u64 - newer;
        let part = |from: u64, to: u64| {
            lines.iter().filter(|line| line.seq > from && line.seq <= to).cloned().collect()
        };
        let page = |messages, req| Event::Link(Link::Told(Messages {
            req, more: true, ..packet(messages)
        }));
        let mut state = start();
        let asked = play(&mut state, [Event::Resized(columns, 15), greeted(here)]);
        let Some(Effect::Sync(tail)) = asked.get(1) else { panic!("{asked:?}") };
        play(&mut state, [page(part(here - loaded, here), tail.req)]);
        let asked = play(&mut state, [Event::Scrolled(rows)]);
        let before = said(&state);

        if let [Effect::Sync(older)] = &asked[..] {
            play(&mut state, [page(part(0, here - loaded), older.req)]);
        }
        if state.reading.is_some() {
            play(&mut state, [heard(part(here, here + newer))]);
        }

        let after = said(&state);
        for (row, said) in before.iter().enumerate().filter(|(_, said)| !said.is_empty()) {
            prop_assert_eq!(Some(said), after.get(row), "row {} of {:#?}", row, before);
        }
    }

    #[test]
    fn the_timeline_is_one_order_from_both_ends(
        events in prop::collection::vec(any_event(), 0..60),
    ) {
        let mut state = start();
        play(&mut state, events);
        let timeline = state.timeline();
        let mut down = Vec::new();
        while let Some(place) = timeline.after(down.last().copied()) {
            down.push(place);
        }
        let mut up = Vec::new();
        while let Some(place) = timeline.before(up.last().copied()) {
            up.push(place);
        }
        up.reverse();
        prop_assert!(down.iter().all(|&place| timeline.item(place).is_some()));
        prop_assert_eq!(down, up);
    }
}
