//! THE loop: select, update, perform effects, draw.

use std::time::{Duration, Instant};

use crate::{
    begin, doctor,
    exit::{self, Exit},
    io::{
        desktop::Desktop,
        editor::{self, Edited},
        escape,
        keyboard::Keyboard,
        log,
        terminal::{self, Disturbance, Screen},
        width,
    },
    key, manual,
    model::{
        attention,
        effect::Effect,
        event::{EditorTrouble, Event, Link},
        hand::{carry, vi::Vi},
        page::geometry::Geometry,
        room::unread,
        update::update,
        words::{Language, fault::Fault},
    },
    perform::{self, Client},
    plain, send,
    settings::{Mode, Settings},
    start::{self, Signals},
    tail,
    view::{see, view},
};

/// Frames are at least so far apart while others talk. What oneself types shows at once.
const FRAME: Duration = Duration::from_millis(16);
/// How many events of the link are taken in between two frames.
const BATCH: usize = 64;
/// How many keys are taken in between two frames: a paste without marks is a great many.
const KEYS: usize = 4_096;
/// How far the model's clock may be behind.
const CLOCK_SLACK: i64 = 50;
/// How long whoever leaves waits for a disk that does not answer.
const LAST_WAIT: Duration = Duration::from_secs(2);
/// The clock on the screen shows minutes.
const MINUTE: i64 = 60_000;

/// Does what the settings ask for.
pub fn run(settings: &Settings) -> anyhow::Result<Exit> {
    match &settings.mode {
        Mode::Completions(shell) => return manual::completions(*shell, settings.language),
        Mode::Man => return manual::man(settings.language),
        Mode::Key(mode) => return key::run(mode, settings),
        _ => {}
    }
    if let Some(path) = &settings.log {
        log::begin(path)?;
    }
    let runtime = start::runtime()?;
    let ended = runtime.block_on(async {
        match settings.mode.clone() {
            Mode::Screen => Box::pin(screen(settings)).await,
            Mode::Plain => plain::run(settings).await,
            Mode::Send { text, code, files } => send::run(settings, text, code, files).await,
            Mode::Tail { lines, follow, json } => tail::run(settings, lines, follow, json).await,
            Mode::Doctor => doctor::run(settings).await,
            Mode::Completions(_) | Mode::Man | Mode::Key(_) => Ok(Exit::Done), // Printed above.
        }
    });
    runtime.shutdown_timeout(LAST_WAIT);
    match &ended {
        Ok(exit) => tracing::info!(?exit, "ended"),
        Err(error) => tracing::error!(why = ?exit::sentence(error, Language::En), "ended"),
    }
    ended
}

async fn screen(settings: &Settings) -> anyhow::Result<Exit> {
    let mut signals = Signals::listen()?;
    let answered = match &settings.questions {
        Some(questions) => match begin::run(settings, questions, &mut signals).await? {
            Ok(answered) => answered,
            Err(exit) => return Ok(exit),
        },
        None => settings.clone(),
    };
    let settings = &answered;
    let mut client = Client::open(settings)?;
    client.recall();
    client.state.vi = settings.vi.then(Vi::default);
    let screen = Screen::open()?;
    let mut keyboard =
        Keyboard::open().map_err(|error| Fault::NoKeyboard { why: error.to_string() })?;
    let mut chat = Chat::open(client, screen, &mut keyboard).await?;
    let end = chat.run(signals, keyboard).await;
    for effect in chat.client.state.pictures.forget() {
        let _gone = chat.sketch(&effect); // A terminal that has gone has forgotten them.
    }
    let Chat { client, screen, .. } = chat;
    // The terminal first: whatever has to be said now is for the shell's screen.
    drop(screen);
    let (read, words) = (unread::bookmark(&client.state), client.state.language);
    let unfinished = carry::unfinished(&client.state);
    // However it ended, what the link still says and what is on disk is known only after this.
    let left = client.close(read).await;
    if let Some(files) = unfinished {
        exit::say(&words.unfinished(&files));
    }
    exit::farewell(words, &left, end)
}

struct Chat {
    client: Client,
    screen: Screen,
    desktop: Desktop,
    drawn: Instant,
    /// The editor that has the terminal.
    editor: Option<Edited>,
    /// Something changed since the last frame.
    stale: bool,
    /// It changed by our own hand, so nobody waits for the next frame.
    urgent: bool,
}

impl Chat {
    async fn open(
        mut client: Client,
        mut screen: Screen,
        keyboard: &mut Keyboard,
    ) -> anyhow::Result<Self> {
        let (columns, rows) = terminal::dimensions()?;
        update(&mut client.state, Event::Resized(columns, rows));
        if Geometry::now(&client.state).is_some() {
            for answer in width::ask(keyboard).await? {
                update(&mut client.state, answer);
            }
        }
        screen.write(&escape::title(&attention::title(&client.state)))?;
        client.state.pictures.cell = terminal::cell();
        screen.draw(|frame| view(&client.state, frame))?;
        let desktop = Desktop::of_process();
        let drawn = Instant::now();
        Ok(Self { client, screen, desktop, drawn, editor: None, stale: false, urgent: false })
    }

    async fn run(&mut self, mut signals: Signals, mut keyboard: Keyboard) -> anyhow::Result<Exit> {
        let mut links = Vec::with_capacity(BATCH);
        loop {
            let here = self.editor.is_none();
            if here && self.stale && (self.urgent || self.drawn.elapsed() >= FRAME) {
                let seen = self.draw()?;
                if self.perform(seen).await? {
                    return Ok(Exit::Done);
                }
            }
            // Hands first, then the clock, then the room: a flood must not keep anyone from typing.
            let effects = tokio::select! {
                biased;
                exit = signals.next() => match exit {
                    // ^C in an editor is for the editor.
                    Exit::INTERRUPTED if !here => vec![],
                    exit => return Ok(exit),
                },
                left = ended(&mut self.editor), if !here => self.edited(left)?,
                typed = keyboard.next(), if here => match typed {
                    Some(typed) => self.typed(typed, &mut keyboard),
                    None => return Ok(Exit::Failed),
                },
                disturbance = self.screen.disturbed() => {
                    if here { self.redraw(disturbance)? } else { vec![] }
                }
                () = sleep_until(next_tick(&self.client.state)) => self.tick(),
                () = tokio::time::sleep_until((self.drawn + FRAME).into()), if here && self.stale => vec![],
                told = self.client.told.recv() => self.told(told),
                count = self.client.links.recv_many(&mut links, BATCH) => {
                    if count == 0 {
                        return Err(Fault::LinkGaveUp.into());
                    }
                    self.heard(&mut links)
                }
            };
            if self.perform(effects).await? {
                return Ok(Exit::Done);
            }
        }
    }

    /// Draws a frame; returns what is to be done about the pictures in it.
    fn draw(&mut self) -> anyhow::Result<Vec<Effect>> {
        let mut sights = Vec::new();
        self.screen.draw(|frame| sights = see(&self.client.state, frame))?;
        (self.drawn, self.stale, self.urgent) = (Instant::now(), false, false);
        if sights.is_empty() {
            return Ok(vec![]);
        }
        Ok(update(&mut self.client.state, Event::InSight(sights)))
    }

    fn tick(&mut self) -> Vec<Effect> {
        self.stale = true;
        perform::tick(&mut self.client.state)
    }

    /// Takes in a key and those that came with it, as a quick hand or a paste without marks does.
    fn typed(&mut self, first: Event, keyboard: &mut Keyboard) -> Vec<Effect> {
        (self.stale, self.urgent) = (true, true);
        let mut effects = self.set_clock();
        let mut next = Some(first);
        let mut count = 0;
        // Letters in a row are put in at once: a paste without marks may be long.
        let mut letters = String::new();
        while let Some(event) = next.take() {
            if let Some(letter) = typed_letter(&event) {
                letters.push(letter);
            } else {
                effects.extend(self.put_in(&mut letters));
                effects.extend(update(&mut self.client.state, event));
            }
            count += 1;
            // What a key asks for is done before the next key is read.
            if effects.is_empty() && count < KEYS {
                next = keyboard.at_hand();
            }
        }
        effects.extend(self.put_in(&mut letters));
        effects
    }

    fn put_in(&mut self, letters: &mut String) -> Vec<Effect> {
        if letters.is_empty() {
            return vec![];
        }
        update(&mut self.client.state, Event::Typed(std::mem::take(letters)))
    }

    /// Takes in what is told of files.
    fn told(&mut self, told: Option<Event>) -> Vec<Effect> {
        self.stale = true;
        let mut effects = self.set_clock();
        // The world tells as long as there is one.
        effects.extend(told.map(|told| update(&mut self.client.state, told)).unwrap_or_default());
        effects
    }

    fn heard(&mut self, links: &mut Vec<Link>) -> Vec<Effect> {
        self.stale = true;
        let mut effects = self.set_clock();
        for link in links.drain(..) {
            effects.extend(self.client.world.hear(&mut self.client.state, link));
        }
        effects
    }

    /// The model's time is that of the last tick; what happens now is to be told the time first.
    fn set_clock(&mut self) -> Vec<Effect> {
        if start::now() - self.client.state.clock.now < CLOCK_SLACK {
            return vec![];
        }
        perform::tick(&mut self.client.state)
    }

    /// Draws everything anew: the window may have another size, and nobody told a stopped program.
    fn redraw(&mut self, after: Disturbance) -> anyhow::Result<Vec<Effect>> {
        (self.stale, self.urgent) = (true, true);
        match after {
            Disturbance::Woken => {
                self.screen.take_back()?;
                // What kitty was told may be gone with the screen.
                for effect in self.client.state.pictures.forget() {
                    self.sketch(&effect)?;
                }
                // The shell has had its own title meanwhile.
                self.screen.write(&escape::title(&attention::title(&self.client.state)))?;
            }
            Disturbance::Resized => self.screen.forget_all()?,
        }
        let (columns, rows) = terminal::dimensions()?;
        let cell = terminal::cell();
        if cell != self.client.state.pictures.cell {
            self.client.state.pictures.cell = cell;
            for effect in self.client.state.pictures.forget() {
                self.sketch(&effect)?;
            }
        }
        Ok(update(&mut self.client.state, Event::Resized(columns, rows)))
    }

    /// The editor has ended, and we have the terminal again.
    fn edited(&mut self, left: Result<String, EditorTrouble>) -> anyhow::Result<Vec<Effect>> {
        self.editor = None;
        let mut effects = self.redraw(Disturbance::Woken)?;
        effects.extend(update(&mut self.client.state, Event::Edited(left)));
        Ok(effects)
    }

    /// Performs effects, and says whether the last of them was to leave.
    async fn perform(&mut self, effects: Vec<Effect>) -> anyhow::Result<bool> {
        let Client { state, world, .. } = &mut self.client;
        let rest = world.perform(state, effects).await;
        for effect in rest {
            match effect {
                Effect::Redraw => {
                    self.screen.forget_all()?;
                    (self.stale, self.urgent) = (true, true);
                }
                Effect::Mouse(taken) => self.screen.take_mouse(taken)?,
                Effect::Copy(text) => {
                    self.screen.write(&escape::clipboard(&text))?;
                    self.desktop.copy(text);
                }
                Effect::Open(link) if self.desktop.open(&link) => {}
                Effect::Open(link) => {
                    // What cannot be opened is said, and that is all.
                    let _no_effects = update(&mut self.client.state, Event::NotOpened(link));
                    self.stale = true;
                }
                Effect::Edit(draft) => {
                    self.screen.lend();
                    self.editor = Some(editor::edit(draft));
                }
                Effect::Draw(_) => self.sketch(&effect)?,
                Effect::Ring => self.screen.write(escape::BELL)?,
                Effect::Title(title) => self.screen.write(&escape::title(&title))?,
                Effect::Tell { title, text } => self.tell(&title, &text)?,
                Effect::Suspend => {
                    self.screen.suspend().await?;
                    self.redraw(Disturbance::Woken)?;
                }
                Effect::Quit => return Ok(true),
                _ => {} // Done already: the world keeps nothing back but these.
            }
        }
        Ok(false)
    }

    /// Tells the terminal of a picture; where it is shown, the next frame says.
    fn sketch(&mut self, effect: &Effect) -> anyhow::Result<()> {
        if let Effect::Draw(sequence) = effect {
            self.screen.write(sequence)?;
            self.stale = true;
        }
        Ok(())
    }

    /// By the terminal if it is known to tell the desktop, which is also where one sits who is
    /// here over ssh; otherwise by the desktop; if there is none, by the bell.
    fn tell(&mut self, title: &str, text: &str) -> anyhow::Result<()> {
        match escape::notice(title, text) {
            Some(notice) => self.screen.write(&notice)?,
            None if self.desktop.tell(title, text) => {}
            None => self.screen.write(escape::BELL)?,
        }
        Ok(())
    }
}

/// What the editor leaves when it ends.
async fn ended(editor: &mut Option<Edited>) -> Result<String, EditorTrouble> {
    match editor {
        Some(edited) => {
            edited.await.unwrap_or_else(|gone| Err(EditorTrouble::Failed(gone.to_string())))
        }
        None => std::future::pending().await,
    }
}

/// The letter that a key types.
fn typed_letter(event: &Event) -> Option<char> {
    match event {
        Event::Pressed(key) => key.types(),
        _ => None,
    }
}

/// When the model next needs to know the time: when it says so, and at each full minute.
fn next_tick(state: &crate::model::state::State) -> i64 {
    let now = state.clock.now;
    let minute = now - now.rem_euclid(MINUTE) + MINUTE;
    state.wake_at().map_or(minute, |wake| wake.min(minute))
}

async fn sleep_until(moment: i64) {
    let wait = u64::try_from(moment - start::now()).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(wait)).await;
}
