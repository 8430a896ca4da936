//! `kpl-server`: a Socket.IO chat room server with durable history.

use std::process::ExitCode;

use kpl_server::{
    control, log, manual, serve,
    settings::{Command, Settings},
    words,
};

fn main() -> ExitCode {
    let settings = match Settings::read(std::env::args_os()) {
        Ok(settings) => settings,
        Err(error) => return words::usage(&error),
    };
    let done = match settings.command.clone() {
        Some(Command::Order(request)) => {
            let store = settings.store().map_err(anyhow::Error::from);
            store.and_then(|store| control::ask(request.wish(), &store))
        }
        Some(Command::Describe(what)) => manual::print(what).map_err(anyhow::Error::from),
        None => {
            log::begin(&settings.log, settings.log_format);
            serve::run(&settings)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => words::failure(&error),
    }
}
