//! Whether the server speaks TLS, and with which certificate.

use std::path::PathBuf;

use clap::{Args, builder::BoolishValueParser};

use super::SettingsError;

/// Whether the server speaks TLS.
#[derive(Debug, Clone, Args)]
pub struct TlsSettings {
    /// Speak TLS (https and wss) with the certificate in this PEM file, what leads from it to its
    /// authority after it; read again on SIGHUP
    #[arg(long, env = "KPL_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of the certificate, in PEM and without a password; read again on SIGHUP
    #[arg(long, env = "KPL_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// Speak TLS with a certificate of one's own making, kept beside the store; clients know it by
    /// its fingerprint
    #[arg(
        long,
        env = "KPL_TLS_SELF_SIGNED",
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_value = "false",
        default_missing_value = "true",
        hide_default_value = true,
        value_parser = BoolishValueParser::new()
    )]
    pub tls_self_signed: bool,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateSetting {
    /// From these files.
    Given {
        /// The certificate, and what leads from it to its authority.
        chain: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// It is made here.
    SelfSigned,
}

impl TlsSettings {
    /// Where the certificate comes from; `None` where no TLS is spoken.
    pub fn certificate(&self) -> Result<Option<CertificateSetting>, SettingsError> {
        let wrong = |why| Err(SettingsError::Tls(why));
        match (&self.tls_cert, &self.tls_key, self.tls_self_signed) {
            (None, None, false) => Ok(None),
            (None, None, true) => Ok(Some(CertificateSetting::SelfSigned)),
            (Some(chain), Some(key), false) => {
                Ok(Some(CertificateSetting::Given { chain: chain.clone(), key: key.clone() }))
            }
            (Some(_), Some(_), true) => wrong(
                "--tls-cert names a certificate and --tls-self-signed makes one; keep one of them",
            ),
            (Some(_), None, _) => wrong("--tls-cert needs --tls-key, the file of its private key"),
            (None, Some(_), _) => wrong("--tls-key needs --tls-cert, the file of its certificate"),
        }
    }
}
