//! Files with their real folder: none is half there, said twice as large, or gone too early.

use std::path::{Path, PathBuf};

use kpl_shared::message::Kind;

use super::super::{
    tests::{draft, folder, kept, opened_again, path},
    *,
};

const QUOTA: u64 = 100;

fn bringer(owner: &str, now: i64) -> Bringer {
    Bringer { owner: owner.into(), quota: QUOTA, now }
}

/// A file as it comes in: on disk, and not among the files yet.
fn brought(store: &Store, content: &[u8], by: Bringer) -> Brought {
    let at = store.cabinet().write(content).unwrap();
    let hash = Hash::from_bytes(blake3::hash(content).into());
    Brought { at, hash, size: content.len() as u64, picture: None, by }
}

async fn bring(store: &Store, content: &[u8], owner: &str, now: i64) -> Result<Hash, Unkept> {
    let brought = brought(store, content, bringer(owner, now));
    let hash = brought.hash;
    store.keep(brought).await.unwrap().map(|()| hash)
}

fn about(hash: Hash, name: &str) -> Draft {
    Draft { kind: Kind::File, file: Some(Attached::Held(hash)), ..draft("u", None, name) }
}

fn names(setting: &StoreSetting) -> Vec<PathBuf> {
    let folder = format!("{}.files", path(setting).display());
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn a_file_is_told_with_its_line_and_there_after_opening_again() {
    let (_folder, file) = folder();
    for setting in [file, StoreSetting::Memory] {
        let store = Store::open(&setting).unwrap();
        let looks = Picture { media: "image/png", width: 3, height: 2 };
        let picture =
            Brought { picture: Some(looks), ..brought(&store, b"not really", bringer("u", 1)) };
        let hash = picture.hash;
        store.keep(picture).await.unwrap().unwrap();
        let unsaid = store.said(hash).await.unwrap();

        let line = &kept(&store, vec![about(hash, "截图.png")]).await[0].message;

        let file = line.file.as_deref().unwrap();
        let told = (file.name.as_str(), file.size, file.media.as_str(), file.width, file.height);
        assert_eq!(told, ("截图.png", 10, "image/png", Some(3), Some(2)));
        assert_eq!((line.kind, line.text.as_str(), unsaid), (Kind::File, "截图.png", None));
        assert_eq!(std::fs::read(store.cabinet().path(hash)).unwrap(), b"not really");
        let page = store.page(RoomName::default(), Span::After(0), 10).await.unwrap();
        assert_eq!(page.messages, std::slice::from_ref(line));
        if let StoreSetting::Sqlite(_) = setting {
            drop(store);
            let store = opened_again(&setting).await.unwrap();
            assert_eq!(store.said(hash).await.unwrap().unwrap().size, 10);
            assert!(store.cabinet().path(hash).exists());
        }
    }
}

#[tokio::test]
async fn a_line_about_a_file_that_is_not_there_is_not_kept_and_the_others_are() {
    let store = Store::open(&StoreSetting::Memory).unwrap();
    let nowhere = about(Hash::from_bytes([7; 32]), "a");

    let answers = store.append(vec![draft("u", None, "1"), nowhere, draft("u", None, "2")]).await;

    let answers = answers.unwrap();
    let seqs: Vec<_> = answers.into_iter().map(|line| line.map(|line| line.message.seq)).collect();
    assert_eq!(seqs, [Ok(1), Err(Unkept::Unknown), Ok(2)]);
}

#[tokio::test]
async fn a_line_that_is_sent_again_with_another_file_says_nothing_of_that() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let first = bring(&store, b"first", "u", 1).await.unwrap();
    let other = bring(&store, b"other", "u", 1).await.unwrap();
    let again = |file| Draft { cid: Some("c".into()), file: Some(file), ..about(first, "a") };
    let here =
        Attached::Here { content: (b"here" as &[u8]).into(), picture: None, by: bringer("u", 1) };
    let unknown = Attached::Held(Hash::from_bytes([7; 32]));

    let held = Attached::Held;
    let drafts = vec![again(held(first)), again(held(other)), again(here), again(unknown)];
    let lines = kept(&store, drafts).await;

    let hashes: Vec<_> =
        lines.iter().map(|line| line.message.file.as_ref().unwrap().hash).collect();
    assert_eq!((hashes, lines[3].again), (vec![first; 4], true));
    assert_eq!(store.said(other).await.unwrap(), None);
    assert_eq!((store.sweep(9).await.unwrap(), names(&setting).len()), (1, 1));
}

#[tokio::test]
async fn a_small_file_comes_with_its_line() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let here = |content: &'static [u8]| Draft {
        kind: Kind::File,
        file: Some(Attached::Here { content: content.into(), picture: None, by: bringer("u", 1) }),
        ..draft("u", None, "notes.txt")
    };

    let lines = kept(&store, vec![here(b"x"), here(b"x"), here(b"")]).await;

    let files: Vec<_> = lines.iter().map(|line| line.message.file.as_deref().unwrap()).collect();
    assert_eq!((files[0].hash, files[0].media.as_str()), (files[1].hash, "text/plain"));
    assert_eq!((files[2].size, names(&setting).len()), (0, 2));
    let heavy: &[u8] = &[7; 101];
    assert_eq!(store.append(vec![here(heavy)]).await.unwrap(), [Err(Unkept::OverQuota)]);
    assert_eq!(names(&setting).len(), 2);
}

#[tokio::test]
async fn an_owner_brings_as_much_as_the_quota_and_the_same_content_counts_once() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();

    let first = bring(&store, &[1; 60], "u", 1).await;
    let again = bring(&store, &[1; 60], "u", 1).await;
    let over = bring(&store, &[2; 41], "u", 1).await;
    let rest = bring(&store, &[2; 40], "u", 1).await;
    let full = bring(&store, &[3; 1], "u", 1).await;
    let known = bring(&store, &[1; 60], "u", 1).await;
    let others = bring(&store, &[3; 1], "v", 1).await;

    assert_eq!(first, again);
    assert_eq!((over, full), (Err(Unkept::OverQuota), Err(Unkept::OverQuota)));
    assert!(rest.is_ok() && others.is_ok() && known == first);
    assert_eq!(names(&setting).len(), 3, "what is refused leaves nothing behind");
}

#[tokio::test]
async fn what_nobody_says_is_swept_and_what_was_said_never() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let old = bring(&store, b"old", "u", 1).await.unwrap();
    let said = bring(&store, b"said", "u", 1).await.unwrap();
    let young = bring(&store, b"young", "u", 9).await.unwrap();
    let touched = bring(&store, b"touched", "u", 1).await.unwrap();
    bring(&store, b"touched", "v", 9).await.unwrap();
    kept(&store, vec![about(said, "a")]).await;

    let swept = store.sweep(9).await.unwrap();

    let lies = |hash| store.cabinet().path(hash).exists();
    assert_eq!(swept, 1);
    assert_eq!([old, said, young, touched].map(lies), [false, true, true, true]);
    let gone = store.append(vec![about(old, "a")]).await.unwrap();
    assert_eq!(gone, [Err(Unkept::Unknown)]);
    bring(&store, b"old", "u", 9).await.unwrap();
    assert_eq!(kept(&store, vec![about(old, "a")]).await.len(), 1);
}

#[tokio::test]
async fn what_a_crash_left_is_thrown_away_at_the_next_start() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let held = bring(&store, b"held", "u", 1).await.unwrap();
    let unfinished = store.cabinet().begin().unwrap().into_temp_path().keep().unwrap();
    let stray = store.cabinet().path(Hash::from_bytes([7; 32]));
    std::fs::write(&stray, b"renamed, and never in the table").unwrap();
    let strange = stray.with_file_name("README");
    std::fs::write(&strange, b"of whoever runs the server").unwrap();
    drop(store);

    let store = opened_again(&setting).await.unwrap();

    let there = |path: &Path| path.exists();
    let left = [store.cabinet().path(held), unfinished, stray, strange];
    assert_eq!(left.each_ref().map(|path| there(path)), [true, false, false, true]);
}

#[tokio::test]
async fn a_file_that_was_taken_away_by_hand_is_brought_again() {
    let (_folder, setting) = folder();
    let store = Store::open(&setting).unwrap();
    let hash = bring(&store, b"x", "u", 1).await.unwrap();
    kept(&store, vec![about(hash, "a")]).await;
    std::fs::remove_file(store.cabinet().path(hash)).unwrap();

    bring(&store, b"x", "u", 2).await.unwrap();

    assert_eq!(std::fs::read(store.cabinet().path(hash)).unwrap(), b"x");
}
