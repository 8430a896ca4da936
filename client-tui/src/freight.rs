//! Files on their way without a screen: brought one after the other, each to be said then.

use std::time::Duration;

use kpl_shared::{file::File, handshake::Password};
use tokio::{sync::mpsc, time::sleep};

use crate::{
    io::files::{FileServer, carrier::Carrier},
    model::{
        event::{Event, Link},
        room::carrying::{Carrying, Errand, News},
        words::files::FileTrouble,
    },
    start,
};

/// The files that one program has to bring.
#[derive(Debug)]
pub struct Freight {
    carrying: Carrying,
    carrier: Carrier,
    told: mpsc::Receiver<Event>,
    /// How many bytes the server takes, while there is a link to it.
    takes: Option<u64>,
}

/// What happened to a file.
#[derive(Debug)]
pub enum Passed {
    /// Some of it has left.
    Moved,
    /// The server has it.
    Brought(Box<File>),
    /// It is tried again for this reason.
    Hindered(FileTrouble),
    /// The file of this name came to nothing.
    Failed(String, FileTrouble),
}

impl Freight {
    /// Files of these paths, for this server.
    pub fn new(server: FileServer, paths: Vec<String>) -> Self {
        let (carrier, told) = Carrier::new(server);
        let mut carrying = Carrying::default();
        for path in paths {
            carrying.push(Errand::Bring { path, most: 0 });
        }
        Self { carrying, carrier, told, takes: None }
    }

    /// Whether there is no file left.
    pub fn is_empty(&self) -> bool {
        self.carrying.is_empty()
    }

    /// What the files are called that are left.
    pub fn left(&self) -> Vec<String> {
        self.carrying.iter().map(|carried| carried.errand.name().to_owned()).collect()
    }

    /// Takes in what the link brings, as far as it is about these files.
    pub fn hear(&mut self, link: &Link) {
        match link {
            Link::Greeted(hello) => self.takes = Some(hello.limits.file_bytes),
            Link::FoundPlain => self.takes = Some(0),
            Link::Lost { .. } | Link::TurnedAway(_) | Link::Distrusted(_) | Link::Dialled => {
                self.takes = None;
            }
            _ => {}
        }
    }

    /// The server wants this password.
    pub fn unlock(&mut self, password: Password) {
        self.carrier.unlock(password);
    }

    /// Brings the first file, if it is its turn, and waits for what happens to it.
    pub async fn next(&mut self) -> Passed {
        loop {
            if let Some((number, errand)) = self.carrying.depart(start::now(), self.takes) {
                if matches!(errand, Errand::Bring { most: 0, .. }) {
                    return self.failed(number, FileTrouble::NotThere);
                }
                self.carrier.carry(number, errand);
            }
            tokio::select! {
                told = self.told.recv() => {
                    if let Some(Event::Carried(number, news)) = told {
                        return self.passed(number, news);
                    }
                }
                () = due(self.carrying.until().filter(|_| self.takes.is_some())) => {}
            }
        }
    }

    fn passed(&mut self, number: u64, news: News) -> Passed {
        match news {
            News::Moved { .. } | News::Saved(_) => Passed::Moved,
            News::Brought(file) => {
                self.carrying.done(number);
                Passed::Brought(file)
            }
            News::Failed(why) => self.failed(number, why),
        }
    }

    fn failed(&mut self, number: u64, why: FileTrouble) -> Passed {
        match self.carrying.hindered(number, &why, start::now()) {
            Some(carried) => Passed::Failed(carried.errand.name().to_owned(), why),
            None => Passed::Hindered(why),
        }
    }
}

async fn due(until: Option<i64>) {
    match until {
        Some(until) => {
            let wait = u64::try_from(until - start::now()).unwrap_or(0);
            sleep(Duration::from_millis(wait)).await;
        }
        None => std::future::pending().await,
    }
}
