//! An arrow in the picture, which shows a hop: carrier, progress, numbers, rate and state.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Padding, Paragraph, Widget as _};

use super::look::{Look, Tone};
use super::mark::Mark;
use super::text::{self, number, short_number};
use super::view::View;
use crate::snapshot::{Hop, Snapshot};

/// Columns reserved for the rate on the shaft.
const RATE: usize = 8;

/// Draws the arrow into `area`, its shaft on the second row.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View, hop: Option<&Hop>) {
    let look = view.look;
    let shaft = Rect { y: area.y + 1, height: 1, ..area }.intersection(area);
    let length = area.width.saturating_sub(1);
    let (Some(hop), Some(snapshot)) = (hop, view.snapshot.as_deref()) else {
        let line = "╌".repeat(length.into()) + "►";
        return look.span(&line, Tone::Waiting).render(shaft, buffer);
    };
    let mark = Mark::of(hop, snapshot);
    let newest = hop.newest.map(|newest| format!("newest {} ago", text::age(view.now, newest)));
    let lines = vec![
        look.span(&hop.carrier, Tone::Plain).into(),
        Line::default(),
        look.span(&of_expected(hop, length), number_tone(mark)).into(),
        look.span(&in_flight(hop, length), Tone::Plain).into(),
        look.span(&mark.words(view.now, length), mark.tone()).into(),
        look.span(&newest.unwrap_or_default(), Tone::Faint).into(),
    ];
    Paragraph::new(lines).block(Block::new().padding(Padding::left(1))).render(area, buffer);
    let mut line = Line::default();
    fill(&mut line, look, length, hop, mark.tone());
    line.push_span(look.span("►", mark.tone()));
    line.render(shaft, buffer);
    let rate = speed(hop, mark);
    if !rate.is_empty() {
        let rate = look.span(&format!(" {rate:^width$} ", width = RATE - 2), Tone::Strong);
        let middle = Rect { width: length, ..shaft }
            .centered_horizontally(Constraint::Length(text::small(RATE)));
        rate.render(middle, buffer);
    }
}

/// Appends the first arrow, from the CSV files to the two parts, to a line of `width` columns.
pub(super) fn push(line: &mut Line<'_>, width: u16, view: &View, snapshot: &Snapshot, hop: &Hop) {
    let mark = Mark::of(hop, snapshot);
    let numbers = format!(" {}  ", of_expected(hop, 24));
    let words = mark.words(view.now, 28);
    line.push_span(view.look.span(&format!("{} ", hop.carrier), Tone::Plain));
    let taken = text::small(line.width()) + text::width(&numbers) + text::width(&words);
    let length = width.saturating_sub(taken).min(width / 2);
    fill(line, view.look, length, hop, mark.tone());
    line.push_span(view.look.span(&numbers, number_tone(mark)));
    line.push_span(view.look.span(&words, mark.tone()));
}

/// Outdated numbers are faint.
fn number_tone(mark: Mark) -> Tone {
    if matches!(mark, Mark::Unknown(_)) { Tone::Faint } else { Tone::Strong }
}

/// `1,398 of 1,658`, the first number as wide as the second, so that nothing moves as it grows.
pub(super) fn of_expected(hop: &Hop, width: u16) -> String {
    let text = |write: fn(u64) -> String, between: &str| {
        let arrived = hop.arrived.map_or_else(|| "–".to_owned(), |count| text::count(count, write));
        match hop.expected.map(write) {
            None => arrived,
            Some(expected) => {
                let columns = expected.chars().count();
                format!("{arrived:>columns$}{between}{expected}")
            }
        }
    };
    text::fit([text(number, " of "), text(number, "/"), text(short_number, " of ")], width)
}

fn in_flight(hop: &Hop, width: u16) -> String {
    let Some(count) = hop.in_flight else { return String::new() };
    text::fit(
        [format!("{} in flight", number(count)), format!("{} in flight", short_number(count))],
        width,
    )
}

/// The rate, if it is worth showing.
fn speed(hop: &Hop, mark: Mark) -> String {
    match (mark, hop.rate) {
        (Mark::Unknown(_), _) | (_, None) => String::new(),
        (Mark::Moving | Mark::Late(_), Some(rate)) => text::rate(rate),
        (_, Some(rate)) if rate > 0.0 => text::rate(rate),
        _ => String::new(),
    }
}

/// Appends a line of `length`, heavy for the share that has arrived.
fn fill(line: &mut Line<'_>, look: Look, length: u16, hop: &Hop, tone: Tone) {
    let done = share(hop, length);
    line.push_span(look.span(&"━".repeat(done.into()), tone));
    line.push_span(look.span(&"╌".repeat((length - done).into()), Tone::Faint));
}

/// How much of `length` to fill: all of it only if all records have arrived, and some of it as soon
/// as any have.
fn share(hop: &Hop, length: u16) -> u16 {
    let arrived = hop.arrived.map_or(0, |count| count.value);
    match hop.expected {
        _ if arrived == 0 => 0,
        Some(expected) if arrived < expected => {
            let share = u128::from(arrived) * u128::from(length) / u128::from(expected);
            u16::try_from(share)
                .unwrap_or(length)
                .clamp(1, length.saturating_sub(1).max(1))
                .min(length)
        }
        Some(_) => length,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::snapshot::{Count, HopId, Precision};

    fn hop(arrived: u64, expected: Option<u64>) -> Hop {
        let mut hop = samples::moving().hop(HopId::Kafka).unwrap().clone();
        hop.arrived = Some(Count::exact(arrived));
        hop.expected = expected;
        hop
    }

    #[test]
    fn the_shaft_is_full_only_when_all_have_arrived() {
        let shares = [0, 1, 999, 1_000, 1_001].map(|arrived| share(&hop(arrived, Some(1_000)), 20));
        assert_eq!(shares, [0, 1, 19, 20, 20]);
        assert_eq!(share(&hop(5, None), 20), 0);
        assert_eq!(share(&hop(5, Some(10)), 0), 0);
    }

    #[test]
    fn the_numbers_do_not_move_as_they_grow() {
        assert_eq!(of_expected(&hop(7, Some(5_000)), 16), "    7 of 5,000");
        assert_eq!(of_expected(&hop(4_999, Some(5_000)), 16), "4,999 of 5,000");
        assert_eq!(of_expected(&hop(99_999, Some(100_000)), 16), " 99,999/100,000");
        assert_eq!(of_expected(&hop(999_999, Some(1_000_000)), 16), " 999k of 1.00M");
        assert_eq!(of_expected(&hop(5, None), 16), "5");
    }

    #[test]
    fn an_estimate_and_an_upper_bound_are_marked() {
        let mut hop = hop(5, Some(10));
        hop.arrived = Some(Count::estimate(5));
        assert_eq!(of_expected(&hop, 16), "~5 of 10");
        hop.arrived = Some(Count { value: 5, precision: Precision::UpperBound });
        assert_eq!(of_expected(&hop, 16), "≤5 of 10");
    }
}
