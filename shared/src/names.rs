//! Who speaks, and where: names of people and of rooms, checked once, on entry.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};
use unicode_security::{mixed_script::AugmentedScriptSet, skeleton};
use unicode_segmentation::UnicodeSegmentation;

/// How long a name may be, in graphemes: what a reader counts as letters.
pub const MAX_GRAPHEMES: usize = 32;
/// How long a name may be, in bytes of UTF-8 after NFKC.
pub const MAX_BYTES: usize = 64;
/// How many combining marks may stand on one letter.
const MAX_MARKS: usize = 2;
/// The room that one is in unless one says otherwise.
pub const DEFAULT_ROOM: &str = "KPL";
/// What the names begin with that the server gives to those who bring none.
const GUEST_PREFIX: &str = "guest-";

/// A person's name: letters, numbers and `-_.`, in NFKC, of one script (Han may stand with Kana,
/// Hangul, Bopomofo and Latin), at most [`MAX_GRAPHEMES`] graphemes and [`MAX_BYTES`] bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl Name {
    /// Checks a name and brings it into NFKC.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        checked(name).map(Self)
    }

    /// The name of a guest who brought none: `guest-` and the number in hexadecimal.
    pub fn of_guest(number: u32) -> Self {
        Self(format!("{GUEST_PREFIX}{number:08x}"))
    }

    /// Whether the name looks like one that the server gives to guests.
    pub fn is_of_guests(&self) -> bool {
        let (mine, guests) = (self.skeleton(), Name(GUEST_PREFIX.into()).skeleton());
        mine.heard.starts_with(&guests.heard) || mine.seen.starts_with(&guests.seen)
    }

    /// What two names share when a reader could take one for the other.
    pub fn skeleton(&self) -> Skeleton {
        Skeleton {
            heard: skeleton(&folded(&self.0)).collect(),
            seen: folded(&skeleton(&self.0).collect::<String>()),
        }
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        Self::parse(&name)
    }
}

impl std::str::FromStr for Name {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        Self::parse(name)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

/// The UTS #39 skeletons of a name, folded before and after: whoever owns `Alice` owns `ALICE` and
/// the look-alike with a Cyrillic `А` by the one, and `AIice` with a capital I by the other. Names
/// that share either are one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skeleton {
    heard: String,
    seen: String,
}

impl Skeleton {
    /// Whether a reader could take a name of this skeleton for one of the other.
    pub fn resembles(&self, other: &Self) -> bool {
        self.heard == other.heard || self.seen == other.seen
    }

    /// Under what a name is claimed: whoever holds either of the two owns it.
    pub fn claims(&self) -> [String; 2] {
        [format!("heard:{}", self.heard), format!("seen:{}", self.seen)]
    }
}

/// A room's name, by the same rule as a person's. Rooms are told apart letter by letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomName(String);

impl RoomName {
    /// Checks a room's name and brings it into NFKC.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        checked(name).map(Self)
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RoomName {
    fn default() -> Self {
        Self(DEFAULT_ROOM.into())
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for RoomName {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        Self::parse(&name)
    }
}

impl std::str::FromStr for RoomName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        Self::parse(name)
    }
}

impl From<RoomName> for String {
    fn from(name: RoomName) -> Self {
        name.0
    }
}

/// What is wrong with a name, as a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left of it.
    #[error("a name needs at least one letter or number")]
    Empty,
    /// It has too many letters.
    #[error("a name has at most {MAX_GRAPHEMES} letters and {MAX_BYTES} bytes")]
    TooLong,
    /// It holds something other than letters, numbers and `-_.`.
    #[error("a name is made of letters, numbers and -_. only; it holds {0:?}")]
    Forbidden(char),
    /// Too many marks stand on one letter.
    #[error("a name has at most {MAX_MARKS} marks on one letter")]
    TooManyMarks,
    /// A mark stands on a letter of a script that has none, where it is easily overlooked.
    #[error("letters of Chinese, Japanese or Korean have no marks in a name")]
    Marked,
    /// It mixes scripts that look alike.
    #[error("a name is written in one script (Chinese may stand with Latin letters)")]
    MixedScripts,
}

fn checked(name: &str) -> Result<String, NameError> {
    // NFKC makes text longer by a bounded factor; a name this long is refused before that work.
    if name.len() > 4 * MAX_BYTES {
        return Err(NameError::TooLong);
    }
    let name: String = name.nfkc().collect();
    if name.len() > MAX_BYTES || name.graphemes(true).count() > MAX_GRAPHEMES {
        return Err(NameError::TooLong);
    }
    if let Some(letter) = name.chars().find(|&letter| !may_stand_in_a_name(letter)) {
        return Err(NameError::Forbidden(letter));
    }
    if !name.chars().any(char::is_alphanumeric) || name.starts_with(is_combining_mark) {
        return Err(NameError::Empty);
    }
    let marks = name.split(|letter| !is_combining_mark(letter)).map(|run| run.chars().count());
    if marks.max().unwrap_or(0) > MAX_MARKS {
        return Err(NameError::TooManyMarks);
    }
    if marks_what_has_no_marks(&name) {
        return Err(NameError::Marked);
    }
    if mixes_scripts(&name) {
        return Err(NameError::MixedScripts);
    }
    Ok(name)
}

fn may_stand_in_a_name(letter: char) -> bool {
    use GeneralCategoryGroup::{Letter, Mark, Number};
    matches!(letter, '-' | '_' | '.')
        || (matches!(letter.general_category_group(), Letter | Mark | Number)
            && !is_invisible(letter))
}

/// The letters that show nothing: Hangul fillers, the grapheme joiner, variation selectors and
/// their like, which Unicode counts among letters and marks.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{034F}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether a mark of no script stands on a letter of Chinese, Japanese or Korean: 李白 with an accent
/// is too easily taken for 李白, and nobody is called so.
fn marks_what_has_no_marks(name: &str) -> bool {
    let mut has_none = false;
    name.chars().any(|letter| {
        if letter.script() == Script::Inherited {
            return has_none;
        }
        let scripts = AugmentedScriptSet::from(letter);
        let is_cjk = scripts.hanb || scripts.jpan || scripts.kore;
        has_none = is_cjk && !scripts.base.is_common();
        false
    })
}

/// "Highly restrictive" of UTS #39 without its list of allowed letters, which lacks rare Han.
fn mixes_scripts(name: &str) -> bool {
    let mut all = AugmentedScriptSet::default();
    let mut but_latin = AugmentedScriptSet::default();
    let mut has_latin = false;
    for letter in name.chars() {
        let scripts = AugmentedScriptSet::from(letter);
        all.intersect_with(scripts);
        if scripts.base.contains_script(Script::Latin)
            && !(scripts.base.is_common() || scripts.base.is_inherited())
        {
            has_latin = true;
        } else {
            but_latin.intersect_with(scripts);
        }
    }
    let beside_latin = but_latin.hanb || but_latin.jpan || but_latin.kore;
    all.is_empty() && !(has_latin && beside_latin)
}

fn folded(name: &str) -> String {
    unicase::UniCase::unicode(name).to_folded_case()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_five_and_their_like_may_enter() {
        for name in [
            "李白",
            "瑶",
            "吕布",
            "后羿",
            "貂蝉",
            "KPL李白",
            "𠮷野家",
            "サクラ桜",
            "ㄅㄆ白",
            "한글李",
        ] {
            assert_eq!(Name::parse(name).map(String::from).as_deref(), Ok(name));
        }
        for name in [
            "libai",
            "Łukasz",
            "Иван",
            "x_1-2.3",
            "Ὀδυσσεύς",
            "ợ",
            "राम",
            "パパ",
            "か\u{3099}",
            "1\u{301}",
        ] {
            assert!(Name::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_could_deceive_may_not() {
        use NameError::{Empty, Forbidden, Marked, MixedScripts, TooLong, TooManyMarks};
        for (name, error) in [
            ("", Empty),
            ("---", Empty),
            ("\u{301}a", Empty),
            ("a b", Forbidden(' ')),
            ("a\u{200b}b", Forbidden('\u{200b}')),
            ("a\u{202e}b", Forbidden('\u{202e}')),
            ("a\u{3164}b", Forbidden('\u{1160}')),
            ("\x1b[2J", Forbidden('\x1b')),
            ("👨‍👩‍👧", Forbidden('👨')),
            ("аdmin", MixedScripts),
            ("李白и", MixedScripts),
            ("x\u{331}\u{332}\u{333}", TooManyMarks),
            ("李白\u{301}", Marked),
            ("李\u{fe20}白", Marked),
            ("\u{ac00}\u{323}", Marked),
            (&"a".repeat(33), TooLong),
            (&"白".repeat(22), TooLong),
            (&"a".repeat(1_000_000), TooLong),
        ] {
            assert_eq!(Name::parse(name), Err(error), "{name:.40}");
        }
    }

    fn alike(one: &str, other: &str) -> bool {
        let skeleton = |name| Name::parse(name).unwrap().skeleton();
        skeleton(one).resembles(&skeleton(other))
    }

    #[test]
    fn look_alikes_share_a_skeleton() {
        for (one, other) in [
            ("admin", "ADMIN"),
            ("libai", "ｌｉｂａｉ"),
            ("ао", "ao"),
            ("カ", "力"),
            ("Straße", "STRASSE"),
            ("Alice", "AIice"),
            ("Alice", "ALICE"),
            ("KPO", "KP0"),
            ("Bob", "B0b"),
        ] {
            assert!(alike(one, other), "{one} {other}");
        }
        for (one, other) in [("李白", "李黑"), ("Bill", "Bili"), ("room1", "room2")] {
            assert!(!alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_guests_name_is_known_as_one() {
        assert!(Name::of_guest(7).is_of_guests());
        assert!(Name::parse("GUEST-x").unwrap().is_of_guests());
        assert!(!Name::parse("guestbook").unwrap().is_of_guests());
        assert_eq!(Name::parse(Name::of_guest(7).as_str()), Ok(Name::of_guest(7)));
    }

    proptest! {
        #[test]
        fn a_name_that_passed_passes_again_unchanged(name in "\\PC{1,12}") {
            if let Ok(name) = Name::parse(&name) {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name.clone()));
                prop_assert_eq!(name.skeleton(), name.skeleton());
            }
        }

        #[test]
        fn no_input_panics(name in any::<String>()) {
            let _any_verdict = Name::parse(&name);
        }
    }
}
