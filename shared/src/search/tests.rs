//! What is found and what is not.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn finds(query: &str, text: &str) -> bool {
    Query::parse(query).unwrap().matches(text)
}

#[test]
fn any_part_of_a_chinese_text_is_found() {
    let text = "明天晚上八点，李白请大家喝酒";
    for query in ["李", "李白", "白请", "晚上八点", "酒", "八点，李白", "李白 明天"]
    {
        assert!(finds(query, text), "{query}");
    }
    for query in ["白李", "杜甫", "李白 杜甫"] {
        assert!(!finds(query, text), "{query}");
    }
}

#[test]
fn words_are_found_by_their_beginnings_in_any_case_and_width() {
    let text = "Deployed kpl-server ＡＢＣ１２３ to Straße, café";
    for query in
        ["deploy", "DEPLOYED", "server", "kpl-serv", "abc", "ａｂｃ123", "STRASSE", "CAFE\u{301}"]
    {
        assert!(finds(query, text), "{query}");
    }
    for query in ["ployed", "erver", "123", "eployed kpl"] {
        assert!(!finds(query, text), "{query}");
    }
}

#[test]
fn quotes_make_a_phrase_and_words_stand_in_any_order() {
    assert!(finds("tonight game", "the game is\n tonight"));
    assert!(finds("\"is tonight\"", "the game is\n tonight"));
    assert!(!finds("\"tonight game\"", "the game is tonight"));
    assert!(finds("“game is", "the game is tonight"));
}

#[test]
fn signs_and_what_no_index_has_are_found_too() {
    assert!(finds("👍", "好👍🏽"));
    assert!(finds("❤", "a ❤\u{fe0f} b"));
    assert!(finds("!!", "what!!"));
    assert!(Query::parse("!!").unwrap().terms().is_empty());
}

#[test]
fn nothing_and_too_much_are_refused() {
    for query in ["", "  ", "\"\"", "\u{200b}", &"a".repeat(MAX_QUERY_BYTES + 1)] {
        assert_eq!(Query::parse(query).unwrap_err().code, Code::BadRequest, "{query}");
    }
}

#[test]
fn places_are_those_of_whole_graphemes_in_the_text_as_it_came() {
    let marked = |query: &str, text: &str| -> Vec<String> {
        let places = Query::parse(query).unwrap().places(text);
        places.into_iter().map(|place| text[place].to_owned()).collect()
    };

    assert_eq!(marked("李白 喝", "李白喝酒，李白"), ["李白喝", "李白"]);
    assert_eq!(marked("cafe\u{301}", "Un CAFÉ"), ["CAFÉ"]);
    assert_eq!(marked("fi", "ﬁne"), ["ﬁ"]);
    assert_eq!(marked("a b", "a   \n b"), ["a", "b"]);
    assert_eq!(marked("\"a b\"", "a   \n b"), ["a   \n b"]);
    assert_eq!(marked("👨", "x👨‍👩‍👧y"), ["👨‍👩‍👧"]);
}

#[test]
fn one_or_two_chinese_characters_are_one_term() {
    let terms = |query: &str| Query::parse(query).unwrap().terms();

    assert_eq!(terms("白"), ["白"]);
    assert_eq!(terms("李白"), ["李白"]);
    assert_eq!(terms("Deployment"), ["deployme"]);
}

const TEXT: &str =
    "([a-cA-C0-2]|[李白酒]|[ァ-ウ]|[ＡＢ１，]|é|e\u{301}|ﬁ|👍|❤\u{fe0f}|[ \n\"*.:_-]|\\PC){0,24}";

proptest! {
    #[test]
    fn whatever_matches_is_under_all_terms_of_the_query(text in TEXT, query in TEXT) {
        // Parts of the text are what matches more often than by chance.
        let letters: Vec<char> = text.chars().collect();
        let part: String = letters.iter().skip(query.len() % 7).take(5).collect();
        for query in [query, part] {
            let Ok(query) = Query::parse(&query) else { continue };
            let terms = terms::of_text(&text);
            let terms: BTreeSet<&str> = terms.split_terminator(' ').collect();
            if query.matches(&text) {
                let missing = query.terms().into_iter().find(|term| !terms.contains(term.as_str()));
                prop_assert_eq!(missing, None);
                prop_assert!(!query.places(&text).is_empty());
            }
        }
    }

    #[test]
    fn terms_hold_nothing_of_a_query_language(text in TEXT) {
        for term in terms::of_text(&text).split_terminator(' ') {
            let plain = |letter: char| !letter.is_ascii() || letter.is_ascii_alphanumeric();
            prop_assert!(!term.is_empty() && term.chars().all(plain), "{:?}", term);
        }
    }

    #[test]
    fn places_are_in_order_and_apart(text in TEXT, query in TEXT) {
        let Ok(query) = Query::parse(&query) else { return Ok(()) };
        let mut end = 0;
        for place in query.places(&text) {
            prop_assert!(place.start >= end && place.end > place.start);
            prop_assert!(text.get(place.clone()).is_some());
            end = place.end;
        }
    }
}
