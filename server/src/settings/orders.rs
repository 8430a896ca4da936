//! Orders to a server that runs on this machine, as subcommands.

use clap::{Args, Subcommand};
use kpl_shared::{
    invite::{self, MAX_USES},
    names::RoomName,
    order::{self, Measure, Order},
};

/// What a running server is told to do, through the socket beside its store.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Request {
    /// Make the owner of a name an operator, or no longer
    Op {
        /// Which of the two.
        #[command(subcommand)]
        change: Appointment,
    },
    /// Close somebody's connections; nothing keeps them from coming back
    Kick {
        /// Whom
        name: String,
        /// What they and the room are told
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Keep somebody out, by name, key and address
    Ban(Sanction),
    /// Let somebody in again
    Unban {
        /// Whom
        name: String,
    },
    /// Print who is kept out, and who may not speak
    Bans,
    /// Let somebody read but not speak
    Mute(Sanction),
    /// Let somebody speak again
    Unmute {
        /// Whom
        name: String,
    },
    /// Let each one in a room speak once in so many seconds; 0 ends it
    Slow {
        /// How many seconds
        seconds: u64,
        /// In which room
        #[arg(long, value_name = "ROOM", default_value = "KPL")]
        room: RoomName,
    },
    /// Take a name from its owner, so that another key can claim it
    Release {
        /// Which
        name: String,
    },
    /// Say something to everyone in every room
    Announce {
        /// What
        text: String,
    },
    /// Make an invite and print its link, which lets in whoever has it
    Invite {
        /// How many it lets in
        #[arg(long, value_name = "COUNT", default_value_t = 1,
              value_parser = clap::value_parser!(u64).range(1..=MAX_USES))]
        uses: u64,
        /// For how long it lets in somebody new, such as 2h or 7d
        #[arg(long = "for", value_name = "TIME", default_value = "7d", value_parser = holding)]
        seconds: u64,
        /// Where people reach the server, if not at the address that it listens on
        #[arg(long, value_name = "URL", value_parser = web)]
        url: Option<String>,
    },
    /// Print which invites there are, and how many each has let in
    Invites,
    /// Take an invite back: it lets nobody in any more, nor those whom it has let in
    Uninvite {
        /// Its number, as `kpl-server invites` prints it
        id: u64,
    },
    /// Print what was ordered: when, by whom, what, and what came of it
    Audit {
        /// How many of the newest entries
        #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 100,
              value_parser = clap::value_parser!(u32).range(1..=10_000))]
        lines: u32,
    },
}

/// Who is an operator.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Appointment {
    /// Make the owner of a name an operator
    Add {
        /// Whom
        name: String,
    },
    /// Make the owner of a name an operator no longer
    Remove {
        /// Whom
        name: String,
    },
}

/// Somebody is kept out, or may not speak.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Sanction {
    /// Whom
    name: String,
    /// For how long, such as 10m, 2h or 7d; until it is lifted when absent
    #[arg(long = "for", value_name = "TIME", value_parser = lasting)]
    seconds: Option<u64>,
    /// What they and the room are told
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// What is asked of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// So many of the newest entries of the audit log.
    Audit(u32),
    /// Something is done, in a room.
    Order(Order, RoomName),
    /// An invite to the server at an address, or where it listens.
    Invite(Order, Option<String>),
}

impl Request {
    /// The same in the words of the protocol.
    pub fn wish(self) -> Wish {
        let mut in_room = RoomName::default();
        let order = match self {
            Self::Op { change: Appointment::Add { name } } => Order::Op { name },
            Self::Op { change: Appointment::Remove { name } } => Order::Deop { name },
            Self::Kick { name, reason } => Order::Kick { name, reason },
            Self::Ban(sanction) => Order::Ban(sanction.measure()),
            Self::Mute(sanction) => Order::Mute(sanction.measure()),
            Self::Unban { name } => Order::Unban { name },
            Self::Unmute { name } => Order::Unmute { name },
            Self::Bans => Order::Bans,
            Self::Slow { seconds, room } => {
                in_room = room;
                Order::Slow { seconds }
            }
            Self::Release { name } => Order::Release { name },
            Self::Announce { text } => Order::Announce { text },
            Self::Invite { uses, seconds, url } => {
                let order = Order::Invite { uses: Some(uses), seconds: Some(seconds) };
                return Wish::Invite(order, url);
            }
            Self::Invites => Order::Invites,
            Self::Uninvite { id } => Order::Uninvite { id },
            Self::Audit { lines } => return Wish::Audit(lines),
        };
        Wish::Order(order, in_room)
    }
}

impl Sanction {
    fn measure(self) -> Measure {
        let Self { name, seconds, reason } = self;
        Measure { name, seconds, reason }
    }
}

fn holding(text: &str) -> Result<u64, String> {
    let seconds = lasting(text)?;
    let fits = (1..=invite::MAX_SECONDS).contains(&seconds);
    fits.then_some(seconds).ok_or_else(|| "an invite holds from 1s to 366d".into())
}

/// The address of a server, without what a link has behind it.
fn web(text: &str) -> Result<String, &'static str> {
    let host = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let is_one = host.is_some_and(|host| {
        !host.is_empty() && !host.contains(|letter: char| letter == '#' || letter.is_whitespace())
    });
    if is_one { Ok(text.into()) } else { Err("write one such as https://kpl.example") }
}

fn lasting(text: &str) -> Result<u64, &'static str> {
    order::seconds(text).ok_or("write a number and s, m, h, d or w, such as 10m or 7d")
}
