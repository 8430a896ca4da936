use std::{os::unix::fs::PermissionsExt, sync::Barrier};

use super::*;

fn owner(name: &str) -> Owner {
    Owner {
        origin: "http://127.0.0.1:3000".into(),
        room: RoomName::default(),
        name: Name::parse(name).unwrap(),
    }
}

fn line(cid: &str) -> Outgoing {
    Outgoing { cid: cid.into(), kind: kpl_shared::message::Kind::Text, text: format!("  {cid}\n") }
}

fn open(state: &Path) -> Outbox {
    Outbox::open(state, owner("李白")).unwrap()
}

fn cids(outbox: &Outbox) -> Vec<String> {
    outbox.lines().map(|line| line.cid.clone()).collect()
}

fn files(state: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(state.join(FOLDER)).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn lines_that_were_not_forgotten_wait_for_the_next_start() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.keep(vec![line("a"), line("b"), line("c")]).unwrap();
    outbox.forget("b").unwrap();
    assert_eq!(outbox.close().unwrap(), 2);

    let next = open(state.path());

    assert_eq!(next.lines().cloned().collect::<Vec<_>>(), [line("a"), line("c")]);
    assert_eq!(files(state.path()).as_slice(), std::slice::from_ref(&next.path));
    let mode = fs::metadata(&next.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn nothing_is_left_of_a_program_that_delivered_everything() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.keep(vec![line("a")]).unwrap();
    outbox.forget("a").unwrap();

    assert_eq!(outbox.close().unwrap(), 0);

    assert!(files(state.path()).is_empty());
}

#[test]
fn a_running_program_keeps_its_lines_to_itself() {
    let state = tempfile::tempdir().unwrap();
    let mut running = open(state.path());
    running.keep(vec![line("a")]).unwrap();

    let other = open(state.path());

    assert!(cids(&other).is_empty());
    assert_eq!(files(state.path()).len(), 2);
}

#[test]
fn lines_stay_with_their_server_room_and_name() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.keep(vec![line("a")]).unwrap();
    outbox.close().unwrap();
    let mut strangers = [owner("瑶"), owner("李白"), owner("李白")];
    strangers[1].room = RoomName::parse("other").unwrap();
    strangers[2].origin = "http://127.0.0.1:3001".into();

    for stranger in strangers {
        let outbox = Outbox::open(state.path(), stranger).unwrap();
        assert!(cids(&outbox).is_empty());
        outbox.close().unwrap();
    }

    assert_eq!(cids(&open(state.path())), ["a"]);
}

#[test]
fn a_line_is_of_the_name_that_it_was_said_under_until_a_server_takes_the_new_one() {
    let (libai, yao) = (owner("李白"), owner("瑶"));
    for (settles, of_libai, of_yao) in
        [(false, vec!["a"], vec!["b"]), (true, vec![], vec!["a", "b"])]
    {
        let state = tempfile::tempdir().unwrap();
        let mut outbox = open(state.path());
        outbox.keep(vec![line("a")]).unwrap();
        outbox.change_name(&yao.name).unwrap();
        outbox.keep(vec![line("b")]).unwrap();
        if settles {
            outbox.settle_name().unwrap();
        }
        outbox.close().unwrap();

        let mut first = Outbox::open(state.path(), yao.clone()).unwrap();
        assert_eq!(cids(&first), of_yao);
        for cid in &of_yao {
            first.forget(cid).unwrap();
        }
        let waits = Found::Waiting(libai.name.clone(), of_libai.len());
        assert_eq!(first.found().contains(&waits), !settles);
        first.close().unwrap();
        assert_eq!(cids(&open(state.path())), of_libai);
    }
}

#[test]
fn what_cannot_be_read_is_set_aside_and_said_and_the_rest_is_sent() {
    for (damage, left) in [("#", vec!["b"]), ("", vec!["a", "b"])] {
        let state = tempfile::tempdir().unwrap();
        let mut outbox = open(state.path());
        outbox.keep(vec![line("a"), line("b")]).unwrap();
        let path = outbox.path.clone();
        outbox.close().unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        let damaged = whole.replacen("{\"keep\"", &format!("{damage}{{\"keep\""), 1);
        fs::write(&path, &damaged).unwrap();
        fs::create_dir(folder(state.path()).join("strange.jsonl")).unwrap();
        fs::write(folder(state.path()).join("foreign.jsonl"), "not ours\n").unwrap();

        let next = open(state.path());

        assert_eq!(cids(&next), left);
        let aside = path.with_extension(DAMAGED);
        assert_eq!(next.found().contains(&Found::Damaged(aside.clone())), !damage.is_empty());
        if !damage.is_empty() {
            assert_eq!(fs::read_to_string(aside).unwrap(), damaged);
        }
        let foreign = folder(state.path()).join("foreign.damaged");
        assert_eq!(fs::read_to_string(foreign).unwrap(), "not ours\n");
        assert!(next.found().iter().any(|found| matches!(found, Found::Unusable(..))));
    }
}

#[test]
fn a_record_that_a_crash_cut_short_is_passed_over() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.keep(vec![line("a"), line("b")]).unwrap();
    let path = outbox.path.clone();
    drop(outbox);
    let whole = fs::read(&path).unwrap();
    let header = whole.iter().position(|&byte| byte == b'\n').unwrap();

    // Whatever length the file is cut to, what was whole before the cut is still there.
    for length in (header + 1)..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let records = String::from_utf8_lossy(&whole[..length]).matches('\n').count();
        let file = File::open(&path).unwrap();
        let content = read(&file).unwrap();
        assert!(content.lines.len() >= records - 1 && content.is_whole, "{length}");
    }
}

#[test]
fn a_crash_in_the_middle_of_adoption_doubles_nothing() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.keep(vec![line("a"), line("b")]).unwrap();
    let (path, copy) = (outbox.path.clone(), outbox.path.with_file_name("copy.jsonl"));
    outbox.close().unwrap();
    fs::copy(path, copy).unwrap();

    let next = open(state.path());

    assert_eq!(cids(&next), ["a", "b"]);
    assert_eq!(files(state.path()).len(), 1);
}

#[test]
fn of_programs_that_start_at_once_one_adopts_each_line() {
    let state = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let left: Vec<String> = (0..5).map(|n| format!("{round}-{n}")).collect();
        for cid in &left {
            let mut outbox = Outbox::create(&folder(state.path()), owner("李白")).unwrap();
            outbox.keep(vec![line(cid)]).unwrap();
            outbox.close().unwrap();
        }
        let start = Barrier::new(8);

        let adopters: Vec<Outbox> = std::thread::scope(|scope| {
            let adopt = || {
                start.wait();
                open(state.path())
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(adopt)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        let mut adopted: Vec<String> = adopters.iter().flat_map(cids).collect();
        adopted.sort();
        assert_eq!(adopted, left);
        for mut adopter in adopters {
            for cid in cids(&adopter) {
                adopter.forget(&cid).unwrap();
            }
            adopter.close().unwrap();
        }
    }
    assert!(files(state.path()).is_empty());
}

fn folder(state: &Path) -> PathBuf {
    let folder = state.join(FOLDER);
    folders::make_private(&folder).unwrap();
    folder
}

#[test]
fn a_file_does_not_grow_by_what_is_done_with() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    let long = |n: u32| Outgoing { text: "x".repeat(4000), ..line(&n.to_string()) };

    outbox.keep(vec![long(0)]).unwrap();
    for n in 1..1000 {
        outbox.keep(vec![long(n)]).unwrap();
        outbox.forget(&(n - 1).to_string()).unwrap();
    }

    assert!(fs::metadata(&outbox.path).unwrap().len() < 2 * MAX_WASTE);
    let other = open(state.path());
    assert!(cids(&other).is_empty(), "a file that was written anew is locked as well");
    outbox.close().unwrap();
    assert_eq!(cids(&open(state.path())), ["999"]);
}
