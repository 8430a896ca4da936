//! What is said, as one leaves, of the lines that were not delivered.

use crate::model::words::Language;

impl Language {
    /// What becomes of the lines that wait: so many are kept for the next start, so many are not,
    /// for this reason. Nothing is said where none waits.
    pub fn parting(self, kept: usize, lost: usize, why: &str) -> Option<String> {
        match (kept, lost) {
            (0, 0) => None,
            (_, 0) => Some(self.kept_for_next(kept)),
            _ => Some(self.kept_in_part(kept, kept + lost, lost, why)),
        }
    }
}

words! {
    kept_in_part(kept: usize, count: usize, lost: usize, why: &str): "{kept} of {count} queued kept for the next start; {lost} is lost: {why}" if lost == 1, else "{kept} of {count} queued kept for the next start; {lost} are lost: {why}", "待发 {count} 条中有 {kept} 条已留到下次启动；丢失 {lost} 条：{why}";
    given_up(count: usize): "{count} line is given up, and not kept" if count == 1, else "{count} lines are given up, and not kept", "放弃 {count} 条，未保留";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_never_said_to_be_kept() {
        let left = |kept, lost| Language::En.parting(kept, lost, "disk full").unwrap_or_default();

        assert_eq!(left(0, 0), "");
        assert_eq!(left(3, 0), "3 queued, kept for the next start at this address");
        assert_eq!(left(2, 1), "2 of 3 queued kept for the next start; 1 is lost: disk full");
        assert_eq!(left(0, 2), "0 of 2 queued kept for the next start; 2 are lost: disk full");
    }
}
