//! How wide the terminal draws: a text is printed, and the terminal asked where its cursor is then.

use std::io::{self, Write};

use crossterm::{
    cursor::position,
    terminal::{disable_raw_mode, enable_raw_mode},
};

/// How many columns the terminal moves its cursor for each of these texts, in the row that it is
/// in, which is empty again afterwards. `None` if it does not say, which takes two seconds.
pub fn measure(texts: &[&str]) -> Option<Vec<u16>> {
    enable_raw_mode().ok()?; // What cannot be made raw is no terminal.
    let columns = texts.iter().map(|text| columns(text)).collect::<io::Result<_>>();
    let mut out = io::stdout();
    // What is left of it is only ugly, and the terminal may have gone.
    let _wiped = write!(out, "\r\x1b[K").and_then(|()| out.flush());
    let _cooked = disable_raw_mode();
    columns.ok() // A terminal that says nothing tells no width.
}

fn columns(text: &str) -> io::Result<u16> {
    let mut out = io::stdout();
    write!(out, "\r\x1b[K{text}")?;
    out.flush()?;
    Ok(position()?.0)
}
