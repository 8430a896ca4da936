//! A TCP proxy that does what networks do: it delays, cuts, hangs and crawls.
//!
//! What befalls a connection is drawn from the proxy's seed and the connection's number alone, so
//! that a run can be repeated; only the moments are the clock's. The upstream may go away and come
//! back, as each connection is made anew.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::{AbortHandle, JoinSet},
    time::{Instant, sleep, sleep_until},
};

use crate::harness::wait::runtime;

/// What a network may do to connections. Whatever is zero or `None` it does not do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// Every piece of data is late by up to so much.
    pub delay: Duration,
    /// A connection lives between half of this and all of it, and then meets its end.
    pub life: Option<Duration>,
    /// Of a hundred ends, so many leave the connection half open: nothing is closed, nothing is
    /// forwarded. Of the others one half is an RST and one half a FIN.
    pub hangs: u64,
    /// So many bytes a second at most in each direction.
    pub bytes_per_second: Option<u32>,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With an RST to both sides.
    Reset,
    /// With a FIN to both sides.
    Closed,
    /// Not at all: it stays open, and nothing passes.
    Hangs,
}

/// What befalls one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    /// How late its data are.
    pub delay: Duration,
    /// When it ends, and how.
    pub end: Option<(Duration, End)>,
}

impl Faults {
    /// The fate of the connection with this number. It depends on nothing else but the seed.
    pub fn fate(&self, seed: u64, number: u64) -> Fate {
        let mut random = Random::new(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let delay = self.delay.mul_f64(random.share());
        let end = self.life.map(|life| {
            let life = life.mul_f64(0.5 + random.share() / 2.0);
            let end = match random.below(100) {
                drawn if drawn < self.hangs => End::Hangs,
                drawn if drawn % 2 == 0 => End::Reset,
                _ => End::Closed,
            };
            (life, end)
        });
        Fate { delay, end }
    }
}

/// A proxy before one port of loopback. Dropping it cuts everything.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    control: watch::Sender<Control>,
    connections: Arc<AtomicU64>,
    task: AbortHandle,
}

/// What the test has said last.
#[derive(Debug, Clone, Copy)]
struct Control {
    faults: Faults,
    /// Data pass.
    flows: bool,
    /// How often all connections were cut, and how the last time.
    cuts: (u64, End),
}

impl Proxy {
    /// Stands before the port `upstream` of loopback.
    pub fn before(upstream: u16, seed: u64, faults: Faults) -> Result<Self> {
        let listener = runtime().block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let port = listener.local_addr()?.port();
        let (control, watched) =
            watch::channel(Control { faults, flows: true, cuts: (0, End::Reset) });
        let connections = Arc::new(AtomicU64::new(0));
        let accepted = accept(listener, upstream, seed, watched, connections.clone());
        let task = runtime().spawn(accepted).abort_handle();
        Ok(Self { port, control, connections, task })
    }

    /// The port of loopback where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many connections were made through it.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// From now on new connections meet these faults.
    pub fn set(&self, faults: Faults) {
        self.control.send_modify(|control| control.faults = faults);
    }

    /// Cuts all connections there are now. [`End::Hangs`] leaves them open for ever.
    pub fn cut(&self, end: End) {
        self.control.send_modify(|control| control.cuts = (control.cuts.0 + 1, end));
    }

    /// Lets nothing pass until [`Proxy::flow`], and closes nothing.
    pub fn hold(&self) {
        self.control.send_modify(|control| control.flows = false);
    }

    /// Lets data pass again.
    pub fn flow(&self) {
        self.control.send_modify(|control| control.flows = true);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    upstream: u16,
    seed: u64,
    control: watch::Receiver<Control>,
    connections: Arc<AtomicU64>,
) {
    // The set aborts what is in it when the proxy is dropped.
    let mut links = JoinSet::new();
    loop {
        tokio::select! {
            Ok((client, _)) = listener.accept() => {
                let number = connections.fetch_add(1, Ordering::Relaxed);
                let fate = control.borrow().faults.fate(seed, number);
                links.spawn(forward(client, upstream, fate, control.clone()));
            }
            Some(_) = links.join_next() => {}
        }
    }
}

async fn forward(client: TcpStream, upstream: u16, fate: Fate, control: watch::Receiver<Control>) {
    let address = SocketAddr::from(([127, 0, 0, 1], upstream));
    let Ok(server) = TcpStream::connect(address).await else {
        // As a port that refuses would: an RST at once.
        drop(client.set_zero_linger());
        return;
    };
    // Small pieces pass at once, as they would without a proxy.
    drop((client.set_nodelay(true), server.set_nodelay(true)));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut up = Pipe { from: from_client, to: to_server, fate, control: control.clone() };
    let mut down = Pipe { from: from_server, to: to_client, fate, control: control.clone() };
    let end = tokio::select! {
        end = both(&mut up, &mut down) => end,
        end = doom(fate, control) => end,
    };
    match end {
        End::Hangs => std::future::pending().await,
        End::Closed => {}
        End::Reset => {
            let streams = (down.to.reunite(up.from), up.to.reunite(down.from));
            if let (Ok(client), Ok(server)) = streams {
                // Without a lingering close the kernel sends an RST.
                drop((client.set_zero_linger(), server.set_zero_linger()));
            }
        }
    }
}

/// Waits for the end that fate or the test has in store.
async fn doom(fate: Fate, mut control: watch::Receiver<Control>) -> End {
    let cuts = control.borrow().cuts.0;
    let cut = async {
        match control.wait_for(|control| control.cuts.0 > cuts).await {
            Ok(control) => control.cuts.1,
            Err(_) => End::Closed,
        }
    };
    let fated = async {
        match fate.end {
            Some((life, end)) => {
                sleep(life).await;
                end
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! { end = cut => end, end = fated => end }
}

/// Forwards both ways until either side is done. A side that died takes the other with it, in the
/// way in which it died.
async fn both(up: &mut Pipe, down: &mut Pipe) -> End {
    let ended = tokio::select! { ended = up.flow() => ended, ended = down.flow() => ended };
    if ended.is_err() { End::Reset } else { End::Closed }
}

struct Pipe {
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    fate: Fate,
    control: watch::Receiver<Control>,
}

impl Pipe {
    /// Forwards until the source ends.
    async fn flow(&mut self) -> std::io::Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let n = self.from.read(&mut buffer).await?;
            if n == 0 {
                return self.to.shutdown().await;
            }
            let pace = self.control.borrow().faults.bytes_per_second;
            let due = Instant::now() + self.fate.delay;
            sleep_until(due).await;
            // The test lets go of the proxy while nothing flows: the end of it all.
            if self.control.wait_for(|control| control.flows).await.is_err() {
                return Ok(());
            }
            self.to.write_all(&buffer[..n]).await?;
            if let Some(pace) = pace {
                let bytes = u32::try_from(n).unwrap_or(u32::MAX);
                sleep(Duration::from_secs(1) * bytes / pace.max(1)).await;
            }
        }
    }
}

/// Numbers that look random and are the same for the same seed (splitmix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// The next number below a bound, which is not zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_u64() % bound
    }

    /// The next share: from 0 to 1.
    pub fn share(&mut self) -> f64 {
        let drawn = u32::try_from(self.next_u64() >> 32).unwrap_or(u32::MAX);
        f64::from(drawn) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORMY: Faults = Faults {
        delay: Duration::from_millis(20),
        life: Some(Duration::from_secs(1)),
        hangs: 20,
        bytes_per_second: None,
    };

    #[test]
    fn the_same_seed_gives_the_same_fates() {
        let fates = |seed| (0..50).map(|number| STORMY.fate(seed, number)).collect::<Vec<_>>();

        assert_eq!(fates(7), fates(7));
        assert_ne!(fates(7), fates(8));
    }

    #[test]
    fn every_end_befalls_somebody() {
        let ends: Vec<_> = (0..200).filter_map(|n| STORMY.fate(1, n).end).collect();

        for expected in [End::Reset, End::Closed, End::Hangs] {
            assert!(ends.iter().any(|(_, end)| *end == expected), "{expected:?}");
        }
        assert!(ends.iter().all(|(life, _)| *life >= Duration::from_millis(500)));
    }
}
