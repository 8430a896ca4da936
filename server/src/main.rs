//! `kpl-server`: a Socket.IO chat room server with durable history.

use std::process::ExitCode;

use kpl_server::{log, manual, serve, settings::Settings, words};

fn main() -> ExitCode {
    let settings = match Settings::read(std::env::args_os()) {
        Ok(settings) => settings,
        Err(error) => return words::usage(&error),
    };
    if let Some(command) = settings.command {
        let printed = manual::print(command).map_err(anyhow::Error::from);
        return printed.map_or_else(|error| words::failure(&error), |()| ExitCode::SUCCESS);
    }
    log::begin(&settings.log, settings.log_format);
    match serve::run(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => words::failure(&error),
    }
}
