//! What is wrong, worst first.

use ratatui::layout::Rect;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::canvas::{Canvas, inside};
use super::look::Tone;
use super::text;
use super::view::View;
use crate::snapshot::{Problem, Severity, Snapshot};

/// Columns for the name of the part.
const SUBJECT: u16 = 16;

/// Draws as many problems as there is room for, one line each.
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View) {
    let problems = view.snapshot.as_deref().map_or(&[][..], |snapshot| &snapshot.problems);
    if problems.is_empty() {
        canvas.say((area.x, area.y), area.width, "no problems", Tone::Faint);
        return;
    }
    let rows = usize::from(area.height);
    let shown = if problems.len() > rows { rows - 1 } else { problems.len() };
    for (problem, y) in problems[..shown].iter().zip(area.y..) {
        draw_one(canvas, Rect { y, height: 1, ..area }, view, problem);
    }
    if shown < problems.len() {
        let more = format!("   and {} more, key w", problems.len() - shown);
        canvas.say((area.x, area.bottom() - 1), area.width, &more, Tone::Strong);
    }
}

fn draw_one(canvas: &mut Canvas<'_>, area: Rect, view: &View, problem: &Problem) {
    let (sign, tone) = sign(problem.severity);
    let since = since(view, problem);
    let behind = text::width(&since) + 1;
    canvas.say((area.x, area.y), 3, sign, tone);
    let subject = text::width(&text::cut(&problem.subject, SUBJECT));
    canvas.say((area.x + 3, area.y), SUBJECT, &problem.subject, Tone::Strong);
    let x = area.x + 3 + subject + 2;
    let width = area.right().saturating_sub(behind + x);
    canvas.say((x, area.y), width, &problem.message, tone);
    let faint = canvas.style(Tone::Faint);
    canvas.put_right((area.right(), area.y), behind, &since, faint);
}

/// Draws all problems, each with as many lines as it takes, from line `first` on.
pub(super) fn draw_all(
    canvas: &mut Canvas<'_>,
    area: Rect,
    view: &View,
    snapshot: &Snapshot,
    first: usize,
) {
    let title = format!(" Problems ─ {} ", snapshot.problems.len());
    let lines = all(view, snapshot, area.width);
    let inner = inside(area);
    let page = usize::from(inner.height);
    let first = first.min(lines.len().saturating_sub(page));
    let note = if lines.len() > page { " ↑↓ " } else { "" };
    canvas.frame(area, &title, note, Tone::Faint);
    if lines.is_empty() {
        canvas.say((inner.x + 1, inner.y), inner.width, "Nothing is wrong.", Tone::Faint);
    }
    for (line, y) in lines[first..].iter().zip(inner.y..inner.bottom()) {
        canvas.line((inner.x + 1, y), inner.width - 1, line);
    }
}

/// The lines of all problems on a screen of `width` columns.
pub(super) fn all(view: &View, snapshot: &Snapshot, width: u16) -> Vec<Vec<(String, Tone)>> {
    let room = width.saturating_sub(7);
    let mut lines = Vec::new();
    for problem in &snapshot.problems {
        let (sign, tone) = sign(problem.severity);
        lines.push(vec![
            (format!("{sign:<3}"), tone),
            (problem.subject.clone(), Tone::Strong),
            (format!("  {}", since(view, problem)), Tone::Faint),
        ]);
        for line in wrap(&ecom_core::escape::line(&problem.message), room.into()) {
            lines.push(vec![("   ".into(), tone), (line, tone)]);
        }
    }
    lines
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

/// Breaks a text between words, or within a word that is longer than a line.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut columns = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let fits = columns + 1 + word.width() <= width;
        if columns > 0 {
            if fits {
                push(&mut lines, ' ');
                columns += 1;
            } else {
                lines.push(String::new());
                columns = 0;
            }
        }
        for letter in word.chars() {
            let wide = letter.width().unwrap_or(0);
            if columns > 0 && columns + wide > width {
                lines.push(String::new());
                columns = 0;
            }
            push(&mut lines, letter);
            columns += wide;
        }
    }
    lines
}

fn push(lines: &mut [String], letter: char) {
    if let Some(line) = lines.last_mut() {
        line.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words_and_in_long_ones() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("注文の記録", 5), ["注文", "の記", "録"]);
        assert_eq!(wrap("注文", 1), ["注", "文"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
