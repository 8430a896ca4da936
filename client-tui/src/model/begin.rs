//! The beginning: the questions that a first start asks on the screen, and their answers.
//!
//! Like the chat itself it is a state, what happens to it, and what it then asks of the world.

use kpl_shared::names::Name;

use crate::model::{
    hand::{
        composer::Composer,
        keymap::{Action, Keymap},
    },
    key::{Key, KeyCode},
    text::clean,
    words::{Language, address::AddressError, fault::Fault, trouble::Trouble},
};

/// What is asked, and what is offered for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// The name that is offered.
    pub name: String,
    /// The server that is offered; none if the question has its answer already.
    pub server: Option<String>,
    /// The language to begin in.
    pub language: Language,
    /// Whether the language is asked for.
    pub ask_language: bool,
}

/// What was answered. Without a server or a language it was not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The name.
    pub name: Name,
    /// The server, as it was typed.
    pub server: Option<String>,
    /// The language of the interface.
    pub language: Option<Language>,
}

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// What one is called.
    Name,
    /// Where the server is.
    Server,
    /// The language of the interface.
    Language,
}

/// What is known of the server that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// Nothing yet.
    Looking,
    /// A Socket.IO server answers.
    Reachable,
    /// It does not answer as one, for this reason; it may yet.
    Unreachable(Trouble),
    /// It is no address, for this reason.
    NoAddress(AddressError),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// The questions were put.
    Began,
    /// A key was pressed.
    Pressed(Key),
    /// Text was pasted.
    Pasted(String),
    /// The server of this text was looked for.
    Looked(String, Checked),
    /// The answers could not be saved.
    Unsaved(Fault),
}

/// What the world should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Look whether a server is there.
    Look(String),
    /// Save the answers, and start.
    Save(Answers),
    /// Start without saving.
    Start(Answers),
    /// Leave without saving anything.
    Leave,
    /// Draw everything anew.
    Redraw,
    /// Stop until the shell brings the program back.
    Suspend,
}

/// The questions on the screen, and what has been answered so far.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The language that is chosen, and at once spoken.
    pub language: Language,
    /// The name, as it is being typed.
    pub name: Composer,
    /// The server, as it is being typed.
    pub server: Composer,
    /// What is known of the server.
    pub checked: Checked,
    /// Which question is being answered.
    pub at: Question,
    /// The questions, in their order.
    pub questions: Vec<Question>,
    /// Why the answers could not be saved.
    pub unsaved: Option<Fault>,
    keymap: Keymap,
}

impl Beginning {
    /// Puts the questions.
    pub fn new(questions: &Questions) -> Self {
        let draft = |text: &str| {
            let mut draft = Composer::default();
            draft.insert(text);
            draft
        };
        let mut asked = vec![Question::Name];
        asked.extend(questions.server.is_some().then_some(Question::Server));
        asked.extend(questions.ask_language.then_some(Question::Language));
        Self {
            language: questions.language,
            name: draft(&questions.name),
            server: draft(questions.server.as_deref().unwrap_or_default()),
            checked: Checked::Looking,
            at: Question::Name,
            questions: asked,
            unsaved: None,
            keymap: Keymap::default(),
        }
    }

    /// Whether a question is the last.
    pub fn is_last(&self) -> bool {
        self.questions.last() == Some(&self.at)
    }

    /// The name that is typed, by the rule for names.
    pub fn named(&self) -> Result<Name, String> {
        Name::parse(self.name.text().trim()).map_err(|error| self.language.name_error(&error))
    }

    /// Takes in what happened, and says what the world should do about it.
    pub fn update(&mut self, happened: Happened) -> Option<Wish> {
        match happened {
            Happened::Began => {
                let asks = self.questions.contains(&Question::Server);
                asks.then(|| Wish::Look(self.server.text().to_owned()))
            }
            Happened::Pressed(key) => self.pressed(key),
            Happened::Pasted(text) => {
                // A field has one line, and a paste often ends with a line's end.
                self.typed(&clean::sentence(text.trim()))
            }
            Happened::Looked(server, checked) => {
                if server == self.server.text() {
                    self.checked = checked;
                }
                None
            }
            Happened::Unsaved(why) => {
                self.unsaved = Some(why);
                None
            }
        }
    }

    fn pressed(&mut self, key: Key) -> Option<Wish> {
        let action = self.keymap.does(key);
        match action {
            Some(Action::Send | Action::NewLine) => return self.entered(),
            Some(Action::Complete | Action::Down) => self.step(1),
            Some(Action::Up) => self.step(-1),
            Some(Action::Cancel | Action::ClearOrQuit) => return Some(Wish::Leave),
            Some(Action::Redraw) => return Some(Wish::Redraw),
            Some(Action::Suspend) => return Some(Wish::Suspend),
            _ if key.code == KeyCode::BackTab => self.step(-1),
            _ if self.at == Question::Language => self.choose(action, key),
            Some(action) => return self.edited(action),
            None => {
                let mut letter = [0; 4];
                return self.typed(key.types()?.encode_utf8(&mut letter));
            }
        }
        None
    }

    /// Enter: on to the next question, if this one is answered; after the last, start.
    fn entered(&mut self) -> Option<Wish> {
        match self.at {
            Question::Name if self.named().is_err() => return None,
            Question::Server if matches!(self.checked, Checked::NoAddress(_)) => return None,
            _ => {}
        }
        if !self.is_last() {
            self.step(1);
            return None;
        }
        let Ok(name) = self.named() else {
            self.at = Question::Name;
            return None;
        };
        if matches!(self.checked, Checked::NoAddress(_)) {
            self.at = Question::Server;
            return None;
        }
        let asked = |question| self.questions.contains(&question);
        let answers = Answers {
            name,
            server: asked(Question::Server).then(|| self.server.text().trim().to_owned()),
            language: asked(Question::Language).then_some(self.language),
        };
        Some(if self.unsaved.is_some() { Wish::Start(answers) } else { Wish::Save(answers) })
    }

    fn step(&mut self, by: isize) {
        let here = self.questions.iter().position(|question| *question == self.at).unwrap_or(0);
        let there = here.saturating_add_signed(by).min(self.questions.len() - 1);
        self.at = self.questions[there];
    }

    fn choose(&mut self, action: Option<Action>, key: Key) {
        let other = match self.language {
            Language::En => Language::Zh,
            Language::Zh => Language::En,
        };
        match (action, key.types()) {
            (Some(Action::Left | Action::Right), _) | (_, Some(' ')) => self.language = other,
            (_, Some('z' | 'Z' | '中')) => self.language = Language::Zh,
            (_, Some('e' | 'E')) => self.language = Language::En,
            _ => {}
        }
    }

    fn typed(&mut self, text: &str) -> Option<Wish> {
        if self.at == Question::Language {
            return None;
        }
        self.field().insert(text);
        self.changed()
    }

    fn edited(&mut self, action: Action) -> Option<Wish> {
        let field = self.field();
        match action {
            Action::Left => field.left(),
            Action::Right => field.right(),
            Action::WordLeft => field.word_left(),
            Action::WordRight => field.word_right(),
            Action::LineStart => field.home(),
            Action::LineEnd => _ = field.end(),
            Action::DeleteOrQuit if field.is_empty() => return Some(Wish::Leave),
            Action::DeleteForward | Action::DeleteOrQuit => field.erase_forward(),
            Action::DeleteBack => field.erase_back(),
            Action::KillToEnd => field.kill_to_end(),
            Action::KillToStart => field.kill_to_start(),
            Action::KillToSpace => field.kill_to_space(),
            Action::KillWordBack => field.kill_word_back(),
            Action::KillWordForward => field.kill_word_forward(),
            Action::Yank => field.yank(),
            _ => return None,
        }
        self.changed()
    }

    /// What is typed is looked for anew; moving the caret does no harm either.
    fn changed(&mut self) -> Option<Wish> {
        (self.at == Question::Server).then(|| {
            self.checked = Checked::Looking;
            Wish::Look(self.server.text().to_owned())
        })
    }

    fn field(&mut self) -> &mut Composer {
        match self.at {
            Question::Server => &mut self.server,
            Question::Name | Question::Language => &mut self.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::words::address::AddressFault;

    fn asked() -> Beginning {
        Beginning::new(&Questions {
            name: "yao".into(),
            server: Some("http://127.0.0.1:3000".into()),
            language: Language::En,
            ask_language: true,
        })
    }

    fn press(beginning: &mut Beginning, code: KeyCode) -> Option<Wish> {
        beginning.update(Happened::Pressed(code.into()))
    }

    fn types(beginning: &mut Beginning, text: &str) -> Vec<Wish> {
        text.chars().filter_map(|letter| press(beginning, KeyCode::Char(letter))).collect()
    }

    #[test]
    fn three_times_enter_takes_what_is_offered() {
        let mut beginning = asked();
        assert!(matches!(beginning.update(Happened::Began), Some(Wish::Look(_))));

        assert_eq!(press(&mut beginning, KeyCode::Enter), None);
        assert_eq!(press(&mut beginning, KeyCode::Enter), None);
        let wish = press(&mut beginning, KeyCode::Enter);

        let Some(Wish::Save(answers)) = wish else { panic!("{wish:?}") };
        assert_eq!(answers.name.as_str(), "yao");
        assert_eq!(answers.server.as_deref(), Some("http://127.0.0.1:3000"));
        assert_eq!(answers.language, Some(Language::En));
    }

    #[test]
    fn a_name_that_breaks_the_rule_says_so_as_it_is_typed_and_is_not_taken() {
        let mut beginning = asked();

        types(&mut beginning, " x");

        assert!(beginning.named().unwrap_err().contains("' '"));
        press(&mut beginning, KeyCode::Enter);
        assert_eq!(beginning.at, Question::Name);
        beginning.update(Happened::Pressed(Key::ctrl('u')));
        types(&mut beginning, "李白");
        press(&mut beginning, KeyCode::Enter);
        assert_eq!((beginning.at, beginning.name.text()), (Question::Server, "李白"));
    }

    #[test]
    fn a_server_is_looked_for_as_it_is_typed_and_an_old_answer_counts_for_nothing() {
        let mut beginning = asked();
        press(&mut beginning, KeyCode::Enter);

        let wishes = types(&mut beginning, "1");
        assert_eq!(wishes, [Wish::Look("http://127.0.0.1:30001".into())]);
        beginning.update(Happened::Looked("http://127.0.0.1:3000".into(), Checked::Reachable));
        assert_eq!(beginning.checked, Checked::Looking);
        let fault = AddressFault::NoHost;
        let wrong = Checked::NoAddress(AddressError { address: String::new(), fault });
        beginning.update(Happened::Looked("http://127.0.0.1:30001".into(), wrong));
        press(&mut beginning, KeyCode::Enter);

        assert_eq!(beginning.at, Question::Server);
    }

    #[test]
    fn the_language_changes_at_once_and_esc_leaves_from_everywhere() {
        let mut beginning = asked();
        press(&mut beginning, KeyCode::Down);
        assert_eq!(press(&mut beginning, KeyCode::Esc), Some(Wish::Leave));
        press(&mut beginning, KeyCode::Tab);

        press(&mut beginning, KeyCode::Right);

        assert_eq!((beginning.at, beginning.language), (Question::Language, Language::Zh));
        types(&mut beginning, "e");
        assert_eq!(beginning.language, Language::En);
        assert_eq!(press(&mut beginning, KeyCode::Esc), Some(Wish::Leave));
    }

    #[test]
    fn only_what_has_no_answer_is_asked() {
        let mut beginning = Beginning::new(&Questions {
            name: String::new(),
            server: None,
            language: Language::Zh,
            ask_language: false,
        });

        assert_eq!(beginning.update(Happened::Began), None);
        assert_eq!(press(&mut beginning, KeyCode::Enter), None);
        types(&mut beginning, "瑶");
        beginning.update(Happened::Unsaved(Fault::System { why: "no room".into() }));
        let wish = press(&mut beginning, KeyCode::Enter);

        let Some(Wish::Start(answers)) = wish else { panic!("{wish:?}") };
        assert_eq!((answers.server, answers.language), (None, None));
    }
}
