//! The short forms of what the load generator measures at length: a siege, and a storm.

use std::process::Command;

use kpl_tests::harness::{binaries, program::Program, wait::PATIENCE};

fn measure(scenario: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpl-load"));
    command.args([scenario, "--small", "--no-peer", "--server"]).arg(binaries::server().unwrap());
    let ended = Program::start(command).unwrap().finish(PATIENCE).unwrap();
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("0 panics: kept"), "{}", ended.out);
    ended.out
}

#[test]
fn the_honest_lose_nothing_while_others_do_what_they_can() {
    let told = measure("siege");

    assert!(told.contains("of 200 at most: kept"), "{told}");
}

#[test]
fn all_who_come_back_at_once_have_everything_once() {
    let told = measure("storm");

    assert!(told.contains("0 lines doubled, 0 packets of no form: kept"), "{told}");
}
