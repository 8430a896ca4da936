//! Dice: everything that can happen to the client, at random. Whatever happens comes of one number,
//! so that a test that failed can leave out one thing after another.

mod carried;

use kpl_shared::{
    file::{File, Hash},
    fingerprint::Fingerprint,
    invite::{self, Invite},
    message::{Kind, Message},
    names::RoomName,
    order::{Ordered, Sanction},
    protocol::{Heads, Heard, Messages, Notice, Refused},
    refusal::{Code, Refusal},
};

use self::carried::{drawn, news, seen, sight};
use crate::model::{
    event::{EditorTrouble, Event, Link},
    key::{Key, KeyCode},
    tests::script::*,
    words::{clock::Zone, trouble::Trouble, trust::Doubt},
};

/// Text of all the sorts that have broken terminal programs.
const TEXTS: &[&str] = &[
    "a",
    "b",
    "words ",
    "/",
    "?",
    "`",
    "```",
    "@",
    "@李白 ",
    "\n",
    "\t",
    ":smi",
    "//",
    "https://a.b/c",
    "https://a.b/汉a",
    "\u{0}",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{9b}31m",
    "汉",
    "，",
    "👨‍👩‍👧",
    "❤️",
    "🇨🇳",
    "e\u{301}",
    "\u{301}",
    "\u{200d}",
    "\u{202e}",
    "\u{200f}",
    "\r\n",
    "\u{2028}",
    "한",
    "ﷺ",
    "𒐫",
];
/// Keys that have a name.
const NAMED: &[KeyCode] = &[
    KeyCode::Enter,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::Esc,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::F(1),
    KeyCode::F(6),
    KeyCode::F(7),
];
/// Letters that do something somewhere, and letters that have broken something somewhere.
const LETTERS: &[char] = &[
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'n', 'o', 'p', 'r', 's', 't', 'u',
    'v', 'w', 'x', 'y', 'z', 'G', 'N', '0', '1', '9', '#', '_', '汉', '/', ' ', '@', ':',
    '\u{301}', '\u{200d}', '👨',
];

/// A number from which others come, always the same ones.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next of them, as `SplitMix64` makes them.
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    fn size(&mut self, bound: u16) -> u16 {
        u16::try_from(self.below(bound.into())).unwrap()
    }

    /// Once in so many times.
    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn maybe<T>(&mut self, what: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (!self.once_in(2)).then(|| what(self))
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    fn some<T>(&mut self, most: u64, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most)).map(|_| one(self)).collect()
    }

    fn letter(&mut self) -> char {
        // Half of them out of all there are.
        let any = u32::try_from(self.roll() >> 43).ok().and_then(char::from_u32);
        any.filter(|_| self.once_in(2)).unwrap_or_else(|| self.one(LETTERS))
    }

    fn text(&mut self) -> String {
        let parts = self.some(20, |dice| {
            if dice.once_in(8) { dice.letter().to_string() } else { dice.one(TEXTS).to_owned() }
        });
        parts.concat()
    }

    fn number(&mut self, usual: u64) -> u64 {
        if self.once_in(7) { self.roll() } else { self.below(usual) }
    }

    fn key(&mut self) -> Key {
        let code = if self.once_in(2) { self.one(NAMED) } else { KeyCode::Char(self.letter()) };
        let (ctrl, alt, shift) = (self.once_in(5), self.once_in(5), self.once_in(2));
        if self.once_in(12) { Key::alt(KeyCode::Up) } else { Key { code, ctrl, alt, shift } }
    }

    fn cid(&mut self) -> String {
        format!("p-{}", self.below(10))
    }

    fn message(&mut self) -> Message {
        let guest = self.once_in(2);
        Message {
            seq: self.number(60),
            at: if self.once_in(5) { self.roll().cast_signed() } else { EVENING },
            from: self.text(),
            uid: if guest { "me" } else { "uid" }.into(),
            guest,
            cid: self.maybe(Self::cid),
            kind: self.one(&[Kind::Text, Kind::Action, Kind::File, Kind::Unknown]),
            text: self.text(),
            file: self.maybe(Self::file).map(Box::new),
        }
    }

    fn file(&mut self) -> File {
        File {
            hash: Hash::from_bytes([7; 32]),
            name: self.text(),
            size: self.roll(),
            media: self.text(),
            width: self.maybe(|dice| u32::try_from(dice.below(10_000)).unwrap_or(0)),
            height: self.maybe(|dice| u32::try_from(dice.below(10_000)).unwrap_or(0)),
        }
    }

    fn messages(&mut self) -> Messages {
        let lines = if self.once_in(4) {
            self.some(12, Self::message)
        } else {
            let first = self.below(60);
            let seqs = first..first + self.below(30);
            seqs.map(|seq| line(seq, "瑶", &format!("line {seq}"))).collect()
        };
        let (more, req) = (self.once_in(2), self.maybe(|dice| dice.below(12)));
        Messages { more, req, ..packet(lines) }
    }

    fn refusal(&mut self) -> Refusal {
        Refusal::new(self.one(Code::ALL), self.text())
    }

    fn rows(&mut self) -> i16 {
        let few = 9 - self.size(18).cast_signed();
        if self.once_in(3) { self.size(u16::MAX).cast_signed() } else { few }
    }

    fn tick(&mut self) -> Event {
        if self.once_in(2) {
            return tick(EVENING + self.below(100_000).cast_signed());
        }
        let east = self.below(200_000).cast_signed() - 100_000;
        let zone = Zone::fixed(i32::try_from(east).unwrap());
        Event::Ticked { now: self.roll().cast_signed(), zone }
    }

    fn window(&mut self) -> (u16, u16) {
        // Most are small: that is where things break, and they are soon drawn.
        if self.once_in(10) {
            (self.size(130), self.size(45))
        } else {
            (self.size(60), self.size(16))
        }
    }
}

/// A maker of every sort that a type has, each so much oftener than another. A sort that has no
/// line here does not compile.
macro_rules! every {
    ($name:ident($dice:ident) -> $of:ty { $($weight:literal $sort:pat => $made:expr,)* }) => {
        pub(super) fn $name($dice: &mut Dice) -> $of {
            let _every_sort_is_here = |one: &$of| match one { $($sort => (),)* };
            let mut at = $dice.below(0 $(+ $weight)*);
            $(
                if at < $weight {
                    let made = $made;
                    assert!(matches!(made, $sort), "{made:?} is of another sort");
                    return made;
                }
                at -= $weight;
            )*
            unreachable!("{at}")
        }
    };
}

every! { event(dice) -> Event {
    24 Event::Pressed(_) => Event::Pressed(dice.key()),
    3 Event::Typed(_) => Event::Typed(dice.some(6, Dice::letter).into_iter().collect()),
    3 Event::Pasted(_) => Event::Pasted(dice.text()),
    8 Event::Scrolled(_) => Event::Scrolled(dice.rows()),
    6 Event::Clicked(..) => {
        let (column, row) = dice.window();
        Event::Clicked(column, row)
    },
    3 Event::Focused(_) => Event::Focused(dice.once_in(2)),
    6 Event::Resized(..) => {
        let (columns, rows) = dice.window();
        Event::Resized(columns, rows)
    },
    6 Event::Ticked { .. } => dice.tick(),
    2 Event::Reached(..) => Event::Reached(dice.size(6), dice.size(7)),
    27 Event::Link(_) => Event::Link(link(dice)),
    1 Event::NotOpened(_) => Event::NotOpened(dice.text()),
    1 Event::Edited(_) => Event::Edited(dice.maybe(editor).map_or(Ok(dice.text()), Err)),
    1 Event::HistoryFailed(_) => Event::HistoryFailed(dice.text()),
    1 Event::IgnoredNotKept(_) => Event::IgnoredNotKept(dice.text()),
    1 Event::OutboxFailed(_) => Event::OutboxFailed(dice.text()),
    2 Event::Carried(..) => Event::Carried(1 + dice.below(3), news(dice)),
    1 Event::InSight(_) => Event::InSight(dice.some(3, sight)),
    2 Event::Drawn(..) => Event::Drawn(sight(dice), dice.maybe(drawn)),
    1 Event::Looked(_) => Event::Looked(seen(dice)),
    1 Event::Noted(_) => Event::Noted(dice.text()),
} }

every! { editor(dice) -> EditorTrouble {
    1 EditorTrouble::Missing(_) => EditorTrouble::Missing(dice.text()),
    1 EditorTrouble::Failed(_) => EditorTrouble::Failed(dice.text()),
} }

every! { link(dice) -> Link {
    1 Link::Dialled => Link::Dialled,
    3 Link::Greeted(_) => {
        let epoch = dice.one(&["e", "e", "f"]);
        Link::Greeted(hello(epoch, dice.number(70)))
    },
    1 Link::FoundPlain => Link::FoundPlain,
    7 Link::Told(_) => Link::Told(dice.messages()),
    1 Link::Relayed(..) => {
        let (text, room) = (dice.text(), RoomName::default());
        let heard = dice.maybe(|dice| Heard {
            seq: dice.number(60),
            room,
            from: dice.text(),
            at: EVENING,
            guest: dice.once_in(2),
            kind: dice.one(&[Kind::Text, Kind::Action, Kind::File, Kind::Unknown]),
            file: dice.maybe(Dice::file).map(Box::new),
        });
        Link::Relayed(text, heard)
    },
    1 Link::Beaconed(_) => Link::Beaconed(Heads {
        rooms: [(RoomName::default(), dice.number(70))].into(),
    }),
    2 Link::Found(_) => {
        let (hits, more) = (dice.some(12, Dice::message), dice.once_in(2));
        Link::Found(found(hits, more, dice.maybe(Dice::roll), dice.below(4)))
    },
    1 Link::Writes(_) => Link::Writes(writes(&dice.text(), &dice.text())),
    1 Link::Listed(_) => match listed(&[&dice.text(), "瑶"]) {
        Event::Link(link) => link,
        other => panic!("{other:?}"),
    },
    1 Link::Joined(_) => Link::Joined(presence(&dice.text(), total(dice))),
    1 Link::Left(_) => Link::Left(presence(&dice.text(), total(dice))),
    1 Link::Refused(_) => {
        let (cid, refusal) = (dice.maybe(Dice::cid), dice.refusal());
        let refused = Refused::new(dice.one(&["talk", "sync", "who", "search", "?"]), cid, refusal);
        Link::Refused(Refused { retry_ms: dice.maybe(|dice| dice.number(5_000)), ..refused })
    },
    1 Link::Noticed(_) => Link::Noticed(Notice {
        code: dice.one(&["restart", "ban", "mute", "slow", "op", "deop", "announce", "?"]).into(),
        text: dice.text(),
        name: dice.maybe(Dice::text),
        by: dice.maybe(Dice::text),
        reason: dice.maybe(Dice::text),
        until: dice.maybe(|dice| dice.roll().cast_signed()),
        seconds: dice.maybe(Dice::roll),
    }),
    1 Link::Ordered(_) => Link::Ordered(Ordered {
        ok: true,
        verb: dice.one(&["ban", "bans", "invite", "invites", "?"]).into(),
        name: dice.maybe(Dice::text),
        until: dice.maybe(|dice| dice.roll().cast_signed()),
        seconds: dice.maybe(Dice::roll),
        sanctions: vec![Sanction {
            name: dice.text(),
            mute: dice.below(2) == 0,
            by: dice.text(),
            at: dice.roll().cast_signed(),
            until: dice.maybe(|dice| dice.roll().cast_signed()),
            reason: dice.text(),
        }],
        invites: vec![Invite {
            id: dice.roll(),
            by: dice.text(),
            at: dice.roll().cast_signed(),
            until: dice.roll().cast_signed(),
            uses: dice.roll(),
            used: dice.roll(),
        }],
        code: dice.maybe(|dice| invite::Code::from_bytes([u8::try_from(dice.below(256)).unwrap(); 16])),
    }),
    1 Link::Measured(_) => Link::Measured(u32::try_from(dice.roll() >> 32).unwrap()),
    1 Link::Passed { .. } => Link::Passed { cid: dice.cid() },
    1 Link::Lost { .. } => Link::Lost { why: trouble(dice), retry_ms: dice.number(5_000) },
    1 Link::TurnedAway(_) => Link::TurnedAway(dice.refusal()),
    1 Link::Distrusted(_) => Link::Distrusted(trouble(dice)),
} }

every! { trouble(dice) -> Trouble {
    1 Trouble::NoServer { .. } => Trouble::NoServer { at: dice.text() },
    1 Trouble::UnknownHost { .. } => Trouble::UnknownHost { at: dice.text() },
    1 Trouble::NoAnswer { .. } => Trouble::NoAnswer { at: dice.text(), seconds: dice.roll() },
    1 Trouble::WebServer { .. } => Trouble::WebServer { at: dice.text(), status: dice.text() },
    1 Trouble::Stranger { .. } => Trouble::Stranger { at: dice.text() },
    1 Trouble::NotReady { .. } => Trouble::NotReady { at: dice.text(), status: dice.text() },
    1 Trouble::ClosedDoor { .. } => Trouble::ClosedDoor { at: dice.text() },
    1 Trouble::Ungreeted { .. } => Trouble::Ungreeted { at: dice.text(), file: dice.text() },
    1 Trouble::Untrusted { .. } => {
        let shown = (dice.number(1) == 1).then(|| fingerprint(dice));
        Trouble::Untrusted { at: dice.text(), cause: Doubt::Other(dice.text()), shown }
    },
    1 Trouble::OtherCertificate { .. } => {
        Trouble::OtherCertificate { at: dice.text(), shown: fingerprint(dice) }
    },
    1 Trouble::Unpinnable { .. } => {
        Trouble::Unpinnable { at: dice.text(), cause: Doubt::Other(dice.text()) }
    },
    1 Trouble::SpeaksTls { .. } => Trouble::SpeaksTls { at: dice.text() },
    1 Trouble::SpeaksPlain { .. } => Trouble::SpeaksPlain { at: dice.text() },
    1 Trouble::NoTls { .. } => Trouble::NoTls { at: dice.text(), cause: dice.text() },
    1 Trouble::Reset { .. } => Trouble::Reset { at: dice.text() },
    1 Trouble::Unreachable { .. } => Trouble::Unreachable { at: dice.text(), cause: dice.text() },
    1 Trouble::Refused(_) => Trouble::Refused(dice.refusal()),
    1 Trouble::Broke => Trouble::Broke,
    1 Trouble::HungUp => Trouble::HungUp,
    1 Trouble::Silent => Trouble::Silent,
    1 Trouble::Stuck => Trouble::Stuck,
    1 Trouble::GaveUp => Trouble::GaveUp,
    1 Trouble::Here { .. } => Trouble::Here { cause: dice.text() },
} }

fn fingerprint(dice: &mut Dice) -> Fingerprint {
    Fingerprint::of(&dice.roll().to_le_bytes())
}

fn total(dice: &mut Dice) -> usize {
    usize::try_from(dice.number(70)).unwrap_or(usize::MAX)
}
