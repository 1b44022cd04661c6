//! Reads every file back, value by value, before any gets its name.
//!
//! What was written must be what was read: the two parts of `transactions` together are their source,
//! record for record and byte for byte in every value.

use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::show::counted;

use crate::part::{Halves, PartFile, Written};
use crate::stubs::Output;

/// Reads every file back and compares what it holds with what was read from the sources.
pub(crate) fn verify<'a>(
    mut full: Vec<Output<'a>>,
    halves: Halves<'a>,
    threads: usize,
) -> Result<Vec<Written>, Failure> {
    let Halves { mut historical, mut realtime, values, .. } = halves;
    // The disk writes while the files are read back.
    let parts = [&mut historical, &mut realtime];
    let files = parts.into_iter().chain(full.iter_mut().map(|output| &mut output.file));
    files.into_iter().try_for_each(PartFile::begin_sync)?;
    let historical = historical.read_back(threads)?;
    let realtime = realtime.read_back(threads)?;
    let tables =
        full.into_iter().map(|output| compare(output.values, output.file.read_back(threads)?));
    let mut written = tables.collect::<Result<Vec<_>, _>>()?;
    let mut both = historical.values;
    both += realtime.values;
    if both != values {
        return Err(differs("the two parts of transactions", values, both));
    }
    written.splice(0..0, [historical, realtime]);
    match written.iter().find(|file| file.values.count != file.entry.rows) {
        Some(file) => {
            let counted = Tally { count: file.entry.rows, ..file.values };
            Err(differs(&file.entry.name, counted, file.values))
        }
        None => Ok(written),
    }
}

fn compare(wanted: Tally, written: Written) -> Result<Written, Failure> {
    if written.values == wanted {
        return Ok(written);
    }
    Err(differs(&written.entry.name, wanted, written.values))
}

fn differs(what: &str, wanted: Tally, found: Tally) -> Failure {
    Failure::verification(format!(
        "{what}: read {} with checksum {}, but wrote {} with {}: nothing was changed",
        counted(wanted.count, "record"),
        wanted.checksum,
        found.count,
        found.checksum
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecom_core::exit::Code;

    #[test]
    fn what_does_not_hold_what_was_read_fails_the_verification() {
        let mut wanted = Tally::default();
        wanted.add(b"record");
        let failure = differs("customers_full.csv", wanted, Tally::default());
        assert_eq!(failure.code(), Code::VerificationFailed);
        let text = failure.to_string();
        assert!(text.starts_with("customers_full.csv: read 1 record with checksum "), "{text}");
        assert!(text.ends_with(", but wrote 0 with 0000000000000000: nothing was changed"));
    }
}
