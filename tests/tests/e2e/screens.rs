//! The real client in a terminal: what people see.

use std::{thread, time::Duration};

use kpl_shared::message::Kind;
use kpl_tests::harness::{
    person::Person,
    raw::Raw,
    screen::Screen,
    server::Server,
    timeline::assert_whole,
    wait::{PATIENCE, eventually},
};

use crate::{FIVE, lines_of};

/// The order in which lines of the form `AUTHOR NUMBER` stand on a screen, each with a mark at its
/// end so that 1 is not found in 10.
fn order_on(screen: &Screen, lines: &[String]) -> Vec<(usize, String)> {
    let text = screen.text();
    let mut places = Vec::new();
    for line in lines {
        let found: Vec<usize> = text.match_indices(line.as_str()).map(|(at, _)| at).collect();
        assert_eq!(found.len(), 1, "{line:?} stands {} times on\n{text}", found.len());
        places.push((found[0], line.clone()));
    }
    places.sort();
    places
}

#[test]
fn five_people_in_five_terminals_see_each_line_once_and_in_one_order() {
    let each = 40;
    let server = Server::start().unwrap();
    let people = FIVE.map(|name| Person::new(name).unwrap());
    // So tall that all of it is on the screen at the end.
    let rows = u16::try_from(5 * each + 60).unwrap();
    let mut screens: Vec<Screen> = people
        .iter()
        .map(|person| Screen::sized(person, &server.url(), (100, rows)).unwrap())
        .collect();
    for screen in &screens {
        screen.shows("live").unwrap();
        screen.shows("5 online").unwrap();
    }

    thread::scope(|scope| {
        for (name, screen) in FIVE.iter().zip(&mut screens) {
            scope.spawn(move || {
                for number in 1..=each {
                    screen.says(&format!("{name}说第{number}句。")).unwrap();
                }
            });
        }
    });

    let lines: Vec<String> = FIVE
        .iter()
        .flat_map(|name| (1..=each).map(move |number| format!("{name}说第{number}句。")))
        .collect();
    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader.wait("all lines", |heard| heard.timeline.log.len() >= lines.len()).unwrap();
    assert_whole(&reader.lines()).unwrap();
    let order = reader.texts();
    for screen in &screens {
        screen
            .wait("all lines", |s| lines.iter().all(|line| s.contents().contains(line.as_str())))
            .unwrap();
        let seen: Vec<String> =
            order_on(screen, &lines).into_iter().map(|(_, line)| line).collect();
        assert_eq!(seen, order);
    }
}

#[test]
fn what_one_types_the_other_sees_and_ones_own_line_is_marked_as_delivered() {
    let server = Server::start().unwrap();
    let (libai, yao) = (Person::new("李白").unwrap(), Person::new("瑶").unwrap());
    let (left, right) =
        (Screen::open(&libai, &server.url()).unwrap(), Screen::open(&yao, &server.url()).unwrap());
    left.shows("2 online").unwrap();

    left.enters("马上到").unwrap();

    right.shows("马上到").unwrap();
    let row = |screen: &vt100::Screen| screen.rows(0, 80).find(|row| row.contains("马上到"));
    let own =
        |screen: &vt100::Screen| row(screen).is_some_and(|row| row.trim_end().ends_with("ok"));
    left.wait("its own line, delivered", own).unwrap();
    right.look(|screen| assert!(row(screen).unwrap().contains("李白")));
}

#[test]
fn one_person_at_two_screens_sees_on_each_what_was_said_on_the_other() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screens = [(); 2].map(|()| Screen::open(&libai, &server.url()).unwrap());
    for screen in &screens {
        screen.shows("live").unwrap();
    }

    screens[0].enters("from the first").unwrap();
    screens[1].shows("from the first").unwrap();
    screens[1].enters("from the second").unwrap();

    screens[0].shows("from the second").unwrap();
    screens[0].shows("1 online").unwrap();
    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader
        .wait("both lines", |h| h.timeline.texts() == ["from the first", "from the second"])
        .unwrap();
}

#[test]
fn while_the_server_is_away_lines_are_queued_and_go_out_once_when_it_is_back() {
    let mut server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("live").unwrap();
    screen.enters("before the storm").unwrap();
    screen.shows(" ok").unwrap();

    server.kill().unwrap();
    screen.shows("reconnecting").unwrap();
    for line in lines_of("queued", 3) {
        screen.says(&line).unwrap();
    }
    screen.shows("3 queued").unwrap();
    server.restart().unwrap();

    screen.shows("live").unwrap();
    let reader = Raw::v1(server.port(), "reader").unwrap();
    let expected = ["before the storm", "queued 1", "queued 2", "queued 3"];
    reader.wait("all lines once", |heard| heard.timeline.texts() == expected).unwrap();
    screen.wait("no line waits", |screen| !screen.contents().contains("queued,")).unwrap();
}

#[test]
fn leaving_with_queued_lines_keeps_them_for_the_next_start_and_says_so() {
    let mut server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let mut screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("live").unwrap();
    server.kill().unwrap();
    screen.shows("reconnecting").unwrap();
    screen.enters("for the next start").unwrap();
    screen.shows("1 queued").unwrap();

    screen.enters("/quit").unwrap();
    let ended = screen.finish(PATIENCE).unwrap();
    server.restart().unwrap();
    let next = Screen::open(&libai, &server.url()).unwrap();

    assert_eq!(ended.code, 0);
    assert!(screen.text().contains("kept for the next start"), "{}", screen.text());
    next.shows("for the next start").unwrap();
    let reader = Raw::v1(server.port(), "reader").unwrap();
    reader.wait("the line", |heard| heard.timeline.texts() == ["for the next start"]).unwrap();
}

#[test]
fn scrolling_up_leads_to_the_first_line_ever_said_and_new_lines_move_nothing() {
    let server = Server::start().unwrap();
    let author = Raw::v1(server.port(), "瑶").unwrap();
    author.say_all(&(1..=500).map(|n| format!("line-{n}.")).collect::<Vec<_>>(), 100).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("line-500.").unwrap();

    eventually("the first line", PATIENCE, || {
        screen.types("\x1b[5~").is_ok() && screen.text().contains("line-1.")
    })
    .unwrap();
    // Keys are handled in their order: once this is typed, the screen is still.
    screen.types("read").unwrap();
    screen.wait("a still screen", |s| s.contents().contains("> read")).unwrap();
    screen.shows("below").unwrap();
    let lines = |text: &str| {
        let rows = text.lines().filter(|row| row.contains("line-"));
        rows.map(str::to_owned).collect::<Vec<String>>()
    };
    let before = lines(&screen.text());
    author.say_all(&["while he reads".to_owned()], 1).unwrap();

    screen.wait("the count of new lines", |s| s.contents().contains("1 new")).unwrap();
    assert_eq!(lines(&screen.text()), before);
    screen.types("\x1b[F").unwrap();
    screen.shows("while he reads").unwrap();
}

#[test]
fn commands_do_what_help_says_and_an_unknown_one_is_kept() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let mut screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("live").unwrap();

    screen.enters("/help").unwrap();
    for command in ["/names", "/me", "/nick", "/copy", "/search"] {
        screen.shows(command).unwrap();
    }
    screen.enters("/names").unwrap();
    screen.wait("both names", |s| s.contents().contains("2 here: ")).unwrap();
    screen.says("/me waves").unwrap();
    screen.says("//slash").unwrap();
    screen.enters("/nonsense at all").unwrap();
    screen.shows("there is no command /nonsense").unwrap();

    reader.wait("two lines", |heard| heard.timeline.texts() == ["waves", "/slash"]).unwrap();
    assert_eq!(reader.lines()[0].kind, Kind::Action);
    let draft = |s: &vt100::Screen| s.contents().contains("> /nonsense at all");
    screen.wait("the text, kept", draft).unwrap();
    screen.types("\x15").unwrap();
    screen.enters("/nick 青莲").unwrap();
    screen.wait("the new prompt", |s| s.contents().contains("青莲> ")).unwrap();
    screen.enters("under another name").unwrap();
    reader.wait("three lines", |heard| heard.timeline.log.len() == 3).unwrap();
    assert_eq!(reader.lines()[2].from, "青莲");
    screen.enters("/quit").unwrap();
    assert_eq!(screen.finish(Duration::from_secs(10)).unwrap().code, 0);
}

#[test]
fn a_line_that_is_refused_says_why_and_gives_the_text_back() {
    let plan = kpl_tests::harness::server::Plan::with(&["--max-text", "12"]);
    let server = Server::planned(plan).unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("live").unwrap();

    screen.enters("more than twelve bytes").unwrap();

    screen.shows("refused").unwrap();
    screen.wait("the text", |s| s.contents().contains("> more than twelve bytes")).unwrap();
}

#[test]
fn a_draft_of_several_lines_is_one_line_of_the_room() {
    let server = Server::start().unwrap();
    let reader = Raw::v1(server.port(), "瑶").unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = Screen::open(&libai, &server.url()).unwrap();
    screen.shows("live").unwrap();

    screen.types("first\nsecond\x1b\rthird").unwrap();
    screen.shows("third").unwrap();
    screen.types("\r").unwrap();

    reader.wait("the line", |h| h.timeline.texts() == ["first\nsecond\nthird"]).unwrap();
    screen.types("\x1b[200~pasted\nwith lines\x1b[201~").unwrap();
    screen.shows("with lines").unwrap();
    assert_eq!(reader.lines().len(), 1, "a paste sends itself");
    screen.types("\r").unwrap();
    reader.wait("the paste", |h| h.timeline.texts()[1..] == ["pasted\nwith lines"]).unwrap();
}
