//! How the values of one column are distributed, as a small chart.

use std::collections::BTreeMap;

use ecom_core::show::{counted, thousands};

use super::distribution::{Bins, Distribution, nice};
use super::markup::{Markup, pixels};
use super::periods::Periods;
use crate::count::counts::ValueCount;
use crate::report::words::share;
use crate::value::column::ColumnProfile;

/// The most bars of a chart of numbers, and of one of times.
const BARS: usize = 32;
const PERIODS: usize = 48;
/// How many values are listed.
const VALUES: usize = 5;
/// The size of a chart, which is stretched to the available room.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 64.0;
/// If numbers leave more than `EMPTY` of the chart empty, this share at each end is not drawn.
const TAIL: f64 = 0.01;
const EMPTY: f64 = 0.5;

/// The chart of a column.
pub(super) fn chart(column: &ColumnProfile, found: Option<&Distribution>, page: &mut Markup) {
    page.within("figure", &[], |figure| match found {
        _ if column.values == 0 => figure.leaf("p", &[("class", "quiet")], "no values"),
        Some(Distribution::Numbers(bins)) if column.counts.distinct > 1 => numbers(bins, figure),
        Some(Distribution::Times(hours)) => times(hours, figure),
        _ => values(column, figure),
    });
}

/// A range of the bins, combined into as many bars as fit.
struct Window {
    /// Where the first bar begins, and how wide each bar is.
    start: f64,
    width: f64,
    bars: Vec<u64>,
    below: u64,
    above: u64,
}

impl Window {
    fn of(bins: &Bins) -> Self {
        let counts = &bins.counts;
        let total: u64 = counts.iter().sum();
        let few = |share: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part")]
            let few = (total as f64 * share) as u64;
            few
        };
        let end = |mut indices: Box<dyn Iterator<Item = usize> + '_>| {
            let mut passed = 0;
            indices.find(|index| {
                passed += counts[*index];
                passed > few(TAIL)
            })
        };
        let first = end(Box::new(0..counts.len())).unwrap_or(0);
        let last = end(Box::new((0..counts.len()).rev())).unwrap_or(counts.len() - 1);
        let crowded = ((last - first + 1) as f64) < (1.0 - EMPTY) * counts.len() as f64;
        let (first, last) =
            if crowded && counts.len() > BARS { (first, last) } else { (0, counts.len() - 1) };
        let widest = (last - first + 1) as f64 * bins.width / BARS as f64;
        Self::new(bins, (first, last), nice(widest).max(bins.width))
    }

    /// Bars of the given width; each begins at a multiple of it.
    fn new(bins: &Bins, (first, last): (usize, usize), width: f64) -> Self {
        let begin = |index: usize| bins.start + index as f64 * bins.width;
        let start = ((begin(first) / width) * (1.0 + 1e-12)).floor() * width;
        let mut bars = Vec::new();
        for index in first..=last {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few")]
            let bar = (((begin(index) - start) / width) + 1e-6).max(0.0) as usize;
            if bars.len() <= bar {
                bars.resize(bar + 1, 0);
            }
            bars[bar] += bins.counts[index];
        }
        let below = bins.counts[..first].iter().sum();
        let above = bins.counts[last + 1..].iter().sum();
        Self { start, width, bars, below, above }
    }

    fn begin(&self, bar: usize) -> String {
        number(self.start + bar as f64 * self.width, self.width)
    }
}

fn numbers(bins: &Bins, figure: &mut Markup) {
    let window = Window::of(bins);
    let single = bins.whole && (window.width - 1.0).abs() < f64::EPSILON;
    let name = |bar: usize| {
        if single {
            window.begin(bar)
        } else {
            format!("from {} to below {}", window.begin(bar), window.begin(bar + 1))
        }
    };
    let last = window.bars.len() - usize::from(single);
    let label = format!("histogram from {} to {}", window.begin(0), window.begin(last));
    bars(&window.bars, name, &label, figure);
    figure.within("figcaption", &[], |caption| {
        caption.leaf("span", &[], &window.begin(0));
        let beyond = [(window.below, "less"), (window.above, "more")].into_iter();
        let beyond = beyond.filter(|(count, _)| *count > 0);
        let beyond: Vec<_> =
            beyond.map(|(count, side)| format!("{} {side}", thousands(count))).collect();
        if !beyond.is_empty() {
            caption.leaf(
                "span",
                &[("class", "beyond")],
                &format!("not drawn: {}", beyond.join(", ")),
            );
        }
        caption.leaf("span", &[], &window.begin(last));
    });
}

fn times(hours: &BTreeMap<i64, u64>, figure: &mut Markup) {
    let Some(periods) = Periods::of(hours, PERIODS, None) else { return };
    let counts: Vec<_> = periods.bars.iter().map(|bar| bar.count).collect();
    let unit = periods.unit.word();
    bars(&counts, |bar| periods.name(bar), &format!("records of each {unit}"), figure);
    figure.within("figcaption", &[], |caption| {
        caption.leaf("span", &[], &periods.name(0));
        caption.leaf("span", &[("class", "beyond")], &format!("records of each {unit}"));
        caption.leaf("span", &[], &periods.name(counts.len() - 1));
    });
}

/// Vertical bars; the pointer shows the name and count of each.
fn bars(counts: &[u64], name: impl Fn(usize) -> String, label: &str, figure: &mut Markup) {
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = WIDTH / counts.len().max(1) as f64;
    let gap = if step > 4.0 { 1.0 } else { 0.0 };
    let view = format!("0 0 {} {}", pixels(WIDTH), pixels(HEIGHT));
    let attributes = [
        ("class", "bars"),
        ("viewBox", view.as_str()),
        ("preserveAspectRatio", "none"),
        ("role", "img"),
        ("aria-label", label),
    ];
    figure.within("svg", &attributes, |svg| {
        for (index, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            // Even a small count must be visible.
            let height = (HEIGHT * *count as f64 / most).max(1.5);
            let (x, y) = (pixels(index as f64 * step), pixels(HEIGHT - height));
            let (width, height) = (pixels((step - gap).max(1.0)), pixels(height));
            let bar = [("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height)];
            svg.within("rect", &bar, |rect| {
                rect.leaf("title", &[], &format!("{}: {}", name(index), counted(*count, "record")));
            });
        }
    });
    figure.line();
}

/// The most frequent values, and the rest.
fn values(column: &ColumnProfile, figure: &mut Markup) {
    let counts = &column.counts;
    let most = counts.most_frequent.first().map_or(0, |top| top.count);
    if most <= 1 {
        let text = match (counts.distinct_exact, most) {
            (true, 1) if column.values > 1 => "each value once".to_owned(),
            (true, 1) => "one value".to_owned(),
            _ => "no value stands out".to_owned(),
        };
        figure.leaf("p", &[("class", "quiet")], &text);
        return;
    }
    figure.within("ul", &[("class", "values")], |list| {
        let shown = &counts.most_frequent[..counts.most_frequent.len().min(VALUES)];
        for top in shown {
            value(top, most, column, list);
        }
        let told: u64 = shown.iter().map(|top| top.count).sum();
        let others = counts.distinct.saturating_sub(shown.len() as u64);
        let left = column.values.saturating_sub(told);
        if others > 0 && left > 0 && counts.distinct_exact {
            let text = counted(others, "more value");
            list.within("li", &[("class", "others")], |item| {
                item.leaf("span", &[], &text);
                item.leaf("span", &[("class", "count")], &thousands(left));
            });
        }
    });
}

fn value(top: &ValueCount, most: u64, column: &ColumnProfile, list: &mut Markup) {
    let least = if column.counts.frequency_error > 0 { "≥ " } else { "" };
    let percent = share(top.count, column.values) * 100.0;
    let title = format!("{}: {least}{} ({percent:.1} %)", top.value, counted(top.count, "record"));
    list.within("li", &[("title", &title)], |item| {
        item.within("span", &[("class", "value")], |value| value.data(&top.value));
        item.leaf("span", &[("class", "count")], &format!("{least}{}", thousands(top.count)));
        bar(share(top.count, most), "bar", item);
    });
}

/// A horizontal bar as long as its share.
pub(super) fn bar(share: f64, class: &str, page: &mut Markup) {
    let width = format!("{:.2}%", (share * 100.0).clamp(0.0, 100.0));
    page.within("svg", &[("class", class), ("aria-hidden", "true")], |svg| {
        svg.shape("rect", &[("class", "all"), ("width", "100%"), ("height", "100%"), ("rx", "2")]);
        svg.shape("rect", &[("class", "part"), ("width", &width), ("height", "100%"), ("rx", "2")]);
    });
}

/// The edge of a bar, with as many digits as the width of the bars requires.
fn number(value: f64, width: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 12")]
    let digits = (-width.log10().floor()).clamp(0.0, 12.0) as usize;
    let text = format!("{:.digits$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or(whole.to_owned(), thousands);
    let sign = if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        "−"
    } else {
        ""
    };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins(start: f64, width: f64, counts: Vec<u64>) -> Bins {
        Bins { start, width, counts, whole: false }
    }

    #[test]
    fn few_bins_are_bars_as_they_are() {
        let window = Window::of(&bins(1.0, 1.0, vec![3, 0, 5]));
        assert_eq!((window.bars.as_slice(), window.begin(2)), (&[3, 0, 5][..], "3".to_owned()));
    }

    #[test]
    fn many_bins_are_put_together_at_even_numbers() {
        let window = Window::of(&bins(13.0, 1.0, vec![1; 1000]));
        assert_eq!((window.begin(0).as_str(), window.bars.len()), ("0", 21));
        assert_eq!(window.bars.iter().sum::<u64>(), 1000);
        assert_eq!((window.bars[0], window.bars[1]), (37, 50));
    }

    #[test]
    fn a_few_outliers_are_reported_and_do_not_flatten_the_chart() {
        let mut counts = vec![0; 1000];
        counts[..20].fill(100);
        counts[999] = 3;
        let window = Window::of(&bins(0.0, 1.0, counts));
        assert_eq!((window.bars.len(), window.below, window.above), (20, 0, 3));
    }

    #[test]
    fn edges_have_the_digits_that_distinguish_them() {
        for (value, width, wanted) in [
            (1_234_567.0, 1000.0, "1,234,567"),
            (-0.25, 0.05, "−0.25"),
            (-0.0001, 0.1, "0.0"),
            (3.0, 0.5, "3.0"),
        ] {
            assert_eq!(number(value, width), wanted);
        }
    }
}
