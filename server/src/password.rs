//! The server's password: kept as an argon2id hash, recognised at once by those who know it.
//!
//! Guessing it is made expensive: a guess costs the work of argon2id, one at a time. Knowing it is
//! not: once a password has been found right, it is recognised by a keyed hash that lives in this
//! process only, so that a room whose people all come back at once lets them in at once.

use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use kpl_shared::handshake;
use tokio::sync::Semaphore;

/// How a hash begins that `kpl-server password` has made.
const HASHED: &str = "$argon2";

/// The password that is asked of everyone.
#[derive(Clone)]
pub struct Password(Arc<Inner>);

struct Inner {
    hash: PasswordHash,
    /// Under what the right one is recognised, and as what.
    key: [u8; 32],
    known: Mutex<Option<blake3::Hash>>,
    /// One guess at a time: more would only make all of them slower.
    turn: Semaphore,
}

/// Why something is no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error(transparent)]
    Length(#[from] handshake::PasswordError),
    /// It looks like a hash, and is none.
    #[error("it begins like a hash and is none; make one with `kpl-server password`")]
    Hash,
    /// The machine has no random numbers, or no memory.
    #[error("it could not be hashed: {0}")]
    Machine(String),
}

impl Password {
    /// The password itself, or what [`hashed`] made of it.
    pub fn of(text: &str) -> Result<Self, PasswordError> {
        let hash = if text.starts_with(HASHED) {
            PasswordHash::new(text).map_err(|_| PasswordError::Hash)?
        } else {
            hash(&handshake::Password::parse(text)?)?
        };
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| PasswordError::Machine(error.to_string()))?;
        let (known, turn) = (Mutex::new(None), Semaphore::new(1));
        Ok(Self(Arc::new(Inner { hash, key, known, turn })))
    }

    /// Whether this is one that has been found right before. It costs nothing to ask.
    pub fn knows(&self, offered: &handshake::Password) -> bool {
        *self.known() == Some(self.tag(offered)) // Hashes are compared in constant time.
    }

    /// Whether this is the password. It takes its time, whatever the answer.
    pub async fn is(&self, offered: handshake::Password) -> bool {
        // Only a semaphore that was closed gives none, and nobody closes this one.
        let _turn = self.0.turn.acquire().await;
        let this = self.clone();
        let verdict = tokio::task::spawn_blocking(move || {
            let right =
                Argon2::default().verify_password(offered.secret().as_bytes(), &this.0.hash);
            if right.is_ok() {
                let tag = this.tag(&offered);
                *this.known() = Some(tag);
            }
            right.is_ok()
        });
        // A verdict that was not reached is none.
        verdict.await.unwrap_or(false)
    }

    fn tag(&self, offered: &handshake::Password) -> blake3::Hash {
        blake3::keyed_hash(&self.0.key, offered.secret().as_bytes())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<blake3::Hash>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(hidden)")
    }
}

/// Asks for a password on the terminal, twice and without showing it, and returns what may stand in
/// the password file in its place.
pub fn ask() -> io::Result<String> {
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidInput, why);
    let ask = |prompt| {
        rpassword::prompt_password(prompt).map_err(|error| {
            let why = format!("cannot ask for a password without a terminal: {error}");
            io::Error::new(error.kind(), why)
        })
    };
    let password = ask("Password: ")?;
    let password = handshake::Password::parse(&password).map_err(|why| wrong(why.to_string()))?;
    if ask("The same again: ")? != password.secret() {
        return Err(wrong("the two are not the same; nothing was printed".into()));
    }
    hashed(&password).map_err(|why| wrong(why.to_string()))
}

/// The password as one may leave it in a file: from this it cannot be read back.
pub fn hashed(password: &handshake::Password) -> Result<String, PasswordError> {
    hash(password).map(|hash| hash.to_string())
}

fn hash(password: &handshake::Password) -> Result<PasswordHash, PasswordError> {
    let hashed = Argon2::default().hash_password(password.secret().as_bytes());
    hashed.map_err(|error| PasswordError::Machine(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(text: &str) -> handshake::Password {
        handshake::Password::parse(text).unwrap()
    }

    #[tokio::test]
    async fn the_right_password_is_found_right_and_from_then_on_known() {
        let password = Password::of("芝麻开门").unwrap();

        let wrong = password.is(offered("芝麻关门")).await;
        let before = password.knows(&offered("芝麻开门"));
        let right = password.is(offered("芝麻开门")).await;

        assert_eq!((wrong, before, right), (false, false, true));
        assert!(password.knows(&offered("芝麻开门")) && !password.knows(&offered("芝麻关门")));
    }

    #[tokio::test]
    async fn a_hash_in_the_file_stands_for_its_password() {
        let hash = hashed(&offered("open sesame")).unwrap();

        let password = Password::of(&hash).unwrap();

        assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
        assert!(password.is(offered("open sesame")).await);
        assert!(!password.is(offered(&hash)).await, "the hash lets nobody in");
    }

    #[test]
    fn what_is_no_password_is_refused_and_shown_nowhere() {
        assert!(matches!(Password::of(""), Err(PasswordError::Length(_))));
        assert!(matches!(Password::of(&"x".repeat(300)), Err(PasswordError::Length(_))));
        assert!(matches!(Password::of("$argon2id$v=19$x"), Err(PasswordError::Hash)));
        let shown = format!("{:?}", Password::of("open sesame").unwrap());
        assert_eq!(shown, "Password(hidden)");
    }
}
