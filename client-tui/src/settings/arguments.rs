//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// How many lines `tail` prints unless told otherwise.
pub(super) const TAIL_LINES: u32 = 10;

/// A terminal client for a KPL chat room.
///
/// Without a command it opens the screen. When its output is no terminal it prints the room as
/// `tail --follow` does, and when its input is piped it says each line of it as `send` does.
#[derive(Debug, Parser)]
#[command(name = "kpl-chat", version, args_conflicts_with_subcommands = false)]
pub(super) struct Arguments {
    /// Your name; the configured one or the login name when absent
    #[arg(long, env = "KPL_NAME", global = true)]
    pub(super) name: Option<String>,
    /// The server's address, by default that of this machine, port 3000
    #[arg(long, env = "KPL_URL", global = true)]
    pub(super) url: Option<String>,
    /// The room, by default KPL
    #[arg(long, env = "KPL_ROOM", global = true)]
    pub(super) room: Option<String>,
    /// The settings file, by default kpl-chat/config.toml in the XDG config folder
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The language of the interface; that of the locale when absent
    #[arg(long, env = "KPL_LANG", global = true)]
    pub(super) lang: Option<String>,
    /// Chat line by line, without the screen
    #[arg(long)]
    pub(super) plain: bool,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Clone, Subcommand)]
pub(super) enum Command {
    /// Say one line, or each line of the standard input; ends with 0 when all of it was kept
    Send {
        /// What to say
        #[arg(allow_negative_numbers = true)]
        text: Vec<String>,
    },
    /// Print the room's last lines
    Tail {
        /// How many
        #[arg(short = 'n', long, value_name = "N", default_value_t = TAIL_LINES,
              value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
        lines: u32,
        /// Go on with what is said from now on
        #[arg(short, long)]
        follow: bool,
        /// Print each line as a JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Lang {
    Zh,
    En,
}

impl Arguments {
    /// An empty value, as an environment has it that was cleared, is none.
    pub(super) fn without_empty(self) -> Self {
        let given = |value: Option<String>| value.filter(|value| !value.is_empty());
        Self {
            name: given(self.name),
            url: given(self.url),
            room: given(self.room),
            lang: given(self.lang),
            ..self
        }
    }
}
