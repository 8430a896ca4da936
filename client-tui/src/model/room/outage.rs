//! The outage: what was told of there being no link, so that neither it nor its end is told each time
//! that a link comes and goes.

/// How many different reasons are told in that time.
const MAX_REASONS: usize = 3;
/// For how many milliseconds a reason need not be told again.
const REASON_HOLDS: i64 = 60_000;

/// What was told of there being no link.
#[derive(Debug, Clone, Default)]
pub struct Outage {
    /// The reasons told of late, and when they held last, in milliseconds since 1970, UTC.
    reasons: Vec<(String, i64)>,
    /// Whether that there is no link is the last word that was told.
    told: bool,
}

impl Outage {
    /// There is no link for this reason, at `now`; whether that is to be told.
    pub fn begin(&mut self, why: &str, now: i64) -> bool {
        self.reasons.retain(|(_, last)| now.saturating_sub(*last) < REASON_HOLDS);
        if let Some((_, last)) = self.reasons.iter_mut().find(|(told, _)| told == why) {
            *last = now;
            return false;
        }
        if self.reasons.len() >= MAX_REASONS {
            return false;
        }
        self.reasons.push((why.into(), now));
        self.told = true;
        true
    }

    /// It was told why there is no link, and that none is tried for.
    pub fn settle(&mut self) {
        self.told = true;
    }

    /// There is a link; whether that is to be told. Whoever read that there is none reads on to see
    /// it come back.
    pub fn end(&mut self) -> bool {
        std::mem::take(&mut self.told)
    }
}
