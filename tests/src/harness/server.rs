//! The real server, killed and started again on its port and store.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::net::TcpSocket;

use super::{
    binaries, http,
    process::{Signal, rss_kib},
    program::{Ended, Program},
    wait::PATIENCE,
};

/// How a server is to be started.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Whether it forgets everything when it ends, rather than keeping a file.
    pub memory: bool,
    /// Further arguments; they stand after the harness's own and so count more than those.
    pub args: Vec<String>,
    /// What starts it, such as `unshare` with its arguments; nothing as a rule.
    pub within: Vec<String>,
    /// Keep the store in this file rather than in the server's own folder.
    pub store: Option<PathBuf>,
}

impl Default for Plan {
    /// A store in a file, and no limit on how much one may say.
    fn default() -> Self {
        let args = ["--rate", "off"].map(str::to_owned).to_vec();
        Self { memory: false, args, within: vec![], store: None }
    }
}

impl Plan {
    /// A server with further arguments.
    pub fn with(args: &[&str]) -> Self {
        Self { args: args.iter().map(ToString::to_string).collect(), ..Self::default() }
    }
}

/// A running `kpl-server` with a folder of its own. It is killed when the test lets go of it.
#[derive(Debug)]
pub struct Server {
    program: Option<Program>,
    plan: Plan,
    port: u16,
    /// The logs of the lives before this one.
    past: String,
    folder: TempDir,
    /// Bound but not listening, so that nobody else is given the port between two lives: neither
    /// a listener on port 0, nor the kernel for an outgoing connection.
    _reservation: TcpSocket,
}

impl Server {
    /// Starts a server that keeps a file and limits nobody.
    pub fn start() -> Result<Self> {
        Self::planned(Plan::default())
    }

    /// Starts a server.
    pub fn planned(plan: Plan) -> Result<Self> {
        let reservation = TcpSocket::new_v4()?;
        reservation.set_reuseaddr(true)?;
        reservation.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let port = reservation.local_addr()?.port();
        let folder = TempDir::new()?;
        let past = String::new();
        let mut server =
            Self { program: None, plan, port, past, folder, _reservation: reservation };
        server.begin()?;
        Ok(server)
    }

    /// Starts it again where it was, on the same port and store; what ran before is killed.
    pub fn restart(&mut self) -> Result<()> {
        self.kill()?;
        self.begin()
    }

    /// Kills it with SIGKILL, and returns when it is gone.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut program) = self.program.take() {
            program.kill()?;
            self.past.push_str(&program.err());
        }
        Ok(())
    }

    /// Asks it to end with SIGTERM, and waits until it has.
    pub fn stop(&mut self, deadline: Duration) -> Result<Ended> {
        self.signal(Signal::TERM)?;
        let ended = self.program.as_mut().context("it does not run")?.finish(deadline)?;
        self.program = None;
        self.past.push_str(&ended.err);
        Ok(ended)
    }

    /// Sends it a signal.
    pub fn signal(&self, which: Signal) -> Result<()> {
        self.program.as_ref().context("it does not run")?.signal(which)
    }

    /// The port of loopback on which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        let speaks_tls = self.plan.args.iter().any(|arg| arg.starts_with("--tls-"));
        let scheme = if speaks_tls { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Its process.
    pub fn pid(&self) -> Result<u32> {
        Ok(self.program.as_ref().context("it does not run")?.pid())
    }

    /// The memory that it holds.
    pub fn rss_kib(&self) -> Result<u64> {
        rss_kib(self.pid()?)
    }

    /// The file that it keeps.
    pub fn store(&self) -> PathBuf {
        self.plan.store.clone().unwrap_or_else(|| self.folder.path().join("kpl.db"))
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has printed to standard output in this life.
    pub fn out(&self) -> String {
        self.program.as_ref().map(Program::out).unwrap_or_default()
    }

    /// Everything that it has logged, in all its lives.
    pub fn log(&self) -> String {
        let present = self.program.as_ref().map(Program::err).unwrap_or_default();
        format!("{}{present}", self.past)
    }

    /// What `kpl-server` says to an order from this machine.
    pub fn told(&self, order: &[&str]) -> Result<Ended> {
        let mut command = Command::new(binaries::server()?);
        command.env_clear().env("HOME", self.folder());
        command.args(order).arg("--store").arg(format!("sqlite:{}", self.store().display()));
        Program::without_input(command)?.finish(PATIENCE)
    }

    /// What it prints to an order that is carried out.
    pub fn tell(&self, order: &[&str]) -> Result<String> {
        let ended = self.told(order)?;
        if ended.code != 0 || !ended.err.is_empty() {
            bail!("{order:?} was not carried out: {ended:?}");
        }
        Ok(ended.out)
    }

    /// The status of `/health`.
    pub fn health(&self) -> Result<u16> {
        Ok(http::get(self.port, "/health")?.status)
    }

    fn begin(&mut self) -> Result<()> {
        let mut program = Program::start(self.command()?)?;
        // With a certificate it names the host for which that holds.
        let place = format!(":{}", self.port);
        let says_where = |line: &str| line.contains(&place).then_some(());
        program
            .wait_for_line("the server says where it listens", PATIENCE, says_where)
            .with_context(|| format!("{:?}", self.plan))?;
        self.program = Some(program);
        Ok(())
    }

    fn command(&self) -> Result<Command> {
        let file = || format!("sqlite:{}", self.store().display());
        let store = if self.plan.memory { "memory".to_owned() } else { file() };
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = server_within(&self.plan.within, self.folder.path())?;
        command.args(["--listen", &listen, "--store", &store, "--log-format", "json"]);
        command.args(&self.plan.args);
        Ok(command)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The test has its verdict by now; that the server is gone already is no news to it.
        drop(self.kill());
        if thread::panicking() {
            let log: Vec<&str> = self.past.lines().collect();
            let tail = log[log.len().saturating_sub(40)..].join("\n");
            complain(&format!("the server at port {} logged last:\n{tail}", self.port));
        }
    }
}

/// Starts the server's program with these arguments only, in an environment of nothing but a home:
/// for servers that are to refuse to start.
pub fn bare(home: &Path, args: &[&str]) -> Result<Ended> {
    bare_in(home, &[], args)
}

/// The same with further variables.
pub fn bare_in(home: &Path, variables: &[(&str, &str)], args: &[&str]) -> Result<Ended> {
    let mut command = server_within(&[], home)?;
    command.envs(variables.iter().copied()).args(args);
    let mut program = Program::start(command)?;
    program.finish(PATIENCE)
}

fn server_within(within: &[String], home: &Path) -> Result<Command> {
    let binary = binaries::server()?;
    let mut command = match within {
        [] => Command::new(binary),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(binary);
            command
        }
    };
    command.env_clear().env("HOME", home).current_dir(home);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    Ok(command)
}

/// Says something to whoever reads the output of a failed test.
fn complain(text: &str) {
    use std::io::Write;
    // With standard error closed there is nobody to hear it.
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// Fails when a server has panicked in any of its lives.
pub fn assert_calm(server: &Server) -> Result<()> {
    let log = server.log();
    if let Some(line) = log.lines().find(|line| line.contains("panicked")) {
        bail!("the server panicked: {line}");
    }
    Ok(())
}
