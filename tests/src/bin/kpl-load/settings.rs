//! What to measure, from the command line.

use std::{path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};

/// Measures kpl-server, with a plain Node server beside it, and prints a table.
#[derive(Debug, Clone, Parser)]
#[command(name = "kpl-load")]
pub(crate) struct Settings {
    /// What to measure
    #[arg(value_enum, default_value_t = Scenario::All)]
    pub(crate) scenario: Scenario,

    /// The server's program; without it, it is built with the generator's own profile
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,

    /// Where the server keeps its lines
    #[arg(long, value_enum, default_value_t = Store::Sqlite)]
    pub(crate) store: Store,

    /// How many clients are in the room: one row of the table each
    #[arg(long, value_delimiter = ',', default_values_t = [50, 200, 1000])]
    rooms: Vec<usize>,

    /// How long each row is measured
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,

    /// How many of a room's clients talk
    #[arg(long, default_value_t = 4)]
    pub(crate) senders: usize,

    /// How many lines each sender leaves unacknowledged when it talks as fast as it can
    #[arg(long, default_value_t = 64)]
    pub(crate) window: usize,

    /// How many deliveries a second there are when the load is paced
    #[arg(long, default_value_t = 16_000)]
    paced: u32,

    /// How many bytes a line has
    #[arg(long, default_value_t = 64)]
    pub(crate) bytes: usize,

    /// How many idle connections are weighed
    #[arg(long, default_value_t = 10_000)]
    idle: usize,

    /// How many honest clients a siege is laid to
    #[arg(long, default_value_t = 1000)]
    besieged: usize,

    /// How many clients come back in a storm
    #[arg(long, default_value_t = 5000)]
    storm: usize,

    /// How many lines are searched
    #[arg(long, default_value_t = 1_000_000)]
    history: u64,

    /// Measures our server only
    #[arg(long)]
    pub(crate) no_peer: bool,

    /// Measures a little of everything in about ten seconds, to see that it works
    #[arg(long)]
    pub(crate) small: bool,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Everything below
    All,
    /// The cost of a delivery: rooms of several sizes, as fast as can be and paced
    Fanout,
    /// Lines a second from 50 senders, each acknowledged once it is on disk
    Durable,
    /// The weight of an idle connection
    Idle,
    /// Honest clients alone, and while others drip, do not read and send packets of no form
    Siege,
    /// Thousands who come back at once after the server was killed
    Storm,
    /// Clients that stop reading: when they are cut, and that nobody else loses a line
    Slow,
    /// The newest hits in a long history, and how long its index takes
    Search,
}

/// Where the server under test keeps its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Store {
    /// A database of its own in a temporary folder
    Sqlite,
    /// Nowhere but in memory
    Memory,
}

impl Settings {
    pub(crate) fn server(&self) -> Option<&PathBuf> {
        self.server.as_ref()
    }

    pub(crate) fn rooms(&self) -> &[usize] {
        if self.small { &[10] } else { &self.rooms }
    }

    pub(crate) fn span(&self) -> Duration {
        if self.small {
            Duration::from_millis(400)
        } else {
            Duration::from_secs_f64(self.seconds.clamp(0.1, 600.0))
        }
    }

    /// How long a load runs before it is measured.
    pub(crate) fn warm_up(&self) -> Duration {
        Duration::from_millis(if self.small { 100 } else { 1000 })
    }

    pub(crate) fn paced(&self) -> u32 {
        if self.small { 1000 } else { self.paced }
    }

    pub(crate) fn idle(&self) -> usize {
        if self.small { 100 } else { self.idle }
    }

    pub(crate) fn besieged(&self) -> usize {
        if self.small { 50 } else { self.besieged }
    }

    pub(crate) fn storm(&self) -> usize {
        if self.small { 200 } else { self.storm }
    }

    pub(crate) fn history(&self) -> u64 {
        if self.small { 3000 } else { self.history }
    }

    pub(crate) fn durable_senders(&self) -> usize {
        if self.small { 10 } else { 50 }
    }
}
