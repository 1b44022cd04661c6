//! Rates over time as a row of bars.

use crate::hub::Point;
use crate::snapshot::HopId;

/// Bars of one to eight eighths.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The newest `columns` rates of an arrow, oldest first; none where nothing was known.
pub(super) fn rates(points: &[Point], id: HopId, columns: usize) -> Vec<Option<f64>> {
    let newest = &points[points.len().saturating_sub(columns)..];
    let rate = |point: &Point| {
        let hop = point.hops.iter().find(|hop| hop.id == id)?;
        hop.rate.filter(|rate| rate.is_finite() && *rate >= 0.0)
    };
    let missing = columns.saturating_sub(newest.len());
    std::iter::repeat_n(None, missing).chain(newest.iter().map(rate)).collect()
}

/// `rates` as `rows` lines from top to bottom, the highest rate as high as there is room.
///
/// A rate of zero is a thin line and what is not known a blank, so that they can be told apart.
pub(super) fn lines(rates: &[Option<f64>], rows: usize) -> Vec<String> {
    let highest = rates.iter().flatten().copied().fold(0.0, f64::max);
    let heights: Vec<Option<usize>> =
        rates.iter().map(|rate| rate.map(|rate| eighths(rate, highest, rows))).collect();
    let line = |row: usize| {
        let below = row * BARS.len();
        heights.iter().map(|height| height.map_or(' ', |height| bar(height, below))).collect()
    };
    (0..rows).rev().map(line).collect()
}

/// How high a bar is, at least the thin line of zero.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 8 per row")]
fn eighths(rate: f64, highest: f64, rows: usize) -> usize {
    if rate <= 0.0 || highest <= 0.0 {
        return 1;
    }
    // Zero has the lowest step to itself.
    let steps = rows * BARS.len() - 1;
    1 + (rate / highest * steps as f64).ceil().clamp(1.0, steps as f64) as usize
}

fn bar(height: usize, below: usize) -> char {
    match height.saturating_sub(below) {
        0 => ' ',
        above => BARS[above.min(BARS.len()) - 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::HopPoint;
    use chrono::DateTime;

    fn points(rates: &[Option<f64>]) -> Vec<Point> {
        let point = |rate: &Option<f64>| Point {
            taken: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            hops: vec![HopPoint { id: HopId::Kafka, arrived: None, rate: *rate }],
        };
        rates.iter().map(point).collect()
    }

    #[test]
    fn the_newest_rates_stand_at_the_right() {
        let points = points(&[Some(1.0), Some(2.0), None, Some(4.0)]);
        let wanted = [Some(2.0), None, Some(4.0)];
        assert_eq!(rates(&points, HopId::Kafka, 3), wanted);
        assert_eq!(rates(&points, HopId::Kafka, 5)[..2], [None, Some(1.0)]);
        assert_eq!(rates(&points, HopId::Sqoop, 2), [None, None]);
    }

    #[test]
    fn zero_and_unknown_can_be_told_apart() {
        assert_eq!(lines(&[Some(0.0), None, Some(8.0), Some(0.01)], 1), ["▁ █▂"]);
        assert_eq!(lines(&[Some(0.0), None], 1), ["▁ "]);
    }

    #[test]
    fn more_rows_show_more_detail() {
        assert_eq!(lines(&[Some(0.0), Some(4.0), Some(8.0)], 2), [" ▁█", "▁██"]);
    }

    #[test]
    fn rates_without_sense_are_unknown() {
        let points = points(&[Some(f64::NAN), Some(-1.0), Some(f64::INFINITY)]);
        assert_eq!(rates(&points, HopId::Kafka, 3), [None, None, None]);
    }
}
