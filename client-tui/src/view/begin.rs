//! The beginning: the questions of a first start, one below the other.

use ratatui::{
    Frame,
    layout::Rect,
    style::{Modifier, Style},
};

use super::paint;
use crate::model::{
    begin::{Beginning, Checked, Question},
    hand::composer::Composer,
    page::geometry,
    text::{clean, wrap::wrap},
    words::Language,
};

/// From how many columns and rows on there is room for more than the question at hand.
const ROOMY: (u16, u16) = (60, 16);
/// The languages, each in its own words.
const LANGUAGES: [(Language, &str); 2] = [(Language::Zh, "中文"), (Language::En, "English")];

/// Draws the questions, and puts the caret where one types.
pub fn view(beginning: &Beginning, frame: &mut Frame<'_>) {
    let area = frame.area();
    let words = beginning.language;
    if geometry::is_too_small(area.width, area.height) {
        if area.height > 0 {
            paint::text(frame.buffer_mut(), 0, 0, &words.too_small(), Style::new());
        }
        return;
    }
    let mut page = Page { frame, row: 0, caret: (0, 0) };
    let roomy = is_roomy(area);
    page.text(1, &words.begin_title(), bold());
    page.row += 1;
    if roomy {
        page.paragraph(1, &words.begin_about(), faint());
    }
    for &question in &beginning.questions {
        if roomy || question == beginning.at {
            page.row += u16::from(roomy);
            ask(beginning, question, &mut page);
        }
    }
    page.row = area.height - 1;
    let keys = if beginning.is_last() { words.begin_keys_last() } else { words.begin_keys() };
    // What was written too far down gives way.
    page.text(0, &" ".repeat(usize::from(area.width)), Style::new());
    page.text(1, &keys, faint());
    let caret = page.caret;
    frame.set_cursor_position(caret);
}

fn ask(beginning: &Beginning, question: Question, page: &mut Page<'_, '_>) {
    let words = beginning.language;
    let here = question == beginning.at;
    let remark = match question {
        Question::Name => about_name(beginning),
        Question::Server => about_server(beginning),
        Question::Language => words.begin_change(),
    };
    let sign = if here { ">" } else { " " };
    let style = if here { bold() } else { Style::new() };
    page.text(0, &format!("{sign} {}", label(words, question)), style);
    let labels = beginning.questions.iter().map(|&question| label(words, question));
    let column = 4 + labels.map(|label| clean::drawn_width(&label)).max().unwrap_or(0);
    let column = u16::try_from(column).unwrap_or(0);
    match question {
        Question::Name => page.field(column, &beginning.name, here),
        Question::Server => page.field(column, &beginning.server, here),
        Question::Language => {
            let mut column = column;
            if here {
                page.caret = (column, page.row);
            }
            for (language, name) in LANGUAGES {
                let chosen = language == words;
                let shown = if chosen { format!("[{name}] ") } else { format!(" {name}  ") };
                column = page.text(column, &shown, if chosen { bold() } else { faint() });
            }
        }
    }
    page.row += 1;
    page.paragraph(if is_roomy(page.frame.area()) { column } else { 2 }, &remark, faint());
}

fn label(words: Language, question: Question) -> String {
    match question {
        Question::Name => words.begin_name(),
        Question::Server => words.begin_server(),
        Question::Language => words.begin_language(),
    }
}

fn about_name(beginning: &Beginning) -> String {
    match (beginning.named(), &beginning.unsaved) {
        (_, Some(fault)) => {
            let words = beginning.language;
            words.begin_not_saved(&clean::sentence(&fault.sentence(words)))
        }
        (Ok(_), None) => beginning.language.begin_name_good(),
        (Err(wrong), None) => wrong,
    }
}

fn about_server(beginning: &Beginning) -> String {
    let words = beginning.language;
    match &beginning.checked {
        Checked::Looking => words.begin_checking(),
        Checked::Reachable => words.begin_reachable(),
        Checked::Unreachable(why) => words.begin_unreachable(&why.sentence(words)),
        Checked::NoAddress(error) => error.sentence(words),
    }
}

fn is_roomy(area: Rect) -> bool {
    area.width >= ROOMY.0 && area.height >= ROOMY.1
}

struct Page<'a, 'b> {
    frame: &'a mut Frame<'b>,
    row: u16,
    caret: (u16, u16),
}

impl Page<'_, '_> {
    /// Writes into the present row; returns the column after it.
    fn text(&mut self, column: u16, text: &str, style: Style) -> u16 {
        paint::text(self.frame.buffer_mut(), column, self.row, text, style)
    }

    /// Writes as many rows as it takes, and goes below them.
    fn paragraph(&mut self, column: u16, text: &str, style: Style) {
        let width = usize::from(self.frame.area().width.saturating_sub(column + 1)).max(1);
        for part in wrap(text, width) {
            self.text(column, &text[part], style);
            self.row += 1;
        }
    }

    /// Writes what is being typed, seen around its caret.
    fn field(&mut self, column: u16, draft: &Composer, here: bool) {
        let room = usize::from(self.frame.area().width.saturating_sub(column + 1)).max(2);
        let rows = draft.rows(room);
        let (row, at) = draft.caret_in(&rows);
        let shown = draft.text().get(rows[row].clone()).unwrap_or_default();
        self.text(column, shown, Style::new());
        if here {
            let at = u16::try_from(at.min(room)).unwrap_or(0);
            self.caret = (column + at, self.row);
        }
    }
}

fn bold() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

fn faint() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use ratatui::{Terminal, backend::TestBackend};

    use super::*;
    use crate::model::{
        begin::{Happened, Questions},
        key::KeyCode,
        words::{
            address::{AddressError, AddressFault},
            fault::Fault,
            trouble::Trouble,
        },
    };

    fn drawn(beginning: &Beginning, columns: u16, rows: u16) -> (String, (u16, u16)) {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| view(beginning, frame)).unwrap();
        let caret = terminal.get_cursor_position().unwrap();
        (crate::view::tests::text_of(terminal.backend().buffer()), (caret.x, caret.y))
    }

    fn asked(language: Language) -> Beginning {
        let server = "http://127.0.0.1:3000".to_owned();
        let mut beginning = Beginning::new(&Questions {
            name: "李白".into(),
            server: Some(server.clone()),
            language,
            ask_language: true,
        });
        beginning.update(Happened::Looked(server, Checked::Reachable));
        beginning
    }

    #[test]
    fn the_questions_stand_below_each_other_in_either_language() {
        let (english, caret) = drawn(&asked(Language::En), 80, 24);
        assert_eq!(caret, (18, 4));
        assert_snapshot!(english, @"
         Welcome to KPL chat
         Some questions before the first start; the answers are kept in the settings
         file.

        > Your name   李白
                      this will do; the first use claims it for you on that server

          The server  http://127.0.0.1:3000
                      a chat server answers there

          Language     中文  [English]
                      Left and Right change it











         Enter next  Esc leaves, nothing kept  Up/Down to and fro
        ");
        assert_snapshot!(drawn(&asked(Language::Zh), 80, 24).0, @"
         欢迎使用 KPL 聊天室
         首次启动前有几个问题，答案会保存到配置文件。

        > 你的名字  李白
                    可以使用；首次使用后这个名字在该服务器上就属于你

          服务器    http://127.0.0.1:3000
                    有聊天服务器应答

          语言      [中文]  English
                    用左右方向键切换












         Enter 下一步  Esc 离开且不保存  上/下键切换
        ");
    }

    #[test]
    fn whatever_is_complained_of_changes_its_language_with_the_rest() {
        let mut beginning = asked(Language::En);
        let server = "http://127.0.0.1:3000".to_owned();
        let at = || server.clone();
        let (address, fault) = (String::new(), AddressFault::NoHost);
        for (checked, english, chinese) in [
            (
                Checked::Unreachable(Trouble::NoServer { at: at() }),
                "is that the address?",
                "地址对吗？（也可以先继续，稍后再连接）",
            ),
            (Checked::NoAddress(AddressError { address, fault }), "it names no host", "没有主机名"),
        ] {
            beginning.language = Language::En;
            beginning.update(Happened::Looked(at(), checked));
            assert!(drawn(&beginning, 120, 24).0.contains(english));

            beginning.at = Question::Language;
            beginning.update(Happened::Pressed(KeyCode::Left.into()));

            let (screen, _) = drawn(&beginning, 120, 24);
            assert!(screen.contains(chinese) && !screen.contains(english), "{screen}");
        }

        beginning.update(Happened::Unsaved(Fault::NoHome));
        assert!(drawn(&beginning, 120, 24).0.contains("没有主目录"));
        beginning.update(Happened::Pressed(KeyCode::Left.into()));
        assert!(drawn(&beginning, 120, 24).0.contains("there is no home folder"));
    }

    #[test]
    fn a_small_window_shows_the_question_at_hand() {
        assert_snapshot!(drawn(&asked(Language::Zh), 40, 10).0, @"
         欢迎使用 KPL 聊天室
        > 你的名字  李白
          可以使用；首次使用后这个名字在该服务
          器上就属于你





         Enter 下一步  Esc 离开且不保存  上/下键
        ");
        assert_snapshot!(drawn(&asked(Language::En), 20, 5).0, @"
         Welcome to KPL chat
        > Your name   李白
          this will do; the
          first use claims
         Enter next  Esc lea
        ");
        assert_eq!(drawn(&asked(Language::En), 19, 5).0.trim(), "too small");
    }
}
