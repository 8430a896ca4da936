//! Which files are taken, and how long they are kept.

use clap::Args;

/// How large a file may be allowed to be.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// Which files are taken, and how long they are kept.
#[derive(Debug, Clone, Args)]
pub struct FileSettings {
    /// How large a file may be, in bytes; 0 takes none
    #[arg(long, env = "KPL_MAX_FILE", value_name = "BYTES", default_value_t = 10 << 20, value_parser = bytes)]
    pub max_file: u64,

    /// How many bytes of files are kept of one owner
    #[arg(long, env = "KPL_FILE_QUOTA", value_name = "BYTES", default_value_t = 1 << 30)]
    pub file_quota: u64,

    /// How long a file is kept that nobody has said, in seconds
    #[arg(long, env = "KPL_FILE_HOLD", value_name = "SECONDS", default_value_t = 3600, value_parser = super::seconds)]
    pub file_hold: u64,
}

fn bytes(text: &str) -> Result<u64, String> {
    let bytes = text.parse().ok().filter(|bytes| (0..=MAX_FILE_BYTES).contains(bytes));
    bytes.ok_or_else(|| format!("write a number of bytes from 0 to {MAX_FILE_BYTES}"))
}
