//! Hostile servers that speak Kafka's protocol, up to a point.

use std::io;

use super::hostile::{Manner, Peer};

/// The requests that every client sends first.
const METADATA: u16 = 3;
const VERSIONS: u16 = 18;

/// What a hostile Kafka can do, beside what any server can.
pub static MANNERS: [(&str, Manner); 9] = [
    ("an answer of 2 GB", |peer| {
        peer.hear()?;
        peer.say(&i32::MAX.to_be_bytes())?;
        peer.without_end(&[0; 1 << 16])
    }),
    ("an answer of a negative length", |peer| {
        peer.hear()?;
        peer.say(&(-1_i32).to_be_bytes())?;
        peer.wait()
    }),
    ("an answer to another question", |peer| {
        peer.hear()?;
        peer.say(&[0, 0, 0, 4, 9, 9, 9, 9])?;
        peer.wait()
    }),
    ("versions without number", |peer| {
        let question = Question::hear(peer)?;
        question.answer(peer, &[&[0, 0][..], &i32::MAX.to_be_bytes()].concat())?;
        peer.wait()
    }),
    ("no broker at all", |peer| metadata(peer, &[0; 17])),
    ("brokers without number", |peer| metadata(peer, &i32::MAX.to_be_bytes())),
    ("topics without number", |peer| {
        metadata(peer, &[&[0; 9][..], &i32::MAX.to_be_bytes()].concat())
    }),
    ("a topic whose name is not text", |peer| {
        let topic = b"\0\0\0\x04\xff\xfe\x1b[\0\0\0\0\0";
        let body = [&broker(peer)[..], b"\0\0\0\x01", b"\0\0\0\x01", topic].concat();
        metadata(peer, &body)
    }),
    ("it hangs up after each answer", |peer| {
        let question = Question::hear(peer)?;
        question.answer(peer, &versions())
    }),
];

/// A request: which, and its number.
struct Question {
    kind: u16,
    number: [u8; 4],
}

impl Question {
    fn hear(peer: &mut Peer) -> io::Result<Self> {
        let heard = peer.hear()?;
        let Some([_, _, _, _, a, b, _, _, number @ ..]) = heard.first_chunk::<12>() else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        Ok(Self { kind: u16::from_be_bytes([*a, *b]), number: *number })
    }

    fn answer(&self, peer: &mut Peer, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(body.len() + 4).expect("short").to_be_bytes();
        peer.say(&[&length, &self.number, body].concat())
    }
}

/// Offers version 1 of metadata, and answers it with `body`.
fn metadata(peer: &mut Peer, body: &[u8]) -> io::Result<()> {
    loop {
        let question = Question::hear(peer)?;
        match question.kind {
            VERSIONS => question.answer(peer, &versions())?,
            METADATA => question.answer(peer, body)?,
            _ => return peer.wait(),
        }
    }
}

/// No error, and the versions of two requests, in the form of version 3, for which librdkafka asks first.
fn versions() -> Vec<u8> {
    let mut answer = vec![0, 0, 3];
    for offer in [[METADATA, 1, 1], [VERSIONS, 0, 3]] {
        answer.extend(offer.iter().flat_map(|number| number.to_be_bytes()));
        answer.push(0);
    }
    answer.extend([0; 5]);
    answer
}

/// The list of brokers with this one alone: number, host, port, no rack.
fn broker(peer: &Peer) -> Vec<u8> {
    let port = u32::from(peer.port()).to_be_bytes();
    [b"\0\0\0\x01\0\0\0\x01\0\x09127.0.0.1".as_slice(), &port, b"\xff\xff"].concat()
}
