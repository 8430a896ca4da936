//! Whom to believe that a server is the one that is meant.

use kpl_shared::fingerprint::Fingerprint;

use super::SettingsError;
use crate::{
    io::{address::Address, trust::Trust},
    model::words::Language,
};

/// What a fingerprint and authorities come to. The fingerprint counts, as it trusts less.
pub(super) fn trust(
    fingerprint: Option<Fingerprint>,
    authorities: Option<Trust>,
    address: &Address,
    words: Language,
) -> Result<Trust, SettingsError> {
    match fingerprint {
        // Whoever gives one believes to be safe.
        Some(_) if !address.is_encrypted() => {
            Err(SettingsError(words.fingerprint_plain(&address.to_string())))
        }
        Some(fingerprint) => Ok(Trust::Pinned(fingerprint)),
        None => Ok(authorities.unwrap_or_default()),
    }
}
