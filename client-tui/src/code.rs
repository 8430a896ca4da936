//! Code that is said: the lines of a pipe, a few messages of many lines rather than one for each.
//! Each is fenced as Markdown has it, which the page shows as code and everyone can read.

use std::{mem, time::Duration};

use kpl_shared::text::{DEFAULT_TEXT_BYTES, steers_a_screen};
use tokio::{sync::mpsc, time::timeout};

use crate::input::Line;

const FENCE: &str = "```";
/// What stands for a fence inside a block.
const NO_FENCE: &str = "'''";
/// How many bytes of lines a block has: what a server takes by default, without the fences.
const MOST: usize = DEFAULT_TEXT_BYTES - 2 * (FENCE.len() + 1);
/// After so long without a further line a block is said.
const PAUSE: Duration = Duration::from_secs(1);
/// So many blocks may wait to be said before no more is read.
const AHEAD: usize = 16;

/// A text as code.
pub fn fenced(text: &str) -> String {
    format!("{FENCE}\n{text}\n{FENCE}")
}

/// Gathers lines into blocks, in a task that ends with the lines.
pub fn blocks(lines: mpsc::Receiver<Line>) -> mpsc::Receiver<Line> {
    let (say, blocks) = mpsc::channel(AHEAD);
    // Its end is the end of `lines`, or of whoever listens.
    let _detached = tokio::spawn(gather(lines, say));
    blocks
}

async fn gather(mut lines: mpsc::Receiver<Line>, say: mpsc::Sender<Line>) {
    let mut block = String::new();
    loop {
        let next = if block.is_empty() {
            Ok(lines.recv().await)
        } else {
            timeout(PAUSE, lines.recv()).await
        };
        let (full, over) = match next {
            Ok(Some(Ok(line))) => (add(&mut block, &plain(&line)), false),
            Ok(Some(Err(no_line))) => {
                if say.send(Err(no_line)).await.is_err() {
                    return;
                }
                (vec![], false)
            }
            Ok(None) => (vec![mem::take(&mut block)], true),
            Err(_pause) => (vec![mem::take(&mut block)], false),
        };
        for block in full.into_iter().filter(|block| !block.trim().is_empty()) {
            if say.send(Ok(fenced(&block))).await.is_err() {
                return;
            }
        }
        if over {
            return;
        }
    }
}

/// Adds a line to a block, and returns the blocks that are full by that. No block begins with an
/// empty line.
fn add(block: &mut String, mut line: &str) -> Vec<String> {
    let mut full = vec![];
    if !block.is_empty() && block.len() + 1 + line.len() > MOST {
        full.push(mem::take(block));
    }
    while line.len() > MOST {
        let (head, rest) = line.split_at(line.floor_char_boundary(MOST));
        full.push(head.to_owned());
        line = rest;
    }
    if !block.is_empty() {
        block.push('\n');
    }
    block.push_str(line);
    full
}

/// A line without what colours it and steers a terminal, as compilers write it, and without what
/// would end the block.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' && letters.next_if_eq(&'[').is_some() {
            // Up to the letter that says what the sequence does.
            while letters.next_if(|letter| !('@'..='~').contains(letter)).is_some() {}
            letters.next();
        } else if !steers_a_screen(letter) {
            plain.push(letter);
        }
    }
    plain.replace(FENCE, NO_FENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_colours_a_line_is_left_out() {
        for (line, expected) in [
            ("\u{1b}[1;31merror\u{1b}[0m: \tx", "error: \tx"),
            ("\u{1b}[2Ka\rb\u{7}", "ab"),
            ("汉字\u{202e}", "汉字"),
            ("\u{1b}[", ""),
            ("\u{1b}]0;title\u{7}x", "]0;titlex"),
            ("a ``` b", "a ''' b"),
        ] {
            assert_eq!(plain(line), expected);
        }
    }

    #[test]
    fn blocks_are_no_longer_than_a_line_may_be_and_hold_everything() {
        let lines =
            ["a".repeat(3000), String::new(), "b".repeat(3000), "汉".repeat(3000), "c".into()];
        let mut block = String::new();

        let mut full: Vec<String> = lines.iter().flat_map(|line| add(&mut block, line)).collect();
        full.push(block);

        assert!(full.iter().all(|block| fenced(block).len() <= DEFAULT_TEXT_BYTES));
        assert_eq!(full.concat().replace('\n', ""), lines.concat());
        assert_eq!(full.len(), 5, "{:?}", full.iter().map(String::len).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_block_is_said_when_the_lines_pause_or_end() {
        let (write, lines) = mpsc::channel(9);
        let mut blocks = blocks(lines);
        for line in ["", "one", "", "two"] {
            write.send(Ok(line.into())).await.unwrap();
        }

        assert_eq!(blocks.recv().await.unwrap().unwrap(), fenced("one\n\ntwo"));
        write.send(Ok("three".into())).await.unwrap();
        drop(write);

        assert_eq!(blocks.recv().await.unwrap().unwrap(), fenced("three"));
        assert!(blocks.recv().await.is_none());
    }
}
