//! Those who mean harm: half-open connections that drip, clients that do not read, and packets of
//! no form. Whoever is cut comes back.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time,
};

use crate::{client::upgrade, frame};

/// How long a dripping connection waits between two bytes.
const DRIP: Duration = Duration::from_secs(2);
/// How long whoever sends packets of no form waits between two of them.
const BEAT: Duration = Duration::from_millis(10);
/// How long whoever does not read stays, unless it is cut before.
const DEAF: Duration = Duration::from_secs(8);
/// How much the kernel keeps for them.
const RECEIVE_BUFFER: u32 = 8192;
/// How long whoever is cut stays away.
const AWAY: Duration = Duration::from_millis(100);

/// What is sent that has no form, over a session that has one.
const MALFORMED: [&str; 12] = [
    "42[\"talk\",[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "42[\"talk\",{}]",
    "42[\"sync\",{\"after\":-1}]",
    "42[",
    "9",
    "4399999[1]",
    "451-[\"talk\",{\"_placeholder\":true,\"num\":0}]",
    "40/nowhere,",
    "42/nowhere,[\"talk\",\"x\"]",
    "42[\"search\",{\"query\":5}]",
    "42[\"no such event\",1,2,3]",
    "\u{0}",
];

/// How many there are of each kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Force {
    pub(crate) dripping: usize,
    pub(crate) deaf: usize,
    pub(crate) malformed: usize,
}

/// All of them. They end when this is dropped.
#[derive(Debug)]
pub(crate) struct Attack {
    _tasks: JoinSet<()>,
}

impl Attack {
    /// Begins.
    pub(crate) fn begin(server: SocketAddr, force: Force) -> Self {
        let mut tasks = JoinSet::new();
        for number in 0..force.dripping {
            tasks.spawn_local(again_and_again(async move || drip(server, number).await));
        }
        for _ in 0..force.deaf {
            tasks.spawn_local(again_and_again(async move || be_deaf(server).await));
        }
        for _ in 0..force.malformed {
            tasks.spawn_local(again_and_again(async move || send_no_form(server).await));
        }
        Self { _tasks: tasks }
    }
}

async fn again_and_again(mut attack: impl AsyncFnMut() -> anyhow::Result<()>) {
    loop {
        // That the server ends it is what it should do.
        attack().await.ok();
        time::sleep(AWAY).await;
    }
}

/// Every other one drips headers, the others a body.
async fn drip(server: SocketAddr, number: usize) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(server).await?;
    let beginning: &[u8] = match number % 2 {
        0 => b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nx: ",
        _ => b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\ncontent-length: 9999\r\n\r\n",
    };
    stream.write_all(beginning).await?;
    loop {
        time::sleep(DRIP).await;
        stream.write_all(b"x").await?;
    }
}

/// Enters, and reads nothing.
async fn be_deaf(server: SocketAddr) -> anyhow::Result<()> {
    let _unread = enter(server, r#"40{"v":1}"#).await?;
    time::sleep(DEAF).await;
    Ok(())
}

async fn send_no_form(server: SocketAddr) -> anyhow::Result<()> {
    let mut stream = enter(server, "40").await?;
    for packet in MALFORMED.iter().cycle() {
        send(&mut stream, packet).await?;
        time::sleep(BEAT).await;
    }
    Ok(())
}

/// Opens a session with little room for what is not read.
async fn enter(server: SocketAddr, packet: &str) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    let mut stream = socket.connect(server).await?;
    upgrade(&mut stream, server).await?;
    send(&mut stream, packet).await?;
    Ok(stream)
}

async fn send(stream: &mut TcpStream, packet: &str) -> std::io::Result<()> {
    let mut frame = Vec::new();
    frame::put_text(&mut frame, packet.as_bytes());
    stream.write_all(&frame).await
}
