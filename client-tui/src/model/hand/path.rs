//! Paths, as they are typed, and as a terminal pastes a file that is dragged into it: between
//! quotes, with backslashes before what a shell would part them at, or as a `file://` address.

/// How a path is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Style {
    /// As it is: all of it is one path, with the spaces in it.
    Bare,
    /// A backslash stands before what a shell would take otherwise.
    Escaped,
    /// Between quotes of this sort.
    Quoted(char),
}

/// The sign that keeps the next character from meaning anything.
const ESCAPE: char = '\\';
/// What begins the address of a file on this machine.
const SCHEME: &str = "file://";

/// The paths in what was typed: one, or several where each is set off as for a shell.
pub(in crate::model) fn read(typed: &str) -> Vec<String> {
    let typed = typed.trim();
    if style(typed) == Style::Bare && !typed.starts_with(SCHEME) {
        return if typed.is_empty() { vec![] } else { vec![typed.to_owned()] };
    }
    words(typed).into_iter().map(|word| of_address(&word).unwrap_or(word)).collect()
}

/// How a path is written of which this is the beginning.
pub(in crate::model) fn style(typed: &str) -> Style {
    match typed.chars().next() {
        Some(quote @ ('\'' | '"')) => Style::Quoted(quote),
        _ if typed.contains(ESCAPE) => Style::Escaped,
        _ => Style::Bare,
    }
}

/// A name as it stands in a path of a style; `None` if it cannot.
pub(in crate::model) fn written(name: &str, style: Style) -> Option<String> {
    match style {
        Style::Bare => (!name.contains(ESCAPE)).then(|| name.to_owned()),
        Style::Quoted(quote) => {
            let ends = name.contains(quote) || (quote == '"' && name.contains(ESCAPE));
            (!ends).then(|| name.to_owned())
        }
        Style::Escaped => {
            let mut written = String::new();
            for letter in name.chars() {
                if letter.is_whitespace() || matches!(letter, ESCAPE | '\'' | '"') {
                    written.push(ESCAPE);
                }
                written.push(letter);
            }
            Some(written)
        }
    }
}

/// The words of a line as a shell parts them. A quote that is not closed goes to the end.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            (ESCAPE, None | Some('"')) => {
                let next = letters.next().unwrap_or(ESCAPE);
                word.get_or_insert_default().push(next);
            }
            (open @ ('\'' | '"'), None) => {
                word.get_or_insert_default();
                quote = Some(open);
            }
            (space, None) if space.is_whitespace() => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The path in the address of a file on this machine.
fn of_address(word: &str) -> Option<String> {
    let rest = word.strip_prefix(SCHEME)?;
    let path = &rest[rest.find('/')?..];
    let mut bytes = Vec::new();
    let mut left = path.as_bytes();
    while let Some((&first, rest)) = left.split_first() {
        let code = rest.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        let code = code.filter(|_| first == b'%');
        bytes.push(code.unwrap_or(first));
        left = if code.is_some() { &rest[2..] } else { rest };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_read_as_it_is_typed_or_dragged() {
        for (typed, paths) in [
            ("", &[][..]),
            ("a.png", &["a.png"]),
            (" ~/我的 图片/截图 1.png ", &["~/我的 图片/截图 1.png"]),
            ("it's here.png", &["it's here.png"]),
            ("'/tmp/a b.png' ", &["/tmp/a b.png"]),
            (r"'/tmp/it'\''s.png'", &["/tmp/it's.png"]),
            ("\"/tmp/a \\\"b\\\".png\"", &["/tmp/a \"b\".png"]),
            (r"/tmp/a\ b\(1\).png", &["/tmp/a b(1).png"]),
            (r"/tmp/a\ b.png /tmp/c.png", &["/tmp/a b.png", "/tmp/c.png"]),
            ("'/a' '/b c'", &["/a", "/b c"]),
            ("'/tmp/never closed", &["/tmp/never closed"]),
            ("file:///tmp/%E6%88%AA%20a.png", &["/tmp/截 a.png"]),
            ("file://localhost/tmp/100%.png", &["/tmp/100%.png"]),
            ("\\", &["\\"]),
            ("''", &[]),
        ] {
            assert_eq!(read(typed), paths, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn a_name_that_is_put_in_is_read_as_itself(name in "[a-z\\\\'\" 汉]{1,8}") {
            let styles = [
                ("/x/", Style::Bare),
                (r"/a\ b/", Style::Escaped),
                ("'/x/", Style::Quoted('\'')),
                ("\"/x/", Style::Quoted('"')),
            ];
            for (before, style) in styles {
                let Some(written) = written(&name, style) else { continue };
                // White space at the end of a path is nobody's intention.
                if name.trim_end() != name {
                    continue;
                }
                let folder = before.trim_start_matches(['\'', '"']).replace('\\', "");
                prop_assert_eq!(read(&format!("{before}{written}")), [folder + &name]);
            }
        }
    }
}
