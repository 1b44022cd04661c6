//! The one way by which anything gets onto the screen: made harmless, cut, and never outside.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::look::{Look, Tone};
use super::text;

/// A screen to draw on.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    look: Look,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, look: Look) -> Self {
        Self { buffer, look }
    }

    /// What the terminal can show.
    pub(super) fn look(&self) -> Look {
        self.look
    }

    /// The style of a tone.
    pub(super) fn style(&self, tone: Tone) -> Style {
        self.look.style(tone)
    }

    /// Writes into at most `width` columns from `x` on; returns how many were taken.
    pub(super) fn put(
        &mut self,
        (x, y): (u16, u16),
        width: u16,
        words: &str,
        style: impl Into<Style>,
    ) -> u16 {
        let area = self.buffer.area;
        if x < area.x || x >= area.right() || y < area.y || y >= area.bottom() {
            return 0;
        }
        let width = width.min(area.right() - x);
        let words = text::cut(words, width);
        // Nothing shines through of what stood there before.
        let style = Style::reset().patch(style);
        let (end, _) = self.buffer.set_stringn(x, y, words, width.into(), style);
        end - x
    }

    /// Writes so that the last column is that before `right`, in at most `width` columns.
    pub(super) fn put_right(
        &mut self,
        (right, y): (u16, u16),
        width: u16,
        words: &str,
        style: impl Into<Style>,
    ) {
        let words = text::cut(words, width);
        let x = right.saturating_sub(text::width(&words));
        self.put((x, y), width, &words, style);
    }

    /// Writes `words` in that tone.
    pub(super) fn say(&mut self, at: (u16, u16), width: u16, words: &str, tone: Tone) -> u16 {
        self.put(at, width, words, self.look.style(tone))
    }

    /// Writes pieces of different tones one behind the other; returns how many columns were taken.
    pub(super) fn line(&mut self, at: (u16, u16), width: u16, pieces: &[(String, Tone)]) -> u16 {
        let mut taken = 0;
        for (words, tone) in pieces {
            taken += self.say((at.0 + taken, at.1), width.saturating_sub(taken), words, *tone);
        }
        taken
    }

    /// Gives a whole area a style.
    pub(super) fn paint(&mut self, area: Rect, style: Style) {
        self.buffer.set_style(area.intersection(self.buffer.area), style);
    }

    /// A frame with a title in its upper and a note in its lower edge.
    pub(super) fn frame(&mut self, area: Rect, title: &str, note: &str, tone: Tone) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let inner = area.width - 2;
        let line = "─".repeat(inner.into());
        let style = self.style(tone);
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for (y, left, end) in [(area.y, "┌", "┐"), (bottom, "└", "┘")] {
            self.put((area.x, y), 1, left, style);
            self.put((area.x + 1, y), inner, &line, style);
            self.put((right, y), 1, end, style);
        }
        for y in area.y + 1..bottom {
            self.put((area.x, y), 1, "│", style);
            self.put((right, y), 1, "│", style);
        }
        self.say((area.x + 1, area.y), inner, title, Tone::Strong);
        if !note.is_empty() {
            self.put_right((right, bottom), inner, note, self.look.style(Tone::Faint));
        }
    }
}

/// The area without its frame.
pub(super) fn inside(area: Rect) -> Rect {
    area.inner(ratatui::layout::Margin::new(1, 1))
}
