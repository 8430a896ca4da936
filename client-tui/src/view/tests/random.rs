//! Whatever happens in whatever window, the screen is drawn and the caret is in it.

use kpl_shared::{message::Message, protocol::Messages};
use proptest::prelude::*;

use super::{
    dice::{Dice, event},
    draw,
};
use crate::model::{
    effect::Effect,
    event::{Event, Link},
    hand::vi::Vi,
    look::colour::Depth,
    page::{
        geometry::Geometry,
        reading,
        rows::{Ink, Row},
    },
    state::State,
    tests::script::*,
    words::Language,
};

/// How many times something happens in a case: in the 32 that are usual, more than 10,000 times.
const EVENTS: usize = 320;

/// Everything that can happen, so many times.
fn any_events(most: usize) -> impl Strategy<Value = Vec<Event>> {
    let seeds = prop::collection::vec(any::<u64>(), most);
    seeds.prop_map(|seeds| seeds.into_iter().map(|seed| event(&mut Dice::new(seed))).collect())
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
    // PROPTEST_CASES asks for more of them.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8))]

    #[test]
    fn nothing_in_ten_thousand_things_that_happen_breaks_the_screen(
        events in any_events(EVENTS),
        chinese: bool,
        coloured: bool,
    ) {
        let mut state = start_with(|config| {
            config.language = if chinese { Language::Zh } else { Language::En };
            config.look.depth = if coloured { Depth::Full } else { Depth::None };
            config.look.painted = chinese;
            config.hyperlinks = true;
            config.discreet = false;
        });
        state.vi = chinese.then(Vi::default);
        play(&mut state, [Event::Resized(40, 12)]);
        for event in events {
            play(&mut state, [event]);
            // A loop that woke at a moment that is past would never sleep.
            prop_assert!(state.wake_at().is_none_or(|wake| wake > state.clock.now));
            let (columns, rows) = (state.size.0.max(1), state.size.1.max(1));
            let screen = draw(&state, columns, rows);
            prop_assert!(screen.caret.0 < columns && screen.caret.1 < rows);
            let steers = |letter: char| letter != '\n' && kpl_shared::text::steers_a_screen(letter);
            prop_assert!(!screen.text.chars().any(steers));
            if screen.linked {
                state.hyperlinks = false;
                let bare = draw(&state, columns, rows).text;
                prop_assert_eq!(bare, screen.text, "a link hides something");
                state.hyperlinks = true;
            }
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
        events in any_events(60),
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
