//! `kpl-chat send` and `kpl-chat tail`: for scripts, pipes and those who only look.

use kpl_shared::{message::Message, protocol::event};
use kpl_tests::harness::{
    person::Person, program::Program, raw::Raw, server::Server, stranger::Stranger,
    timeline::assert_whole, wait::PATIENCE,
};
use serde_json::json;

fn numbers(count: usize) -> Vec<String> {
    (1..=count).map(|number| number.to_string()).collect()
}

fn piped(person: &Person, server: &Server, lines: &[String]) -> Program {
    let mut send = person.runs(&server.url(), "send", &[]).unwrap();
    send.feed(lines.join("\n") + "\n");
    send
}

fn tail(person: &Person, server: &Server, arguments: &[&str]) -> Vec<Message> {
    let ended = person.runs(&server.url(), "tail", arguments).unwrap().finish(PATIENCE).unwrap();
    assert_eq!(ended.code, 0, "{}", ended.err);
    ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_thousand_piped_lines_are_kept_in_order_and_read_back_as_strings() {
    let server = Server::start().unwrap();
    let (libai, yao) = (Person::new("李白").unwrap(), Person::new("瑶").unwrap());

    let ended = piped(&libai, &server, &numbers(1000)).finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 0, "{}", ended.err);
    let lines = tail(&yao, &server, &["-n", "1000", "--json"]);
    assert_whole(&lines).unwrap();
    let texts: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    assert!(texts == numbers(1000), "{:?}", &texts[..texts.len().min(5)]);
}

#[test]
fn what_is_piped_as_code_is_said_in_blocks_without_its_colours() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();

    let mut send = libai.runs(&server.url(), "send", &["--code"]).unwrap();
    send.feed("\x1b[1;31merror\x1b[0m: 汉字\n\n  --> a.rs:1\n".into());
    let ended = send.finish(PATIENCE).unwrap();
    let mut long = libai.runs(&server.url(), "send", &["--code"]).unwrap();
    long.feed(numbers(3000).join("\n"));
    let long = long.finish(PATIENCE).unwrap();

    assert_eq!((ended.code, long.code), (0, 0), "{} {}", ended.err, long.err);
    let lines = tail(&libai, &server, &["-n", "100", "--json"]);
    assert_eq!(lines[0].text, "```\nerror: 汉字\n\n  --> a.rs:1\n```");
    let inside = |line: &Message| {
        line.text.strip_prefix("```\n").unwrap().strip_suffix("\n```").unwrap().to_owned()
    };
    let blocks: Vec<String> = lines[1..].iter().map(inside).collect();
    assert!(blocks.len() < 6, "{} blocks", blocks.len());
    assert_eq!(blocks.join("\n"), numbers(3000).join("\n"));
}

#[test]
fn killed_half_way_and_run_again_it_says_each_line_once() {
    let server = Server::start().unwrap();
    let watcher = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let mut send = piped(&libai, &server, &numbers(1000));
    watcher.wait("half of the lines", |heard| heard.timeline.log.len() >= 400).unwrap();

    send.kill().unwrap();
    let killed_at = watcher.look(|heard| heard.timeline.log.len());
    let ended = libai.runs(&server.url(), "send", &[]).unwrap().finish(PATIENCE).unwrap();

    assert!(killed_at < 1000, "it was done before it was killed");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let lines = tail(&libai, &server, &["-n", "2000", "--json"]);
    assert_whole(&lines).unwrap();
    let texts: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    assert!(texts == numbers(1000), "{} lines, killed at {killed_at}", texts.len());
}

#[test]
fn killed_again_and_again_it_says_each_line_once() {
    let mut server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let watcher = Person::new("瑶").unwrap();
    let mut send = piped(&libai, &server, &numbers(500));
    let reader = Raw::v1(server.port(), "瑶后").unwrap();

    for enough in [50, 150, 300] {
        reader.wait("some lines", |heard| heard.timeline.log.len() >= enough).unwrap();
        send.kill().unwrap();
        send = libai.runs(&server.url(), "send", &[]).unwrap();
    }
    server.restart().unwrap();
    let ended = send.finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 0, "{}", ended.err);
    let lines = tail(&watcher, &server, &["-n", "2000", "--json"]);
    assert_whole(&lines).unwrap();
    let texts: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    assert!(texts == numbers(500), "{} lines", texts.len());
}

#[test]
fn tail_prints_the_last_lines_for_people_and_ends() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "李白").unwrap();
    author.say_all(&crate::lines_of("峡谷", 30), 30).unwrap();
    let yao = Person::new("瑶").unwrap();

    let ended = yao.runs(&server.url(), "tail", &["-n", "3"]).unwrap().finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 0, "{}", ended.err);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ended.out);
    for (line, number) in lines.iter().zip(28..) {
        assert!(line.contains("李白") && line.ends_with(&format!("峡谷 {number}")), "{line}");
    }
}

#[test]
fn a_server_that_greets_and_then_says_nothing_does_not_hold_a_script() {
    let hello = json!({
        "v": 1, "server": "mute", "epoch": "e", "room": "KPL", "head": 3,
        "you": {"name": "瑶", "uid": "u", "guest": false},
        "limits": {"text_bytes": 4096, "page": 200},
    });
    let mute = Stranger::saying(vec![(event::HELLO, vec![hello])]).unwrap();
    let yao = Person::new("瑶").unwrap();

    let mut tail = yao.runs(&mute.url(), "tail", &["-n", "3"]).unwrap();
    let mut send = yao.runs(&mute.url(), "send", &["anyone?"]).unwrap();

    let (tail, send) = (tail.finish(PATIENCE).unwrap(), send.finish(PATIENCE).unwrap());
    assert_eq!((tail.code, tail.out.as_str()), (3, ""), "{}", tail.err);
    assert_eq!(send.code, 3, "{}", send.err);
    assert!(send.err.contains("what waits (1) is kept"), "{}", send.err);
}

#[test]
fn tail_of_an_empty_room_prints_nothing_and_ends() {
    let server = Server::start().unwrap();
    let yao = Person::new("瑶").unwrap();

    let ended = yao.runs(&server.url(), "tail", &["--json"]).unwrap().finish(PATIENCE).unwrap();

    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{}", ended.err);
}

#[test]
fn tail_follows_through_the_death_of_the_server() {
    let mut server = Server::start().unwrap();
    let yao = Person::new("瑶").unwrap();
    let mut tail = yao.runs(&server.url(), "tail", &["--follow", "--json"]).unwrap();
    let say = |server: &Server, text: &str| {
        let author = Raw::v1(server.port(), "李白").unwrap();
        author.say_all(&[text.to_owned()], 1).unwrap();
    };
    say(&server, "before");
    let shown = |text: &'static str| move |line: &str| line.contains(text).then_some(());
    tail.wait_for_line("the line before", PATIENCE, shown("before")).unwrap();

    server.restart().unwrap();
    say(&server, "after");

    tail.wait_for_line("the line after", PATIENCE, shown("after")).unwrap();
    tail.signal(kpl_tests::harness::process::Signal::TERM).unwrap();
    let ended = tail.finish(PATIENCE).unwrap();
    let lines: Vec<Message> =
        ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
        ["before", "after"]
    );
    assert_eq!(ended.code, 143, "{}", ended.err);
}

#[test]
fn without_a_command_piped_lines_are_said_and_an_unseen_output_is_a_tail() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let mut said = libai.runs(&server.url(), "", &[]).unwrap();
    said.feed("piped\n  and indented\n".into());
    assert_eq!(said.finish(PATIENCE).unwrap().code, 0);

    let mut command = libai.command(&[]).unwrap();
    command.args(libai.identity(&server.url()));
    let mut tail = Program::without_input(command).unwrap();

    tail.wait_for_line("the lines", PATIENCE, |line| {
        line.ends_with("  and indented").then_some(())
    })
    .unwrap();
    assert!(tail.out().contains("李白") && tail.out().contains("piped"), "{}", tail.out());
}

#[test]
fn what_the_environment_and_the_file_say_counts_where_no_flag_does() {
    let server = Server::start().unwrap();
    let person = Person::new("后羿").unwrap();
    let folder = person.home().join("config/kpl-chat");
    std::fs::create_dir_all(&folder).unwrap();
    let file = format!("name = \"file\"\nurl = {:?}\n", server.url());
    std::fs::write(folder.join("config.toml"), file).unwrap();

    for (variable, flags, text) in [
        (None, vec![], "by the file"),
        (Some("environment"), vec![], "by the environment"),
        (Some("environment"), vec!["--name", "flag"], "by the flag"),
    ] {
        let mut command = person.command(&[]).unwrap();
        command.envs(variable.map(|name| ("KPL_NAME", name))).args(flags).args(["send", text]);
        let ended = Program::start(command).unwrap().finish(PATIENCE).unwrap();
        assert_eq!(ended.code, 0, "{}", ended.err);
    }

    let lines = tail(&person, &server, &["--json"]);
    let from: Vec<&str> = lines.iter().map(|line| line.from.as_str()).collect();
    assert_eq!(from, ["file", "environment", "flag"]);
}

#[test]
fn a_line_that_the_server_refuses_is_told_and_the_exit_code_is_4() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();

    let long = "x".repeat(5000);
    let mut send = libai.runs(&server.url(), "send", &[&long]).unwrap();
    let ended = send.finish(PATIENCE).unwrap();
    let again = libai.runs(&server.url(), "send", &["fits"]).unwrap().finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 4, "{}", ended.err);
    assert!(ended.err.contains("4096"), "{}", ended.err);
    assert_eq!(again.code, 0, "a refused line is in the way of the next one: {}", again.err);
}

#[test]
fn a_limit_of_speed_only_slows_it_down() {
    let plan = kpl_tests::harness::server::Plan::with(&["--rate", "5,20"]);
    let server = Server::planned(plan).unwrap();
    let libai = Person::new("李白").unwrap();

    let ended = piped(&libai, &server, &numbers(25)).finish(PATIENCE).unwrap();

    assert_eq!(ended.code, 0, "{}", ended.err);
    let texts: Vec<String> =
        tail(&libai, &server, &["-n", "100", "--json"]).into_iter().map(|line| line.text).collect();
    assert_eq!(texts, numbers(25));
}
