//! `kpl-chat`: a terminal client for a KPL chat room.

use std::process::ExitCode;

use kpl_chat::{exit, io::terminal, model::words::Language, run, settings::Settings};

fn main() -> ExitCode {
    terminal::guard_panics();
    match Settings::read() {
        Ok(settings) => exit::code(run::run(&settings), settings.language),
        // It is worded already.
        Err(error) => exit::code(Err(error.into()), Language::default()),
    }
}
