//! What is logged, and in which form: on standard error.

use std::{io::IsTerminal, str::FromStr};

use clap::ValueEnum;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::{Layer, SubscriberExt},
    util::SubscriberInitExt,
};

/// What the log looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line, for programs.
    Json,
}

/// What is logged: a level for everything, and others for parts of the program by their paths.
#[derive(Debug, Clone, PartialEq)]
pub struct LogFilter(Targets);

/// Begins to log.
pub fn begin(filter: &LogFilter, format: LogFormat) {
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    tracing_subscriber::registry().with(filter.0.clone()).with(lines).init();
}

impl FromStr for LogFilter {
    type Err = String;

    /// A word that is no level is refused: taken for a path, a misspelt level would make the log
    /// silent.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut targets = Targets::new();
        for directive in text.split(',') {
            let (path, level) = match directive.split_once('=') {
                Some((path, level)) => (Some(path.trim()), level.trim()),
                None => (None, directive.trim()),
            };
            let level = parse_level(level)?;
            targets = match path {
                None => targets.with_default(level),
                Some(path) if is_path(path) => targets.with_target(path, level),
                Some(path) => return Err(format!("{path:?} is no part of a program")),
            };
        }
        Ok(Self(targets))
    }
}

fn parse_level(text: &str) -> Result<LevelFilter, String> {
    let level = text.parse().ok().filter(|_| text.starts_with(|c: char| c.is_ascii_alphabetic()));
    level.ok_or_else(|| {
        format!("{text:?} is no level; write off, error, warn, info, debug or trace, or PART=LEVEL")
    })
}

fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    text.split("::").all(is_name)
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::filter::LevelFilter;

    use super::*;

    #[test]
    fn a_filter_is_a_level_and_others_for_parts() {
        let filter: LogFilter = "warn, kpl_server::store=trace,hyper=off".parse().unwrap();

        let LogFilter(targets) = filter;
        assert_eq!(targets.default_level(), Some(LevelFilter::WARN));
        assert!(targets.would_enable("kpl_server::store", &tracing::Level::TRACE));
        assert!(!targets.would_enable("kpl_server::room", &tracing::Level::INFO));
        assert!(!targets.would_enable("hyper::proto", &tracing::Level::ERROR));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in ["", "inof", "info,", "5", "kpl_server", "kpl_server=", "=info", "a b=info"] {
            assert!(text.parse::<LogFilter>().is_err(), "{text:?}");
        }
        for text in ["a=b=info", "a[span]=info", "a::=info", "info debug"] {
            assert!(text.parse::<LogFilter>().is_err(), "{text:?}");
        }
    }
}
