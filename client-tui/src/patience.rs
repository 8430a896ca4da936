//! How long a program without a screen goes on trying to reach its server.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{
    exit,
    model::{clean, trouble::Trouble, words::Language},
};

/// How long to try. Those who sit before a screen may wait for ever; a script may not.
const LIMIT: Duration = Duration::from_secs(8);

/// Measures how long there has been no link.
#[derive(Debug)]
pub struct Patience {
    until: Option<Instant>,
    why: Trouble,
    language: Language,
}

impl Patience {
    /// Begins to measure: there is no link yet.
    pub fn start(language: Language) -> Self {
        Self { until: Some(Instant::now() + LIMIT), why: Trouble::Silent, language }
    }

    /// There is a link.
    pub fn linked(&mut self) {
        self.until = None;
    }

    /// There is none, for this reason.
    pub fn lost(&mut self, why: Trouble) {
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
        let mut said = self.why.sentence(self.language);
        said.push_str(&self.language.tried_for(LIMIT.as_secs()));
        if kept > 0 {
            said.push_str(&self.language.and_kept(kept));
        }
        exit::say(&clean::sentence(&said));
    }
}
