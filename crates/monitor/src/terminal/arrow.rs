//! An arrow of the picture: who carries, how far, how many, how fast, and how it stands.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::look::Tone;
use super::mark::Mark;
use super::text::{self, number, short_number};
use super::view::View;
use crate::snapshot::{Hop, Snapshot};

/// Columns that the rate takes on the shaft, however long it is.
const RATE: u16 = 8;

/// Draws the arrow into `area`, its shaft on the second row.
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View, hop: Option<&Hop>) {
    let (Some(hop), Some(snapshot)) = (hop, view.snapshot.as_deref()) else {
        shaft(canvas, area, None, Tone::Waiting, "");
        return;
    };
    let mark = Mark::of(hop, snapshot);
    let (x, width) = (area.x + 1, area.width.saturating_sub(1));
    canvas.say((x, area.y), width, &hop.carrier, Tone::Plain);
    shaft(canvas, area, Some(hop), mark.tone(), &speed(hop, mark));
    let numbers = if matches!(mark, Mark::Unknown(_)) { Tone::Faint } else { Tone::Strong };
    canvas.say((x, area.y + 2), width, &of_expected(hop, width), numbers);
    canvas.say((x, area.y + 3), width, &in_flight(hop, width), Tone::Plain);
    canvas.say((x, area.y + 4), width, &mark.words(view.now, width), mark.tone());
    if let (Some(newest), true) = (hop.newest, area.height > 5) {
        let words = format!("newest {} ago", text::age(view.now, newest));
        canvas.say((x, area.y + 5), width, &words, Tone::Faint);
    }
}

/// The first arrow, from the CSV files to their parts, in one line.
pub(super) fn draw_line(
    canvas: &mut Canvas<'_>,
    area: Rect,
    view: &View,
    snapshot: &Snapshot,
    hop: &Hop,
) {
    let mark = Mark::of(hop, snapshot);
    let words = mark.words(view.now, 28);
    let numbers = of_expected(hop, 24);
    let taken = canvas.say((area.x, area.y), area.width, &hop.carrier, Tone::Plain) + 1;
    let behind = text::width(&numbers) + text::width(&words) + 5;
    let length = area.width.saturating_sub(taken + behind).min(area.width / 2);
    let line = Rect { x: area.x + taken, width: length, ..area };
    fill(canvas, (line.x, line.y), length, hop, mark.tone());
    let faint = if matches!(mark, Mark::Unknown(_)) { Tone::Faint } else { Tone::Strong };
    let pieces = [(numbers, faint), ("  ".to_owned(), Tone::Plain), (words, mark.tone())];
    canvas.line((line.right() + 1, area.y), area.right().saturating_sub(line.right() + 1), &pieces);
}

/// `1,398 of 1,658`, the first number as wide as the second, so that nothing moves as it grows.
pub(super) fn of_expected(hop: &Hop, width: u16) -> String {
    let say = |write: fn(u64) -> String, between: &str| {
        let arrived = hop.arrived.map_or_else(|| "–".to_owned(), |count| text::count(count, write));
        match hop.expected.map(write) {
            None => arrived,
            Some(expected) => {
                let columns = expected.chars().count();
                format!("{arrived:>columns$}{between}{expected}")
            }
        }
    };
    text::fit([say(number, " of "), say(number, "/"), say(short_number, " of ")], width)
}

fn in_flight(hop: &Hop, width: u16) -> String {
    let Some(count) = hop.in_flight else { return String::new() };
    text::fit(
        [format!("{} in flight", number(count)), format!("{} in flight", short_number(count))],
        width,
    )
}

/// The rate, while there is one to speak of.
fn speed(hop: &Hop, mark: Mark) -> String {
    match (mark, hop.rate) {
        (Mark::Unknown(_), _) | (_, None) => String::new(),
        (Mark::Moving | Mark::Late(_), Some(rate)) => text::rate(rate),
        (_, Some(rate)) if rate > 0.0 => text::rate(rate),
        _ => String::new(),
    }
}

/// The shaft, filled as far as records have arrived, with the rate before its head.
fn shaft(canvas: &mut Canvas<'_>, area: Rect, hop: Option<&Hop>, tone: Tone, rate: &str) {
    let y = area.y + 1;
    let head = area.right().saturating_sub(1);
    let length = area.width.saturating_sub(1);
    match hop {
        Some(hop) => fill(canvas, (area.x, y), length, hop, tone),
        None => _ = canvas.say((area.x, y), length, &"╌".repeat(length.into()), tone),
    }
    canvas.say((head, y), 1, "►", tone);
    if !rate.is_empty() {
        let field = format!(" {rate:^width$} ", width = usize::from(RATE) - 2);
        let x = area.x + (length.saturating_sub(RATE)) / 2;
        canvas.say((x, y), RATE, &field, Tone::Strong);
    }
}

/// A line of `length`, heavy as far as records have arrived.
fn fill(canvas: &mut Canvas<'_>, (x, y): (u16, u16), length: u16, hop: &Hop, tone: Tone) {
    let done = share(hop, length);
    canvas.say((x, y), done, &"━".repeat(done.into()), tone);
    let rest = length - done;
    canvas.say((x + done, y), rest, &"╌".repeat(rest.into()), Tone::Faint);
}

/// How much of `length` has arrived; all of it only when all have, and some as soon as some have.
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
    fn the_numbers_keep_their_place_as_they_grow() {
        assert_eq!(of_expected(&hop(7, Some(5_000)), 16), "    7 of 5,000");
        assert_eq!(of_expected(&hop(4_999, Some(5_000)), 16), "4,999 of 5,000");
        assert_eq!(of_expected(&hop(99_999, Some(100_000)), 16), " 99,999/100,000");
        assert_eq!(of_expected(&hop(999_999, Some(1_000_000)), 16), " 999k of 1.00M");
        assert_eq!(of_expected(&hop(5, None), 16), "5");
    }

    #[test]
    fn an_estimate_and_an_upper_bound_say_so() {
        let mut hop = hop(5, Some(10));
        hop.arrived = Some(Count::estimate(5));
        assert_eq!(of_expected(&hop, 16), "~5 of 10");
        hop.arrived = Some(Count { value: 5, precision: Precision::UpperBound });
        assert_eq!(of_expected(&hop, 16), "≤5 of 10");
    }
}
