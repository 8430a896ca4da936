//! What the shell tells of files, at random.

use super::Dice;
use crate::model::{
    hand::complete::folder::{Entry, Glimpse, Seen},
    room::carrying::News,
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
