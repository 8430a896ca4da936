//! The weight of an idle connection.

use std::time::Duration;

use anyhow::ensure;
use tokio::time;

use crate::{
    client::{Entrance, Population},
    crowd::Crowd,
    settings::Settings,
    table::{Row, Table},
    target::Program,
};

/// Measures how much memory the server holds more once the clients are there and quiet.
pub(crate) async fn measure(
    settings: &Settings,
    server: &Program,
    peer: Option<&Program>,
    table: &mut Table,
) -> anyhow::Result<()> {
    let subjects = [
        Some((server, Population::V1)),
        Some((server, Population::Plain)),
        peer.map(|peer| (peer, Population::Plain)),
    ];
    for (program, population) in subjects.into_iter().flatten() {
        let target = program.start()?;
        time::sleep(settings.warm_up()).await;
        let before = target.rss()?;
        let crowd =
            Crowd::gather(target.address, vec![Entrance::of(population); settings.idle()]).await?;
        time::sleep(settings.warm_up() * 3).await;
        let weight = target.rss()?.saturating_sub(before) * 1024 / settings.idle().max(1) as u64;
        let gone = crowd.clients.iter().filter(|client| !client.is_in()).count();
        ensure!(gone == 0, "{gone} idle connections ended");
        let note = format!("{}.{} KB a connection", weight / 1000, weight % 1000 / 100);
        table.add(
            &Row::new("idle", program.name, population, settings.idle())
                .memory(target.rss()?)
                .note(&note),
        )?;
        drop(crowd);
        time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
