//! Prints messages.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::os::fd::AsFd as _;

use clap::ValueEnum;
use ecom_core::escape;
use ecom_core::kafka::time_text;
use ecom_core::show::{self, Style};
use rdkafka::Message as _;
use rdkafka::message::BorrowedMessage;
use serde_json::value::RawValue;

use crate::flat::Flat;
use crate::json::{self, Layout};

/// Bytes written at once.
const BLOCK: usize = 256 << 10;

/// The form in which messages are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// Indented, with partition, offset, key and time
    #[default]
    Pretty,
    /// One JSON value per line
    Json,
    /// Print no messages
    None,
}

/// The value of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'a> {
    /// A JSON object that is printed as it is.
    Flat(Flat<'a>),
    /// Other JSON text.
    Json(&'a str),
    /// Bytes that are not JSON.
    Other(&'a [u8]),
    /// No value: a tombstone.
    Nothing,
}

/// Prints messages to standard output.
pub(crate) struct Printer {
    output: BufWriter<File>,
    form: MessageFormat,
    colors: bool,
    text: String,
}

impl<'a> Content<'a> {
    /// Finds out what a message's value is.
    pub(crate) fn of(payload: Option<&'a [u8]>) -> Self {
        let Some(bytes) = payload else { return Self::Nothing };
        if let Some(flat) = Flat::of(bytes) {
            return Self::Flat(flat);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if serde_json::from_str::<&RawValue>(text).is_ok() => Self::Json(text),
            _ => Self::Other(bytes),
        }
    }
}

impl Printer {
    /// Prints in the given form; in color if standard output takes it.
    ///
    /// # Errors
    /// Standard output is closed.
    pub(crate) fn new(form: MessageFormat) -> io::Result<Self> {
        let colors = show::color(&io::stdout());
        // Whole blocks: `Stdout` looks for the last line in each, and keeps the rest back.
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let output = BufWriter::with_capacity(BLOCK, output);
        Ok(Self { output, form, colors, text: String::new() })
    }

    /// Prints a message.
    pub(crate) fn print(
        &mut self,
        message: &BorrowedMessage<'_>,
        content: Content<'_>,
    ) -> io::Result<()> {
        if let (MessageFormat::Json, Content::Flat(flat)) = (self.form, content) {
            self.output.write_all(flat.bytes)?;
            return self.output.write_all(b"\n");
        }
        self.text.clear();
        match self.form {
            MessageFormat::None => return Ok(()),
            MessageFormat::Json => line(content, &mut self.text),
            MessageFormat::Pretty => paragraph(message, content, self.colors, &mut self.text),
        }
        self.text.push('\n');
        self.output.write_all(self.text.as_bytes())
    }

    /// Prints other text.
    pub(crate) fn print_text(&mut self, text: &str) -> io::Result<()> {
        self.output.write_all(text.as_bytes())
    }

    /// Makes what was printed visible.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// One JSON value on one line; what is not JSON becomes a string.
fn line(content: Content<'_>, out: &mut String) {
    match content {
        Content::Flat(flat) => out.push_str(flat.text()),
        Content::Json(text) => json::write(text, Layout::Compact, out),
        Content::Other(bytes) => json::write_text(&escape::bytes(bytes), out),
        Content::Nothing => out.push_str("null"),
    }
}

fn paragraph(message: &BorrowedMessage<'_>, content: Content<'_>, colors: bool, out: &mut String) {
    let mut title = format!("partition {}, offset {}", message.partition(), message.offset());
    // Writing to a String cannot fail.
    if let Some(key) = message.key() {
        let _ = write!(title, ", key {}", escape::bytes(key));
    }
    if let Some(time) = message.timestamp().to_millis() {
        let _ = write!(title, ", {}", time_text(time));
    }
    out.push_str(&Style::Dim.paint(&title, colors));
    out.push('\n');
    match content {
        Content::Flat(flat) => json::write(flat.text(), Layout::Indented(colors), out),
        Content::Json(text) => json::write(text, Layout::Indented(colors), out),
        Content::Other(bytes) => {
            let _ = write!(out, "not JSON: {}", escape::bytes(bytes));
        }
        Content::Nothing => out.push_str("no value"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(payload: Option<&[u8]>) -> String {
        let mut out = String::new();
        line(Content::of(payload), &mut out);
        out
    }

    #[test]
    fn every_message_is_one_json_value_on_one_line() {
        assert_eq!(shown(Some(b"{\"a\":\n 1.50}")), "{\"a\":1.50}");
        assert_eq!(shown(Some(b"caf\xe9\n\x1b[31m")), r#""caf\\xe9\\n\\u{1b}[31m""#);
        assert_eq!(shown(Some(b"{\"a\":1} x")), r#""{\"a\":1} x""#);
        assert_eq!(shown(Some(b"")), r#""""#);
        assert_eq!(shown(None), "null");
    }
}
