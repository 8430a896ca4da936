//! A line about a file, in words: what it is, what it is called, and how large it is.

use std::{borrow::Cow, ops::Range};

use kpl_shared::{file::File, message::Kind};

use crate::model::{
    text::clean,
    words::{Language, files::bytes},
};

/// How many columns of a file's name are told.
const NAME_COLUMNS: usize = 64;

/// A file in words, and where in them its name stands.
pub fn told(words: Language, file: &File) -> (String, Range<usize>) {
    let what = if file.is_picture() { words.a_picture() } else { words.a_file() };
    let name = clean::name(&file.name, NAME_COLUMNS);
    let mut told = format!("[{what}] ");
    let start = told.len();
    told.push_str(&name);
    let range = start..told.len();
    told.extend(["  ", &bytes(file.size)]);
    if let (Some(width), Some(height)) = (file.width, file.height) {
        told.extend(["  ", &width.to_string(), "x", &height.to_string()]);
    }
    (told, range)
}

/// What a line says, in words: its text, or what is told of its file.
pub fn said<'a>(words: Language, kind: Kind, text: &'a str, file: Option<&File>) -> Cow<'a, str> {
    match file.filter(|_| kind == Kind::File) {
        Some(file) => told(words, file).0.into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use kpl_shared::file::Hash;

    use super::*;

    fn file(name: &str, picture: bool) -> File {
        File {
            hash: Hash::from_bytes([7; 32]),
            name: name.into(),
            size: 1_258_291,
            media: "x/y".into(),
            width: picture.then_some(1280),
            height: picture.then_some(720),
        }
    }

    #[test]
    fn a_file_is_told_by_its_name_and_size_and_a_picture_by_its_sides_too() {
        let (told, name) = told(Language::Zh, &file("截图.png", true));

        assert_eq!(told, "[图片] 截图.png  1.2 MB  1280x720");
        assert_eq!(&told[name], "截图.png");
        let zip = file("a.zip", false);
        assert_eq!(said(Language::En, Kind::File, "a.zip", Some(&zip)), "[file] a.zip  1.2 MB");
    }

    #[test]
    fn no_name_steers_a_terminal_or_fills_a_screen() {
        let told = |name: &str| told(Language::En, &file(name, false)).0;

        assert_eq!(told("a\x1b[2J\nb\u{202e}gnp.exe"), "[file] a[2Jbgnp.exe  1.2 MB");
        assert_eq!(told("\x1b"), "[file] ?  1.2 MB");
        assert!(clean::drawn_width(&told(&"汉".repeat(10_000))) < 90);
    }

    #[test]
    fn a_line_of_a_strange_server_is_told_by_its_text() {
        assert_eq!(said(Language::En, Kind::File, "a", None), "a");
        assert_eq!(said(Language::En, Kind::Text, "a", Some(&file("b", true))), "a");
    }
}
