//! Signals, memory and connections of a process that the test started.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow};
use rustix::process::{Pid, kill_process};

pub use rustix::process::Signal;

/// Sends a signal to a process of the test's own.
pub fn signal(pid: u32, signal: Signal) -> Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).context("not a process id")?;
    kill_process(pid, signal).with_context(|| format!("cannot send {signal:?} to {pid:?}"))
}

/// How much memory a process holds, in KiB, as the kernel accounts it.
pub fn rss_kib(pid: u32) -> Result<u64> {
    status_field(pid, "VmRSS:")?
        .split_whitespace()
        .next()
        .and_then(|kib| kib.parse().ok())
        .context("VmRSS is not a number")
}

/// Whether a process is stopped (by SIGSTOP or ^Z).
pub fn is_stopped(pid: u32) -> bool {
    status_field(pid, "State:").is_ok_and(|state| state.starts_with('T'))
}

fn status_field(pid: u32, field: &str) -> Result<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let value = status.lines().find_map(|line| line.strip_prefix(field));
    value.map(|value| value.trim().to_owned()).ok_or_else(|| anyhow!("no {field} for {pid}"))
}

/// The local ports of a process's established connections to the port `remote` of loopback.
///
/// It stays readable while the process is stopped.
pub fn ports_towards(pid: u32, remote: u16) -> Result<Vec<u16>> {
    let mut sockets = Vec::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
        // A descriptor may be closed between the listing and the look.
        let Ok(target) = fs::read_link(entry?.path()) else { continue };
        sockets.push(target.display().to_string());
    }
    let connections = connections()?;
    let towards = connections.iter().filter(|c| c.remote == remote && c.established);
    let own = towards.filter(|c| sockets.contains(&format!("socket:[{}]", c.inode)));
    Ok(own.map(|c| c.local).collect())
}

/// Whether the side that listens at `server` still holds its connection with the port `client`
/// open: neither end of it was shut down or reset.
pub fn is_connected(server: u16, client: u16) -> Result<bool> {
    Ok(untaken(server, client)?.is_some())
}

/// How many bytes the side that listens at `server` has sent to the port `client` that were not
/// taken yet; `None` if it does not hold that connection open any more.
pub fn untaken(server: u16, client: u16) -> Result<Option<u64>> {
    let connections = connections()?;
    let mut open = connections.iter().filter(|c| c.established);
    Ok(open.find(|c| c.local == server && c.remote == client).map(|c| c.untaken))
}

/// A line of the kernel's table of TCP connections.
struct Connection {
    local: u16,
    remote: u16,
    established: bool,
    untaken: u64,
    inode: String,
}

fn connections() -> Result<Vec<Connection>> {
    let table = fs::read_to_string(Path::new("/proc/net/tcp"))?;
    let mut connections = Vec::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, local, remote, state, queues, _, _, _, _, inode, ..] = fields[..] else {
            continue;
        };
        connections.push(Connection {
            local: port(local)?,
            remote: port(remote)?,
            established: state == "01",
            untaken: u64::from_str_radix(queues.split(':').next().unwrap_or_default(), 16)?,
            inode: inode.into(),
        });
    }
    Ok(connections)
}

fn port(address: &str) -> Result<u16> {
    let (_, port) = address.split_once(':').context("an address without a port")?;
    Ok(u16::from_str_radix(port, 16)?)
}
