//! Files, as somebody brings them over plain HTTP, and where they lie.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kpl_shared::{
    file::{self, FILES, Hash},
    protocol::event,
};
use serde_json::{Value, json};

use super::{
    http::{self, Response},
    raw::{Raw, key_of},
    server::Server,
};

/// The header by which somebody says who they are, with the key that belongs to their name.
pub fn authorization(name: &str, password: &str) -> String {
    let key = if name.is_empty() { String::new() } else { key_of(name) };
    format!("authorization: Basic {}", STANDARD.encode(format!("{key}:{password}")))
}

/// Brings a file under `name`, in the name of `who`.
pub fn bring(port: u16, who: &str, name: &str, content: &[u8]) -> Result<Response> {
    http::post_bytes(port, &where_to(name), &[&authorization(who, "")], content)
}

/// Where a file of that name is brought.
pub fn where_to(name: &str) -> String {
    let path = file::path(hash_of(b""), name);
    let encoded = path.rsplit('/').next().unwrap_or_default();
    format!("{FILES}?name={encoded}")
}

/// Brings a file without saying how large it is. The head of the answer.
pub fn bring_chunked(port: u16, name: &str, content: &[u8]) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n",
        where_to(name),
        content.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(content)?;
    stream.write_all(b"\r\n0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Brings a file and says it. What the server answered to the line.
pub fn share(port: u16, author: &Raw, who: &str, name: &str, content: &[u8]) -> Result<Value> {
    let brought = bring(port, who, name, content)?;
    if brought.status != 201 {
        bail!("the file was not taken: {} {}", brought.status, brought.body);
    }
    let hash = serde_json::from_str::<Value>(&brought.body)?["hash"].clone();
    author.ask(event::TALK, &[name.into(), json!({"file": hash})])
}

/// What tells a content from any other.
pub fn hash_of(content: &[u8]) -> Hash {
    Hash::from_bytes(blake3::hash(content).into())
}

/// The names of all that lies in a server's folder of files.
pub fn lying(server: &Server) -> Result<Vec<String>> {
    let mut folder = server.store().into_os_string();
    folder.push(".files");
    let folder = PathBuf::from(folder);
    if !folder.exists() {
        return Ok(vec![]);
    }
    let mut names = Vec::new();
    for entry in folder.read_dir().with_context(|| folder.display().to_string())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Bytes that nothing shortens, the same for the same number.
pub fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut noise = vec![0; bytes];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.finalize_xof().fill(&mut noise);
    noise
}
