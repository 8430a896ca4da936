//! `kpl-chat`: a terminal client for a KPL chat room.

use std::process::ExitCode;

use kpl_chat::{exit, io::terminal, run, settings::Settings};

fn main() -> ExitCode {
    terminal::guard_panics();
    let settings = Settings::read().map_err(anyhow::Error::from);
    exit::code(settings.and_then(|settings| run::run(&settings)))
}
