//! What the keys do and what the signs mean.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget as _};

use super::look::{Look, Tone};

/// The lines of the help, a key or sign and its meaning: as many as the smallest screen has.
const LINES: [(&str, &str); 14] = [
    ("o t m h f w", "the flow, topics, MySQL, HDFS, Flume, what is wrong; or Tab"),
    ("↑ ↓ PgUp PgDn", "move in a long list; also j, k, Home and End"),
    ("space p", "pause: what is shown stands still, the records go on"),
    ("q Esc Ctrl-C", "leave; Esc goes back to the flow first"),
    ("Ctrl-Z Ctrl-L", "to the shell, and back with fg; draw anew"),
    ("━━━╌╌►", "filled as far as records have arrived, with their rate"),
    ("1,398 of 2,000", "arrived of expected; ~ about, ≤ at most"),
    ("12 in flight", "left their source, not safely there (open files, lag)"),
    ("▁▃▆█ ▁", "the rate at each of the last looks; a gap: not known"),
    ("✓ complete", "all have arrived, counted exactly"),
    ("→ moving, late", "on their way; late: more should come, but none does"),
    ("… waiting", "its turn has not come yet"),
    ("! short  + over", "so many are missing, and none is on its way; too many"),
    ("? since 10:42:07", "no answer since then; the grey numbers are its last ones"),
];

/// Draws the help.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, look: Look) {
    let line = |(key, meaning): &(&str, &str)| {
        Line::from(vec![
            look.span(&format!(" {key:<18}"), Tone::Strong),
            look.span(meaning, Tone::Plain),
        ])
    };
    let block = look.block(" Help ", " ? closes it ", Tone::Faint);
    Paragraph::new(LINES.iter().map(line).collect::<Vec<_>>()).block(block).render(area, buffer);
}
