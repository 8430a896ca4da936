//! The certificate that clients are shown: read from files, or made here.

use std::{
    fmt,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    net::IpAddr,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use kpl_shared::fingerprint::Fingerprint;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::rustls::{
    self, ServerConfig,
    crypto::ring,
    version::{TLS12, TLS13},
};

use crate::settings::{StoreSetting, tls::CertificateSetting};

/// The only protocol spoken inside; a browser that could do more is told so.
const HTTP: &[u8] = b"http/1.1";
/// More than a file of certificates or of a key ever holds.
const MAX_BYTES: u64 = 1 << 20;

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// From these files, which are the operator's.
    Given {
        /// The certificate, and what leads from it to its authority.
        chain: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// From these files, which are made when they are not there.
    Made {
        /// The certificate.
        chain: PathBuf,
        /// Its private key.
        key: PathBuf,
        /// For which names of this machine it is made.
        names: Vec<String>,
    },
    /// It is made for this run only, as is the store.
    Fleeting {
        /// For which names of this machine it is made.
        names: Vec<String>,
    },
}

/// What clients are shown, and may know of it.
#[derive(Clone)]
pub struct Certificate {
    /// What tells it from any other.
    pub fingerprint: Fingerprint,
    /// A host for which it holds, where it names one.
    pub host: Option<String>,
    /// Whether nobody vouches for it, so that it is known by its fingerprint alone.
    pub is_self_signed: bool,
    /// How TLS is spoken with it.
    pub(super) config: Arc<ServerConfig>,
}

impl fmt::Debug for Certificate {
    /// Says nothing of the private key.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Certificate")
            .field("fingerprint", &self.fingerprint)
            .field("host", &self.host)
            .field("is_self_signed", &self.is_self_signed)
            .finish_non_exhaustive()
    }
}

/// Why there is no certificate, as a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file can be neither read nor made.
    #[error("cannot read or make {}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A file holds no certificate.
    #[error("{} holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----", .0.display())]
    NoCertificate(PathBuf),
    /// A file holds no key.
    #[error(
        "{} holds no private key in PEM without a password, as -----BEGIN PRIVATE KEY----- begins \
         one", .0.display()
    )]
    NoKey(PathBuf),
    /// There is a certificate, but its key is gone.
    #[error(
        "the key {} of the certificate {} is gone: put it back, or remove the certificate too, so \
         that a new one is made, whose fingerprint everybody has to be told", key.display(),
        chain.display()
    )]
    KeyGone {
        /// The certificate.
        chain: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// The two do not go together, or cannot be used.
    #[error("no TLS can be spoken with {} and {}: {cause}", chain.display(), key.display())]
    Unusable {
        /// The certificate.
        chain: PathBuf,
        /// Its private key.
        key: PathBuf,
        /// Why.
        cause: rustls::Error,
    },
    /// No certificate can be made.
    #[error("cannot make a certificate: {0}")]
    Unmade(#[from] rcgen::Error),
}

impl Source {
    /// Where the certificate comes from by these settings. One that is made lies beside the store,
    /// and holds for this machine and the address at which the server listens.
    pub fn new(setting: &CertificateSetting, store: &StoreSetting, listen: IpAddr) -> Self {
        match (setting, store) {
            (CertificateSetting::Given { chain, key }, _) => {
                Self::Given { chain: chain.clone(), key: key.clone() }
            }
            (CertificateSetting::SelfSigned, StoreSetting::Memory) => {
                Self::Fleeting { names: names(listen) }
            }
            (CertificateSetting::SelfSigned, StoreSetting::Sqlite(store)) => {
                let beside = |ending| {
                    let mut path = store.clone().into_os_string();
                    path.push(ending);
                    PathBuf::from(path)
                };
                let (chain, key) = (beside(".cert.pem"), beside(".key.pem"));
                Self::Made { chain, key, names: names(listen) }
            }
        }
    }

    /// Reads the certificate, or makes it.
    pub fn load(&self) -> Result<Certificate, CertificateError> {
        match self {
            Self::Given { chain, key } => read(chain, key, false),
            Self::Made { chain, key, names } => {
                make(chain, key, names)?;
                read(chain, key, true)
            }
            Self::Fleeting { names } => {
                let pair = KeyPair::generate()?;
                let chain = vec![params(names)?.self_signed(&pair)?.der().clone()];
                let unusable = |cause| {
                    let (chain, key) = (PathBuf::new(), PathBuf::new());
                    CertificateError::Unusable { chain, key, cause }
                };
                certificate(chain, pair.into(), true).map_err(unusable)
            }
        }
    }
}

fn read(chain: &Path, key: &Path, made: bool) -> Result<Certificate, CertificateError> {
    let no_certificate = || CertificateError::NoCertificate(chain.into());
    let text = contents(chain)?.ok_or_else(|| missing(chain))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|_| no_certificate())?;
    if certificates.is_empty() {
        return Err(no_certificate());
    }
    warn_if_exposed(key);
    let text = contents(key)?.ok_or_else(|| missing(key))?;
    let private =
        PrivateKeyDer::from_pem_slice(&text).map_err(|_| CertificateError::NoKey(key.into()))?;
    certificate(certificates, private, made).map_err(|cause| {
        let (chain, key) = (chain.into(), key.into());
        CertificateError::Unusable { chain, key, cause }
    })
}

fn certificate(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    is_self_signed: bool,
) -> Result<Certificate, rustls::Error> {
    let first = chain.first().ok_or(rustls::Error::NoCertificatesPresented)?;
    let (fingerprint, host) = (Fingerprint::of(first), host(first));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![HTTP.into()];
    Ok(Certificate { fingerprint, host, is_self_signed, config: Arc::new(config) })
}

/// The first name for which the certificate holds, and that can be dialled.
fn host(certificate: &CertificateDer<'_>) -> Option<String> {
    let certificate = webpki::EndEntityCert::try_from(certificate).ok()?;
    certificate.valid_dns_names().find(|name| !name.contains('*')).map(str::to_owned)
}

/// Makes what is not there. The key comes first: a certificate whose key was lost is worth nothing,
/// and a key without one gets another.
fn make(chain: &Path, key: &Path, names: &[String]) -> Result<(), CertificateError> {
    if contents(chain)?.is_some() {
        let (chain, gone) = (chain.to_owned(), key.to_owned());
        return match contents(key)? {
            Some(_) => Ok(()),
            None => Err(CertificateError::KeyGone { chain, key: gone }),
        };
    }
    let pair = if let Some(text) = contents(key)? {
        let kept = KeyPair::from_pem(&String::from_utf8_lossy(&text));
        kept.map_err(|_| CertificateError::NoKey(key.into()))?
    } else {
        let pair = KeyPair::generate()?;
        write(key, &pair.serialize_pem(), 0o600)?;
        pair
    };
    write(chain, &params(names)?.self_signed(&pair)?.pem(), 0o644)
}

/// It does not run out: clients know it by its fingerprint, as they know a host by its key in ssh,
/// and a new one is a matter of telling everybody.
fn params(names: &[String]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.to_owned())?;
    params.distinguished_name.push(DnType::CommonName, "KPL chat");
    Ok(params)
}

/// The names by which this machine may be dialled, as far as it knows them.
fn names(listen: IpAddr) -> Vec<String> {
    let mut names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    if !listen.is_unspecified() && !listen.is_loopback() {
        names.push(listen.to_string());
    }
    names.extend(machine().filter(|machine| machine != "localhost"));
    names
}

/// What this machine is called, if it is called anything.
pub(super) fn machine() -> Option<String> {
    let uname = rustix::system::uname();
    let machine = uname.nodename().to_string_lossy().into_owned();
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    (!machine.is_empty() && machine.chars().all(is_host)).then_some(machine)
}

/// Whoever has the key can pass for the server.
fn warn_if_exposed(key: &Path) {
    let mode = fs::metadata(key).map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o007 != 0 {
        let key = key.display();
        tracing::warn!("the private key {key} is open to others; close it with: chmod 600 {key}");
    }
}

fn contents(path: &Path) -> Result<Option<Vec<u8>>, CertificateError> {
    let io = |cause| CertificateError::Io { path: path.into(), cause };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(io)?,
    };
    let mut contents = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut contents).map_err(io)?;
    Ok(Some(contents))
}

fn missing(path: &Path) -> CertificateError {
    CertificateError::Io { path: path.into(), cause: io::ErrorKind::NotFound.into() }
}

/// Writes the file whole under another name first, so that nobody ever reads half of it. The store,
/// which is locked, keeps other servers from doing the same.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), CertificateError> {
    let io = |cause| CertificateError::Io { path: path.into(), cause };
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let draft = PathBuf::from(draft);
    // One that a crash left behind may have been made with other rights.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
        _ => {}
    }
    let open = |path: &Path| OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = open(&draft).and_then(|mut file| {
        // The mode is that asked for, whatever the process takes away from new files.
        file.set_permissions(Permissions::from_mode(mode))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&draft, path)).map_err(io)
}

#[cfg(test)]
mod tests;
