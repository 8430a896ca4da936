//! The word: what of the draft is being typed at the caret, and what it may become.

use crate::model::hand::{
    command::{self, Takes},
    path::{self, Style},
};

/// How much before the caret is looked at, in bytes. No name and no command is longer.
const MAX_WORD_BYTES: usize = 128;

/// What is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it begins in the draft, in bytes; it ends at the caret.
    pub(super) start: usize,
    /// What it may become.
    pub(super) sort: Sort,
    /// What is looked for: the word without the sign before it.
    pub(super) query: String,
    /// Of a path, the folder that it is in so far.
    pub(super) folder: String,
}

/// What a word may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A command: `/na`.
    Command,
    /// What a command takes: `/whois li`.
    Argument(Takes),
    /// A name after an `@`, which may stand right behind a Chinese character.
    Mention,
    /// An emoji: `:smi` or `:smile:`.
    Emoji,
    /// The last part of a path, which is written so.
    Path { style: Style, folders_only: bool },
    /// A name, if it becomes anything: nothing before it says so.
    Bare,
}

impl Word {
    fn of(start: usize, sort: Sort, query: impl Into<String>) -> Self {
        Self { start, sort, query: query.into(), folder: String::new() }
    }
}

/// What is being typed, if a sign before it says what it is to become.
pub(super) fn begun(text: &str, caret: usize) -> Option<Word> {
    let before = &text[..caret];
    // The whole text, as the caret may stand between two slashes.
    let is_command = command::begun(before).is_some() || !command::is_said(before);
    let is_command = is_command && !command::is_escaped(text);
    if let Some(query) = command::begun(before).filter(|_| is_command) {
        return Some(Word::of(0, Sort::Command, query));
    }
    if let Some(folders_only) = path_wanted(before).filter(|_| is_command) {
        return Some(path(before, folders_only));
    }
    let from = text.ceil_char_boundary(caret.saturating_sub(MAX_WORD_BYTES));
    let near = &before[from..];
    let last = near.rfind(char::is_whitespace);
    let last = last.map_or(0, |at| at + near[at..].chars().next().map_or(0, char::len_utf8));
    let start = from + last;
    let word = &text[start..caret];
    let takes = command::takes(before)
        .filter(|takes| is_command && !matches!(takes, Takes::Words | Takes::Action));
    if let Some(takes) = takes {
        // One thing is taken, and no other behind it.
        let another = before[..start].split_whitespace().nth(1).is_some();
        let sort = Sort::Argument(if another { Takes::Nothing } else { takes });
        let query = word.trim_start_matches(['@', '＠']);
        return Some(Word::of(start, sort, query));
    }
    mention(word, start).or_else(|| emoji(word, start))
}

/// What is being typed: each way to read it, the likeliest first.
pub(super) fn at_caret(text: &str, caret: usize) -> Vec<Word> {
    if let Some(word) = begun(text, caret) {
        return vec![word];
    }
    // A name typed in Latin letters may stand right behind Chinese ones: 来了li.
    let before = &text[..caret];
    let names = trailing(before, is_of_name);
    let latin = trailing(before, |letter| letter.is_ascii() && is_of_name(letter));
    let mut words: Vec<Word> = [names, latin]
        .into_iter()
        .filter(|word| !word.is_empty() && word.len() <= MAX_WORD_BYTES)
        .map(|word| Word::of(caret - word.len(), Sort::Bare, word))
        .collect();
    words.dedup();
    words
}

/// Whether a path is being typed, and then whether only a folder will do.
fn path_wanted(before: &str) -> Option<bool> {
    match command::takes(before)? {
        Takes::Path => Some(false),
        // The path comes second, or first where no number is.
        Takes::PlaceAndFolder => {
            let second = before.split_whitespace().nth(1).unwrap_or_default();
            (second.parse::<usize>().is_err() || typed_path(before) != second).then_some(true)
        }
        _ => None,
    }
}

/// What has been typed of a path.
fn typed_path(before: &str) -> &str {
    let rest = before.split_once(char::is_whitespace).map_or("", |(_, rest)| rest).trim_start();
    let behind = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let numbered = command::takes(before) == Some(Takes::PlaceAndFolder)
        && behind.len() < rest.len()
        && behind.starts_with(char::is_whitespace);
    if numbered { behind.trim_start() } else { rest }
}

/// The last part of the path that is being typed.
fn path(before: &str, folders_only: bool) -> Word {
    let typed = typed_path(before);
    let style = path::style(typed);
    let quote = if let Style::Quoted(quote) = style { quote.len_utf8() } else { 0 };
    let last = typed.rfind('/').map_or(quote, |slash| slash + 1);
    let read = |part: &str| {
        // What follows would belong to it, were there anything.
        let part = part.trim_end_matches('\\');
        path::read(part).pop().unwrap_or_default()
    };
    let opened = |part: &str| format!("{}{part}", &typed[..quote]);
    let folder = if last > quote { read(&typed[..last]) } else { String::new() };
    let beginning = &typed[last..];
    let query = match style {
        Style::Bare => beginning.to_owned(),
        _ if beginning.is_empty() => String::new(),
        _ => read(&opened(beginning)),
    };
    let sort = Sort::Path { style, folders_only };
    Word { start: before.len() - beginning.len(), sort, query, folder }
}

fn mention(word: &str, start: usize) -> Option<Word> {
    let at = word.rfind(['@', '＠'])?;
    let query = word[at..].trim_start_matches(['@', '＠']);
    let stands = stands_apart(&word[..at]) && query.chars().all(is_of_name);
    stands.then(|| Word::of(start + at, Sort::Mention, query))
}

fn emoji(word: &str, start: usize) -> Option<Word> {
    let open = word.strip_suffix(':').filter(|open| open.contains(':')).unwrap_or(word);
    let at = open.rfind(':')?;
    let query = &open[at + 1..];
    let of_emoji = |letter: char| letter.is_ascii_alphanumeric() || "_+-".contains(letter);
    let stands = stands_apart(&word[..at]) && !query.is_empty() && query.chars().all(of_emoji);
    stands.then(|| Word::of(start + at, Sort::Emoji, query.to_ascii_lowercase()))
}

/// Whether a sign after this begins something: not so in `a@b.example` or `https://`.
fn stands_apart(before: &str) -> bool {
    !before.ends_with(|letter: char| letter.is_ascii_alphanumeric() || ":/@".contains(letter))
}

fn trailing(text: &str, of: impl Fn(char) -> bool) -> &str {
    &text[text.trim_end_matches(of).len()..]
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || "-_.".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is begun in a draft in which `|` is the caret, as its sort and what is looked for.
    fn read(marked: &str) -> Option<(Sort, String)> {
        let caret = marked.find('|').unwrap();
        begun(&marked.replace('|', ""), caret).map(|word| (word.sort, word.query))
    }

    #[test]
    fn a_sign_says_what_a_word_is_to_become() {
        assert_eq!(read("/na|"), Some((Sort::Command, "na".into())));
        assert_eq!(read("@lb|"), Some((Sort::Mention, "lb".into())));
        assert_eq!(read("来了＠李|，走"), Some((Sort::Mention, "李".into())));
        assert_eq!(read("hi :smi|"), Some((Sort::Emoji, "smi".into())));
        assert_eq!(read("/whois @l|"), Some((Sort::Argument(Takes::Somebody), "l".into())));
        assert_eq!(read("/theme d|"), Some((Sort::Argument(Takes::Theme), "d".into())));
        assert_eq!(read("/nick l|"), Some((Sort::Argument(Takes::NewName), "l".into())));
        assert_eq!(read("/lang zh e|"), Some((Sort::Argument(Takes::Nothing), "e".into())));
        assert_eq!(read("/me @l|"), Some((Sort::Mention, "l".into())));
        assert_eq!(read("／na|"), Some((Sort::Command, "na".into())));
        assert_eq!(read("、na|"), Some((Sort::Command, "na".into())));
        assert_eq!(read("、whois l|"), Some((Sort::Argument(Takes::Somebody), "l".into())));
        assert_eq!(read("好:Smile:|"), Some((Sort::Emoji, "smile".into())));
    }

    #[test]
    fn addresses_times_links_and_paths_are_no_words_to_complete() {
        for draft in [
            "a@b|",
            "10:30|",
            "https://kpl|",
            "//us|",
            "@李白，l|",
            "std::io|",
            " /na|",
            "@li b|",
            "/|/us",
            "／／us|",
            "、|",
            "、走|",
        ] {
            assert_eq!(read(draft), None, "{draft}");
        }
    }

    #[test]
    fn a_name_without_a_sign_is_looked_for_behind_chinese_too() {
        let words = at_caret("来了li", "来了li".len());

        let queries: Vec<&str> = words.iter().map(|word| word.query.as_str()).collect();
        assert_eq!(queries, ["来了li", "li"]);
    }
}
