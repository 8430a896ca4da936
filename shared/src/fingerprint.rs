//! What tells one certificate from another: the SHA-256 of its DER, as people paste it.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use crate::hex;

/// The fingerprint of a certificate. It is no secret: whoever connects is shown the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate in its DER form.
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }
}

impl fmt::Display for Fingerprint {
    /// 64 hexadecimal digits.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::written(&self.0))
    }
}

/// What was given is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is the SHA-256 of a certificate: 64 hex digits, with or without colons")]
pub struct NotAFingerprint;

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    /// Reads 64 hexadecimal digits of any case, parted by colons or blanks or not at all, also as
    /// `openssl x509 -fingerprint -sha256` prints them, after `sha256 Fingerprint=`.
    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let digits = match text.split_once('=') {
            Some((label, digits)) if is_label(label) => digits,
            Some(_) => return Err(NotAFingerprint),
            None => text,
        };
        let digits = digits.chars().filter(|letter| *letter != ':' && !letter.is_whitespace());
        hex::read(digits).map(Self).ok_or(NotAFingerprint)
    }
}

/// Whether these are the words before a fingerprint; one by another rule is none of ours.
fn is_label(label: &str) -> bool {
    let label = label.trim().to_ascii_lowercase();
    label.starts_with("sha256") || label.starts_with("sha-256")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_sha_256_of_what_it_is_taken_of() {
        // The hash of no bytes, as FIPS 180-4 gives it.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

        assert_eq!(Fingerprint::of(b"").to_string(), empty);
        assert_eq!(empty.parse(), Ok(Fingerprint::of(b"")));
    }

    #[test]
    fn a_fingerprint_is_read_in_each_form_in_which_people_paste_it() {
        let plain = Fingerprint::of(b"x").to_string();
        let pairs: Vec<&str> = (0..32).map(|at| &plain[2 * at..2 * at + 2]).collect();
        let colons = pairs.join(":");

        for form in [
            plain.to_uppercase(),
            colons.clone(),
            colons.to_uppercase(),
            pairs.join(" "),
            format!("  {colons}\n"),
            format!("sha256 Fingerprint={}", colons.to_uppercase()),
            format!("SHA256 Fingerprint={colons}\n"),
        ] {
            assert_eq!(form.parse(), Ok(Fingerprint::of(b"x")), "{form}");
        }
    }

    #[test]
    fn what_is_no_fingerprint_is_refused() {
        let plain = Fingerprint::of(b"x").to_string();

        for text in [
            "",
            &plain[1..],
            &format!("{plain}0"),
            &format!("g{}", &plain[1..]),
            &format!("SHA1 Fingerprint={plain}"),
            &format!("{}\u{ff11}", &plain[1..]),
            "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        ] {
            assert_eq!(text.parse::<Fingerprint>(), Err(NotAFingerprint), "{text}");
        }
    }
}
