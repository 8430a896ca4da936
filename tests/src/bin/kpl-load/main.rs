//! The load generator: what a delivery costs the server, and what an idle connection weighs.
//!
//! It starts the server under test itself, puts it on core 0 and itself on core 1, and reads the
//! server's CPU time from the kernel's accounts. A plain Node server is measured beside it by the
//! same clients. It is a benchmark, not a test: the tests run it `--small`, to see that it works.
//!
//! In the order of a measurement:
//!
//! - [`target`]: the server under test: started, pinned, weighed
//! - [`client`]: one connection, as cheap as can be; [`frame`] is its wire
//! - [`reception`]: which lines a client has heard, and what is missing
//! - [`crowd`]: many clients, and the lines that some of them say
//! - [`fanout`], [`durable`], [`idle`], [`slow`], [`siege`] with its [`attack`], [`storm`],
//!   [`search`]: what is measured
//! - [`table`]: how it is told

mod attack;
mod client;
mod crowd;
mod durable;
mod fanout;
mod frame;
mod idle;
mod reception;
mod search;
mod settings;
mod siege;
mod slow;
mod storm;
mod table;
mod target;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use crate::{
    settings::{Scenario, Settings},
    table::Table,
};

fn main() -> ExitCode {
    match run(&Settings::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            table::complain(&format!("kpl-load: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Measures what was asked for. Says whether every line arrived.
fn run(settings: &Settings) -> anyhow::Result<bool> {
    target::allow_many_files()?;
    let server = target::Program::server(settings)?;
    let peer = target::Program::peer(settings);
    target::stay_on(target::OWN_CORE)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut table = Table::new();
    let wanted = |scenario| settings.scenario == Scenario::All || settings.scenario == scenario;
    tokio::task::LocalSet::new().block_on(&runtime, async {
        if wanted(Scenario::Fanout) {
            fanout::measure(settings, &server, peer.as_ref(), &mut table)
                .await
                .context("fanout")?;
        }
        if wanted(Scenario::Durable) {
            durable::measure(settings, &server, &mut table).await.context("durable")?;
        }
        if wanted(Scenario::Idle) {
            idle::measure(settings, &server, peer.as_ref(), &mut table).await.context("idle")?;
        }
        if wanted(Scenario::Slow) {
            slow::measure(settings, &server, &mut table).await.context("slow")?;
        }
        if wanted(Scenario::Siege) {
            siege::measure(settings, &server, &mut table).await.context("siege")?;
        }
        if wanted(Scenario::Storm) {
            storm::measure(settings, &server, &mut table).await.context("storm")?;
        }
        anyhow::Ok(())
    })?;
    if wanted(Scenario::Search) {
        search::measure(settings, &server).context("search")?;
    }
    Ok(settings.scenario == Scenario::Search || table.verdict())
}
