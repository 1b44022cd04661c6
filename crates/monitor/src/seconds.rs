//! Numbers of seconds on the command line.

use std::ops::RangeInclusive;

/// Parses a number of seconds within a range.
pub(crate) fn within(
    range: RangeInclusive<f64>,
) -> impl Fn(&str) -> Result<f64, String> + Clone + Send + Sync + 'static {
    move |text| match text.parse() {
        Ok(seconds) if range.contains(&seconds) => Ok(seconds),
        _ => Err(format!("must be between {} and {} seconds", range.start(), range.end())),
    }
}
