//! What people complain of in other programs, done to the real server and the real client in a
//! terminal, with a network between them that fails.

use std::{
    iter::repeat_with,
    time::{Duration, Instant},
};

use kpl_tests::harness::{
    person::Person,
    process::Signal,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::Server,
    wait::{PATIENCE, eventually},
};
use kpl_tests::proxy::{End, Faults, Proxy};

/// A server, and a network before it in which everything is late.
fn late() -> (Server, Proxy, String) {
    let server = Server::start().unwrap();
    let faults = Faults { delay: Duration::from_millis(300), ..Faults::default() };
    let proxy = Proxy::before(server.port(), 3, faults).unwrap();
    let url = format!("http://127.0.0.1:{}", proxy.port());
    (server, proxy, url)
}

/// The words on the screen that end in a full stop, from top to bottom.
fn stopped_words(screen: &vt100::Screen) -> Vec<String> {
    let text = screen.contents();
    text.split_whitespace().filter(|word| word.ends_with('.')).map(str::to_owned).collect()
}

/// Whether a row has this text and, at its end, this mark.
fn is_marked(screen: &vt100::Screen, text: &str, mark: &str) -> bool {
    let mut rows = screen.rows(0, ORDINARY.0);
    rows.any(|row| row.contains(text) && row.trim_end().ends_with(mark))
}

#[test]
fn nothing_is_lost_or_doubled_after_a_drop() {
    let (server, proxy, url) = late();
    let (libai, yao) = (Person::new("李白").unwrap(), Raw::v1(server.port(), "瑶").unwrap());
    let screen = Screen::open(&libai, &url).unwrap();
    screen.shows("live").unwrap();

    for (number, end) in (1..).zip([End::Reset, End::Closed, End::Reset, End::Closed]) {
        let mine = format!("mine-{number}.");
        screen.enters(&mine).unwrap();
        // The server has it, and the word of it is still on its way back when the link breaks.
        yao.wait("his line", |heard| heard.timeline.texts().contains(&mine)).unwrap();
        proxy.cut(end);
        yao.say_all(&[format!("hers-{number}.")], 1).unwrap();
        screen.shows(&format!("hers-{number}.")).unwrap();
        screen.wait("his line, delivered", |s| is_marked(s, &mine, "ok")).unwrap();
    }

    assert_eq!(yao.lines().len(), 8);
    assert_eq!(screen.look(stopped_words), yao.texts());
}

#[test]
fn a_typed_message_does_not_silently_vanish() {
    let (server, proxy, url) = late();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &url).unwrap();
    screen.shows("live").unwrap();

    // The link is dead and nobody says so: the line is seen, and not as delivered.
    proxy.hold();
    screen.enters("said-into-a-dead-link.").unwrap();
    screen.wait("it, as sent", |s| is_marked(s, "said-into-a-dead-link.", "sent")).unwrap();
    screen.signal(Signal::KILL).unwrap();
    proxy.cut(End::Reset);
    proxy.flow();

    let next = Screen::open(&libai, &url).unwrap();
    next.wait("it", |s| stopped_words(s) == ["said-into-a-dead-link."]).unwrap();
    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader.wait("it", |heard| heard.timeline.texts() == ["said-into-a-dead-link."]).unwrap();
}

#[test]
fn ones_own_messages_are_not_missing_after_a_reconnect() {
    let mut server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screens = [(); 2].map(|()| Screen::open(&libai, &server.url()).unwrap());
    for screen in &screens {
        screen.shows("live").unwrap();
    }
    screens[0].enters("before-it.").unwrap();
    screens[1].shows("before-it.").unwrap();

    server.kill().unwrap();
    for (number, screen) in (1..).zip(&screens) {
        screen.shows("reconnecting").unwrap();
        screen.enters(&format!("meanwhile-{number}.")).unwrap();
        screen.shows("1 queued").unwrap();
    }
    server.restart().unwrap();

    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader.wait("all lines", |heard| heard.timeline.log.len() == 3).unwrap();
    let later = Screen::open(&libai, &server.url()).unwrap();
    for screen in screens.iter().chain([&later]) {
        screen.wait("each line once", |s| stopped_words(s) == reader.texts()).unwrap();
    }
}

/// Where one starts, and the start.
type Start<'a> = (&'a str, &'a dyn Fn() -> Screen);

#[test]
fn it_does_not_take_three_seconds_to_start() {
    let (server, proxy, url) = late();
    let author = Raw::v1(server.port(), "瑶").unwrap();
    author.say_all(&crate::lines_of("瑶", 2_000), 200).unwrap();
    let libai = Person::new("李白").unwrap();
    // Not even where nobody answers at the other end, or the terminal does not.
    proxy.hold();
    let bound = Duration::from_secs(3);
    let starts: [Start<'_>; 3] = [
        ("at a server with a history", &|| Screen::open(&libai, &server.url()).unwrap()),
        ("at a server that is silent", &|| Screen::open(&libai, &url).unwrap()),
        ("in a terminal that is silent", &|| Screen::mute(&libai, &server.url()).unwrap()),
    ];
    for (which, start) in starts {
        let first_frame = || {
            let begin = Instant::now();
            start().wait("a prompt", |s| s.contents().contains("李白>")).unwrap();
            begin.elapsed()
        };
        // A machine that does much else may be slow now and then, but not each time.
        let times: Vec<Duration> = repeat_with(first_frame).take(3).collect();
        assert!(times.iter().any(|time| *time < bound), "{which} it takes {times:?}");
    }
}

#[test]
fn a_draft_is_not_lost_in_a_drop() {
    let (server, proxy, url) = late();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &url).unwrap();
    screen.shows("live").unwrap();
    screen.types("半句").unwrap();
    screen.shows("李白> 半句").unwrap();

    let connections = proxy.connections();
    proxy.cut(End::Reset);
    screen.types("话").unwrap();
    eventually("a new link", PATIENCE, || proxy.connections() > connections).unwrap();
    screen.types("\r").unwrap();

    yao.wait("all of it", |heard| heard.timeline.texts() == ["半句话"]).unwrap();
}

#[test]
fn chinese_is_not_garbled_on_its_way_whatever_the_locale() {
    let server = Server::start().unwrap();
    let url = server.url();
    let said = "峡谷集合，八点开黑 👍";
    let screens =
        [("李白", "C"), ("瑶", "zh_CN.GBK"), ("后羿", "en_US.ISO-8859-1")].map(|(name, locale)| {
            let person = Person::new(name).unwrap();
            let arguments = ["--name", name, "--url", &url, "--lang", "en"];
            let variables = [("LC_ALL", locale), ("LANG", locale)];
            let screen = Screen::run(&person, &arguments, &variables, ORDINARY).unwrap();
            screen.shows("live").unwrap();
            (person, screen)
        });

    screens[1].1.enters(said).unwrap();

    for (_, screen) in &screens {
        screen.shows(said).unwrap();
    }
    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader.wait("it", |heard| heard.timeline.texts() == [said]).unwrap();
    assert_eq!(reader.lines()[0].from, "瑶");
}
