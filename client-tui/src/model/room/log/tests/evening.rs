//! Random evenings on a bad link.

use proptest::prelude::*;

use super::*;

/// What happens to the link in a random evening.
#[derive(Debug, Clone)]
enum Step {
    Say(u64),
    Beacon,
    Answer,
    Older,
    Deliver(usize),
    Repeat(usize),
    Drop(usize),
    Cut,
}

/// A server that numbers lines, and a link that carries packets in any order.
#[derive(Default)]
struct Evening {
    head: u64,
    asks: Vec<Sync>,
    packets: Vec<Messages>,
    beacons: Vec<u64>,
    shown: Vec<u64>,
    log: Log,
}

impl Evening {
    fn step(&mut self, step: &Step) {
        match *step {
            Step::Say(count) => {
                self.packets.push(packet(self.head + 1..=self.head + count));
                self.head += count;
            }
            Step::Beacon => {
                self.beacons.push(self.head);
                let ask = self.log.beacon(self.head);
                self.asks.extend(ask);
            }
            Step::Answer if !self.asks.is_empty() => {
                let ask = self.asks.remove(0);
                self.packets.push(self.page(&ask));
            }
            Step::Older => {
                let ask = self.log.older();
                self.asks.extend(ask);
            }
            Step::Deliver(at) if !self.packets.is_empty() => {
                let packet = self.packets.remove(at % self.packets.len());
                self.take(packet);
            }
            Step::Repeat(at) if !self.packets.is_empty() => {
                self.take(self.packets[at % self.packets.len()].clone());
            }
            Step::Drop(at) if !self.packets.is_empty() => {
                self.packets.remove(at % self.packets.len());
            }
            Step::Cut => self.cut(),
            _ => {}
        }
    }

    fn take(&mut self, packet: Messages) {
        let taken = self.log.take(packet);
        self.shown.extend(self.log.latest(taken.fresh).map(|line| line.seq));
        self.asks.extend(taken.ask);
        assert!(self.asks.len() <= 4, "nothing is asked for twice at once");
    }

    fn page(&self, ask: &Sync) -> Messages {
        let limit = u64::from(ask.limit.unwrap());
        if let Some(after) = ask.after {
            let last = self.head.min(after + limit);
            return answer(ask, after + 1..=last, last < self.head);
        }
        let before = ask.before.unwrap();
        let first = before.saturating_sub(limit).max(1);
        answer(ask, first..before, first > 1)
    }

    /// The link breaks with all that is on it, and comes back.
    fn cut(&mut self) {
        self.packets.clear();
        self.asks.clear();
        self.log.lost();
        let after = self.log.resume().map(|(_, after)| after);
        let greeting = self.log.greet(&hello("e", self.head));
        self.asks.extend(greeting.ask);
        if let Some(after) = after {
            let replay = Sync { after: Some(after), limit: Some(5), ..Sync::default() };
            self.packets.push(self.page(&replay));
        }
    }

    /// The evening goes on undisturbed until everything has been answered.
    fn settle(&mut self) {
        for _ in 0..1_000 {
            if let Some(packet) = (!self.packets.is_empty()).then(|| self.packets.remove(0)) {
                self.take(packet);
            } else if self.asks.is_empty() {
                let overdue = self.log.overdue().or_else(|| self.log.beacon(self.head));
                match overdue.or_else(|| self.log.older()) {
                    Some(ask) => self.asks.push(ask),
                    None => return,
                }
            } else {
                self.step(&Step::Answer);
            }
        }
        panic!("it never settles");
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..8_u64).prop_map(Step::Say),
        1 => Just(Step::Beacon),
        3 => Just(Step::Answer),
        1 => Just(Step::Older),
        6 => any::<usize>().prop_map(Step::Deliver),
        1 => any::<usize>().prop_map(Step::Repeat),
        2 => any::<usize>().prop_map(Step::Drop),
        1 => Just(Step::Cut),
    ]
}

proptest! {
    #[test]
    fn whatever_the_link_does_every_line_is_shown_once_in_order_without_a_hole(
        before in 0..30_u64,
        steps in prop::collection::vec(any_step(), 0..80),
    ) {
        let mut evening = Evening { head: before, ..Evening::default() };
        evening.cut();

        for step in &steps {
            evening.step(step);
        }
        evening.settle();

        prop_assert_eq!(seqs(&evening.log), (1..=evening.head).collect::<Vec<_>>());
        prop_assert_eq!(evening.shown, (before + 1..=evening.head).collect::<Vec<_>>());
    }

    #[test]
    fn no_packet_however_odd_breaks_the_order(
        packets in prop::collection::vec(
            (prop::collection::vec(0..40_u64, 0..20), any::<bool>(), prop::option::of(0..9_u64)),
            0..30,
        ),
        head in prop_oneof![0..20_u64, Just(u64::MAX)],
    ) {
        let mut log = Log::new();
        log.greet(&hello("e", head));

        for (seqs, more, req) in packets {
            log.take(Messages { more, req, ..packet(seqs) });
            log.older();
            log.beacon(head);
        }

        let seqs = seqs(&log);
        prop_assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{:?}", seqs);
    }
}
