//! Connections that have asked for nothing yet.
//!
//! Each has little time for that. Where there are too many, the oldest is given up: whoever means
//! well asks at once, and does not stay among them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::oneshot;

/// All of them.
#[derive(Debug)]
pub(super) struct Handshakes {
    most: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    begun: u64,
    /// What gives each up, by its age.
    by_age: BTreeMap<u64, oneshot::Sender<()>>,
}

/// One of them, until it is finished or dropped.
#[derive(Debug)]
pub(super) struct Handshake {
    all: Arc<Handshakes>,
    number: u64,
    finished: AtomicBool,
}

impl Handshakes {
    /// At most so many.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default() })
    }

    /// One more begins. It is to be given up when it is told so.
    pub(super) fn begin(self: &Arc<Self>) -> (Handshake, oneshot::Receiver<()>) {
        let (end, told) = oneshot::channel();
        let mut open = self.open();
        open.begun += 1;
        let number = open.begun;
        open.by_age.insert(number, end);
        if open.by_age.len() > self.most
            && let Some((_, oldest)) = open.by_age.pop_first()
        {
            // It may have ended at this moment.
            let _over = oldest.send(());
        }
        drop(open);
        (Handshake { all: self.clone(), number, finished: AtomicBool::new(false) }, told)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handshake {
    /// It has asked for something.
    pub(super) fn finish(&self) {
        if !self.finished.swap(true, Ordering::Relaxed) {
            self.all.open().by_age.remove(&self.number);
        }
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_given_up_where_there_are_too_many() {
        let handshakes = Handshakes::new(2);
        let mut all: Vec<_> = (0..4).map(|_| handshakes.begin()).collect();

        let given_up: Vec<bool> = all.iter_mut().map(|(_, told)| told.try_recv().is_ok()).collect();

        assert_eq!(given_up, [true, true, false, false]);
    }

    #[test]
    fn one_that_has_finished_is_not_given_up_and_makes_room() {
        let handshakes = Handshakes::new(2);
        let (first, mut told_first) = handshakes.begin();
        let (second, mut told_second) = handshakes.begin();

        first.finish();
        let _third = handshakes.begin();
        let kept = told_second.try_recv();
        drop(second);
        let (_fourth, mut told_fourth) = handshakes.begin();

        assert_eq!(kept, Err(oneshot::error::TryRecvError::Empty));
        assert_eq!(told_first.try_recv(), Err(oneshot::error::TryRecvError::Closed));
        assert_eq!(told_fourth.try_recv(), Err(oneshot::error::TryRecvError::Empty));
    }
}
