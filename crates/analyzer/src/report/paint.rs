//! The width and decorations of text on a terminal.

use ecom_core::escape;
use ecom_core::show::{self, Style};

/// The width of lines without a terminal.
const WIDTH: usize = 80;
/// Nothing narrower than this is readable.
const NARROWEST: usize = 40;

/// How the report is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) width: usize,
    pub(super) color: bool,
}

impl Paint {
    /// For standard output: as wide as its terminal, or as `COLUMNS` says.
    pub(crate) fn for_stdout() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let columns = set("COLUMNS").and_then(|value| value.to_str()?.parse().ok());
        let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            width: terminal.or(columns).unwrap_or(WIDTH).max(NARROWEST),
            color: show::color(&std::io::stdout()),
        }
    }

    /// For tests: a width and no colors.
    #[cfg(test)]
    pub(crate) fn plain(width: usize) -> Self {
        Self { width, color: false }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        Style::Bold.paint(text, self.color)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        Style::Dim.paint(text, self.color)
    }

    pub(crate) fn accent(self, text: &str) -> String {
        Style::Cyan.paint(text, self.color)
    }

    pub(crate) fn warn(self, text: &str) -> String {
        Style::Yellow.paint(text, self.color)
    }
}

/// A text from data, made safe to print on one line.
pub(crate) fn safe(text: &str) -> String {
    escape::line(text)
}

/// Breaks a text between words into lines of at most a width; cuts longer words.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if show::width(line) + 1 + show::width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(show::cut(word, width)),
        }
    }
    lines
}

/// [`wrap`] with every line but the first indented by two blanks.
pub(crate) fn hanging(text: &str, width: usize) -> Vec<String> {
    const INDENT: usize = 2;
    let mut lines = wrap(text, width - INDENT);
    lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, &" ".repeat(INDENT)));
    lines
}

/// A number of bytes in a suitable unit.
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
    fn long_text_is_wrapped_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("extraordinary", 6), ["extra…"]);
        assert_eq!(hanging("one two three", 9), ["one two", "  three"]);
    }

    #[test]
    fn sizes_are_read_easily() {
        assert_eq!((bytes(17), bytes(21_504)), ("17 bytes".into(), "21.0 KiB".into()));
    }
}
