//! The state: everything that the client knows.

use kpl_shared::{
    file::File, names::RoomName, protocol::You, refusal::Refusal, text::DEFAULT_TEXT_BYTES,
};

use crate::model::{
    attention::{Attention, Notify},
    effect::{Effect, Outgoing},
    hand::{
        complete::Completing,
        composer::Composer,
        finding::{self, Finding},
        jumping::Destination,
        keymap::Keymap,
        mode::Mode,
        orders::Verb,
        unlocking::Attempt,
        vi::Vi,
    },
    look::Look,
    room::{
        carrying::Carrying,
        ignored::{Ignored, Ignoring},
        log::Log,
        outage::Outage,
        outbox::Outbox,
        past::Past,
        people::{Folding, People},
        pictures::{Means, Pictures},
        spoken::Spoken,
        timeline::{Anchor, Item, Local, Locals, Target, Timeline, What},
        unread::{Bookmark, Unread},
    },
    words::{Language, clock::Clock},
};

/// How many lines stay in memory while one reads the newest. Scrolling up loads what was dropped.
const KEPT_LINES: usize = 20_000;
/// How many bytes of lines stay in memory then.
const KEPT_BYTES: usize = 32 << 20;
/// After how many milliseconds an answer is overdue.
pub(super) const PATIENCE: i64 = 10_000;
/// How long the first half of our ids for lines may be, in bytes; with a number they fit 64.
const MAX_PREFIX_BYTES: usize = 40;

/// What a client starts with.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The name wanted.
    pub name: String,
    /// The room.
    pub room: RoomName,
    /// The server, for people.
    pub url: String,
    /// What stands before the path of a file in its whole address.
    pub files: String,
    /// What the ids of our lines begin with; different each time the program starts.
    pub cid_prefix: String,
    /// The lines that the last run left in the outbox, oldest first.
    pub queued: Vec<Outgoing>,
    /// The language of the interface.
    pub language: Language,
    /// In which colours it is drawn.
    pub look: Look,
    /// Whether the terminal opens hyperlinks.
    pub hyperlinks: bool,
    /// By what the terminal shows pictures.
    pub pictures: Means,
    /// Which key does what.
    pub keymap: Keymap,
    /// Whether nobody is told that one writes.
    pub discreet: bool,
    /// Where one stopped reading in the last run.
    pub bookmark: Option<Bookmark>,
    /// Whether the people are listed beside the timeline.
    pub people: Folding,
    /// How one is called.
    pub notify: Notify,
    /// Who was ignored in the last run.
    pub ignored: Vec<Ignored>,
    /// What tells our key from another.
    pub fingerprint: Option<String>,
}

/// Everything that the client knows.
#[derive(Debug, Clone)]
pub struct State {
    /// The name wanted, until the server says which we have.
    pub wanted: String,
    /// Who we are, as the server sees it.
    pub you: Option<You>,
    /// The name under which a server let us in before the one that is wanted.
    pub(super) former: Option<String>,
    /// The room.
    pub room: RoomName,
    /// The server, for people.
    pub url: String,
    /// What stands before the path of a file in its whole address.
    pub files: String,
    /// What the room is about.
    pub topic: Option<String>,
    /// The language of the interface.
    pub language: Language,
    /// In which colours it is drawn.
    pub look: Look,
    /// Whether the terminal opens hyperlinks.
    pub hyperlinks: bool,
    /// The pictures that are at hand.
    pub pictures: Pictures,
    /// How the link to the server stands.
    pub link: Standing,
    /// The numbered lines.
    pub log: Log,
    /// The entries without numbers.
    pub locals: Locals,
    /// The lines that wait.
    pub outbox: Outbox,
    /// The files that are brought or saved.
    pub carrying: Carrying,
    /// The draft.
    pub composer: Composer,
    /// What the word at the caret may become.
    pub completing: Completing,
    /// Who is here.
    pub people: People,
    /// Whether the people are listed beside the timeline.
    pub folding: Folding,
    /// Who spoke last.
    pub spoken: Spoken,
    /// Who is ignored.
    pub ignoring: Ignoring,
    /// Whether one looks, and what waits for one.
    pub attention: Attention,
    /// What is not read.
    pub unread: Unread,
    /// Where one wants to read, while what stands there is not here yet.
    pub jump: Option<Target>,
    /// Where one reads; `None` is now, the end.
    pub reading: Option<Anchor>,
    /// Where one reads instead of in the log, far back.
    pub past: Option<Box<Past>>,
    /// What is searched for, and what was found.
    pub finding: Finding,
    /// Where one is asked to say to go.
    pub destination: Destination,
    /// The time.
    pub clock: Clock,
    /// The window, in columns and rows.
    pub size: (u16, u16),
    /// Whether clicks and the wheel come to us, rather than to the terminal.
    pub mouse: bool,
    /// What keys are for just now.
    pub mode: Mode,
    /// Which key does what.
    pub keymap: Keymap,
    /// Where one is in vi, for those who want it.
    pub vi: Option<Vi>,
    /// A word about the key that was just pressed.
    pub hint: Option<Hint>,
    /// How long a line may be, in bytes.
    pub text_bytes: usize,
    /// How large a file may be, in bytes; 0 where none is taken.
    pub file_bytes: u64,
    pub(super) cid_prefix: String,
    pub(super) cids: u64,
    /// The identities that were ours: a line is taken for ours only under one of them, so that
    /// nobody can make a waiting line vanish by saying something under its id.
    pub(super) own: Vec<String>,
    /// What [`Effect::Remember`] said last.
    pub(super) remembered: Option<(String, u64)>,
    /// The request that an answer is awaited for, and since when.
    pub(super) asked: Option<(u64, i64)>,
    /// Whether `/names` waits for a list.
    pub(super) names_wanted: bool,
    /// What was told of there being no link.
    pub(super) outage: Outage,
    /// How often one went far back: each time has numbers of its own for what it asks.
    pub(super) pasts: u64,
    /// When we last said that we write; `None` if nobody is told.
    pub(super) wrote: Option<i64>,
    /// Whether a password is being tried.
    pub(super) unlocking: Attempt,
    /// The orders whose answers are awaited: what a server answers unasked is nobody's business.
    pub(super) ordered: Vec<Verb>,
    /// What tells our key from another.
    pub(super) fingerprint: Option<String>,
}

/// How the link to the server stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// An attempt to connect is under way.
    Dialling,
    /// A v1 server knows us; with the last round trip in milliseconds, once measured.
    Live(Option<u32>),
    /// A plain server relays text.
    Plain,
    /// There is no link; the next attempt is at this moment, in milliseconds since 1970, UTC.
    Lost(i64),
    /// The server refused us entry. Nothing is tried until the person says so.
    TurnedAway(Refusal),
    /// It may be another server than the one that is meant; likewise.
    Distrusted,
}

/// A word about the key that was just pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// ^C once more quits.
    AgainQuits,
    /// The paste had no room.
    DraftCut,
    /// What was selected is in the clipboard.
    Copied,
    /// What is selected is more than a clipboard takes.
    TooMuchToCopy,
    /// What is selected has no link.
    NoLink,
    /// There is no line that is not read.
    NothingUnread,
    /// There is no message to select.
    NothingSaid,
    /// The paste was not taken.
    PasteDropped,
}

impl State {
    /// A client that has just started.
    pub fn new(config: Config) -> Self {
        let mut outbox = Outbox::default();
        for line in config.queued {
            outbox.push(line, 0);
        }
        let prefix = crate::model::text::clean::bounded(&config.cid_prefix, MAX_PREFIX_BYTES);
        Self {
            wanted: config.name,
            you: None,
            former: None,
            room: config.room,
            url: config.url,
            files: config.files,
            topic: None,
            language: config.language,
            look: config.look,
            hyperlinks: config.hyperlinks,
            pictures: Pictures::new(config.pictures),
            link: Standing::Dialling,
            log: Log::new(),
            locals: Locals::default(),
            outbox,
            carrying: Carrying::default(),
            composer: Composer::default(),
            completing: Completing::default(),
            people: People::default(),
            folding: config.people,
            spoken: Spoken::default(),
            ignoring: Ignoring::new(config.ignored),
            attention: Attention::new(config.notify),
            unread: Unread::new(config.bookmark),
            jump: None,
            reading: None,
            past: None,
            finding: Finding::default(),
            destination: Destination::default(),
            clock: Clock::default(),
            size: (80, 24),
            mouse: true,
            mode: Mode::Writing,
            keymap: config.keymap,
            vi: None,
            hint: None,
            text_bytes: DEFAULT_TEXT_BYTES,
            file_bytes: 0,
            cid_prefix: prefix.into(),
            cids: 0,
            own: Vec::new(),
            remembered: None,
            asked: None,
            names_wanted: false,
            outage: Outage::default(),
            pasts: 0,
            unlocking: Attempt::None,
            ordered: Vec::new(),
            fingerprint: config.fingerprint,
            wrote: (!config.discreet).then_some(i64::MIN),
        }
    }

    /// The name under which we speak, as far as is known.
    pub fn name(&self) -> &str {
        self.you.as_ref().map_or(&self.wanted, |you| &you.name)
    }

    /// Where a file is fetched, as it may be told to a person and a browser.
    pub fn address_of(&self, file: &File) -> String {
        format!("{}{}", self.files, file.path())
    }

    /// Whether the server takes us for a guest.
    pub fn is_guest(&self) -> bool {
        self.you.as_ref().is_some_and(|you| you.guest)
    }

    /// Whether lines can be sent now.
    pub fn is_linked(&self) -> bool {
        matches!(self.link, Standing::Live(_) | Standing::Plain)
    }

    /// Everything that can be read, in order.
    pub fn timeline(&self) -> Timeline<'_> {
        if let Some(past) = &self.past {
            return past.timeline();
        }
        Timeline { log: &self.log, locals: &self.locals, outbox: &self.outbox }
    }

    /// Whether something is not shown: of a kind that this version does not know, or said by
    /// somebody who is ignored.
    pub fn hides(&self, item: &Item<'_>) -> bool {
        let ignored = match item {
            Item::Line(line) => self.ignores(line.uid, line.from),
            Item::Local(local) => match &local.what {
                What::Said { own: false, from: Some(from), .. } => self.ignoring.hides(None, from),
                _ => false,
            },
            Item::Waiting(..) => false,
        };
        ignored || item.is_hidden()
    }

    /// The next moment at which a tick would change something, in milliseconds since 1970, UTC:
    /// a second of the count-down, a line that had to wait, an answer that is overdue.
    pub fn wake_at(&self) -> Option<i64> {
        let now = self.clock.now;
        let countdown = match self.link {
            Standing::Lost(until) if until > now => {
                // The last moment of the second that is shown.
                let left = until.saturating_sub(now);
                Some(until.saturating_sub((left - 1) / 1_000 * 1_000))
            }
            _ => None,
        };
        let carried = self.carrying.changes_at(now);
        let held = self.outbox.held_until().filter(|_| self.is_linked());
        let asked = self.asked.map(|(_, since)| since);
        let flying = self.outbox.flying_since();
        let overdue = asked.into_iter().chain(flying).min();
        let overdue = overdue.map(|since| since.saturating_add(PATIENCE));
        let searched = self.finding.asked.map(|(_, since)| since.saturating_add(finding::PATIENCE));
        let writing = self.people.writes_until();
        [countdown, carried, held, overdue, searched, writing]
            .into_iter()
            .flatten()
            .filter(|&wake| wake > now)
            .min()
    }

    /// The line that is being written: the draft, what is searched for, or where to go.
    pub fn line(&self) -> &Composer {
        match self.mode {
            Mode::Finding(_) => &self.finding.line,
            Mode::Jumping => &self.destination.line,
            _ => &self.composer,
        }
    }

    /// Whoever has come back to now, or to what the log has, reads far back no more.
    pub(super) fn come_back(&mut self) {
        let seq = self.reading.map(|anchor| anchor.place.seq);
        if seq.is_none_or(|seq| self.log.index_of(seq).is_some()) {
            self.past = None;
        }
    }

    /// Whether there is more after what one reads, that is not here yet.
    pub(super) fn is_far_back(&self) -> bool {
        self.past.as_ref().is_some_and(|past| past.log().next() < self.log.next())
    }

    /// Says something to the person, in the timeline.
    pub(super) fn notify(&mut self, words: String) {
        self.note(What::Notice(words));
    }

    /// Puts an entry without a number at the end of the timeline.
    pub(super) fn note(&mut self, what: What) {
        let seq = self.log.next().saturating_sub(1);
        self.locals.push(seq, Local { at: self.clock.now, what });
    }

    /// Remembers how far we have come, if that changed.
    pub(super) fn remember(&mut self) -> Option<Effect> {
        let (epoch, after) = self.log.resume()?;
        if self.remembered.as_ref().is_some_and(|(e, a)| e == epoch && *a == after) {
            return None;
        }
        self.remembered = Some((epoch.into(), after));
        Some(Effect::Remember { epoch: epoch.into(), after })
    }

    /// Forgets the oldest lines when there are many; not while one reads among them.
    pub(super) fn forget_old(&mut self) {
        let many = self.log.len() > KEPT_LINES || self.log.bytes() > KEPT_BYTES;
        if self.reading.is_none() && many {
            self.log.keep_within(KEPT_LINES, KEPT_BYTES);
            self.locals.drop_before(self.log.first());
        }
    }
}
