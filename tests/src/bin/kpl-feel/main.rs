//! How the terminal client feels: the time to its first frame, what a keystroke costs with few and
//! with very many lines in memory, and what a line weighs.
//!
//! `cargo run --release -p kpl-tests --bin kpl-feel` measures and holds the figures against their
//! budgets; `--small` only sees that measuring works, as the tests do.

#![expect(clippy::cast_precision_loss, reason = "the figures are for people")]

use std::{
    io::{Write, stdout},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::Parser;
use kpl_chat::{
    model::{
        event::{Event, Link},
        key::{Key, KeyCode},
        state::{Config, State},
        update::update,
        words::clock::Zone,
    },
    view::view,
};
use kpl_shared::{
    message::{Kind, Message},
    names::RoomName,
    protocol::{Hello, Limits, Messages, You},
};
use kpl_tests::harness::{person::Person, raw::Raw, screen::Screen, server::Server};
use ratatui::{Terminal, backend::TestBackend};
use rustix::time::{ClockId, clock_gettime};

/// 2026-11-23, 20:00 in Beijing.
const EVENING: i64 = 1_795_435_200_000;
/// How many lines a packet brings.
const PAGE: u16 = 200;
/// A window of an ordinary size.
const WINDOW: (u16, u16) = (80, 24);

/// Measures how the terminal client feels.
#[derive(Debug, Clone, Copy, Parser)]
struct Settings {
    /// Measure little, to see that it works, and hold nothing against a budget
    #[arg(long)]
    small: bool,
}

fn main() -> ExitCode {
    match run(Settings::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where nobody can be told, the exit code has to do.
            let _untold = writeln!(std::io::stderr(), "kpl-feel: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(settings: Settings) -> Result<bool> {
    let mut table = Table { holds: !settings.small, kept: true };
    let (few, many, starts) = if settings.small { (100, 2_000, 2) } else { (1_000, 1_000_000, 20) };
    let ms = |budget: f64, took: Duration| (took.as_secs_f64() * 1_000.0, "ms", budget);

    table.row("first frame", "a warm start", ms(50.0, first_frame(starts)?))?;
    for (lines, budget) in [(few, 0.5), (many, 2.0)] {
        let memory = resident()?;
        let mut client = Client::with(lines);
        let weight = resident()?.saturating_sub(memory);
        for (what, keys) in strokes() {
            let name = format!("{what}, {lines} lines");
            let (middle, slowest) = client.strokes(&keys);
            table.row(&name, "median", ms(budget, middle))?;
            table.row(&name, "slowest of 100", ms(budget * 5.0, slowest))?;
        }
        if lines == many {
            let above = weight.saturating_sub(client.text_bytes) as f64 / lines as f64;
            table.row("a line in memory", "above its text", (above, "bytes", 150.0))?;
        }
    }
    let lines = if settings.small { 300 } else { 10_000 };
    let mib = resident_with(lines)? as f64 / f64::from(1 << 20);
    table.row("the program", &format!("with {lines} lines"), (mib, "MiB", 15.0))?;
    Ok(table.kept)
}

/// What is printed, and whether all of it was within its budget.
struct Table {
    holds: bool,
    kept: bool,
}

impl Table {
    fn row(
        &mut self,
        what: &str,
        which: &str,
        (figure, unit, budget): (f64, &str, f64),
    ) -> Result<()> {
        let verdict = match figure <= budget {
            _ if !self.holds => "",
            true => "ok",
            false => "TOO MUCH",
        };
        self.kept &= !self.holds || figure <= budget;
        Ok(writeln!(
            stdout(),
            "{what:<44} {which:<16} {figure:>9.3} {unit:<5} (budget {budget}) {verdict}"
        )?)
    }
}

/// The median time from the start of the program to the first frame in its terminal.
fn first_frame(starts: usize) -> Result<Duration> {
    let server = Server::start()?;
    let mut took = Vec::new();
    for _ in 0..starts {
        let person = Person::new("李白")?;
        let start = Instant::now();
        let screen = Screen::open(&person, &server.url())?;
        screen.wait("the first frame", |screen| screen.contents().contains("#KPL"))?;
        took.push(start.elapsed());
    }
    took.sort();
    took.get(starts / 2).copied().context("nothing was started")
}

/// What the program holds in memory once it has loaded so many lines.
fn resident_with(lines: usize) -> Result<u64> {
    let server = Server::start()?;
    let author = Raw::v1(server.port(), "瑶")?;
    let texts: Vec<String> = (1..=lines).map(text).collect();
    author.say_all(&texts, 200)?;
    let person = Person::new("李白")?;
    let screen = Screen::open(&person, &server.url())?;
    screen.wait("the room", |screen| screen.contents().contains("live"))?;
    // Back to the first line ever said.
    while !screen.look(|screen| screen.contents().contains("第 1 条")) {
        screen.types(&"\x1b[5~".repeat(20))?;
        let before = screen.look(vt100::Screen::contents);
        screen.wait("another page", |screen| screen.contents() != before)?;
    }
    let status = std::fs::read_to_string(format!("/proc/{}/statm", screen.pid()?))?;
    pages(&status)
}

/// The resident memory of this very program, in bytes.
fn resident() -> Result<u64> {
    pages(&std::fs::read_to_string("/proc/self/statm")?)
}

fn pages(statm: &str) -> Result<u64> {
    let pages: u64 = statm.split(' ').nth(1).context("statm has no second field")?.parse()?;
    Ok(pages * rustix::param::page_size() as u64)
}

/// Keys of one kind, as they are pressed in a row.
fn strokes() -> Vec<(&'static str, Vec<Key>)> {
    let types = |letter: char| KeyCode::Char(letter).into();
    vec![
        ("typing", "今晚八点开黑 see you".chars().map(types).collect()),
        ("deleting", vec![KeyCode::Backspace.into()]),
        (
            "reading back",
            vec![KeyCode::PageUp.into(), KeyCode::PageUp.into(), KeyCode::PageDown.into()],
        ),
    ]
}

/// The client without a terminal.
struct Client {
    state: State,
    terminal: Terminal<TestBackend>,
    text_bytes: u64,
}

impl Client {
    /// A client that holds so many lines.
    fn with(lines: u64) -> Self {
        let mut state = State::new(Config { name: "李白".into(), ..Config::default() });
        update(&mut state, Event::Ticked { now: EVENING, zone: Zone::fixed(8 * 3600) });
        update(&mut state, Event::Resized(WINDOW.0, WINDOW.1));
        update(&mut state, Event::Link(Link::Greeted(hello())));
        let mut text_bytes = 0;
        for first in (1..=lines).step_by(PAGE.into()) {
            let last = lines.min(first + u64::from(PAGE) - 1);
            let told = told(first, last);
            text_bytes += told.messages.iter().map(|line| line.text.len() as u64).sum::<u64>();
            update(&mut state, Event::Link(Link::Told(told)));
            if first == 1 {
                // Who reads further up keeps what comes.
                update(&mut state, Event::Scrolled(50));
            }
        }
        let Ok(terminal) = Terminal::new(TestBackend::new(WINDOW.0, WINDOW.1));
        Self { state, terminal, text_bytes }
    }

    /// The median and the slowest of a hundred keystrokes, each with the frame that follows, in the
    /// processor's time: what else the machine does is not ours.
    fn strokes(&mut self, keys: &[Key]) -> (Duration, Duration) {
        let mut took: Vec<Duration> = (0..100)
            .map(|at| {
                let start = processor_time();
                update(&mut self.state, Event::Pressed(keys[at % keys.len()]));
                let Ok(_) = self.terminal.draw(|frame| view(&self.state, frame));
                processor_time().saturating_sub(start)
            })
            .collect();
        took.sort();
        (took[took.len() / 2], took[took.len() - 1])
    }
}

/// How long this thread has been at work.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // The kernel's clocks are never negative, and their nanoseconds fit.
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn hello() -> Hello {
    Hello {
        v: 1,
        server: "kpl-feel".into(),
        epoch: "e".into(),
        you: You { name: "李白".into(), uid: "me".into(), guest: false, op: false },
        room: RoomName::default(),
        head: 0,
        topic: None,
        limits: Limits { text_bytes: 4096, page: 200, file_bytes: 0 },
    }
}

fn told(first: u64, last: u64) -> Messages {
    let names = ["瑶", "吕布", "后羿", "貂蝉"];
    let line = |seq: u64| Message {
        seq,
        at: EVENING - 1_000_000_000 + i64::try_from(seq).unwrap_or(0) * 1_000,
        from: names[usize::try_from(seq / 3).unwrap_or(0) % names.len()].into(),
        uid: format!("{:024}", seq / 3 % 4),
        guest: false,
        cid: Some(format!("0123456789abcdef01234567-{seq}")),
        kind: Kind::Text,
        text: text(usize::try_from(seq).unwrap_or(0)),
        file: None,
    };
    Messages {
        room: RoomName::default(),
        epoch: "e".into(),
        head: last,
        messages: (first..=last).map(line).collect(),
        more: false,
        req: None,
    }
}

/// What people say: short Chinese, longer English, a link now and then.
fn text(number: usize) -> String {
    match number % 7 {
        0 => format!("第 {number} 条：看图 https://kpl.example/{number}.png"),
        1 | 2 => format!("第 {number} 条：我打野，不给就送 👨‍👩‍👧"),
        3 => format!(
            "第 {number} 条 is a longer line that goes on over more than one row, as some do"
        ),
        _ => format!("第 {number} 条"),
    }
}
