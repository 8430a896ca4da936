use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::PermissionsExt,
    sync::Barrier,
};

use super::{adopt::DAMAGED, ledger::read, *};

fn owner(name: &str) -> Owner {
    Owner {
        origin: "http://127.0.0.1:3000".into(),
        room: RoomName::default(),
        name: Name::parse(name).unwrap(),
    }
}

fn line(cid: &str) -> Outgoing {
    let (kind, text) = (kpl_shared::message::Kind::Text, format!("  {cid}\n"));
    Outgoing { cid: cid.into(), kind, text, file: None }
}

fn open(state: &Path) -> Outbox {
    Outbox::open(state, owner("李白")).unwrap()
}

fn path(outbox: &Outbox) -> PathBuf {
    outbox.ledger.as_ref().unwrap().path().to_owned()
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
    assert_eq!(outbox.close(), Left { kept: 2, ..Left::default() });

    let next = open(state.path());

    assert_eq!(next.lines().cloned().collect::<Vec<_>>(), [line("a"), line("c")]);
    assert_eq!(files(state.path()).as_slice(), [path(&next)]);
    let mode = fs::metadata(path(&next)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn nothing_is_left_of_a_program_that_delivered_everything() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.keep(vec![line("a")]).unwrap();
    outbox.forget("a").unwrap();

    assert_eq!(outbox.close(), Left::default());

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
    outbox.close();
    let mut strangers = [owner("瑶"), owner("李白"), owner("李白")];
    strangers[1].room = RoomName::parse("other").unwrap();
    strangers[2].origin = "http://127.0.0.1:3001".into();

    for stranger in strangers {
        let outbox = Outbox::open(state.path(), stranger).unwrap();
        assert!(cids(&outbox).is_empty());
        outbox.close();
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
        outbox.change_name(&yao.name);
        outbox.keep(vec![line("b")]).unwrap();
        if settles {
            outbox.settle_name().unwrap();
        }
        outbox.close();

        let mut first = Outbox::open(state.path(), yao.clone()).unwrap();
        assert_eq!(cids(&first), of_yao);
        for cid in &of_yao {
            first.forget(cid).unwrap();
        }
        let waits = Found::Waiting(libai.name.clone(), of_libai.len());
        assert_eq!(first.found().contains(&waits), !settles);
        first.close();
        assert_eq!(cids(&open(state.path())), of_libai);
    }
}

#[test]
fn what_cannot_be_read_is_set_aside_and_said_and_the_rest_is_sent() {
    for (damage, left) in [("#", vec!["b"]), ("", vec!["a", "b"])] {
        let state = tempfile::tempdir().unwrap();
        let mut outbox = open(state.path());
        outbox.keep(vec![line("a"), line("b")]).unwrap();
        let path = path(&outbox);
        outbox.close();
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
    let path = path(&outbox);
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
    let (path, copy) = (path(&outbox), path(&outbox).with_file_name("copy.jsonl"));
    outbox.close();
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
            let mut outbox = alone(state.path());
            outbox.keep(vec![line(cid)]).unwrap();
            outbox.close();
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
            adopter.close();
        }
    }
    assert!(files(state.path()).is_empty());
}

/// An outbox that takes nothing over.
fn alone(state: &Path) -> Outbox {
    let mut outbox = Outbox::unopened(state, owner("李白"));
    outbox.rewrite().unwrap();
    outbox
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

    assert!(fs::metadata(path(&outbox)).unwrap().len() < 2 * MAX_WASTE);
    let other = open(state.path());
    assert!(cids(&other).is_empty(), "a file that was written anew is locked as well");
    outbox.close();
    assert_eq!(cids(&open(state.path())), ["999"]);
}

#[test]
fn a_name_that_changes_while_lines_wait_damages_nothing() {
    let names = ["a", "a-very-long-name-for-a-poet"];
    for (name, speaks_meanwhile) in names.into_iter().flat_map(|n| [(n, false), (n, true)]) {
        let state = tempfile::tempdir().unwrap();
        let mut outbox = open(state.path());
        outbox.keep(vec![line("a")]).unwrap();
        outbox.change_name(&Name::parse(name).unwrap());
        if speaks_meanwhile {
            outbox.keep(vec![line("meanwhile")]).unwrap();
        }
        outbox.forget("a").unwrap();
        outbox.forget("meanwhile").unwrap();
        outbox.keep(vec![line("b"), line("c")]).unwrap();
        outbox.forget("b").unwrap();
        outbox.close();

        let next = Outbox::open(state.path(), owner(name)).unwrap();

        assert_eq!(cids(&next), ["c"], "{name}");
        assert_eq!(next.found(), []);
        assert_eq!(files(state.path()), [path(&next)]);
    }
}

#[test]
fn writing_the_file_anew_leaves_each_line_to_its_name() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.keep(vec![line("a")]).unwrap();
    outbox.change_name(&owner("瑶").name);
    for n in 0..400 {
        let cid = n.to_string();
        outbox.keep(vec![Outgoing { text: "x".repeat(4000), ..line(&cid) }]).unwrap();
        outbox.forget(&cid).unwrap();
    }
    let length = fs::metadata(path(&outbox)).unwrap().len();
    outbox.close();

    assert!(length < 2 * MAX_WASTE, "it was written anew");
    assert_eq!(cids(&open(state.path())), ["a"]);
}

/// Lets the outbox write to a disk without room, until the file that this returns is put back.
fn fill_up(outbox: &mut Outbox) -> File {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    std::mem::replace(&mut outbox.ledger.as_mut().unwrap().file, full)
}

fn make_room(outbox: &mut Outbox, file: File) {
    outbox.ledger.as_mut().unwrap().file = file;
}

#[test]
fn what_the_disk_did_not_take_is_kept_with_the_next_line_and_in_its_order() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.hold(line("a")).unwrap();
    let file = fill_up(&mut outbox);
    outbox.hold(line("b")).unwrap_err();
    outbox.hold(line("delivered")).unwrap_err();
    outbox.forget("delivered").unwrap();
    make_room(&mut outbox, file);

    outbox.hold(line("c")).unwrap();

    assert_eq!(cids(&alone_on_disk(&outbox)), ["a", "b", "c"]);
    assert_eq!(outbox.close(), Left { kept: 3, lost: 0, why: NO_ROOM.into() });
    assert_eq!(cids(&open(state.path())), ["a", "b", "c"]);
}

#[test]
fn a_line_that_came_to_the_disk_before_an_older_one_does_not_go_before_it() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    let file = fill_up(&mut outbox);
    outbox.hold(line("too much")).unwrap_err();
    make_room(&mut outbox, file);
    let place = outbox.lines.push(outbox.owner.clone(), line("short")).unwrap();
    outbox.append(place).unwrap();
    assert_eq!(cids(&alone_on_disk(&outbox)), ["short"]);

    assert_eq!(outbox.close(), Left { kept: 2, lost: 0, why: NO_ROOM.into() });

    assert_eq!(cids(&open(state.path())), ["too much", "short"]);
}

#[test]
fn what_never_came_to_the_disk_is_called_lost() {
    let state = tempfile::tempdir().unwrap();
    let mut outbox = open(state.path());
    outbox.hold(line("a")).unwrap();
    let file = fill_up(&mut outbox);
    outbox.hold(line("b")).unwrap_err();
    outbox.hold(line("c")).unwrap_err();

    assert_eq!(outbox.close(), Left { kept: 1, lost: 2, why: NO_ROOM.into() });

    drop(file);
    assert_eq!(cids(&open(state.path())), ["a"]);
}

#[test]
fn an_outbox_that_cannot_be_opened_is_tried_again_with_each_line() {
    let place = tempfile::tempdir().unwrap();
    let state = place.path().join("state");
    fs::write(&state, "a file where a folder should be").unwrap();
    Outbox::open(&state, owner("李白")).unwrap_err();
    let mut outbox = Outbox::unopened(&state, owner("李白"));
    outbox.hold(line("a")).unwrap_err();
    outbox.hold(line("b")).unwrap_err();
    fs::remove_file(&state).unwrap();

    outbox.hold(line("c")).unwrap();

    assert_eq!(outbox.close().kept, 3);
    assert_eq!(cids(&open(&state)), ["a", "b", "c"]);
}

#[test]
fn a_line_under_an_id_that_no_server_takes_is_set_aside_and_holds_nobody_up() {
    let long = "x".repeat(65);
    for bad in ["", "a\nb", "\u{202e}", long.as_str()] {
        let state = tempfile::tempdir().unwrap();
        let mut outbox = open(state.path());
        outbox.keep(vec![line(bad), line("of 李白")]).unwrap();
        outbox.change_name(&owner("瑶").name);
        outbox.keep(vec![line("of 瑶")]).unwrap();
        let aside = path(&outbox).with_extension(DAMAGED);
        outbox.close();

        let next = open(state.path());

        assert_eq!(cids(&next), ["of 李白"], "{bad:?}");
        assert!(next.found().contains(&Found::Damaged(aside.clone())), "{:?}", next.found());
        assert!(fs::read_to_string(aside).unwrap().contains("of 李白"));
        assert!(next.found().contains(&Found::Waiting(owner("瑶").name, 1)));
        assert_eq!(cids(&Outbox::open(state.path(), owner("瑶")).unwrap()), ["of 瑶"]);
    }
}

/// What a full disk answers.
const NO_ROOM: &str = "No space left on device (os error 28)";

/// What another program would find in the file.
fn alone_on_disk(outbox: &Outbox) -> Outbox {
    let mut found = Outbox::unopened(Path::new("nowhere"), Owner::clone(&outbox.owner));
    for (owner, line) in read(&File::open(path(outbox)).unwrap()).unwrap().lines {
        found.lines.push(owner, line);
    }
    found
}
