//! Hits, printed: what a search has found, a page at a time, so that nobody has to hear them all.

use std::io::{self, Write};

use crate::{
    model::{
        effect::Effect,
        event::Event,
        hand::{finding::Stage, mode::Mode},
        state::{Standing, State},
        text::filed,
        update::update,
    },
    print,
};

/// How many hits are printed at once: as many as a small window holds.
const PAGE: usize = 20;

/// How far the hits of a search have been printed.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// How many have been printed, from the newest on.
    printed: usize,
    /// A page is wanted that has not been printed.
    wanted: bool,
}

impl Hits {
    /// A search begins.
    pub(super) fn begin(&mut self) {
        *self = Self { printed: 0, wanted: true };
    }

    /// The page is wanted that is older than what was printed. Says how a search is written where
    /// there was none.
    pub(super) fn go_on(&mut self, state: &mut State) -> Vec<Effect> {
        let words = state.language;
        if state.finding.query.is_none() {
            return update(
                state,
                Event::Noted(words.usage(&format!("/search {}", words.form_words()))),
            );
        }
        self.wanted = true;
        let held = state.finding.hits.len();
        if held >= self.printed + PAGE || state.finding.next.is_none() {
            return vec![];
        }
        // On a screen the next hits are asked for by whoever walks to the oldest in the list.
        state.mode = Mode::Finding(Stage::Listing);
        update(state, Event::Scrolled(i16::MAX))
    }

    /// Prints the page that is wanted, once it is here.
    pub(super) fn print(&mut self, out: &mut impl Write, state: &State) -> io::Result<()> {
        let (words, finding) = (state.language, &state.finding);
        if !self.wanted || finding.asked.is_some() {
            return Ok(());
        }
        self.wanted = false;
        if state.link == Standing::Plain {
            return Ok(()); // The model has said that there is nothing to search.
        }
        let found = finding.hits.len();
        // In another history there are none of those that were printed.
        let first = self.printed.min(found);
        let last = found.min(first + PAGE);
        let said = match &finding.trouble {
            Some(why) => why.clone(),
            None if last > first && (last < found || finding.next.is_some()) => {
                words.hits_more(first + 1, last)
            }
            None if last == first + 1 => words.hit_last(last),
            None if last > first => words.hits_all(first + 1, last),
            None if finding.next.is_some() => words.hits_none_yet(),
            None => words.hits_no_more(),
        };
        for (at, hit) in finding.hits[..last].iter().enumerate().skip(first).rev() {
            let at = format!("{:>3} {}", at + 1, words.moment(&state.clock, hit.at));
            print::line(
                out,
                &at,
                Some(&hit.from),
                hit.kind,
                &filed::said(words, hit.kind, &hit.text, hit.file.as_deref()),
            )?;
        }
        self.printed = last;
        writeln!(out, "{} -- {said}", state.clock.time(state.clock.now))?;
        out.flush()
    }
}
