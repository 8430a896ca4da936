//! How the arguments of an event are read: any number of them, of any shape.

use std::{convert::Infallible, fmt, sync::Arc};

use bytes::Bytes;
use kpl_shared::refusal::{Code, Refusal};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, SeqAccess, Visitor},
};
use serde_json::Value;
use socketioxide::{
    adapter::LocalAdapter,
    extract::{AckSender, Data, SocketRef},
    handler::{FromConnectParts, FromMessageParts},
    socket::Socket,
};
use socketioxide_core::Value as Packet;

use crate::fanout::Reply;

/// More arguments than any event of ours has are passed over.
const MOST_ARGUMENTS: usize = 4;

/// What a client sent with an event, and the way back to it.
#[derive(Debug)]
pub(super) struct Request {
    /// The arguments, or none if they cannot be read at all.
    pub(super) args: Vec<Value>,
    /// The bytes that came with them; where they belong, an argument is a [`placeholder`].
    pub(super) bytes: Vec<Bytes>,
    /// The way back.
    pub(super) reply: Reply,
}

impl Request {
    /// Takes the first argument, which is to be of this form.
    pub(super) fn body<T: DeserializeOwned>(&mut self, form: &str) -> Result<T, Refusal> {
        let first = self.args.first_mut().map(Value::take);
        let body = first.and_then(|first| serde_json::from_value(first).ok()); // `form` says more.
        body.ok_or_else(|| Refusal::new(Code::BadRequest, form))
    }
}

/// It never fails, as an extractor that does is a silent end: what cannot be read is answered by
/// the handler like anything else that is not of the protocol's form.
impl FromMessageParts<LocalAdapter> for Request {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket<LocalAdapter>>,
        packet: &mut Packet,
        ack_id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        let Ok(socket_ref) = SocketRef::from_message_parts(socket, packet, ack_id);
        let ack = match ack_id {
            Some(_) => {
                let Ok(ack) = AckSender::from_message_parts(socket, packet, ack_id);
                Some(ack)
            }
            None => None,
        };
        // Taken first: the library puts bytes where they belong, and JSON has no place for them.
        let bytes = match packet {
            Packet::Str(_, Some(bytes)) => bytes.drain(..).collect(),
            Packet::Str(_, None) | Packet::Bytes(_) => Vec::new(),
        };
        let args = if let (false, Packet::Str(text, _)) = (bytes.is_empty(), &*packet) {
            with_placeholders(text)
        } else {
            let read = Data::<Arguments>::from_message_parts(socket, packet, ack_id);
            read.ok().map(|Data(Arguments(args))| args) // Or no JSON, or nested too deep.
        };
        let args = args.unwrap_or_default();
        Ok(Self { args, bytes, reply: Reply::new(socket_ref, ack) })
    }
}

/// The arguments of an event with attachments, as they stand in the packet behind its name.
fn with_placeholders(packet: &str) -> Option<Vec<Value>> {
    let mut all: Vec<Value> = serde_json::from_str(packet).ok()?;
    all.truncate(1 + MOST_ARGUMENTS);
    Some(all.split_off(1.min(all.len())))
}

/// Which of a packet's attachments an argument stands for.
pub(super) fn placeholder(argument: &Value) -> Option<usize> {
    let is_one = argument.get("_placeholder")?.as_bool()?;
    let number = argument.get("num")?.as_u64()?;
    usize::try_from(number).ok().filter(|_| is_one)
}

/// What a client says of itself when it connects. Saying nothing is fine; saying what cannot be
/// read is not, as whoever says it would be let in as somebody else.
pub(super) struct Auth(pub(super) Result<Value, Refusal>);

impl FromConnectParts<LocalAdapter> for Auth {
    type Error = Infallible;

    fn from_connect_parts(
        socket: &Arc<Socket<LocalAdapter>>,
        auth: &Option<Packet>,
    ) -> Result<Self, Infallible> {
        if auth.is_none() {
            return Ok(Self(Ok(Value::Null)));
        }
        let read = Data::<Value>::from_connect_parts(socket, auth);
        let unreadable = |_| Refusal::new(Code::BadRequest, "auth cannot be read as JSON");
        Ok(Self(read.map(|Data(auth)| auth).map_err(unreadable)))
    }
}

/// All arguments of an event. The library hands them over one by one only to a type that asks for
/// a tuple; the tuple's length does not matter to it.
struct Arguments(Vec<Value>);

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(1, ArgumentsVisitor)
    }
}

struct ArgumentsVisitor;

impl<'de> Visitor<'de> for ArgumentsVisitor {
    type Value = Arguments;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the arguments of an event")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Arguments, S::Error> {
        let mut args = Vec::new();
        while args.len() < MOST_ARGUMENTS {
            match seq.next_element()? {
                Some(arg) => args.push(arg),
                None => return Ok(Arguments(args)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Arguments(args))
    }
}
