//! HTML and SVG, built so that text from data cannot become markup: names of elements and
//! attributes are part of the program, everything else is escaped.

use std::fmt::Write as _;

use ecom_core::escape;

/// Attributes of an element: fixed names, values of any origin.
pub(super) type Attributes<'a> = [(&'static str, &'a str)];

/// A page, or a part of one.
#[derive(Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Text that is part of the program, written unchanged.
    pub(super) fn own(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    /// Text of any origin.
    pub(super) fn text(&mut self, text: &str) {
        for character in escape::line(text).chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
    }

    /// An element with content.
    pub(super) fn within(
        &mut self,
        tag: &'static str,
        attributes: &Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(tag, attributes);
        inside(self);
        let _ = write!(self.0, "</{tag}>");
    }

    /// An element with a text.
    pub(super) fn leaf(&mut self, tag: &'static str, attributes: &Attributes<'_>, text: &str) {
        self.within(tag, attributes, |element| element.text(text));
    }

    /// An element without content and end tag, such as `meta`.
    pub(super) fn void(&mut self, tag: &'static str, attributes: &Attributes<'_>) {
        self.open(tag, attributes);
        self.0.push('\n');
    }

    /// A shape of a drawing, which has no content.
    pub(super) fn shape(&mut self, tag: &'static str, attributes: &Attributes<'_>) {
        self.within(tag, attributes, |_| ());
    }

    /// A text from data whose writing direction does not affect its surroundings.
    pub(super) fn data(&mut self, text: &str) {
        self.leaf("bdi", &[], text);
    }

    /// A new line, to keep the source readable.
    pub(super) fn line(&mut self) {
        self.0.push('\n');
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn open(&mut self, tag: &'static str, attributes: &Attributes<'_>) {
        let _ = write!(self.0, "<{tag}");
        for (name, value) in attributes {
            let _ = write!(self.0, " {name}=\"");
            self.text(value);
            self.0.push('"');
        }
        self.0.push('>');
    }
}

/// A number in a drawing, in tenths of a pixel.
pub(super) fn pixels(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let hostile = "</script><b x='1' y=\"2\">&amp; ]]> \u{202e}\u{0}\n";
        let mut page = Markup::default();
        page.leaf("p", &[("title", hostile)], hostile);
        let text = "&lt;/script&gt;&lt;b x=&#39;1&#39; y=&quot;2&quot;&gt;&amp;amp; ]]&gt; \
                    \\u{202e}\\u{0}\\n";
        assert_eq!(page.finish(), format!("<p title=\"{text}\">{text}</p>"));
    }
}
