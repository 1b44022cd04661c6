//! What tools print alike: counts, tables, colors. Escape text from data before it gets here.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write as _};

use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Blanks between two columns of a table.
const GAP: &str = "  ";

/// How a piece of text looks on a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// As the terminal shows it.
    #[default]
    Plain,
    /// Stronger than the rest.
    Bold,
    /// Weaker than the rest.
    Dim,
    /// Something is wrong.
    Red,
    /// All is well.
    Green,
    /// A warning.
    Yellow,
    /// An accent without a judgment.
    Cyan,
}

/// A text and its style: one cell of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    text: String,
    style: Style,
}

/// A table with a row of titles, in columns as wide as their widest cell.
#[derive(Clone, Debug)]
pub struct Table {
    title_style: Style,
    aligned_right: Vec<bool>,
    titles: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

impl Style {
    /// The text with the escape sequences of this style, or unchanged without `color`.
    #[must_use]
    pub fn paint(self, text: &str, color: bool) -> String {
        let code = match self {
            _ if !color || text.trim().is_empty() => return text.to_owned(),
            Self::Plain => return text.to_owned(),
            Self::Bold => 1,
            Self::Dim => 2,
            Self::Red => 31,
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Cyan => 36,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// A cell with this text in this style.
    #[must_use]
    pub fn cell(self, text: impl Into<String>) -> Cell {
        Cell { text: text.into(), style: self }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Style::Plain.cell(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Style::Plain.cell(text)
    }
}

impl Table {
    /// A table without columns; its titles have this style.
    #[must_use]
    pub fn new(title_style: Style) -> Self {
        Self { title_style, aligned_right: Vec::new(), titles: Vec::new(), rows: Vec::new() }
    }

    /// Adds a column of text, aligned left.
    #[must_use]
    pub fn text(self, title: &str) -> Self {
        self.column(title, false)
    }

    /// Adds a column of numbers, aligned right.
    #[must_use]
    pub fn number(self, title: &str) -> Self {
        self.column(title, true)
    }

    /// Adds a column, aligned right or left.
    #[must_use]
    pub fn column(mut self, title: &str, align_right: bool) -> Self {
        self.titles.push(self.title_style.cell(title));
        self.aligned_right.push(align_right);
        self
    }

    /// Adds a row: one cell for each column.
    pub fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The table, one line for each row, without blanks at the end of a line.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let rows = || [&self.titles].into_iter().chain(&self.rows);
        let widest = |index: usize| rows().filter_map(|row| row.get(index)).map(Cell::width).max();
        let widths = (0..self.titles.len()).map(|index| widest(index).unwrap_or_default());
        let widths: Vec<usize> = widths.collect();
        let mut text = String::new();
        for row in rows() {
            let columns = widths.iter().zip(&self.aligned_right);
            let cells = row.iter().zip(columns).map(|(cell, (width, align_right))| {
                let painted = cell.style.paint(&cell.text, color);
                let blanks = " ".repeat(width - cell.width());
                if *align_right { blanks + &painted } else { painted + &blanks }
            });
            text.push_str(cells.collect::<Vec<_>>().join(GAP).trim_end());
            text.push('\n');
        }
        text
    }
}

impl Cell {
    fn width(&self) -> usize {
        width(&self.text)
    }
}

/// Prints complete lines on standard output.
///
/// # Errors
/// Those of writing; a closed pipe is success for [`crate::exit::finish`].
pub fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// Indented JSON that ends with a line end.
///
/// # Errors
/// Only if `value` cannot be JSON, such as a map with keys that are not text.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// True if text on `output` should have colors: it is a terminal, `TERM` names one that is not
/// `dumb`, and `NO_COLOR` is unset or empty (<https://no-color.org>).
#[must_use]
pub fn color(output: &impl IsTerminal) -> bool {
    let (no_color, term) = (std::env::var_os("NO_COLOR"), std::env::var_os("TERM"));
    output.is_terminal() && wants_color(no_color.as_deref(), term.as_deref())
}

fn wants_color(no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty)
        && term.is_some_and(|term| !term.is_empty() && term != "dumb")
}

/// How many columns of a terminal a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// A text that takes at most so many columns, with an ellipsis if something is missing.
#[must_use]
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let fits = text.char_indices().find(|(_, character)| {
        used += character.width().unwrap_or_default();
        used >= columns
    });
    let kept = fits.map_or(text, |(end, _)| &text[..end]);
    let ellipsis = if columns > 0 { "…" } else { "" };
    format!("{}{ellipsis}", kept.trim_end())
}

/// `1234567` as `1,234,567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 record`, `2,000 records`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_any_script_with_numbers_at_the_right() {
        let mut table = Table::new(Style::Bold).text("topic").number("messages").text("newest");
        table.row(["orders", "1,072", "today"]);
        table.row(["日本", "7", ""]);
        let wanted = "topic   messages  newest\norders     1,072  today\n日本           7\n";
        assert_eq!(table.render(false), wanted);
    }

    #[test]
    fn colors_change_nothing_but_the_look() {
        let mut table = Table::new(Style::Bold).text("store").number("missing");
        table.row(["mysql".into(), Style::Red.cell("12")]);
        table.row(["kafka".into(), Style::Dim.cell("")]);
        let colored = table.render(true);
        assert!(colored.contains("mysql       \u{1b}[31m12\u{1b}[0m\n"), "{colored:?}");
        let mut plain = colored;
        for code in [0, 1, 31] {
            plain = plain.replace(&format!("\u{1b}[{code}m"), "");
        }
        assert_eq!(plain, table.render(false));
    }

    #[test]
    fn no_color_and_a_terminal_that_is_dumb_or_unknown_mean_no_color() {
        for (no_color, term, wanted) in [
            (None, Some("xterm"), true),
            (Some(""), Some("xterm"), true),
            (Some("1"), Some("xterm"), false),
            (None, Some("dumb"), false),
            (None, Some(""), false),
            (None, None, false),
        ] {
            let found = wants_color(no_color.map(OsStr::new), term.map(OsStr::new));
            assert_eq!(found, wanted, "{no_color:?} {term:?}");
        }
    }

    #[test]
    fn text_is_cut_by_what_a_terminal_shows() {
        for (text, columns, wanted) in [
            ("Café", 4, "Café"),
            ("Café au lait", 6, "Café…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
        ] {
            assert_eq!(cut(text, columns), wanted, "{text} {columns}");
        }
    }

    #[test]
    fn one_is_singular_and_thousands_are_grouped() {
        let found = [0, 1, 999, 1_000].map(|count| counted(count, "record"));
        assert_eq!(found, ["0 records", "1 record", "999 records", "1,000 records"]);
        assert_eq!(thousands(u64::MAX), "18,446,744,073,709,551,615");
    }
}
