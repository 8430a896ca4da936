//! How long a program without a screen goes on trying, where its server is away, cannot work or
//! says nothing.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{
    exit,
    model::{
        text::clean,
        words::{Language, trouble::Trouble},
    },
};

/// How long to try for a link. Those who sit before a screen may wait for ever; a script may not.
const LINK_LIMIT: Duration = Duration::from_secs(8);
/// How long to wait, from the first trouble on, for anything to get done, whatever links there are
/// meanwhile.
const WORK_LIMIT: Duration = Duration::from_secs(12);

/// Measures how long there has been no link, and how long there has been trouble and no progress.
#[derive(Debug)]
pub struct Patience {
    unlinked: Option<Instant>,
    hindered: Option<Instant>,
    why: Trouble,
    language: Language,
}

impl Patience {
    /// Begins to measure: there is no link yet.
    pub fn start(language: Language) -> Self {
        Self { unlinked: Some(Instant::now()), hindered: None, why: Trouble::Silent, language }
    }

    /// There is a link.
    pub fn linked(&mut self) {
        self.unlinked = None;
    }

    /// There is none, for this reason.
    pub fn lost(&mut self, why: Trouble) {
        self.unlinked.get_or_insert_with(Instant::now);
        self.hindered(why);
    }

    /// What was asked for does not come, for this reason.
    pub fn hindered(&mut self, why: Trouble) {
        self.why = why;
        self.hindered.get_or_insert_with(Instant::now);
    }

    /// Something got done, or there is nothing to do.
    pub fn worked(&mut self) {
        self.hindered = None;
    }

    /// Returns when it has been too long.
    pub async fn ends(&self) {
        let link = self.unlinked.map(|since| since + LINK_LIMIT);
        let work = self.hindered.map(|since| since + WORK_LIMIT);
        match link.into_iter().chain(work).min() {
            Some(until) => sleep_until(until).await,
            None => std::future::pending().await,
        }
    }

    /// Says why nothing came of it, and what became of `kept` lines.
    pub fn complain(&self, kept: usize) {
        let mut said = self.why.sentence(self.language);
        said.push_str(&self.language.tried_for(self.tried().as_secs()));
        if kept > 0 {
            said.push_str(&self.language.and_kept(kept));
        }
        exit::say(&clean::sentence(&said));
    }

    fn tried(&self) -> Duration {
        let since = self.unlinked.into_iter().chain(self.hindered).min();
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}
