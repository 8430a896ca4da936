//! What the program says on the terminal it was started from, in Chinese or English.

use std::{io::Write, net::SocketAddr, process::ExitCode};

use crate::{
    http::certificate::Certificate,
    settings::{SettingsError, StoreSetting},
};

/// The exit code of a usage error: the command line, the environment or the settings file.
const USAGE: u8 = 2;
/// The exit code of everything else that goes wrong.
const RUNTIME: u8 = 1;

/// Says where the room is and how to join it.
pub fn welcome(
    address: SocketAddr,
    store: &StoreSetting,
    certificate: Option<&Certificate>,
    invites: bool,
) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let url = url(address, certificate);
    let (program, invite) = if std::env::var_os("CARGO").is_some() {
        ("cargo run --release -p kpl-chat --", "cargo run --release -- invite")
    } else {
        ("kpl-chat", "kpl-server invite")
    };
    let join = match certificate {
        Some(Certificate { fingerprint, is_self_signed: true, .. }) => {
            format!("{program} --name 李白 --url {url} --fingerprint {fingerprint}")
        }
        _ => format!("{program} --name 李白 --url {url}"),
    };
    let kept = match store {
        StoreSetting::Memory => None,
        StoreSetting::Sqlite(path) => Some(path.display().to_string()),
    };
    if in_chinese() {
        writeln!(out, "房间 KPL 已开放:  {url}  （也可以用浏览器打开）")?;
        writeln!(out, "在另一个终端加入:  {join}")?;
        if invites {
            writeln!(out, "邀请别人:  {invite}")?;
        }
        if let Some(Certificate { fingerprint, .. }) = certificate {
            writeln!(out, "证书的 SHA-256 指纹:  {fingerprint}")?;
        }
        match kept {
            Some(path) => writeln!(out, "聊天记录保存在:  {path}")?,
            None => writeln!(out, "聊天记录只在内存里，退出即消失")?,
        }
        writeln!(out, "按 Ctrl+C 停止")?;
    } else {
        writeln!(out, "The room KPL is open at  {url}  (also in a browser)")?;
        writeln!(out, "Join from another terminal:  {join}")?;
        if invites {
            writeln!(out, "Invite somebody:  {invite}")?;
        }
        if let Some(Certificate { fingerprint, .. }) = certificate {
            writeln!(out, "SHA-256 fingerprint of its certificate:  {fingerprint}")?;
        }
        match kept {
            Some(path) => writeln!(out, "History is kept in  {path}")?,
            None => writeln!(out, "History is kept in memory only, and gone when this stops")?,
        }
        writeln!(out, "Ctrl+C stops it")?;
    }
    out.flush()
}

/// Warns if others on the way can read what is said to this address: then they can take the keys
/// that prove names, too.
pub fn warn_if_readable(address: SocketAddr, encrypted: bool) {
    if let Some(warning) = readable(address, encrypted, in_chinese()) {
        let _nobody_reads = writeln!(std::io::stderr(), "kpl-server: {warning}");
    }
}

fn readable(address: SocketAddr, encrypted: bool, in_chinese: bool) -> Option<&'static str> {
    if encrypted || address.ip().to_canonical().is_loopback() {
        return None;
    }
    Some(if in_chinese {
        "没有加密：途中的人能看到所说的话，也能窃取证明名字的密钥；\
         用 --tls-cert 和 --tls-key、--tls-self-signed，或由前面的代理加密"
    } else {
        "nothing is encrypted: others on the way can read what is said, and take the keys that \
         prove names; use --tls-cert and --tls-key, --tls-self-signed, or a proxy before it"
    })
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

/// What one dials: with a certificate that somebody vouches for, a host that it names, as it holds
/// for no other.
pub fn url(address: SocketAddr, certificate: Option<&Certificate>) -> String {
    let address = reachable(address);
    match certificate {
        None => format!("http://{address}"),
        Some(Certificate { host: Some(host), is_self_signed: false, .. }) => {
            format!("https://{host}:{}", address.port())
        }
        Some(_) => format!("https://{address}"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_reached_from_elsewhere_without_tls_is_warned() {
        let warned = |address: &str, encrypted| {
            readable(address.parse().unwrap(), encrypted, false).is_some()
        };

        assert!(warned("0.0.0.0:3000", false) && warned("192.0.2.1:3000", false));
        assert!(warned("[::]:3000", false));
        assert!(!warned("0.0.0.0:3000", true));
        for here in ["127.0.0.1:3000", "127.9.9.9:1", "[::1]:3000", "[::ffff:127.0.0.1]:3000"] {
            assert!(!warned(here, false), "{here}");
        }
        assert!(readable(([0, 0, 0, 0], 1).into(), false, true).unwrap().contains("加密"));
    }
}
