//! Completion in a real terminal: the popup, the caret, and windows that change under it.

use kpl_tests::harness::{person::Person, raw::Raw, screen::Screen, server::Server};

/// The row of the screen that the caret is in, and the column of the caret.
fn caret_row(screen: &vt100::Screen) -> (String, u16) {
    let (row, column) = screen.cursor_position();
    let text = screen.rows(0, u16::from(screen.size().1)).nth(usize::from(row)).unwrap_or_default();
    (text.trim_end().to_owned(), column)
}

#[test]
fn chinese_is_typed_on_behind_a_name_that_was_completed_by_its_initials() {
    let server = Server::start().unwrap();
    let libai = Raw::v1(server.port(), "李白").unwrap();
    let yao = Person::new("瑶").unwrap();
    let screen = Screen::open(&yao, &server.url()).unwrap();
    screen.shows("2 online").unwrap();

    screen.types("走吧@lb").unwrap();
    screen.shows("|  李白").unwrap();
    screen.types("\t").unwrap();

    // 瑶>  is 4 columns, 走吧 4, @李白 5, and the space behind it 1.
    let stands = |s: &vt100::Screen| {
        let (row, column) = caret_row(s);
        row.contains("瑶> 走吧@李白") && column == 14
    };
    screen.wait("the caret behind the name", stands).unwrap();
    screen.types("马上\x7f到").unwrap();
    let typed = |s: &vt100::Screen| {
        let (row, column) = caret_row(s);
        row.contains("瑶> 走吧@李白 马到") && column == 18
    };
    screen.wait("the caret behind what was typed", typed).unwrap();
    screen.types("\r").unwrap();
    libai.wait("the line", |heard| heard.timeline.texts() == ["走吧@李白 马到"]).unwrap();
}

#[test]
fn the_window_changes_while_the_popup_is_open_and_the_draft_comes_back_whole() {
    let server = Server::start().unwrap();
    let names = ["李白", "刘邦", "廉颇", "露娜"];
    let people: Vec<Raw> = names.iter().map(|name| Raw::v1(server.port(), name).unwrap()).collect();
    let yao = Person::new("瑶").unwrap();
    let screen = Screen::open(&yao, &server.url()).unwrap();
    screen.shows("5 online").unwrap();
    people[1].say_all(&["汉字".repeat(60)], 1).unwrap();
    screen.shows("汉字").unwrap();

    screen.types("好 @l\t").unwrap();
    screen.shows("|> 刘邦").unwrap();
    for size in [(40, 15), (20, 5), (19, 5), (40, 15), (80, 24)] {
        screen.resize(size).unwrap();
        let ready = |s: &vt100::Screen| {
            let (row, column) = caret_row(s);
            let whole = row.contains("好 @刘邦") && column == 13;
            let popup = s.contents().contains("|> 刘邦");
            match size {
                (19, _) => s.contents().contains("too small"),
                (20, _) => whole && !popup,
                _ => whole && popup,
            }
        };
        screen.wait(&format!("the draft at {size:?}"), ready).unwrap();
    }
    screen.types("\t").unwrap();
    screen.wait("the next one", |s| !s.contents().contains("|> 刘邦")).unwrap();
    screen.types("\x1b").unwrap();

    screen.wait("the draft as it was", |s| caret_row(s) == ("瑶> 好 @l".into(), 9)).unwrap();
}
