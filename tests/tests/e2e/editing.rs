//! Editing in a real terminal: what is typed, pasted and taken back, under the real caret. Named
//! after what people complain of elsewhere.

use kpl_tests::harness::{person::Person, raw::Raw, screen::Screen, server::Server};

/// A room with a reader in it, and 李白's screen.
struct Desk {
    _server: Server,
    reader: Raw,
    _libai: Person,
    screen: Screen,
}

impl Desk {
    fn new() -> Self {
        let server = Server::start().unwrap();
        let reader = Raw::v1(server.port(), "瑶").unwrap();
        let libai = Person::new("李白").unwrap();
        let screen = Screen::open(&libai, &server.url()).unwrap();
        screen.shows("live").unwrap();
        Self { _server: server, reader, _libai: libai, screen }
    }

    fn hears(&self, lines: &[&str]) {
        self.reader.wait(&format!("{lines:?}"), |h| h.timeline.texts() == lines).unwrap();
    }

    /// Waits until the draft is this, and the caret so many columns from its beginning.
    fn draft(&self, draft: &str, columns: u16) {
        let row = format!("李白> {draft}");
        let what = format!("{row:?} with the caret at {columns}");
        let there = |s: &vt100::Screen| {
            let (y, x) = s.cursor_position();
            let shown = s.rows(0, 80).nth(y.into()).unwrap_or_default();
            shown.trim_end() == row.trim_end() && x == 6 + columns && !s.hide_cursor()
        };
        self.screen.wait(&what, there).unwrap();
    }
}

#[test]
fn a_lost_paste_end_freezes_nothing() {
    let desk = Desk::new();

    desk.screen.types("\x1b[200~pasted without an end").unwrap();
    desk.draft("pasted without an end", 21);
    desk.screen.types("\x7f\x7f\x7fend.\r").unwrap();

    desk.hears(&["pasted without an end."]);
}
