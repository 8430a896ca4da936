//! Clients that stop reading: when they are cut, and that nobody else loses a line.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::ensure;
use futures_util::future::try_join_all;
use tokio::time;

use crate::{
    client::{Client, Entrance, Population},
    crowd::{Crowd, Load, require_deliveries},
    settings::Settings,
    table::{Row, Table},
    target::{Program, Target},
};

/// How many clients stop reading.
const SLOW: usize = 3;
/// How many go on.
const OTHERS: usize = 20;
/// How many lines a second flood the room: more than a client's buffers hold for long, and few
/// enough that whoever comes back has not an hour to read.
const FLOOD: f64 = 2_000.0;
/// How long such a line is.
const BYTES: usize = 1024;
/// Within which time each slow client must be cut, and then see it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Within which time they have all they missed: a server may slow down who asks for page after page.
const CATCH_UP: Duration = Duration::from_mins(2);

/// Floods a room of which some stop reading, then lets those come back.
pub(crate) async fn measure(
    settings: &Settings,
    server: &Program,
    table: &mut Table,
) -> anyhow::Result<()> {
    let target = server.start()?;
    let mut crowd =
        Crowd::gather(target.address, vec![Entrance::of(Population::V1); OTHERS]).await?;
    // A small buffer in the kernel, so that the flood reaches the server's own sooner.
    let entrance = Entrance { receive_buffer: Some(8192), ..Entrance::of(Population::V1) };
    let slow = Crowd::gather(target.address, vec![entrance; SLOW]).await?;
    let before = target.rss()?;
    for client in &slow.clients {
        client.set_reading(false);
    }
    crowd.talk(settings.senders, Load::Paced(FLOOD), BYTES);

    let (cut, peak) = until_cut(&target, &slow, PATIENCE).await?;
    let measured = crowd.measure(&target, settings.span()).await?;
    let outcome = crowd.settle().await?;
    require_deliveries(&measured)?;
    let caught_up = catch_up(&target, &slow, crowd.tally.acked.get()).await?;

    let grown = peak.saturating_sub(before) / 1024;
    let note = format!(
        "cut after {:.1} s, memory at most {grown} MiB more, back with every line in {:.1} s",
        cut.as_secs_f64(),
        caught_up.as_secs_f64()
    );
    let row = Row::new("slow readers", server.name, Population::V1, OTHERS + SLOW);
    table.add(&row.measured(&measured).outcome(&outcome).note(&note))
}

/// Waits until the kernel has none of the slow clients' connections open at the server's end. Says
/// how long the last one took, and how much memory the server held at most.
async fn until_cut(
    target: &Target,
    slow: &Crowd,
    patience: Duration,
) -> anyhow::Result<(Duration, u64)> {
    let (start, mut peak) = (Instant::now(), 0);
    loop {
        time::sleep(Duration::from_millis(50)).await;
        peak = peak.max(target.rss()?);
        let mut held = 0;
        for client in &slow.clients {
            held += usize::from(target.holds(client.address()?)?);
        }
        if held == 0 {
            return Ok((start.elapsed(), peak));
        }
        ensure!(start.elapsed() < patience, "{held} slow clients were not cut in {patience:?}");
    }
}

/// Lets the slow clients read what was left for them, come back, and hear every line there is.
async fn catch_up(target: &Target, slow: &Crowd, lines: u64) -> anyhow::Result<Duration> {
    let start = Instant::now();
    try_join_all(slow.clients.iter().map(|client| come_back(target, slow, client, lines))).await?;
    Ok(start.elapsed())
}

async fn come_back(
    target: &Target,
    slow: &Crowd,
    client: &Rc<Client>,
    lines: u64,
) -> anyhow::Result<()> {
    let start = Instant::now();
    client.set_reading(true);
    while client.is_in() {
        time::sleep(Duration::from_millis(5)).await;
        ensure!(start.elapsed() < PATIENCE, "a cut client does not see its end");
    }
    let entrance = client.entrance_after_what_is_held();
    let back = Client::enter(target.address, entrance, slow.tally.clone()).await?;
    while back.reception.borrow().last() < lines {
        let held = back.reception.borrow().last();
        back.ask_for_the_rest();
        back.flush().await?;
        while back.reception.borrow().last() == held {
            time::sleep(Duration::from_millis(1)).await;
            ensure!(start.elapsed() < CATCH_UP, "a client does not catch up");
        }
    }
    Ok(())
}
