//! WebSocket frames, as far as a client needs them that wants to be cheap.

/// What a frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole message of text.
    Text,
    /// A ping, to be answered with its own payload.
    Ping,
    /// The end.
    Close,
    /// Anything else: no server here sends it.
    Other,
}

/// Appends a client's frame with this text.
///
/// A client's frames are masked; a mask of zeros is a mask, and costs nothing.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put(out, 0x81, text);
}

/// Appends the answer to a ping.
pub(crate) fn put_pong(out: &mut Vec<u8>, payload: &[u8]) {
    put(out, 0x8A, payload);
}

fn put(out: &mut Vec<u8>, head: u8, payload: &[u8]) {
    out.push(head);
    match u16::try_from(payload.len()) {
        Ok(len @ ..126) => out.push(0x80 | len.to_be_bytes()[1]),
        Ok(len) => {
            out.push(0xFE);
            out.extend_from_slice(&len.to_be_bytes());
        }
        Err(_) => {
            out.push(0xFF);
            out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
}

/// Cuts a stream of bytes into frames.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    rest: Vec<u8>,
}

impl Frames {
    /// Hands `each` the frames that are whole once `bytes` have come.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(Kind, &[u8])) {
        if self.rest.is_empty() {
            // The usual case: whole frames are read where they lie.
            let used = cut(bytes, &mut each);
            self.rest.extend_from_slice(&bytes[used..]);
        } else {
            self.rest.extend_from_slice(bytes);
            let used = cut(&self.rest, &mut each);
            self.rest.drain(..used);
        }
        if self.rest.is_empty() {
            self.rest = Vec::new();
        }
    }
}

fn cut(bytes: &[u8], each: &mut impl FnMut(Kind, &[u8])) -> usize {
    let mut used = 0;
    while let Some((kind, head, len)) = read_head(&bytes[used..]) {
        let start = used + head;
        let Some(payload) = bytes.get(start..start.saturating_add(len)) else { break };
        each(kind, payload);
        used = start + len;
    }
    used
}

/// The kind of the frame that `bytes` begin with, the length of its head and of its payload.
fn read_head(bytes: &[u8]) -> Option<(Kind, usize, usize)> {
    let kind = match *bytes.first()? {
        0x81 => Kind::Text,
        0x89 => Kind::Ping,
        0x88 => Kind::Close,
        _ => Kind::Other,
    };
    let (head, len) = match *bytes.get(1)? & 0x7F {
        126 => (4, u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        len => (2, u64::from(len)),
    };
    Some((kind, head, usize::try_from(len).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server's frame: a client's without its mask.
    fn unmasked(text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        put_text(&mut out, text);
        let head = out.len() - text.len() - 4;
        out[1] &= 0x7F;
        out.drain(head..head + 4);
        out
    }

    #[test]
    fn frames_of_every_length_are_cut_out_wherever_the_stream_is_split() {
        let texts: Vec<Vec<u8>> = [0, 1, 125, 126, 65_535, 65_536].map(|n| vec![b'x'; n]).into();
        let stream: Vec<u8> = texts.iter().flat_map(|text| unmasked(text)).collect();

        for step in [1, 7, 1000, 100_000, stream.len()] {
            let (mut frames, mut heard) = (Frames::default(), Vec::new());
            for piece in stream.chunks(step) {
                frames.feed(piece, |kind, text| {
                    assert_eq!(kind, Kind::Text);
                    heard.push(text.to_vec());
                });
            }
            assert_eq!(heard, texts, "in steps of {step}");
        }
    }
}
