//! Takes the pictures of the README: five people in the room KPL, and what some of them see, as the
//! program itself draws it, read from a terminal emulator and written as SVG into a folder. One of
//! them is at the page, in a browser, and a picture has that beside a terminal.
//!
//! `cargo build -p kpl-server -p kpl-chat && cargo run -p kpl-tests --bin kpl-picture -- docs`

mod svg;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use kpl_tests::harness::{
    person::Person, program::Program, screen::Screen, server::Server, wait::PATIENCE,
};
use serde_json::{Value, json};

/// What is said, and by whom.
const EVENING: [(&str, &str); 12] = [
    ("貂蝉", "今晚谁来？"),
    ("吕布", "我来，打野"),
    ("后羿", "射手位留我"),
    ("Mulan", "count me in, any lane"),
    ("瑶", "@李白 辅助跟你 💪 看图 https://kpl.example/m.png"),
    ("貂蝉", "好，中路我来"),
    ("貂蝉", "Mulan 上单？"),
    ("Mulan", "@貂蝉 sure, top lane it is"),
    ("吕布", "/me 已经在峡谷里等了"),
    ("后羿", "ban 掉 `百里守约`，他们射手很准"),
    ("李白", "马上到"),
    ("李白", "Let's go, 八点开黑！"),
];

/// A picture: whose screen it is, how large, in which language and theme, and what is typed.
struct Picture {
    file: &'static str,
    name: &'static str,
    size: (u16, u16),
    language: &'static str,
    theme: &'static str,
    draft: &'static str,
}

const PICTURES: [Picture; 3] = [
    Picture {
        file: "screen.svg",
        name: "Mulan",
        size: (80, 24),
        language: "en",
        theme: "dark",
        draft: "on my way",
    },
    Picture {
        file: "screen-wide.svg",
        name: "李白",
        size: (120, 40),
        language: "zh",
        theme: "dark",
        draft: "来了",
    },
    Picture {
        file: "screen-phone.svg",
        name: "瑶",
        size: (40, 15),
        language: "zh",
        theme: "light",
        draft: "好的",
    },
];
/// Those who are there without a picture of their screen.
const OTHERS: [&str; 2] = ["貂蝉", "吕布"];
/// Who is at the page, and which terminal's picture it is beside.
const AT_THE_PAGE: (&str, &str) = ("后羿", "screen.svg");

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from).context("into which folder?")?;
    fs::create_dir_all(&folder)?;
    let server = Server::start()?;
    let mut screens = Vec::new();
    for picture in &PICTURES {
        let look = ["--lang", picture.language, "--theme", picture.theme];
        screens.push(enter(&server, picture.name, &look, picture.size)?);
    }
    for name in OTHERS {
        screens.push(enter(&server, name, &["--lang", "zh"], (80, 40))?);
    }
    let mut page = Page::open(&server, &folder)?;
    // Who came is told once a second.
    let all = screens.len() + 1;
    let told = [format!("{all} online"), format!("{all} 人在线"), format!("{all}人")];
    for (_, screen) in &screens {
        screen.wait("everybody", |s| told.iter().any(|told| s.contents().contains(told)))?;
    }
    for (name, line) in EVENING {
        match screens.iter().find(|(person, _)| person.name == name) {
            Some((_, author)) => author.enters(line)?,
            None => page.does(&json!({ "say": line }))?,
        }
        // One speaks after everybody has heard the one before.
        let said = bare(line.trim_start_matches("/me "));
        for (_, screen) in &screens {
            screen.wait(line, |s| bare(&s.contents()).contains(&said))?;
        }
    }
    for (picture, (_, screen)) in PICTURES.iter().zip(&screens) {
        screen.types(picture.draft)?;
        screen.shows(&format!("{}> {}", picture.name, picture.draft))?;
        let paper = svg::Paper::of(picture.theme);
        let svg = screen.look(|screen| svg::draw(screen, &paper));
        fs::write(folder.join(picture.file), svg)?;
    }
    page.does(&json!({ "beside": AT_THE_PAGE.1 }))
}

/// Somebody in a browser.
struct Page {
    program: Program,
    done: usize,
}

impl Page {
    fn open(server: &Server, folder: &Path) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/picture.mjs");
        let mut command = Command::new("node");
        command.arg(script).args([&server.url(), AT_THE_PAGE.0]).arg(folder);
        let mut page = Self { program: Program::start(command)?, done: 0 };
        page.finishes()?;
        Ok(page)
    }

    fn does(&mut self, what: &Value) -> Result<()> {
        self.program.write(&format!("{what}\n"))?;
        self.finishes()
    }

    /// Waits for the answer, which is its number.
    fn finishes(&mut self) -> Result<()> {
        self.done += 1;
        let number = self.done.to_string();
        let is_it = |line: &str| (line == number).then_some(());
        self.program.wait_for_line("the page's answer", PATIENCE, is_it)
    }
}

/// Lets somebody enter, and waits until they are in.
fn enter(server: &Server, name: &str, look: &[&str], size: (u16, u16)) -> Result<(Person, Screen)> {
    let person = Person::new(name)?;
    let identity = person.identity(&server.url());
    let arguments: Vec<&str> = identity.iter().map(String::as_str).chain(look.to_vec()).collect();
    let screen = Screen::run(&person, &arguments, &[("COLORTERM", "truecolor")], size)?;
    screen.wait("somebody who is in", |s| {
        let text = s.contents();
        ["live", "在线", "ms "].iter().any(|link| text.contains(link))
    })?;
    Ok((person, screen))
}

/// A text without what a screen does to it: where it wraps, and which marks it takes away.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != '`').collect()
}
