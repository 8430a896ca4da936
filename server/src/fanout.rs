//! Who is told, and in which form.
//!
//! Everything here only puts packets into the sockets' buffers and returns at once. A socket whose
//! buffer is full misses the packet: its numbers show it the hole, or the connection's guard cuts
//! it.

use std::borrow::Cow;

use bytes::Bytes;
use kpl_shared::{
    message::Message,
    names::{Name, RoomName},
    protocol::{Ack, Heads, Heard, Members, Messages, Notice, Presence, Refused, Typing, event},
    refusal::{Code, Refusal},
};
use serde::Serialize;
use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef},
};

/// How many bytes of text one packet tells at most, unless a single line is longer.
const PACKET_BYTES: usize = 256 * 1024;

/// The two groups of sockets that hear a room: those that speak version 1, and the plain ones.
/// Each packet is encoded once for each group.
#[derive(Debug)]
pub struct Audience {
    v1: Cow<'static, str>,
    plain: Cow<'static, str>,
}

impl Audience {
    /// The groups of the room of that name.
    pub fn of(room: &RoomName) -> Self {
        Self { v1: format!("v1:{room}").into(), plain: format!("plain:{room}").into() }
    }

    /// Lets a socket hear the room from now on.
    pub fn admit(&self, socket: &SocketRef, v1: bool) {
        socket.join(if v1 { self.v1.clone() } else { self.plain.clone() });
    }

    /// Tells lines to the v1 sockets: as few packets as may be.
    pub async fn tell(
        &self,
        io: &SocketIo,
        room: &RoomName,
        epoch: &str,
        head: u64,
        lines: Vec<Message>,
    ) {
        for messages in packets(lines) {
            let (room, epoch) = (room.clone(), epoch.into());
            let packet = Messages { room, epoch, head, messages, more: false, req: None };
            self.broadcast(io, event::MESSAGES, &packet).await;
        }
    }

    /// Tells a line to the plain sockets, but for the one that said it.
    /// A file that it is about is told as its bytes, as
    /// a server of a few lines would relay them, or as where it is fetched.
    pub async fn relay(
        &self,
        author: &SocketRef,
        room: &RoomName,
        line: &Message,
        content: Option<Bytes>,
    ) {
        let heard = Heard {
            seq: line.seq,
            room: room.clone(),
            from: line.from.clone(),
            at: line.at,
            guest: line.guest,
            kind: line.kind,
            file: line.file.clone(),
        };
        let others = author.to(self.plain.clone());
        // An error says that some socket's buffer is full or that it has gone: see above.
        let _full_or_gone = match (content, &line.file) {
            (Some(content), Some(_)) => others.emit(event::TALK, &(content, heard)).await,
            (_, Some(file)) => {
                let size = file.size.div_ceil(1024);
                let text = format!("{} ({size} KiB) {}", line.text, file.path());
                others.emit(event::TALK, &(text, heard)).await
            }
            (_, None) => others.emit(event::TALK, &(&line.text, heard)).await,
        };
    }

    /// Tells the v1 sockets that someone came, but for the one by which they did.
    pub async fn tell_joined(&self, newcomer: &SocketRef, joined: &Presence) {
        let others = newcomer.to(self.v1.clone());
        let _full_or_gone = others.emit(event::JOINED, joined).await;
    }

    /// Tells the v1 sockets that someone went.
    pub async fn tell_left(&self, io: &SocketIo, left: &Presence) {
        self.broadcast(io, event::LEFT, left).await;
    }

    /// Tells the v1 sockets how many are here.
    pub async fn tell_count(&self, io: &SocketIo, count: &Presence) {
        self.broadcast(io, event::JOINED, count).await;
    }

    /// Tells the v1 sockets who is here.
    pub async fn tell_members(&self, io: &SocketIo, members: &Members) {
        self.broadcast(io, event::MEMBERS, members).await;
    }

    /// Tells the v1 sockets that someone writes, but for the one that does. It is not the one
    /// volatile word that may wait at a socket: that is the beacon's.
    pub async fn tell_typing(&self, author: &SocketRef, typing: &Typing) {
        let others = author.to(self.v1.clone());
        let _full_or_gone = others.emit(event::TYPING, typing).await;
    }

    /// Tells everyone what the server has to say.
    pub async fn notify(&self, io: &SocketIo, notice: &Notice) {
        self.broadcast(io, event::NOTICE, notice).await;
        let plain = io.to(self.plain.clone());
        let _full_or_gone = plain.emit(event::NOTICE, notice).await;
    }

    /// Tells the v1 sockets how far the room has come. Only the newest such word waits at a
    /// socket, outside its buffer.
    pub async fn beacon(&self, io: &SocketIo, heads: &Heads) {
        let group = io.to(self.v1.clone()).volatile();
        let _gone = group.emit(event::HEAD, heads).await;
    }

    async fn broadcast<T: Serialize>(&self, io: &SocketIo, name: &str, body: &T) {
        let _full_or_gone = io.to(self.v1.clone()).emit(name, body).await;
    }
}

/// Tells one socket something.
pub fn send<T: Serialize>(socket: &SocketRef, name: &str, body: &T) {
    // As above: full or gone.
    let _full_or_gone = socket.emit(name, body);
}

/// Tells a guest that its name has been claimed, and ends its connection.
pub fn send_off(guest: &SocketRef, name: &Name) {
    let message = format!("{name} has been claimed; come back under another name");
    turn_out(guest, Refusal::new(Code::NameTaken, message));
}

/// Tells somebody why they may not be here, and ends the connection.
pub fn turn_out(socket: &SocketRef, refusal: Refusal) {
    Reply::new(socket.clone(), None).refused(event::CONNECT, None, refusal);
    // One that cannot hear it is full, and will be cut for that.
    let _full_or_gone = socket.clone().disconnect();
}

/// The way back to whoever asked: its acknowledgement if it wants one, else an event.
#[derive(Debug)]
pub struct Reply {
    socket: SocketRef,
    ack: Option<Acknowledgement>,
}

struct Acknowledgement(AckSender);

impl std::fmt::Debug for Acknowledgement {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Acknowledgement")
    }
}

impl Reply {
    /// To a socket, by `ack` if it asked for one.
    pub fn new(socket: SocketRef, ack: Option<AckSender>) -> Self {
        Self { socket, ack: ack.map(Acknowledgement) }
    }

    /// The socket that asked.
    pub fn socket(&self) -> &SocketRef {
        &self.socket
    }

    /// Whether an acknowledgement is wanted.
    pub fn is_awaited(&self) -> bool {
        self.ack.is_some()
    }

    /// The line is on disk.
    pub fn kept(self, line: &Message, again: bool) {
        if let Some(Acknowledgement(ack)) = self.ack {
            let (seq, at, cid) = (line.seq, line.at, line.cid.clone());
            let _full_or_gone = ack.send(&Ack::Kept { ok: true, seq, at, cid, dup: again });
        }
    }

    /// What was asked for: an event of this name, or the acknowledgement if one is wanted.
    pub fn answered<T: Serialize>(self, name: &str, body: &T) {
        match self.ack {
            Some(Acknowledgement(ack)) => {
                let _full_or_gone = ack.send(body);
            }
            None => send(&self.socket, name, body),
        }
    }

    /// It was not done, and why.
    pub fn refused(self, request: &str, cid: Option<String>, refusal: Refusal) {
        match self.ack {
            Some(Acknowledgement(ack)) => {
                let _full_or_gone = ack.send(&Ack::from(&refusal));
            }
            None => send(&self.socket, event::REFUSED, &Refused::new(request, cid, refusal)),
        }
    }
}

fn packets(lines: Vec<Message>) -> impl Iterator<Item = Vec<Message>> {
    let mut lines = lines.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut packet: Vec<Message> = Vec::with_capacity(lines.len());
        let mut bytes = 0;
        while let Some(line) = lines.next_if(|line| {
            bytes += line.text.len();
            bytes <= PACKET_BYTES
        }) {
            packet.push(line);
        }
        if packet.is_empty() {
            packet.extend(lines.next()); // A single line that is longer than a packet should be.
        }
        (!packet.is_empty()).then_some(packet)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kpl_shared::message::Kind;

    fn line(seq: u64, bytes: usize) -> Message {
        let (from, uid, text) = ("a".into(), "u".into(), "x".repeat(bytes));
        Message {
            seq,
            at: 0,
            from,
            uid,
            guest: false,
            cid: None,
            kind: Kind::Text,
            text,
            file: None,
        }
    }

    #[test]
    fn a_commit_is_cut_into_packets_by_size_and_nothing_is_lost() {
        let half = PACKET_BYTES / 2;
        let lines = vec![line(1, half), line(2, half), line(3, 1), line(4, 2 * PACKET_BYTES)];

        let seqs: Vec<Vec<u64>> =
            packets(lines).map(|packet| packet.iter().map(|line| line.seq).collect()).collect();

        assert_eq!(seqs, [vec![1, 2], vec![3], vec![4]]);
    }
}
