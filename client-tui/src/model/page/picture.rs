//! Pictures among the lines: how much room each has, which is known before it is there.

use std::sync::Arc;

use kpl_shared::file::File;

use crate::model::{
    page::geometry::WIDE,
    room::pictures::{Means, Pictures, Sight, Slice},
    state::State,
};

/// The fewest rows of a window in which pictures are shown.
const MIN_ROWS: u16 = 15;
/// How many rows a picture has at most, and how much of the window.
const MOST_ROWS: u16 = 12;
const SHARE: u16 = 3;
/// How many columns it has at most.
const MOST_COLUMNS: u16 = 72;
/// How large a cell is, in pixels, where the terminal does not say.
const CELL: (u16, u16) = (8, 16);

/// How a file is seen in so many columns, if it is a picture and pictures are.
pub(super) fn sight(state: &State, file: &File, columns: usize) -> Option<Arc<Sight>> {
    let (window, height) = state.size;
    let Pictures { means, cell, .. } = state.pictures;
    let (Some(width), Some(tall)) = (file.width, file.height) else { return None };
    if means == Means::Off || window < WIDE || height < MIN_ROWS || width == 0 || tall == 0 {
        return None;
    }
    let cell = cell.unwrap_or(CELL);
    let most = (u16::try_from(columns).ok()?.min(MOST_COLUMNS), MOST_ROWS.min(height / SHARE));
    let (columns, rows) = size((width, tall), cell, most);
    Some(Arc::new(Sight { file: file.clone(), columns, rows, means, cell }))
}

/// Its rows.
pub(super) fn slices(sight: &Arc<Sight>) -> impl Iterator<Item = Slice> {
    (0..sight.rows).map(|row| Slice { sight: sight.clone(), row })
}

/// How many columns and rows a picture has: as many as its pixels fill, but no more than these.
fn size((width, height): (u32, u32), cell: (u16, u16), most: (u16, u16)) -> (u16, u16) {
    let (wide, tall) = (u64::from(width), u64::from(height));
    let (cell_wide, cell_tall) = (u64::from(cell.0.max(1)), u64::from(cell.1.max(1)));
    let room = (u64::from(most.0) * cell_wide, u64::from(most.1) * cell_tall);
    // As wide as there is room, or as high, whichever is less.
    let (wide, tall) = if wide <= room.0 && tall <= room.1 {
        (wide, tall)
    } else if wide * room.1 > tall * room.0 {
        (room.0, (tall * room.0 / wide).max(1))
    } else {
        ((wide * room.1 / tall).max(1), room.1)
    };
    let cells = |pixels: u64, cell: u64, most: u16| {
        u16::try_from(pixels.div_ceil(cell)).unwrap_or(most).clamp(1, most.max(1))
    };
    (cells(wide, cell_wide, most.0), cells(tall, cell_tall, most.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        effect::Effect,
        page::reading,
        room::pictures::{Drawn, Held},
        tests::script::{greeted, heard, line, play, shown, start, types},
    };

    fn state(means: Means) -> State {
        let mut state = start();
        state.pictures = Pictures::new(means);
        play(
            &mut state,
            [greeted(0), heard(vec![line(1, "瑶", "看"), shown(2, "瑶", "截图.png")])],
        );
        state
    }

    fn sights(state: &State) -> Vec<Arc<Sight>> {
        let rows = reading::window(state, 80, 20).rows;
        let slices = rows.iter().flatten().filter_map(|piece| piece.picture.as_ref());
        let mut sights: Vec<_> = slices.map(|slice| slice.sight.clone()).collect();
        sights.dedup();
        sights
    }

    fn drawn(id: u32) -> Drawn {
        Drawn { blocks: vec![], sequence: Some("pixels".into()), id }
    }

    #[test]
    fn a_picture_is_as_large_as_its_pixels_or_as_there_is_room() {
        assert_eq!(size((80, 32), (8, 16), (60, 12)), (10, 2));
        assert_eq!(size((1280, 720), (8, 16), (60, 12)), (43, 12));
        assert_eq!(size((5000, 100), (8, 16), (60, 12)), (60, 1));
        assert_eq!(size((1, 9000), (8, 16), (60, 12)), (1, 12));
        assert_eq!(size((u32::MAX, u32::MAX), (8, 16), (60, 12)), (24, 12));
        assert_eq!(size((9, 9), (0, 0), (0, 0)), (1, 1));
    }

    #[test]
    fn a_picture_has_its_rows_before_it_is_there_and_keeps_them_when_it_fails() {
        let mut state = state(Means::Blocks);
        let rows = |state: &State| reading::window(state, 80, 20).rows.len();
        let before = rows(&state);
        let sights = sights(&state);

        assert_eq!(sights.len(), 1);
        let asked = state.pictures.see(&sights);
        assert_eq!(asked, [Effect::Show(sights[0].clone())]);
        assert_eq!(state.pictures.see(&sights), []);
        assert_eq!(rows(&state), before);
        state.pictures.come(&sights[0], None);
        assert_eq!(state.pictures.held(&sights[0]), Some(&Held::Failed));
        assert_eq!(rows(&state), before);
        assert_eq!(state.pictures.see(&sights), [], "it is not asked for again and again");
        play(&mut state, [greeted(2)]);
        assert_eq!(state.pictures.see(&sights).len(), 1, "once there is a link again it is");
    }

    #[test]
    fn no_picture_is_shown_where_there_is_no_room_or_none_is_wanted() {
        assert_eq!(sights(&state(Means::Off)), []);
        for size in [(40, 24), (80, 14), (20, 5)] {
            let mut state = state(Means::Blocks);
            state.size = size;
            assert_eq!(sights(&state), [], "{size:?}");
        }
    }

    #[test]
    fn one_asks_for_pictures_and_for_none() {
        let mut state = state(Means::Blocks);

        types(&mut state, "/pictures⏎");
        assert_eq!((state.pictures.means, sights(&state).len()), (Means::Off, 0));
        types(&mut state, "/pictures on⏎");
        assert_eq!((state.pictures.means, sights(&state).len()), (Means::Blocks, 1));
        types(&mut state, "/pictures off⏎/pictures perhaps⏎");
        assert_eq!(state.pictures.means, Means::Off);
    }

    #[test]
    fn kitty_is_told_of_a_picture_once_and_when_it_is_let_go() {
        let mut state = state(Means::Kitty);
        let sights = sights(&state);
        state.pictures.see(&sights);

        let told = state.pictures.come(&sights[0], Some(drawn(7)));
        let again = state.pictures.come(&sights[0], Some(drawn(8)));

        assert_eq!((told, again), (vec![Effect::Draw("pixels".into())], vec![]));
        assert_eq!(state.pictures.forget(), [Effect::Draw("\x1b_Ga=d,d=I,i=7,q=2\x1b\\".into())]);
        assert_eq!(state.pictures.come(&sights[0], Some(drawn(9))), [], "nobody waits for it");
    }

    #[test]
    fn those_that_were_not_seen_for_longest_are_let_go() {
        let mut pictures = Pictures::new(Means::Blocks);
        let sight = sights(&state(Means::Blocks)).remove(0);
        let sight_of = |columns| Arc::new(Sight { columns, ..(*sight).clone() });

        for columns in 1..=200 {
            pictures.see(&[sight_of(columns)]);
        }

        let held = |columns: &u16| pictures.held(&sight_of(*columns)).is_some();
        assert_eq!((1..=200).filter(held).collect::<Vec<_>>(), (153..=200).collect::<Vec<_>>());
    }
}
