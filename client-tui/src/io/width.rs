//! Width: how wide the terminal draws. Some text is printed, and the terminal asked where its
//! cursor is then.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

use crate::{
    io::keyboard::Keyboard,
    model::{
        event::Event,
        look::glyphs::{FIRST_ROW, PROBES},
    },
};

/// How long the first frame waits for a terminal that may never answer. What it says later is
/// heard all the same.
const PATIENCE: Duration = Duration::from_millis(100);

/// Asks the terminal, and returns what it answered in time. What is typed meanwhile is given back
/// to the keyboard, in its order. The screen is empty afterwards.
pub async fn ask(keyboard: &mut Keyboard) -> io::Result<Vec<Event>> {
    let end = Instant::now() + PATIENCE;
    let mut out = io::stdout();
    out.write_all(question().as_bytes())?;
    out.flush()?;
    let (mut answers, mut typed) = (Vec::new(), Vec::new());
    while answers.len() < PROBES.len() {
        match timeout_at(end, keyboard.next()).await {
            Ok(Some(answer @ Event::Reached(..))) => answers.push(answer),
            Ok(Some(event)) => typed.push(event),
            Ok(None) | Err(_) => break, // The terminal has gone, as the keyboard will say; or mute.
        }
    }
    keyboard.give_back(typed);
    Ok(answers)
}

/// Each probe in its row, and the question where the cursor is; at the end everything is wiped.
fn question() -> String {
    let mut question = String::new();
    for (row, (probe, _)) in (FIRST_ROW + 1..).zip(PROBES) {
        // Writing to a string cannot fail.
        let _infallible = write!(question, "\x1b[{row};1H{probe}\x1b[6n");
    }
    question + "\x1b[H\x1b[2J"
}
