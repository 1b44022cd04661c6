//! One side of a comparison: records that can be read repeatedly.

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::exit::Code;

/// One record of one side, borrowed while it is visited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    /// What identifies the record; begins with [`UNREADABLE`] if it is not a record.
    pub(crate) key: &'a [u8],
    /// Everything that must be equal: the record's canonical bytes, then the hop's facts.
    pub(crate) record: &'a [u8],
    /// How many bytes of `record` are the record itself; the checksum covers only these.
    pub(crate) core: usize,
    /// Where the record is.
    pub(crate) location: Location,
}

/// The first byte of the key of what is not a record of the table: a byte that never occurs in UTF-8.
/// It is followed by the bytes that were found; the entry's record is then the reason.
pub(crate) const UNREADABLE: u8 = 0xff;

/// Bytes that are kept as the key of what is not a record.
const EXCERPT: usize = 200;

/// Where a record is: a number that its side can turn into a name, and a line or offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    /// The number of the file or partition.
    pub(crate) file: u32,
    /// The line or offset; 0 if unknown.
    pub(crate) line: u64,
}

impl Location {
    /// The length of the stored form.
    pub(crate) const BYTES: usize = 12;

    /// The stored form.
    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&self.file.to_le_bytes());
        bytes[4..].copy_from_slice(&self.line.to_le_bytes());
        bytes
    }

    /// The inverse of [`Location::to_bytes`].
    pub(crate) fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let (file, line) = bytes.split_at(4);
        Self {
            file: u32::from_le_bytes(file.try_into().expect("4 bytes")),
            line: u64::from_le_bytes(line.try_into().expect("8 bytes")),
        }
    }
}

/// Called with each record.
pub(crate) type Each<'a> = dyn FnMut(Entry<'_>) -> Result<()> + 'a;

/// Passes on what is not a record.
pub(crate) fn each_unreadable(
    bytes: &[u8],
    reason: &str,
    location: Location,
    each: &mut Each<'_>,
) -> Result<()> {
    let mut key = vec![UNREADABLE];
    key.extend_from_slice(&bytes[..bytes.len().min(EXCERPT)]);
    each(Entry { key: &key, record: reason.as_bytes(), core: reason.len(), location })
}

/// Records that can be read repeatedly, and are the same every time.
pub(crate) trait Side: Sync {
    /// Fixes what [`Side::visit`] will read. Returns a problem with the store as a whole, such as a
    /// table that does not exist.
    fn begin(&self) -> Result<Option<String>> {
        Ok(None)
    }

    /// Reads every record.
    fn visit(&self, each: &mut Each<'_>) -> Result<()>;

    /// The name of a location, for people.
    fn name(&self, location: Location) -> String;
}

/// The store changed while it was read, and the comparison must start again.
#[derive(Debug)]
pub(crate) struct Changed(pub(crate) String);

impl std::fmt::Display for Changed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} changed while it was read", self.0)
    }
}

impl std::error::Error for Changed {}

impl From<Changed> for Failure {
    fn from(changed: Changed) -> Self {
        Self::new(Code::Unavailable, changed.to_string())
    }
}
