//! The id of a topic: a topic that was deleted and made again has another one.
//!
//! librdkafka reads it (`DescribeTopics`), but the rdkafka crate does not pass it on, and calling C is
//! unsafe code, which this workspace forbids. So this asks for it: one request, Metadata (3) in version
//! 12, which Kafka serves from 2.8 on. <https://kafka.apache.org/protocol#The_Messages_Metadata>

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use super::{Cluster, check_topic_name};
use crate::exit::Failure;

/// How long to wait for some bytes before signals are checked again.
const STEP: Duration = Duration::from_millis(500);

/// The longest answer, in bytes: a topic of 1,000 partitions has about 50 KB.
const ANSWER_LIMIT: usize = 4 << 20;

/// The number by which the answer is known to belong to the request.
const CORRELATION: i32 = 1;

/// What is said of a server that is something else.
const STRANGE: &str = "it does not answer like a Kafka broker";

/// Broker: the topic does not exist.
const UNKNOWN_TOPIC: i16 = 3;

impl Cluster {
    /// The id of a topic as Kafka's own tools show it; `None` if there is no such topic.
    ///
    /// # Errors
    /// Exit code 5 if no broker answers within `--kafka-timeout`, that of `stop` after a signal.
    pub fn topic_id(&self, topic: &str) -> Result<Option<String>, Failure> {
        check_topic_name(topic)?;
        let deadline = Instant::now() + self.timeout;
        let id = topic_id(&self.servers, topic, deadline, || self.check_stop().is_err());
        self.check_stop()?;
        id.map_err(|why| self.silent().because(why))
    }
}

/// The id of a topic as Kafka's own tools show it, from the first of these servers (`HOST:PORT`, separated
/// by commas) that answers; `None` if there is no such topic.
///
/// # Errors
/// Why none of them has answered until the deadline, or until `stopped`.
pub fn topic_id(
    servers: &str,
    topic: &str,
    deadline: Instant,
    stopped: impl Fn() -> bool,
) -> Result<Option<String>, String> {
    let over = || stopped() || Instant::now() >= deadline;
    loop {
        let mut problems = Vec::new();
        for server in servers.split(',') {
            match ask(server.trim(), &request(topic), &over).map(|answer| parse(&answer)) {
                Ok(Some((0, id))) => return Ok(Some(text(id))),
                Ok(Some((UNKNOWN_TOPIC, _))) => return Ok(None),
                // The broker is starting, or a topic is made or deleted at this moment.
                Ok(Some((code, _))) => problems.push(format!("{server}: error {code}")),
                Ok(None) => problems.push(format!("{server}: {STRANGE}")),
                Err(error) => problems.push(format!("{server}: {error}")),
            }
        }
        if over() {
            return Err(problems.join("; "));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Sends a request to a server and returns its answer without its length.
fn ask(server: &str, request: &[u8], over: &impl Fn() -> bool) -> std::io::Result<Vec<u8>> {
    let mut stream = connect(server)?;
    stream.set_read_timeout(Some(STEP))?;
    stream.set_write_timeout(Some(STEP))?;
    stream.write_all(request)?;
    let mut length = [0; 4];
    fill(&mut stream, &mut length, over)?;
    let length = usize::try_from(i32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > ANSWER_LIMIT {
        return Err(std::io::Error::other(STRANGE));
    }
    let mut answer = vec![0; length];
    fill(&mut stream, &mut answer, over)?;
    Ok(answer)
}

/// Reads until `buffer` is full.
fn fill(
    stream: &mut TcpStream,
    mut buffer: &mut [u8],
    over: &impl Fn() -> bool,
) -> std::io::Result<()> {
    while !buffer.is_empty() {
        match stream.read(buffer) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => buffer = &mut buffer[read..],
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if over() {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Connects to the first address of a server that accepts.
fn connect(server: &str) -> std::io::Result<TcpStream> {
    let mut last = ErrorKind::AddrNotAvailable.into();
    for address in server.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, STEP) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// The request for one topic, with its length in front.
fn request(topic: &str) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(3_i16.to_be_bytes());
    body.extend(12_i16.to_be_bytes());
    body.extend(CORRELATION.to_be_bytes());
    // No client id, and no tagged fields in the header.
    body.extend((-1_i16).to_be_bytes());
    body.push(0);
    // One topic: no id, its name, no tagged fields. Lengths in this form are one too high.
    body.push(2);
    body.extend([0; 16]);
    push_length(&mut body, topic.len() + 1);
    body.extend(topic.as_bytes());
    body.push(0);
    // Create no topic, report no rights, no tagged fields.
    body.extend([0, 0, 0]);
    let length = i32::try_from(body.len()).unwrap_or(i32::MAX);
    [&length.to_be_bytes()[..], &body].concat()
}

/// Appends an unsigned number in groups of seven bits, the lowest first.
fn push_length(body: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        #[expect(clippy::cast_possible_truncation, reason = "seven bits")]
        body.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "seven bits")]
    body.push(number as u8);
}

/// The error code and the id of the only topic in an answer; `None` if it is not such an answer.
fn parse(answer: &[u8]) -> Option<(i16, u128)> {
    let mut rest = Rest(answer);
    if rest.array()? != CORRELATION.to_be_bytes() {
        return None;
    }
    rest.skip_tags()?;
    let _throttle: [u8; 4] = rest.array()?;
    for _ in 1..rest.number()? {
        let _broker: [u8; 4] = rest.array()?;
        rest.skip_text()?;
        let _port: [u8; 4] = rest.array()?;
        rest.skip_text()?;
        rest.skip_tags()?;
    }
    rest.skip_text()?;
    let _controller: [u8; 4] = rest.array()?;
    if rest.number()? != 2 {
        return None;
    }
    let code = i16::from_be_bytes(rest.array()?);
    rest.skip_text()?;
    Some((code, u128::from_be_bytes(rest.array()?)))
}

/// The bytes of an answer that are not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn array<const SIZE: usize>(&mut self) -> Option<[u8; SIZE]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let [byte] = self.array()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Skips a text, which may be missing.
    fn skip_text(&mut self) -> Option<()> {
        let length = self.number()?.saturating_sub(1);
        self.0 = self.0.get(length..)?;
        Some(())
    }

    fn skip_tags(&mut self) -> Option<()> {
        for _ in 0..self.number()? {
            self.number()?;
            let length = self.number()?;
            self.0 = self.0.get(length..)?;
        }
        Some(())
    }
}

/// An id as Kafka's tools print it: base 64 with the letters for addresses, without padding.
fn text(id: u128) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // 22 letters have 132 bits: the last four are zero.
    let letter = |place: u32| {
        let bits = if place == 21 { (id & 0x3) << 4 } else { id >> (122 - 6 * place) & 0x3f };
        char::from(LETTERS[bits as usize])
    };
    (0..22).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer with a broker, a cluster id, and one topic.
    fn answer(code: i16, id: u128) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(CORRELATION.to_be_bytes());
        bytes.extend([0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 10]);
        bytes.extend(b"localhost");
        bytes.extend([0, 0, 0x23, 0x84, 0, 0, 3]);
        bytes.extend(b"id");
        bytes.extend([0, 0, 0, 1, 2]);
        bytes.extend(code.to_be_bytes());
        bytes.push(2);
        bytes.push(b't');
        bytes.extend(id.to_be_bytes());
        bytes
    }

    #[test]
    fn an_id_is_printed_as_kafkas_tools_do() {
        // The ids of org.apache.kafka.common.Uuid: METADATA_TOPIC_ID, and one with all bits set.
        assert_eq!(text(1), "AAAAAAAAAAAAAAAAAAAAAQ");
        assert_eq!(text(u128::MAX), "_____________________w");
        let id = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210;
        assert_eq!(text(id), "ASNFZ4mrze_-3LqYdlQyEA");
    }

    #[test]
    fn an_answer_is_read_up_to_the_id_and_a_broken_one_is_none() {
        let whole = answer(0, 7);
        assert_eq!(parse(&whole), Some((0, 7)));
        assert_eq!(parse(&answer(UNKNOWN_TOPIC, 0)), Some((UNKNOWN_TOPIC, 0)));
        for length in 0..whole.len() {
            assert_eq!(parse(&whole[..length]), None, "{length} bytes");
        }
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] = 0xff;
            // Nothing but an end is promised.
            let _ = parse(&changed);
        }
    }

    #[test]
    fn a_long_name_has_its_length_in_two_bytes() {
        let name = "x".repeat(249);
        let bytes = request(&name);
        assert_eq!(bytes[..4], u32::try_from(bytes.len() - 4).unwrap().to_be_bytes());
        assert_eq!(&bytes[32..34], [0xfa, 1]);
    }
}
