//! What the program says on the terminal it was started from, in Chinese or English.

use std::{io::Write, net::SocketAddr, process::ExitCode};

use crate::settings::{SettingsError, StoreSetting};

/// The exit code of a usage error: the command line, the environment or the settings file.
const USAGE: u8 = 2;
/// The exit code of everything else that goes wrong.
const RUNTIME: u8 = 1;

/// Says where the room is and how to join it.
pub fn welcome(address: SocketAddr, store: &StoreSetting) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let reachable = reachable(address);
    let url = format!("http://{reachable}");
    let program = if std::env::var_os("CARGO").is_some() {
        "cargo run --release -p kpl-chat --"
    } else {
        "kpl-chat"
    };
    let join = format!("{program} --name 李白 --url {url}");
    let kept = match store {
        StoreSetting::Memory => None,
        StoreSetting::Sqlite(path) => Some(path.display().to_string()),
    };
    if in_chinese() {
        writeln!(out, "房间 KPL 已开放:  {url}")?;
        writeln!(out, "在另一个终端加入:  {join}")?;
        match kept {
            Some(path) => writeln!(out, "聊天记录保存在:  {path}")?,
            None => writeln!(out, "聊天记录只在内存里，退出即消失")?,
        }
        writeln!(out, "按 Ctrl+C 停止")?;
    } else {
        writeln!(out, "The room KPL is open at  {url}")?;
        writeln!(out, "Join from another terminal:  {join}")?;
        match kept {
            Some(path) => writeln!(out, "History is kept in  {path}")?,
            None => writeln!(out, "History is kept in memory only, and gone when this stops")?,
        }
        writeln!(out, "Ctrl+C stops it")?;
    }
    out.flush()
}

/// Says what is wrong with the settings.
pub fn usage(error: &SettingsError) -> ExitCode {
    match error {
        SettingsError::Arguments(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(USAGE);
            let _nobody_reads = error.print();
            ExitCode::from(code)
        }
        error => {
            let _nobody_reads = writeln!(std::io::stderr(), "kpl-server: {error}");
            ExitCode::from(USAGE)
        }
    }
}

/// Says what went wrong.
pub fn failure(error: &anyhow::Error) -> ExitCode {
    let _nobody_reads = writeln!(std::io::stderr(), "kpl-server: {error:#}");
    ExitCode::from(RUNTIME)
}

/// The address as one would dial it: "any address" is none.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

fn in_chinese() -> bool {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .is_some_and(|value| value.starts_with("zh"))
}
