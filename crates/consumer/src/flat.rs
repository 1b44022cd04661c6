//! A quick look at a message: most are one flat JSON object on one line, which is printed as it is.
//!
//! Only what is certain is told here: the whole object was checked, nothing in it needs another layout
//! or an escape. Any other message is left to `serde_json` and to [`crate::json`].

use ecom_core::escape;

/// The field of a message with the time of its sending.
const SENT: &[u8] = b"streaming_timestamp";

/// A message that is a flat JSON object without spaces, in which no character controls a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flat<'a> {
    /// The message, which is UTF-8.
    pub(crate) bytes: &'a [u8],
    /// When it was sent, by its own account.
    pub(crate) sent: Option<&'a str>,
}

impl<'a> Flat<'a> {
    /// Looks at a message; `None` if it is something else, or may be.
    pub(crate) fn of(bytes: &'a [u8]) -> Option<Self> {
        // Without an early end the compiler looks at many bytes at once.
        let all = |found, byte: &u8| found | u8::from(is_special(*byte)) | (byte & 0x80);
        match bytes.iter().fold(0, all) {
            0 => {}
            // Not only ASCII, but nothing special.
            0x80 => {
                let text = std::str::from_utf8(bytes).ok()?;
                text.chars().all(|character| !escape::is_unsafe(character)).then_some(())?;
            }
            _ => return None,
        }
        let sent = match (Scan { bytes, at: 0 }).sent()? {
            // Quotes are ASCII, so they are where characters begin and end.
            Value::Text(sent) => std::str::from_utf8(sent).ok(),
            Value::Other => None,
        };
        Some(Self { bytes, sent })
    }

    /// The message as text.
    pub(crate) fn text(&self) -> &'a str {
        std::str::from_utf8(self.bytes).unwrap_or_default()
    }
}

/// True for control characters, and for the backslash, with which escapes begin.
fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'\\' || byte == 0x7f
}

/// A value that is no object and no array.
#[derive(Clone, Copy)]
enum Value<'a> {
    Text(&'a [u8]),
    Other,
}

/// Reads a message in which no byte is special.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    /// Reads an object, and nothing behind it; returns the time of its sending.
    fn sent(mut self) -> Option<Value<'a>> {
        let (mut sent, mut seen) = (Value::Other, false);
        self.expect(b'{')?;
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            let value = self.value()?;
            if name == SENT {
                // Twice is an error for serde_json.
                if std::mem::replace(&mut seen, true) {
                    return None;
                }
                sent = value;
            }
            match self.next()? {
                b',' => {}
                b'}' if self.at == self.bytes.len() => return Some(sent),
                _ => return None,
            }
        }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at)?;
        self.at += 1;
        Some(*byte)
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let rest = &self.bytes[self.at..];
        let length = quote(rest)?;
        self.at += length + 1;
        Some(&rest[..length])
    }

    fn value(&mut self) -> Option<Value<'a>> {
        match *self.bytes.get(self.at)? {
            b'"' => return self.string().map(Value::Text),
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => self.number()?,
        }
        Some(Value::Other)
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    /// A number as RFC 8259 writes it, without an exponent.
    fn number(&mut self) -> Option<()> {
        if self.bytes[self.at] == b'-' {
            self.at += 1;
        }
        let begin = self.at;
        let whole = self.digits()?;
        if whole > 1 && self.bytes[begin] == b'0' {
            return None;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        Some(())
    }

    /// How many digits there are, at least one.
    fn digits(&mut self) -> Option<usize> {
        let digits = self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        (digits > 0).then_some(digits)
    }
}

/// Where the first quote is. Strings are short: a call for each would cost more than looking at eight bytes at
/// once. <https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>
fn quote(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let differs = u64::from_le_bytes(*word) ^ (EACH * u64::from(b'"'));
        // The lowest of the bits is always right; those above it may not be.
        let found = differs.wrapping_sub(EACH) & !differs & (EACH << 7);
        if found != 0 {
            return Some(index * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let behind = bytes.len() - rest.len();
    rest.iter().position(|byte| *byte == b'"').map(|index| behind + index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Layout};

    /// What is told of a message is what the longer way finds.
    fn check(text: &str) -> bool {
        let Some(flat) = Flat::of(text.as_bytes()) else { return false };
        let value: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).unwrap();
        assert_eq!(flat.text(), text);
        assert_eq!(flat.sent, value.get("streaming_timestamp").and_then(|sent| sent.as_str()));
        let mut laid_out = String::new();
        json::write(text, Layout::Compact, &mut laid_out);
        assert_eq!(laid_out, text);
        true
    }

    const MESSAGE: &str = "{\"id\":\"T1\",\"price\":-12.50,\"n\":0,\"paid\":true,\"none\":null,\
                           \"no\":false,\"name\":\"Grün & more\",\"streaming_timestamp\":\
                           \"2024-11-10T15:30:05.000000Z\",\"source\":\"\"}";

    #[test]
    fn a_message_of_the_streamer_is_flat() {
        assert!(check(MESSAGE));
        assert_eq!(Flat::of(MESSAGE.as_bytes()).unwrap().sent, Some("2024-11-10T15:30:05.000000Z"));
        assert!(check("{\"a\":1}") && check("{\"streaming_timestamp\":5}"));
    }

    #[test]
    fn what_is_not_certain_is_left_to_others() {
        for text in [
            "",
            "{}",
            "5",
            "[1]",
            "{\"a\": 1}",
            "{\"a\":01}",
            "{\"a\":1.}",
            "{\"a\":-}",
            "{\"a\":+1}",
            "{\"a\":1e5}",
            "{\"a\":nul}",
            "{\"a\":1}x",
            "{\"a\":1,}",
            "{\"a\":{}}",
            "{\"a\":\"\\n\"}",
            "{\"a\":\"x\u{7f}\"}",
            "{\"a\":\"x\u{202e}\"}",
            "{\"a\":\"x\u{9b}\"}",
            "{\"a\":\"x",
            "{a:1}",
            "{\"streaming_timestamp\":\"a\",\"streaming_timestamp\":\"b\"}",
        ] {
            assert_eq!(Flat::of(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Flat::of(b"{\"a\":\"\xff\"}"), None);
    }

    #[test]
    fn whatever_byte_is_changed_nothing_wrong_is_told() {
        for place in 0..MESSAGE.len() {
            for byte in 0..=u8::MAX {
                let mut bytes = MESSAGE.as_bytes().to_vec();
                bytes[place] = byte;
                match std::str::from_utf8(&bytes) {
                    Ok(text) => drop(check(text)),
                    Err(_) => assert_eq!(Flat::of(&bytes), None, "{place} {byte}"),
                }
            }
            assert_eq!(Flat::of(&MESSAGE.as_bytes()[..place]), None);
        }
    }
}
