//! How long a program without a screen goes on trying to reach its server.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::exit;

/// How long to try. Those who sit before a screen may wait for ever; a script may not.
const LIMIT: Duration = Duration::from_secs(8);

/// Measures how long there has been no link.
#[derive(Debug)]
pub struct Patience {
    until: Option<Instant>,
    why: String,
}

impl Patience {
    /// Begins to measure: there is no link yet.
    pub fn start() -> Self {
        let mut patience = Self { until: None, why: String::new() };
        patience.lost("the server does not let us in".into());
        patience
    }

    /// There is a link.
    pub fn linked(&mut self) {
        self.until = None;
    }

    /// There is none, for this reason.
    pub fn lost(&mut self, why: String) {
        self.why = why;
        if self.until.is_none() {
            self.until = Some(Instant::now() + LIMIT);
        }
    }

    /// Returns when there has been no link for too long.
    pub async fn ends(&self) {
        match self.until {
            Some(until) => sleep_until(until).await,
            None => std::future::pending().await,
        }
    }

    /// Says why nothing came of it, and what became of `kept` lines.
    pub fn complain(&self, kept: usize) {
        let (tried, why) = (LIMIT.as_secs(), &self.why);
        let kept = match kept {
            0 => String::new(),
            1 => "; the line is kept for the next start".into(),
            _ => format!("; {kept} lines are kept for the next start"),
        };
        exit::say(&format!("{why} (tried for {tried} s{kept})"));
    }
}
