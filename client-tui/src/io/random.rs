//! Random bytes from the system: keys, and names that nothing else has.

use std::io;

/// So many bytes that nobody can guess.
pub fn bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}
