//! A list with columns that can be scrolled.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use super::canvas::{Canvas, inside};
use super::look::Tone;
use super::text::{self, number};

/// Columns between two columns.
const GAP: u16 = 2;

/// Columns that the first column keeps when there is little room.
const NAME: u16 = 24;

/// Columns that other words keep.
const WORDS: u16 = 16;

/// Columns that are never given up for longer names: the name, what is there, what should be, the
/// state.
const ESSENTIAL: usize = 4;

/// A list with columns.
pub(super) struct Table {
    /// What it lists.
    pub(super) title: String,
    /// The columns, those that matter first: where there is no room, the last ones go.
    pub(super) columns: Vec<Column>,
    /// The lines; one with a single cell goes across all columns.
    pub(super) rows: Vec<Vec<Cell>>,
    /// What is said instead when there are none.
    pub(super) empty: &'static str,
}

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Column {
    /// Its name.
    pub(super) head: &'static str,
    /// Numbers stand at the right.
    pub(super) right: bool,
}

/// A text and its tone.
#[derive(Clone)]
pub(super) struct Cell(pub(super) String, pub(super) Tone);

impl Column {
    /// One for words.
    pub(super) const fn words(head: &'static str) -> Self {
        Self { head, right: false }
    }

    /// One for numbers.
    pub(super) const fn numbers(head: &'static str) -> Self {
        Self { head, right: true }
    }
}

/// Lines of a list that are visible in `area`.
pub(super) fn page(area: Rect) -> usize {
    area.height.saturating_sub(3).into()
}

impl Table {
    /// Draws it from line `first` on.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, first: usize) {
        let page = page(area);
        let first = first.min(self.rows.len().saturating_sub(page));
        let last = (first + page).min(self.rows.len());
        canvas.frame(area, &self.title, &position(first, last, self.rows.len()), Tone::Faint);
        let inner = inside(area);
        if self.rows.is_empty() {
            canvas.say((inner.x + 1, inner.y), inner.width, self.empty, Tone::Faint);
            return;
        }
        let room = inner.width.saturating_sub(1);
        let widths = self.widths(room);
        let heads: Vec<Cell> =
            self.columns.iter().map(|column| Cell(column.head.into(), Tone::Faint)).collect();
        let rows = std::iter::once(&heads).chain(&self.rows[first..last]);
        for (row, y) in rows.zip(inner.y..inner.bottom()) {
            self.draw_row(canvas, (inner.x + 1, y), room, row, &widths);
        }
    }

    fn draw_row(
        &self,
        canvas: &mut Canvas<'_>,
        (mut x, y): (u16, u16),
        room: u16,
        row: &[Cell],
        widths: &[u16],
    ) {
        if let [Cell(words, tone)] = row {
            canvas.say((x, y), room, words, *tone);
            return;
        }
        for ((Cell(words, tone), column), width) in row.iter().zip(&self.columns).zip(widths) {
            if column.right {
                let style = canvas.style(*tone);
                canvas.put_right((x + width, y), *width, words, style);
            } else {
                canvas.say((x, y), *width, words, *tone);
            }
            x += width + GAP;
        }
    }

    /// The widths of as many columns as there is room for. Those behind the state go before names
    /// are cut so short that one looks like another.
    fn widths(&self, room: u16) -> Vec<u16> {
        let mut widths = self.widths_of(self.columns.len(), room);
        while widths.len() > ESSENTIAL && !self.tells_names_apart(widths[0]) {
            widths = self.widths_of(widths.len() - 1, room);
        }
        widths
    }

    fn tells_names_apart(&self, width: u16) -> bool {
        let names = self.rows.iter().filter_map(|row| Some(&row.first()?.0));
        let all: BTreeSet<_> = names.collect();
        let cut: BTreeSet<_> = all.iter().map(|name| text::cut(name, width)).collect();
        cut.len() == all.len()
    }

    /// The widths of the first `count` columns: each as wide as its widest text over all lines, so
    /// that nothing moves when the list is scrolled; names give way first.
    fn widths_of(&self, count: usize, room: u16) -> Vec<u16> {
        let mut widths: Vec<u16> = Vec::with_capacity(count);
        for (at, column) in self.columns.iter().take(count).enumerate() {
            let rows = self.rows.iter().filter(|row| row.len() > 1);
            let cells = rows.filter_map(|row| row.get(at));
            let widest = cells.map(|Cell(words, _)| text::width(&text::cut(words, room))).max();
            widths.push(widest.unwrap_or(0).max(text::width(column.head)));
        }
        let total = |widths: &[u16]| {
            widths
                .iter()
                .fold(0_u16, |sum, width| sum.saturating_add(width + GAP))
                .saturating_sub(GAP)
        };
        // Long words make room for each other, from the last column to the names.
        for at in (0..widths.len()).rev() {
            let over = total(&widths).saturating_sub(room);
            let least = widths[at].min(if at == 0 { NAME } else { WORDS });
            if !self.columns[at].right {
                widths[at] = widths[at].saturating_sub(over).max(least);
            }
        }
        while widths.len() > 1 && total(&widths) > room {
            widths.pop();
        }
        widths
    }
}

/// `1–15 of 1,000`, where not all lines are visible.
fn position(first: usize, last: usize, all: usize) -> String {
    if last - first == all {
        return String::new();
    }
    let number = |value: usize| number(u64::try_from(value).unwrap_or(u64::MAX));
    format!(" {}–{} of {} ↑↓ ", number(first + 1), number(last), number(all))
}
