//! The width of text on a terminal, and its few decorations.

use std::io::IsTerminal as _;

use ecom_core::escape;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The width of lines where there is no terminal.
const WIDTH: usize = 80;
/// Narrower than this nothing can be read.
const NARROWEST: usize = 40;

/// How the report is painted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) width: usize,
    color: bool,
}

impl Paint {
    /// For standard output: as wide as its terminal, or as `COLUMNS` says; with colors on a
    /// terminal unless `NO_COLOR` is set.
    pub(crate) fn for_stdout() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let columns = set("COLUMNS").and_then(|value| value.to_str()?.parse().ok());
        let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let dumb = set("TERM").is_none_or(|term| term == "dumb");
        Self {
            width: terminal.or(columns).unwrap_or(WIDTH).max(NARROWEST),
            color: std::io::stdout().is_terminal() && set("NO_COLOR").is_none() && !dumb,
        }
    }

    /// For tests: a width and no colors.
    #[cfg(test)]
    pub(crate) fn plain(width: usize) -> Self {
        Self { width, color: false }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.decorate(text, "1")
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.decorate(text, "2")
    }

    pub(crate) fn accent(self, text: &str) -> String {
        self.decorate(text, "36")
    }

    pub(crate) fn warn(self, text: &str) -> String {
        self.decorate(text, "33")
    }

    fn decorate(self, text: &str, code: &str) -> String {
        if self.color && !text.trim().is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// How many cells of a terminal a text takes.
pub(crate) fn width_of(text: &str) -> usize {
    text.width()
}

/// A text from data, made safe to show on one line.
pub(crate) fn safe(text: &str) -> String {
    escape::line(text)
}

/// A text cut to a width, with an ellipsis where something is missing.
pub(crate) fn fit(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let mut cut = String::new();
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used >= width {
            break;
        }
        cut.push(character);
    }
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// A text padded with blanks to a width, on its right or on its left.
pub(crate) fn pad(text: &str, width: usize, right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(width_of(text)));
    if right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

/// A text broken between words into lines of at most a width; a longer word is cut.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width_of(line) + 1 + width_of(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fit(word, width)),
        }
    }
    lines
}

/// [`wrap`] with every line but the first two cells further in.
pub(crate) fn hanging(text: &str, width: usize) -> Vec<String> {
    const INDENT: usize = 2;
    let mut lines = wrap(text, width - INDENT);
    lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, &" ".repeat(INDENT)));
    lines
}

/// A count with a comma behind every three digits.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 record`, `2 records`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A number of bytes in the unit that fits it.
pub(crate) fn bytes(count: u64) -> String {
    let mut size = count as f64;
    for unit in ["bytes", "KiB", "MiB", "GiB"] {
        if size < 1024.0 || unit == "GiB" {
            let digits = usize::from(unit != "bytes");
            return format!("{size:.digits$} {unit}");
        }
        size /= 1024.0;
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_padded_by_what_a_terminal_shows() {
        assert_eq!(fit("Café au lait", 6), "Café…");
        assert_eq!(fit("日本語", 6), "日本語");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(pad("é", 3, true), "  é");
        assert_eq!(pad("日", 3, false), "日 ");
    }

    #[test]
    fn long_text_is_wrapped_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("extraordinary", 6), ["extra…"]);
        assert_eq!(hanging("one two three", 9), ["one two", "  three"]);
    }

    #[test]
    fn counts_and_sizes_are_read_easily() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(counted(1, "record"), "1 record");
        assert_eq!((bytes(17), bytes(21_504)), ("17 bytes".into(), "21.0 KiB".into()));
    }
}
