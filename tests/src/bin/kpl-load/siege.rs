//! A siege: honest clients lose nothing, and hardly notice that others do what they can.

use std::time::Duration;

use tokio::time;

use crate::{
    attack::{Attack, Force},
    client::{Entrance, Population},
    crowd::{Crowd, Load, Measured, percentile, require_deliveries},
    settings::Settings,
    table::{Row, Table},
    target::{Program, Target},
};

/// How many lines the honest say a second, together.
const LINES: f64 = 20.0;
/// How long the attack goes on before it is measured.
const ONSET: Duration = Duration::from_secs(3);
/// How often the server's memory is looked at.
const GLANCE: Duration = Duration::from_millis(50);
/// How much more memory the server may hold than before, in KiB.
const GROWTH_KIB: u64 = 200 * 1024;
/// How many times as long as without the siege a line may be on its way.
const SLOWER: u32 = 2;

/// Measures the honest alone, and then under siege.
pub(crate) async fn measure(
    settings: &Settings,
    server: &Program,
    table: &mut Table,
) -> anyhow::Result<()> {
    let people = settings.besieged();
    let target = server.start()?;
    let mut crowd =
        Crowd::gather(target.address, vec![Entrance::of(Population::V1); people]).await?;
    crowd.tally.is_timed.set(true);
    crowd.talk(settings.senders, Load::Paced(LINES), settings.bytes);
    time::sleep(settings.warm_up().max(Duration::from_secs(1))).await;
    let alone = crowd.measure(&target, settings.span()).await?;
    require_deliveries(&alone)?;

    let attack = Attack::begin(target.address, force(settings.small));
    let (besieged, peak) = tokio::join!(
        async {
            time::sleep(ONSET.min(settings.span())).await;
            crowd.measure(&target, settings.span()).await
        },
        peak(&target, ONSET.min(settings.span()) + settings.span()),
    );
    let (besieged, grown) = (besieged?, peak?.saturating_sub(alone.rss));
    drop(attack);
    let outcome = crowd.settle().await?;
    let panics = target.panics()?;

    let row = |what| Row::new(what, server.name, Population::V1, people);
    table.add(&row("siege, before it").measured(&alone).note(&way(&alone)))?;
    let slowest = percentile(&alone.ways, 99) * SLOWER;
    let mut row = row("siege").measured(&besieged).outcome(&outcome).note(&way(&besieged));
    // A moment on a machine that does much else is no measure of time.
    if !settings.small {
        let is_prompt = percentile(&besieged.ways, 99) <= slowest;
        row = row.promise(&format!("99 of 100 within {}", ms(slowest)), is_prompt);
    }
    table.add(
        &row.promise(&format!("{} MiB more, of 200 at most", grown / 1024), grown < GROWTH_KIB)
            .promise(&format!("{panics} panics"), panics == 0),
    )
}

fn force(small: bool) -> Force {
    if small {
        Force { dripping: 50, deaf: 20, malformed: 2 }
    } else {
        Force { dripping: 500, deaf: 200, malformed: 10 }
    }
}

/// How much memory the server holds at most meanwhile.
async fn peak(target: &Target, span: Duration) -> anyhow::Result<u64> {
    let (end, mut peak) = (time::Instant::now() + span, 0);
    while time::Instant::now() < end {
        peak = peak.max(target.rss()?);
        time::sleep(GLANCE).await;
    }
    Ok(peak)
}

fn way(measured: &Measured) -> String {
    let at = |share| ms(percentile(&measured.ways, share));
    format!("from mouth to ear p50 {}, p99 {}", at(50), at(99))
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
