//! The pictures that are at hand.
//!
//! A picture is asked for when it comes into the window. What is held of it is made of its pixels
//! alone: blocks in two colours, and what a terminal is told that can do better.

use std::{collections::HashMap, sync::Arc};

use kpl_shared::file::{File, Hash};

use crate::model::effect::Effect;

/// How many are held at once.
const HELD: usize = 48;

/// By what a terminal shows pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Means {
    /// It shows none.
    #[default]
    Off,
    /// Half blocks in two colours each, which every terminal with colours has.
    Blocks,
    /// The graphics protocol of kitty, with placeholders.
    Kitty,
    /// Sixel.
    Sixel,
    /// The inline images of iTerm2.
    Iterm2,
}

/// A picture as it is to be seen: which, and how large, in cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The file.
    pub file: File,
    /// How many columns it has.
    pub columns: u16,
    /// How many rows it has.
    pub rows: u16,
    /// By what it is shown.
    pub means: Means,
    /// How large a cell is, in pixels.
    pub cell: (u16, u16),
}

/// One row of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The picture.
    pub sight: Arc<Sight>,
    /// The row, from 0.
    pub row: u16,
}

/// Red, green and blue.
pub type Pixel = [u8; 3];

/// A picture, drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The upper and the lower half of each cell, row by row.
    pub blocks: Vec<[Pixel; 2]>,
    /// What the terminal is told that shows it better: where the picture is, or for kitty once
    /// before.
    pub sequence: Option<Arc<str>>,
    /// By what kitty knows it.
    pub id: u32,
}

/// How it stands with a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It is on its way.
    Coming,
    /// It cannot be shown.
    Failed,
    /// It is here.
    Here(Arc<Drawn>),
}

type Key = (Hash, u16, u16);

/// The pictures that are at hand.
#[derive(Debug, Clone, Default)]
pub struct Pictures {
    /// By what they are shown.
    pub means: Means,
    /// By what they would be shown if they were: what the terminal can.
    pub able: Means,
    /// How large a cell is, in pixels.
    pub cell: Option<(u16, u16)>,
    held: HashMap<Key, (Held, u64)>,
    turn: u64,
}

impl Pictures {
    /// None yet, in a terminal that can do so much.
    pub fn new(means: Means) -> Self {
        Self { means, able: means, ..Self::default() }
    }

    /// How it stands with a picture, if it has been asked for.
    pub fn held(&self, sight: &Sight) -> Option<&Held> {
        self.held.get(&sight.key()).map(|(held, _)| held)
    }

    /// These are in the window: what is to be done to have them.
    pub fn see(&mut self, sights: &[Arc<Sight>]) -> Vec<Effect> {
        self.turn += 1;
        let mut effects = Vec::new();
        for sight in sights {
            let turn = self.turn;
            let (_, seen) = self.held.entry(sight.key()).or_insert_with(|| {
                effects.push(Effect::Show(sight.clone()));
                (Held::Coming, turn)
            });
            *seen = turn;
        }
        while self.held.len() > HELD {
            let oldest = self.held.iter().min_by_key(|(_, (_, seen))| *seen);
            let Some(key) = oldest.filter(|(_, (_, seen))| *seen < self.turn).map(|(key, _)| *key)
            else {
                break;
            };
            let gone = self.held.remove(&key).map(|(held, _)| held);
            effects.extend(gone.and_then(|held| forgotten(&held)));
        }
        effects
    }

    /// One has come, or will not.
    pub fn come(&mut self, sight: &Sight, drawn: Option<Drawn>) -> Vec<Effect> {
        // One that is not waited for any more was let go, or is drawn by other means by now.
        let Some((held, _)) = self.held.get_mut(&sight.key()) else { return vec![] };
        if sight.means != self.means || *held != Held::Coming {
            return vec![];
        }
        let Some(drawn) = drawn else {
            *held = Held::Failed;
            return vec![];
        };
        let told = drawn.sequence.clone().filter(|_| sight.means == Means::Kitty);
        *held = Held::Here(drawn.into());
        told.map(Effect::Draw).into_iter().collect()
    }

    /// Those that could not be fetched may be, now that there is a link again.
    pub fn retry(&mut self) {
        self.held.retain(|_, (held, _)| *held != Held::Failed);
    }

    /// Lets all of them go: the terminal has forgotten them, or they are drawn otherwise.
    pub fn forget(&mut self) -> Vec<Effect> {
        self.held.drain().filter_map(|(_, (held, _))| forgotten(&held)).collect()
    }
}

/// What the terminal is told of one that is let go.
fn forgotten(held: &Held) -> Option<Effect> {
    match held {
        Held::Here(drawn) if drawn.id != 0 => {
            Some(Effect::Draw(format!("\x1b_Ga=d,d=I,i={},q=2\x1b\\", drawn.id).into()))
        }
        _ => None,
    }
}

impl Sight {
    fn key(&self) -> Key {
        (self.file.hash, self.columns, self.rows)
    }
}
