//! What all parts of the report have in common: a heading, and indented lines below it.

use std::io::{self, Write};

use ecom_core::show;

use super::paint::{Paint, safe, wrap};

/// Blanks in front of the lines below a heading.
pub(super) const INDENT: usize = 2;

/// A heading, with a line to the right edge of the terminal.
pub(super) fn heading(
    title: &str,
    aside: &str,
    paint: Paint,
    out: &mut impl Write,
) -> io::Result<()> {
    let aside = if aside.is_empty() { String::new() } else { format!(" {aside}") };
    let title = show::cut(&safe(title), paint.width.saturating_sub(show::width(&aside) + 4));
    let used = show::width(&title) + show::width(&aside) + 1;
    let line = "─".repeat(paint.width.saturating_sub(used));
    writeln!(out)?;
    writeln!(out, "{} {}{}", paint.bold(&title), paint.dim(&line), paint.accent(&aside))
}

/// Prints complete lines.
pub(super) fn print(lines: &[String], out: &mut impl Write) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// A label with a text that wraps beside it.
pub(super) fn labeled(
    label: &str,
    text: &str,
    paint: Paint,
    out: &mut impl Write,
) -> io::Result<()> {
    const LABEL: usize = 12;
    let room = paint.width.saturating_sub(INDENT + LABEL);
    let mut label = label;
    for line in wrap(text, room) {
        writeln!(out, "{:INDENT$}{}{line}", "", paint.dim(&format!("{label:<LABEL$}")))?;
        label = "";
    }
    Ok(())
}
