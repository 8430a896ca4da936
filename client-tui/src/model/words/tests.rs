//! Both languages say everything, and neither says it in the other.

use kpl_shared::protocol::event;

use super::*;

/// What is the same in both languages.
const ALIKE: &[&str] = &["ok"];
/// What has no other name in Chinese: keys, programs and what they call things, and what one types
/// into a settings file.
const NAMES: &[&str] = &[
    // Keys, as they are written on keyboards that are sold in China.
    "Enter",
    "Esc",
    "Tab",
    "Alt",
    "Ctrl",
    "End",
    "PgUp",
    "PgDn",
    // Programs, protocols and forms.
    "kpl-chat",
    "tmux",
    "wl-copy",
    "xclip",
    "xsel",
    "chmod",
    "shell",
    "man",
    "vi",
    "fg",
    "set",
    "set-clipboard",
    "KPL",
    "Socket",
    "IO",
    "HTTP",
    "TLS",
    "PEM",
    "SHA",
    "OSC",
    "JSON",
    "TOML",
    "UTF",
    "XDG",
    "Unicode",
    "NORMAL",
    "emoji",
    "ms",
    "http",
    "https",
    // Variables and files.
    "HOME",
    "LANG",
    "TERM",
    "EDITOR",
    "VISUAL",
    "NO_COLOR",
    "XDG_STATE_HOME",
    "XDG_CONFIG_HOME",
    "zh_CN",
    "config",
    "toml",
    "theme",
    "keys",
    // Settings, and what they may be.
    "people",
    "typing",
    "links",
    "pictures",
    "kitty",
    "sixel",
    "iterm",
    "iterm2",
    "blocks",
    "notify",
    "name",
    "url",
    "room",
    "lang",
    "zh",
    "en",
    "auto",
    "on",
    "off",
    "bell",
    "desktop",
    "both",
    "true",
    "false",
    "none",
    "dark",
    "light",
    "contrast",
    "ctrl",
    "alt",
    "ok",
];

/// The English words in a text that is Chinese. Those that stand between backticks or quotes, or
/// begin with a slash, a dash or a dollar, are typed so in every language.
pub(crate) fn english_in(text: &str, names: &[&str]) -> Vec<String> {
    let mut said = String::new();
    let mut quoted = None;
    let mut depth = 0;
    for letter in text.chars() {
        match (letter, quoted) {
            ('`' | '"', None) => quoted = Some(letter),
            (_, Some(mark)) if mark == letter => quoted = None,
            (_, Some(_)) => {}
            ('{', _) => depth += 1,
            ('}', _) => depth -= 1,
            _ if depth == 0 => said.push(letter),
            _ => {}
        }
    }
    let of_word = |letter: char| letter.is_ascii_alphanumeric() || "_-/$".contains(letter);
    let words = said.split(|letter| !of_word(letter)).filter(|word| {
        let typed = word.starts_with(['/', '-', '$']) || word.starts_with("KPL_");
        !typed && word.chars().filter(char::is_ascii_alphabetic).count() > 1
    });
    let words = words.flat_map(|word| word.split('/')).filter(|word| {
        let word = word.trim_end_matches(|letter: char| letter == '-' || letter.is_ascii_digit());
        let letters = word.chars().filter(char::is_ascii_alphabetic).count();
        letters > 1 && !NAMES.contains(&word) && !names.contains(&word)
    });
    words.map(str::to_owned).collect()
}

/// Holds what one table says in English against what it says in Chinese.
pub(super) fn assert_both(name: &str, english: &[&str], chinese: &str) {
    let han = |text: &str| text.chars().any(|letter| ('\u{4E00}'..='\u{9FFF}').contains(&letter));
    assert!(han(chinese) || ALIKE.contains(&chinese), "{name} is not in Chinese: {chinese}");
    assert!(!is_halved(chinese), "{name} has the signs of English between Chinese: {chinese}");
    let english_words = english_in(chinese, &[]);
    assert!(english_words.is_empty(), "{name} is half in English: {english_words:?}: {chinese}");
    for english in english {
        assert!(!english.trim().is_empty(), "{name} says nothing in English");
        assert!(!han(english), "{name} is not in English: {english}");
        assert!(!english.contains(is_wide_sign), "{name} has the signs of Chinese: {english}");
        assert_eq!(placeholders(english), placeholders(chinese), "{name} names other things");
    }
}

/// The signs with which Chinese is punctuated.
fn is_wide_sign(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF5E}')
}

/// Whether a sign of English stands beside Chinese, where a wide one belongs. Those of a path, a
/// time or a number stand among what is not Chinese.
fn is_halved(text: &str) -> bool {
    let han = |letter: &char| ('\u{4E00}'..='\u{9FFF}').contains(letter);
    let letters: Vec<char> = text.chars().collect();
    let halved = |pair: &[char]| match pair {
        [before, ',' | ';' | ':' | '!' | '?' | '.'] => han(before),
        [',' | ';' | ':' | '!' | '?', after] => han(after),
        _ => false,
    };
    letters.windows(2).any(halved) || ["}, ", "}; ", "}: "].iter().any(|sign| text.contains(sign))
}

#[test]
fn signs_of_english_are_told_from_those_of_a_time_or_a_path() {
    for wrong in ["没有,有", "没有: {why}", "{one}, {other}", "好.", "行吗?"] {
        assert!(is_halved(wrong), "{wrong}");
    }
    for right in ["19:30、昨天", "没有：{why}", "把 a.toml 放在 http://", "没有 (1)"] {
        assert!(!is_halved(right), "{right}");
    }
}

/// The placeholders of a text, sorted: the languages may put them in another order.
fn placeholders(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1);
    let mut names: Vec<&str> = parts.filter_map(|part| part.split('}').next()).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_locale_chooses_the_language() {
    assert_eq!(Language::of_locale("zh_CN.UTF-8"), Language::Zh);
    assert_eq!(Language::of_locale("C.UTF-8"), Language::En);
}

#[test]
fn every_refusal_has_words_and_a_remedy_in_both_languages() {
    for &code in Code::ALL {
        for message in ["", "the server's own words"] {
            assert!(!Language::En.refusal(code, message).is_empty());
            let chinese = Language::Zh.refusal(code, message);
            assert_eq!(english_in(&chinese, &[]), [""; 0], "{chinese}");
        }
        assert!(!Language::En.remedy(code).is_empty());
        assert_eq!(english_in(&Language::Zh.remedy(code), &[]), [""; 0]);
    }
}

#[test]
fn what_was_asked_for_is_not_called_by_its_event() {
    assert_eq!(Language::Zh.request(event::WHO), "成员列表");
    assert_eq!(Language::Zh.request("later"), "later");
}
