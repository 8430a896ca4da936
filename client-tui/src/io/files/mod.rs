//! Files, over HTTP: they are brought before they are said, and fetched by whoever was told of them.
//!
//! - [`carrier`]: one file at a time, beside the screen
//! - [`bring`]: a file is brought
//! - [`save`]: a file is saved
//! - `name`: what it is called then
//! - `place`: where the files of a person are
//! - `request`: one request, over a connection that took the right certificate
//! - `outflow`: a file of the disk as the body of a request
//! - `inflow`: what comes, held against what the line said of it

pub mod bring;
pub mod carrier;
mod inflow;
mod name;
mod outflow;
mod place;
mod request;
pub mod save;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kpl_shared::{
    file::File,
    handshake::{Key, Password},
};

use self::inflow::Inflow;
use super::{
    address::Address,
    connection::{ConnectionSettings, guard::Guard},
};
use crate::model::words::files::FileTrouble;

/// Where the files of one server are, and what lets one in there.
#[derive(Clone)]
pub struct FileServer {
    address: Address,
    /// What takes its certificate is found once, for all who ask there.
    guard: Arc<Mutex<Guard>>,
    key: Option<Key>,
    password: Option<Password>,
}

impl FileServer {
    /// The server of a link, with the same trust and the same secrets.
    pub fn of(settings: &ConnectionSettings) -> Self {
        let guard = Guard::new(settings.address.clone(), settings.trust.clone());
        Self {
            address: settings.address.clone(),
            guard: Arc::new(Mutex::new(guard)),
            key: settings.key.clone(),
            password: settings.password.clone(),
        }
    }

    /// The same server, which wants this password.
    pub fn unlock(&mut self, password: Password) {
        self.password = Some(password);
    }

    /// What `Authorization` says; nothing of those who have neither a key nor a password.
    fn authorization(&self) -> Option<String> {
        let key = self.key.as_ref().map(Key::to_hex).unwrap_or_default();
        let password = self.password.as_ref().map_or("", Password::secret);
        let both = format!("{key}:{password}");
        (both != ":").then(|| format!("Basic {}", STANDARD.encode(both)))
    }

    fn guard(&self) -> MutexGuard<'_, Guard> {
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FileServer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "FileServer({})", self.address)
    }
}

/// Fetches a file of at most `most` bytes. What comes is what the line is about, or nothing is.
pub async fn fetch(server: &FileServer, file: &File, most: u64) -> Result<Vec<u8>, FileTrouble> {
    if file.size > most {
        return Err(FileTrouble::TooLarge { size: file.size, most });
    }
    let mut inflow = Inflow::begin(server, file).await?;
    let mut content = Vec::new();
    while let Some(piece) = inflow.next().await? {
        content.extend_from_slice(&piece);
    }
    Ok(content)
}

#[cfg(test)]
mod tests;
