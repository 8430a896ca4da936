//! A storm: the server is killed, and when it is back so is everybody, within seconds, with all
//! that was said meanwhile.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::ensure;
use futures_util::future::try_join_all;
use tempfile::TempDir;
use tokio::time;

use crate::{
    client::{Client, Entrance, Population, Tally},
    crowd::{Crowd, as_f64},
    settings::Settings,
    table::{Row, Table},
    target::Program,
};

/// How many lines are said before the server is killed, and how many before anybody else is back.
const LINES: (usize, usize) = (20, 150);
/// How many lines are said a second while everybody comes.
const LIVE: f64 = 2.0;
/// Within which time all come.
const COMING: Duration = Duration::from_secs(10);
/// Within which time all must have everything.
const CAUGHT_UP: Duration = Duration::from_secs(15);
/// When it is given up.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often it is looked whether all have it.
const GLANCE: Duration = Duration::from_millis(20);

/// Lets everybody come back at once.
pub(crate) async fn measure(
    settings: &Settings,
    server: &Program,
    table: &mut Table,
) -> anyhow::Result<()> {
    let (people, folder) = (settings.storm(), TempDir::new()?);
    let store = folder.path().join("room.db");
    let target = server.start_on(&store)?;
    let v1 = Entrance::of(Population::V1);
    let crowd = Crowd::gather(target.address, vec![v1.clone(); people]).await?;
    say(&crowd.clients[0], LINES.0).await?;
    until_all_hold(&crowd.clients, crowd.clients[0].acked.get()).await?;
    let entrances: Vec<Entrance> =
        crowd.clients.iter().map(|client| client.entrance_after_what_is_held()).collect();
    drop((crowd, target));

    let target = server.start_on(&store)?;
    let tally = Rc::new(Tally::default());
    let author = Client::enter(target.address, v1, Rc::clone(&tally)).await?;
    say(&author, LINES.1).await?;
    let (begin, coming) = (Instant::now(), if settings.small { COMING / 10 } else { COMING });
    let each = coming.div_f64(as_f64(people));
    let arrivals = entrances.into_iter().zip(1..).map(|(entrance, place)| {
        let tally = Rc::clone(&tally);
        async move {
            time::sleep(each * place).await;
            Client::enter(target.address, entrance, tally).await
        }
    });
    let (clients, talked) = tokio::join!(try_join_all(arrivals), talk(&author, begin, coming));
    let (clients, ()) = (clients?, talked?);
    let head = author.reception.borrow().last();
    until_all_hold(&clients, head).await?;
    let took = begin.elapsed();

    let count = |of: fn(&Client) -> u64| clients.iter().map(|client| of(client)).sum::<u64>();
    let doubled = count(|client| client.reception.borrow().doubled);
    let malformed = count(|client| client.reception.borrow().malformed);
    let panics = target.panics()?;
    let row = Row::new("storm", server.name, Population::V1, people).memory(target.rss()?);
    let (took, within) = (took.as_secs_f64(), CAUGHT_UP.as_secs_f64());
    table.add(
        &row.promise(&format!("all have all after {took:.1} of {within:.0} s"), took <= within)
            .promise(
                &format!("{doubled} lines doubled, {malformed} packets of no form"),
                doubled + malformed == 0,
            )
            .promise(&format!("{panics} panics"), panics == 0),
    )
}

/// Says so many lines, and waits until they are acknowledged.
async fn say(author: &Client, lines: usize) -> anyhow::Result<()> {
    for _ in 0..lines {
        author.say("a line that somebody has missed");
    }
    author.flush().await?;
    while author.unanswered() > 0 {
        author.answered().await;
        ensure!(author.is_in(), "the author lost its connection");
    }
    Ok(())
}

async fn talk(author: &Client, begin: Instant, span: Duration) -> anyhow::Result<()> {
    let mut ticks = time::interval(Duration::from_secs_f64(1.0 / LIVE));
    while begin.elapsed() < span {
        ticks.tick().await;
        say(author, 1).await?;
    }
    Ok(())
}

async fn until_all_hold(clients: &[Rc<Client>], head: u64) -> anyhow::Result<()> {
    let begin = Instant::now();
    let holds = |client: &Rc<Client>| client.reception.borrow().last() >= head;
    while !clients.iter().all(holds) {
        ensure!(begin.elapsed() < PATIENCE, "not all have everything after {PATIENCE:?}");
        ensure!(clients.iter().all(|client| client.is_in()), "a client lost its connection");
        time::sleep(GLANCE).await;
    }
    Ok(())
}
