//! Plain lines, as a screen reader takes them: everything can be done, and nothing moves the cursor.

use kpl_chat::model::hand::command;
use kpl_tests::harness::{
    person::Person,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::{Plan, Server},
    wait::{PATIENCE, eventually},
};

/// Plain lines in a terminal that cannot do more.
fn dumb(person: &Person, server: &Server, language: &str) -> Screen {
    let identity = person.identity(&server.url());
    let mut arguments: Vec<&str> = identity.iter().map(String::as_str).collect();
    arguments.extend(["--lang", language]);
    Screen::run(person, &arguments, &[("TERM", "dumb")], ORDINARY).unwrap()
}

/// Nothing but text and line ends was ever written.
fn assert_plain(screen: &Screen) {
    let written = screen.everything();
    let steers = |letter: &char| letter.is_control() && !matches!(letter, '\n' | '\r');
    assert_eq!(written.chars().find(steers), None, "{written:?}");
    assert_eq!(written.matches('\r').count(), written.matches("\r\n").count(), "{written:?}");
}

#[test]
fn every_command_is_answered_in_lines() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let mut screen = dumb(&libai, &server, "en");
    screen.shows("you are in #KPL as 李白; /help lists the commands").unwrap();
    let asked = [
        ("/help", "leaves; what waits is kept"),
        ("/names", "2 here: "),
        ("/whois 瑶", "who  the owner of this name, by a key"),
        ("/theme", "nothing is drawn in colour here"),
        ("/pictures", "this terminal shows no pictures"),
        ("/nonsense", "there is no command /nonsense"),
        ("/nick", "write it so: /nick NAME"),
        ("/dnd 30", "nothing rings for 30 min"),
        ("/dnd", "mentions ring again"),
        ("/ignore 瑶", "what 瑶 says is hidden"),
        ("/ignore", "hidden: 瑶"),
        ("/unignore 瑶", "what 瑶 says is seen again"),
        ("/search", "write it so: /search WORDS"),
        ("/copy", "lines that are printed are copied in the terminal"),
        ("/open 9", "there are not so many links here"),
        ("/upload", "write it so: /upload PATH"),
        ("/upload /nowhere/at all.png", "there is no file"),
        ("/upload /dev/null", "null was not uploaded: /dev/null is not a file"),
        ("/save 9", "there are not so many files here"),
        ("/cancel", "nothing is being uploaded or saved"),
        ("/clear", "lines that are printed cannot be cleared"),
        ("/key", "`kpl-chat key export` here"),
        ("/reconnect", "you are connected"),
        ("/lang zh", "从现在起使用中文"),
        ("/lang en", "English from here on"),
        ("/me waves", "* 李白 waves"),
        ("@ya hello", "李白: @ya hello"),
        ("//slash", "李白: /slash"),
        ("/nick 青莲", "you are in #KPL as 青莲"),
        ("/search hello", "李白: @ya hello"),
        ("/kick 瑶 too loud", "only operators may do that"),
        ("/ban 瑶 10m", "only operators may do that"),
        ("/unban 瑶", "only operators may do that"),
        ("/bans", "only operators may do that"),
        ("/mute 瑶", "only operators may do that"),
        ("/unmute 瑶", "only operators may do that"),
        ("/slow often", "write a number of seconds"),
        ("/release 瑶", "only operators may do that"),
        ("/announce hello", "only operators may do that"),
        ("/invite 5 2d", "only operators may do that"),
        ("/invites", "only operators may do that"),
        ("/uninvite 瑶", "write the number of an invite"),
        ("/op 瑶", "only operators may do that"),
        ("/deop 瑶", "only operators may do that"),
        ("/quit", ""),
    ];
    for word in command::words() {
        let tried = asked.iter().any(|(typed, _)| typed.split(' ').next() == Some(word));
        assert!(tried, "{word} is not tried");
    }

    for (typed, answer) in asked {
        // What is typed is echoed, and no answer.
        let before = screen.everything().matches(answer).count() + typed.matches(answer).count();
        screen.enters(typed).unwrap();
        let answered = || screen.everything().matches(answer).count() > before;
        if typed != "/quit" {
            let what = format!("{answer:?} after {typed}");
            eventually(&what, PATIENCE, answered).unwrap();
        }
    }

    assert_eq!(screen.finish(PATIENCE).unwrap().code, 0);
    assert_eq!(reader.texts(), ["waves", "@ya hello", "/slash"]);
    assert!(!screen.everything().contains("PgUp"), "a key that plain lines do not have");
    assert_plain(&screen);
}

#[test]
fn what_a_search_finds_is_printed_a_page_at_a_time() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "瑶").unwrap();
    let said: Vec<String> = (1..=55).map(|number| format!("峡谷 {number}.")).collect();
    author.say_all(&said, 10).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = dumb(&libai, &server, "en");
    screen.shows("瑶: 峡谷 55.").unwrap();
    screen.enters("/search 长安").unwrap();
    screen.shows("-- nothing found").unwrap();
    screen.enters("/search \"峡谷 55\"").unwrap();
    screen.shows("-- hit 1; there are no older ones").unwrap();

    // The server gives 50 at once, so that the third page is asked for.
    for (typed, last, hits) in [
        ("/search 峡谷", "hits 1 to 20, the newest last; /search alone shows older", 36..56),
        ("/search", "hits 21 to 40, ", 16..36),
        ("/search", "hits 41 to 55, the newest last; there are no older", 1..16),
        ("/search", "there are no older hits", 1..1),
    ] {
        let from = screen.everything().len();
        screen.enters(typed).unwrap();
        let printed = || screen.everything()[from..].to_owned();
        eventually(last, PATIENCE, || printed().contains(last)).unwrap();
        let found = printed();
        let found: Vec<&str> = found.lines().filter(|line| line.contains("瑶: 峡谷")).collect();
        assert_eq!(found.len(), hits.len(), "{found:?}");
        for (line, number) in found.iter().zip(hits) {
            assert!(line.contains(&format!("瑶: 峡谷 {number}.")), "{line}");
            assert!(line.trim_start().starts_with(&format!("{} ", 56 - number)), "{line}");
        }
    }
    assert_plain(&screen);
}

#[test]
fn a_line_that_names_one_is_marked() {
    let server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = dumb(&libai, &server, "zh");
    screen.shows("你已进入").unwrap();

    yao.say("@李白 辅助跟你").unwrap();
    screen.shows("(提到你) 瑶: @李白 辅助跟你").unwrap();
    yao.say("我走了").unwrap();
    screen.enters("李白 也走").unwrap();

    screen.shows("李白: 李白 也走").unwrap();
    assert_eq!(screen.text().matches("提到你").count(), 1);
}

#[test]
fn how_the_link_stands_is_told_in_lines() {
    let mut server = Server::planned(Plan::default()).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = dumb(&libai, &server, "zh");
    screen.shows("你已进入 #KPL，名字是 李白").unwrap();

    server.kill().unwrap();
    screen.shows("未连接").unwrap();
    screen.enters("还在吗").unwrap();
    screen.shows("待发 1").unwrap();
    server.restart().unwrap();

    screen.shows("李白: 还在吗").unwrap();
    screen.shows("已连接").unwrap();
    assert_eq!(screen.text().matches("你已进入").count(), 1, "{}", screen.text());
    assert_plain(&screen);
}
