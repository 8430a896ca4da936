//! What a client says: the arguments of a `talk` event, read from whatever came.

use serde_json::Value;

use crate::{
    file::Hash,
    message::Kind,
    protocol::MAX_CID_BYTES,
    refusal::{Code, Refusal},
    text::steers_a_screen,
};

/// A line as a client says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// What is said, not yet checked.
    pub text: String,
    /// The client's own id for the line.
    pub cid: Option<String>,
    /// The room it is for; the handshake's when absent.
    pub room: Option<String>,
    /// What sort of line it is.
    pub kind: Kind,
    /// The file that it is about, of a line of kind `file` and of no other.
    pub file: Option<Hash>,
}

impl Talk {
    /// Reads the arguments `text [, {cid, room, kind, file} | cid]`. Further arguments are passed over.
    ///
    /// The id is read even where the text is wrong, so that a refusal can name the line.
    pub fn parse(args: &[Value]) -> Result<Self, (Refusal, Option<String>)> {
        let bad = |message: &str| Refusal::new(Code::BadRequest, message);
        let options = args.get(1);
        let option = |name: &str| options.and_then(|o| o.get(name)).filter(|o| !o.is_null());
        let cid = match options {
            Some(cid @ Value::String(_)) => Some(cid),
            _ => option("cid"),
        };
        let cid = cid.map(parse_cid).transpose().map_err(|refusal| (refusal, None))?;
        let Some(Value::String(text)) = args.first() else {
            return Err((bad("the first argument of talk is the text, a string"), cid));
        };
        let room = match option("room") {
            None => None,
            Some(Value::String(room)) => Some(room.clone()),
            Some(_) => return Err((bad("a room's name is a string"), cid)),
        };
        let kind = match option("kind") {
            None => Kind::Text,
            Some(kind) => match kind.as_str().map(Kind::parse) {
                Some(kind) if kind != Kind::Unknown => kind,
                _ => return Err((bad("the kind of a line is text, action or file"), cid)),
            },
        };
        let file = option("file").map(|hash| hash.as_str().and_then(|hash| hash.parse().ok()));
        let (kind, file) = match (kind, file) {
            (Kind::Text | Kind::File, Some(Some(file))) => (Kind::File, Some(file)),
            (Kind::File, None) | (_, Some(_)) => {
                let message = "a line of kind file, and no other, has a file: the hash of what was \
                               brought to POST /files";
                return Err((bad(message), cid));
            }
            (kind, None) => (kind, None),
        };
        Ok(Self { text: text.clone(), cid, room, kind, file })
    }
}

/// Whether a line may have this id. It comes back to everyone, so nothing in it may steer a screen.
pub fn is_cid(cid: &str) -> bool {
    let harmless = |cid: &str| !cid.chars().any(|c| c.is_control() || steers_a_screen(c));
    (1..=MAX_CID_BYTES).contains(&cid.len()) && harmless(cid)
}

fn parse_cid(cid: &Value) -> Result<String, Refusal> {
    let cid = cid.as_str().filter(|cid| is_cid(cid)).map(str::to_owned);
    cid.ok_or_else(|| {
        let message =
            format!("a cid is a string of 1 to {MAX_CID_BYTES} bytes without control characters");
        Refusal::new(Code::BadRequest, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn parse(args: &Value) -> Result<Talk, (Code, Option<String>)> {
        Talk::parse(args.as_array().unwrap()).map_err(|(refusal, cid)| (refusal.code, cid))
    }

    #[test]
    fn a_plain_line_is_only_its_text() {
        let talk = parse(&json!(["123"])).unwrap();

        assert_eq!(talk.text, "123");
        let rest = (talk.cid, talk.room, talk.kind, talk.file);
        assert_eq!(rest, (None, None, Kind::Text, None));
    }

    #[test]
    fn a_string_as_second_argument_is_the_lines_id() {
        assert_eq!(parse(&json!(["x", "id-1"])).unwrap().cid.as_deref(), Some("id-1"));
        assert_eq!(parse(&json!(["x", {"cid": "id-1"}, 3])).unwrap().cid.as_deref(), Some("id-1"));
    }

    #[test]
    fn a_text_that_is_no_string_is_refused_by_the_lines_id() {
        for text in [json!(123), json!(null), json!(true), json!({"a": 1}), json!(["x"])] {
            let verdict = parse(&json!([text, {"cid": "c"}]));
            assert_eq!(verdict, Err((Code::BadRequest, Some("c".into()))));
        }
        assert_eq!(parse(&json!([])), Err((Code::BadRequest, None)));
        for cid in [json!("c".repeat(65)), json!(""), json!("a\nb"), json!("\u{9b}31m"), json!(5)] {
            assert_eq!(parse(&json!(["x", {"cid": cid}])), Err((Code::BadRequest, None)), "{cid}");
        }
        assert_eq!(parse(&json!(["x", {"room": 5}])), Err((Code::BadRequest, None)));
        let verdict = parse(&json!(["x", {"kind": "edit"}]));
        assert_eq!(verdict, Err((Code::BadRequest, None)));
    }

    #[test]
    fn a_file_is_named_by_its_hash_in_a_line_of_its_kind_only() {
        let hash = "a7".repeat(32);
        for options in [json!({"file": hash}), json!({"file": hash, "kind": "file"})] {
            let talk = parse(&json!(["a.png", options])).unwrap();
            assert_eq!((talk.kind, talk.file), (Kind::File, hash.parse().ok()));
        }
        for options in [
            json!({"kind": "file"}),
            json!({"file": "a7"}),
            json!({"file": 7}),
            json!({"file": hash, "kind": "action"}),
        ] {
            let verdict = parse(&json!(["a.png", options]));
            assert_eq!(verdict, Err((Code::BadRequest, None)), "{options}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,9}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map("cid|file|kind|room|text", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(args in prop::collection::vec(any_json(), 0..4)) {
            let _any_verdict = Talk::parse(&args);
        }
    }
}
