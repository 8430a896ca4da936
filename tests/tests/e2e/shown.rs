//! Pictures in the terminal: seen as pixels where it can, and never in anybody's way.

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};
use kpl_tests::harness::{
    files::{bring, share},
    person::Person,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::{Plan, Server},
    wait::{PATIENCE, eventually},
};

/// A picture whose left half is red and whose right half is blue.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let colour = |x| if x < width / 2 { [255, 0, 0, 255] } else { [0, 0, 255, 255] };
    let pixels = RgbaImage::from_fn(width, height, |x, _| Rgba(colour(x)));
    let mut content = Cursor::new(Vec::new());
    pixels.write_to(&mut content, ImageFormat::Png).unwrap();
    content.into_inner()
}

/// The terminal of somebody who wants pictures shown so.
fn screen(person: &Person, server: &Server, how: &str) -> Screen {
    let identity = person.identity(&server.url());
    let mut arguments: Vec<&str> = identity.iter().map(String::as_str).collect();
    arguments.extend(["--lang", "en", "--pictures", how]);
    let colours = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
    Screen::run(person, &arguments, &colours, ORDINARY).unwrap()
}

/// How many cells are half blocks of this colour.
fn blocks(screen: &vt100::Screen, red: u8, blue: u8) -> usize {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let is_one = |&(row, column): &(u16, u16)| {
        screen.cell(row, column).is_some_and(|cell| {
            cell.contents() == "▀" && cell.fgcolor() == vt100::Color::Rgb(red, 0, blue)
        })
    };
    cells.filter(is_one).count()
}

#[test]
fn a_picture_is_seen_in_blocks_and_one_may_have_none() {
    let server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let (libai, lubu) = (Person::new("李白").unwrap(), Person::new("吕布").unwrap());
    let with = screen(&libai, &server, "auto");
    let without = screen(&lubu, &server, "off");
    with.shows("live").unwrap();
    without.shows("live").unwrap();

    share(server.port(), &yao, "瑶", "红蓝.png", &picture(160, 64)).unwrap();

    with.wait("the picture", |s| blocks(s, 255, 0) > 20 && blocks(s, 0, 255) > 20).unwrap();
    with.shows("[picture] 红蓝.png").unwrap();
    without.shows("[picture] 红蓝.png").unwrap();
    yao.say("after it").unwrap();
    without.shows("after it").unwrap();
    assert_eq!(without.look(|s| blocks(s, 255, 0)), 0);
    with.shows("after it").unwrap();
    with.resize((40, 12)).unwrap();
    with.wait("no picture where there is no room", |s| blocks(s, 255, 0) == 0).unwrap();
    with.resize(ORDINARY).unwrap();
    with.wait("the picture again", |s| blocks(s, 255, 0) > 20).unwrap();
}

#[test]
fn what_claims_to_be_a_picture_and_is_none_harms_nobody() {
    let server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let person = Person::new("李白").unwrap();
    let libai = screen(&person, &server, "blocks");
    libai.shows("live").unwrap();
    let mut bomb = picture(8, 8);
    bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]); // 100,000 each way.
    let cut = &picture(300, 300)[..80];

    share(server.port(), &yao, "瑶", "bomb.png", &bomb).unwrap();
    share(server.port(), &yao, "瑶", "cut.png", cut).unwrap();
    yao.say("still here").unwrap();

    libai.shows("still here").unwrap();
    libai
        .wait("that they cannot be shown", |s| {
            s.contents().matches("the picture cannot be shown").count() == 2
        })
        .unwrap();
    libai.says("and so am I").unwrap();
}

#[test]
fn terminals_that_can_do_better_are_told_pixels_and_nothing_that_somebody_wrote() {
    let server = Server::planned(Plan::default()).unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let name = "x;file=evil.png";
    share(server.port(), &yao, "瑶", name, &picture(160, 64)).unwrap();
    let person = Person::new("李白").unwrap();
    for (how, begins, ends) in [
        ("kitty", "\x1b_Ga=T,U=1,f=100,i=", "\x1b\\"),
        ("iterm2", "\x1b]1337;File=inline=1;size=", "\x07"),
        ("sixel", "\x1bP", "\x1b\\"),
    ] {
        let mut libai = screen(&person, &server, how);
        libai.shows("live").unwrap();

        let written = || libai.everything();
        eventually(how, PATIENCE, || written().contains(begins)).unwrap();

        let all = written();
        let sequence = all.split(begins).nth(1).and_then(|rest| rest.split(ends).next()).unwrap();
        assert!(!sequence.contains("evil"), "{how}: {sequence:.200}");
        let is_plain = |letter: char| letter.is_ascii_graphic() || letter == '\n';
        assert!(sequence.chars().all(is_plain), "{how}: {sequence:.200?}");
        libai.types("/quit\r").unwrap();
        libai.finish(PATIENCE).unwrap();
        if how == "kitty" {
            assert!(libai.everything().contains("\x1b_Ga=d,d=I,i="), "it is let go at the end");
        }
    }
}

#[test]
fn a_picture_that_nobody_has_said_is_not_looked_for_and_a_large_one_is_seen() {
    let server = Server::start().unwrap();
    let yao = Raw::v1(server.port(), "瑶").unwrap();
    let unsaid = bring(server.port(), "瑶", "unsaid.png", &picture(9, 9)).unwrap();
    let person = Person::new("李白").unwrap();
    let libai = screen(&person, &server, "blocks");
    libai.shows("live").unwrap();

    share(server.port(), &yao, "瑶", "large.png", &picture(3000, 2000)).unwrap();

    libai.wait("the picture", |s| blocks(s, 255, 0) > 20).unwrap();
    assert_eq!(unsaid.status, 201);
}
