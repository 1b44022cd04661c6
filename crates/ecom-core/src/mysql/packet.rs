//! The parts of MySQL's packets, and whether a packet has all of them.

use super::protocol::END;

const NULL: u8 = 0xfb;

/// The first packet of a server, as far as it matters here.
pub(super) struct Greeting<'a> {
    pub(super) capabilities: u32,
    pub(super) method: &'a [u8],
}

impl<'a> Greeting<'a> {
    /// Version 10 of the protocol; the server's version up to a zero; the connection's id in 4 bytes; 8 bytes of the
    /// challenge and a zero; capabilities in 2; character set in 1; status in 2; capabilities in 2; the challenge's
    /// length in 1; 10 bytes of no meaning here; the rest of the challenge, at least 13; the method up to a zero.
    pub(super) fn read(packet: &'a [u8]) -> Option<Self> {
        let rest = packet.strip_prefix(&[10])?;
        let rest = &rest[rest.iter().position(|byte| *byte == 0)? + 1..];
        let (fixed, rest) = rest.split_at_checked(4 + 9 + 2 + 1 + 2 + 2 + 1 + 10)?;
        let capabilities = u32::from_le_bytes([fixed[13], fixed[14], fixed[18], fixed[19]]);
        let challenge = usize::from(fixed[20]).saturating_sub(8).max(13);
        let (_, rest) = rest.split_at_checked(challenge)?;
        let method = &rest[..rest.iter().position(|byte| *byte == 0)?];
        Some(Self { capabilities, method })
    }
}

/// Changed rows, last number, status in 2 bytes, warnings in 2 bytes, and what nobody reads.
pub(super) fn is_ok(packet: &[u8]) -> bool {
    let mut rest = &packet[1..];
    number(&mut rest).and(number(&mut rest)).is_some() && rest.len() >= 4
}

pub(super) fn is_old_end(packet: &[u8]) -> bool {
    packet[0] == END && packet.len() == 5
}

/// Six names and, behind the length of the rest, character set, length, type, flags and decimals.
pub(super) fn is_definition(packet: &[u8]) -> bool {
    let mut rest = packet;
    (0..6).all(|_| text(&mut rest).is_some()) && rest.len() >= 13
}

pub(super) fn is_row(packet: &[u8], columns: u64) -> bool {
    let mut rest = packet;
    let value = |rest: &mut &[u8]| {
        if rest.first() == Some(&NULL) {
            *rest = &rest[1..];
            return true;
        }
        text(rest).is_some()
    };
    (0..columns).all(|_| value(&mut rest)) && rest.is_empty()
}

/// A number that says its own length.
pub(super) fn number(rest: &mut &[u8]) -> Option<u64> {
    let (first, behind) = rest.split_first()?;
    let length = match first {
        0..=0xfa => 0,
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        _ => return None,
    };
    let (bytes, behind) = behind.split_at_checked(length)?;
    *rest = behind;
    if length == 0 {
        return Some(u64::from(*first));
    }
    let mut whole = [0; 8];
    whole[..length].copy_from_slice(bytes);
    Some(u64::from_le_bytes(whole))
}

/// A text behind its length.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (text, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(text)
}
