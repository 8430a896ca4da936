//! The first start: asks on the screen who one is and where the server is, and saves the answers.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use tokio::sync::mpsc;

use crate::{
    exit::Exit,
    io::{
        address::Address,
        folders,
        keyboard::Keyboard,
        probe::{self, Unanswered},
        terminal::Screen,
        trust::Trust,
    },
    model::{
        begin::{Answers, Beginning, Checked, Happened, Questions, Wish},
        event::Event,
        words::{Language, fault::Fault, trouble::Trouble},
    },
    settings::{Settings, entries},
    start::Signals,
    view::begin::view,
};

/// How long nothing is typed before a server is looked for.
const PAUSE: Duration = Duration::from_millis(250);
/// How long a server has to answer, for people.
const SECONDS: u64 = probe::TIMEOUT.as_secs();

/// Puts the questions. Returns the settings with the answers, or how the program ends instead.
pub async fn run(
    settings: &Settings,
    questions: &Questions,
    signals: &mut Signals,
) -> anyhow::Result<Result<Settings, Exit>> {
    let mut screen = Screen::open()?;
    let mut keyboard = Keyboard::open()?;
    let mut beginning = Beginning::new(questions);
    let (looked, mut seen) = mpsc::channel(8);
    let mut wish = beginning.update(Happened::Began);
    loop {
        match wish.take() {
            Some(Wish::Look(server)) => look(server, settings.trust.clone(), looked.clone()),
            Some(Wish::Save(answers)) => match save(&answers) {
                Ok(()) => return Ok(Ok(settings.clone().answered(&answers)?)),
                Err(fault) => _ = beginning.update(Happened::Unsaved(fault)),
            },
            Some(Wish::Start(answers)) => return Ok(Ok(settings.clone().answered(&answers)?)),
            Some(Wish::Leave) => return Ok(Err(Exit::Done)),
            Some(Wish::Redraw) => screen.forget_all()?,
            Some(Wish::Suspend) => {
                screen.suspend().await?;
                screen.take_back()?;
            }
            None => {}
        }
        screen.draw(|frame| view(&beginning, frame))?;
        let happened = tokio::select! {
            exit = signals.next() => return Ok(Err(exit)),
            typed = keyboard.next() => match typed {
                Some(Event::Pressed(key)) => Happened::Pressed(key),
                Some(Event::Pasted(text)) => Happened::Pasted(text),
                Some(_) => continue,
                None => return Ok(Err(Exit::Failed)),
            },
            _ = screen.disturbed() => {
                screen.take_back()?;
                continue;
            }
            Some((server, checked)) = seen.recv() => Happened::Looked(server, checked),
        };
        wish = beginning.update(happened);
    }
}

/// Looks for a server, beside the runtime and after a pause: what is typed on meanwhile is looked
/// for by itself, and the answer about this is then an old one.
fn look(server: String, trust: Trust, looked: mpsc::Sender<(String, Checked)>) {
    tokio::spawn(async move {
        let checked = match Address::parse(&server) {
            Err(error) => Checked::NoAddress(error),
            Ok(address) => {
                tokio::time::sleep(PAUSE).await;
                let found = tokio::task::spawn_blocking(move || checked(&address, &trust)).await;
                // It does not panic; if it does, nothing is known.
                found.unwrap_or(Checked::Looking)
            }
        };
        // Who has answered everything meanwhile wants to know nothing more.
        let _unwanted = looked.send((server, checked)).await;
    });
}

fn checked(address: &Address, trust: &Trust) -> Checked {
    let at = address.to_string();
    let trouble = match probe::socket_io(address, trust) {
        Ok(true) => return Checked::Reachable,
        Ok(false) | Err(Unanswered::NoHttp) => Trouble::Stranger { at },
        Err(Unanswered::NoHost(_)) => Trouble::UnknownHost { at },
        Err(Unanswered::NoServer(_)) => Trouble::NoServer { at },
        Err(Unanswered::Late) => Trouble::NoAnswer { at, seconds: SECONDS },
        Err(Unanswered::Tls(trouble)) => trouble,
    };
    Checked::Unreachable(trouble)
}

fn save(answers: &Answers) -> Result<(), Fault> {
    let path = folders::config_file()?;
    write(&path, &file(answers)).map_err(|error| Fault::System { why: error.to_string() })
}

/// Writes the settings for their owner alone; those that are there already are left as they are.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        folders::make_private(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn file(answers: &Answers) -> String {
    let language = answers.language.map(|language| match language {
        Language::En => "en",
        Language::Zh => "zh",
    });
    // An invite is used now and then no more, and a secret.
    let server = answers.server.as_deref().map(|link| match link.split_once('#') {
        Some((address, _)) => address.trim_end_matches('/'),
        None => link,
    });
    let entries = [("name", Some(answers.name.as_str())), ("url", server), ("lang", language)];
    let known = entries.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let known: Vec<(&str, &str)> = known.collect();
    entries::written(&known, answers.language.unwrap_or_default())
}
