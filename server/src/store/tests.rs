//! The store with its real threads and files.

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

pub(super) fn folder() -> (TempDir, StoreSetting) {
    let folder = tempfile::tempdir().unwrap();
    let setting = StoreSetting::Sqlite(folder.path().join("data").join("kpl.db"));
    (folder, setting)
}

pub(super) fn path(setting: &StoreSetting) -> &std::path::Path {
    match setting {
        StoreSetting::Sqlite(path) => path,
        StoreSetting::Memory => unreachable!(),
    }
}

pub(super) fn draft(uid: &str, cid: Option<&str>, text: &str) -> Draft {
    Draft {
        room: RoomName::default(),
        at: 5,
        from: Name::parse("瑶").unwrap(),
        uid: uid.into(),
        guest: false,
        cid: cid.map(Into::into),
        kind: Kind::Action,
        text: text.into(),
        file: None,
    }
}

/// Lines, as they are kept.
pub(super) async fn kept(store: &Store, drafts: Vec<Draft>) -> Vec<Kept> {
    let kept = store.append(drafts).await.unwrap();
    kept.into_iter().map(Result::unwrap).collect()
}

fn places(kept: &[Kept]) -> Vec<(u64, bool)> {
    kept.iter().map(|kept| (kept.message.seq, kept.again)).collect()
}

#[tokio::test]
async fn a_line_sent_again_keeps_its_first_number_even_within_a_batch() {
    let (_folder, file) = folder();
    for setting in [file, StoreSetting::Memory] {
        let store = Store::open(&setting).unwrap();

        let drafts = vec![
            draft("u", Some("c"), "first"),
            draft("u", Some("c"), "again"),
            draft("v", Some("c"), "another's"),
            draft("u", None, "x"),
            draft("u", None, "x"),
        ];
        let first = kept(&store, drafts).await;
        let later = kept(&store, vec![draft("u", Some("c"), "later")]).await;

        assert_eq!(places(&first), [(1, false), (1, true), (2, false), (3, false), (4, false)]);
        assert_eq!((later[0].message.text.as_str(), later[0].again), ("first", true));
        assert_eq!(store.head(RoomName::default()).await.unwrap(), 4);
    }
}

#[tokio::test]
async fn what_was_kept_is_there_after_opening_again() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let epoch = store.epoch().to_owned();
    let said = kept(&store, vec![draft("u", Some("c"), "来")]).await;
    drop(store);

    let store = opened_again(&setting).await.unwrap();
    let page = store.page(RoomName::default(), Span::After(0), 10).await.unwrap();
    let next = kept(&store, vec![draft("u", None, "去")]).await;

    assert_eq!(store.epoch(), epoch);
    assert_eq!(page.messages, [said[0].message.clone()]);
    assert_eq!(places(&next), [(2, false)]);
}

/// The threads of a store that was let go end a moment later, and its lock with them.
pub(super) async fn opened_again(setting: &StoreSetting) -> Result<Store, OpenError> {
    loop {
        match Store::open(setting) {
            Err(OpenError::InUse { .. }) => tokio::task::yield_now().await,
            opened => return opened,
        }
    }
}

#[tokio::test]
async fn pages_lead_both_ways_and_say_whether_there_is_more() {
    let store = Store::open(&StoreSetting::Memory).unwrap();
    let drafts = (1..=10).map(|n| draft("u", None, &n.to_string())).collect();
    store.append(drafts).await.unwrap();
    let page = async |span, limit| {
        let page = store.page(RoomName::default(), span, limit).await.unwrap();
        (page.messages.iter().map(|line| line.seq).collect::<Vec<_>>(), page.more)
    };

    assert_eq!(page(Span::After(7), 2).await, (vec![8, 9], true));
    assert_eq!(page(Span::After(8), 2).await, (vec![9, 10], false));
    assert_eq!(page(Span::After(u64::MAX), 2).await, (vec![], false));
    assert_eq!(page(Span::Before(4), 2).await, (vec![2, 3], true));
    assert_eq!(page(Span::Before(3), 2).await, (vec![1, 2], false));
    assert_eq!(page(Span::Before(0), 2).await, (vec![], false));
}

#[tokio::test]
async fn a_page_of_long_lines_is_cut_short_and_says_so() {
    let store = Store::open(&StoreSetting::Memory).unwrap();
    let lengths = [PAGE_BYTES / 2, PAGE_BYTES / 2, 1, PAGE_BYTES + 1, 1, PAGE_BYTES];
    let drafts = lengths.map(|bytes| draft("u", None, &"x".repeat(bytes))).to_vec();
    store.append(drafts).await.unwrap();
    let page = async |span| {
        let page = store.page(RoomName::default(), span, 200).await.unwrap();
        (page.messages.iter().map(|line| line.seq).collect::<Vec<_>>(), page.more)
    };

    assert_eq!(page(Span::After(0)).await, (vec![1, 2], true));
    assert_eq!(page(Span::After(2)).await, (vec![3], true));
    assert_eq!(page(Span::After(3)).await, (vec![4], true));
    assert_eq!(page(Span::After(4)).await, (vec![5], true));
    assert_eq!(page(Span::After(5)).await, (vec![6], false));
    assert_eq!(page(Span::Before(7)).await, (vec![6], true));
    assert_eq!(page(Span::Before(5)).await, (vec![4], true));
    assert_eq!(page(Span::Before(4)).await, (vec![2, 3], true));
    assert_eq!(page(Span::Before(3)).await, (vec![1, 2], false));
    assert_eq!(page(Span::Before(2)).await, (vec![1], false));
}

#[tokio::test]
async fn a_name_and_its_look_alikes_belong_to_the_key_that_first_claimed_it() {
    let store = Store::open(&StoreSetting::Memory).unwrap();
    let name = |name| Name::parse(name).unwrap();
    let (yours, mine) = (blake3::hash(b"yours"), blake3::hash(b"mine"));

    assert_eq!(store.owner(name("admin"), None).await.unwrap(), Owner::Nobody);
    assert_eq!(store.claim(name("admin"), mine, 1).await.unwrap(), Owner::You { since: 1 });
    assert_eq!(store.claim(name("ADMIN"), yours, 2).await.unwrap(), Owner::Another);
    assert_eq!(store.owner(name("Admin"), Some(mine)).await.unwrap(), Owner::You { since: 1 });
    assert_eq!(store.owner(name("admin"), None).await.unwrap(), Owner::Another);
}

#[tokio::test]
async fn one_store_has_one_server() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();

    let second = Store::open(&setting).unwrap_err();

    assert!(matches!(second, OpenError::InUse { .. }), "{second}");
    drop(store);
}

#[tokio::test]
async fn a_store_of_a_later_version_is_left_alone() {
    let (_folder, setting) = folder();
    drop(Store::open(&setting).unwrap());
    let connection = Connection::open(path(&setting)).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);

    let error = opened_again(&setting).await.unwrap_err();

    assert!(matches!(error, OpenError::TooNew { found: 99, .. }), "{error}");
}

#[test]
fn another_programs_file_is_left_alone() {
    let (_folder, setting) = folder();
    std::fs::create_dir_all(path(&setting).parent().unwrap()).unwrap();
    let connection = Connection::open(path(&setting)).unwrap();
    connection.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(connection);
    let error = Store::open(&setting).unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");

    std::fs::write(path(&setting), "no database at all, but a text that is long enough").unwrap();
    let error = Store::open(&setting).unwrap_err();
    assert!(error.to_string().contains("not a database"), "{error}");
}

#[tokio::test]
async fn a_failed_commit_keeps_nothing_and_gives_its_numbers_back() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    store.append(vec![draft("u", None, "1")]).await.unwrap();
    let other = Connection::open(path(&setting)).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER no BEFORE INSERT ON messages WHEN new.text = 'bad'
             BEGIN SELECT raise(ABORT, 'no'); END",
        )
        .unwrap();

    let failed = store.append(vec![draft("u", None, "2"), draft("u", None, "bad")]).await;
    let said = kept(&store, vec![draft("u", None, "2")]).await;

    assert!(failed.is_err());
    assert_eq!(places(&said), [(2, false)]);
    store.probe().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    store.append(vec![draft("u", None, "1")]).await.unwrap();

    for file in std::fs::read_dir(path(&setting).parent().unwrap()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", file.path());
    }
}

#[tokio::test]
async fn a_folded_store_can_be_copied_as_one_file() {
    let (folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let said = kept(&store, vec![draft("u", None, "1")]).await;

    store.fold().await.unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::copy(path(&setting), &copy).unwrap();

    let copied = Store::open(&StoreSetting::Sqlite(copy)).unwrap();
    let page = copied.page(RoomName::default(), Span::After(0), 10).await.unwrap();
    assert_eq!(page.messages, [said[0].message.clone()]);
}

#[tokio::test]
async fn a_store_that_was_moved_away_takes_lines_again_once_it_is_back() {
    let (folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    store.append(vec![draft("u", None, "1")]).await.unwrap();
    let away = folder.path().join("away.db");

    std::fs::rename(path(&setting), &away).unwrap();
    let moved = store.append(vec![draft("u", None, "2")]).await;
    let probe = store.probe().await;
    let made_anew = path(&setting).exists();
    std::fs::rename(&away, path(&setting)).unwrap();
    let back = kept(&store, vec![draft("u", None, "2")]).await;

    assert!(moved.is_err() && probe.is_err() && !made_anew);
    assert_eq!(places(&back), [(2, false)]);
}

#[tokio::test]
async fn a_panic_keeps_nothing_and_the_store_goes_on() {
    let (_folder, file) = folder();
    for setting in [file, StoreSetting::Memory] {
        let store = Store::open(&setting).unwrap();
        let said = kept(&store, vec![draft("u", None, "1")]).await;

        let lost = draft("u", Some("c"), "lost");
        let cabinet = store.cabinet.clone();
        let panicking = move |database: &mut Database| database.panic_halfway(&cabinet, lost);
        let writing = store.writer.run(panicking).await;
        let reading = store.reader.run(|_| -> rusqlite::Result<()> { panic!("while reading") });
        let reading = reading.await;
        let next = kept(&store, vec![draft("u", Some("c"), "2")]).await;

        assert!(matches!(
            (writing, reading),
            (Err(StoreError::Panicked), Err(StoreError::Panicked))
        ));
        assert_eq!(places(&next), [(2, false)]);
        let page = store.page(RoomName::default(), Span::After(0), 10).await.unwrap();
        assert_eq!(page.messages, [said[0].message.clone(), next[0].message.clone()]);
        store.probe().await.unwrap();
    }
}
