//! The bytes of a file on their way to the reader: their SHA-256, their line endings, and whether
//! they are UTF-8.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ecom_core::Failure;
use ecom_core::plan::{LineEnding, hexadecimal};
use ecom_core::source::bytes;
use memchr::{memchr, memchr_iter, memchr3_iter};
use sha2::{Digest as _, Sha256};

use super::origin::Origin;

/// A file that records what was read from it.
pub(crate) struct ObservedInput {
    file: bytes::Input,
    passed: SharedPassed,
}

/// What was read so far, for two owners.
#[derive(Clone)]
pub(crate) struct SharedPassed(Arc<Mutex<Passed>>);

/// What was read so far.
pub(crate) struct Passed {
    /// False for a file that was read before: only its bytes are counted.
    first_time: bool,
    hasher: Sha256,
    /// Bytes.
    pub(crate) bytes: u64,
    endings: Endings,
    /// The beginning of a character that continues in the next bytes.
    rest: Vec<u8>,
    /// Sequences that are not UTF-8.
    pub(crate) invalid: u64,
}

/// The ways in which lines end, leaving out line breaks inside quotes.
struct Endings {
    quote: u8,
    quoted: bool,
    returns: u8,
    next: usize,
    /// Which of them there are.
    seen: [bool; 4],
    other: bool,
}

const KINDS: [LineEnding; 4] =
    [LineEnding::Lf, LineEnding::CrLf, LineEnding::CrCrLf, LineEnding::Cr];

impl ObservedInput {
    /// Opens a file that was read before.
    pub(crate) fn again(origin: &Origin) -> Result<(Self, SharedPassed), Failure> {
        let (input, passed) = Self::open(origin, None)?;
        passed.borrow().first_time = false;
        Ok((input, passed))
    }

    /// Opens a file whose fields are quoted by `quote`.
    pub(crate) fn open(
        origin: &Origin,
        quote: Option<char>,
    ) -> Result<(Self, SharedPassed), Failure> {
        let file = origin.open()?;
        // Without quotes the line feed takes their place: it is handled first and never opens a
        // quote.
        let quote = quote.and_then(|quote| u8::try_from(quote).ok()).unwrap_or(b'\n');
        let passed = SharedPassed(Arc::new(Mutex::new(Passed {
            first_time: true,
            hasher: Sha256::new(),
            bytes: 0,
            endings: Endings {
                quote,
                quoted: false,
                returns: 0,
                next: 0,
                seen: [false; 4],
                other: false,
            },
            rest: Vec::new(),
            invalid: 0,
        })));
        Ok((Self { file, passed: passed.clone() }, passed))
    }
}

impl Read for ObservedInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.passed.borrow().pass(&buffer[..count]);
        Ok(count)
    }
}

impl SharedPassed {
    /// What was read so far.
    pub(crate) fn borrow(&self) -> MutexGuard<'_, Passed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Passed {
    /// The SHA-256 of what was read, in hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        hexadecimal(&self.hasher.clone().finalize())
    }

    /// How the lines end; `None` if there is no line ending at all.
    pub(crate) fn line_ending(&self) -> Option<LineEnding> {
        self.endings.found()
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        if !self.first_time {
            return;
        }
        self.hasher.update(bytes);
        self.endings.observe(bytes);
        if !self.rest.is_empty() || !bytes.is_ascii() {
            self.decode(bytes);
        }
    }

    fn decode(&mut self, bytes: &[u8]) {
        let joined;
        let bytes = if self.rest.is_empty() {
            bytes
        } else {
            joined = [self.rest.as_slice(), bytes].concat();
            self.rest.clear();
            &joined
        };
        let mut read = 0;
        for chunk in bytes.utf8_chunks() {
            read += chunk.valid().len() + chunk.invalid().len();
            let unfinished = std::str::from_utf8(chunk.invalid())
                .is_err_and(|error| error.error_len().is_none());
            if unfinished && read == bytes.len() {
                self.rest = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                self.invalid += 1;
            }
        }
    }
}

impl Endings {
    fn observe(&mut self, bytes: &[u8]) {
        // Without a return, one more line feed changes nothing: only the quotes count.
        let is_known = self.returns == 0 && self.seen[0];
        if is_known && memchr(b'\r', bytes).is_none() {
            let has_quotes = self.quote != b'\n';
            self.quoted ^= has_quotes && !memchr_iter(self.quote, bytes).count().is_multiple_of(2);
            return;
        }
        for at in memchr3_iter(self.quote, b'\r', b'\n', bytes) {
            if at != self.next {
                self.lone_returns();
            }
            match bytes[at] {
                b'\n' if !self.quoted => self.line_feed(),
                b'\r' if !self.quoted => self.returns = self.returns.saturating_add(1),
                b'\n' | b'\r' => {}
                _ => {
                    self.lone_returns();
                    self.quoted = !self.quoted;
                }
            }
            self.next = at + 1;
        }
        self.next = if self.next == bytes.len() { 0 } else { usize::MAX };
    }

    fn line_feed(&mut self) {
        match std::mem::take(&mut self.returns) {
            returns @ 0..=2 => self.seen[usize::from(returns)] = true,
            _ => self.other = true,
        }
    }

    fn lone_returns(&mut self) {
        self.seen[3] |= std::mem::take(&mut self.returns) > 0;
    }

    fn found(&self) -> Option<LineEnding> {
        let mut seen = self.seen;
        seen[3] |= self.returns > 0;
        let mut kinds = KINDS.iter().zip(seen).filter(|(_, seen)| *seen);
        match (kinds.next(), kinds.next()) {
            _ if self.other => Some(LineEnding::Mixed),
            (Some(_), Some(_)) => Some(LineEnding::Mixed),
            (only, _) => only.map(|(kind, _)| *kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(bytes: &[u8], step: usize) -> (Option<LineEnding>, u64) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        let origin = Origin::of(&path, None);
        let (mut input, passed) = ObservedInput::open(&origin, Some('"')).unwrap();
        let mut buffer = vec![0; step];
        while input.read(&mut buffer).unwrap() > 0 {}
        let passed = passed.borrow();
        assert_eq!(passed.sha256(), ecom_core::plan::sha256_of(&path).unwrap());
        (passed.line_ending(), passed.invalid)
    }

    #[test]
    fn line_endings_are_distinguished_however_the_bytes_arrive() {
        for (text, wanted) in [
            ("a,b\n1,2\n", Some(LineEnding::Lf)),
            ("a,b\r\n1,2", Some(LineEnding::CrLf)),
            ("a,b\r\r\n1,2\r\r\n", Some(LineEnding::CrCrLf)),
            ("a,b\r1,2\r", Some(LineEnding::Cr)),
            ("a,b\r\n1,2\n", Some(LineEnding::Mixed)),
            ("a,b\r\r\r\n", Some(LineEnding::Mixed)),
            ("a,b\n1,2\n\"3\r\n\",4\n\"5\",6\n", Some(LineEnding::Lf)),
            ("a,b\n1,2\n\"\n\n\n\",4\r\n", Some(LineEnding::Mixed)),
            ("a,b\r\n\"1\n2\",\"3\r\"\r\n", Some(LineEnding::CrLf)),
            ("a,b", None),
        ] {
            for step in [1, 2, 3, 100] {
                assert_eq!(passed(text.as_bytes(), step).0, wanted, "{text:?} by {step}");
            }
        }
    }

    #[test]
    fn utf_8_is_distinguished_however_the_bytes_arrive() {
        for step in [1, 2, 3, 100] {
            assert_eq!(passed("é,€,😀,a\n".as_bytes(), step), (Some(LineEnding::Lf), 0));
            assert_eq!(passed(b"caf\xe9,na\xefve\n", step).1, 2);
        }
    }
}
