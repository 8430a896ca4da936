//! Searching the store with its real threads and files.

use rusqlite::Connection as Sqlite;

use super::{super::tests::*, Hits};
use crate::{settings::StoreSetting, store::Store};
use kpl_shared::{names::RoomName, search::Query};

async fn search(store: &Store, query: &str, before: u64, limit: u16) -> Hits {
    let query = Query::parse(query).unwrap();
    store.search(RoomName::default(), query, before, limit).await.unwrap()
}

async fn found(store: &Store, query: &str) -> Vec<u64> {
    let hits = search(store, query, u64::MAX, 50).await;
    assert_eq!(hits.next, None);
    hits.messages.iter().map(|line| line.seq).collect()
}

/// Indexes all there is, without waiting for a quiet moment.
async fn indexed(store: &Store) {
    let all = store.writer.run(|database| {
        while database.unindexed().is_some() {
            database.index()?;
        }
        Ok(())
    });
    all.await.unwrap();
}

async fn say(store: &Store, texts: &[&str]) {
    store.append(texts.iter().map(|text| draft("u", None, text)).collect()).await.unwrap();
}

#[tokio::test]
async fn a_line_is_found_at_once_and_after_it_was_indexed() {
    let (_folder, file) = folder();
    for setting in [file, StoreSetting::Memory] {
        let store = Store::open(&setting).unwrap();
        say(&store, &["李白来了", "Nobody here", "我等李白", "白李", "NOBODY else 李白"]).await;

        let mut answers = vec![];
        for query in ["李白", "nobod", "白", "李白 nobody", "\"nobody else\"", "body", "!"] {
            answers.push(found(&store, query).await);
        }
        indexed(&store).await;

        assert_eq!(
            answers,
            [vec![5, 3, 1], vec![5, 2], vec![5, 4, 3, 1], vec![5], vec![5], vec![], vec![]]
        );
        for (query, answer) in
            ["李白", "nobod", "白", "李白 nobody", "\"nobody else\"", "body", "!"]
                .iter()
                .zip(answers)
        {
            assert_eq!(found(&store, query).await, answer, "{query}");
        }
    }
}

#[tokio::test]
async fn hits_come_in_pages_from_the_newest_across_the_watermark() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let texts: Vec<String> = (1..=300).map(|n| format!("line {n} 李白")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    say(&store, &texts[..250]).await;
    indexed(&store).await;
    say(&store, &texts[250..]).await;

    let (mut before, mut seqs) = (u64::MAX, vec![]);
    loop {
        let hits = search(&store, "李白", before, 50).await;
        seqs.extend(hits.messages.iter().map(|line| line.seq));
        let Some(next) = hits.next else { break };
        before = next;
    }

    assert_eq!(seqs, (1..=300).rev().collect::<Vec<_>>());
    assert_eq!(search(&store, "李白", 1, 50).await, Hits::default());
    assert_eq!(search(&store, "李白", 0, 50).await, Hits::default());
}

#[tokio::test]
async fn an_older_store_is_indexed_after_it_was_opened() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let texts: Vec<String> = (1..=1000).map(|n| format!("第{n}行")).collect();
    say(&store, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
    drop(store);
    // As the version before the index left it; SQLite waits for the threads to end.
    drop(opened_again(&setting).await.unwrap());
    let old = Sqlite::open(path(&setting)).unwrap();
    old.execute_batch(
        "DROP TABLE words; ALTER TABLE rooms DROP COLUMN indexed;
         DROP TABLE operators; DROP TABLE sanctions; DROP TABLE slow; DROP TABLE audit; DROP TABLE invited;
         DROP TABLE invites; DROP TABLE files; ALTER TABLE messages DROP COLUMN file;
         PRAGMA user_version = 1",
    )
    .unwrap();
    drop(old);

    let store = Store::open(&setting).unwrap();
    let at_once = found(&store, "第777行").await;
    let beside = Sqlite::open(path(&setting)).unwrap();
    let watermark = || beside.query_row("SELECT indexed FROM rooms", [], |row| row.get(0));
    while watermark() != Ok(1000_i64) {
        tokio::task::yield_now().await;
    }

    assert_eq!((at_once, found(&store, "777").await), (vec![777], vec![777]));
}

#[tokio::test]
async fn a_room_finds_only_its_own_lines() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let elsewhere = |text: &str| {
        let mut draft = draft("u", None, text);
        draft.room = RoomName::parse("elsewhere").unwrap();
        draft
    };
    say(&store, &["李白"]).await;
    store.append(vec![elsewhere("x"), elsewhere("李白")]).await.unwrap();
    say(&store, &["李白"]).await;
    indexed(&store).await;

    assert_eq!(found(&store, "李白").await, [2, 1]);
    let query = Query::parse("李白").unwrap();
    let other = RoomName::parse("elsewhere").unwrap();
    let hits = store.search(other, query.clone(), u64::MAX, 50).await.unwrap();
    assert_eq!(hits.messages.iter().map(|line| line.seq).collect::<Vec<_>>(), [2]);
    let unknown = RoomName::parse("unknown").unwrap();
    assert_eq!(store.search(unknown, query, u64::MAX, 50).await.unwrap(), Hits::default());
}

#[tokio::test]
async fn no_query_is_an_error_of_the_index() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    say(&store, &["anything AND nothing"]).await;
    indexed(&store).await;

    for query in
        ["\"", "AND", "a AND", "NEAR(a b)", "terms:a", "a*", "-a", "^a", "(", "a\0b", "'; --", "👍"]
    {
        let Ok(query) = Query::parse(query) else { continue };
        store.search(RoomName::default(), query, u64::MAX, 50).await.unwrap();
    }
}
