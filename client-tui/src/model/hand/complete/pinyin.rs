//! Pinyin: whether what is typed with Latin letters means a Chinese name. `libai`, `lb`, `lbai` and
//! `李b` all mean 李白; a character of several readings is meant by each of them.

use ::pinyin::{Pinyin, ToPinyinMulti};

/// How well a name fits; the lower, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It begins so.
    Begins,
    /// A word or a character inside of it does.
    Inside,
}

/// How many letters of a query are looked at; a name has at most 32.
const MAX_QUERY: usize = 63;

/// How well what is typed fits a name; `None` if it does not.
pub(super) fn fit(name: &str, query: &str) -> Option<Fit> {
    if query.is_empty() {
        return Some(Fit::Begins);
    }
    let query: Vec<char> = query.chars().take(MAX_QUERY).flat_map(char::to_lowercase).collect();
    if begins(name, &query) {
        return Some(Fit::Begins);
    }
    let mut before = None;
    let inside = name.char_indices().any(|(at, letter)| {
        // A Latin word is looked for from its beginning, a Chinese one from each character.
        let starts = letter.is_alphanumeric()
            && (!letter.is_ascii() || !before.is_some_and(char::is_alphanumeric));
        before = Some(letter);
        at > 0 && starts && begins(&name[at..], &query)
    });
    inside.then_some(Fit::Inside)
}

/// Whether a name begins with what is typed. All ways of reading it are followed at once: the bits
/// of `places` are the places in the query that the letters of the name so far can lead to.
fn begins(name: &str, query: &[char]) -> bool {
    let mut places: u64 = 1;
    for letter in name.chars() {
        let mut next = 0;
        for place in (0..query.len().min(MAX_QUERY)).filter(|place| places >> place & 1 == 1) {
            let rest = &query[place..];
            for length in eaten(letter, rest) {
                if length == rest.len() {
                    return true;
                }
                next |= 1 << (place + length);
            }
        }
        places = next;
        if places == 0 {
            return false;
        }
    }
    query.is_empty()
}

/// How many letters of what is typed may stand for a letter of a name.
fn eaten(letter: char, typed: &[char]) -> Vec<usize> {
    let mut lengths = Vec::new();
    if letter.to_lowercase().next() == typed.first().copied() {
        lengths.push(1);
    }
    for reading in letter.to_pinyin_multi().into_iter().flatten().map(Pinyin::plain) {
        let agreed = reading.chars().zip(typed).take_while(|(r, t)| sounds(*r, **t)).count();
        if agreed == 0 {
            continue;
        }
        // Its first letter, its initial of two letters, all of it, or as far as one has typed.
        lengths.push(1);
        let two = matches!(reading.get(..2), Some("zh" | "ch" | "sh"));
        if two && agreed >= 2 {
            lengths.push(2);
        }
        if agreed == reading.chars().count() || agreed == typed.len() {
            lengths.push(agreed);
        }
    }
    lengths
}

/// Whether a letter of a reading is typed so; ü has no key of its own.
fn sounds(reading: char, typed: char) -> bool {
    reading == typed || (reading == 'ü' && matches!(typed, 'v' | 'u'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fits(name: &str, query: &str) -> bool {
        fit(name, query) == Some(Fit::Begins)
    }

    #[test]
    fn a_chinese_name_is_meant_by_its_initials_its_pinyin_and_all_between() {
        for query in ["l", "lb", "li", "lib", "liba", "libai", "lbai", "李", "李b", "李白", "LB"]
        {
            assert!(fits("李白", query), "{query}");
        }
        for query in ["zgl", "zhgl", "zhuge", "zhugeliang", "zgliang", "zhugel"] {
            assert!(fits("诸葛亮", query), "{query}");
        }
        for query in ["lv", "lvbu", "lubu", "lb"] {
            assert!(fits("吕布", query), "{query}");
        }
        for query in ["lia", "bai", "lbb", "x", "libaix"] {
            assert!(!fits("李白", query), "{query}");
        }
    }

    #[test]
    fn a_character_of_several_readings_is_meant_by_each() {
        for query in ["shan", "dan", "sx", "dx", "cx", "shanxiongxin"] {
            assert!(fits("单雄信", query), "{query}");
        }
        for query in ["le", "yue", "ly", "yy"] {
            assert!(fits("乐毅", query), "{query}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_found_too_but_after_those_that_begin_so() {
        assert_eq!(fit("李白", "白"), Some(Fit::Inside));
        assert_eq!(fit("李白", "bai"), Some(Fit::Inside));
        assert_eq!(fit("guest-00ab", "00"), Some(Fit::Inside));
        assert_eq!(fit("alice", "ice"), None);
    }

    proptest! {
        #[test]
        fn every_name_is_meant_by_itself_and_by_its_beginnings(name in "[a-zA-Z李白吕布乐单0-9._-]{1,20}") {
            for (at, letter) in name.char_indices() {
                prop_assert!(fits(&name, &name[..at + letter.len_utf8()]));
            }
        }

        #[test]
        fn no_query_takes_long_or_panics(name in "\\PC{0,40}", query in "\\PC{0,90}") {
            fit(&name, &query);
            fit(&"呵啊".repeat(20), &"a".repeat(90));
        }
    }
}
