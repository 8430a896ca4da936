//! The control socket: whoever owns this machine's account gives orders to a running server, one
//! JSON object a line, each answered with one.
//!
//! It lies beside the store, and only the account that runs the server can open it. The server that
//! makes it holds the store's lock: what lies there from an earlier one is dead.

use std::{
    fs::{self, Permissions},
    io::{self, BufRead, BufReader, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail};
use kpl_shared::{
    names::RoomName,
    order::{Order, Ordered},
    text::steers_a_screen,
};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, unix::OwnedReadHalf},
    time::timeout,
};

use crate::{
    settings::{StoreSetting, orders::Wish},
    steward::{By, Steward},
    store::Entry,
};

/// How long a request may be, in bytes.
const MAX_REQUEST_BYTES: u64 = 64 * 1024;
/// How long whoever has opened the socket may say nothing.
const PATIENCE: Duration = Duration::from_secs(10);
/// Who orders, in the audit log: what nobody can be called.
const CONSOLE: &str = "(console)";

/// What is asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Asked {
    /// The newest entries of the audit log.
    Audit {
        /// How many.
        audit: u32,
    },
    /// There is to be an invite.
    Invite {
        /// As it is ordered.
        invite: Order,
        /// To the server at this address; where it listens when absent.
        at: Option<String>,
    },
    /// Something is to be done.
    Order {
        /// What.
        order: Order,
        /// In which room; the ordinary one when absent.
        #[serde(default)]
        room: RoomName,
    },
}

/// What is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Answer {
    /// The entries.
    Audit {
        /// Oldest first.
        entries: Vec<Entry>,
    },
    /// There is an invite.
    Invited {
        /// The link that is it.
        link: String,
    },
    /// It is done.
    Done(Ordered),
    /// It is not.
    Refused {
        /// Always false.
        ok: bool,
        /// Why, for people.
        message: String,
    },
}

/// The socket, which is removed when the server lets go of it.
#[derive(Debug)]
pub struct Control {
    listener: UnixListener,
    path: PathBuf,
    url: String,
}

impl Control {
    /// Makes the socket beside the store, of a server that is reached at this address.
    pub fn beside(store: &Path, url: String) -> io::Result<Self> {
        let path = path(store);
        // Nobody else ever sees it before it is closed to them.
        let draft = path.with_extension("sock.new");
        for old in [&path, &draft] {
            match fs::remove_file(old) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let listener = UnixListener::bind(&draft)?;
        fs::set_permissions(&draft, Permissions::from_mode(0o600))?;
        fs::rename(&draft, &path)?;
        Ok(Self { listener, path, url })
    }

    /// Answers whoever comes, until it is dropped.
    pub async fn serve(&self, steward: Arc<Steward>) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let (steward, url) = (steward.clone(), self.url.clone());
                    let (read, mut write) = stream.into_split();
                    tokio::spawn(async move {
                        if let Ok(Some(asked)) = timeout(PATIENCE, request(read)).await {
                            let answer = answer(&steward, &url, &asked).await;
                            // Whoever asked may have gone; the audit log has it all the same.
                            let _gone = write.write_all(&answer).await;
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the control socket");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // What is left there is dead, and the next server removes it.
        let _left = fs::remove_file(&self.path);
    }
}

/// Where the socket of a store is.
fn path(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".sock");
    name.into()
}

/// Asks the server that has this store, and prints what it answers.
pub fn ask(wish: Wish, setting: &StoreSetting) -> anyhow::Result<()> {
    let StoreSetting::Sqlite(store) = setting else {
        bail!("a server that keeps history in memory has no control socket");
    };
    let path = path(store);
    let mut stream = UnixStream::connect(&path).with_context(|| {
        format!(
            "no server answers at {}; start it, or say with --store which one is meant",
            path.display()
        )
    })?;
    let asked = match wish {
        Wish::Audit(audit) => Asked::Audit { audit },
        Wish::Order(order, room) => Asked::Order { order, room },
        Wish::Invite(invite, at) => Asked::Invite { invite, at },
    };
    let mut line = serde_json::to_vec(&asked)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    match serde_json::from_str(&answer).context("the server went away; nothing is known of it")? {
        Answer::Refused { message, .. } => bail!("{message}"),
        Answer::Audit { entries } => print(&entries),
        Answer::Invited { link } => Ok(writeln!(io::stdout(), "{link}")?),
        Answer::Done(Ordered { sanctions, invites, .. }) => {
            print(&sanctions)?;
            print(&invites)
        }
    }
}

/// One JSON object a line, for people and for programs.
fn print<T: Serialize>(lines: &[T]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{}", harmless(&serde_json::to_string(line)?))?;
    }
    Ok(out.flush()?)
}

/// The same JSON with everything escaped that a terminal would obey: what was ordered in vain may
/// hold anything.
fn harmless(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut harmless, letter| {
        if steers_a_screen(letter) {
            let units = letter.encode_utf16(&mut [0; 2]).to_vec();
            harmless.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            harmless.push(letter);
        }
        harmless
    })
}

async fn request(stream: OwnedReadHalf) -> Option<String> {
    let mut line = String::new();
    let mut stream = tokio::io::BufReader::new(stream.take(MAX_REQUEST_BYTES));
    stream.read_line(&mut line).await.ok()?;
    line.ends_with('\n').then_some(line)
}

async fn answer(steward: &Steward, url: &str, asked: &str) -> Vec<u8> {
    let refused = |message: String| Answer::Refused { ok: false, message };
    let by = |room| By { name: CONSOLE.into(), key: None, room };
    let answer = match serde_json::from_str(asked) {
        Ok(Asked::Invite { invite, at }) => {
            match steward.carry_out(&invite, &by(RoomName::default())).await {
                Ok(Ordered { code: Some(code), .. }) => {
                    Answer::Invited { link: code.link(at.as_deref().unwrap_or(url)) }
                }
                Ok(ordered) => Answer::Done(ordered),
                Err(refusal) => refused(refusal.to_string()),
            }
        }
        Ok(Asked::Order { order, room }) => match steward.carry_out(&order, &by(room)).await {
            Ok(ordered) => Answer::Done(ordered),
            Err(refusal) => refused(refusal.to_string()),
        },
        Ok(Asked::Audit { audit }) => match steward.store.audit(audit).await {
            Ok(entries) => Answer::Audit { entries },
            Err(error) => refused(format!("the audit log cannot be read: {error}")),
        },
        Err(error) => refused(format!("that is no request: {error}")),
    };
    let mut line = serde_json::to_vec(&answer).unwrap_or_default();
    line.push(b'\n');
    line
}
