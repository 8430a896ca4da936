//! The README in its two languages: what one says that can be typed, the other says, too.

use std::{collections::BTreeSet, fs};

use super::{assert_none, source::root};

/// Everything in a text that is written to be typed: what stands in blocks of code, but for the
/// comments and the words that are said, and what stands between backticks.
fn code(text: &str) -> BTreeSet<String> {
    let mut code = BTreeSet::new();
    for (number, block) in text.split("```").enumerate() {
        if number % 2 == 1 {
            let lines = block.lines().skip(1).map(|line| line.split(" # ").next().unwrap_or(line));
            code.extend(lines.map(|line| line.trim().to_owned()));
        } else {
            code.extend(block.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    code
}

#[test]
fn both_languages_name_the_same_commands_flags_and_files() {
    let text = |name: &str| fs::read_to_string(root().join(name)).unwrap();
    let (english, chinese) = (text("README.md"), text("README.zh.md"));

    let (ours, theirs) = (code(&english), code(&chinese));
    let missing = ours.difference(&theirs).map(|code| format!("README.zh.md lacks `{code}`"));
    let more = theirs.difference(&ours).map(|code| format!("README.md lacks `{code}`"));

    assert_none(missing.chain(more), "README.md and README.zh.md say the same");
    assert!(english.contains("(README.zh.md)") && chinese.contains("(README.md)"));
    let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
    assert_eq!(headings(&english), headings(&chinese), "they have other headings");
}
