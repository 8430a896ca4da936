//! Takes the picture of the README: five people in the room KPL, and one's screen as the program
//! itself draws it, read from a terminal emulator and written as SVG to standard output.
//!
//! `cargo run -p kpl-tests --bin kpl-picture > docs/screen.svg`

mod svg;

use std::io::Write;

use anyhow::Result;
use kpl_tests::harness::{person::Person, screen::Screen, server::Server};

const EVENING: [(&str, &str); 8] = [
    ("貂蝉", "今晚谁来？"),
    ("吕布", "我来，打野"),
    ("后羿", "射手位留我"),
    ("瑶", "@李白 辅助跟你 💪"),
    ("貂蝉", "好，中路我来"),
    ("李白", "马上到"),
    ("吕布", "/me 已经在峡谷里等了"),
    ("李白", "Let's go, 八点开黑！"),
];

fn main() -> Result<()> {
    let server = Server::start()?;
    let mut screens = Vec::new();
    for name in ["李白", "瑶", "吕布", "后羿", "貂蝉"] {
        let person = Person::new(name)?;
        let arguments =
            [person.identity(&server.url()), vec!["--lang".into(), "zh".into()]].concat();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let screen = Screen::run(&person, &arguments, &[], (80, 20))?;
        screens.push((person, screen));
    }
    for (_, screen) in &screens {
        screen.shows("5 人")?;
    }
    for (name, line) in EVENING {
        let author = screens.iter().find(|(person, _)| person.name == name);
        if let Some((_, screen)) = author {
            screen.enters(line)?;
        }
        let said = line.trim_start_matches("/me ");
        for (_, screen) in &screens {
            screen.shows(said)?;
        }
    }
    let (_, screen) = &screens[0];
    screen.types("来了")?;
    screen.shows("李白> 来了")?;
    let picture = screen.look(svg::draw);
    std::io::stdout().write_all(picture.as_bytes())?;
    Ok(())
}
