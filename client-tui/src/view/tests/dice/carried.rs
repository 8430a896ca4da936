//! What the shell tells of files, at random.

use std::sync::Arc;

use super::Dice;
use crate::model::{
    hand::complete::folder::{Entry, Glimpse, Seen},
    room::{
        carrying::News,
        pictures::{Drawn, Means, Sight},
    },
    words::{files::FileTrouble, trouble::Trouble},
};

pub(super) fn news(dice: &mut Dice) -> News {
    match dice.below(6) {
        0 => News::Brought(Box::new(dice.file())),
        1 => News::Saved(dice.text()),
        2 => News::Failed(trouble(dice)),
        _ => News::Moved { done: dice.roll(), of: dice.roll() },
    }
}

pub(super) fn seen(dice: &mut Dice) -> Seen {
    let of = Glimpse { folder: dice.text(), beginning: dice.text() };
    let entries = dice.some(9, |dice| Entry { name: dice.text(), is_folder: dice.once_in(2) });
    Seen { of, entries, all: dice.once_in(2) }
}

fn trouble(dice: &mut Dice) -> FileTrouble {
    match dice.below(6) {
        0 => FileTrouble::Link(Trouble::Unreachable { at: dice.text(), cause: dice.text() }),
        1 => FileTrouble::Refused(dice.refusal()),
        2 => FileTrouble::Broke,
        3 => FileTrouble::Odd { status: dice.text() },
        4 => FileTrouble::TooLarge { size: dice.roll(), most: dice.roll() },
        _ => FileTrouble::NotReadable { path: dice.text(), why: dice.text() },
    }
}

pub(super) fn sight(dice: &mut Dice) -> Arc<Sight> {
    let size = |cells: u64| u16::try_from(cells).unwrap_or(0);
    let (columns, rows) = (size(dice.below(80)), size(dice.below(14)));
    let means = dice.one(&[Means::Blocks, Means::Kitty, Means::Sixel, Means::Iterm2]);
    Arc::new(Sight { file: dice.file(), columns, rows, means, cell: (8, 16) })
}

pub(super) fn drawn(dice: &mut Dice) -> Drawn {
    let blocks = dice.some(900, |dice| [[dice.roll().to_le_bytes()[0]; 3]; 2]);
    Drawn { blocks, sequence: dice.maybe(|_| "\x1b7pixels\x1b8".into()), id: 7 }
}
