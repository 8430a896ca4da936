//! Asks for the server's password where there is no screen: on the terminal, whatever is piped, and
//! without showing it.

use std::{
    fs::{File, OpenOptions},
    thread,
};

use kpl_shared::{
    handshake::Password,
    refusal::{Code, Refusal},
};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::sync::oneshot;

use crate::{
    exit::{self, Exit},
    io::connection::Connection,
    model::words::Language,
    start::Signals,
};

/// How often one may try.
const TRIES: u32 = 3;

/// Who asks, and how often it has.
#[derive(Debug, Default)]
pub struct Unlocking {
    tried: u32,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// This password is being tried.
    Tried(Password),
    /// The server wants something else, or nobody can be asked.
    Nobody,
    /// A signal came first.
    Ended(Exit),
}

impl Unlocking {
    /// Asks for the password, if that is what the server wants, and tries it.
    pub async fn ask(
        &mut self,
        connection: &Connection,
        refusal: &Refusal,
        signals: &mut Signals,
        words: Language,
    ) -> Asked {
        if refusal.code != Code::PasswordRequired || self.tried >= TRIES {
            return Asked::Nobody;
        }
        if self.tried > 0 {
            exit::say(&words.password_wrong());
        }
        self.tried += 1;
        let Some(terminal) = Terminal::open() else { return Asked::Nobody };
        let prompt = format!("{}: ", words.password_prompt());
        let password = tokio::select! {
            exit = signals.next() => {
                drop(terminal);
                exit::say("");
                return Asked::Ended(exit);
            }
            typed = typed(prompt) => typed,
        };
        match password {
            Some(password) => {
                connection.unlock(password.clone()).await;
                Asked::Tried(password)
            }
            None => Asked::Nobody,
        }
    }
}

/// What somebody types at the terminal. Nothing can end the thread that waits for it, so it is none
/// of the runtime's, which would wait for it at the end.
async fn typed(prompt: String) -> Option<Password> {
    let (answer, answered) = oneshot::channel();
    let reading = thread::Builder::new().name("kpl-password".into());
    let reading = reading.spawn(move || {
        let typed = rpassword::prompt_password(prompt).ok();
        // Nobody waits for it any more when a signal came first.
        let _unheard = answer.send(typed.and_then(|typed| Password::parse(&typed).ok()));
    });
    reading.ok()?;
    answered.await.ok().flatten()
}

/// The terminal as it was, which it is again when this is dropped.
struct Terminal {
    file: File,
    was: Termios,
}

impl Terminal {
    fn open() -> Option<Self> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
        let was = tcgetattr(&file).ok()?;
        Some(Self { file, was })
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A terminal that has gone shows nothing either way.
        let _gone = tcsetattr(&self.file, OptionalActions::Now, &self.was);
    }
}
