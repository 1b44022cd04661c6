//! A scrollable list with columns.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::Line;
use ratatui::widgets::{self, Padding, Paragraph, Row, Widget as _};

use super::look::{Look, Tone};
use super::text::{self, number};

/// Blank columns between two columns.
const GAP: u16 = 2;

/// The least width of the first column when space is short.
const NAME: u16 = 24;

/// The least width of other text columns.
const WORDS: u16 = 16;

/// Columns that are never dropped in favor of longer names: name, count, expected count, state.
const ESSENTIAL: usize = 4;

/// A list with columns.
pub(super) struct List {
    /// What it lists.
    pub(super) title: String,
    /// The columns, most important first: the last ones are dropped when space is short.
    pub(super) columns: Vec<Column>,
    /// The rows; a row of one cell spans all columns.
    pub(super) rows: Vec<Vec<Cell>>,
    /// What to show instead of rows if there are none.
    pub(super) empty: &'static str,
}

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Column {
    /// Its heading.
    pub(super) head: &'static str,
    /// Right-aligned, as for numbers.
    pub(super) right: bool,
}

/// A text and its tone.
#[derive(Clone)]
pub(super) struct Cell(pub(super) String, pub(super) Tone);

/// Columns with these headings; those of numbers begin with `#`.
pub(super) fn columns<const N: usize>(headings: [&'static str; N]) -> Vec<Column> {
    let column = |heading: &'static str| match heading.strip_prefix('#') {
        Some(head) => Column { head, right: true },
        None => Column { head: heading, right: false },
    };
    headings.map(column).into()
}

/// The number of rows of a list that are visible in `area`.
pub(super) fn page(area: Rect) -> usize {
    area.height.saturating_sub(3).into()
}

impl List {
    /// Draws it, starting with row `first`.
    pub(super) fn draw(&self, buffer: &mut Buffer, area: Rect, look: Look, first: usize) {
        let page = page(area);
        let first = first.min(self.rows.len().saturating_sub(page));
        let last = (first + page).min(self.rows.len());
        let note = position(first, last, self.rows.len());
        let block = look.block(&self.title, &note, Tone::Faint).padding(Padding::left(1));
        if self.rows.is_empty() {
            let empty = Line::from(look.span(self.empty, Tone::Faint));
            return Paragraph::new(empty).block(block).render(area, buffer);
        }
        let widths = self.widths(block.inner(area).width);
        let head: Vec<Cell> =
            self.columns.iter().map(|column| Cell(column.head.into(), Tone::Faint)).collect();
        let rows = self.rows[first..last].iter().map(|row| self.row(row, look, &widths));
        widgets::Table::new(rows, widths.iter().copied().map(Constraint::Length))
            .header(self.row(&head, look, &widths))
            .column_spacing(GAP)
            .block(block)
            .render(area, buffer);
    }

    fn row(&self, row: &[Cell], look: Look, widths: &[u16]) -> Row<'static> {
        if let [Cell(words, tone)] = row {
            let span = text::small(widths.len());
            return Row::new([widgets::Cell::new(look.span(words, *tone)).column_span(span)]);
        }
        let cells = row.iter().zip(&self.columns).zip(widths);
        Row::new(cells.map(|((Cell(words, tone), column), width)| {
            let line = Line::from(look.span(&text::cut(words, *width), *tone));
            if column.right { line.right_aligned() } else { line }
        }))
    }

    /// The widths of as many columns as fit. A column after the state is dropped before names are
    /// cut so short that two of them look the same.
    fn widths(&self, room: u16) -> Vec<u16> {
        let wanted: Vec<u16> =
            (0..self.columns.len()).map(|index| self.widest(index, room)).collect();
        for count in (2..=wanted.len()).rev() {
            let widths = self.squeezed(&wanted[..count], room);
            let apart = count <= ESSENTIAL || self.tells_names_apart(widths[0]);
            if total(&widths) <= room && apart {
                return widths;
            }
        }
        vec![room]
    }

    /// The widest text of a column over all rows, not only the visible ones, so that scrolling does
    /// not move columns.
    fn widest(&self, index: usize, room: u16) -> u16 {
        let rows = self.rows.iter().filter(|row| row.len() > 1);
        let cells = rows.filter_map(|row| row.get(index));
        let widest = cells.map(|Cell(words, _)| text::width(&text::cut(words, room))).max();
        widest.unwrap_or(0).max(text::width(self.columns[index].head))
    }

    /// Shrinks text columns until all columns fit, from the last one to the names.
    fn squeezed(&self, wanted: &[u16], room: u16) -> Vec<u16> {
        let mut widths = wanted.to_vec();
        let mut over = total(&widths).saturating_sub(room);
        for index in (0..widths.len()).rev().filter(|index| !self.columns[*index].right) {
            let least = if index == 0 { NAME } else { WORDS };
            let less = over.min(widths[index].saturating_sub(least));
            widths[index] -= less;
            over -= less;
        }
        widths
    }

    fn tells_names_apart(&self, width: u16) -> bool {
        let names: BTreeSet<_> = self.rows.iter().filter_map(|row| Some(&row.first()?.0)).collect();
        let cut: BTreeSet<_> = names.iter().map(|name| text::cut(name, width)).collect();
        cut.len() == names.len()
    }
}

fn total(widths: &[u16]) -> u16 {
    let sum = widths.iter().fold(0_u16, |sum, width| sum.saturating_add(width + GAP));
    sum.saturating_sub(GAP)
}

/// `1–15 of 1,000`, unless all rows are visible.
fn position(first: usize, last: usize, all: usize) -> String {
    if last - first == all {
        return String::new();
    }
    let number = |value: usize| number(u64::try_from(value).unwrap_or(u64::MAX));
    format!(" {}–{} of {} ↑↓ ", number(first + 1), number(last), number(all))
}
