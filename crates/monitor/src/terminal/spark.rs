//! Rates over time as a row of bars.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Sparkline, Widget as _};

use crate::hub::Point;
use crate::snapshot::HopId;

/// The newest `columns` rates of an arrow, oldest first; `None` where the rate was unknown.
pub(super) fn rates(points: &[Point], id: HopId, columns: usize) -> Vec<Option<f64>> {
    let newest = &points[points.len().saturating_sub(columns)..];
    let rate = |point: &Point| {
        let hop = point.hops.iter().find(|hop| hop.id == id)?;
        hop.rate.filter(|rate| rate.is_finite() && *rate >= 0.0)
    };
    let missing = columns.saturating_sub(newest.len());
    std::iter::repeat_n(None, missing).chain(newest.iter().map(rate)).collect()
}

/// Draws `rates` as bars, the highest as high as the area.
///
/// Zero is a thin line and an unknown rate a blank, so that the two can be told apart.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, style: Style, rates: &[Option<f64>]) {
    let highest = rates.iter().flatten().copied().fold(0.0, f64::max);
    // Eighths of a row; the lowest one is reserved for zero.
    let steps = (f64::from(area.height) * 8.0 - 1.0).max(1.0);
    let height = |rate: &Option<f64>| rate.map(|rate| eighths(rate, highest, steps));
    Sparkline::default()
        .data(rates.iter().map(height).collect::<Vec<Option<u64>>>())
        .max(u64::from(area.height) * 8)
        .absent_value_symbol(" ")
        .style(style)
        .render(area, buffer);
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "8 per row at most")]
fn eighths(rate: f64, highest: f64, steps: f64) -> u64 {
    if rate <= 0.0 { 1 } else { 1 + (rate / highest * steps).ceil().clamp(1.0, steps) as u64 }
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
    fn the_newest_rates_are_at_the_right() {
        let points = points(&[Some(1.0), Some(2.0), None, Some(4.0)]);
        let wanted = [Some(2.0), None, Some(4.0)];
        assert_eq!(rates(&points, HopId::Kafka, 3), wanted);
        assert_eq!(rates(&points, HopId::Kafka, 5)[..2], [None, Some(1.0)]);
        assert_eq!(rates(&points, HopId::Sqoop, 2), [None, None]);
    }

    fn lines(rates: &[Option<f64>], rows: u16) -> Vec<String> {
        let area = Rect::new(0, 0, rates.len().try_into().unwrap(), rows);
        let mut buffer = Buffer::empty(area);
        draw(&mut buffer, area, Style::new(), rates);
        let rows = buffer.content.chunks(rates.len());
        rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect()).collect()
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
    fn impossible_rates_are_unknown() {
        let points = points(&[Some(f64::NAN), Some(-1.0), Some(f64::INFINITY)]);
        assert_eq!(rates(&points, HopId::Kafka, 3), [None, None, None]);
    }
}
