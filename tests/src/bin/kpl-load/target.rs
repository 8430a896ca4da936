//! The server under test: started, pinned to a core, and weighed by the kernel's accounts.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use rustix::{
    io::Errno,
    process::{Resource, Rlimit, getrlimit, setrlimit},
    thread::{CpuSet, sched_setaffinity},
};
use tempfile::TempDir;

use crate::{
    settings::{Settings, Store},
    table,
};

/// The core of the server under test.
const SERVERS_CORE: usize = 0;
/// The core of the generator.
pub(crate) const OWN_CORE: usize = 1;

/// A program that can be started and measured.
#[derive(Debug)]
pub(crate) struct Program {
    /// What the table calls it.
    pub(crate) name: &'static str,
    path: PathBuf,
    args: Vec<String>,
    /// Whether it wants a folder for its store.
    keeps: bool,
}

impl Program {
    /// Our server, built if no path is given.
    pub(crate) fn server(settings: &Settings) -> anyhow::Result<Self> {
        let path = match settings.server() {
            Some(path) => path.clone(),
            None => build()?,
        };
        let args = ["--listen", "127.0.0.1:0", "--rate", "off", "--search-rate", "off"];
        let args = args.map(str::to_owned).to_vec();
        Ok(Self { name: "kpl-server", path, args, keeps: settings.store == Store::Sqlite })
    }

    /// The plain Node server beside it, if it is wanted and its packages are there.
    pub(crate) fn peer(settings: &Settings) -> Option<Self> {
        if settings.no_peer {
            return None;
        }
        let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
        if !clients.join("node_modules/socket.io").exists() {
            table::complain("no Node peer: run `npm ci` in tests/clients first");
            return None;
        }
        let args = vec![clients.join("peer.js").display().to_string()];
        Some(Self { name: "node", path: "node".into(), args, keeps: false })
    }

    /// Starts it on its core, with a store of its own, and waits until it says where it is.
    pub(crate) fn start(&self) -> anyhow::Result<Target> {
        let folder = TempDir::new()?;
        let store = self.keeps.then(|| folder.path().join("room.db"));
        self.start_with(folder, store.as_deref())
    }

    /// Starts it with a store that is there already, or is to stay.
    pub(crate) fn start_on(&self, store: &Path) -> anyhow::Result<Target> {
        self.start_with(TempDir::new()?, Some(store))
    }

    fn start_with(&self, folder: TempDir, store: Option<&Path>) -> anyhow::Result<Target> {
        let mut command = Command::new(&self.path);
        command.args(&self.args).stdin(Stdio::null()).stdout(Stdio::piped());
        if self.name == "kpl-server" {
            let store =
                store.map_or_else(|| "memory".into(), |path| format!("sqlite:{}", path.display()));
            command.args(["--store", &store, "--log", "error"]);
            command.env("XDG_CONFIG_HOME", folder.path());
        }
        let log = folder.path().join("log");
        command.stderr(fs::File::create(&log)?);
        // A child starts on the core of its parent.
        stay_on(SERVERS_CORE)?;
        let child = command.spawn();
        stay_on(OWN_CORE)?;
        let child = child.with_context(|| format!("cannot start {}", self.path.display()))?;
        let mut target =
            Target { address: SocketAddr::from(([127, 0, 0, 1], 0)), child, log, _folder: folder };
        target.address = target.announced()?;
        Ok(target)
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Target {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    child: Child,
    log: PathBuf,
    _folder: TempDir,
}

impl Target {
    /// The CPU time that the process has used, in all its threads.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        cpu(&self.child.id().to_string())
    }

    /// The memory that the process holds, in KiB.
    pub(crate) fn rss(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        status
            .lines()
            .find_map(|line| {
                line.strip_prefix("VmRSS:")?.trim().strip_suffix("kB")?.trim().parse().ok()
            })
            .context("the kernel tells no VmRSS")
    }

    /// How often it has panicked.
    pub(crate) fn panics(&self) -> anyhow::Result<usize> {
        let log = fs::read_to_string(&self.log)?;
        Ok(log.lines().filter(|line| line.contains("panicked")).count())
    }

    /// Whether the kernel still counts the server's end of a client's connection as open.
    pub(crate) fn holds(&self, client: SocketAddr) -> anyhow::Result<bool> {
        const ESTABLISHED: &str = "01";
        let end = |address: SocketAddr| match address {
            SocketAddr::V4(address) => {
                let ip = u32::from_le_bytes(address.ip().octets());
                Ok(format!("{ip:08X}:{:04X}", address.port()))
            }
            SocketAddr::V6(_) => anyhow::bail!("the load goes over IPv4"),
        };
        let (local, remote) = (end(self.address)?, end(client)?);
        Ok(fs::read_to_string("/proc/net/tcp")?.lines().any(|line| {
            let mut fields = line.split_ascii_whitespace().skip(1);
            fields.next() == Some(&local)
                && fields.next() == Some(&remote)
                && fields.next() == Some(ESTABLISHED)
        }))
    }

    /// Reads where the server listens from what it prints, and goes on reading so that it never
    /// waits for a reader.
    fn announced(&mut self) -> anyhow::Result<SocketAddr> {
        let output = self.child.stdout.take().context("the server has no output")?;
        let (tell, told) = mpsc::sync_channel(1);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let address = line.split("http://").nth(1).and_then(|rest| {
                    let is_of_address =
                        |letter: char| letter.is_ascii_digit() || ".:".contains(letter);
                    rest.split(|letter| !is_of_address(letter)).next()?.parse().ok()
                });
                if let Some(address) = address {
                    // Only the first is waited for.
                    tell.try_send(address).ok();
                }
            }
        });
        told.recv_timeout(Duration::from_secs(30)).context("the server did not say where it is")
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to do then.
        self.child.kill().ok();
        self.child.wait().ok();
        if let Ok(log) = fs::read_to_string(&self.log)
            && !log.is_empty()
        {
            table::complain(log.trim_end());
        }
    }
}

/// The CPU time that this process has used.
pub(crate) fn own_cpu() -> anyhow::Result<Duration> {
    cpu("self")
}

/// Reads utime and stime, proc(5): fields 14 and 15, in ticks. The second field may hold spaces.
fn cpu(process: &str) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").context("an unknown form of /proc/PID/stat")?;
    let ticks = |field: usize| fields.split(' ').nth(field - 3).and_then(|t| t.parse::<u32>().ok());
    let (user, system) = ticks(14).zip(ticks(15)).context("no CPU time in /proc/PID/stat")?;
    let hertz = u32::try_from(rustix::param::clock_ticks_per_second())?;
    Ok(Duration::from_secs(1) * (user + system) / hertz)
}

/// Lets this process and its children open as many files as the system allows.
pub(crate) fn allow_many_files() -> anyhow::Result<()> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}

/// Keeps this thread, and the processes it starts, on one core. Where there is no such core, both
/// programs share what there is, and the figures are worth less.
pub(crate) fn stay_on(core: usize) -> anyhow::Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    match sched_setaffinity(None, &set) {
        Err(error) if error != Errno::INVAL => Err(error.into()),
        _ => Ok(()),
    }
}

/// Builds the server with the profile that this program was built with.
fn build() -> anyhow::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--package", "kpl-server", "--bin", "kpl-server"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    ensure!(command.status()?.success(), "the server does not build");
    Ok(env::current_exe()?.with_file_name("kpl-server"))
}
