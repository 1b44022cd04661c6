//! The key figures of the sales, whether they are proven, and the sales by day.

use ecom_core::decimal::Number;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Padding, Paragraph, Widget as _};

use super::look::{Look, Tone};
use super::spark;
use super::text::{self, number};
use super::view::View;
use crate::snapshot::{Agrees, Analytics, Live, LiveState, Proof, ProofState, Snapshot};

/// Rows of the figures: a heading and six numbers.
const FIGURES: u16 = 7;

/// Columns of a figure's name.
const NAME: usize = 15;

/// Draws the figures above, and below them the days, if there is room.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View, snapshot: &Snapshot) {
    let look = view.look;
    let (mark, tone) = proof_mark(snapshot.analytics.as_ref().map(|analytics| &analytics.proof));
    let note = snapshot.analytics.as_ref().map_or("", |analytics| &analytics.proof.text);
    let room = area.width.saturating_sub(4);
    let note = if note.is_empty() { String::new() } else { format!(" {} ", text::cut(note, room)) };
    let block = look.block(" Sales ", &note, Tone::Faint).padding(Padding::horizontal(1));
    let inner = block.inner(area);
    block.render(area, buffer);
    let rows = [Constraint::Length(1), Constraint::Length(FIGURES), Constraint::Fill(1)];
    let [first, figures, days] = Layout::vertical(rows).areas(inner);
    let when = snapshot.analytics.as_ref().and_then(|analytics| analytics.proof.at);
    let when = when.map_or(String::new(), |at| format!(" at {}", text::clock(view.now, at)));
    Line::from(look.span(&text::cut(&format!("{mark}{when}"), first.width), tone))
        .render(first, buffer);
    let [left, right] = Layout::horizontal([Constraint::Fill(1); 2]).spacing(2).areas(figures);
    let lines = snapshot.analytics.as_ref().map(|analytics| all_sales(analytics, look, left.width));
    Paragraph::new(lines.unwrap_or_default()).render(left, buffer);
    let lines = snapshot.live.as_ref().map(|live| real_time(live, look, right.width));
    Paragraph::new(lines.unwrap_or_default()).render(right, buffer);
    if let Some(analytics) = &snapshot.analytics {
        draw_days(buffer, days, look, analytics);
    }
}

/// The sign and the words of a proof.
fn proof_mark(proof: Option<&Proof>) -> (&'static str, Tone) {
    match proof.map(|proof| proof.is) {
        Some(ProofState::Proven) => ("✓ proven", Tone::Good),
        Some(ProofState::Waiting) => ("… not proven", Tone::Waiting),
        Some(ProofState::Wrong) => ("! wrong", Tone::Bad),
        None => ("? not known", Tone::Doubt),
    }
}

/// The figures of the lake.
fn all_sales(analytics: &Analytics, look: Look, width: u16) -> Vec<Line<'static>> {
    let figures = &analytics.key_figures;
    let count = |value: Option<u64>| value.map(number);
    let percent = figures.repeat_percent.as_ref().map(|percent| format!("{percent} %"));
    let rows = [
        ("revenue", money(figures.revenue.as_deref())),
        ("orders", count(figures.orders)),
        ("units", figures.units.as_ref().and_then(|units| money(Some(&units.to_string())))),
        ("average order", money(figures.average_order.as_deref())),
        ("customers", count(figures.customers)),
        ("bought again", percent),
    ];
    let tone = if analytics.proof.is == ProofState::Wrong { Tone::Faint } else { Tone::Strong };
    let heading = Line::from(look.span("all sales, in the lake", Tone::Faint));
    let rows = rows.iter().map(|(name, value)| row(look, width, name, value.as_deref(), tone));
    std::iter::once(heading).chain(rows).collect()
}

/// The figures of the topic.
fn real_time(live: &Live, look: Look, width: u16) -> Vec<Line<'static>> {
    let (mark, tone) = match live.agreement.is {
        Agrees::Equal => ("✓ as in the lake", Tone::Good),
        Agrees::Moving => ("→ newer than the lake", Tone::Busy),
        Agrees::Differs => ("! not as in the lake", Tone::Bad),
        Agrees::Unknown => ("? not compared", Tone::Doubt),
    };
    let (state, numbers) = match live.state {
        LiveState::Current => ("real time, in the topic".to_owned(), Tone::Strong),
        LiveState::Reading => ("real time, still reading".into(), Tone::Strong),
        LiveState::Unreachable => ("real time, ? last known".into(), Tone::Faint),
    };
    let rows = [
        ("revenue", money(live.revenue.as_deref())),
        ("orders", live.orders.map(number)),
        ("units", money(live.units.as_deref())),
        ("unread", Some(number(live.unread))),
    ];
    let cut = |words: &str, tone| Line::from(look.span(&text::cut(words, width), tone));
    let rows = rows.iter().map(|(name, value)| row(look, width, name, value.as_deref(), numbers));
    let heading = std::iter::once(cut(&state, Tone::Faint));
    let last = [cut(mark, tone), cut(&live.agreement.text, Tone::Faint)];
    heading.chain(rows).chain(last).collect()
}

/// A name, and its value at the right; a dash for what the data set does not have.
fn row(look: Look, width: u16, name: &str, value: Option<&str>, tone: Tone) -> Line<'static> {
    let name = format!("{name:<NAME$}");
    let room = width.min(40).saturating_sub(text::width(&name));
    let value = text::cut(value.unwrap_or("–"), room);
    let gap = " ".repeat(room.saturating_sub(text::width(&value)).into());
    Line::from(vec![look.span(&format!("{name}{gap}"), Tone::Plain), look.span(&value, tone)])
}

/// A number with commas between thousands.
fn money(text: Option<&str>) -> Option<String> {
    text.map(|text| Number::parse(text).map_or_else(|| text.to_owned(), Number::shown))
}

/// The newest days that have room, as bars.
fn draw_days(buffer: &mut Buffer, area: Rect, look: Look, analytics: &Analytics) {
    let newest = analytics.days.len().saturating_sub(area.width.into());
    let days = &analytics.days[newest..];
    let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else { return };
    if area.height < 2 {
        return;
    }
    let [title, bars] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let words = format!(
        "revenue of {} with sales, {first} to {last}",
        text::counted(days.len() as u64, "day")
    );
    Line::from(look.span(&text::cut(&words, title.width), Tone::Faint)).render(title, buffer);
    let value = |(_, revenue): &(String, Option<String>)| {
        let value = revenue.as_deref()?.parse::<f64>().ok()?;
        // A day with more returned than sold is as low as a bar can be.
        value.is_finite().then_some(value.max(0.0))
    };
    let values: Vec<_> = days.iter().map(value).collect();
    let bars = Rect { width: text::small(values.len()).min(bars.width), ..bars };
    spark::draw(buffer, bars, look.style(Tone::Busy), &values);
}
