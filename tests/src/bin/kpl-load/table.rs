//! How the figures are told: a table that grows a row at a time.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use crate::{
    client::Population,
    crowd::{Measured, Outcome, percentile},
};

const HEADS: [&str; 13] = [
    "what",
    "server",
    "clients",
    "room",
    "lines/s",
    "deliv./s",
    "us/deliv.",
    "server%",
    "load%",
    "ack p50",
    "ack p99",
    "lost",
    "MiB",
];
const WIDTHS: [usize; 13] = [20, 10, 7, 6, 8, 9, 9, 7, 6, 8, 8, 7, 6];

/// One measurement.
#[derive(Debug)]
pub(crate) struct Row {
    cells: [String; HEADS.len()],
    note: String,
    whole: bool,
}

impl Row {
    pub(crate) fn new(what: &str, server: &str, population: Population, room: usize) -> Self {
        let population = match population {
            Population::Plain => "plain",
            Population::V1 => "v1",
        };
        let mut cells: [String; HEADS.len()] = std::array::from_fn(|_| "-".into());
        cells[0] = what.into();
        cells[1] = server.into();
        cells[2] = population.into();
        cells[3] = room.to_string();
        Self { cells, note: String::new(), whole: true }
    }

    pub(crate) fn measured(mut self, measured: &Measured) -> Self {
        let seconds = measured.span.as_secs_f64();
        let share = |cpu: Duration| format!("{:.0}", cpu.as_secs_f64() * 100.0 / seconds);
        let rate = |count: u64| format!("{:.0}", as_f64(count) / seconds);
        let at = |share: usize| {
            format!("{:.1} ms", percentile(&measured.ack_times, share).as_secs_f64() * 1e3)
        };
        self.cells[4] = rate(measured.lines);
        self.cells[5] = rate(measured.deliveries);
        self.cells[6] =
            format!("{:.2}", measured.cpu.as_secs_f64() * 1e6 / as_f64(measured.deliveries));
        self.cells[7] = share(measured.cpu);
        self.cells[8] = share(measured.own_cpu);
        self.cells[9] = at(50);
        self.cells[10] = at(99);
        self.memory(measured.rss)
    }

    pub(crate) fn outcome(mut self, outcome: &Outcome) -> Self {
        self.cells[11] = outcome.lost.to_string();
        self.whole &= outcome.is_whole();
        let counts = [
            (outcome.holes, "holes filled"),
            (outcome.refused, "refused"),
            (outcome.malformed, "malformed"),
            (outcome.unanswered, "unanswered"),
            (outcome.gone as u64, "disconnected"),
        ];
        let told: Vec<String> = counts
            .into_iter()
            .filter(|&(count, _)| count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        self.note(&told.join(", "))
    }

    /// Adds the memory that the server holds, in KiB.
    pub(crate) fn memory(mut self, kib: u64) -> Self {
        self.cells[12] = (kib / 1024).to_string();
        self
    }

    pub(crate) fn note(mut self, note: &str) -> Self {
        if !self.note.is_empty() && !note.is_empty() {
            self.note.push_str("; ");
        }
        self.note.push_str(note);
        self
    }

    /// A promise that the row is to hold, in words, and whether it does.
    pub(crate) fn promise(mut self, promise: &str, is_kept: bool) -> Self {
        self.whole &= is_kept;
        let verdict = if is_kept { "kept" } else { "BROKEN" };
        self.note(&format!("{promise}: {verdict}"))
    }

    /// Whether this is a row in which nothing may be lost, and something was.
    fn fails(&self) -> bool {
        !self.whole && self.cells[1] == "kpl-server" && self.cells[2] == "v1"
    }
}

/// The rows, told as they come.
#[derive(Debug)]
pub(crate) struct Table {
    rows: usize,
    failed: usize,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self { rows: 0, failed: 0 }
    }

    /// Tells a row.
    pub(crate) fn add(&mut self, row: &Row) -> anyhow::Result<()> {
        if self.rows == 0 {
            tell(&line(HEADS))?;
        }
        self.rows += 1;
        self.failed += usize::from(row.fails());
        let cells = line(row.cells.each_ref().map(String::as_str));
        tell(format!("{cells}  {}", row.note).trim_end())?;
        Ok(())
    }

    /// Tells whether every line arrived that had to.
    pub(crate) fn verdict(self) -> bool {
        let Self { rows, failed } = self;
        if failed > 0 {
            complain(&format!(
                "{failed} of {rows} rows lost lines that may not be lost, or broke a promise"
            ));
        }
        rows > 0 && failed == 0
    }
}

/// Says a sentence that is no figure.
pub(crate) fn complain(sentence: &str) {
    // Without a standard error there is nobody to tell.
    writeln!(io::stderr(), "{sentence}").ok();
}

/// Says a row, or figures that are no row.
pub(crate) fn tell(line: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

fn line(cells: [&str; HEADS.len()]) -> String {
    let mut line = format!("{:<width$}", cells[0], width = WIDTHS[0]);
    for (at, (cell, width)) in cells.iter().zip(WIDTHS).enumerate().skip(1) {
        let cell = if at < 3 { format!(" {cell:<width$}") } else { format!(" {cell:>width$}") };
        line.push_str(&cell);
    }
    line
}

fn as_f64(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
