//! Bytes: connections that stay half open, frames that are too long, never end, or are none.

use std::thread;

use kpl_tests::harness::{
    bare::{Bare, first, frame, head},
    wait::{PATIENCE, eventually},
};

use super::Victim;

/// Far more than the server takes, and than any socket's buffers hold.
const MUCH: usize = 64 << 20;

/// Sends the same bytes again and again, until the connection is cut; how many it took.
fn pour(bare: &mut Bare, bytes: &[u8]) -> usize {
    let mut poured = 0;
    while poured < MUCH && bare.send(bytes).is_ok() {
        poured += bytes.len();
    }
    poured
}

#[test]
fn connections_that_stay_half_open_or_drip_are_cut_and_the_others_chat_on() {
    let victim = Victim::with(&["--header-timeout", "1"]);
    let port = victim.port();
    let beginnings: [&[u8]; 4] = [
        b"",
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: localhost\r\n",
        b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\ncontent-length: 60000\r\n\r\n4",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\nffffffff\r\n",
    ];
    let mut all: Vec<Bare> = Vec::new();
    for _ in 0..75 {
        for beginning in beginnings {
            let mut bare = Bare::connect(port).unwrap();
            bare.send(beginning).unwrap();
            all.push(bare);
        }
    }

    victim.serves();
    let mut left = all;
    eventually("all are cut", PATIENCE, || {
        left.retain_mut(|bare| bare.send(b"x").is_ok() && !bare.is_over());
        left.is_empty()
    })
    .unwrap();

    victim.is_unharmed();
}

#[test]
fn a_frame_of_64_mb_is_cut_before_it_is_taken() {
    let victim = Victim::start();

    for length in [64 << 20, u64::MAX >> 1, u64::MAX] {
        let mut bare = Bare::session(victim.port()).unwrap();
        bare.send(&head(first::TEXT, length)).unwrap();
        let taken = pour(&mut bare, &[b'4'; 16_384]);
        assert!(taken < MUCH / 2, "{taken} bytes were taken of a frame of {length}");
    }

    victim.is_unharmed();
}

#[test]
fn fragments_that_never_end_are_cut_once_they_are_too_long() {
    let victim = Victim::start();
    let mut bare = Bare::session(victim.port()).unwrap();
    bare.send(&frame(first::BEGIN, b"42[\"talk\",\"")).unwrap();

    let taken = pour(&mut bare, &frame(first::GO_ON, &[b'a'; 1000]));

    assert!(taken < MUCH / 2, "{taken} bytes were taken");
    let mut empty = Bare::session(victim.port()).unwrap();
    empty.send(&frame(first::BEGIN, b"40")).unwrap();
    let nothing = frame(first::GO_ON, b"").repeat(1000);
    for _ in 0..100 {
        // It may be cut, or wait for more than nothing.
        empty.send(&nothing).unwrap_or_default();
    }
    victim.is_unharmed();
}

#[test]
fn text_that_is_no_utf_8_costs_its_sender_the_connection() {
    let victim = Victim::start();
    let wrong: [&[u8]; 5] = [
        b"42[\"talk\",\"\xff\"]",
        b"\xc0\x80",
        b"4\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"40\xe6\xb1",
    ];

    for bytes in wrong {
        let mut bare = Bare::session(victim.port()).unwrap();
        bare.send(&frame(first::TEXT, bytes)).unwrap();
        eventually("it is cut", PATIENCE, || bare.is_over()).unwrap();
        let mut parted = Bare::session(victim.port()).unwrap();
        parted.send(&frame(first::BEGIN, bytes)).unwrap();
        parted.send(&frame(first::GO_ON, bytes)).unwrap_or_default();
    }

    victim.is_unharmed();
}

#[test]
fn compression_is_not_agreed_on_and_what_is_compressed_all_the_same_is_cut() {
    let victim = Victim::start();
    let path = "/socket.io/?EIO=4&transport=websocket";
    let offer = "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n";

    let mut offered = Bare::websocket(victim.port(), path, offer).unwrap();

    assert!(!offered.text().to_ascii_lowercase().contains("deflate"), "{}", offered.text());
    // An empty block, said a million times over by one who inflates it.
    offered.send(&frame(first::COMPRESSED, &[0, 0, 0, 0xff, 0xff])).unwrap();
    eventually("it is cut", PATIENCE, || offered.is_over()).unwrap();
    victim.is_unharmed();
}

#[test]
fn pings_without_end_that_nobody_waits_for_are_answered_within_bounds() {
    let victim = Victim::start();
    let mut bare = Bare::session(victim.port()).unwrap();
    let pings = frame(first::PING, &[7; 100]).repeat(100);

    // It does not read the answers: once they fill the buffers, it is cut or no longer heard.
    let poured = thread::spawn(move || {
        for _ in 0..2000 {
            if bare.send(&pings).is_err() {
                return;
            }
        }
    });

    poured.join().unwrap();
    victim.is_unharmed();
}

#[test]
fn frames_of_no_form_cost_at_most_their_own_connection() {
    let victim = Victim::start();
    let mut seed = 7_u32;

    for _ in 0..200 {
        let mut bare = Bare::session(victim.port()).unwrap();
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        })
        .take(300)
        .collect();
        bare.send(&noise).unwrap_or_default();
    }

    victim.is_unharmed();
}
