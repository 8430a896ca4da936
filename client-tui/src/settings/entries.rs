//! What the settings file may hold: one table, which the reader of the file goes by, and which
//! `--help`, the man page and a file that is saved show.

use crate::model::{
    hand::keymap,
    words::{Language, Words},
};

/// One entry of the file.
#[derive(Debug)]
pub struct Entry {
    /// What it is called.
    pub key: &'static str,
    /// How it is written, as TOML.
    pub example: &'static str,
    /// What it is about.
    pub about: Words,
}

/// Every entry, in the order in which they are shown.
pub const ENTRIES: &[Entry] = &[
    entry("name", r#""李白""#, Language::entry_name),
    entry("url", r#""https://chat.example:3000""#, Language::entry_url),
    entry("room", r#""KPL""#, Language::flag_room),
    entry("lang", r#""zh""#, Language::flag_lang),
    entry("password_file", r#""~/.config/kpl-chat/password""#, Language::flag_password_file),
    entry("ca_cert", r#""/etc/ssl/our-authority.pem""#, Language::flag_ca_cert),
    entry("fingerprint", r#""0f:1e:…""#, Language::flag_fingerprint),
    entry("theme", r#""dark""#, Language::entry_theme),
    entry("people", r#""auto""#, Language::entry_people),
    entry("notify", r#""bell""#, Language::flag_notify),
    entry("pictures", r#""auto""#, Language::flag_pictures),
    entry("typing", "true", Language::flag_typing),
    entry("links", r#""auto""#, Language::entry_links),
    entry("vi", "false", Language::entry_vi),
    entry("log", r#""~/kpl-chat.log""#, Language::flag_log),
    entry("keys", r#"{ ctrl-o = "search", f2 = "people" }"#, about_keys),
];

/// The entries of a file that is saved: what is known as it is, all others as comments that say
/// what they are about.
pub fn written(known: &[(&str, &str)], words: Language) -> String {
    let mut text = format!("# {}\n", words.file_saved());
    for Entry { key, example, about } in ENTRIES {
        let known = known.iter().find(|(known, _)| known == key);
        let entry = match known {
            Some((_, value)) => format!("{key} = {}\n", toml::Value::from(*value)),
            None => format!("#{key} = {example}\n"),
        };
        text.extend(["\n# ", &about(words), "\n", &entry]);
    }
    text
}

fn about_keys(words: Language) -> String {
    words.entry_keys(&keymap::names(words))
}

const fn entry(key: &'static str, example: &'static str, about: Words) -> Entry {
    Entry { key, example, about }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{super::file::parse, *};

    #[test]
    fn every_entry_is_read_as_it_is_shown() {
        for Entry { key, example, .. } in ENTRIES {
            // Those name a file that must be there, and a fingerprint that is not cut short.
            let line = match *key {
                "ca_cert" => continue,
                "fingerprint" => format!("{key} = \"{}\"", "ab".repeat(32)),
                _ => format!("{key} = {example}"),
            };
            let read = parse(&line, Path::new("config.toml"), Language::En);
            assert!(read.is_ok(), "{line}: {read:?}");
        }
    }

    #[test]
    fn a_saved_file_has_every_entry_and_says_what_it_is_about() {
        for words in [Language::En, Language::Zh] {
            let saved = written(&[("name", "瑶 \"x\"")], words);

            for Entry { key, about, .. } in ENTRIES {
                assert!(saved.contains(&format!("# {}\n", about(words))), "{key}: {saved}");
                let line = saved.lines().find(|line| line.contains(&format!("{key} = ")));
                let line = line.unwrap_or_else(|| panic!("no {key}: {saved}"));
                assert_eq!(line.starts_with('#'), *key != "name", "{line}");
            }
            let read: toml::Table = saved.parse().unwrap();
            assert_eq!(read.keys().collect::<Vec<_>>(), ["name"]);
            assert_eq!(read["name"].as_str(), Some("瑶 \"x\""));
        }
    }
}
