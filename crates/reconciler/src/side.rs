//! One side of a comparison: records that can be read again and again.

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::exit::Code;

/// One record of one side, lent while it is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    /// What identifies the record; its first byte is [`UNREADABLE`] where nothing does.
    pub(crate) key: &'a [u8],
    /// The record with all that has to be equal: canonical bytes, then facts of the hop.
    pub(crate) record: &'a [u8],
    /// How many bytes of `record` are the record itself, which the checksum counts.
    pub(crate) core: usize,
    /// Where it stands.
    pub(crate) location: Location,
}

/// Begins the key of what is no record of the table: a byte that UTF-8 does not have. Behind it
/// stand the bytes that were found; the record is the reason.
pub(crate) const UNREADABLE: u8 = 0xff;

/// Where a record stands: a number that its side knows how to name, and a line or offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    /// Which file, or which partition.
    pub(crate) file: u32,
    /// Which line or offset.
    pub(crate) line: u64,
}

impl Location {
    /// How many bytes a location is in its stored form.
    pub(crate) const BYTES: usize = 12;

    /// The stored form.
    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&self.file.to_le_bytes());
        bytes[4..].copy_from_slice(&self.line.to_le_bytes());
        bytes
    }

    /// Reads what [`Location::to_bytes`] gave.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let (file, line) = bytes.split_at(4.min(bytes.len()));
        Self {
            file: file.try_into().map_or(0, u32::from_le_bytes),
            line: line.try_into().map_or(0, u64::from_le_bytes),
        }
    }
}

/// Looks at one record.
pub(crate) type Each<'a> = dyn FnMut(Entry<'_>) -> Result<()> + 'a;

/// Records that can be read again and again, every time the same ones.
pub(crate) trait Side: Sync {
    /// Looks what there is now; what is said then is what [`Side::visit`] reads. The answer is a
    /// problem of the store as a whole, such as a table that does not exist.
    fn begin(&self) -> Result<Option<String>> {
        Ok(None)
    }

    /// Reads every record.
    fn visit(&self, each: &mut Each<'_>) -> Result<()>;

    /// Names a location for people.
    fn name(&self, location: Location) -> String;
}

/// The store changed while it was read: begin again.
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
