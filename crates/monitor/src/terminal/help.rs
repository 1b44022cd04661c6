//! The help: keys and signs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget as _};

use super::look::{Look, Tone};

/// The lines of the help: a key or sign, and its meaning. The smallest screen has room for these.
const LINES: [(&str, &str); 14] = [
    ("o t m h f w a", "flow, topics, MySQL, HDFS, Flume, problems, sales; or Tab"),
    ("↑ ↓ PgUp PgDn", "scroll a long list; also j, k, Home, End"),
    ("space p", "pause or resume the display, not the pipeline"),
    ("q Esc Ctrl-C", "quit; Esc returns to the flow first"),
    ("Ctrl-Z Ctrl-L", "suspend (fg resumes); redraw"),
    ("━━━╌╌►", "the share that has arrived, with its rate"),
    ("1,398 of 2,000", "arrived of expected; ~ estimate, ≤ upper bound"),
    ("12 in flight", "left the source, not yet safe (open files, lag)"),
    ("▁▃▆█ ▁", "the rate over the last snapshots; gap: unknown"),
    ("✓ complete", "all records have arrived, counted exactly"),
    ("→ moving, late", "in progress; late: expected records do not arrive"),
    ("… waiting", "the step before it has not run yet"),
    ("! short  + over", "records missing with none in flight; too many"),
    ("? since 10:42:07", "no answer since then; gray: last known numbers"),
];

/// Draws the help.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, look: Look) {
    let line = |(key, meaning): &(&str, &str)| {
        Line::from(vec![
            look.span(&format!(" {key:<18}"), Tone::Strong),
            look.span(meaning, Tone::Plain),
        ])
    };
    let block = look.block(" Help ", " ? closes ", Tone::Faint);
    Paragraph::new(LINES.iter().map(line).collect::<Vec<_>>()).block(block).render(area, buffer);
}
