//! Searching a long history: how long the newest hits take, and what it costs to come there.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use kpl_shared::protocol::event;
use kpl_tests::harness::raw::Raw;
use rusqlite::{Connection, params};
use serde_json::json;

use crate::{settings::Settings, table::tell, target::Program};

/// How often each question is asked.
const TIMES: usize = 20;
/// How long the index may take.
const PATIENCE: Duration = Duration::from_mins(30);
/// What is asked, and what it stands for.
const QUESTIONS: [(&str, &str); 10] = [
    ("rare word", "needle"),
    ("common word", "hello"),
    ("beginning", "hel"),
    ("rare, two characters", "韩信"),
    ("two characters", "李白"),
    ("one character", "的"),
    ("common, four", "晚上开黑"),
    ("two words", "hello 李白"),
    ("phrase", "\"hello everyone\""),
    ("nothing", "absent 无此"),
];

/// Measures searches in a room of many lines that were there before there was an index.
pub(crate) fn measure(settings: &Settings, server: &Program) -> anyhow::Result<()> {
    let lines = settings.history();
    let folder = tempfile::tempdir()?;
    let store = folder.path().join("room.db");
    drop(server.start_on(&store)?); // It makes the tables.
    let begin = Instant::now();
    fill(&store, lines)?;
    tell(&format!("search: {lines} lines written in {:.1} s", begin.elapsed().as_secs_f64()))?;

    let begin = Instant::now();
    let target = server.start_on(&store)?;
    let client = Raw::v1(target.address.port(), "load")?;
    tell(&format!("search: server up in {:.0} ms", begin.elapsed().as_secs_f64() * 1e3))?;
    let begin = Instant::now();
    let mut slowest = Duration::ZERO;
    while indexed(&store)? < lines {
        ensure!(begin.elapsed() < PATIENCE, "the index was not made in {PATIENCE:?}");
        let asked = Instant::now();
        client.ask(event::TALK, &["meanwhile".into()])?;
        slowest = slowest.max(asked.elapsed());
        thread::sleep(Duration::from_millis(100));
    }
    let seconds = begin.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(&store)?.len();
    tell(&format!(
        "search: indexed in {seconds:.1} s, meanwhile a line took {:.1} ms at most; {} MiB on disk",
        slowest.as_secs_f64() * 1e3,
        bytes >> 20
    ))?;
    drop(client);
    for (what, query) in QUESTIONS {
        ask(target.address.port(), what, query, None)?;
    }
    ask(target.address.port(), "common, far back", "hello", Some(lines / 10))
}

/// Asks the same several times and tells how long it took.
fn ask(port: u16, what: &str, query: &str, before: Option<u64>) -> anyhow::Result<()> {
    // Somebody else each time: whoever asks too much is made to wait, and that is not measured.
    let client = Raw::v1_with(port, json!({}))?;
    let mut times = Vec::with_capacity(TIMES);
    let mut hits = 0;
    for _ in 0..TIMES {
        let asked = Instant::now();
        let found = client.ask(event::SEARCH, &[json!({"query": query, "before": before})])?;
        times.push(asked.elapsed());
        hits = found["hits"].as_array().with_context(|| format!("{found}"))?.len();
    }
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    tell(&format!(
        "search: {what:<22} {hits:>3} hits, median {:>6.2} ms, slowest {:>6.2} ms   {query}",
        milliseconds(times[TIMES / 2]),
        milliseconds(times[TIMES - 1]),
    ))
}

/// Writes a history as a server of before the index would have left it.
fn fill(store: &Path, lines: u64) -> anyhow::Result<()> {
    const WORDS: [&str; 12] = [
        "的",
        "我",
        "晚上开黑",
        "野区",
        "中路",
        "hello everyone",
        "server",
        "deploy",
        "ok",
        "辅助",
        "等我两分钟",
        "看图 https://kpl.example/m.png",
    ];
    let mut connection = Connection::open(store)?;
    let change = connection.transaction()?;
    change.execute("INSERT OR IGNORE INTO rooms (name) VALUES ('KPL')", [])?;
    {
        let mut say = change.prepare(
            "INSERT INTO messages (room, seq, at, author, uid, guest, cid, kind, text)
             VALUES ((SELECT id FROM rooms WHERE name = 'KPL'), ?1, ?1, '瑶', 'u', 0, ?2, 'text', ?3)",
        )?;
        let mut seed = 1_u64;
        for seq in 1..=lines {
            let mut text = String::new();
            for _ in 0..4 {
                // A linear congruential generator: the same history each time.
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let word = usize::try_from(seed >> 33)? % WORDS.len();
                text.push_str(WORDS[word]);
                text.push_str(if word.is_multiple_of(3) { "，" } else { " " });
            }
            // Numbers make as many different words as there are lines.
            text.push_str(&seq.to_string());
            for (word, each) in [(" 李白", 100), (" needle", lines / 3), (" 韩信", lines / 5)] {
                text.push_str(if seq % each.max(1) == 1 { word } else { "" });
            }
            say.execute(params![seq.cast_signed(), format!("c{seq}"), text])?;
        }
    }
    change.commit()?;
    Ok(())
}

fn indexed(store: &Path) -> anyhow::Result<u64> {
    let connection = Connection::open(store)?;
    let watermark: i64 =
        connection
            .query_row("SELECT indexed FROM rooms WHERE name = 'KPL'", [], |row| row.get(0))?;
    Ok(watermark.cast_unsigned())
}
