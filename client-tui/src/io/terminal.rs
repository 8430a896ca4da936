//! The terminal: raw mode, restored on every way out.

use std::{
    env,
    io::{self, BufWriter, Stdout, Write},
    panic,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use crossterm::{
    cursor::Show,
    event::{
        DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
        KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
    },
    execute, queue,
    style::Print,
    terminal::{
        EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
    },
};
use ratatui::{Frame, Terminal, backend::CrosstermBackend, layout::Rect};
use rustix::process::{Signal, kill_current_process_group};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::timeout,
};

use super::escape;
use crate::model::words::fault::Fault;

/// Whether the screen is up, so that whoever ends the program knows what to undo.
static UP: AtomicBool = AtomicBool::new(false);
/// Whether a panic has given the terminal back. Whatever panicked may have been a part only, which
/// the runtime keeps from the rest: what touches the screen then ends the program.
static BROKEN: AtomicBool = AtomicBool::new(false);
/// Reports of buttons and of the wheel, without those of mere movement.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// How long a program that stops itself may still run. Where no shell could wake it, the system
/// does not stop it at all, and it goes on after this.
const STOP_TIMEOUT: Duration = Duration::from_millis(300);

/// The screen while it is up. Dropping it gives the terminal back as it was.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    woken: tokio::signal::unix::Signal,
    resized: tokio::signal::unix::Signal,
    mouse: bool,
}

/// What happened to the window without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// The program was stopped by somebody else and goes on now: a shell has had the terminal
    /// meanwhile.
    Woken,
    /// The window may have another size; one that changed and changed back has lost what was drawn.
    Resized,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Screen").field("mouse", &self.mouse).finish_non_exhaustive()
    }
}

impl Screen {
    /// Takes the terminal, without asking it anything.
    pub fn open() -> io::Result<Self> {
        let woken = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
        let resized = signal(SignalKind::window_change())?;
        raise(true)?;
        let terminal = Terminal::new(CrosstermBackend::new(BufWriter::new(io::stdout())));
        Ok(Self { terminal: terminal.inspect_err(|_| restore())?, woken, resized, mouse: true })
    }

    /// Draws a frame, and sends what changed since the last one.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        whole()?;
        self.terminal.draw(view)?;
        Ok(())
    }

    /// Makes the next frame draw everything, whatever has been written over the screen.
    pub fn forget_all(&mut self) -> io::Result<()> {
        // Not `clear`, which asks the terminal where its cursor is and waits for the answer.
        let (columns, rows) = dimensions()?;
        self.terminal.resize(Rect::new(0, 0, columns, rows))
    }

    /// Takes the mouse for the wheel and for clicks, or lets the terminal select text by itself.
    pub fn take_mouse(&mut self, taken: bool) -> io::Result<()> {
        whole()?;
        self.mouse = taken;
        execute!(io::stdout(), Print(if taken { MOUSE_ON } else { MOUSE_OFF }))
    }

    /// Writes a sequence that moves nothing on the screen.
    pub fn write(&mut self, sequence: &str) -> io::Result<()> {
        whole()?;
        execute!(io::stdout(), Print(sequence))
    }

    /// Gives the terminal to the shell, stops the program's whole job, and returns when the shell
    /// wakes it; the terminal is to be taken back then.
    pub async fn suspend(&mut self) -> io::Result<()> {
        restore();
        kill_current_process_group(Signal::TSTP)?;
        // Another thread may take the signal: this one must not touch the terminal before it does.
        let _woken_or_never_stopped = timeout(STOP_TIMEOUT, self.woken.recv()).await;
        Ok(())
    }

    /// Returns when something happened to the window without a key.
    pub async fn disturbed(&mut self) -> Disturbance {
        tokio::select! {
            Some(()) = self.woken.recv() => Disturbance::Woken,
            Some(()) = self.resized.recv() => Disturbance::Resized,
            else => std::future::pending().await,
        }
    }

    /// Gives the terminal to another program, until it is taken back.
    pub fn lend(&mut self) {
        restore();
    }

    /// Takes the terminal again after somebody else had it.
    pub fn take_back(&mut self) -> io::Result<()> {
        whole()?;
        restore();
        raise(self.mouse)?;
        self.forget_all()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// The size of the terminal in columns and rows.
pub fn dimensions() -> io::Result<(u16, u16)> {
    size()
}

/// How large a cell is, in pixels, if the terminal says.
pub fn cell() -> Option<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?; // What says nothing has no size.
    let cell = (size.ws_xpixel.checked_div(size.ws_col)?, size.ws_ypixel.checked_div(size.ws_row)?);
    let is_one = |side| (4..=128).contains(&side);
    Some(cell).filter(|&(wide, tall)| is_one(wide) && is_one(tall))
}

/// Gives the terminal back as it was, if the screen is up.
pub fn restore() {
    if !UP.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // A terminal that takes nothing any more has gone, and needs nothing.
    let _lowered = queue!(
        out,
        PopKeyboardEnhancementFlags,
        Print(MOUSE_OFF),
        DisableFocusChange,
        DisableBracketedPaste,
        Print(escape::TITLE_BACK),
        LeaveAlternateScreen,
        Show
    );
    let _flushed = out.flush();
    let _cooked = disable_raw_mode();
}

fn whole() -> io::Result<()> {
    if BROKEN.load(Ordering::SeqCst) { Err(io::Error::other(Fault::Panicked)) } else { Ok(()) }
}

fn raise(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    UP.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    queue!(
        out,
        EnterAlternateScreen,
        Print(escape::TITLE_KEPT),
        EnableBracketedPaste,
        EnableFocusChange
    )?;
    if mouse {
        queue!(out, Print(MOUSE_ON))?;
    }
    // Those who do not know this pass it over; the console of Linux alone prints it.
    if env::var_os("TERM").is_none_or(|term| term != "linux") {
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        queue!(out, PushKeyboardEnhancementFlags(flags))?;
    }
    out.flush()
}

/// Makes a panic give the terminal back before it says anything, if it ends the program: that is,
/// on the thread that calls this. A panic in a library's thread ends one link, not the chat, and
/// must not write over the screen.
pub fn guard_panics() {
    let ours = thread::current().id();
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        // Where, and not what: a panic may speak of a text.
        let at = panicked.location().map(ToString::to_string);
        tracing::error!(at, "panicked");
        if thread::current().id() == ours {
            BROKEN.store(true, Ordering::SeqCst);
            restore();
            report(panicked);
        } else if !UP.load(Ordering::SeqCst) {
            report(panicked);
        }
    }));
}
