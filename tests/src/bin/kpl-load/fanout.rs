//! The cost of a delivery: rooms of several sizes, as fast as can be and paced.

use std::time::Duration;

use tokio::time;

use crate::{
    client::{Entrance, Population},
    crowd::{Crowd, Load, as_f64, require_deliveries},
    settings::Settings,
    table::{Row, Table},
    target::Program,
};

/// Measures each room, under each load, for plain clients, v1 clients and the peer's clients.
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
    for &people in settings.rooms() {
        let paced = f64::from(settings.paced()) / as_f64(people.max(2) - 1);
        for load in [Load::Saturated(settings.window), Load::Paced(paced)] {
            for (program, population) in subjects.into_iter().flatten() {
                let row = measure_one(settings, program, population, people, load).await?;
                table.add(&row)?;
            }
        }
    }
    Ok(())
}

async fn measure_one(
    settings: &Settings,
    program: &Program,
    population: Population,
    people: usize,
    load: Load,
) -> anyhow::Result<Row> {
    let target = program.start()?;
    let entrances = vec![Entrance::of(population); people];
    let mut crowd = Crowd::gather(target.address, entrances).await?;
    // Coming in is told to all; that is over before anything is measured.
    time::sleep(Duration::from_millis(300)).await;
    crowd.talk(settings.senders, load, settings.bytes);
    time::sleep(settings.warm_up()).await;
    let measured = crowd.measure(&target, settings.span()).await?;
    let outcome = crowd.settle().await?;
    require_deliveries(&measured)?;
    let what = match load {
        Load::Saturated(_) => "fanout, saturated",
        Load::Paced(_) => "fanout, paced",
    };
    Ok(Row::new(what, program.name, population, people).measured(&measured).outcome(&outcome))
}
