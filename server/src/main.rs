//! `kpl-server`: a Socket.IO chat room server with durable history.

use std::process::ExitCode;

use kpl_server::{serve, settings::Settings, words};

fn main() -> ExitCode {
    let settings = match Settings::read(std::env::args_os()) {
        Ok(settings) => settings,
        Err(error) => return words::usage(&error),
    };
    serve::init_tracing(&settings);
    match serve::run(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => words::failure(&error),
    }
}
