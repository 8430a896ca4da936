//! One running program, its input and what it printed.

use std::{
    io::{Read, Write},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use anyhow::{Context, Result};

use super::{
    process::{Signal, signal},
    wait::{eventually, eventually_some, lock},
};

/// A program that the test started. It is killed when the test lets go of it.
#[derive(Debug)]
pub struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    out: Arc<Mutex<Captured>>,
    err: Arc<Mutex<Captured>>,
}

/// How a program ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The exit code; for a program that a signal ended, 128 and the signal, as in a shell.
    pub code: i32,
    /// What it printed to standard output.
    pub out: String,
    /// What it printed to standard error.
    pub err: String,
}

#[derive(Debug, Default)]
struct Captured {
    bytes: Vec<u8>,
    ended: bool,
}

impl Program {
    /// Starts a program with all its streams in the test's hands.
    pub fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped());
        Self::spawn(command)
    }

    /// Starts a program whose standard input is `/dev/null`, as background jobs have it.
    pub fn without_input(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null());
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Result<Self> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let stdin = child.stdin.take();
        let out = capture(child.stdout.take());
        let err = capture(child.stderr.take());
        Ok(Self { child, stdin, out, err })
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, which: Signal) -> Result<()> {
        signal(self.pid(), which)
    }

    /// Writes to its standard input.
    pub fn write(&mut self, text: &str) -> Result<()> {
        let stdin = self.stdin.as_mut().context("its input is closed")?;
        stdin.write_all(text.as_bytes())?;
        Ok(stdin.flush()?)
    }

    /// Closes its standard input.
    pub fn close_input(&mut self) {
        self.stdin = None;
    }

    /// Writes to its standard input what may be more than a pipe holds, and closes it, meanwhile.
    pub fn feed(&mut self, text: String) {
        if let Some(mut stdin) = self.stdin.take() {
            // A program that ends before it has read all of it is the test's business elsewhere.
            thread::spawn(move || _ = stdin.write_all(text.as_bytes()));
        }
    }

    /// What it has printed to standard output so far.
    pub fn out(&self) -> String {
        text(&self.out)
    }

    /// What it has printed to standard output after so many bytes.
    pub fn out_from(&self, start: usize) -> String {
        let out = lock(&self.out);
        String::from_utf8_lossy(out.bytes.get(start..).unwrap_or_default()).into_owned()
    }

    /// What it has printed to standard error so far.
    pub fn err(&self) -> String {
        text(&self.err)
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Waits for a line of its standard output in which `look` finds something.
    pub fn wait_for_line<T>(
        &mut self,
        what: &str,
        deadline: Duration,
        mut look: impl FnMut(&str) -> Option<T>,
    ) -> Result<T> {
        let found = eventually_some(what, deadline, || {
            let found = self.out().lines().find_map(&mut look);
            match found {
                Some(found) => Some(Some(found)),
                None if self.has_ended() && lock(&self.out).ended => Some(None),
                None => None,
            }
        });
        let story = || format!("it printed:\n{}\n{}", self.out(), self.err());
        found.with_context(story)?.with_context(|| format!("it ended before {what}; {}", story()))
    }

    /// Waits until it has ended by itself.
    pub fn finish(&mut self, deadline: Duration) -> Result<Ended> {
        self.close_input();
        let status =
            eventually_some("the program ends", deadline, || self.child.try_wait().ok()?)
                .with_context(|| format!("it printed:\n{}\n{}", self.out(), self.err()))?;
        // Grandchildren may hold the pipes open, so that this wait is short and may be in vain.
        let both_ended = || lock(&self.out).ended && lock(&self.err).ended;
        drop(eventually("its output ends", Duration::from_secs(2), both_ended));
        Ok(Ended { code: code(status), out: self.out(), err: self.err() })
    }

    /// Kills it with SIGKILL, and returns when it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already; there is nobody to tell in either case.
        drop(self.kill());
    }
}

fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}

fn text(captured: &Mutex<Captured>) -> String {
    String::from_utf8_lossy(&lock(captured).bytes).into_owned()
}

fn capture(stream: Option<impl Read + Send + 'static>) -> Arc<Mutex<Captured>> {
    let captured = Arc::new(Mutex::new(Captured::default()));
    let shared = captured.clone();
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        if let Some(mut stream) = stream {
            // An error is the end of the stream as much as zero bytes are.
            while let Ok(n @ 1..) = stream.read(&mut buffer) {
                lock(&shared).bytes.extend_from_slice(&buffer[..n]);
            }
        }
        lock(&shared).ended = true;
    });
    captured
}
