//! What the keys do and what the signs mean.

use ratatui::layout::Rect;

use super::canvas::{Canvas, inside};
use super::look::Tone;

/// The lines of the help; what stands before the bar is a key or sign.
const LINES: [(&str, &str); 17] = [
    (
        "o t m h f w",
        "the flow, topics, MySQL's tables, HDFS' folders, Flume's agents, what is wrong",
    ),
    ("Tab Shift-Tab", "the next one, the one before"),
    ("↑ ↓ PgUp PgDn", "move in a long list (also j k, Home and End)"),
    ("space p", "pause: what is shown stands still, the records go on"),
    ("Ctrl-L Ctrl-Z", "draw anew; stop, and go on with fg"),
    ("q Ctrl-C Esc", "leave; Esc goes back to the flow first"),
    ("", ""),
    ("━━━╌╌►", "an arrow: filled as far as records have arrived, with their rate"),
    ("1,398 of 2,000", "arrived of expected;  ~ worked out from bytes  ≤ no more than this"),
    ("12 in flight", "have left their source, but are not safely there (open files, lag)"),
    ("▁▃▆█ ▁", "the rate at each of the last looks; a gap: it was not known"),
    ("✓ complete", "all have arrived, counted exactly"),
    ("→ moving", "they arrive; 'late': none has for long although more should come"),
    ("… waiting", "what to expect is not known yet, the step before has not run"),
    ("! short by 3", "so many are missing and nothing is on its way any more"),
    ("+ over by 2", "more have arrived than should"),
    ("? since 10:42:07", "does not answer since then; the numbers, grey, are its last ones"),
];

/// Draws the help.
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect) {
    canvas.frame(area, " Help ", " ? closes it ", Tone::Faint);
    let inner = inside(area);
    let rows = inner.y..inner.bottom();
    let lines =
        LINES.iter().filter(|(key, _)| usize::from(inner.height) >= LINES.len() || !key.is_empty());
    for ((key, meaning), y) in lines.zip(rows) {
        canvas.say((inner.x + 1, y), 17, key, Tone::Strong);
        canvas.say((inner.x + 19, y), inner.width - 19, meaning, Tone::Plain);
    }
}
