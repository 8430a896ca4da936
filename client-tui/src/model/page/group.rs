//! Groups: what of an item need not be said again, because the item before it said it.
//!
//! Only the one item before it counts, so that it costs the same wherever one reads, and so that
//! older lines which come can change nothing but the first line that was here before them.

use kpl_shared::message::Kind;

use crate::model::{
    room::timeline::{Item, Place, What},
    state::State,
    words::clock::Day,
};

/// How long after one line another of the same person still belongs to it, in milliseconds.
const TOGETHER: u64 = 5 * 60_000;
/// How many hidden items are passed over when the item before is looked for.
const MAX_LOOK_BACK: usize = 16;

/// What an item says of itself besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// The day, if what stands before it is of another.
    pub(super) day: Option<Day>,
    /// Whether its name is shown: it is the first of a group.
    pub(super) named: bool,
    /// Whether name and time are shown where they have a row of their own. Our own words, which have
    /// a name each where that costs nothing, share one in the same minute.
    pub(super) headed: bool,
    /// Whether its time is shown: the clock shows another than for the item before.
    pub(super) timed: bool,
}

impl Head {
    /// What an item says as things stand.
    pub(super) fn of(state: &State, place: Place, item: Item<'_>) -> Self {
        let clock = &state.clock;
        let day = clock.day(item.at());
        let Some(before) = shown_before(state, place) else { return Self { day, ..Self::whole() } };
        if clock.day(before.at()) != day {
            return Self { day, ..Self::whole() };
        }
        let speaker = Speaker::of(state, item);
        let near = item.at().abs_diff(before.at()) <= TOGETHER;
        let named = !near || speaker.is_none() || speaker != Speaker::of(state, before);
        let timed = clock.time(item.at()) != clock.time(before.at());
        let noticed = is_notice(&item) && is_notice(&before);
        Self { day: None, named, headed: if noticed { timed } else { named }, timed }
    }

    /// All but the day.
    pub(super) fn whole() -> Self {
        Self { day: None, named: true, headed: true, timed: true }
    }
}

fn is_notice(item: &Item<'_>) -> bool {
    matches!(item, Item::Local(local) if matches!(local.what, What::Notice(_)))
}

/// The item that is seen before a place.
fn shown_before(state: &State, place: Place) -> Option<Item<'_>> {
    let timeline = state.timeline();
    let mut before = Some(place);
    for _ in 0..MAX_LOOK_BACK {
        before = Some(timeline.before(before)?);
        let item = before.and_then(|place| timeline.item(place));
        if let Some(item) = item.filter(|item| !state.hides(item)) {
            return Some(item);
        }
    }
    None
}

/// Whose words an item holds. Two people can look alike, so the name alone does not tell.
#[derive(Debug, PartialEq, Eq)]
struct Speaker<'a> {
    /// Who it is, where the server says so; none for what is ours.
    uid: Option<&'a str>,
    own: bool,
    name: Option<&'a str>,
    guest: bool,
}

impl<'a> Speaker<'a> {
    /// Whose text it is; `None` where the name does not stand beside the text.
    fn of(state: &'a State, item: Item<'a>) -> Option<Self> {
        let (name, guest) = (Some(state.name()), state.is_guest());
        let me = Self { uid: None, own: true, name, guest };
        let (kind, speaker) = match item {
            Item::Line(line) => {
                let own = state.is_own(line.uid);
                let (uid, name) = ((!own).then_some(line.uid), Some(line.from));
                (line.kind, Self { uid, own, name, guest: line.guest })
            }
            Item::Waiting(waiting, ..) => (waiting.line.kind, me),
            Item::Local(local) => match &local.what {
                What::Notice(_) => return None,
                What::Refused { kind, .. } | What::Said { own: true, kind, .. } => (*kind, me),
                What::Said { from, guest, kind, .. } => {
                    let (name, guest) = (from.as_deref(), *guest);
                    (*kind, Self { uid: None, own: false, name, guest })
                }
            },
        };
        matches!(kind, Kind::Text | Kind::File).then_some(speaker)
    }
}
