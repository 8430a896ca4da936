//! Pictures on the screen.

use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::{Buffer, Cell},
    style::Color,
};

use crate::{
    model::{
        event::Event,
        key::{Key, KeyCode},
        room::pictures::{Drawn, Means, Pictures},
        state::State,
        tests::script::*,
    },
    view::see,
};

/// A room in which 瑶 has shown a picture, which is drawn in one colour above another.
fn room(means: Means, rows: u16) -> (State, Buffer) {
    let mut state = start();
    state.pictures = Pictures::new(means);
    state.size = (80, rows);
    let lines = vec![line(1, "瑶", "看"), shown(2, "瑶", "截图.png"), line(3, "瑶", "怎么样")];
    play(&mut state, [greeted(0), measured(23), heard(lines)]);
    let mut terminal = Terminal::new(TestBackend::new(80, rows)).unwrap();
    let mut sights = Vec::new();
    terminal.draw(|frame| sights = see(&state, frame)).unwrap();
    play(&mut state, [Event::InSight(sights.clone())]);
    for sight in sights {
        let cells = usize::from(sight.columns) * usize::from(sight.rows);
        let blocks = vec![[[250, 0, 0], [0, 0, 250]]; cells];
        let sequence = (means != Means::Blocks).then(|| "\x1b7PIXELS\x1b8".into());
        let id = if means == Means::Kitty { 0x0001_0203 } else { 0 };
        play(&mut state, [Event::Drawn(sight, Some(Drawn { blocks, sequence, id }))]);
    }
    let drawn = draw(&state);
    (state, drawn)
}

fn draw(state: &State) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| drop(see(state, frame))).unwrap();
    terminal.backend().buffer().clone()
}

fn text(buffer: &Buffer) -> String {
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    rows.map(|row| row.iter().map(Cell::symbol).collect::<String>() + "\n").collect()
}

fn count(buffer: &Buffer, is_one: impl Fn(&Cell) -> bool) -> usize {
    buffer.content.iter().filter(|cell| is_one(cell)).count()
}

fn is_block(cell: &Cell) -> bool {
    cell.symbol() == "▀" && cell.fg == Color::Rgb(250, 0, 0) && cell.bg == Color::Rgb(0, 0, 250)
}

#[test]
fn a_picture_stands_below_its_name_in_blocks() {
    let (_, buffer) = room(Means::Blocks, 24);

    // 1280 by 720 pixels in 8 rows of a window of 24.
    assert_eq!(count(&buffer, is_block), 28 * 8 + 8, "{}", text(&buffer));
    assert!(text(&buffer).contains("截 图 .png"), "{}", text(&buffer));
    assert!(text(&buffer).contains("怎 么 样"), "what follows it is seen");
}

#[test]
fn until_it_is_there_and_when_it_cannot_be_shown_words_stand_in_its_place() {
    let (mut state, _) = room(Means::Blocks, 24);
    state.pictures.forget();
    let coming = draw(&state);
    let mut sights = Vec::new();
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| sights = see(&state, frame)).unwrap();
    play(&mut state, [Event::InSight(sights.clone()), Event::Drawn(sights[0].clone(), None)]);
    let failed = draw(&state);

    assert!(text(&coming).contains("the picture is on its way"), "{}", text(&coming));
    assert!(text(&failed).contains("the picture cannot be shown"), "{}", text(&failed));
    assert_eq!(count(&failed, is_block), 0);
}

#[test]
fn what_lies_over_a_picture_stays_and_the_rest_of_it_is_blocks() {
    for means in [Means::Blocks, Means::Sixel, Means::Iterm2, Means::Kitty] {
        let (mut state, whole) = room(means, 24);
        play(&mut state, [Event::Pressed(Key::from(KeyCode::F(1)))]);
        let covered = draw(&state);
        play(&mut state, [Event::Pressed(Key::from(KeyCode::Esc))]);
        let again = draw(&state);

        assert!(!text(&covered).contains("PIXELS"), "{means:?}");
        assert_eq!(count(&covered, is_block), 0, "a sheet has the window, {means:?}");
        assert_eq!(whole, again, "{means:?}");
    }
}

#[test]
fn a_sequence_is_sent_where_all_of_the_picture_is_seen_and_blocks_elsewhere() {
    for means in [Means::Sixel, Means::Iterm2] {
        let (mut state, whole) = room(means, 24);
        assert_eq!(count(&whole, |cell| cell.symbol().contains("PIXELS")), 1, "{means:?}");
        assert_eq!(count(&whole, is_block), 0);
        let more = (4..18).map(|seq| line(seq, "瑶", "再来"));
        play(&mut state, [heard(more.collect())]);

        let part = draw(&state);

        assert_eq!(count(&part, |cell| cell.symbol().contains("PIXELS")), 0, "{means:?}");
        assert!(count(&part, is_block) > 0, "{means:?}: {}", text(&part));
    }
}

#[test]
fn kitty_gets_placeholders_in_the_colour_of_the_pictures_number() {
    let (_, buffer) = room(Means::Kitty, 24);

    let rows: Vec<_> =
        buffer.content.iter().filter(|cell| cell.symbol().starts_with('\u{10EEEE}')).collect();

    assert_eq!(rows.len(), 8);
    for row in rows {
        assert_eq!(row.fg, Color::Rgb(1, 2, 3));
        assert_eq!(row.symbol().matches('\u{10EEEE}').count(), 29);
    }
}
