//! What leaves: the first line that waits, when it is its turn, if the server would take it.

use kpl_shared::{refusal::Refusal, text::Text};

use crate::model::{
    effect::Effect,
    hand::said,
    state::{Standing, State},
};

impl State {
    /// Sends the first line that waits, if it is its turn.
    pub(in crate::model) fn depart(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.is_linked()
            && let Some(line) = self.outbox.depart(self.clock.now)
        {
            let Some(refusal) = self.unfit(&line.text) else {
                effects.push(Effect::Send(line));
                break;
            };
            let why = self.language.refusal(refusal.code, &refusal.message);
            effects.extend(said::hand_back(self, &line.cid, why));
        }
        effects
    }

    /// Forgets the lines of this run that wait, and returns their ids. What an earlier one left goes
    /// on waiting.
    pub fn give_up(&mut self) -> Vec<String> {
        self.outbox.remove_all(&self.cid_prefix)
    }

    /// Why the server would not take a text. An earlier run may have left one that is so long that
    /// the server cut the link rather than refuse it, again and again.
    fn unfit(&self, text: &str) -> Option<Refusal> {
        let is_v1 = matches!(self.link, Standing::Live(_));
        Text::parse(text.to_owned(), self.text_bytes).err().filter(|_| is_v1)
    }
}
