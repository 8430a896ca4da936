//! `kpl-chat doctor`: looks at everything that a chat needs, and says in words what is wrong.
//!
//! - `here`: this machine: language, folders, key, clipboard
//! - `terminal`: the terminal: its size, its widths, its colours
//! - `there`: the way to the server, and whether it lets us in
//! - `finding`: what was found, and how it is printed

mod finding;
mod here;
mod terminal;
mod there;

use std::io;

use self::finding::{Findings, Verdict};
use crate::{exit::Exit, settings::Settings};

/// Looks at everything, a line each, the quick things first. Ends well if one can chat.
pub async fn run(settings: &Settings) -> anyhow::Result<Exit> {
    let mut findings = Findings::new(settings.language, io::stdout());
    match look(settings, &mut findings).await {
        // Whoever reads it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        looked => looked.map_err(anyhow::Error::from),
    }
}

async fn look(settings: &Settings, findings: &mut Findings) -> io::Result<Exit> {
    here::look(settings, findings).await?;
    terminal::look(findings)?;
    there::look(settings, findings).await?;
    findings.conclude()?;
    Ok(if findings.worst() == Verdict::Wrong { Exit::Unreachable } else { Exit::Done })
}
