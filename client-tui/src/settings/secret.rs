//! The server's password, from wherever it may stand. No flag holds it: everyone on the machine sees
//! those.

use std::{env, fs::File, io::Read, path::Path};

use kpl_shared::handshake::{MAX_PASSWORD_BYTES, Password};

use super::SettingsError;
use crate::model::words::Language;

/// The variable that holds the password itself.
const VARIABLE: &str = "KPL_PASSWORD";

/// The flag's file counts over the variable, and that over the settings' file.
pub(super) fn password(
    flag: Option<&Path>,
    configured: Option<&Path>,
    words: Language,
) -> Result<Option<Password>, SettingsError> {
    let variable = env::var_os(VARIABLE).filter(|value| !value.is_empty());
    match (flag, variable, configured) {
        (Some(path), ..) | (None, None, Some(path)) => read(path, words).map(Some),
        (None, Some(value), _) => {
            let text = value.into_string().unwrap_or_default();
            parse(&text, VARIABLE, words).map(Some)
        }
        (None, None, None) => Ok(None),
    }
}

fn read(path: &Path, words: Language) -> Result<Password, SettingsError> {
    let place = path.display().to_string();
    let most = u64::try_from(MAX_PASSWORD_BYTES + 3).unwrap_or(u64::MAX);
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(most).read_to_string(&mut text));
    read.map_err(|error| SettingsError(words.password_unreadable(&place, &error.to_string())))?;
    parse(&text, &place, words)
}

fn parse(text: &str, place: &str, words: Language) -> Result<Password, SettingsError> {
    let text = text.trim_end_matches(['\n', '\r']);
    Password::parse(text).map_err(|_| SettingsError(words.password_unusable(place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_the_password_without_the_end_of_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            read(&path, Language::En)
        };

        assert_eq!(read("芝麻 开门\r\n").unwrap().secret(), "芝麻 开门");
        for wrong in ["", "\n", &"x".repeat(MAX_PASSWORD_BYTES + 1)] {
            let sentence = read(wrong).unwrap_err().to_string();
            assert!(sentence.contains("password") && !sentence.contains("xxx"), "{sentence}");
        }
        std::fs::remove_file(&path).unwrap();
        let missing = super::read(&path, Language::En).unwrap_err().to_string();
        assert!(missing.contains(path.to_str().unwrap()), "{missing}");
    }
}
