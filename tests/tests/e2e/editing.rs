//! Editing in a real terminal: what is typed, pasted and taken back, under the real caret. Many of
//! these are what people complain of in other programs.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use kpl_tests::harness::{
    binaries,
    person::Person,
    raw::Raw,
    screen::{ORDINARY, Screen},
    server::Server,
};

const SOON: Duration = Duration::from_secs(10);

/// A room with a reader in it, and 李白's screen.
struct Desk {
    server: Server,
    reader: Raw,
    libai: Person,
    screen: Screen,
}

impl Desk {
    fn new() -> Self {
        Self::with(&[])
    }

    /// The same with further variables in 李白's environment.
    fn with(variables: &[(&str, &str)]) -> Self {
        let server = Server::start().unwrap();
        let reader = Raw::v1(server.port(), "瑶").unwrap();
        let libai = Person::new("李白").unwrap();
        let screen = open(&libai, &server, variables);
        Self { server, reader, libai, screen }
    }

    fn types(&self, keys: &str) {
        self.screen.types(keys).unwrap();
    }

    fn shows(&self, text: &str) {
        self.screen.shows(text).unwrap();
    }

    fn hears(&self, lines: &[&str]) {
        self.reader.wait(&format!("{lines:?}"), |h| h.timeline.texts() == lines).unwrap();
    }

    /// Waits until the draft is this, and the caret so many columns from its beginning.
    fn draft(&self, draft: &str, columns: u16) {
        let row = format!("李白> {draft}");
        let there = |s: &vt100::Screen| {
            let (y, x) = s.cursor_position();
            let shown = s.rows(0, s.size().1.into()).nth(y.into()).unwrap_or_default();
            shown.trim_end() == row.trim_end() && x == 6 + columns && !s.hide_cursor()
        };
        self.screen.wait(&format!("{row:?} with the caret at {columns}"), there).unwrap();
    }
}

fn open(person: &Person, server: &Server, variables: &[(&str, &str)]) -> Screen {
    let arguments = person.identity(&server.url());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let screen = Screen::run(person, &arguments, variables, ORDINARY).unwrap();
    screen.shows("live").unwrap();
    screen
}

#[test]
fn backspace_takes_a_chinese_character_and_both_its_columns() {
    let desk = Desk::new();

    desk.types("将进酒");
    desk.draft("将进酒", 6);
    desk.types("\x7f");
    desk.draft("将进", 4);
    desk.types("\x08\x7f\x7f");
    desk.draft("", 0);
    desk.types("君👨‍👩‍👧\x7f不见\r");

    desk.hears(&["君不见"]);
}

#[test]
fn nothing_comes_with_chinese_that_was_not_typed() {
    let desk = Desk::new();
    let poem = "君不见黄河之水天上来";

    for letter in poem.chars() {
        desk.types(&letter.to_string());
    }
    desk.draft(poem, 20);
    desk.types("\r");
    // As a slow line brings it: a byte at a time.
    for byte in "奔流到海".as_bytes().chunks(1) {
        desk.screen.types_bytes(byte).unwrap();
    }
    desk.draft("奔流到海", 8);
    desk.types("\r");

    desk.hears(&[poem, "奔流到海"]);
}

#[test]
fn chinese_typed_in_the_middle_covers_nothing() {
    let desk = Desk::new();

    desk.types("天来\x1b[D");
    desk.draft("天来", 2);
    for (letter, draft, columns) in [("上", "天上来", 4), ("又", "天上又来", 6)] {
        desk.types(letter);
        desk.draft(draft, columns);
    }
    desk.types("\x01水");
    desk.draft("水天上又来", 2);
    desk.types("\x1b[3~\x05x");
    desk.draft("水上又来x", 9);
}

#[test]
fn the_caret_is_where_the_input_method_shall_be_while_others_talk() {
    let desk = Desk::new();

    desk.types("高堂明镜");
    for columns in [6, 4, 2] {
        desk.types("\x1b[D");
        desk.draft("高堂明镜", columns);
    }
    for number in 1..=40 {
        desk.reader.say(&format!("line {number}.")).unwrap();
    }
    desk.shows("line 40.");

    desk.draft("高堂明镜", 2);
}

#[test]
fn the_caret_is_where_the_input_method_shall_be_whatever_is_asked() {
    let desk = Desk::new();
    desk.types("明镜高悬\r");
    desk.hears(&["明镜高悬"]);

    // Search, jump, recall: what one types stands at the caret, and the arrows move it.
    for (begin, prompt) in [("\x13", "search> "), ("\x07", "go to> ")] {
        desk.types(begin);
        desk.types("明镜");
        asks(&desk.screen, prompt, "明镜", 4);
        desk.types("\x1b[D悬");
        asks(&desk.screen, prompt, "明悬镜", 4);
        desk.types("\x1b");
        desk.draft("", 0);
    }
    desk.types("\x12明镜");
    asks(&desk.screen, "find: ", "明镜", 4);
    desk.types("\x1b");
    desk.draft("", 0);
    desk.screen.resize((20, 5)).unwrap();
    desk.types("\x07昨天");
    asks(&desk.screen, "go to> ", "昨天", 4);
    // The questions of a first start.
    let (nobody, url) = (Person::new("李白").unwrap(), desk.server.url());
    let variables = [("USER", "li"), ("KPL_URL", &url)];
    let first = Screen::run(&nobody, &["--lang", "zh"], &variables, ORDINARY).unwrap();
    first.shows("你的名字").unwrap();
    first.types("\x15李白").unwrap();
    asks(&first, "> 你的名字  ", "李白", 4);
    first.types("\x1b[D太").unwrap();
    asks(&first, "> 你的名字  ", "李太白", 4);
}

/// Waits until this is being written at a prompt, and the caret stands so many columns behind it.
fn asks(screen: &Screen, prompt: &str, written: &str, columns: u16) {
    let there = |s: &vt100::Screen| {
        let (y, x) = s.cursor_position();
        let shown = s.rows(0, s.size().1.into()).nth(y.into()).unwrap_or_default();
        let begin = u16::try_from(kpl_chat::model::text::clean::width(prompt)).unwrap();
        shown.starts_with(&format!("{prompt}{written}")) && x == begin + columns && !s.hide_cursor()
    };
    let what = format!("{prompt:?} with {written:?} and the caret at {columns}");
    screen.wait(&what, there).unwrap();
}

#[test]
fn a_lost_paste_end_freezes_nothing() {
    let desk = Desk::new();

    desk.types("\x1b[200~pasted without an end");
    desk.draft("pasted without an end", 21);
    desk.types("\x7f\x7f\x7fend.\r");

    desk.hears(&["pasted without an end."]);
}

#[test]
fn a_paste_does_not_send_itself() {
    let desk = Desk::new();

    desk.types("\x1b[200~one\r\ntwo\r\n\x1b[201~");
    desk.shows("two");
    desk.screen.says("three").unwrap();
    desk.types("next\r");

    desk.hears(&["one\ntwo\nthree", "next"]);
}

#[test]
fn a_paste_without_marks_does_not_send_itself() {
    let desk = Desk::new();

    // As `tmux paste-buffer` sends it, and many a terminal.
    desk.types("one\rtwo\r");
    desk.shows("two");
    desk.screen.says("three").unwrap();
    desk.types(&"row.\r".repeat(1_000));
    desk.shows("paste 1000 lines?");
    desk.types("\x1b");
    desk.shows("dropped");
    desk.types("quick\r");

    desk.hears(&["one\ntwo\nthree", "quick"]);
}

#[test]
fn a_long_paste_asks_in_every_window_and_whatever_is_dropped_can_be_had() {
    let desk = Desk::new();
    let long = "row 1\rrow 2\rrow 3\rrow 4\rrow 5\rrow 6\rrow 7\r";

    desk.types(&format!("\x1b[200~{long}\x1b[201~"));
    desk.shows("paste 7 lines?");
    for size in [(40, 15), (20, 5), (10, 2), (120, 40), ORDINARY] {
        desk.screen.resize(size).unwrap();
        let (columns, rows) = size;
        let asks =
            |s: &vt100::Screen| s.contents().contains("paste 7 lines") || columns < 20 || rows < 5;
        desk.screen.wait(&format!("the question at {columns}x{rows}"), asks).unwrap();
    }
    desk.types("\x1b");
    desk.shows("dropped");
    desk.types("\x19");
    desk.shows("row 7");
    desk.types("\x03");
    desk.draft("", 0);
    desk.types(&format!("\x1b[200~{long}\x1b[201~"));
    desk.shows("paste 7 lines?");
    desk.types("\r");
    desk.shows("row 7");
    desk.types("end\r");

    desk.hears(&["row 1\nrow 2\nrow 3\nrow 4\nrow 5\nrow 6\nrow 7\nend"]);
}

#[test]
fn the_keys_of_a_shell_edit_as_they_do_there() {
    let desk = Desk::new();

    desk.types("one two three\x17\x17");
    desk.draft("one", 4);
    desk.types("\x19");
    desk.draft("one two three", 13);
    // ^_ and Alt-_, as terminals send them.
    desk.types("\x1f");
    desk.draft("one", 4);
    desk.types("\x1b_\x1bb\x1bb\x1bd");
    desk.draft("one  three", 4);
    desk.types("\x01\x0b汉字\x14");
    desk.draft("字汉", 4);
    desk.types("\x15\x19\x1by");
    desk.draft("one  three", 10);
    desk.types("\x1b\x7f\x1b[3;5~\x08.\r");

    desk.hears(&["one ."]);
}

#[test]
fn what_one_said_is_recalled_in_the_next_run() {
    let mut desk = Desk::new();
    for line in ["八点 开黑", " secret", "马上到"] {
        desk.screen.says(line).unwrap();
    }
    desk.hears(&["八点 开黑", " secret", "马上到"]);
    desk.types("/quit\r");
    assert_eq!(desk.screen.finish(SOON).unwrap().code, 0);

    desk.screen = open(&desk.libai, &desk.server, &[]);
    desk.types("\x1b[A");
    desk.draft("/quit", 5);
    desk.types("\x1b[A\x1b[A");
    desk.draft("八点 开黑", 9);
    desk.types("\x15");
    desk.types("half\x12八");
    desk.shows("find: 八");
    desk.screen.wait("the caret behind it", |s| s.cursor_position().1 == 8).unwrap();
    desk.types("\x1b");
    desk.draft("half", 4);
    desk.types("\x12开\r");
    desk.draft("八点 开黑", 9);

    let files = desk.libai.files().unwrap();
    let history = files.iter().find(|path| path.ends_with("kpl-chat/history")).unwrap();
    assert!(!fs::read_to_string(history).unwrap().contains("secret"));
    assert_eq!(fs::metadata(history).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn an_editor_has_the_terminal_and_leaves_the_draft() {
    let desk = Desk::with(&[("EDITOR", "stty -a; cat \"$1\"; read answer; echo \"$answer\" >>")]);

    desk.types("a draft");
    desk.draft("a draft", 7);
    desk.types("\x18");
    desk.screen
        .wait("the editor", |s| !s.alternate_screen() && s.contents().contains("a draft"))
        .unwrap();
    desk.shows(" icanon");
    assert_eq!(desk.screen.unrestored(), [""; 0]);
    desk.reader.say("said meanwhile").unwrap();
    desk.types("二\r");

    desk.screen.wait("the screen", vt100::Screen::alternate_screen).unwrap();
    desk.shows("said meanwhile");
    desk.shows("a draft二");
    desk.types("\r");
    desk.hears(&["said meanwhile", "a draft二"]);
}

#[test]
fn a_missing_editor_is_named_and_the_draft_stays() {
    let desk = Desk::with(&[("VISUAL", "no-such-editor")]);

    desk.types("a draft\x18");
    desk.shows("there is no editor no-such-editor");

    desk.draft("a draft", 7);
}

#[test]
fn stopped_in_the_middle_of_a_question_it_still_asks_when_it_comes_back() {
    let server = Server::start().unwrap();
    let libai = Person::new("李白").unwrap();
    let shell = Screen::start(&libai, &["sh", "-i"], &[("PS1", "ready> ")], ORDINARY).unwrap();
    shell.shows("ready>").unwrap();
    let chat = binaries::chat().unwrap().display();
    shell.enters(&format!("{chat} --name 李白 --url {}", server.url())).unwrap();
    shell.shows("live").unwrap();

    shell.types(&format!("\x1b[200~{}\x1b[201~", "行\r".repeat(6))).unwrap();
    shell.shows("paste 6 lines?").unwrap();
    shell.types("\x1a").unwrap();
    // What is typed before the prompt is thrown away, when the shell takes the terminal back.
    let asks_again = |s: &vt100::Screen| {
        let text = s.contents();
        let after = text.rsplit_once("Stopped").map(|(_, after)| after.to_owned());
        !s.alternate_screen() && after.is_some_and(|after| after.contains("ready>"))
    };
    shell.wait("the shell's prompt", asks_again).unwrap();
    shell.enters("fg").unwrap();
    shell.wait("the screen", vt100::Screen::alternate_screen).unwrap();
    shell.shows("paste 6 lines?").unwrap();
    shell.types("y").unwrap();

    shell.wait("the draft", |s| s.contents().matches('行').count() >= 4).unwrap();
    shell.types("\x03").unwrap();
    shell.enters("/quit").unwrap();
    shell.wait("the shell", |s| !s.alternate_screen()).unwrap();
    shell.enters("exit").unwrap();
}
