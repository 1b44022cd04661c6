//! A table of text that fits into a width.

use ecom_core::show::{self, Style, Table};

use super::paint::Paint;

/// Blanks between two columns.
const GAP: usize = 2;
/// Columns are cut to the first width, and to the second one only if that is not enough.
const LEAST: [usize; 2] = [6, 2];

/// A table: columns with a title, and rows of cells that are safe to print.
pub(crate) struct Grid {
    columns: Vec<GridColumn>,
    rows: Vec<Vec<String>>,
}

struct GridColumn {
    title: String,
    right: bool,
    /// True for a column that is cut last.
    whole: bool,
}

impl Grid {
    pub(crate) fn new() -> Self {
        Self { columns: Vec::new(), rows: Vec::new() }
    }

    /// Adds a column of text, which is cut if the width requires it.
    pub(crate) fn text(mut self, title: &str) -> Self {
        self.columns.push(GridColumn { title: title.to_owned(), right: false, whole: false });
        self
    }

    /// Adds a column of text that is cut last.
    pub(crate) fn whole(mut self, title: &str) -> Self {
        self.columns.push(GridColumn { title: title.to_owned(), right: false, whole: true });
        self
    }

    /// Adds a column of numbers, aligned right and cut last.
    pub(crate) fn number(mut self, title: &str) -> Self {
        self.columns.push(GridColumn { title: title.to_owned(), right: true, whole: true });
        self
    }

    /// Aligns the cells of a column right, like numbers.
    pub(crate) fn align_right(&mut self, index: usize) {
        self.columns[index].right = true;
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines of the table, each behind `indent` blanks.
    pub(crate) fn lines(&self, indent: usize, paint: Paint) -> Vec<String> {
        let widths = self.fitted(paint.width.saturating_sub(indent));
        let mut table = Table::new(Style::Dim);
        for (column, width) in self.columns.iter().zip(&widths) {
            table = table.column(&show::cut(&column.title, *width), column.right);
        }
        for row in &self.rows {
            table.row(row.iter().zip(&widths).map(|(cell, width)| show::cut(cell, *width)));
        }
        let indent = " ".repeat(indent);
        table.render(paint.color).lines().map(|line| format!("{indent}{line}")).collect()
    }

    /// The same table as several tables below each other if its columns, cut to a readable width,
    /// do not fit side by side. Each has all rows.
    pub(crate) fn folded(&self, indent: usize, paint: Paint, readable: usize) -> Vec<Vec<String>> {
        let room = paint.width.saturating_sub(indent);
        let natural = self.natural();
        let mut groups: Vec<Vec<usize>> = vec![Vec::new()];
        let mut used = 0;
        for (index, width) in natural.iter().enumerate() {
            let wanted = (*width).min(readable);
            let last = groups.len() - 1;
            if !groups[last].is_empty() && used + GAP + wanted > room {
                groups.push(Vec::new());
                used = 0;
            }
            used += wanted + if used > 0 { GAP } else { 0 };
            let last = groups.len() - 1;
            groups[last].push(index);
        }
        groups.iter().map(|group| self.part(group).lines(indent, paint)).collect()
    }

    fn part(&self, indices: &[usize]) -> Self {
        let column = |index: &usize| {
            let GridColumn { title, right, whole } = &self.columns[*index];
            GridColumn { title: title.clone(), right: *right, whole: *whole }
        };
        let row = |row: &Vec<String>| indices.iter().map(|index| row[*index].clone()).collect();
        Self {
            columns: indices.iter().map(column).collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }

    fn natural(&self) -> Vec<usize> {
        let cells = |index: usize| self.rows.iter().map(move |row| show::width(&row[index]));
        (0..self.columns.len())
            .map(|index| cells(index).chain([show::width(&self.columns[index].title)]).max())
            .map(Option::unwrap_or_default)
            .collect()
    }

    /// The widths of the columns: as wide as their cells, with the widest columns cut until all
    /// fit.
    fn fitted(&self, room: usize) -> Vec<usize> {
        let mut widths = self.natural();
        let gaps = GAP * self.columns.len().saturating_sub(1);
        for least in LEAST {
            while widths.iter().sum::<usize>() + gaps > room {
                let cuttable = (0..widths.len()).filter(|index| widths[*index] > least);
                let widest =
                    cuttable.max_by_key(|index| (!self.columns[*index].whole, widths[*index]));
                let Some(widest) = widest else { break };
                widths[widest] -= 1;
            }
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::new().text("Name").number("Count");
        grid.row(vec!["a long name that must be cut".into(), "1,000".into()]);
        grid.row(vec!["日本".into(), "7".into()]);
        grid
    }

    #[test]
    fn the_widest_text_is_cut_until_the_table_fits() {
        let lines = grid().lines(1, Paint::plain(20));
        assert_eq!(lines, [" Name          Count", " a long name…  1,000", " 日本              7"]);
    }

    #[test]
    fn a_table_with_room_is_not_cut() {
        assert_eq!(grid().lines(0, Paint::plain(80))[1], "a long name that must be cut  1,000");
    }

    #[test]
    fn columns_that_do_not_fit_fold_below() {
        let mut grid = Grid::new();
        for title in ["alpha", "beta", "gamma", "delta"] {
            grid = grid.text(title);
        }
        grid.row(["one", "two", "three", "four"].map(str::to_owned).to_vec());
        let parts = grid.folded(0, Paint::plain(14), 12);
        assert_eq!(parts, [["alpha  beta", "one    two"], ["gamma  delta", "three  four"]]);
    }
}
