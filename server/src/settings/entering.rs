//! Who may enter.

use std::{env, fs, net::IpAddr, path::PathBuf};

use clap::{Args, ValueEnum, builder::BoolishValueParser};
use kpl_shared::handshake::MAX_PASSWORD_BYTES;

use crate::password::{Password, PasswordError};

/// The variable that holds the password itself.
const VARIABLE: &str = "KPL_PASSWORD";

/// Who may enter.
#[derive(Debug, Clone, Args)]
pub struct Entering {
    /// Let in whoever comes, though others than this machine can reach the server
    #[arg(long, env = "KPL_OPEN", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", default_value = "false", hide_default_value = true,
          hide_possible_values = true, value_parser = BoolishValueParser::new())]
    pub open: bool,

    /// Let in whoever knows the password in this file: the password itself, or what `kpl-server
    /// password` made of it [the variable `KPL_PASSWORD` holds a password without a file]
    #[arg(long, env = "KPL_PASSWORD_FILE", value_name = "FILE")]
    pub password_file: Option<PathBuf>,

    /// Let in whoever was invited by an operator or by `kpl-server invite`, with a password or
    /// without one
    #[arg(long, env = "KPL_INVITES", value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", default_value = "false", hide_default_value = true,
          hide_possible_values = true, value_parser = BoolishValueParser::new())]
    pub invites: bool,

    /// Whether those may enter who bring no key of their own
    #[arg(
        long,
        env = "KPL_GUESTS",
        value_name = "on|off",
        default_value = "on",
        hide_possible_values = true
    )]
    pub guests: Guests,

    /// The password that is asked of everyone, if there is one; [`Entering::read_password`] reads
    /// it.
    #[arg(skip)]
    pub password: Option<Password>,
}

/// Whether those may enter who bring no key of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Guests {
    /// They may.
    On,
    /// They may not.
    Off,
}

/// Why nobody can be let in.
#[derive(Debug, thiserror::Error)]
pub enum EnteringError {
    /// The file cannot be read.
    #[error("cannot read the password file {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// What is given is no password.
    #[error("the password in {source_of_it} cannot be used: {why}")]
    Unusable {
        /// Where it stands.
        source_of_it: String,
        /// Why.
        why: PasswordError,
    },
    /// There are two.
    #[error("KPL_PASSWORD and a password file are both given; keep one of them")]
    Twice,
    /// Everyone would be let in, and nobody said so.
    #[error(
        "{address} can be reached from other machines, and everybody would be let in; protect the \
         room with --password-file FILE (or the variable KPL_PASSWORD) or --invites, or say --open \
         to let in whoever comes"
    )]
    Unprotected {
        /// Where it would listen.
        address: IpAddr,
    },
}

impl Entering {
    /// Reads the password, if there is one, from the variable or the file.
    pub fn read_password(&mut self) -> Result<(), EnteringError> {
        let variable = env::var_os(VARIABLE).filter(|value| !value.is_empty());
        let (source_of_it, text) = match (&self.password_file, variable) {
            (Some(_), Some(_)) => return Err(EnteringError::Twice),
            (None, None) => return Ok(()),
            (None, Some(value)) => (VARIABLE.to_owned(), value.into_string().unwrap_or_default()),
            (Some(path), None) => {
                let read = read_some(path);
                let unreadable = |cause| EnteringError::Unreadable { path: path.clone(), cause };
                (path.display().to_string(), read.map_err(unreadable)?)
            }
        };
        let password = Password::of(text.trim_end_matches(['\n', '\r']));
        self.password =
            Some(password.map_err(|why| EnteringError::Unusable { source_of_it, why })?);
        Ok(())
    }

    /// Whether one needs the password or an invite. Where there is a password, invites let in, too.
    pub fn is_closed(&self) -> bool {
        self.password.is_some() || self.invites
    }

    /// Whether it was said who may enter a room that others than this machine can reach.
    pub fn check(&self, address: IpAddr) -> Result<(), EnteringError> {
        if address.is_loopback() || self.open || self.is_closed() {
            return Ok(());
        }
        Err(EnteringError::Unprotected { address })
    }
}

/// The file, or as much of it as a password can have.
fn read_some(path: &std::path::Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    let most = u64::try_from(4 * MAX_PASSWORD_BYTES).unwrap_or(u64::MAX);
    fs::File::open(path)?.take(most).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        entering: Entering,
    }

    fn entering(args: &[&str]) -> Entering {
        Line::try_parse_from(std::iter::once("x").chain(args.iter().copied())).unwrap().entering
    }

    #[test]
    fn whoever_can_be_reached_must_say_who_may_enter() {
        let (here, anywhere) = ("127.0.0.1".parse().unwrap(), "0.0.0.0".parse().unwrap());
        let password = Password::of("open sesame").ok();

        let error = entering(&[]).check(anywhere).unwrap_err().to_string();

        assert!(["--password-file", "--invites", "--open"].iter().all(|flag| error.contains(flag)));
        assert!(entering(&[]).check(here).is_ok());
        assert!(entering(&[]).check("::1".parse().unwrap()).is_ok());
        assert!(Entering { password, ..entering(&[]) }.check(anywhere).is_ok());
        assert!(entering(&["--open"]).check(anywhere).is_ok());
        assert!(entering(&["--invites"]).check(anywhere).is_ok());
        assert!(entering(&["--open=false"]).check(anywhere).is_err());
    }

    #[test]
    fn a_password_is_read_from_its_file_without_the_end_of_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let read = |text: &str| {
            fs::write(&path, text).unwrap();
            let mut entering = entering(&["--password-file", path.to_str().unwrap()]);
            entering.read_password().map(|()| entering.password)
        };

        assert!(read("open sesame\n").unwrap().is_some());
        for wrong in ["", "\n", "$argon2id$broken"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains(path.to_str().unwrap()), "{error}");
            assert!(!error.contains("broken"), "{error}");
        }
        fs::remove_file(&path).unwrap();
        let missing = entering(&["--password-file", path.to_str().unwrap()]).read_password();
        assert!(missing.unwrap_err().to_string().contains("cannot read"));
    }
}
