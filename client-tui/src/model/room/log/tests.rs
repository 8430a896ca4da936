use super::*;
use kpl_shared::{
    message::Kind,
    protocol::{Limits, You},
};

mod evening;

fn hello(epoch: &str, head: u64) -> Hello {
    Hello {
        v: 1,
        server: "test".into(),
        epoch: epoch.into(),
        you: You { name: "瑶".into(), uid: "u".into(), guest: false, op: false },
        room: RoomName::default(),
        head,
        topic: None,
        limits: Limits { text_bytes: 4096, page: 5, file_bytes: 0 },
    }
}

fn line(seq: u64) -> Message {
    Message {
        seq,
        at: 0,
        from: "瑶".into(),
        uid: "u".into(),
        guest: false,
        cid: None,
        kind: Kind::Text,
        text: seq.to_string(),
        file: None,
    }
}

fn packet(seqs: impl IntoIterator<Item = u64>) -> Messages {
    let messages: Vec<Message> = seqs.into_iter().map(line).collect();
    Messages {
        room: RoomName::default(),
        epoch: "e".into(),
        head: messages.last().map_or(0, |line| line.seq),
        messages,
        more: false,
        req: None,
    }
}

fn answer(ask: &Sync, seqs: impl IntoIterator<Item = u64>, more: bool) -> Messages {
    Messages { req: ask.req, more, ..packet(seqs) }
}

fn seqs(log: &Log) -> Vec<u64> {
    log.lines().map(|line| line.seq).collect()
}

/// A log that is live and holds the lines 1 to `head`.
fn log_with(head: u64) -> Log {
    let mut log = Log::new();
    log.greet(&hello("e", 0));
    log.take(packet(1..=head));
    log
}

#[test]
fn a_fresh_log_asks_for_the_tail_and_shows_what_comes_meanwhile() {
    let mut log = Log::new();

    let greeting = log.greet(&hello("e", 7));
    let ask = greeting.ask.unwrap();
    let live = log.take(packet([8]));
    let page = log.take(answer(&ask, 3..=7, true));

    assert!(greeting.anew);
    assert_eq!((ask.before, ask.after, ask.limit), (Some(8), None, Some(5)));
    assert_eq!(live, Taken { fresh: 1, ..Taken::default() });
    assert_eq!(page, Taken { older: 5, ..Taken::default() });
    assert_eq!(seqs(&log), [3, 4, 5, 6, 7, 8]);
    assert_eq!(log.resume(), Some(("e", 8)));
}

#[test]
fn an_empty_room_is_whole_and_asks_for_nothing() {
    let mut log = Log::new();

    assert_eq!(log.greet(&hello("e", 0)).ask, None);
    assert!(log.is_whole());
    assert_eq!(log.older(), None);
    assert_eq!(log.resume(), Some(("e", 0)));
}

#[test]
fn a_line_above_a_hole_waits_until_the_hole_is_filled() {
    let mut log = log_with(2);

    let gap = log.take(packet([5]));
    let ask = gap.ask.unwrap();
    let again = log.take(packet([6]));
    let filled = log.take(answer(&ask, [3, 4, 5, 6], false));

    assert_eq!((gap.fresh, ask.after), (0, Some(2)));
    assert_eq!(again.ask, None, "one hole is asked for once");
    assert_eq!(filled, Taken { fresh: 4, ..Taken::default() });
    assert_eq!(seqs(&log), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn what_was_heard_before_is_dropped() {
    let mut log = log_with(3);

    assert_eq!(log.take(packet([2, 3, 1, 0])), Taken::default());
    assert_eq!(log.take(packet([4, 4, 3])).fresh, 1);
    assert_eq!(seqs(&log), [1, 2, 3, 4]);
}

#[test]
fn a_replay_with_more_is_read_on_page_by_page() {
    let mut log = log_with(2);
    log.lost();

    assert_eq!(log.greet(&hello("e", 14)), Greeting::default());
    let replay = log.take(Messages { more: true, ..packet(3..=7) });
    let live = log.take(packet([15]));
    let page = log.take(answer(replay.ask.as_ref().unwrap(), 8..=12, true));
    let last = log.take(answer(page.ask.as_ref().unwrap(), 13..=14, false));

    assert_eq!((replay.fresh, replay.ask.unwrap().after), (5, Some(7)));
    assert_eq!(live, Taken::default());
    assert_eq!((page.fresh, page.ask.unwrap().after), (5, Some(12)));
    assert_eq!((last.fresh, last.ask), (3, None));
    assert_eq!(log.latest(2).map(|line| line.seq).collect::<Vec<_>>(), [14, 15]);
}

#[test]
fn a_live_line_where_the_replay_should_be_shows_that_the_replay_was_lost() {
    let mut log = log_with(2);
    log.greet(&hello("e", 4));

    assert_eq!(log.take(packet([5])).ask.unwrap().after, Some(2));
}

#[test]
fn a_beacon_shows_a_hole_at_the_end() {
    let mut log = log_with(2);

    assert_eq!(log.beacon(2), None);
    let ask = log.beacon(4).unwrap();
    assert_eq!(log.beacon(4), None, "it is under way");
    assert_eq!(log.take(answer(&ask, [3], false)).ask.unwrap().after, Some(3));
}

#[test]
fn a_lost_link_lets_the_same_hole_be_asked_for_again() {
    let mut log = log_with(2);
    assert!(log.beacon(4).is_some());
    let backward = log.awaits();

    log.lost();

    assert!(backward.is_some());
    assert_eq!(log.awaits(), None);
    assert_eq!(log.beacon(4).unwrap().after, Some(2));
    assert_eq!(log.overdue().unwrap().after, Some(2));
}

#[test]
fn long_lines_are_bounded_by_their_bytes() {
    let mut log = Log::new();
    log.greet(&hello("e", 0));
    let heavy = |seq| Message { text: "x".repeat(1 << 20), ..line(seq) };
    for seq in 1..=40 {
        log.take(Messages { messages: vec![heavy(seq)], ..packet([]) });
    }

    log.keep_within(1_000, 10 << 20);

    assert_eq!((log.first(), log.len()), (32, 9));
    assert!(log.bytes() <= 10 << 20);
    log.keep_within(1_000, 0);
    assert_eq!(log.len(), 1);
    log.keep(0);
    assert_eq!(log.bytes(), 0);
}

#[test]
fn another_epoch_or_a_shorter_history_begins_anew() {
    for (epoch, head) in [("f", 9), ("e", 2)] {
        let mut log = log_with(3);

        let greeting = log.greet(&hello(epoch, head));

        assert!(greeting.anew && log.is_empty());
        assert_eq!(greeting.ask.unwrap().before, Some(head + 1));
        assert_eq!(log.resume(), Some((epoch, head)));
    }
}

#[test]
fn packets_of_another_room_or_epoch_are_ignored() {
    let mut log = log_with(1);
    let elsewhere = RoomName::parse("other").unwrap();

    assert_eq!(log.take(Messages { room: elsewhere, ..packet([2]) }), Taken::default());
    assert_eq!(log.take(Messages { epoch: "f".into(), ..packet([2, 9]) }), Taken::default());
    assert_eq!(Log::new().take(packet([1])), Taken::default());
    assert_eq!(Log::new().beacon(5), None);
    assert_eq!(seqs(&log), [1]);
}

#[test]
fn older_pages_come_one_at_a_time_until_the_first_line() {
    let mut log = Log::new();
    let tail = log.greet(&hello("e", 12)).ask.unwrap();
    assert_eq!(log.older(), None, "the tail is under way");
    log.take(answer(&tail, 8..=12, true));

    let ask = log.older().unwrap();
    assert_eq!((ask.before, log.older()), (Some(8), None));
    assert_eq!(log.take(answer(&ask, 3..=7, true)).older, 5);
    assert!(!log.is_whole());
    let ask = log.older().unwrap();
    assert_eq!(log.take(answer(&ask, 1..=2, false)).older, 2);

    assert!(log.is_whole());
    assert_eq!(log.older(), None);
    assert_eq!(seqs(&log), (1..=12).collect::<Vec<_>>());
}

#[test]
fn a_tail_that_was_lost_with_the_link_is_asked_for_again() {
    let mut log = Log::new();
    log.greet(&hello("e", 4));
    log.lost();

    let greeting = log.greet(&hello("e", 6));

    assert!(!greeting.anew);
    assert_eq!(greeting.ask.unwrap().before, Some(5));
}

#[test]
fn lines_that_were_dropped_for_room_can_be_loaded_again() {
    let mut log = log_with(10);

    log.keep(4);

    assert_eq!(seqs(&log), [7, 8, 9, 10]);
    assert_eq!((log.index_of(6), log.index_of(9), log.index_of(11)), (None, Some(2), None));
    assert_eq!(log.older().unwrap().before, Some(7));
}

#[test]
fn a_page_that_joins_nothing_is_dropped_and_not_asked_for_again() {
    let mut log = Log::new();
    let ask = log.greet(&hello("e", 9)).ask.unwrap();

    assert_eq!(log.take(answer(&ask, [0, 3, u64::MAX], true)), Taken::default());
    assert_eq!(log.older(), None);
}

#[test]
fn numbers_out_of_range_do_no_harm() {
    let mut log = Log::new();
    log.greet(&hello("e", u64::MAX));
    assert_eq!(log.take(packet([u64::MAX, 0, MAX_SEQ + 1])), Taken::default());

    let mut log = log_with(1);
    assert_eq!(log.take(packet([u64::MAX])), Taken::default());
    let ask = log.beacon(u64::MAX).unwrap();
    let empty = log.take(answer(&ask, [], true));
    assert_eq!(empty.ask, None, "an empty page is not asked on, whatever it promises");
    log.take(Messages { more: true, ..packet([u64::MAX]) });
    assert_eq!(seqs(&log), [1]);
}

#[test]
fn what_is_held_is_bounded_and_comes_again() {
    let mut log = log_with(0);
    let many = 3 + MAX_HELD as u64 * 2;
    let ask = log.take(packet(3..=many)).ask.unwrap();

    let taken = log.take(answer(&ask, 1..=2, true));

    assert_eq!(taken.fresh, MAX_HELD + 2);
    assert_eq!(taken.ask.unwrap().after, Some(MAX_HELD as u64 + 2));
}

#[test]
fn a_hole_that_the_server_cannot_fill_is_passed_over() {
    let mut log = log_with(2);
    let ask = log.take(packet([5, 6])).ask.unwrap();

    let taken = log.take(answer(&ask, [], false));

    assert_eq!((taken.fresh, taken.skipped), (2, Some((3, 4))));
    assert_eq!((log.first(), log.next()), (5, 7));
    assert_eq!(taken.ask, None);
}
