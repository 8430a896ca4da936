//! Several programs at once under one login: keys and outboxes are safe, and no line goes twice.

use std::{collections::HashSet, os::unix::fs::PermissionsExt};

use kpl_tests::harness::{
    person::Person,
    program::Program,
    raw::Raw,
    screen::Screen,
    server::{Plan, Server},
    timeline::assert_whole,
    wait::PATIENCE,
};

use crate::FIVE;

/// Starts `kpl-chat send TEXT` in one home under a name.
fn send(home: &Person, server: &Server, name: &str, text: &str) -> Program {
    let mut command = home.command(&["--name", name, "--url", &server.url()]).unwrap();
    command.args(["send", text]);
    Program::start(command).unwrap()
}

fn finish_all(programs: Vec<Program>) {
    for mut program in programs {
        let ended = program.finish(PATIENCE).unwrap();
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
}

#[test]
fn programs_that_start_at_once_in_a_fresh_home_agree_on_one_key() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "reader").unwrap();
    let home = Person::new("五人").unwrap();

    let programs = FIVE.iter().chain(&FIVE).enumerate();
    finish_all(
        programs.map(|(n, name)| send(&home, &server, name, &format!("{name} {n}"))).collect(),
    );

    reader.wait("all lines", |heard| heard.timeline.log.len() >= 10).unwrap();
    let lines = reader.lines();
    assert_whole(&lines).unwrap();
    assert_eq!(lines.len(), 10);
    let uids: HashSet<&str> = lines.iter().map(|line| line.uid.as_str()).collect();
    assert_eq!(uids.len(), 1, "they made several keys");
    assert!(lines.iter().all(|line| !line.guest && line.text.starts_with(&line.from)));
}

#[test]
fn what_lies_at_home_is_for_its_owner_only() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    finish_all(vec![send(&libai, &server, "李白", "hello")]);

    let files = libai.files().unwrap();

    assert!(!files.is_empty(), "there is no key");
    for file in files {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", file.display());
    }
}

#[test]
fn lines_left_by_a_killed_program_are_taken_up_by_exactly_one_of_those_that_follow() {
    let mut server = Server::start().unwrap();
    let home = Person::new("李白").unwrap();
    finish_all(vec![send(&home, &server, "李白", "first")]);
    server.kill().unwrap();
    let mut left: Vec<Program> =
        (0..3).map(|n| send(&home, &server, "李白", &format!("left {n}"))).collect();
    for program in &mut left {
        // Each line is on disk before anything is sent.
        let waits = || holds(&home, "left ") >= 3;
        kpl_tests::harness::wait::eventually("the lines on disk", PATIENCE, waits).unwrap();
        program.kill().unwrap();
    }

    server.restart().unwrap();
    finish_all((0..4).map(|n| send(&home, &server, "李白", &format!("later {n}"))).collect());

    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader.wait("all lines", |heard| heard.timeline.log.len() >= 8).unwrap();
    assert_whole(&reader.lines()).unwrap();
    let texts: HashSet<String> = reader.texts().into_iter().collect();
    for n in 0..3 {
        assert!(texts.contains(&format!("left {n}")), "{texts:?}");
    }
    assert_eq!(reader.lines().len(), 8);
}

/// How often a text stands in the files of a home.
fn holds(home: &Person, text: &str) -> usize {
    let files = home.files().unwrap_or_default();
    let contents = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    contents.map(|content| content.matches(text).count()).sum()
}

#[test]
fn lines_of_another_name_room_or_server_are_left_alone() {
    let mut server = Server::start().unwrap();
    let other_server = Server::start().unwrap();
    let home = Person::new("李白").unwrap();
    server.kill().unwrap();
    let mut waits = send(&home, &server, "李白", "for this one only");
    let on_disk = || holds(&home, "for this one only") >= 1;
    kpl_tests::harness::wait::eventually("the line on disk", PATIENCE, on_disk).unwrap();
    waits.kill().unwrap();

    finish_all(vec![send(&home, &other_server, "李白", "elsewhere")]);
    server.restart().unwrap();
    finish_all(vec![send(&home, &server, "瑶", "another name")]);

    let reader = Raw::v1(server.port(), "reader").unwrap();
    let other_reader = Raw::v1(other_server.port(), "reader").unwrap();
    other_reader.wait("a line", |h| h.timeline.texts() == ["elsewhere"]).unwrap();
    reader.wait("a line", |h| h.timeline.texts() == ["another name"]).unwrap();
    finish_all(vec![send(&home, &server, "李白", "mine")]);
    reader
        .wait("all lines", |h| h.timeline.texts() == ["another name", "for this one only", "mine"])
        .unwrap();
}

/// The list beside the timeline: its heading, and the names with what stands beside them.
fn people_on(screen: &vt100::Screen) -> Vec<String> {
    let rows: Vec<String> = screen.rows(96, 24).collect();
    let people = rows.iter().filter_map(|row| row.strip_prefix('│').or(row.strip_prefix('|')));
    let without_since = |row: &str| {
        let words = row.split_whitespace().filter(|word| !word.contains(':'));
        words.collect::<Vec<_>>().join(" ")
    };
    people.map(without_since).filter(|row| !row.is_empty()).collect()
}

#[test]
fn several_names_under_one_login_are_several_people_and_one_name_at_two_screens_is_one() {
    let server = Server::start().unwrap();
    let home = Person::new("一家").unwrap();
    let url = server.url();
    let open = |name: &str| {
        let screen = Screen::run(&home, &["--name", name, "--url", &url], &[], (120, 24)).unwrap();
        screen.shows("live").unwrap();
        screen
    };
    let lists = |screen: &Screen, people: &[&str]| {
        screen.wait(&format!("{people:?}"), |screen| people_on(screen) == people).unwrap();
    };

    let libai = open("李白");
    lists(&libai, &["1 here", "李白 you"]);
    let yao = open("瑶");
    libai.shows("瑶 came").unwrap();
    let mut lvbu = open("吕布");
    libai.shows("吕布 came").unwrap();
    lists(&libai, &["3 here", "李白 you", "瑶", "吕布"]);
    lists(&yao, &["3 here", "李白", "瑶 you", "吕布"]);
    lists(&lvbu, &["3 here", "李白", "瑶", "吕布 you"]);

    lvbu.enters("/quit").unwrap();
    lvbu.finish(PATIENCE).unwrap();
    for screen in [&libai, &yao] {
        screen.shows("吕布 left").unwrap();
    }
    lists(&libai, &["2 here", "李白 you", "瑶"]);
    lists(&yao, &["2 here", "李白", "瑶 you"]);

    // With a sheet over what is said, whoever calls is counted.
    libai.enters("/help").unwrap();
    libai.shows("Esc closes").unwrap();
    yao.enters("@李白 在吗").unwrap();
    libai.shows("1 mention").unwrap();
    let again = open("李白");
    lists(&again, &["2 here", "李白 you", "瑶"]);
    again.enters("我是李白，马上到").unwrap();
    yao.shows("我是李白，马上到").unwrap();
    yao.enters("@李白 快").unwrap();
    libai.shows("2 mentions").unwrap();
    libai.types("\x1b").unwrap();

    for screen in [&libai, &yao, &again] {
        screen.shows("我是李白，马上到").unwrap();
        screen.shows("@李白 快").unwrap();
    }
    lists(&libai, &["2 here", "李白 you", "瑶"]);
    assert!(!libai.everything().contains("(3) #KPL"), "one is called by oneself");
    yao.enters("/whois 李白").unwrap();
    yao.shows("the owner of this name").unwrap();
}

#[test]
fn plain_lines_go_on_when_the_server_begins_a_new_history() {
    let mut server = Server::planned(Plan { memory: true, ..Plan::default() }).unwrap();
    let libai = Person::new("李白").unwrap();
    let mut plain = libai.runs(&server.url(), "", &["--plain"]).unwrap();
    let say = |server: &Server, lines: &[String]| {
        let yao = Raw::v1(server.port(), "瑶").unwrap();
        yao.say_all(lines, 3).unwrap();
    };
    say(&server, &crate::lines_of("before", 8));
    let ends_with = |end: &'static str| move |line: &str| line.ends_with(end).then_some(());
    plain.wait_for_line("the old history", PATIENCE, ends_with("before 8")).unwrap();

    server.restart().unwrap();
    say(&server, &crate::lines_of("after", 3));

    plain.wait_for_line("the new history", PATIENCE, ends_with("after 3")).unwrap();
    let out = plain.out();
    assert_eq!(out.matches("new history").count(), 1, "{out}");
    for number in 1..=3 {
        assert_eq!(out.matches(&format!("after {number}\n")).count(), 1, "{out}");
    }
}
