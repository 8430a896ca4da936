//! The real `kpl-chat` in a pseudo-terminal, read through a terminal emulator.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::{
    binaries,
    person::Person,
    process::{Signal, signal},
    program::Ended,
    wait::{PATIENCE, eventually_some, lock},
};

/// Columns and rows of an ordinary terminal.
pub const ORDINARY: (u16, u16) = (80, 24);

/// A program in a terminal. It is killed when the test lets go of it.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    shared: Arc<Shared>,
    /// How the terminal was set before the program began.
    settings: String,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Screen").field("pid", &self.child.process_id()).finish_non_exhaustive()
    }
}

struct Shared {
    terminal: Mutex<Terminal>,
    news: Condvar,
}

/// The emulated terminal, and everything that was ever written to it.
struct Terminal {
    parser: vt100::Parser<Replies>,
    raw: Vec<u8>,
    ended: bool,
}

/// What a terminal answers to the questions that programs ask it.
#[derive(Default)]
struct Replies {
    said: Vec<u8>,
    /// It answers nothing at all.
    mute: bool,
}

impl vt100::Callbacks for Replies {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        _second: Option<u8>,
        params: &[&[u16]],
        letter: char,
    ) {
        if self.mute {
            return;
        }
        match (first, letter, params.first().and_then(|param| param.first())) {
            (None, 'n', Some(6)) => {
                let (row, column) = screen.cursor_position();
                self.said.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            (None, 'c', _) => self.said.extend(b"\x1b[?62;22c"),
            _ => {}
        }
    }
}

impl Screen {
    /// Opens the screen of a person at a server, in an ordinary terminal.
    pub fn open(person: &Person, url: &str) -> Result<Self> {
        Self::sized(person, url, ORDINARY)
    }

    /// Opens the screen in a terminal of so many columns and rows.
    pub fn sized(person: &Person, url: &str, size: (u16, u16)) -> Result<Self> {
        let arguments = person.identity(url);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Self::run(person, &arguments, &[], size)
    }

    /// Starts `kpl-chat` with these arguments and further variables of the environment.
    pub fn run(
        person: &Person,
        arguments: &[&str],
        variables: &[(&str, &str)],
        size: (u16, u16),
    ) -> Result<Self> {
        let chat = binaries::chat()?.display().to_string();
        Self::start(person, &[&[chat.as_str()], arguments].concat(), variables, size)
    }

    /// Opens the screen in an ordinary terminal that answers no question.
    pub fn mute(person: &Person, url: &str) -> Result<Self> {
        let (chat, identity) = (binaries::chat()?.display().to_string(), person.identity(url));
        let argv: Vec<&str> = [&chat].into_iter().chain(&identity).map(String::as_str).collect();
        Self::start_in(person, &argv, &[], ORDINARY, Replies { mute: true, ..Replies::default() })
    }

    /// Starts any program, such as a shell, in a terminal.
    pub fn start(
        person: &Person,
        argv: &[&str],
        variables: &[(&str, &str)],
        size: (u16, u16),
    ) -> Result<Self> {
        Self::start_in(person, argv, variables, size, Replies::default())
    }

    fn start_in(
        person: &Person,
        argv: &[&str],
        variables: &[(&str, &str)],
        size: (u16, u16),
        replies: Replies,
    ) -> Result<Self> {
        let mut command = CommandBuilder::from_argv(argv.iter().map(Into::into).collect());
        command.env_clear();
        for (name, value) in person.environment() {
            command.env(name, value);
        }
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd(person.home());
        let pair = native_pty_system().openpty(pty_size(size))?;
        let settings = format!("{:?}", pair.master.get_termios());
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let writer = Arc::new(Mutex::new(pair.master.take_writer()?));
        let (columns, rows) = nonzero(size)?;
        let parser = vt100::Parser::new_with_callbacks(rows, columns, 0, replies);
        let terminal = Mutex::new(Terminal { parser, raw: vec![], ended: false });
        let shared = Arc::new(Shared { terminal, news: Condvar::new() });
        let reader = pair.master.try_clone_reader()?;
        let (ours, replies) = (shared.clone(), writer.clone());
        thread::spawn(move || read(reader, &ours, &replies));
        Ok(Self { child, master: pair.master, writer, shared, settings })
    }

    /// Types text, as a keyboard or an input method sends it.
    pub fn types(&self, text: &str) -> Result<()> {
        self.types_bytes(text.as_bytes())
    }

    /// Types bytes, as a slow line brings them.
    pub fn types_bytes(&self, bytes: &[u8]) -> Result<()> {
        let mut writer = lock(&self.writer);
        writer.write_all(bytes)?;
        Ok(writer.flush()?)
    }

    /// Types a line and Enter.
    pub fn enters(&self, line: &str) -> Result<()> {
        self.types(line)?;
        self.types("\r")
    }

    /// Types a line and Enter as a hand does, which sees the line in the draft and then gone from
    /// it: what is typed at once with an Enter in its middle is taken for a paste.
    pub fn says(&self, line: &str) -> Result<()> {
        let in_draft = |screen: &vt100::Screen| {
            let row = screen.cursor_position().0;
            screen.rows(0, screen.size().1.get()).nth(row.into()).is_some_and(|r| r.contains(line))
        };
        self.types(line)?;
        self.wait(&format!("{line:?} in the draft"), in_draft)?;
        self.types("\r")?;
        self.wait(&format!("{line:?} gone from the draft"), |screen| !in_draft(screen))
    }

    /// Changes the terminal's size to so many columns and rows.
    pub fn resize(&self, size: (u16, u16)) -> Result<()> {
        let (columns, rows) = nonzero(size)?;
        // The emulator first, so that what is drawn for the new size finds it.
        lock(&self.shared.terminal).parser.set_size(rows, columns);
        self.master.resize(pty_size(size))
    }

    /// Sends the program a signal.
    pub fn signal(&self, which: Signal) -> Result<()> {
        signal(self.pid()?, which)
    }

    /// Its process.
    pub fn pid(&self) -> Result<u32> {
        self.child.process_id().context("it has no process")
    }

    /// What stands on the screen, row by row without trailing blanks.
    pub fn text(&self) -> String {
        self.look(vt100::Screen::contents)
    }

    /// Everything that was ever written to the terminal, as it was written.
    pub fn everything(&self) -> String {
        String::from_utf8_lossy(&lock(&self.shared.terminal).raw).into_owned()
    }

    /// Where the caret is: row and column, counted from 0.
    pub fn caret(&self) -> (u16, u16) {
        self.look(vt100::Screen::cursor_position)
    }

    /// Looks at the emulated terminal.
    pub fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(lock(&self.shared.terminal).parser.screen())
    }

    /// What of the terminal is not as the program found it.
    pub fn unrestored(&self) -> Vec<&'static str> {
        let settings = format!("{:?}", self.master.get_termios());
        self.look(|screen| {
            let mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
            [
                ("the line settings", settings != self.settings),
                ("the alternate screen", screen.alternate_screen()),
                ("the hidden caret", screen.hide_cursor()),
                ("bracketed paste", screen.bracketed_paste()),
                ("the mouse", mouse),
            ]
            .into_iter()
            .filter_map(|(what, is_so)| is_so.then_some(what))
            .collect()
        })
    }

    /// Waits until a text stands on the screen.
    pub fn shows(&self, text: &str) -> Result<()> {
        self.wait(&format!("{text:?} on the screen"), |screen| screen.contents().contains(text))
    }

    /// Waits until the screen is as the condition wants it.
    pub fn wait(
        &self,
        what: &str,
        mut condition: impl FnMut(&vt100::Screen) -> bool,
    ) -> Result<()> {
        self.wait_for(what, |screen| condition(screen).then_some(()))
    }

    /// Waits until something is found on the screen.
    pub fn wait_for<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&vt100::Screen) -> Option<T>,
    ) -> Result<T> {
        let end = Instant::now() + PATIENCE;
        let mut terminal = lock(&self.shared.terminal);
        loop {
            if let Some(found) = look(terminal.parser.screen()) {
                return Ok(found);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || terminal.ended {
                let how = if terminal.ended { "the program ended before" } else { "waited for" };
                bail!("{how} this: {what}; the screen:\n{}", terminal.parser.screen().contents());
            }
            let woken = self.shared.news.wait_timeout(terminal, left);
            terminal = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the program has ended by itself; `out` is everything it ever wrote.
    pub fn finish(&mut self, deadline: Duration) -> Result<Ended> {
        let child = &mut self.child;
        let status = eventually_some("the program ends", deadline, || child.try_wait().ok()?)
            .with_context(|| format!("the screen:\n{}", self.text()))?;
        let shared = &self.shared;
        eventually_some("its output ends", deadline, || {
            lock(&shared.terminal).ended.then_some(())
        })?;
        let code = i32::try_from(status.exit_code()).unwrap_or(-1);
        let err = status.signal().unwrap_or_default().to_owned();
        Ok(Ended { code, out: self.everything(), err })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended already; there is nobody to tell in either case.
        if let Ok(pid) = self.pid()
            && matches!(self.child.try_wait(), Ok(None))
        {
            drop(signal(pid, Signal::KILL));
            drop(self.child.wait());
        }
    }
}

fn read(mut reader: Box<dyn Read + Send>, shared: &Shared, writer: &Mutex<Box<dyn Write + Send>>) {
    let mut buffer = [0; 8192];
    // An error (EIO, once nobody holds the other end) is the end of the stream.
    while let Ok(n @ 1..) = reader.read(&mut buffer) {
        let replies = {
            let mut terminal = lock(&shared.terminal);
            terminal.raw.extend_from_slice(&buffer[..n]);
            terminal.parser.process(&buffer[..n]);
            std::mem::take(&mut terminal.parser.callbacks_mut().said)
        };
        shared.news.notify_all();
        if !replies.is_empty() {
            // A program that has just ended needs no answer.
            drop(lock(writer).write_all(&replies));
        }
    }
    lock(&shared.terminal).ended = true;
    shared.news.notify_all();
}

fn pty_size((columns, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn nonzero((columns, rows): (u16, u16)) -> Result<(NonZeroU16, NonZeroU16)> {
    let columns = NonZeroU16::new(columns).context("a terminal without columns")?;
    Ok((columns, NonZeroU16::new(rows).context("a terminal without rows")?))
}
