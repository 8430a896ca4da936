//! Certificates for the tests, and a look at those that a server shows.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use kpl_shared::fingerprint::Fingerprint;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use super::wait::PATIENCE;

/// An authority that no machine trusts by itself.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// The files of a certificate that an authority issued.
#[derive(Debug)]
pub struct Issued {
    /// The certificate.
    pub chain: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Authority {
    /// A new one.
    pub fn new() -> Result<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "An authority of the tests");
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// Writes its own certificate into a folder, and returns where.
    pub fn write(&self, folder: &Path) -> Result<PathBuf> {
        let path = folder.join("authority.pem");
        fs::write(&path, &self.pem)?;
        Ok(path)
    }

    /// Writes a new certificate for these hosts into a folder, over the one that was there.
    pub fn issue(&self, folder: &Path, hosts: &[&str]) -> Result<Issued> {
        let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(hosts)?;
        params.distinguished_name.push(DnType::CommonName, "A server of the tests");
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let issued = Issued { chain: folder.join("chain.pem"), key: folder.join("key.pem") };
        fs::write(&issued.chain, certificate.pem())?;
        fs::write(&issued.key, key.serialize_pem())?;
        Ok(issued)
    }
}

impl Issued {
    /// The arguments by which a server speaks TLS with it.
    pub fn arguments(&self) -> Vec<String> {
        let path = |path: &Path| path.display().to_string();
        vec!["--tls-cert".into(), path(&self.chain), "--tls-key".into(), path(&self.key)]
    }
}

/// The fingerprint of the certificate that a port of loopback shows to a newcomer.
pub fn shown(port: u16) -> Result<Fingerprint> {
    let certificate = speak(port)?.peer_certificate()?.context("no certificate")?;
    Ok(Fingerprint::of(&certificate.to_der()?))
}

/// What a port of loopback answers to a request over TLS, whoever it is.
pub fn get(port: u16, path: &str) -> Result<String> {
    let mut stream = speak(port)?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn speak(port: u16) -> Result<native_tls::TlsStream<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let connector =
        native_tls::TlsConnector::builder().danger_accept_invalid_certs(true).build()?;
    Ok(connector.connect("localhost", stream)?)
}
