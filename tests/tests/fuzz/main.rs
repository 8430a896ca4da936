//! The targets of `kpl_tests::fuzz` without a fuzzer: the kept seeds, and bytes made from them.

#![expect(clippy::unwrap_used, reason = "a seed that cannot be read fails the test")]

use std::{fs, path::Path};

use kpl_tests::fuzz::{TARGETS, Target};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

/// The seeds of a target: what once broke it, and what leads a fuzzer to its depths.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut paths: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A seed of which some bytes are changed, left out, doubled or put in.
fn near(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), 0..4_u8, any::<u8>());
    let changes = prop::collection::vec(change, 0..12);
    (prop::sample::select(seeds), changes).prop_map(|(mut bytes, changes)| {
        for (place, what, byte) in changes {
            let at = place.index(bytes.len() + 1);
            match what {
                0 if at < bytes.len() => bytes[at] = byte,
                1 if at < bytes.len() => _ = bytes.remove(at),
                2 if at < bytes.len() => {
                    let again = bytes[at..].to_vec();
                    bytes.extend(again.into_iter().take(64));
                }
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

fn hold(name: &str) {
    let (_, target): &(&str, Target) = TARGETS.iter().find(|(target, _)| *target == name).unwrap();
    let seeds = seeds(name);
    assert!(!seeds.is_empty(), "{name} has no seeds");

    for seed in &seeds {
        target(seed);
    }
    let bytes = prop_oneof![3 => near(seeds), 1 => prop::collection::vec(any::<u8>(), 0..300)];
    // What it finds is kept as a seed, by hand.
    let config = Config { failure_persistence: None, ..Config::default() };
    let ended = TestRunner::new(config).run(&bytes, |bytes| {
        target(&bytes);
        Ok(())
    });
    ended.unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[test]
fn whatever_comes_over_the_wire_is_read_or_refused() {
    hold("wire");
}

#[test]
fn no_text_steers_a_screen() {
    hold("text");
}

#[test]
fn a_name_that_passes_is_a_name() {
    hold("names");
}

#[test]
fn a_settings_file_is_read_or_refused_in_a_sentence() {
    hold("toml");
}

#[test]
fn whatever_happens_to_the_client_is_drawn() {
    hold("update");
}

#[test]
fn every_target_has_its_test() {
    let tests = include_str!("main.rs");

    let held = |name: &str| tests.contains(&format!("hold(\"{name}\")"));

    assert!(TARGETS.iter().all(|(name, _)| held(name)));
}
