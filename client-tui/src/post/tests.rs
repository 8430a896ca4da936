use kpl_shared::{
    message::Message,
    names::{Name, RoomName},
    protocol::{Hello, Limits, You},
};

use super::*;
use crate::io::{address::Address, connection::ConnectionSettings, outbox::Owner};

/// A post on a disk of its own, and a link that leads nowhere.
struct Office {
    post: Post,
    connection: Connection,
    _links: tokio::sync::mpsc::Receiver<Link>,
    _disk: tempfile::TempDir,
}

fn owner() -> Owner {
    Owner {
        origin: "http://127.0.0.1:3000".into(),
        room: RoomName::default(),
        name: Name::parse("瑶").unwrap(),
    }
}

impl Office {
    async fn with(texts: &[&str]) -> Self {
        let disk = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(disk.path(), owner()).unwrap();
        let mut post = Post::new(outbox, Language::En).unwrap();
        post.keep(texts.iter().map(|&text| text.to_owned())).unwrap();
        let address = Address::parse("http://127.0.0.1:1").unwrap();
        let settings = ConnectionSettings::new(address, None, None, RoomName::default());
        let (connection, links) = Connection::start(settings);
        let mut office = Self { post, connection, _links: links, _disk: disk };
        office.hears(greeting()).await;
        office
    }

    async fn hears(&mut self, link: Link) {
        self.post.hear(&link).unwrap();
        self.post.depart(&self.connection).await.unwrap();
    }

    /// The id of the n-th line, from 1.
    fn cid(&self, number: usize) -> String {
        format!("{}-{number}", self.post.cid_prefix)
    }

    fn kept(&self) -> Vec<String> {
        self.post.disk.lines().map(|line| line.text.clone()).collect()
    }
}

fn greeting() -> Link {
    Link::Greeted(Hello {
        v: 1,
        server: "test".into(),
        epoch: "e".into(),
        you: You { name: "瑶".into(), uid: "me".into(), guest: false, op: false },
        room: RoomName::default(),
        head: 0,
        topic: None,
        limits: Limits { text_bytes: 10, page: 200, file_bytes: 0 },
    })
}

fn told(uid: &str, cid: String) -> Link {
    let line = Message {
        seq: 1,
        at: 0,
        from: "瑶".into(),
        uid: uid.into(),
        guest: false,
        cid: Some(cid),
        kind: Kind::Text,
        text: "x".into(),
        file: None,
    };
    Link::Told(Messages {
        room: RoomName::default(),
        epoch: "e".into(),
        head: 1,
        messages: vec![line],
        more: false,
        req: None,
    })
}

fn refusal(cid: String, code: Code, retry_ms: Option<u64>) -> Link {
    let refusal = Refusal { code, message: "no".into(), retry_ms };
    Link::Refused(Refused::new(event::TALK, Some(cid), refusal))
}

#[tokio::test]
async fn a_line_is_forgotten_when_it_comes_back_as_ours() {
    let mut office = Office::with(&["a", "b"]).await;

    let stolen = told("someone", office.cid(1));
    office.hears(stolen).await;
    assert_eq!(office.kept(), ["a", "b"]);
    let back = told("me", office.cid(1));
    office.hears(back).await;

    assert_eq!(office.kept(), ["b"]);
    assert!(office.post.sent.is_some(), "the next one is on its way");
}

#[tokio::test]
async fn a_refusal_that_waiting_helps_is_waited_for() {
    let mut office = Office::with(&["a"]).await;

    let too_fast = refusal(office.cid(1), Code::TooFast, Some(20));
    office.hears(too_fast).await;
    assert!(office.post.sent.is_none());
    office.post.is_due().await;
    office.post.depart(&office.connection).await.unwrap();

    assert!(office.post.sent.is_some());
    assert_eq!(office.post.refused(), 0);
}

#[tokio::test]
async fn a_refusal_that_waiting_does_not_help_gives_the_line_up_and_no_other() {
    let mut office = Office::with(&["a", "b"]).await;

    let invalid = refusal(office.cid(1), Code::TextInvalid, None);
    office.hears(invalid).await;

    assert_eq!(office.kept(), ["b"]);
    assert_eq!(office.post.refused(), 1);
}

#[tokio::test]
async fn a_line_that_the_server_would_not_take_is_not_sent() {
    let mut office = Office::with(&["longer than ten bytes", "b"]).await;

    assert_eq!(office.kept(), ["b"]);
    assert_eq!(office.post.refused(), 1);
    let back = told("me", office.cid(2));
    office.hears(back).await;
    assert!(office.post.is_empty());
}

#[tokio::test]
async fn after_a_drop_the_line_goes_again() {
    let mut office = Office::with(&["a"]).await;

    office
        .hears(Link::Lost { why: crate::model::words::trouble::Trouble::Broke, retry_ms: 1 })
        .await;
    assert!(office.post.sent.is_none());
    office.hears(greeting()).await;

    assert!(office.post.sent.is_some());
}

#[tokio::test]
async fn a_plain_server_took_a_line_when_it_left() {
    let mut office = Office::with(&["a"]).await;

    office.hears(Link::FoundPlain).await;
    let passed = Link::Passed { cid: office.cid(1) };
    office.hears(passed).await;

    assert!(office.kept().is_empty());
}

#[tokio::test]
async fn an_answer_about_another_line_does_not_end_the_wait_for_the_one_on_its_way() {
    let mut office = Office::with(&["a", "b"]).await;
    let (first, back) = (office.cid(1), told("me", office.cid(1)));
    office.hears(back).await;

    // The first one had been sent twice, and its second copy came too fast.
    office.hears(refusal(first, Code::TooFast, Some(20))).await;

    assert!(office.post.sent.is_some(), "the second would never be sent again");
}

#[tokio::test]
async fn who_is_not_let_in_keeps_what_an_earlier_run_left_and_nothing_of_their_own() {
    let office = Office::with(&["left"]).await;
    let Office { post, _disk: disk, .. } = office;
    assert_eq!(post.close().kept, 1);
    let mut post = Post::new(Outbox::open(disk.path(), owner()).unwrap(), Language::En).unwrap();
    post.keep(["mine".to_owned(), "mine too".to_owned()]).unwrap();

    assert_eq!(post.give_up_own().unwrap(), 2);

    assert_eq!((post.len(), post.close().kept), (1, 1));
}
