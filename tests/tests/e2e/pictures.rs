//! The pictures of the README, taken by the command that takes them.

use std::{fs, process::Command};

use tempfile::TempDir;

#[test]
fn the_pictures_of_the_readme_are_the_programs_own_output() {
    let folder = TempDir::new().unwrap();

    let taken =
        Command::new(env!("CARGO_BIN_EXE_kpl-picture")).arg(folder.path()).output().unwrap();

    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
    for (file, language, colour) in [
        ("screen.svg", "online", "#d7d7d7"),
        ("screen-wide.svg", "帮", "#d7d7d7"),
        ("screen-phone.svg", "人", "#262626"),
    ] {
        let picture = fs::read_to_string(folder.path().join(file)).unwrap();
        for part in [language, colour, "八", "─", "</svg>"] {
            assert!(picture.contains(part), "{file} lacks {part}");
        }
    }
    let both = fs::read(folder.path().join("side-by-side.png")).unwrap();
    assert!(both.starts_with(b"\x89PNG") && both.len() > 50_000, "{} bytes", both.len());
}
