//! Messages are selected, copied and opened, by the real screen and the programs of a desktop.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use kpl_tests::harness::{
    person::Person,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::Server,
    wait::{PATIENCE, eventually},
};

use crate::is_linked;

const ALT_UP: &str = "\x1b[1;3A";
const F6: &str = "\x1b[17~";

/// A screen at a server in which somebody said this, in a window of that size.
fn told(server: &Server, libai: &Person, size: (u16, u16), said: &[&str]) -> Screen {
    let author = Raw::v1(server.port(), "瑶").unwrap();
    let said: Vec<String> = said.iter().map(|&text| text.to_owned()).collect();
    author.say_all(&said, 1).unwrap();
    let screen = Screen::sized(libai, &server.url(), size).unwrap();
    screen.wait("a link", is_linked).unwrap();
    screen
}

/// Waits until this was written to the terminal.
fn writes(screen: &Screen, sequence: &str) {
    let what = format!("{sequence:?} written");
    eventually(&what, PATIENCE, || screen.everything().contains(sequence)).unwrap();
}

/// Puts a program into a person's home that notes what it is called with and what it is given.
fn install(person: &Person, name: &str) -> String {
    let folder = person.home().join("bin");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join(name);
    fs::write(
        &program,
        "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" >>\"$0.called\"\ncat >>\"$0.given\"\n",
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default())
}

fn noted(person: &Person, what: &str, expected: &str) {
    let path = Path::new("bin").join(what);
    let read = || fs::read_to_string(person.home().join(&path)).unwrap_or_default();
    eventually(&format!("{what}: {expected:?}"), PATIENCE, || read() == expected).unwrap();
}

#[test]
fn copying_takes_the_text_alone_however_it_is_wrapped() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let said = "中路ok，看图。".repeat(5);
    let screen = told(&server, &libai, (40, 15), &["before", &said]);
    screen.shows("中路ok").unwrap();

    screen.types(ALT_UP).unwrap();
    screen.shows("y copy").unwrap();
    screen.types("y").unwrap();

    screen.shows("copied").unwrap();
    let encoded = encode(said.as_bytes());
    writes(&screen, &format!("\x1b]52;c;{encoded}\x1b\\"));
}

/// Base64, as a terminal reads it.
fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            encoded.push(if place <= chunk.len() { letter.into() } else { '=' });
        }
    }
    encoded
}

#[test]
fn the_clipboard_of_the_desktop_gets_it_too() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let path = install(&libai, "wl-copy");
    drop(told(&server, &Person::new("后羿").unwrap(), ORDINARY, &["一句\n两行"]));
    let url = server.url();
    let variables = [("PATH", path.as_str()), ("WAYLAND_DISPLAY", "wayland-0")];
    let screen =
        Screen::run(&libai, &["--name", "李白", "--url", &url], &variables, ORDINARY).unwrap();
    screen.shows("两行").unwrap();

    screen.types(ALT_UP).unwrap();
    screen.types("y").unwrap();

    noted(&libai, "wl-copy.given", "一句\n两行");
    noted(&libai, "wl-copy.called", "0\n");
}

#[test]
fn a_link_is_one_argument_and_never_read_by_a_shell() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let path = install(&libai, "xdg-open");
    let link = "http://a.example/?b=$(touch${IFS}evil);c&d='e'#--f";
    let said = format!("看{link} 好");
    drop(told(&server, &Person::new("后羿").unwrap(), ORDINARY, &[&said]));
    let url = server.url();
    let variables = [("PATH", path.as_str()), ("DISPLAY", ":0")];
    let screen =
        Screen::run(&libai, &["--name", "李白", "--url", &url], &variables, ORDINARY).unwrap();
    screen.shows("a.example").unwrap();

    screen.types(ALT_UP).unwrap();
    screen.types("o").unwrap();

    noted(&libai, "xdg-open.called", &format!("1\n{link}\n"));
    assert!(!libai.home().join("evil").exists());
}

#[test]
fn where_there_is_no_desktop_the_link_is_said() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = told(&server, &libai, ORDINARY, &["https://kpl.example/m.png"]);
    screen.shows("kpl.example").unwrap();

    screen.types(ALT_UP).unwrap();
    screen.types("o").unwrap();

    screen.shows("the link is https://kpl.example/m.png").unwrap();
}

#[test]
fn f6_really_turns_the_mouse_off_so_that_the_terminal_selects() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = told(&server, &libai, ORDINARY, &["hello"]);
    let mouse = |screen: &vt100::Screen| screen.mouse_protocol_mode();
    screen.look(|s| assert_eq!(mouse(s), vt100::MouseProtocolMode::PressRelease));

    screen.types(F6).unwrap();
    screen.shows("mouse let go").unwrap();
    screen.look(|s| assert_eq!(mouse(s), vt100::MouseProtocolMode::None));
    let written = screen.everything();
    assert!(written.rfind("\x1b[?1000l") > written.rfind("\x1b[?1000h"), "reports go on");

    screen.types(F6).unwrap();
    screen
        .wait("the mouse, taken", |s| mouse(s) == vt100::MouseProtocolMode::PressRelease)
        .unwrap();
}

#[test]
fn a_click_on_a_name_completes_it_and_on_a_message_selects_it() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let screen = told(&server, &libai, ORDINARY, &["中路ok"]);
    let row = screen
        .wait_for("the message", |s| s.rows(0, 80).position(|row| row.contains("中路ok")))
        .unwrap();
    let click =
        |column: usize| format!("\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m", line = row + 1);

    screen.types(&click(30)).unwrap();
    screen.shows("y copy").unwrap();
    screen.types(&click(15)).unwrap();

    screen.wait("the name", |s| s.contents().contains("> @瑶")).unwrap();
}
