//! Converts the bytes of a folder that Flume writes into the number of rows in it.

use crate::collect::Area;
use crate::snapshot::Count;

use super::parts::share;

/// The sizes that are known before Flume writes.
pub(super) struct Size {
    /// Bytes of all records.
    pub(super) bytes: Option<u64>,
    /// Bytes of one record, on average.
    pub(super) mean: Option<f64>,
}

impl Size {
    /// Rows in a folder, and how many of them are certainly too many.
    pub(super) fn rows(
        &self,
        folder: &Area,
        expected: Option<u64>,
        available: u64,
    ) -> (Option<Count>, u64) {
        let closed = folder.closed_bytes();
        match (self.bytes, expected) {
            _ if closed == 0 && folder.exists => (Some(Count::exact(0)), 0),
            _ if !folder.exists => (Some(Count::exact(0)), 0),
            (Some(bytes), Some(expected)) if closed == bytes => (Some(Count::exact(expected)), 0),
            (Some(bytes), Some(expected)) if closed < bytes => {
                // Any missing byte belongs to a record that is not complete.
                let rows = share(expected, closed, bytes).min(expected.saturating_sub(1));
                (Some(Count::estimate(rows)), 0)
            }
            (Some(bytes), Some(expected)) => {
                let over = share(expected, closed - bytes, bytes.max(1)).max(1);
                (Some(Count::estimate(expected + over)), over)
            }
            _ => {
                let rows = self.mean.map(|mean| (closed as f64 / mean.max(1.0)).round());
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a quotient of counts, not negative, and an estimate anyway"
                )]
                let rows = rows.map(|rows| Count::estimate((rows as u64).min(available)));
                (rows, 0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(bytes: u64, open_bytes: u64) -> Area {
        let open_files = u64::from(open_bytes > 0);
        Area { exists: true, bytes, files: 1, open_files, open_bytes, ..Area::default() }
    }

    #[test]
    fn bytes_become_rows_and_are_exact_only_when_all_are_there() {
        let known = Size { bytes: Some(100), mean: Some(10.0) };
        let unknown = Size { bytes: None, mean: Some(10.0) };
        for (size, folder, expected, rows, over) in [
            (&known, folder(100, 0), Some(10), Some(Count::exact(10)), 0),
            (&known, folder(0, 0), Some(10), Some(Count::exact(0)), 0),
            (&known, Area::default(), Some(10), Some(Count::exact(0)), 0),
            (&known, folder(99, 0), Some(10), Some(Count::estimate(9)), 0),
            (&known, folder(100, 40), Some(10), Some(Count::estimate(6)), 0),
            (&known, folder(101, 0), Some(10), Some(Count::estimate(11)), 1),
            (&known, folder(130, 0), Some(10), Some(Count::estimate(13)), 3),
            (&unknown, folder(52, 0), Some(10), Some(Count::estimate(5)), 0),
            (&unknown, folder(500, 0), None, Some(Count::estimate(8)), 0),
            (&Size { bytes: None, mean: None }, folder(52, 0), Some(10), None, 0),
        ] {
            assert_eq!(size.rows(&folder, expected, 8), (rows, over), "{folder:?}");
        }
    }
}
