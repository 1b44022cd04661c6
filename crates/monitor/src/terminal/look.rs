//! What the terminal can show: color or none, UTF-8 or ASCII, and the styles that follow from it.

use std::env;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;

use ecom_core::show;

use super::text;

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// Sixteen colors.
    pub(super) color: bool,
    /// Symbols beyond ASCII.
    pub(super) unicode: bool,
}

/// What a color means. Every tone comes with a sign and a word, so the color is never needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// As it should be, and up to date.
    Good,
    /// In progress.
    Busy,
    /// Not started.
    Waiting,
    /// Unknown or late.
    Doubt,
    /// Wrong.
    Bad,
    /// Less important words; outdated numbers.
    Faint,
    /// Important words.
    Strong,
    /// Everything else.
    Plain,
}

impl Look {
    /// What the terminal and the environment say: colors, and the character set of the locale.
    pub(crate) fn of_environment() -> Self {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            color: show::color(&std::io::stdout()),
            unicode: is_utf8(["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).as_deref()),
        }
    }

    /// The style of a text.
    pub(super) fn style(self, tone: Tone) -> Style {
        let style = match tone {
            Tone::Bad | Tone::Strong => Style::new().add_modifier(Modifier::BOLD),
            Tone::Waiting | Tone::Faint => Style::new().add_modifier(Modifier::DIM),
            Tone::Good | Tone::Busy | Tone::Doubt | Tone::Plain => Style::new(),
        };
        match self.hue(tone) {
            Some(hue) => style.fg(hue),
            None => style,
        }
    }

    /// A text in a tone. Everything on the screen goes through here, so that control characters
    /// from data never reach the terminal.
    pub(super) fn span(self, words: &str, tone: Tone) -> Span<'static> {
        Span::styled(text::harmless(words), self.style(tone))
    }

    /// A frame with a title in its upper edge and a note in its lower edge.
    pub(super) fn block(self, title: &str, note: &str, tone: Tone) -> Block<'static> {
        let block = Block::bordered()
            .border_style(self.style(tone))
            .title_top(self.span(title, Tone::Strong));
        if note.is_empty() {
            return block;
        }
        block.title_bottom(Line::from(self.span(note, Tone::Faint)).right_aligned())
    }

    /// The style of a band across the whole screen.
    pub(super) fn band(self, tone: Tone) -> Style {
        if self.color {
            Style::new().fg(Color::Black).bg(self.hue(tone).unwrap_or(Color::Gray))
        } else {
            Style::new().add_modifier(Modifier::REVERSED)
        }
    }

    fn hue(self, tone: Tone) -> Option<Color> {
        let hue = match tone {
            Tone::Good => Color::Green,
            Tone::Busy => Color::Cyan,
            Tone::Doubt => Color::Yellow,
            Tone::Bad => Color::Red,
            Tone::Waiting | Tone::Faint | Tone::Strong | Tone::Plain => return None,
        };
        self.color.then_some(hue)
    }

    /// Replaces every symbol beyond ASCII with a similar one if the terminal needs that.
    pub(super) fn finish(self, buffer: &mut Buffer) {
        if self.unicode {
            return;
        }
        for cell in &mut buffer.content {
            if let Some(other) = cell.symbol().chars().next().filter(|sign| !sign.is_ascii()) {
                cell.set_char(likeness(other));
            }
        }
    }
}

fn is_utf8(locale: Option<&str>) -> bool {
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn likeness(sign: char) -> char {
    match sign {
        '─' | '━' | '–' | '—' | '·' | '▃' | '▄' => '-',
        '╌' | '…' | '▁' => '.',
        '│' | '┃' => '|',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┣' | '┗' | '▅' | '▆' => '+',
        '►' | '→' => '>',
        '✓' => '=',
        '≤' => '<',
        '×' => 'x',
        '▂' => ':',
        '▇' => '*',
        '█' | '▀' => '#',
        '↑' => '^',
        '↓' => 'v',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    #[test]
    fn the_locale_decides_on_ascii() {
        for (locale, unicode) in
            [("C.UTF-8", true), ("de_DE.utf8", true), ("C", false), ("en_US.ISO-8859-1", false)]
        {
            assert_eq!(is_utf8(Some(locale)), unicode, "{locale}");
        }
        assert!(!is_utf8(None));
    }

    #[test]
    fn without_color_no_style_has_one() {
        let look = Look { color: false, unicode: true };
        for tone in [Tone::Good, Tone::Busy, Tone::Doubt, Tone::Bad, Tone::Faint] {
            for style in [look.style(tone), look.band(tone)] {
                assert_eq!((style.fg, style.bg), (None, None), "{tone:?}");
            }
        }
    }

    #[test]
    fn in_ascii_every_cell_is_ascii() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "✓ → ━► 注é", Style::new());
        Look { color: true, unicode: false }.finish(&mut buffer);
        assert!(buffer.content.iter().all(|cell| cell.symbol().is_ascii()), "{buffer:?}");
    }
}
