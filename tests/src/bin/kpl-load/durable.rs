//! Lines a second from many senders, each acknowledged once it is on disk.

use tokio::time;

use crate::{
    client::{Entrance, Population},
    crowd::{Crowd, Load, require_deliveries},
    settings::Settings,
    table::{Row, Table},
    target::Program,
};

/// Measures senders that share a room, and senders that have a room each.
pub(crate) async fn measure(
    settings: &Settings,
    server: &Program,
    table: &mut Table,
) -> anyhow::Result<()> {
    let senders = settings.durable_senders();
    for (what, rooms) in [("durable, one room", 1), ("durable, a room each", senders)] {
        let entrances = (0..senders)
            .map(|place| Entrance {
                room: Some(format!("load-{}", place % rooms)),
                ..Entrance::of(Population::V1)
            })
            .collect();
        let target = server.start()?;
        let mut crowd = Crowd::gather(target.address, entrances).await?;
        crowd.talk(senders, Load::Saturated(settings.window), settings.bytes);
        time::sleep(settings.warm_up()).await;
        let measured = crowd.measure(&target, settings.span()).await?;
        let outcome = crowd.settle().await?;
        require_deliveries(&measured)?;
        let row = Row::new(what, server.name, Population::V1, senders);
        table.add(&row.measured(&measured).outcome(&outcome))?;
    }
    Ok(())
}
