//! The page's own client, run by Node without a browser: for crowds.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::{program::Program, raw::key_of, wait::eventually};

/// Somebody at a page.
#[derive(Debug)]
pub struct PagePerson {
    /// Their name.
    pub name: String,
    /// What they heard, with its number, in the order in which they heard it.
    pub heard: Vec<(u64, String)>,
    /// How many lines of theirs are not known to be kept.
    pub waiting: usize,
    /// What the page said of its link last.
    pub state: String,
    program: Program,
    read: usize,
}

impl PagePerson {
    /// Begins to connect to a port of loopback under a name, with a key of its own.
    pub fn join(port: u16, name: &str) -> Result<Self> {
        let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
        let is_there = clients.join("node_modules/ws").exists();
        ensure!(is_there, "the packages of tests/clients are missing: run `npm ci` there");
        let mut command = Command::new("node");
        let url = format!("http://127.0.0.1:{port}/");
        command.arg(clients.join("page_person.mjs")).args([&url, name, &key_of(name)]);
        Ok(Self {
            name: name.into(),
            heard: vec![],
            waiting: 0,
            state: String::new(),
            program: Program::start(command)?,
            read: 0,
        })
    }

    /// Says a line, now or as soon as there is a link.
    pub fn say(&mut self, text: &str) -> Result<()> {
        self.waiting += 1;
        self.program.write(&format!("{}\n", Value::from(text)))
    }

    /// Takes in what has happened.
    pub fn look(&mut self) -> Result<&Self> {
        let told = self.program.out_from(self.read);
        let whole = told.rfind('\n').map_or(0, |end| end + 1);
        self.read += whole;
        for line in told[..whole].lines() {
            let event: Value = serde_json::from_str(line)?;
            if let (Some(seq), Some(text)) = (event["seq"].as_u64(), event["text"].as_str()) {
                self.heard.push((seq, text.into()));
            }
            if let Some(waiting) = event["waiting"].as_u64() {
                self.waiting = usize::try_from(waiting)?;
            }
            if let Some(state) = event["state"].as_str() {
                self.state = state.into();
            }
            ensure!(event["lost"].is_null(), "{} has lost {event}", self.name);
        }
        Ok(self)
    }

    /// Waits until what happened is as the condition wants it.
    pub fn wait(
        &mut self,
        deadline: Duration,
        what: &str,
        mut condition: impl FnMut(&Self) -> bool,
    ) -> Result<()> {
        let mut looked = Ok(());
        let waited = eventually(what, deadline, || match self.look().map(&mut condition) {
            Ok(is_so) => is_so,
            Err(error) => {
                looked = Err(error);
                true
            }
        });
        looked?;
        waited.map_err(|error| {
            let (heard, err) = (self.heard.len(), self.program.err());
            error.context(format!("{} is {}, heard {heard}, {err}", self.name, self.state))
        })
    }
}
