//! Lines about files, and what is done with them.

use kpl_shared::message::Kind;

use crate::model::{
    effect::{Effect, Outgoing},
    tests::script::*,
};

#[test]
fn copying_a_file_copies_where_it_is_fetched_and_opening_it_leads_there() {
    let mut state = live(0);
    play(&mut state, [heard(vec![line(1, "瑶", "看图"), shown(2, "瑶", "截 1.png")])]);
    let address = format!("http://127.0.0.1:3000{}", picture("截 1.png").path());

    let copied = types(&mut state, "/copy⏎");
    let opened = types(&mut state, "/open⏎");

    assert_eq!(copied, [Effect::Copy(address.clone())]);
    assert_eq!(opened, [Effect::Open(address)]);
}

#[test]
fn a_line_of_an_outbox_of_before_there_were_files_is_read() {
    let read = |json: &str| serde_json::from_str::<Outgoing>(json).unwrap();
    let file = Outgoing {
        kind: Kind::File,
        file: Some(Box::new(picture("a.png"))),
        ..outgoing("1", "a.png")
    };

    assert_eq!(read(r#"{"cid":"1","text":"x"}"#), outgoing("1", "x"));
    assert_eq!(serde_json::to_string(&outgoing("1", "x")).unwrap(), r#"{"cid":"1","text":"x"}"#);
    assert_eq!(read(&serde_json::to_string(&file).unwrap()), file);
}
