use std::{os::unix::fs::PermissionsExt, thread};

use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn keep(state: &Path, said: &[&str]) {
    let (mut history, _) = History::open(state).unwrap();
    for said in said {
        history.keep((*said).into()).unwrap();
    }
    history.close().unwrap();
}

fn read(state: &Path) -> Vec<String> {
    History::open(state).unwrap().1
}

#[test]
fn what_one_said_is_there_in_the_next_run() {
    let state = folder();

    keep(state.path(), &["一", "two\nlines \"quoted\""]);
    keep(state.path(), &["三"]);

    assert_eq!(read(state.path()), ["一", "two\nlines \"quoted\"", "三"]);
}

#[test]
fn only_its_owner_reads_it() {
    let state = folder();

    keep(state.path(), &["a"]);

    let mode = fs::metadata(state.path().join(FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn programs_at_once_lose_nothing_of_each_other() {
    let state = folder();
    let filler: Vec<String> = (0..MAX_ENTRIES).map(|number| format!("old {number}")).collect();
    keep(state.path(), &filler.iter().map(String::as_str).collect::<Vec<_>>());

    thread::scope(|scope| {
        for program in 0..8 {
            let state = state.path();
            scope.spawn(move || {
                for number in 0..20 {
                    keep(state, &[&format!("{program} {number}")]);
                }
            });
        }
    });

    let said = read(state.path());
    for program in 0..8 {
        let mine: Vec<_> =
            said.iter().filter(|said| said.starts_with(&format!("{program} "))).collect();
        assert_eq!(mine.len(), 20, "of {program}");
    }
}

#[test]
fn it_is_bounded() {
    let state = folder();
    let said: Vec<String> = (0..=MAX_ENTRIES).map(|number| number.to_string()).collect();
    keep(state.path(), &said.iter().map(String::as_str).collect::<Vec<_>>());

    let read = read(state.path());

    assert_eq!(read, said[said.len() - MAX_REMEMBERED..]);
    let lines = fs::read_to_string(state.path().join(FILE)).unwrap().lines().count();
    assert_eq!(lines, MAX_REMEMBERED);
}

#[test]
fn a_damaged_file_is_set_aside_and_what_can_be_read_is_taken_over() {
    let state = folder();
    keep(state.path(), &["before"]);
    let path = state.path().join(FILE);
    let mut damaged = fs::read(&path).unwrap();
    damaged.extend(b"\xff\x00 no JSON\n\"after\"\n");
    fs::write(&path, &damaged).unwrap();

    assert_eq!(read(state.path()), ["before", "after"]);

    assert_eq!(fs::read(path.with_extension(DAMAGED)).unwrap(), damaged);
    keep(state.path(), &["new"]);
    assert_eq!(read(state.path()), ["before", "after", "new"]);
}

#[test]
fn a_line_that_a_crash_cut_short_harms_no_other() {
    let state = folder();
    keep(state.path(), &["whole"]);
    let path = state.path().join(FILE);
    let mut torn = fs::read(&path).unwrap();
    torn.extend(b"\"cut sho");
    fs::write(&path, &torn).unwrap();

    keep(state.path(), &["next"]);

    assert_eq!(read(state.path()), ["whole", "next"]);
}

#[test]
fn what_is_said_while_another_program_has_the_file_is_kept_later() {
    let state = folder();
    let (mut history, _) = History::open(state.path()).unwrap();
    let other = locked::open(&history.path, Duration::ZERO).unwrap().unwrap();

    history.keep("meanwhile".into()).unwrap();
    assert_eq!(fs::read(state.path().join(FILE)).unwrap(), b"");
    drop(other);
    history.keep("then".into()).unwrap();

    assert_eq!(read(state.path()), ["meanwhile", "then"]);
}
