//! What is wrong, worst first.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Padding, Paragraph, Widget as _, Wrap};

use super::look::Tone;
use super::text;
use super::view::View;
use crate::snapshot::{Problem, Severity, Snapshot};

/// Columns for the subject.
const SUBJECT: u16 = 16;

/// Draws as many problems as fit, one line each.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View) {
    let problems = view.snapshot.as_deref().map_or(&[][..], |snapshot| &snapshot.problems);
    if problems.is_empty() {
        return view.look.span("no problems", Tone::Faint).render(area, buffer);
    }
    let rows = usize::from(area.height);
    let shown = if problems.len() > rows { rows - 1 } else { problems.len() };
    for (problem, row) in problems[..shown].iter().zip(area.rows()) {
        draw_one(buffer, row, view, problem);
    }
    if let (Some(row), true) = (area.rows().next_back(), shown < problems.len()) {
        let more = format!("   and {} more, press w", problems.len() - shown);
        view.look.span(&more, Tone::Strong).render(row, buffer);
    }
}

fn draw_one(buffer: &mut Buffer, area: Rect, view: &View, problem: &Problem) {
    let (sign, tone) = sign(problem.severity);
    let since = view.look.span(&since(view, problem), Tone::Faint);
    let subject = text::cut(&problem.subject, SUBJECT);
    let columns = [
        Constraint::Length(3),
        Constraint::Length(text::width(&subject) + 2),
        Constraint::Fill(1),
        Constraint::Length(text::small(since.width()) + 1),
    ];
    let [first, second, middle, last] = Layout::horizontal(columns).areas(area);
    view.look.span(sign, tone).render(first, buffer);
    view.look.span(&subject, Tone::Strong).render(second, buffer);
    let message = text::cut(&problem.message, middle.width);
    view.look.span(&message, tone).render(middle, buffer);
    Line::from(since).right_aligned().render(last, buffer);
}

/// Draws all problems in full, starting with line `first`.
pub(super) fn draw_all(
    buffer: &mut Buffer,
    area: Rect,
    view: &View,
    snapshot: &Snapshot,
    first: usize,
) {
    let title = format!(" Problems ─ {} ", snapshot.problems.len());
    let note = if lines(view, snapshot, area.width) > page(area) { " ↑↓ " } else { "" };
    let block = view.look.block(&title, note, Tone::Faint).padding(Padding::horizontal(1));
    all(view, snapshot).block(block).scroll((text::small(first), 0)).render(area, buffer);
}

/// Lines of all problems on a screen of `width` columns.
pub(super) fn lines(view: &View, snapshot: &Snapshot, width: u16) -> usize {
    all(view, snapshot).line_count(width.saturating_sub(4))
}

/// Lines that are visible in `area`.
pub(super) fn page(area: Rect) -> usize {
    area.height.saturating_sub(2).into()
}

fn all(view: &View, snapshot: &Snapshot) -> Paragraph<'static> {
    let look = view.look;
    let both = |problem: &Problem| {
        let (sign, tone) = sign(problem.severity);
        let since = format!("  {}", since(view, problem));
        let head = [
            look.span(&format!("{sign:<3}"), tone),
            look.span(&problem.subject, Tone::Strong),
            look.span(&since, Tone::Faint),
        ];
        [Line::from(head.to_vec()), Line::from(look.span(&format!("   {}", problem.message), tone))]
    };
    let mut lines: Vec<Line<'_>> = snapshot.problems.iter().flat_map(both).collect();
    if lines.is_empty() {
        lines.push(look.span("No problems.", Tone::Faint).into());
    }
    Paragraph::new(lines).wrap(Wrap { trim: false })
}

fn sign(severity: Severity) -> (&'static str, Tone) {
    match severity {
        Severity::Critical => ("!!", Tone::Bad),
        Severity::Warning => ("!", Tone::Doubt),
        Severity::Notice => ("·", Tone::Plain),
    }
}

fn since(view: &View, problem: &Problem) -> String {
    let clock = text::clock(view.now, problem.since);
    format!("since {clock} ({})", text::age(view.now, problem.since))
}
