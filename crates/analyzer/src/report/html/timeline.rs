//! The records of each period with the cut between the historical and the real-time part.

use chrono::NaiveDate;
use ecom_core::cut::Days;
use ecom_core::plan::SplitBy;
use ecom_core::show::{counted, thousands};

use super::markup::{Markup, pixels};
use super::periods::{Periods, hour_of};
use crate::decide::plan::Decision;
use crate::report::words::{begin, by, share};

/// The size of the drawing, and where its bars are.
const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 214.0;
/// The most bars, and the most labels below them.
const BARS: usize = 120;
const TICKS: usize = 12;

/// The cut: its two sides in numbers, and the event time as bars.
pub(super) fn timeline(decision: &Decision, page: &mut Markup) {
    let split = &decision.plan.split;
    let percent = split.ratio * 100.0;
    let title = format!("The cut: {percent:.0} / {:.0} {}", 100.0 - percent, by(split.by));
    page.leaf("h2", &[], &title);
    page.leaf(
        "p",
        &[],
        &format!(
            "{}; the historical part goes to MySQL, the real-time part to Kafka and the logs.",
            capital(&begin(&decision.plan))
        ),
    );
    let total = split.historical + split.realtime;
    page.within("ul", &[("class", "sides")], |list| {
        let sides = [("historical", split.historical), ("real-time", split.realtime)];
        for ((name, count), days) in sides.into_iter().zip(decision.sides) {
            let class = if name == "historical" { "historical" } else { "realtime" };
            list.within("li", &[("class", class)], |item| {
                item.leaf("strong", &[], name);
                let percent = share(count, total) * 100.0;
                item.leaf("span", &[], &format!("{}, {percent:.1} %", counted(count, "record")));
                if let Some((first, last)) = days {
                    item.leaf("span", &[("class", "quiet")], &format!("{first} to {last}"));
                }
            });
        }
    });
    let cut = (split.by == SplitBy::Date).then(|| split.cut.parse::<NaiveDate>().ok()).flatten();
    let days = decision.days.iter().flat_map(Days::counts);
    let hours = days.map(|(day, count)| (hour_of(day), count)).collect();
    if let Some(periods) = Periods::of(&hours, BARS, cut) {
        page.within("div", &[("class", "scroll")], |scroll| draw(&periods, cut, scroll));
    }
}

fn draw(periods: &Periods, cut: Option<NaiveDate>, page: &mut Markup) {
    let view = format!("0 0 {} {}", pixels(WIDTH), pixels(HEIGHT));
    let unit = periods.unit.word();
    let last = periods.bars.len() - 1;
    let label = format!("records of each {unit}, {} to {}", periods.name(0), periods.name(last));
    let attributes = [
        ("class", "timeline"),
        ("viewBox", view.as_str()),
        ("role", "img"),
        ("aria-label", &label),
    ];
    page.within("svg", &attributes, |svg| {
        let most = periods.bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
        axis(periods, most, svg);
        bars(periods, most, svg);
        if let Some((cut, position)) = cut.and_then(|cut| Some((cut, periods.position(cut)?))) {
            draw_cut(&cut.to_string(), position.min(periods.bars.len() as f64), periods, svg);
        }
    });
}

fn step(periods: &Periods) -> f64 {
    (WIDTH - LEFT) / periods.bars.len() as f64
}

fn axis(periods: &Periods, most: u64, svg: &mut Markup) {
    let unit = periods.unit.word();
    label(svg, "axis", (0.0, 16.0), &format!("records of each {unit}"));
    for (value, y) in [(most, TOP), (0, BOTTOM)] {
        let (y_, right, left) = (pixels(y), pixels(WIDTH), pixels(LEFT));
        let line =
            [("class", "rule"), ("x1", left.as_str()), ("x2", &right), ("y1", &y_), ("y2", &y_)];
        svg.shape("line", &line);
        label(svg, "axis end", (LEFT - 8.0, y + 5.0), &thousands(value));
    }
    for (bar, name) in periods.ticks(TICKS) {
        let x = LEFT + bar as f64 * step(periods);
        let (x_, top, bottom) = (pixels(x), pixels(BOTTOM), pixels(BOTTOM + 7.0));
        svg.shape(
            "line",
            &[("class", "rule"), ("x1", &x_), ("x2", &x_), ("y1", &top), ("y2", &bottom)],
        );
        let class = if x > WIDTH - 70.0 { "axis end" } else { "axis" };
        let x = if x > WIDTH - 70.0 { WIDTH } else { x };
        label(svg, class, (x, BOTTOM + 25.0), &name);
    }
}

fn bars(periods: &Periods, most: u64, svg: &mut Markup) {
    let (step, high) = (step(periods), BOTTOM - TOP);
    for (index, bar) in periods.bars.iter().enumerate().filter(|(_, bar)| bar.count > 0) {
        let x = LEFT + index as f64 * step;
        let height = (high * bar.count as f64 / most as f64).max(1.5);
        let realtime = height * share(bar.realtime, bar.count);
        svg.within("g", &[], |group| {
            let name = format!("{}: {}", periods.name(index), counted(bar.count, "record"));
            group.leaf("title", &[], &name);
            // The historical part is to the left of the cut, so it is drawn on the left.
            let part = share(bar.count - bar.realtime, bar.count);
            let split = realtime > 0.0 && part > 0.0;
            let width = (step - 1.5).max(1.0);
            let y = pixels(BOTTOM - height);
            let sides = [("historical", 0.0, part), ("realtime", part, 1.0 - part)];
            for (class, from, wide) in sides.into_iter().filter(|side| side.2 > 0.0) {
                let gap = if split { 0.0 } else { 0.75 };
                let (x, width) = (pixels(x + gap + from * width), pixels(wide * width));
                let frame = [
                    ("class", class),
                    ("x", x.as_str()),
                    ("y", &y),
                    ("width", &width),
                    ("height", &pixels(height)),
                ];
                group.shape("rect", &frame);
            }
        });
    }
}

fn draw_cut(day: &str, position: f64, periods: &Periods, svg: &mut Markup) {
    let x = LEFT + position * step(periods);
    let (x_, top, bottom) = (pixels(x), pixels(TOP - 12.0), pixels(BOTTOM));
    svg.shape("line", &[("class", "cut"), ("x1", &x_), ("x2", &x_), ("y1", &top), ("y2", &bottom)]);
    let (class, x) = if x > WIDTH - 320.0 { ("cut end", x - 8.0) } else { ("cut", x + 8.0) };
    label(svg, class, (x, TOP - 10.0), &format!("real-time from {day}"));
}

fn label(svg: &mut Markup, class: &str, (x, y): (f64, f64), text: &str) {
    svg.leaf("text", &[("class", class), ("x", &pixels(x)), ("y", &pixels(y))], text);
}

/// A text with its first letter capitalized.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
