//! The guard before the screen: whatever comes, nothing in what is drawn steers a terminal, and it
//! is as wide as was measured.

use kpl_chat::model::text::{clean, links, mention, spans, wrap};
use kpl_shared::text::{Text, steers_a_screen};

/// The first byte is how many columns there are, the rest a name or a text.
pub fn target(bytes: &[u8]) {
    let Some((&columns, rest)) = bytes.split_first() else { return };
    let (columns, text) = (usize::from(columns), String::from_utf8_lossy(rest));
    let (name, sentence) = (clean::name(&text, columns.max(1)), clean::sentence(&text));
    for shown in [&name, &sentence, &clean::shortened(&sentence, columns)] {
        assert!(
            !shown.chars().any(|letter| steers_a_screen(letter) || letter == '\n'),
            "{shown:?}"
        );
    }
    assert!(clean::drawn_width(&name) <= columns.max(1), "{name:?} in {columns}");
    assert!(clean::drawn_width(&clean::shortened(&sentence, columns)) <= columns);
    assert!(clean::drawn_width(clean::ending(&sentence, columns)) <= columns);

    let draft = clean::draft(&text);
    assert!(!draft.chars().any(steers_a_screen), "{draft:?}");
    if let Ok(kept) = Text::parse(text.clone().into_owned(), usize::MAX) {
        assert_eq!(kept.as_str(), text, "it is not what was said");
    }
    let rows = wrap::wrap(&draft, columns.max(2));
    assert!(rows.iter().all(|row| draft.get(row.clone()).is_some()), "a row that is none");
    for range in links::links(&draft) {
        let target = links::target(&draft[range]);
        assert!(target.is_none_or(|url| !url.chars().any(char::is_control)), "a link that steers");
    }
    let spans = spans::spans(&draft, Some(&name));
    assert!(spans.iter().all(|span| draft.get(span.range.clone()).is_some()));
    assert!(mention::names(&draft, &name).into_iter().all(|range| draft.get(range).is_some()));
}
