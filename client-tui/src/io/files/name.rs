//! What a file is called that is saved: never a path, never what a shell or a file system takes
//! otherwise, whatever a server says.

use kpl_shared::{file, text::steers_a_screen};

/// What a file is called that has no name.
const NAMELESS: &str = "file";
/// How long a name may be, in bytes; file systems take 255, and a number and more may be added.
const MAX_BYTES: usize = 200;

/// The name under which a file is saved, at the first try or at one of the further ones, as long as
/// there is one of that name already.
pub(super) fn saved_as(name: &str, tries: u32) -> String {
    let name = safe(name);
    let (stem, ending) = parted(&name);
    let number = if tries == 0 { String::new() } else { format!(" ({tries})") };
    let room = MAX_BYTES.saturating_sub(ending.len());
    format!("{}{number}{ending}", stem[..stem.floor_char_boundary(room)].trim_end())
}

fn safe(name: &str) -> String {
    let harmless = |letter: char| {
        let steers = letter.is_control() || steers_a_screen(letter) || letter == '\u{FFFD}';
        if steers { '_' } else { letter }
    };
    let name: String = file::base(name).chars().map(harmless).collect();
    match name.chars().next() {
        None => NAMELESS.to_owned(),
        // Neither a flag, nor a file that nobody sees.
        Some('-' | '.' | '~') => format!("_{name}"),
        Some(_) => name,
    }
}

/// A name without its ending, and the ending: `.png`, `.tar.gz`.
fn parted(name: &str) -> (&str, &str) {
    let ending = |name: &str| {
        let at = name.rfind('.').filter(|&at| at > 0)?;
        let ending = &name[at + 1..];
        let is_one = (1..=8).contains(&ending.len()) && ending.chars().all(char::is_alphanumeric);
        is_one.then_some(at)
    };
    let Some(at) = ending(name) else { return (name, "") };
    let inner = ending(&name[..at]).filter(|&inner| &name[inner..at] == ".tar");
    name.split_at(inner.unwrap_or(at))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_stays_what_it_is_and_is_numbered_before_its_ending() {
        for (name, first, second) in [
            ("截图 1.png", "截图 1.png", "截图 1 (1).png"),
            ("a.tar.gz", "a.tar.gz", "a (1).tar.gz"),
            ("README", "README", "README (1)"),
            ("v1.2 final", "v1.2 final", "v1.2 final (1)"),
        ] {
            assert_eq!((saved_as(name, 0).as_str(), saved_as(name, 1).as_str()), (first, second));
        }
    }

    #[test]
    fn no_name_leaves_its_folder_or_is_taken_for_something_else() {
        for (name, saved) in [
            ("../../etc/passwd", "passwd"),
            (r"C:\Windows\a.exe", "a.exe"),
            ("..", "file"),
            ("a/..", "file"),
            ("", "file"),
            ("/", "file"),
            ("-rf", "_-rf"),
            (".bashrc", "_.bashrc"),
            ("~", "_~"),
            ("a\x1b[2J\n\u{202e}b", "a_[2J__b"),
            ("a\0b", "a_b"),
        ] {
            assert_eq!(saved_as(name, 0), saved, "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_is_one_name_of_a_bearable_length(
            name in "\\PC{0,300}|.{0,20}", tries in 0_u32..2_000,
        ) {
            let saved = saved_as(&name, tries);

            prop_assert!(!saved.is_empty() && saved.len() <= 255, "{saved:?}");
            let path = Path::new("/x").join(&saved);
            prop_assert_eq!(path.parent(), Some(Path::new("/x")));
            prop_assert!(!saved.starts_with(['-', '.']) && !saved.chars().any(char::is_control));
        }
    }
}
